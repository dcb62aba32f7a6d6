// reflectpad: the image mirrored at its edge around a volume.

import { pad } from './family/border.js';

export default pad(() => ({
  doc: 'Puts the image mirrored at its edge around the volume, fewer than it has cells.',
  most: (size) => size - 1,
  by: 'reflect',
  shows: (at, size) => (at < 0 ? -at : 2 * (size - 1) - at),
  examples: [
    `
input: 224x224x3
layers:
  - {reflectpad: 3}              # => 230x230x3, params 0
  - {reflectpad: 230}            # error: shape/pad-too-large
`,
  ],
}));
