// glu: the first half of the channels, gated by the second.

import { Problem } from '../core/diagnostic.js';
import { layer } from '../core/layer.js';
import { channels, spatial } from '../core/shape.js';
import { perValue } from './family/activation.js';

export default layer(() => ({
  doc: 'The first half of the channels times the sigmoid of the second half (Dauphin et al., 2017): half as many channels come out.',
  role: 'activation',
  args: {},
  analyze(_, [input]) {
    const half = channels(input) / 2;
    if (!Number.isInteger(half))
      return new Problem(
        'shape/halves',
        `${channels(input)} channels have no halves`,
        'give the layer before it an even number of filters',
      );
    const output = [half, ...spatial(input)];
    return {
      output,
      ops: perValue({ exp: 1, add: 1, divide: 1, multiply: 1 }, output),
      // Of each half the channel at the same place.
      channels: { advance: 1, taps: [{ start: 0, step: half, count: 2 }] },
    };
  },
  execute: () => ({ op: 'glu' }),
  examples: [
    `
input: 28x28x64
layers:
  - glu                          # => 28x28x32, params 0
  - {conv: 9, kernel: 1}         # => 28x28x9
  - glu                          # error: shape/halves
`,
  ],
}));
