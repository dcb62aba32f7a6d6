// Transposed convolution as ordinary ones: the outputs that lie `stride` apart are one stride-1 convolution of the input with
// the taps that reach them; every such phase is computed by itself and dealt out. (Dumoulin and Visin, 2016, section 4.)

import type { Step } from '../../core/kernels.js';
import type { OperatorOf } from '../../core/operator.js';
import { gcd } from '../../core/reach.js';
import type { Window } from '../../core/window.js';
import { convolve } from './convolutions.js';
import { inputFields, type Lowered, outputFields, two } from './fields.js';
import type { Job } from './fuse.js';
import { type Draft, type Instruction, instruction, type Value } from './instruction.js';
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
  const [h, w] = two(windows);
  const [rows, columns] = [phasesOf(h, output.H), phasesOf(w, output.W)];
  // Asked for once: what is large is read anew for each who asks.
  const { data = new Float32Array() } = job.step.weights.weight ?? {};
  // A stride of 1 has one phase, whose outputs lie where they belong.
  const direct = rows.length * columns.length === 1;
  const instructions = rows.flatMap((row) =>
    columns.flatMap((column): readonly Instruction[] => {
      const bytes = 4 * output.images * row.places * column.places * output.C;
      const part: Value = direct
        ? output
        : { ...output, H: row.places, W: column.places, stride: output.C, channel: 0, buffer: draft.temporary(bytes) };
      const shape = {
        groups,
        filters: output.C / groups,
        taps: row.window.kernel * column.window.kernel,
        depth: input.C / groups,
      };
      const step = subKernel(job.step, data, groups, [row.taps, column.taps], [h.kernel, w.kernel], input.C, output.C);
      const packed = draft.place(panels(step, job.folded, { ...shape, columns: draft.block.columns }));
      const made = convolve(job, [row.window, column.window], input, part, { ...shape, panels: packed }, draft);
      return direct ? [made] : [made, deal(part, output, [row.first, column.first], [h.stride, w.stride])];
    }),
  );
  return { algorithm: direct ? 'direct' : 'by phases', instructions };
};

/** [C_in, C_out/g, kh, kw] with only those taps, in that order, as a convolution has it: [C_out, C_in/g, taps]. */
const subKernel = (
  step: Step,
  from: Float32Array,
  groups: number,
  [rows, columns]: readonly [readonly number[], readonly number[]],
  [kh, kw]: readonly [number, number],
  C: number,
  filters: number,
): Step => {
  const [depth, each] = [C / groups, filters / groups];
  const count = Math.max(1, rows.length) * Math.max(1, columns.length);
  const data = new Float32Array(filters * depth * count);
  for (let o = 0; o < filters; o++) {
    const group = Math.floor(o / each);
    for (let c = 0; c < depth; c++) {
      const kernel = ((group * depth + c) * each + (o - group * each)) * kh * kw;
      let at = (o * depth + c) * count;
      for (const y of rows) for (const x of columns) data[at++] = from[kernel + y * kw + x] as number;
    }
  }
  return { ...step, weights: { ...step.weights, weight: { shape: [filters, depth, count], data } } };
};

/** Puts the outputs of a phase where they belong. */
const deal = (
  part: Value,
  output: Value,
  [top, left]: readonly [number, number],
  [stepH, stepW]: readonly [number, number],
): Instruction =>
  instruction(
    'scatter',
    {
      ...inputFields(part),
      ...outputFields(output),
      C: part.C,
      stepH,
      stepW,
      top,
      left,
    },
    part.images * part.H,
  );
