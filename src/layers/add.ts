// add: the sum of its inputs, cell by cell.

import { merge } from './family/merge.js';

export default merge(() => ({
  doc: 'Adds its inputs cell by cell. What has one channel, or one place along an axis, is added to all of them: a vector of C, a strip, a map of one channel.',
  sort: 'add',
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
  - {reduce: mean, over: w, from: a, name: strip} # => 28x1x64
  - add: [a, strip]              # => 28x28x64
`,
  ],
}));
