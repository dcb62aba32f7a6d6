// zeropad: zeros around a volume.

import { pad } from './family/border.js';

export default pad({
  doc: 'Puts zeros around the volume.',
  examples: [
    `
input: 224x224x3
layers:
  - {zeropad: 3}                 # => 230x230x3, params 0
  - {zeropad: [0, 1, 1, 0]}      # => 231x231x3
`,
  ],
});
