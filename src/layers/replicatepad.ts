// replicatepad: copies of the outermost cells around a volume.

import { pad } from './family/border.js';

/** Where each copy comes from is kept. */
const MOST = 65_536;

export default pad(() => ({
  doc: 'Puts copies of the outermost cells around the volume.',
  by: 'replicate',
  most: () => MOST,
  shows: (at, size) => Math.min(Math.max(at, 0), size - 1),
  examples: [
    `
input: 224x224x3
layers:
  - {replicatepad: 1x2}          # => 226x228x3, params 0
  - {replicatepad: 100000}       # error: shape/pad-too-large
`,
  ],
}));
