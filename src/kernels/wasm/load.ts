// A plan written into a core's memory: packed tensors, the fields of instructions. And values written and read.

import type { Drawn, Tensor } from '../../core/kernels.js';
import { product } from '../../core/shape.js';
import { DRAWN, SORTS, wordsOf } from '../instructions.js';
import type { Moments } from '../reference/normalise.js';
import type { Core } from './core.js';
import { type Instruction, instruction, type Place, STAGED_BYTES, type Staged, type Value } from './instruction.js';
import type { Buffer } from './memory.js';
import type { Plan, Planned } from './plan.js';

/**
 * Writes all of it, and yields instructions that all have to be performed before it goes on. The core's memory must have been
 * allocated for the plan.
 */
export function* load(
  core: Core,
  {
    packs,
    planned,
    staging,
  }: Pick<Plan, 'packs' | 'staging'> & { readonly planned: readonly Pick<Planned, 'instructions'>[] },
): Generator<Instruction> {
  for (const { instructions } of planned) for (const instruction of instructions) writeFields(core, instruction);
  for (const { pack, offset } of packs)
    if ('instruction' in pack) yield* stage(core, pack, offset, staging);
    else if ('weight' in pack) yield* insert(core, pack.weight, offset, staging);
    else pack.write(floatsOf(core, offset, pack.floats));
}

const floatsOf = (core: Core, offset: number, count: number) => new Float32Array(core.memory(), offset, count);

/** Puts the values of a tensor into the memory; those that are drawn the core draws. */
function* insert(core: Core, tensor: Tensor, offset: number, staging: number): Generator<Instruction> {
  const count = product(tensor.shape);
  const { drawn, write } = tensor;
  if (drawn && count > 0) yield placed(core, drawing(drawn, offset, count), staging);
  else if (write) write(floatsOf(core, offset, count));
  else floatsOf(core, offset, count).set(tensor.data);
}

const drawing = ({ seed, reach }: Drawn, offset: number, count: number): Instruction => {
  const [reachLow = 0, reachHigh = 0] = new Uint32Array(Float64Array.of(reach).buffer);
  return instruction('draw', { output: { offset }, count, seed, reachLow, reachHigh }, Math.ceil(count / DRAWN));
};

/** Puts weights into the memory from `staging` on, and lets the core pack them to `offset`. */
function* stage(
  core: Core,
  { instruction, filters, learned, weight }: Staged,
  offset: number,
  staging: number,
): Generator<Instruction> {
  if (!weight) return;
  const at = staging + STAGED_BYTES;
  yield* insert(core, weight, at, staging);
  const { scale, shift } = learned();
  const factors = at + 4 * product(weight.shape);
  const addends = factors + 4 * filters;
  floatsOf(core, factors, filters).set(scale);
  floatsOf(core, addends, filters).set(shift);
  const places = { weights: { offset: at }, scale: { offset: factors }, shift: { offset: addends } };
  yield placed(core, instruction({ ...places, output: { offset } }), staging);
}

const placed = (core: Core, instruction: Instruction, offset: number): Instruction => {
  instruction.offset = offset;
  writeFields(core, instruction);
  return instruction;
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
