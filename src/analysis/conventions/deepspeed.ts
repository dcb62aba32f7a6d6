// DeepSpeed 0.19.6, FlopsProfiler: FLOPs and MACs. What it shares with calflops stands in profiler.ts.
//
// Quirk: a resize by a factor costs the values of its input times the factor, once for each axis: mostly the values of its output.

import { spatial } from '../../core/shape.js';
import { profiler } from './profiler.js';

export const [deepspeed, deepspeedMacs] = profiler(
  { name: 'deepspeed', tool: 'DeepSpeed', version: '0.19.6' },
  ({ n, input, output }) => {
    const [sizes, made] = [spatial(input), spatial(output)];
    return Math.trunc(n * sizes.reduce((all, size, axis) => all * ((made[axis] ?? 1) / size), 1));
  },
);
