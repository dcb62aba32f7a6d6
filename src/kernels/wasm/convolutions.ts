// Convolutions as the core's instructions: which algorithm, how the weights are packed, how the work is cut into tasks.

import type { Step } from '../../core/kernels.js';
import type { OperatorOf } from '../../core/operator.js';
import { POINT, type Window } from '../../core/window.js';
import {
  copy,
  depthFields,
  endingOf,
  inputFields,
  type Lowered,
  outputFields,
  pixelsOf,
  three,
  windowFields,
} from './fields.js';
import type { Job } from './fuse.js';
import { type Draft, type Instruction, instruction, type Place, type Value } from './instruction.js';
import { addends, panels, plain, taps, transformedPanels } from './pack.js';

/** Bytes of 0 that stand for rows outside the image. */
const ZEROS = 64;

export const convolution = (
  job: Job,
  { windows, groups }: OperatorOf<'convolution'>,
  input: Value,
  output: Value,
  draft: Draft,
): Lowered => {
  const [d, h, w] = three(windows);
  // Slices lie under each other: only the plain algorithm keeps them apart.
  const flat = input.shape.length <= 3;
  if (flat && groups === input.C && output.C === input.C && groups > 1 && job.residual === null) {
    const weights = draft.place(taps(job.step, job.folded, input.C, h.kernel * w.kernel));
    const fields = {
      ...inputFields(input),
      ...outputFields(output),
      weights,
      C: input.C,
      ...windowFields([h, w]),
      ...endingOf(job.act),
    };
    return {
      algorithm: 'depthwise',
      instructions: [instruction('depthwise', fields, output.images * output.H, ZEROS)],
    };
  }
  const count = d.kernel * h.kernel * w.kernel;
  // Few channels make short runs; the channels of a whole line of the kernel lie one behind the other.
  if (flat && groups === 1 && w.kernel > 1 && w.dilation === 1 && input.C < SHORT)
    return lines(job, [h, w], input, output, draft);
  const m = flat ? tileOf([h, w], groups, input, output, draft) : null;
  if (m !== null) return winograd(job, m, [h, w], input, output, draft);
  const shape = { groups, filters: output.C / groups, taps: count, depth: input.C / groups };
  const packed = draft.place(panels(job.step, job.folded, { ...shape, columns: draft.block.columns }));
  const made = convolve(job, [h, w], input, output, { ...shape, panels: packed }, draft, d);
  return { algorithm: count === 1 ? 'gemm 1x1' : groups > 1 ? 'grouped' : 'direct', instructions: [made] };
};

/** Fewer channels or filters are not worth the way there and back. */
const LEAST_CHANNELS = 8;
/** Sides of the tiles of outputs that there are, by the kernel's. Errors of 4x4 and of 5x5 are up to 2e-5, of 2x2 for 3x3 below 1e-5. */
const TILES: Readonly<Record<number, { readonly auto: readonly number[]; readonly careful: readonly number[] }>> = {
  3: { auto: [4, 2], careful: [2] },
  5: { auto: [2], careful: [] },
};

/**
 * Multiply-accumulates that take as long as to read one weight from memory, and as to take one value of a tile to a product or from
 * it. Builds differ by two in both, and all do the same, or their results would differ.
 */
const READ = 14;
const CARRY = 20;

/** The side of the tiles of Winograd's algorithm that takes the least time; null where all take longer than the products themselves. */
const tileOf = (
  [h, w]: readonly [Window, Window],
  groups: number,
  input: Value,
  output: Value,
  { options: { precision } }: Draft,
): number | null => {
  const { kernel } = h;
  const fits = [h, w].every((window) => window.kernel === kernel && window.stride === 1 && window.dilation === 1);
  const even = input.C % 8 === 0 && output.C % 8 === 0 && Math.min(input.C, output.C) >= LEAST_CHANNELS;
  if (!fits || !even || groups > 1 || precision === 'exact') return null;
  let best: { readonly m: number | null; readonly time: number } = {
    m: null,
    time: kernel ** 2 * (pixelsOf(output) + READ),
  };
  for (const m of TILES[kernel]?.[precision] ?? []) {
    const tiles = output.images * Math.ceil(output.H / m) * Math.ceil(output.W / m);
    const time = (m + kernel - 1) ** 2 * (tiles * (1 + CARRY / input.C + CARRY / output.C) + READ);
    if (time < best.time) best = { m, time };
  }
  return best.m;
};

