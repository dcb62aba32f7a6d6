// One job -> the core's instructions, or none where the core has none for it. Which algorithm, which fields, how many tasks.

import { affineOf } from '../../core/affine.js';
import type { Step } from '../../core/kernels.js';
import type { Operator, Pointwise } from '../../core/operator.js';
import { sameShape } from '../../core/shape.js';
import type { Window } from '../../core/window.js';
import type { Job } from './fuse.js';
import { addends, indices, panels, plain, rows, taps, transformedPanels } from './pack.js';
import type { Draft, Field, Instruction, Kind, Value } from './plan.js';

export interface Lowered {
  readonly algorithm: string;
  readonly instructions: readonly Instruction[];
}

type Is<Op extends Operator['op']> = Extract<Operator, { op: Op }>;

/** Pixels of a task, where the tasks are runs of pixels; the core has the same number. */
const RUN = 64;

const instruction = (kind: Kind, fields: Readonly<Record<string, Field>>, tasks: number, scratch = 0): Instruction => ({
  kind,
  fields,
  tasks,
  scratch,
  offset: 0,
});

const runs = (pixels: number): number => Math.ceil(pixels / RUN);
const pixelsOf = ({ images, H, W }: Value): number => images * H * W;

/** Null where the reference must do it. */
export const lower = (job: Job, output: Value, draft: Draft): Lowered | null => {
  const { step, act } = job;
  const { operator } = step;
  const ending = actOf(act);
  if (!ending) return null;
  const one = (algorithm: string, ...instructions: Instruction[]): Lowered => ({ algorithm, instructions });
  const [input] = step.inputs.map(draft.stored);
  if (!input) return null;
  // Slices lie under each other, so that what looks at neighbours would look into the next.
  const flat = step.inputShapes.every((shape) => shape.length <= 3) && step.output.length <= 3;
  switch (operator.op) {
    case 'convolution':
      return flat ? convolution(job, operator, input, output, draft) : null;
    case 'dense':
      return dense(job, input, output, draft);
    case 'pool':
      return flat ? one(`${operator.mode} pool`, pool(operator, input, output)) : null;
    case 'adaptive-pool':
      return flat ? one(`${operator.mode} pool`, adaptive(operator, input, output)) : null;
    case 'pointwise': {
      const code = actOf(operator);
      return code && one('elementwise', affine(input, output, {}, code));
    }
    case 'scale':
    case 'normalise':
      return normalise(job, operator, input, output, draft, ending);
    case 'combine':
      return combine(step, operator, output, draft, ending);
    case 'concat':
      return one('copy', ...concat(step, output, draft));
    case 'slice':
      return one('copy', copy({ ...input, channel: input.channel + operator.start, C: output.C }, output));
    case 'pad':
      return operator.by === 'zero' && flat ? one('copy', pad(operator, input, output)) : null;
    case 'shuffle':
      return one('copy', shuffle(operator, input, output, draft));
    case 'reshape':
      return output.shape.length === 1 ? one('copy', flatten(input, output)) : null;
    case 'lrn':
      return one('elementwise', respond(operator, input, output));
    case 'softmax':
      return operator.over === 'channels' || step.output.length === 1
        ? one('elementwise', softmax(operator, input, output))
        : null;
    default:
      return null;
  }
};

// --- activations ---------------------------------------------------------------------------------------------------------

/** The core's codes, in its order (assembly/activation.ts). */
const ACTS = [
  'identity',
  'clamp',
  'leakyrelu',
  'elu',
  'celu',
  'selu',
  'gelu',
  'gelu-tanh',
  'silu',
  'mish',
  'sigmoid',
  'tanh',
  'softplus',
  'hardswish',
  'hardsigmoid',
  'softsign',
] as const;

interface Ending extends Readonly<Record<string, number>> {
  readonly act: number;
  readonly alpha: number;
  readonly beta: number;
}

/** Null for a function that the core does not have. */
const actOf = (act: Pointwise | null): Ending | null => {
  if (!act) return { act: 0, alpha: 0, beta: 0 };
  if (act.function === 'relu') return { act: 1, alpha: 0, beta: Number.POSITIVE_INFINITY };
  const code = (ACTS as readonly string[]).indexOf(act.function);
  return code < 0 ? null : { act: code, alpha: act.alpha ?? 1, beta: act.beta ?? 0 };
};

