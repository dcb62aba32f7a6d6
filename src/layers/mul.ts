// mul: the product of its inputs, cell by cell.

import { merge } from './family/merge.js';

export default merge(() => ({
  doc: 'Multiplies its inputs cell by cell. What has one channel, or one place along an axis, meets all of them: a vector of C scales the channels, a map of one channel the places.',
  sort: 'multiply',
  by: 'mul',
  examples: [
    `
input: 28x28x64
layers:
  - {conv: 64, kernel: 3, padding: 1, name: a}   # => 28x28x64
  - {gap, name: pooled}          # => 64
  - mul: [a, pooled]             # => 28x28x64, params 0
  - {conv: 1, kernel: 1, act: sigmoid, from: a, name: gate} # => 28x28x1
  - mul: [a, gate]               # => 28x28x64
`,
  ],
}));
