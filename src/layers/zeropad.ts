// zeropad: zeros around a volume, and channels of zeros behind its own.

import { integer } from '../core/args.js';
import { isProblem } from '../core/diagnostic.js';
import { layer } from '../core/layer.js';
import { amountsOf, moveBorder, sides, sidesLabel } from './family/border.js';

export default layer(() => ({
  doc: 'Puts zeros around the volume, and `channels` channels of zeros behind its own.',
  role: 'shape',
  linear: true,
  main: 'padding',
  args: {
    padding: sides('cells added: 2, 1x2, or [t, r, b, l]'),
    channels: integer('channels of zeros put behind', { min: 0, default: 0 }),
  },
  label: (args) => `${sidesLabel(args.padding)}${args.channels > 0 ? `, ${args.channels} channels` : ''}`,

  analyze(args, [input]) {
    const facts = moveBorder(input, args.padding, 1, 'padding');
    if (isProblem(facts)) return facts;
    const [c = 0, ...sizes] = facts.output;
    return { ...facts, output: [c + args.channels, ...sizes] };
  },

  execute: ({ padding, channels }) => ({ op: 'pad', by: 'zero', sides: amountsOf(padding), channels }),
  examples: [
    `
input: 224x224x3
layers:
  - {zeropad: 3}                 # => 230x230x3, params 0
  - {zeropad: [0, 1, 1, 0]}      # => 231x231x3
  - {zeropad: 0, channels: 5}    # => 231x231x8
`,
  ],
}));
