// The WebAssembly backend: opens a core, lays a plan out in its memory, and runs it step by step. No arithmetic of its own.

import {
  type Backend,
  type Network,
  type Outcome,
  Refusal,
  type Session,
  type SessionOptions,
  type Tensor,
  type Timing,
} from '../core/kernels.js';
import instructionFields from './instructions.json' with { type: 'json' };
import type { Running } from './reference/normalise.js';
import { compute, toTensor, toValues } from './reference.js';
import { type Core, type Host, openCore } from './wasm/core.js';
import { type Field, KINDS, type Plan, type Planned, plan, type Value } from './wasm/plan.js';

/** What a core can address: its pointers have 32 bits. */
const MOST_BYTES = 4 * 2 ** 30;

export const wasm = (host: Host): Backend => ({
  name: 'wasm',
  open: async (network, options) => {
    const core = await openCore(host, options.core);
    const planned = plan(network, core.block, options);
    if (planned.bytes > MOST_BYTES)
      throw new Refusal(
        'run/too-large',
        `the network needs ${gibibytes(planned.bytes)}: ${gibibytes(planned.weights)} of weights and ${gibibytes(planned.arena)} of activations; the core has at most 4 GiB`,
        'a smaller --batch or --input needs less; --one-by-one runs the images of a batch apart',
      );
    await core.allocate(planned, options.threads);
    for (const { pack, offset } of planned.packs) pack.write(new Float32Array(core.memory(), offset, pack.floats));
    for (const { instructions } of planned.planned)
      for (const instruction of instructions)
        writeFields(core, instruction.kind, instruction.fields, instruction.offset);
    return session(network, planned, core, options, host);
  },
});

const gibibytes = (bytes: number): string => `${(bytes / 2 ** 30).toFixed(2)} GiB`;

const writeFields = (
  core: Core,
  kind: keyof typeof instructionFields,
  fields: Readonly<Record<string, Field>>,
  offset: number,
): void => {
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
const read = (core: Core, { images, H, W, C, stride, channel, buffer, shape }: Value): Tensor => {
  const from = new Float32Array(core.memory(), buffer.offset, images * H * W * stride);
  const data = new Float32Array(images * C * H * W);
  const places = H * W;
  for (let n = 0; n < images; n++)
    for (let p = 0; p < places; p++)
      for (let c = 0; c < C; c++)
        data[(n * C + c) * places + p] = from[(n * places + p) * stride + channel + c] as number;
  return { shape: [images, ...shape], data };
};

const write = (core: Core, { images, H, W, C, stride, channel, buffer }: Value, { data }: Tensor): void => {
  const to = new Float32Array(core.memory(), buffer.offset, images * H * W * stride);
  const places = H * W;
  for (let n = 0; n < images; n++)
    for (let p = 0; p < places; p++)
      for (let c = 0; c < C; c++)
        to[(n * places + p) * stride + channel + c] = data[(n * C + c) * places + p] as number;
};

const session = (network: Network, planned: Plan, core: Core, options: SessionOptions, { now }: Host): Session => {
  const kept = new Map<number, { running_mean: Tensor; running_var: Tensor }>();
  const perform = ({ job, instructions, fallback }: Planned): void => {
    for (const { kind, offset, tasks } of instructions) core.perform(KINDS.indexOf(kind), offset, tasks);
    if (!fallback) return;
    const inputs = fallback.inputs.map((value) => toValues(read(core, value)));
    const keep = ({ running_mean, running_var }: Running) => {
      const shape = [running_mean.length];
      kept.set(job.step.id, {
        running_mean: { shape, data: running_mean },
        running_var: { shape, data: running_var },
      });
    };
    const made = compute(fallback.step, inputs, { training: options.training === true, kept: keep });
    write(core, fallback.output, toTensor(made));
  };
  return {
    core: core.description,
    peakBytes: planned.bytes,
    close: () => core.close(),
    async run(inputs, { observe, progress } = {}): Promise<Outcome> {
      for (const { id } of network.inputs) {
        const [value, tensor] = [planned.values.get(id), inputs.get(id)];
        if (value && tensor) write(core, value, tensor);
      }
      const timings: Timing[] = [];
      for (const [at, one] of planned.planned.entries()) {
        const start = now();
        perform(one);
        const { step, output, absorbed } = one.job;
        const timing: Timing = { id: step.id, ms: now() - start, algorithm: one.algorithm };
        timings.push(timing);
        for (const { id } of absorbed) timings.push({ id, ms: 0, algorithm: `in ${step.name}` });
        const value = planned.values.get(output.id);
        if (observe && value) observe(output.id, () => read(core, value), timing);
        const pause = progress?.(at + 1, planned.planned.length);
        if (pause) await pause;
      }
      const outputs = network.outputs.flatMap((id) => {
        const value = planned.values.get(id);
        return value ? [[id, read(core, value)] as const] : [];
      });
      return { outputs: new Map(outputs), timings, ...(options.training && { statistics: new Map(kept) }) };
    },
  };
};