// --- convolutions --------------------------------------------------------------------------------------------------------

/** Windows along height and width; a sequence has one along its length. */
const two = (windows: readonly Window[]): readonly [Window, Window] => {
  const point = { kernel: 1, stride: 1, dilation: 1, before: 0, after: 0 };
  const [h = point, w = point] = windows.length === 1 ? [point, ...windows] : windows;
  return [h, w];
};

const windowFields = ([h, w]: readonly [Window, Window]) => ({
  kernelH: h.kernel,
  kernelW: w.kernel,
  strideH: h.stride,
  strideW: w.stride,
  dilationH: h.dilation,
  dilationW: w.dilation,
  top: h.before,
  left: w.before,
});

const inputFields = (input: Value) => ({
  input: { value: input },
  images: input.images,
  H: input.H,
  W: input.W,
  inputStride: input.stride,
});

const outputFields = (output: Value) => ({
  output: { value: output },
  outH: output.H,
  outW: output.W,
  outputStride: output.stride,
});

const convolution = (
  job: Job,
  { windows, groups }: Is<'convolution'>,
  input: Value,
  output: Value,
  draft: Draft,
): Lowered => {
  const [h, w] = two(windows);
  const ending = actOf(job.act) ?? { act: 0, alpha: 0, beta: 0 };
  if (groups === input.C && output.C === input.C && groups > 1 && job.residual === null) {
    const weights = draft.place(taps(job.step, job.folded, input.C, h.kernel * w.kernel));
    const fields = {
      ...inputFields(input),
      ...outputFields(output),
      weights: { pack: weights },
      zeros: 0,
      C: input.C,
      ...windowFields([h, w]),
      ...ending,
    };
    return { algorithm: 'depthwise', instructions: [instruction('depthwise', fields, output.images * output.H)] };
  }
  const pointwise = h.kernel * w.kernel === 1;
  // Few channels make short runs; the channels of a whole line of the kernel lie one behind the other.
  if (groups === 1 && w.kernel > 1 && w.dilation === 1 && input.C < SHORT)
    return lines(job, [h, w], input, output, draft);
  const m = tileOf([h, w], groups, input, output, draft);
  if (m) return winograd(job, m, [h, w], input, output, draft);
  const shape = { groups, filters: output.C / groups, taps: h.kernel * w.kernel, depth: input.C / groups };
  const packed = draft.place(panels(job.step, job.folded, { ...shape, columns: draft.block.columns }));
  const made = convolve(job, [h, w], input, output, { ...shape, panels: packed }, draft);
  return { algorithm: pointwise ? 'gemm 1x1' : groups > 1 ? 'grouped' : 'direct', instructions: [made] };
};

/** Fewer channels or filters are not worth the way there and back. */
const LEAST_CHANNELS = 16;

/** The tile of Winograd's algorithm, as large as the wanted precision allows: errors of 4 are up to 2e-5, of 2 below 1e-5. */
const tileOf = (
  [h, w]: readonly [Window, Window],
  groups: number,
  input: Value,
  output: Value,
  { options }: Draft,
): 2 | 4 | null => {
  const fits = [h, w].every(({ kernel, stride, dilation }) => kernel === 3 && stride === 1 && dilation === 1);
  const even = input.C % 4 === 0 && output.C % 4 === 0 && Math.min(input.C, output.C) >= LEAST_CHANNELS;
  if (!fits || !even || groups > 1 || options.precision === 'exact') return null;
  return options.precision === 'careful' ? 2 : 4;
};

/** Bytes of V that a run of tiles may take, to stay in the cache for all filters. */
const TILE_BYTES = 512 * 1024;
/** Channels of M at a time. */
const GROUP = 64;

