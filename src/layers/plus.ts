// plus: a fixed addend, for all channels or one for each.

import { perChannel } from '../core/args.js';
import { affine } from './family/affine.js';

export default affine(() => ({
  doc: 'Adds a fixed number: one for all channels, or a list of one for each. Learns nothing; `biasadd` learns a number per channel.',
  sort: 'add',
  main: 'addends',
  args: { addends: perChannel('the addend, or one for each channel') },
  by: ({ addends }) => ({ plus: addends }),
  examples: [
    `
input: 8x8x3
layers:
  - {plus: 1}                    # => 8x8x3, params 0
  - {plus: [-123.68, -116.78, -103.94]} # => 8x8x3, params 0
  - {plus: [1, 2]}               # error: shape/constants
`,
  ],
}));
