// A plan written into a core's memory: packed tensors, the fields of instructions. And values written and read.

import type { Tensor } from '../../core/kernels.js';
import instructionFields from '../instructions.json' with { type: 'json' };
import type { Core } from './core.js';
import type { Field, Instruction, Plan, Value } from './plan.js';

/** The core's memory must have been allocated for the plan. */
export const load = (core: Core, { packs, planned }: Plan): void => {
  for (const { pack, offset } of packs) pack.write(new Float32Array(core.memory(), offset, pack.floats));
  const view = new DataView(core.memory());
  for (const { instructions } of planned) for (const instruction of instructions) writeFields(view, instruction);
};

const writeFields = (view: DataView, { kind, fields, offset }: Instruction): void => {
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
  const { images, H, W, C, shape } = value;
  const data = new Float32Array(images * C * H * W);
  eachCell(core, value, (memory, at, i) => {
    data[i] = memory[at] as number;
  });
  return { shape: [images, ...shape], data };
};

export const writeValue = (core: Core, value: Value, { data }: Tensor): void =>
  eachCell(core, value, (memory, at, i) => {
    memory[at] = data[i] as number;
  });

/** Every cell of a value: its index in the memory, channels last, and in a tensor, channels first. */
const eachCell = (
  core: Core,
  { images, H, W, C, stride, channel, buffer }: Value,
  visit: (memory: Float32Array, at: number, i: number) => void,
): void => {
  const memory = new Float32Array(core.memory(), buffer.offset, images * H * W * stride);
  const places = H * W;
  for (let n = 0; n < images; n++)
    for (let p = 0; p < places; p++)
      for (let c = 0; c < C; c++) visit(memory, (n * places + p) * stride + channel + c, (n * C + c) * places + p);
};
