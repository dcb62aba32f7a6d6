// mul: the product of its inputs, cell by cell.

import { merge } from './family/merge.js';

export default merge({
  doc: 'Multiplies its inputs cell by cell; a vector of C (or 1x1xC) scales the channels, as a gate does.',
  sort: 'multiply',
  broadcast: true,
  by: 'mul',
  examples: [
    `
input: 28x28x64
layers:
  - {conv: 64, kernel: 3, padding: 1, name: a}   # => 28x28x64
  - {gap, name: pooled}          # => 64
  - mul: [a, pooled]             # => 28x28x64, params 0
`,
  ],
});
