// lstm: long short-term memory.

import { recurrent } from './family/recurrent.js';

export default recurrent(() => ({
  cell: 'lstm',
  doc: 'Long short-term memory (Hochreiter & Schmidhuber, 1997) over the steps of a sequence: four gates per unit, with two biases each as in PyTorch.',
  args: {},
  // Each gate is a sum of two products; the cell is kept, written to and read.
  each: { sigmoid: 3, tanh: 2, multiply: 3, add: 5 },
  examples: [
    `
input: 100x64
layers:
  - {lstm: 64, name: a}                            # => 100x64, params 33280, macs 3276800, rf 100
  - {lstm: 32, bidirectional: true, layers: 2}     # => 100x64, params 50176, rf global
  - {lstm: 8, returns: last}                       # => 8, params 2368, rf global
  - {lstm: 64, biases: 1, from: a}                 # => 100x64, params 33024
`,
    `
input: 28x28x3
layers:
  - {reshape: [28, 28*c]}                          # => 28x84
  - {lstm: 64, returns: last}                      # => 64, params 38400
  - {lstm: 64, from: input}                        # error: shape/needs-sequence
`,
  ],
}));
