// Products of two tensors, of all heads, places and images at once: the second ones are put into panels whenever they were computed.

import { type Corner, matricesOf } from '../../core/matrices.js';
import type { OperatorOf } from '../../core/operator.js';
import { endingOf, type Lowered } from './fields.js';
import type { Job } from './fuse.js';
import { type Draft, instruction, type Value } from './instruction.js';
import { indices } from './pack.js';

/** Rows of a task, where there are threads. */
const TASK_ROWS = 64;

export const matmul = (job: Job, operator: OperatorOf<'matmul'>, output: Value, draft: Draft): Lowered => {
  const [a, b] = job.step.inputs.map(draft.stored) as [Value, Value];
  const { transpose, factor } = operator;
  const { block, options, place, temporary } = draft;
  const { rows, inner, columns, count, corners } = matricesOf(operator, [a.shape, b.shape]);
  // One matrix may serve many products.
  const seconds = new Map<number, number>();
  const products: number[] = [];
  for (let n = 0; n < output.images; n++)
    for (let i = 0; i < count; i++) {
      const corner = corners(i);
      const second = cornerOf(b, corner.b, n);
      const known = seconds.get(second) ?? seconds.size;
      seconds.set(second, known);
      products.push(cornerOf(a, corner.a, n), known, cornerOf(output, corner.out, n));
    }
  const columnPanels = Math.ceil(columns / block.columns);
  const panels = { buffer: temporary(4 * seconds.size * columnPanels * (1 + inner) * block.columns), channel: 0 };
  const steps = transpose ? { filterStep: b.stride, depthStep: 1 } : { filterStep: 1, depthStep: b.stride };
  const taskRows = options.threads === 1 ? rows : Math.min(rows, TASK_ROWS);
  const all = output.images * count;
  const second = {
    input: b,
    output: panels,
    corners: place(indices([...seconds.keys()])),
    count: seconds.size,
    filters: columns,
    depth: inner,
    ...steps,
    factor,
  };
  const fields = {
    input: a,
    output,
    panels,
    corners: place(indices(products)),
    count: all,
    rows,
    depth: inner,
    filters: columns,
    inputStride: a.stride,
    outputStride: output.stride,
    taskRows,
    ...endingOf(job.act),
  };
  // Results of a panel that is not full, and a pointer, for every row.
  const scratch = 4 * taskRows * (block.columns + 1);
  return {
    algorithm: 'gemm',
    instructions: [
      instruction('panel', second, seconds.size * columnPanels),
      instruction('multiply', fields, all * Math.ceil(rows / taskRows), scratch),
    ],
  };
};

/** Floats from a value's first to the corner of one image. */
const cornerOf = (value: Value, { channel, place }: Corner, image: number): number =>
  channel + (image * value.H * value.W + place) * value.stride;
