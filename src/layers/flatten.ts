// flatten: a volume as a vector, channels first.

import { layer } from '../core/layer.js';
import { elements } from '../core/shape.js';

export default layer(() => ({
  doc: 'Makes a vector of a volume. A dense layer does it by itself.',
  role: 'shape',
  linear: true,
  args: {},
  analyze: (_, [input]) => ({
    output: [elements(input)],
    moves: { split: [elements(input)], order: [0] },
    why: () => [{ substituted: input.join(' * '), value: elements(input) }],
  }),
  execute: () => ({ op: 'reshape' }),
  examples: [
    `
input: 7x7x512
layers:
  - flatten                      # => 25088, params 0
  - {fc: 4096}                   # => 4096, params 102764544
`,
  ],
}));
