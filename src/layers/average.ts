// average: the mean of its inputs, cell by cell.

import { merge } from './family/merge.js';

export default merge(() => ({
  doc: 'The mean of its inputs, cell by cell.',
  sort: 'add',
  linear: true,
  last: 'divide',
  by: 'average',
  examples: [
    `
input: 28x28x64
layers:
  - {conv: 64, kernel: 3, padding: 1, name: a}   # => 28x28x64
  - {conv: 64, kernel: 1, name: b} # => 28x28x64
  - average: [a, b]              # => 28x28x64, params 0
`,
  ],
}));
