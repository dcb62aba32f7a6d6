// times: a fixed factor, for all channels or one for each.

import { perChannel } from '../core/args.js';
import { affine } from './family/affine.js';

export default affine(() => ({
  doc: 'Multiplies by a fixed factor: one for all channels, or a list of one for each. Learns nothing; `layerscale` learns a factor per channel.',
  sort: 'multiply',
  main: 'factors',
  args: { factors: perChannel('the factor, or one for each channel') },
  by: ({ factors }) => ({ times: factors }),
  examples: [
    `
input: 8x8x3
layers:
  - {times: 1/255}               # => 8x8x3, params 0
  - {times: [0.3, 0.6, 0.1]}     # => 8x8x3, params 0
  - {times: [1, 2]}              # error: shape/constants
`,
  ],
}));
