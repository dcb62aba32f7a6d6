// What moves values, as the core's instructions: slices, borders, concatenations, other shapes and orders, interpolation, tables.

import type { Step } from '../../core/kernels.js';
import type { OperatorOf } from '../../core/operator.js';
import { product, type Shape, spatial } from '../../core/shape.js';
import { BORDERS, tapsOf } from '../axes.js';
import { NONE } from '../instructions.js';
import { rowAt } from '../reference/embedding.js';
import { copy, fresh, inputFields, type Lowered, outputFields, runs, sliceFields } from './fields.js';
import { type Draft, type Instruction, instruction, type Value } from './instruction.js';
import { cellsOf, gather, type Offsets, offsets, stepsOf } from './offsets.js';
import { indices, plain } from './pack.js';
import { asIs, byPlace } from './tables.js';

const moved = (...instructions: Instruction[]): Lowered => ({ algorithm: 'copy', instructions });

/** A volume as rows and columns, so that runs of cells along an axis are runs of rows, or of columns. */
const lanes = (
  value: Value,
  axis: number,
  shape = value.shape,
): Value & { readonly each: number; readonly rows: boolean } => {
  const [outer, each] = [product(shape.slice(1, axis)), product(shape.slice(axis + 1))];
  const rows = outer === 1;
  const pixels = value.H * value.W;
  return { ...value, H: rows ? pixels / each : outer, W: rows ? each : pixels / outer, each, rows };
};

/** Cells along an axis from `start` on. */
export const slice = ({ axis, start }: OperatorOf<'slice'>, input: Value, output: Value, draft: Draft): Lowered => {
  const ofChannels = { ...input, channel: input.channel + start };
  if (axis > 0) {
    const [from, to] = [lanes(input, axis), lanes(output, axis, input.shape)];
    return moved(from.rows ? copy(from, to, -start) : copy(from, to, 0, -start * from.each));
  }
  if (output.shape.length === input.shape.length) return moved(copy({ ...ofChannels, C: output.C }, output));
  // Without the channels the first axis of places becomes them.
  const [, first, ...rest] = cellsOf(input);
  return moved(gather(ofChannels, output, { pixels: rest, channels: first ? [first] : [[0]] }, draft));
};

/** Copies what does not lie where it belongs. */
export const concat = (step: Step, { axis }: OperatorOf<'concat'>, output: Value, { stored }: Draft): Lowered => {
  if (axis > 0) return moved(...behind(step, axis, output, stored));
  let channel = output.channel;
  const instructions = step.inputs.flatMap((id) => {
    const value = stored(id);
    const part: Value = { ...output, C: value.C, channel };
    channel += value.C;
    const inPlace = value.buffer === output.buffer && value.channel === part.channel;
    return inPlace ? [] : [copy(value, part)];
  });
  return moved(...instructions);
};

/** Each input in its rows or columns of the output. */
const behind = (step: Step, axis: number, output: Value, stored: Draft['stored']): Instruction[] => {
  const to = lanes(output, axis);
  let cells = 0;
  return step.inputs.map((id) => {
    const from = lanes(stored(id), axis);
    const [top, left] = to.rows ? [cells, 0] : [0, cells * to.each];
    cells += from.shape[axis] ?? 1;
    return scatter(from, to, { top, left });
  });
};

interface Dealing {
  readonly front?: number;
  readonly top: number;
  readonly left: number;
  readonly steps?: readonly [depth: number, height: number, width: number];
}

/** Pixels dealt out over the output; slices count only where they are not next to each other. */
export const scatter = (input: Value, output: Value, { front = 0, top, left, steps }: Dealing): Instruction => {
  const [stepD, stepH, stepW] = steps ?? [1, 1, 1];
  const fields = {
    ...inputFields(input),
    ...outputFields(output),
    ...(steps ? sliceFields(input, output) : sliceFields(input, output, 1, 1)),
    C: input.C,
    stepD,
    stepH,
    stepW,
    front,
    top,
    left,
  };
  return instruction('scatter', fields, input.images * input.H);
};

export const pad = ({ sides, by }: OperatorOf<'pad'>, input: Value, output: Value, draft: Draft): Lowered => {
  if (by === 'zero' && input.shape.length <= 3) {
    const [[top] = [0], [left] = [0]] = sides.length === 1 ? [[0] as const, ...sides] : sides;
    return moved(copy(input, output, top, left, output.C));
  }
  const steps = stepsOf(input);
  const pixels = spatial(output.shape).map((size, axis) => {
    const n = input.shape[axis + 1] ?? 1;
    return offsets(size, steps[axis + 1] ?? 0, (i) => {
      const cell = BORDERS[by](i - (sides[axis]?.[0] ?? 0), n);
      return cell >= 0 && cell < n ? cell : NONE;
    });
  });
  const more = output.C > input.C ? [offsets(output.C, 1, (c) => (c < input.C ? c : NONE))] : undefined;
  return moved(gather(input, output, { pixels, ...(more && { channels: more }) }, draft));
};

/** The place of channel i of g groups is that of channel i/g of group i mod g. */
export const shuffle = ({ groups }: OperatorOf<'shuffle'>, input: Value, output: Value, draft: Draft): Lowered => {
  const each = input.C / groups;
  const order = offsets(input.C, 1, (c) => (c % groups) * each + Math.floor(c / groups));
  return moved(gather(input, output, { pixels: input.stride, channels: [order] }, draft));
};