/** Bytes of V that a run of tiles may take. It need not stay near: with fewer tiles at a time U is read more often. */
const TILE_BYTES = 4096 * 1024;
/** Floats between the matrices of V or M, at most. */
const APART = 32;
/** Channels of M at a time. */
const GROUP = 64;

const winograd = (
  job: Job,
  m: number,
  [h, w]: readonly [Window, Window],
  input: Value,
  output: Value,
  { block, options, stored, place }: Draft,
): Lowered => {
  const { kernel } = h;
  const positions = (m + kernel - 1) ** 2;
  const all = output.images * Math.ceil(output.H / m) * Math.ceil(output.W / m);
  const most = Math.max(24, Math.floor(TILE_BYTES / (4 * positions * input.C)));
  const allPanels = Math.ceil(output.C / block.columns);
  const groupPanels = Math.min(allPanels, Math.ceil(GROUP / block.columns));
  const wanted = options.threads === 1 ? 1 : options.threads * 3;
  const tiles = Math.min(most, 96, Math.max(block.rows, Math.ceil(all / wanted)));
  const tileTasks = Math.ceil(all / tiles);
  const splits =
    options.threads === 1 ? 1 : Math.min(Math.ceil(allPanels / groupPanels), Math.ceil(wanted / tileTasks));
  const taskPanels = Math.ceil(allPanels / splits);
  const panelTasks = Math.ceil(allPanels / taskPanels);
  const residual = job.residual === null ? null : stored(job.residual);
  const shape = { m, kernel, filters: output.C, channels: input.C, columns: block.columns };
  const fields = {
    ...inputFields(input),
    ...outputFields(output),
    C: input.C,
    panels: place(transformedPanels(job.step, job.folded, shape)),
    bias: place(addends(job.step, job.folded, output.C) ?? plain(new Float32Array(output.C))),
    residual,
    residualStride: residual?.stride ?? 0,
    top: h.before,
    left: w.before,
    filters: output.C,
    m,
    kernel,
    tiles,
    groupPanels,
    taskPanels,
    panelTasks,
    ...endingOf(job.act),
  };
  const floats = positions * (8 + tiles + tiles * (input.C + groupPanels * block.columns) + 2 * APART);
  return {
    algorithm: m === 4 ? 'winograd 4x4' : kernel === 5 ? 'winograd 2x2 of 5x5' : 'winograd 2x2',
    instructions: [instruction('winograd', fields, tileTasks * panelTasks, 4 * floats)],
  };
};

/** Below this many channels a line of the kernel is read as one run. */
const SHORT = 16;

/** As one tap per line of the kernel, `kernel width x channels` deep; the padding is put around the image first. */
const lines = (job: Job, [h, w]: readonly [Window, Window], input: Value, output: Value, draft: Draft): Lowered => {
  const [height, width] = [h, w].map((window, axis) => {
    const places = axis === 0 ? output.H : output.W;
    const size = axis === 0 ? input.H : input.W;
    return Math.max(size + window.before, (places - 1) * window.stride + window.dilation * (window.kernel - 1) + 1);
  }) as [number, number];
  const bare = height === input.H && width === input.W && input.stride === input.C;
  const padded: Value = bare
    ? input
    : {
        ...input,
        H: height,
        W: width,
        stride: input.C,
        channel: 0,
        buffer: draft.temporary(4 * input.images * height * width * input.C),
      };
  const shape = { groups: 1, filters: output.C, taps: h.kernel, depth: w.kernel * input.C };
  // [O, C, kh, kw] read as [O, kw * C, kh]: the runs of a line, tap by tap.
  const packed = draft.place(
    panels(byLines(job.step, [h.kernel, w.kernel], input.C), job.folded, { ...shape, columns: draft.block.columns }),
  );
  const rowWindow = { ...h, before: 0, after: 0 };
  const columnWindow = { ...w, kernel: 1, before: 0, after: 0 };
  const made = convolve(job, [rowWindow, columnWindow], padded, output, { ...shape, panels: packed }, draft);
  return {
    algorithm: 'lines',
    instructions: [...(bare ? [] : [copy(input, padded, h.before, w.before)]), made],
  };
};

