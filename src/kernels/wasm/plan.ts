// Network -> what the core does: instructions, and the place of every value and packed tensor in one memory. Pure.

import type { Network, SessionOptions, Step } from '../../core/kernels.js';
import type { Shape } from '../../core/shape.js';
import { floatsOf, type Lowered, volumeOf } from './fields.js';
import { fused, isAlias, type Job, unfused } from './fuse.js';
import { type Block, type Draft, type Pack, type Placed, STAGED_BYTES, type Value } from './instruction.js';
import { lower } from './lower.js';
import { aligned, arrange, type Buffer } from './memory.js';
import { stagedFloats } from './pack.js';

/** What is done for one job. */
export interface Planned extends Lowered {
  readonly job: Job;
}

export interface Plan {
  readonly batch: number;
  readonly planned: readonly Planned[];
  /** By step or input id. */
  readonly values: ReadonlyMap<number, Value>;
  readonly packs: readonly Placed[];
  /** The first byte of the threads' own memory, and how much each has. */
  readonly scratch: { readonly offset: number; readonly bytes: number };
  /** Where weights stand while they are packed: the place of the activations. */
  readonly staging: number;
  /** Bytes of memory in all, and of the activations and the packed tensors in it. */
  readonly bytes: number;
  readonly arena: number;
  readonly weights: number;
}

/** What belongs to the core itself: its constants, and the counters that threads share. */
const RESERVED = 65536;

export const plan = (network: Network, block: Block, options: SessionOptions): Plan => {
  const { batch } = options;
  const whole = options.observed || options.training;
  const jobs = whole ? unfused(network) : fused(network);
  const buffers: Buffer[] = [];
  const values = new Map<number, Value>();
  const packs: Placed[] = [];
  const newBuffer = (floats: number, now: number): Buffer => {
    const buffer = { bytes: 4 * floats, first: now, last: now, offset: 0 };
    buffers.push(buffer);
    return buffer;
  };
  const newValue = (shape: Shape, now: number): Value => {
    const volume = volumeOf(shape, batch);
    return { ...volume, stride: volume.C, channel: 0, buffer: newBuffer(floatsOf(volume), now) };
  };
  for (const { id, shape } of network.inputs) values.set(id, newValue(shape, -1));
  const within = whole ? new Map<number, Within>() : concatenated(network, jobs);
  const zeroed: { floats: number; placed: Placed } = {
    floats: 0,
    placed: { pack: { floats: 0, write: () => {} }, offset: 0 },
  };
  const place = (pack: Pack): Placed => {
    const placed = { pack, offset: 0 };
    packs.push(placed);
    return placed;
  };
  const planned = jobs.map((job, now): Planned => {
    const { step, output, absorbed } = job;
    for (const id of [...step.inputs, ...(job.residual === null ? [] : [job.residual])]) touch(values.get(id), now);
    const [first] = step.inputs;
    const source = first === undefined ? undefined : values.get(first);
    if (isAlias(step) && source) {
      // The same values, under the shape of the step.
      for (const { id, output } of [step, ...absorbed]) values.set(id, { ...source, ...volumeOf(output, batch) });
      return { job, algorithm: 'no work', instructions: [] };
    }
    const made = values.get(output.id) ?? storage(output, within, values, newValue, now);
    touch(made, now);
    for (const { id } of [step, ...absorbed]) values.set(id, made);
    const draft: Draft = {
      batch,
      block,
      options,
      stored: (id) => values.get(id) as Value,
      temporary: (bytes) => newBuffer(bytes / 4, now),
      place,
      zeros: (floats) => {
        zeroed.floats = Math.max(zeroed.floats, floats);
        return zeroed.placed;
      },
    };
    return { job, ...lower(job, made, draft) };
  });
  const end = jobs.length;
  for (const id of network.outputs) touch(values.get(id), end);
  return laidOut(planned, values, buffers, packs, zeroed, options);
};

const touch = (value: Value | undefined, now: number): void => {
  if (!value) return;
  value.buffer.first = Math.min(value.buffer.first, now);
  value.buffer.last = Math.max(value.buffer.last, now);
};

// --- values inside others ------------------------------------------------------------------------------------------------

/** A value that is written where a concatenation wants it. */
interface Within {
  readonly concat: Step;
  readonly channel: number;
}

/** Values that only a concatenation reads, and which are made by instructions that can leave gaps between pixels. */
const concatenated = (network: Network, jobs: readonly Job[]): ReadonlyMap<number, Within> => {
  const readers = new Map<number, number>();
  for (const { inputs } of network.steps) for (const id of inputs) readers.set(id, (readers.get(id) ?? 0) + 1);
  const makers = new Map(jobs.map((job) => [job.output.id, job]));
  const found = new Map<number, Within>();
  for (const { step: concat } of jobs) {
    if (concat.operator.op !== 'concat' || concat.operator.axis > 0) continue;
    let channel = 0;
    concat.inputs.forEach((id, i) => {
      const maker = makers.get(id);
      const volume = (concat.inputShapes[i]?.length ?? 0) > 1;
      if (maker && volume && !isAlias(maker.step) && readers.get(id) === 1 && !network.outputs.includes(id))
        found.set(id, { concat, channel });
      channel += concat.inputShapes[i]?.[0] ?? 0;
    });
  }
  return found;
};

/** A buffer of its own, or the part of a concatenation's. */
const storage = (
  step: Step,
  within: ReadonlyMap<number, Within>,
  values: Map<number, Value>,
  newValue: (shape: Shape, now: number) => Value,
  now: number,
): Value => {
  const inside = within.get(step.id);
  if (!inside) return newValue(step.output, now);
  const whole = values.get(inside.concat.id) ?? storage(inside.concat, within, values, newValue, now);
  values.set(inside.concat.id, whole);
  const { images, stride, channel, buffer } = whole;
  return { ...volumeOf(step.output, images), stride, channel: channel + inside.channel, buffer };
};

// --- places --------------------------------------------------------------------------------------------------------------

const laidOut = (
  planned: readonly Planned[],
  values: ReadonlyMap<number, Value>,
  buffers: readonly Buffer[],
  packs: readonly Placed[],
  zeros: { readonly floats: number; readonly placed: Placed },
  { threads, batch }: SessionOptions,
): Plan => {
  const all = planned.flatMap(({ instructions }) => instructions);
  let at = RESERVED;
  for (const instruction of all) {
    instruction.offset = at;
    at += 4 * instruction.fields.length;
  }
  const weightsAt = aligned(at);
  at = weightsAt;
  for (const placed of packs) {
    placed.offset = at;
    at += aligned(4 * placed.pack.floats);
  }
  zeros.placed.offset = at;
  at += aligned(4 * zeros.floats);
  const weights = at - weightsAt;
  const own = aligned(Math.max(0, ...all.map(({ scratch }) => scratch)));
  const scratch = { offset: at, bytes: own };
  at += threads * own;
  const staged = packs.map(({ pack }) => STAGED_BYTES + ('instruction' in pack ? aligned(4 * stagedFloats(pack)) : 0));
  const end = Math.max(arrange(buffers, at), at + staged.reduce((most, bytes) => Math.max(most, bytes), 0));
  return { batch, planned, values, packs, scratch, staging: at, bytes: end, arena: end - at, weights };
};
