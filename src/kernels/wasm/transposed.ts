// Transposed convolution as ordinary ones: the outputs that lie `stride` apart are one stride-1 convolution of the input with
// the taps that reach them; every such phase is computed by itself and dealt out. (Dumoulin and Visin, 2016, section 4.)

import type { Step } from '../../core/kernels.js';
import type { OperatorOf } from '../../core/operator.js';
import { gcd } from '../../core/reach.js';
import { choices, product } from '../../core/shape.js';
import type { Window } from '../../core/window.js';
import { convolve } from './convolutions.js';
import { fresh, type Lowered, slicesOf, three } from './fields.js';
import type { Job } from './fuse.js';
import type { Draft, Instruction, Value } from './instruction.js';
import { scatter } from './moves.js';
import { panels } from './pack.js';

/** One phase along one axis: its outputs, the taps that reach them from the last to the first, and the window over the input. */
interface Phase {
  readonly first: number;
  readonly places: number;
  readonly taps: readonly number[];
  readonly window: Window;
}

/**
 * Output place q * stride + first gets input place q + (first + before - k * dilation) / stride by every tap k for which that
 * is whole. A phase that no tap reaches reads one tap of no weight, far outside.
 */
const phasesOf = ({ kernel, stride, dilation, before }: Window, size: number): readonly Phase[] =>
  Array.from({ length: Math.min(stride, size) }, (_, first): Phase => {
    const whole = Array.from({ length: kernel }, (_, k) => k).filter(
      (k) => (first + before - k * dilation) % stride === 0,
    );
    const taps = whole.reverse();
    const start = taps[0] === undefined ? -size : (first + before - taps[0] * dilation) / stride;
    return {
      first,
      places: Math.ceil((size - first) / stride),
      taps,
      window: {
        kernel: Math.max(1, taps.length),
        stride: 1,
        dilation: dilation / gcd(dilation, stride),
        before: -start,
        after: 0,
      },
    };
  });

export const transposed = (
  job: Job,
  { windows, groups }: OperatorOf<'transposed'>,
  input: Value,
  output: Value,
  draft: Draft,
): Lowered => {
  // Asked for once: what is large is read anew for each who asks.
  const { data = new Float32Array() } = job.step.weights.weight ?? {};
  const slid = three(windows);
  const [d, h, w] = slid;
  const slices = slicesOf(output);
  const [depths, rows, columns] = [phasesOf(d, slices), phasesOf(h, output.H / slices), phasesOf(w, output.W)];
  // A stride of 1 has one phase, whose outputs lie where they belong.
  const direct = depths.length * rows.length * columns.length === 1;
  const instructions = [...choices([depths, rows, columns])].flatMap((phases): readonly Instruction[] => {
    const [slice, row, column] = phases as [Phase, Phase, Phase];
    const places = phases.map((phase) => phase.places).slice(4 - output.shape.length);
    const part = direct ? output : fresh([output.C, ...places], draft);
    const windowed = [slice.window, row.window, column.window] as const;
    const taps = product(windowed.map(({ kernel }) => kernel));
    const shape = { groups, filters: output.C / groups, taps, depth: input.C / groups };
    const step = subKernel(job.step, data, groups, phases, slid, input.C, output.C);
    const packed = draft.place(panels(step, job.folded, { ...shape, columns: draft.block.columns }));
    const of = { ...shape, panels: packed };
    const made = convolve(job, [row.window, column.window], input, part, of, draft, slice.window);
    if (direct) return [made];
    const [front, top, left] = [slice.first, row.first, column.first];
    return [made, scatter(part, output, { front, top, left, steps: [d.stride, h.stride, w.stride] })];
  });
  return { algorithm: direct ? 'direct' : 'by phases', instructions };
};

/** [C_in, C_out/g, ...k] with only those taps, in that order, as a convolution has it: [C_out, C_in/g, taps]. */
const subKernel = (
  step: Step,
  from: Float32Array,
  groups: number,
  phases: readonly Phase[],
  windows: readonly Window[],
  C: number,
  filters: number,
): Step => {
  const [depth, each] = [C / groups, filters / groups];
  const [, kh = 1, kw = 1] = windows.map(({ kernel }) => kernel);
  const cells = product(windows.map(({ kernel }) => kernel));
  const count = product(phases.map(({ taps }) => Math.max(1, taps.length)));
  const wanted = [...choices(phases.map(({ taps }) => taps))].map(([z = 0, y = 0, x = 0]) => (z * kh + y) * kw + x);
  const data = new Float32Array(filters * depth * count);
  for (let o = 0; o < filters; o++) {
    const group = Math.floor(o / each);
    for (let c = 0; c < depth; c++) {
      const kernel = ((group * depth + c) * each + (o - group * each)) * cells;
      let at = (o * depth + c) * count;
      for (const tap of wanted) data[at++] = from[kernel + tap] as number;
    }
  }
  return { ...step, weights: { ...step.weights, weight: { shape: [filters, depth, count], data } } };
};
