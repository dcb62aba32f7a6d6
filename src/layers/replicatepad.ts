// replicatepad: copies of the outermost cells around a volume.

import { pad } from './family/border.js';

export default pad({
  doc: 'Puts copies of the outermost cells around the volume.',
  by: 'replicate',
  examples: [
    `
input: 224x224x3
layers:
  - {replicatepad: 1x2}          # => 226x228x3, params 0
`,
  ],
});
