// A plan written into a core's memory: packed tensors, the fields of instructions. And values written and read.

import type { Tensor } from '../../core/kernels.js';
import { SORTS, wordsOf } from '../instructions.js';
import type { Moments } from '../reference/normalise.js';
import type { Core } from './core.js';
import { type Instruction, type Place, STAGED_BYTES, type Staged, type Value } from './instruction.js';
import type { Buffer } from './memory.js';
import type { Plan, Planned } from './plan.js';

/** The core's memory must have been allocated for the plan. */
export const load = (
  core: Core,
  {
    packs,
    planned,
    staging,
  }: Pick<Plan, 'packs' | 'staging'> & { readonly planned: readonly Pick<Planned, 'instructions'>[] },
): void => {
  for (const { pack, offset } of packs)
    if ('instruction' in pack) stage(core, pack, offset, staging);
    else pack.write(new Float32Array(core.memory(), offset, pack.floats));
  for (const { instructions } of planned) for (const instruction of instructions) writeFields(core, instruction);
};

/** Puts weights into the memory from `staging` on, and lets the core pack them to `offset`. */
const stage = (core: Core, { instruction, filters, learned, weight }: Staged, offset: number, staging: number) => {
  if (!weight) return;
  const { scale, shift } = learned();
  const at = staging + STAGED_BYTES;
  const { data } = weight;
  const from = new Float32Array(core.memory(), at, data.length + 2 * filters);
  from.set(data);
  from.set(scale, data.length);
  from.set(shift, data.length + filters);
  const factors = at + data.byteLength;
  const [weights, output] = [{ offset: at }, { offset }];
  const packing = instruction({
    weights,
    scale: { offset: factors },
    shift: { offset: factors + 4 * filters },
    output,
  });
  packing.offset = staging;
  writeFields(core, packing);
  core.alone(packing);
};

const writeFields = (core: Core, { kind, fields, offset }: Instruction): void => {
  const view = new DataView(core.memory());
  wordsOf(kind).forEach(({ sort }, i) => {
    const field = fields[i] as Instruction['fields'][number];
    const value = typeof field === 'number' ? field : addressOf(field);
    if (SORTS[sort] === 'f32') view.setFloat32(offset + 4 * i, value, true);
    else view.setInt32(offset + 4 * i, value, true);
  });
};

const addressOf = (place: Place | null): number => {
  if (!place) return 0;
  return 'buffer' in place ? place.buffer.offset + 4 * place.channel : place.offset;
};

/** A value as a tensor of PyTorch's order. */
export const readValue = (core: Core, value: Value): Tensor => {
  const { images, H, W, C, stride, shape } = value;
  const places = H * W;
  const data = new Float32Array(images * C * places);
  const memory = floatsAt(core, value);
  for (let n = 0, i = 0; n < images; n++)
    for (let c = 0; c < C; c++)
      for (let p = 0, at = n * places * stride + value.channel + c; p < places; p++, at += stride)
        data[i++] = memory[at] as number;
  return { shape: [images, ...shape], data };
};

export const writeValue = (core: Core, value: Value, { data }: Tensor): void => {
  const { images, H, W, C, stride } = value;
  const places = H * W;
  const memory = floatsAt(core, value);
  for (let n = 0, i = 0; n < images; n++)
    for (let c = 0; c < C; c++)
      for (let p = 0, at = n * places * stride + value.channel + c; p < places; p++, at += stride)
        memory[at] = data[i++] as number;
};

/** The means and variances that a normalisation over the batch has left. */
export const readMoments = (core: Core, { offset, bytes }: Buffer): Moments => {
  const [means, variances] = [0, bytes / 2].map((at) =>
    new Float64Array(core.memory(), offset + at, bytes / 16).slice(),
  ) as [Float64Array, Float64Array];
  return { means, variances };
};

const floatsAt = (core: Core, { images, H, W, stride, buffer }: Value): Float32Array =>
  new Float32Array(core.memory(), buffer.offset, images * H * W * stride);