const winograd = (
  job: Job,
  m: 2 | 4,
  [h, w]: readonly [Window, Window],
  input: Value,
  output: Value,
  { block, options, stored, place }: Draft,
): Lowered => {
  const positions = (m + 2) ** 2;
  const all = output.images * Math.ceil(output.H / m) * Math.ceil(output.W / m);
  const inBlocks = (tiles: number): number => Math.ceil(tiles / block.rows) * block.rows;
  const most = Math.max(24, Math.floor(TILE_BYTES / (4 * positions * input.C)));
  const allPanels = Math.ceil(output.C / block.columns);
  const groupPanels = Math.min(allPanels, Math.ceil(GROUP / block.columns));
  const wanted = options.threads === 1 ? 1 : options.threads * 3;
  const tiles = inBlocks(Math.min(most, 96, Math.max(block.rows, Math.ceil(all / wanted))));
  const tileTasks = Math.ceil(all / tiles);
  const splits =
    options.threads === 1 ? 1 : Math.min(Math.ceil(allPanels / groupPanels), Math.ceil(wanted / tileTasks));
  const taskPanels = Math.ceil(allPanels / splits);
  const panelTasks = Math.ceil(allPanels / taskPanels);
  const residual = job.residual === null ? null : stored(job.residual);
  const shape = { m, filters: output.C, channels: input.C, columns: block.columns };
  const fields = {
    ...inputFields(input),
    ...outputFields(output),
    C: input.C,
    panels: { pack: place(transformedPanels(job.step, job.folded, shape)) },
    bias: { pack: place(addends(job.step, job.folded, output.C) ?? plain(new Float32Array(output.C))) },
    residual: residual ? { value: residual } : 0,
    residualStride: residual?.stride ?? 0,
    top: h.before,
    left: w.before,
    filters: output.C,
    m,
    tiles,
    groupPanels,
    taskPanels,
    panelTasks,
    ...(actOf(job.act) ?? {}),
  };
  const floats =
    positions * (4 + tiles) + block.rows * block.columns + positions * tiles * (input.C + groupPanels * block.columns);
  return {
    algorithm: `winograd ${m}x${m}`,
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
  const data = new Float32Array(weight.data.length);
  const filters = data.length / (C * kh * kw);
  let from = 0;
  for (let o = 0; o < filters; o++)
    for (let c = 0; c < C; c++)
      for (let y = 0; y < kh; y++)
        for (let x = 0; x < kw; x++) data[((o * kw + x) * C + c) * kh + y] = weight.data[from++] as number;
  return { ...step, weights: { ...step.weights, weight: { shape: [filters, kw * C, kh], data } } };
};

/** Bytes of the input that a block of rows should stay below, to be in the cache for every panel. */
const BLOCK_BYTES = 384 * 1024;
const MOST_ROWS = 384;
/** Tasks per thread, so that nobody waits long for the last. */
const TASKS = 6;

interface Product {
  readonly groups: number;
  readonly filters: number;
  readonly taps: number;
  readonly depth: number;
  readonly panels: { readonly offset: number } & Extract<Field, { pack: unknown }>['pack'];
}

const convolve = (
  job: Job,
  window: readonly [Window, Window],
  input: Value,
  output: Value,
  { groups, filters, taps: count, depth, panels: packed }: Product,
  { block, options, stored, zeros }: Draft,
): Instruction => {
  const pixels = pixelsOf(output);
  const perPixel = 4 * groups * depth;
  const most = Math.min(MOST_ROWS, Math.max(4 * block.rows, Math.floor(BLOCK_BYTES / perPixel)));
  const rows = Math.ceil(Math.min(most, pixels) / block.rows) * block.rows;
  const allPanels = groups * Math.ceil(filters / block.columns);
  const { taskRows, taskPanels } = share(pixels, rows, allPanels, block.rows, options.threads);
  const rowTasks = Math.ceil(pixels / taskRows);
  const panelTasks = Math.ceil(allPanels / taskPanels);
  const residual = job.residual === null ? null : stored(job.residual);
  const fields = {
    ...inputFields(input),
    ...outputFields(output),
    panels: { pack: packed },
    zeros: { pack: zeros(depth) },
    residual: residual ? { value: residual } : 0,
    residualStride: residual?.stride ?? 0,
    ...windowFields(window),
    groups,
    depth,
    filters,
    rows: Math.min(rows, taskRows),
    taskRows,
    taskPanels,
    rowTasks,
    panelTasks,
    ...(actOf(job.act) ?? {}),
  };
  // An edge tile, and a pointer per tap for every row of a block.
  const scratch = 4 * block.rows * block.columns + 4 * rows * count;
  return instruction('convolve', fields, rowTasks * panelTasks, scratch);
};

/** Cuts rows x panels into tasks: by rows where there are many, by panels too where there are not. */
const share = (
  pixels: number,
  rows: number,
  allPanels: number,
  unit: number,
  threads: number,
): { readonly taskRows: number; readonly taskPanels: number } => {
  if (threads === 1) return { taskRows: Math.ceil(pixels / unit) * unit, taskPanels: allPanels };
  const wanted = threads * TASKS;
  const rowTasks = Math.ceil(pixels / rows);
  if (rowTasks >= wanted) return { taskRows: rows, taskPanels: allPanels };
  const panelTasks = Math.min(allPanels, Math.ceil(wanted / rowTasks));
  return { taskRows: rows, taskPanels: Math.ceil(allPanels / panelTasks) };
};

// --- the others ----------------------------------------------------------------------------------------------------------

/** Units of a task: few, since every one reads much. */
const TASK_UNITS = 32;

const dense = (job: Job, input: Value, output: Value, draft: Draft): Lowered => {
  const { step, folded } = job;
  const ending = actOf(job.act) ?? { act: 0, alpha: 0, beta: 0 };
  const width = input.C * input.H * input.W;
  const vector = input.H * input.W === 1 && (input.images === 1 || input.stride === input.C);
  const flat: Value = vector
    ? input
    : { ...input, H: 1, W: 1, C: width, stride: width, channel: 0, buffer: draft.temporary(4 * input.images * width) };
  const bias = addends(step, folded, output.C);
  const fields = {
    input: { value: flat },
    output: { value: output },
    weights: { pack: draft.place(rows(step, folded, output.C)) },
    bias: bias ? { pack: draft.place(bias) } : 0,
    images: input.images,
    width,
    units: output.C,
    taskUnits: TASK_UNITS,
    ...ending,
  };
  return {
    algorithm: 'dense',
    instructions: [
      ...(vector ? [] : [flatten(input, flat)]),
      instruction('dense', fields, Math.ceil(output.C / TASK_UNITS)),
    ],
  };
};

const pool = (operator: Is<'pool'>, input: Value, output: Value): Instruction => {
  const window = two(operator.windows);
  const fields = {
    ...inputFields(input),
    ...outputFields(output),
    C: input.C,
    ...windowFields(window),
    bottom: window[0].after,
    right: window[1].after,
    mean: operator.mode === 'mean' ? 1 : 0,
    countPadding: operator.countPadding ? 1 : 0,
    divisor: operator.divisor ?? 0,
  };
  return instruction('pool', fields, output.images * output.H);
};

const adaptive = ({ mode }: Is<'adaptive-pool'>, input: Value, output: Value): Instruction =>
  instruction(
    'adaptive',
    { ...inputFields(input), ...outputFields(output), C: input.C, mean: mode === 'mean' ? 1 : 0 },
    output.images * output.H,
  );

const affine = (input: Value, output: Value, learned: Readonly<Record<string, Field>>, ending: Ending): Instruction =>
  instruction(
    'affine',
    {
      input: { value: input },
      output: { value: output },
      scale: 0,
      shift: 0,
      ...learned,
      pixels: pixelsOf(output),
      C: output.C,
      inputStride: input.stride,
      outputStride: output.stride,
      ...ending,
    },
    runs(pixelsOf(output)),
  );

const normalise = (
  { step, act }: Job,
  operator: Is<'normalise'> | Is<'scale'>,
  input: Value,
  output: Value,
  draft: Draft,
  ending: Ending,
): Lowered | null => {
  if (operator.op === 'scale' || operator.over === 'batch') {
    // The statistics of the batch are the reference's.
    if (operator.op === 'normalise' && draft.options.training) return null;
    const { scale, shift } = affineOf([step], output.C);
    const learned = { scale: { pack: draft.place(plain(scale)) }, shift: { pack: draft.place(plain(shift)) } };
    return { algorithm: 'elementwise', instructions: [affine(input, output, learned, ending)] };
  }
  const learned = (name: 'weight' | 'bias'): Field => {
    const data = step.weights[name]?.data;
    return data ? { pack: draft.place(plain(data)) } : 0;
  };
  const fields = {
    input: { value: input },
    output: { value: output },
    scale: learned('weight'),
    shift: learned('bias'),
    images: input.images,
    places: input.H * input.W,
    C: input.C,
    inputStride: input.stride,
    outputStride: output.stride,
    groups: operator.groups ?? 1,
    apart: operator.over === 'channels' ? 1 : 0,
    rms: operator.rms ? 1 : 0,
    elementwise: operator.elementwise ? 1 : 0,
    eps: operator.eps,
  };
  const instructions = [instruction('normalise', fields, input.images)];
  return {
    algorithm: 'elementwise',
    instructions: act ? [...instructions, affine(output, output, {}, ending)] : instructions,
  };
};

const BY = { add: 0, mul: 1, maximum: 2, average: 3 } as const;

const combine = (step: Step, { by }: Is<'combine'>, output: Value, draft: Draft, ending: Ending): Lowered | null => {
  const [first, ...others] = step.inputs.map((id, i) => ({ value: draft.stored(id), whole: isWhole(step, i) }));
  if (!first || others.length === 0) return null;
  // A mean of more than two is no chain of means.
  if (by === 'average' && others.length > 1) return null;
  const volumeFirst = first.whole ? [first, ...others] : [...others, first];
  const [start, ...rest] = volumeFirst;
  if (!start?.whole) return null;
  const none = { act: 0, alpha: 0, beta: 0 };
  return {
    algorithm: 'elementwise',
    instructions: rest.map(({ value, whole }, i) =>
      instruction(
        'combine',
        {
          a: { value: i === 0 ? start.value : output },
          b: { value },
          output: { value: output },
          images: output.images,
          places: output.H * output.W,
          C: output.C,
          aStride: i === 0 ? start.value.stride : output.stride,
          bStride: value.stride,
          outputStride: output.stride,
          by: BY[by],
          spread: whole ? 0 : 1,
          ...(i === rest.length - 1 ? ending : none),
        },
        runs(pixelsOf(output)),
      ),
    ),
  };
};

/** Whether the input has the output's shape; else it is one value per channel. */
const isWhole = ({ inputShapes, output }: Step, i: number): boolean => sameShape(inputShapes[i] ?? [], output);

const copy = (input: Value, output: Value, top = 0, left = 0, channels = input.C): Instruction =>
  instruction(
    'copy',
    {
      ...inputFields(input),
      ...outputFields(output),
      C: Math.min(input.C, channels),
      top,
      left,
      zero: channels,
    },
    output.images * output.H,
  );

/** Copies what does not lie where it belongs. */
const concat = (step: Step, output: Value, draft: Draft): Instruction[] => {
  let channel = output.channel;
  return step.inputs.flatMap((id) => {
    const value = draft.stored(id);
    const part: Value = { ...output, C: value.C, channel };
    channel += value.C;
    const inPlace = value.buffer === output.buffer && value.channel === part.channel;
    return inPlace ? [] : [copy(value, part)];
  });
};

const pad = ({ sides }: Is<'pad'>, input: Value, output: Value): Instruction => {
  const [[top] = [0], [left] = [0]] = sides.length === 1 ? [[0] as const, ...sides] : sides;
  return copy(input, output, top, left, output.C);
};

const shuffle = ({ groups }: Is<'shuffle'>, input: Value, output: Value, draft: Draft): Instruction => {
  const width = input.C / groups;
  const order = Array.from({ length: input.C }, (_, c) => (c % groups) * width + Math.floor(c / groups));
  return instruction(
    'gather',
    {
      input: { value: input },
      output: { value: output },
      order: { pack: draft.place(indices(order)) },
      pixels: pixelsOf(output),
      C: output.C,
      inputStride: input.stride,
      outputStride: output.stride,
    },
    runs(pixelsOf(output)),
  );
};

const flatten = (input: Value, output: Value): Instruction =>
  instruction(
    'flatten',
    {
      input: { value: input },
      output: { value: output },
      images: input.images,
      places: input.H * input.W,
      C: input.C,
      inputStride: input.stride,
    },
    input.images,
  );

const respond = ({ size, alpha, beta, k }: Is<'lrn'>, input: Value, output: Value): Instruction =>
  instruction(
    'respond',
    {
      input: { value: input },
      output: { value: output },
      pixels: pixelsOf(output),
      C: output.C,
      inputStride: input.stride,
      outputStride: output.stride,
      size,
      alpha,
      beta,
      k,
    },
    runs(pixelsOf(output)),
  );

const softmax = ({ log }: Is<'softmax'>, input: Value, output: Value): Instruction =>
  instruction(
    'softmax',
    {
      input: { value: input },
      output: { value: output },
      pixels: pixelsOf(output),
      C: output.C,
      inputStride: input.stride,
      outputStride: output.stride,
      log: log ? 1 : 0,
    },
    runs(pixelsOf(output)),
  );
