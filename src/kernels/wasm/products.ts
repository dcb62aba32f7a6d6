// Products of two tensors as the convolutions' matrix product: the second is put into panels whenever it was computed anew.

import { type Corner, matricesOf } from '../../core/matrices.js';
import type { OperatorOf } from '../../core/operator.js';
import { POINT } from '../../core/window.js';
import { convolve } from './convolutions.js';
import type { Lowered } from './fields.js';
import type { Job } from './fuse.js';
import { type Draft, type Instruction, instruction, type Value } from './instruction.js';

export const matmul = (job: Job, operator: OperatorOf<'matmul'>, output: Value, draft: Draft): Lowered => {
  const [a, b] = job.step.inputs.map(draft.stored) as [Value, Value];
  const { transpose, factor } = operator;
  const { rows, inner, columns, count, corners } = matricesOf(operator, [a.shape, b.shape]);
  const columnPanels = Math.ceil(columns / draft.block.columns);
  const panels: Value = {
    ...output,
    channel: 0,
    buffer: draft.temporary(4 * columnPanels * (1 + inner) * draft.block.columns),
  };
  const instructions: Instruction[] = [];
  for (let n = 0; n < output.images; n++)
    for (let i = 0; i < count; i++) {
      const corner = corners(i);
      const steps = transpose ? { filterStep: b.stride, depthStep: 1 } : { filterStep: 1, depthStep: b.stride };
      const input = cornerOf(b, corner.b, n);
      instructions.push(
        instruction(
          'panel',
          { input, output: panels, filters: columns, depth: inner, ...steps, alpha: factor },
          columnPanels,
        ),
        convolve(
          job,
          [POINT, POINT],
          matrixAt(a, corner.a, n, rows, inner),
          matrixAt(output, corner.out, n, rows, columns),
          { groups: 1, filters: columns, taps: 1, depth: inner, panels },
          draft,
        ),
      );
    }
  return { algorithm: 'gemm', instructions };
};

/** The value from a corner of one image on. */
const cornerOf = (value: Value, { channel, place }: Corner, image: number): Value => ({
  ...value,
  channel: value.channel + channel + (image * value.H * value.W + place) * value.stride,
});

const matrixAt = (value: Value, corner: Corner, image: number, rows: number, columns: number): Value => ({
  ...cornerOf(value, corner, image),
  images: 1,
  H: 1,
  W: rows,
  C: columns,
  shape: [columns, rows],
});
