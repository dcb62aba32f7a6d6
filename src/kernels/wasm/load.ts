// A plan written into a core's memory: packed tensors, the fields of instructions. And values written and read.

import type { Tensor } from '../../core/kernels.js';
import instructionFields from '../instructions.json' with { type: 'json' };
import type { Core } from './core.js';
import type { Staged } from './pack.js';
import { type Field, KINDS, type Kind, type Plan, STAGED_FIELDS, type Value } from './plan.js';

/** The core's memory must have been allocated for the plan. */
export const load = (core: Core, { packs, planned, staging }: Plan): void => {
  for (const { pack, offset } of packs)
    if ('by' in pack) stage(core, pack, offset, staging);
    else pack.write(new Float32Array(core.memory(), offset, pack.floats));
  for (const { instructions } of planned)
    for (const { kind, fields, offset } of instructions) writeFields(core, kind, fields, offset);
};

/** Puts weights into the memory from `staging` on, and lets the core pack them to `offset`. */
const stage = (
  core: Core,
  { by, fields, tasks, filters, learned, weight }: Staged,
  offset: number,
  staging: number,
) => {
  if (!weight) return;
  const { scale, shift } = learned();
  const at = staging + STAGED_FIELDS;
  const from = new Float32Array(core.memory(), at, weight.data.length + 2 * filters);
  from.set(weight.data);
  from.set(scale, weight.data.length);
  from.set(shift, weight.data.length + filters);
  const factors = at + weight.data.byteLength;
  const places = { weights: at, scale: factors, shift: factors + 4 * filters, output: offset };
  writeFields(core, by, { ...fields, ...places }, staging);
  core.alone(KINDS.indexOf(by), staging, tasks);
};

const writeFields = (core: Core, kind: Kind, fields: Readonly<Record<string, Field>>, offset: number): void => {
  const view = new DataView(core.memory());
  Object.entries(instructionFields[kind]).forEach(([name, type], i) => {
    const value = addressOf(fields[name] ?? 0);
    if (type === 'f32') view.setFloat32(offset + 4 * i, value, true);
    else view.setInt32(offset + 4 * i, value, true);
  });
};

const addressOf = (field: Field): number => {
  if (typeof field === 'number') return field;
  if ('pack' in field) return field.pack.offset;
  if ('buffer' in field) return field.buffer.offset;
  return field.value.buffer.offset + 4 * field.value.channel;
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

const floatsAt = (core: Core, { images, H, W, stride, buffer }: Value): Float32Array =>
  new Float32Array(core.memory(), buffer.offset, images * H * W * stride);
