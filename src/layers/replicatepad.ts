// replicatepad: copies of the outermost cells around a volume.

import { layer } from '../core/layer.js';
import { moveBorder, sides, sidesLabel } from './family/border.js';

export default layer({
  doc: 'Puts copies of the outermost cells around the volume.',
  role: 'shape',
  linear: true,
  main: 'padding',
  args: { padding: sides('cells added: 2, 1x2, or [t, r, b, l]') },
  label: (args) => sidesLabel(args.padding),
  // The cells added repeat cells of the input; a field is that of the place where they stand, as for zeros.
  analyze: (args, [input]) => moveBorder(input, args.padding, 1, 'padding'),
  examples: [
    `
input: 224x224x3
layers:
  - {replicatepad: 1x2}          # => 226x228x3, params 0
`,
  ],
});
