// add: the sum of its inputs, cell by cell.

import { merge } from './family/merge.js';

export default merge({
  doc: 'Adds its inputs cell by cell; a vector of C (or 1x1xC) is added to every place.',
  sort: 'add',
  broadcast: true,
  linear: true,
  by: 'add',
  examples: [
    `
input: 28x28x64
layers:
  - {conv: 64, kernel: 3, padding: 1, name: a}   # => 28x28x64
  - {conv: 64, kernel: 1, name: b} # => 28x28x64
  - add: [a, b]                  # => 28x28x64, params 0
  - {conv: 32, kernel: 1, name: d} # => 28x28x32
  - add: [a, d]                  # error: shape/mismatch
`,
  ],
});
