// div: the first of its inputs divided by the others, cell by cell.

import { merge } from './family/merge.js';

export default merge(() => ({
  doc: 'The first of its inputs divided by the others, cell by cell; what has one channel, or one place along an axis, meets all of them.',
  sort: 'divide',
  by: 'div',
  examples: [
    `
input: 28x28x64
layers:
  - {reduce: l2, over: c, name: length}   # => 28x28x1
  - div: [input, length]         # => 28x28x64, params 0
`,
  ],
}));