const byLines = (step: Step, [kh, kw]: readonly [number, number], C: number): Step => {
  const { weight } = step.weights;
  if (!weight) return step;
  // Asked for once: what is large is read anew for each who asks.
  const { data: values } = weight;
  const data = new Float32Array(values.length);
  const filters = data.length / (C * kh * kw);
  let from = 0;
  for (let o = 0; o < filters; o++)
    for (let c = 0; c < C; c++)
      for (let y = 0; y < kh; y++)
        for (let x = 0; x < kw; x++) data[((o * kw + x) * C + c) * kh + y] = values[from++] as number;
  return { ...step, weights: { ...step.weights, weight: { shape: [filters, kw * C, kh], data } } };
};

/** Bytes of the input that a block of rows should stay below, to be in the cache for every panel. */
const BLOCK_BYTES = 384 * 1024;
const MOST_ROWS = 384;
const LEAST_ROWS = 24;
/** Tasks per thread, so that nobody waits long for the last. */
const TASKS = 6;

interface Product {
  readonly groups: number;
  readonly filters: number;
  readonly taps: number;
  readonly depth: number;
  readonly panels: Place;
}

export const convolve = (
  job: Job,
  window: readonly [Window, Window],
  input: Value,
  output: Value,
  { groups, filters, taps: count, depth, panels: packed }: Product,
  { block, options, stored, zeros }: Draft,
  depthWindow = POINT,
): Instruction => {
  const pixels = pixelsOf(output);
  const perPixel = 4 * groups * depth;
  const most = Math.min(MOST_ROWS, Math.max(LEAST_ROWS, Math.floor(BLOCK_BYTES / perPixel)));
  const rows = Math.min(most, pixels);
  const allPanels = groups * Math.ceil(filters / block.columns);
  const { taskRows, taskPanels } = share(pixels, rows, allPanels, options.threads);
  const rowTasks = Math.ceil(pixels / taskRows);
  const panelTasks = Math.ceil(allPanels / taskPanels);
  const residual = job.residual === null ? null : stored(job.residual);
  const fields = {
    ...inputFields(input),
    ...outputFields(output),
    panels: packed,
    zeros: zeros(groups * depth),
    residual,
    residualStride: residual?.stride ?? 0,
    ...windowFields(window),
    ...depthFields(depthWindow, input, output),
    groups,
    depth,
    filters,
    rows: Math.min(rows, taskRows),
    taskRows,
    taskPanels,
    panelTasks,
    ...endingOf(job.act),
  };
  // Results of a panel that is not full, and a pointer per tap, for every row of a block.
  const scratch = 4 * rows * (block.columns + count);
  return instruction('convolve', fields, rowTasks * panelTasks, scratch);
};

/** Cuts rows x panels into tasks: by rows where there are many, by panels too where there are not. */
const share = (
  pixels: number,
  rows: number,
  allPanels: number,
  threads: number,
): { readonly taskRows: number; readonly taskPanels: number } => {
  if (threads === 1) return { taskRows: pixels, taskPanels: allPanels };
  const wanted = threads * TASKS;
  const rowTasks = Math.ceil(pixels / rows);
  if (rowTasks >= wanted) return { taskRows: rows, taskPanels: allPanels };
  const panelTasks = Math.min(allPanels, Math.ceil(wanted / rowTasks));
  return { taskRows: rows, taskPanels: Math.ceil(allPanels / panelTasks) };
};
