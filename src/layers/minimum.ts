// minimum: the smallest of its inputs, cell by cell.

import { merge } from './family/merge.js';

export default merge(() => ({
  doc: 'The smallest of its inputs, cell by cell.',
  sort: 'compare',
  by: 'minimum',
  examples: [
    `
input: 28x28x64
layers:
  - {conv: 64, kernel: 3, padding: 1, name: a}   # => 28x28x64
  - {conv: 64, kernel: 1, name: b} # => 28x28x64
  - minimum: [a, b]              # => 28x28x64, params 0
`,
  ],
}));
