// circularpad: the image repeated around a volume.

import { pad } from './family/border.js';

export default pad(() => ({
  doc: 'Puts the image again around the volume, as if it went on from its other side; at most as much as it has cells.',
  most: (size) => size,
  by: 'circular',
  shows: (at, size) => (at + size) % size,
  examples: [
    `
input: 8x8x4
layers:
  - {circularpad: 1}             # => 10x10x4, params 0
  - {circularpad: [0, 20, 0, 0]} # error: shape/pad-too-large
`,
  ],
}));
