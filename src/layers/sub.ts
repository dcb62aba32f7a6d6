// sub: the first of its inputs less the others, cell by cell.

import { merge } from './family/merge.js';

export default merge(() => ({
  doc: 'The first of its inputs less the others, cell by cell; what has one channel, or one place along an axis, meets all of them.',
  sort: 'add',
  linear: true,
  by: 'sub',
  examples: [
    `
input: 28x28x64
layers:
  - {conv: 64, kernel: 3, padding: 1, name: a}   # => 28x28x64
  - {gap, name: mean}            # => 64
  - sub: [a, mean]               # => 28x28x64, params 0
`,
  ],
}));
