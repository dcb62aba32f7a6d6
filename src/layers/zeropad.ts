// zeropad: zeros around a volume.

import { layer } from '../core/layer.js';
import { moveBorder, sides, sidesLabel } from './family/border.js';

export default layer({
  doc: 'Puts zeros around the volume.',
  role: 'shape',
  linear: true,
  main: 'padding',
  args: { padding: sides('cells added: 2, 1x2, or [t, r, b, l]') },
  label: (args) => sidesLabel(args.padding),
  analyze: (args, [input]) => moveBorder(input, args.padding, 1, 'padding'),
  examples: [
    `
input: 224x224x3
layers:
  - {zeropad: 3}                 # => 230x230x3, params 0
  - {zeropad: [0, 1, 1, 0]}      # => 231x231x3
`,
  ],
});