/** The same values, counted channels first. */
export const reshape = (input: Value, output: Value, draft: Draft): Lowered => {
  const [from, to] = [input.H * input.W, output.H * output.W];
  // Of such sizes the cells of a channel are whole channels, or parts of one: then both orders are sums.
  if (from % to !== 0 && to % from !== 0) {
    const flat = fresh([input.C * from], draft);
    return moved(
      ...[reshape(input, flat, draft), reshape(flat, output, draft)].flatMap(({ instructions }) => instructions),
    );
  }
  const at = (index: number): number => (index % from) * input.stride + Math.floor(index / from);
  const pixels = offsets(to, 1, at);
  return moved(gather(input, output, { pixels: [pixels], channels: [offsets(output.C, 1, (c) => at(c * to))] }, draft));
};

export const permute = ({ order }: OperatorOf<'permute'>, input: Value, output: Value, draft: Draft): Lowered => {
  const cells = cellsOf(input);
  const [first = [], ...pixels] = order.map((axis) => cells[axis] ?? []);
  return moved(gather(input, output, { pixels, ...(order[0] !== 0 && { channels: [first] }) }, draft));
};

/** Channel c * r² + (row of the block) * r + (column) becomes the cells of one channel's blocks. */
export const pixelshuffle = (
  { by }: OperatorOf<'pixelshuffle'>,
  input: Value,
  output: Value,
  draft: Draft,
): Lowered => {
  const [, ...steps] = stepsOf(input);
  const pixels = spatial(output.shape).map((size, axis) => {
    const inBlock = by ** (steps.length - 1 - axis);
    return Array.from({ length: size }, (_, i) => (i % by) * inBlock + Math.floor(i / by) * (steps[axis] ?? 0));
  });
  return moved(gather(input, output, { pixels, channels: [offsets(output.C, by ** steps.length)] }, draft));
};

/** The inverse of {@link pixelshuffle}. */
export const pixelunshuffle = (
  { by }: OperatorOf<'pixelunshuffle'>,
  input: Value,
  output: Value,
  draft: Draft,
): Lowered => {
  const [, ...steps] = stepsOf(input);
  const pixels = spatial(output.shape).map((size, axis) => offsets(size, by * (steps[axis] ?? 0)));
  // The channels of the input, then the axes of a block.
  const order: readonly Offsets[] = [offsets(input.C, 1), ...steps.map((step) => offsets(by, step))];
  return moved(gather(input, output, { pixels, channels: order }, draft));
};

/** What has one cell along an axis, or lacks it, in every cell of the output's. */
export const expanded = (input: Value, output: Value, draft: Draft): Instruction => {
  const cells = cellsOf(input);
  const [first = [], ...pixels] = output.shape.map((size, axis) => {
    const own = cells[axis] ?? [0];
    return own.length === size ? own : offsets(size, 0);
  });
  return gather(input, output, { pixels, ...(input.C !== output.C && { channels: [first] }) }, draft);
};

/** A learned tensor, once for every image. */
export const repeated = ({ weights: { weight } }: Step, output: Value, draft: Draft): Lowered => {
  const placed = draft.place(weight ? byPlace(weight, output.C) : plain(new Float32Array(product(output.shape))));
  return moved(gather(placed, output, { pixels: output.C }, draft));
};

/** Rows of a table. What is no row's number ends the run before they are read. */
export const embedding = (step: Step, input: Value, output: Value, { place }: Draft): Lowered => {
  const { weight } = step.weights;
  const [words = 1] = weight?.shape ?? [];
  const pixels = output.H * output.W;
  const fields = {
    input,
    output,
    table: place(weight ? asIs(weight) : plain(new Float32Array(output.C))),
    images: output.images,
    pixels,
    C: output.C,
    outputStride: output.stride,
    words,
    imageStep: input.H * input.W * input.stride,
    // The words of a vector lie beside each other.
    pixelStep: input.shape.length === 1 ? 1 : input.stride,
  };
  return {
    ...moved(instruction('embed', fields, output.images * runs(pixels))),
    before: (read) => {
      for (const word of read(input).data) rowAt(step, word);
    },
  };
};

/** Every cell from those around its point, by tables of cells and weights along each axis. */
export const upsample = (operator: OperatorOf<'upsample'>, input: Value, output: Value, { place }: Draft): Lowered => {
  const [sizes, outSizes] = [input, output].map(({ shape }) => threeSizes(shape)) as [Shape, Shape];
  const axes = tapsOf(operator, sizes, outSizes);
  const [tapsD = 1, tapsH = 1, tapsW = 1] = axes.map((cells) => Math.max(...cells.map(({ length }) => length)));
  // What needs fewer weighs nothing there.
  const tables = axes.flatMap((cells, axis) => {
    const taps = [tapsD, tapsH, tapsW][axis] ?? 1;
    return cells.flatMap((own) =>
      Array.from({ length: taps }, (_, i) => own[i] ?? { cell: own[0]?.cell ?? 0, weight: 0 }),
    );
  });
  const fields = {
    ...inputFields(input),
    ...outputFields(output),
    cells: place(indices(tables.map(({ cell }) => cell))),
    weights: place(plain(tables.map(({ weight }) => weight))),
    ...sliceFields(input, output),
    C: input.C,
    tapsD,
    tapsH,
    tapsW,
  };
  const scratch = 8 * tapsD * tapsH * tapsW;
  return { algorithm: 'resample', instructions: [instruction('resample', fields, output.images * output.H, scratch)] };
};

/** Depth, height and width; what there is not is 1. */
const threeSizes = (shape: Shape): Shape => [...Array<number>(4 - shape.length).fill(1), ...spatial(shape)];
