// prelu: a leaky ReLU whose slope is learned, one for all channels or one each.

import { integer } from '../core/args.js';
import { tensor } from '../core/count.js';
import { Problem, write } from '../core/diagnostic.js';
import { layer } from '../core/layer.js';
import { channels } from '../core/shape.js';
import { perValue } from './family/activation.js';

export default layer(() => ({
  doc: 'x where it is positive, a learned slope times x where it is not (He et al., 2015).',
  role: 'activation',
  main: 'slopes',
  args: { slopes: integer('learned slopes: 1, or one per channel', { min: 1, default: 1 }) },
  label: (args) => (args.slopes === 1 ? '' : `${args.slopes} slopes`),

  analyze({ slopes }, [input]) {
    if (slopes !== 1 && slopes !== channels(input)) {
      return new Problem(
        'shape/slopes',
        `${slopes} slopes fit neither all channels at once nor ${channels(input)} channels`,
        write('1', ` or ${channels(input)}`),
        'slopes',
      );
    }
    return {
      output: input,
      params: [tensor('slopes', 'weight', { slopes })],
      ops: perValue({ compare: 1, multiply: 1 }, input),
    };
  },

  execute: () => ({ op: 'prelu', init: 0.25 }),
  examples: [
    `
input: 8x8x4
layers:
  - prelu                        # => 8x8x4, params 1
  - {prelu: c}                   # => 8x8x4, params 4
  - {prelu: 3}                   # error: shape/slopes
`,
  ],
}));
