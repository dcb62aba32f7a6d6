// crop: cuts cells off the sides of a volume.

import { layer } from '../core/layer.js';
import { amountsOf, moveBorder, sides, sidesLabel } from './family/border.js';

export default layer(() => ({
  doc: 'Cuts cells off each side.',
  role: 'shape',
  linear: true,
  main: 'amount',
  args: { amount: sides('cells cut off: 2, 1x2, or [t, r, b, l]') },
  label: (args) => sidesLabel(args.amount),
  analyze: (args, [input]) => moveBorder(input, args.amount, -1, 'amount'),
  execute: (args) => ({
    op: 'pad',
    by: 'zero',
    sides: amountsOf(args.amount).map(([before, after]) => [-before, -after] as const),
  }),
  examples: [
    `
input: 64x64x128
layers:
  - {crop: 4}                    # => 56x56x128, params 0
  - {crop: [1, 0, 0, 1]}         # => 55x55x128
  - {crop: 28}                   # error: shape/empty
`,
  ],
}));
