// reflectpad: the image mirrored at its edge around a volume.

import { layer } from '../core/layer.js';
import { moveBorder, sides, sidesLabel } from './family/border.js';

export default layer({
  doc: 'Puts the image mirrored at its edge around the volume, fewer than it has cells.',
  role: 'shape',
  linear: true,
  main: 'padding',
  args: { padding: sides('cells added: 2, 1x2, or [t, r, b, l]') },
  label: (args) => sidesLabel(args.padding),
  // The cells added repeat cells of the input; a field is that of the place where they stand, as for zeros.
  analyze: (args, [input]) => moveBorder(input, args.padding, 1, 'padding', (size) => size - 1),
  examples: [
    `
input: 224x224x3
layers:
  - {reflectpad: 3}              # => 230x230x3, params 0
  - {reflectpad: 230}            # error: shape/pad-too-large
`,
  ],
});
