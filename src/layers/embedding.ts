// embedding: a learned table, of which each number looks up a row.

import { integer } from '../core/args.js';
import { tensor } from '../core/count.js';
import { Problem } from '../core/diagnostic.js';
import { layer } from '../core/layer.js';
import { channels, formatShape, spatial } from '../core/shape.js';

export default layer(() => ({
  doc: 'Looks up a row of a learned table for each number that it reads, whole numbers from 0: words, positions, classes. It reads a vector of numbers, or one channel of them; a row becomes the channels of a place.',
  role: 'weights',
  main: 'dim',
  args: {
    dim: integer('values of a row, the channels of the output', { min: 1 }),
    words: integer('rows of the table: how many different numbers there are', { min: 1 }),
  },
  label: (args) => `${args.dim} of ${args.words}`,

  analyze({ dim, words }, [input]) {
    const places = input.length === 1 ? [channels(input)] : spatial(input);
    if (input.length > 1 && channels(input) !== 1)
      return new Problem(
        'shape/needs-indices',
        (layout) =>
          `embedding looks up one number a place, but gets ${formatShape(input, layout)}, ${channels(input)} at each`,
        'read one channel, or a vector of numbers',
      );
    return {
      output: [dim, ...places],
      params: [tensor('rows', 'weight', { words, C_out: dim })],
      channels: 'all',
      why: () => [`a row of ${dim} values for each of ${places.join('x')} numbers`],
    };
  },

  execute: () => ({ op: 'embedding' }),

  examples: [
    `
input: {length: 100, channels: 1}
layers:
  - {embedding: 64, words: 10000}          # => 100x64, params 640000, macs 0
  - {lstm: 64, returns: last}              # => 64, params 33280
`,
    `
input: 16
layers:
  - {embedding: 8, words: 100, name: e}    # => 16x8, params 800
  - {embedding: 8, words: 100}             # error: shape/needs-indices
`,
  ],
}));
