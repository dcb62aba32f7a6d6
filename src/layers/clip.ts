// clip: x no lower than one bound and no higher than another, either of which may be missing.

import { bound, optional } from '../core/args.js';
import { Problem } from '../core/diagnostic.js';
import { activation } from './family/activation.js';
import { inOrder } from './family/bounds.js';

export default activation(() => ({
  doc: 'x, but no lower than `low` and no higher than `high`. One of the two may be missing; `hardtanh` has both.',
  aliases: ['clamp'],
  cost: ({ low, high }) => ({ compare: Number(binds(low)) + Number(binds(high)) }),
  compute: ({ low = Number.NEGATIVE_INFINITY, high = Number.POSITIVE_INFINITY }) => ({
    function: 'clamp',
    alpha: low,
    beta: high,
  }),
  args: {
    low: optional(bound('smallest value'), 'as low as it is'),
    high: optional(bound('largest value'), 'as high as it is'),
  },
  label: ({ low, high }) => [...(binds(low) ? [`from ${low}`] : []), ...(binds(high) ? [`to ${high}`] : [])].join(' '),
  refuse: ({ low, high }) => {
    if (low === undefined && high === undefined)
      return new Problem(
        'option/choice',
        'clip takes low or high, or both',
        'write {clip, low: 0} or {clip, high: 1} or {clip, low: 0, high: 1}',
      );
    return inOrder(low ?? Number.NEGATIVE_INFINITY, high ?? Number.POSITIVE_INFINITY);
  },
  examples: [
    `
input: 8x8x4
layers:
  - {clip, low: 0}               # => 8x8x4, params 0
  - {clip, high: 6}              # => 8x8x4, params 0
  - {clip, low: -.inf, high: 6}  # => 8x8x4, params 0
  - {clip, low: 2, high: 1}      # error: option/value
`,
    `
input: 8x8x4
layers:
  - relu                         # => 8x8x4
  - clip                         # error: option/choice
`,
  ],
}));

/** An infinite bound is none. */
const binds = (bound: number | undefined): boolean => bound !== undefined && Number.isFinite(bound);
