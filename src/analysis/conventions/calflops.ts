// calflops (29ca584, 2024-03), calculate_flops: FLOPs and MACs. What it shares with DeepSpeed stands in profiler.ts.
//
// Quirk: a resize by a factor costs the values of its input. Its parameters are those that require a gradient.

import { isFrozen, total } from '../../core/count.js';
import { profiler } from './profiler.js';

export const [calflops, calflopsMacs] = profiler(
  {
    name: 'calflops',
    tool: 'calflops',
    version: '29ca584',
    params: ({ params }) => total(params, (one) => !isFrozen(one)),
  },
  ({ n }) => n,
);
