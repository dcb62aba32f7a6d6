// What both sides of the core must have alike: the words of every instruction, the codes of what is chosen from, the sizes of
// tasks. TypeScript reads it as it is, AssemblyScript as assembly/instructions.js writes it. No values, and no work.

import type { OperatorOf, Pointwise, Recurrence, Statistics } from '../core/operator.js';

/** Sorts of words, in the order in which they lie: places in memory, such as may be 0 for none, sizes from 1 on, other numbers. */
export const SORTS = { places: 'u32', optional: 'u32', sizes: 'i32', numbers: 'i32', reals: 'f32' } as const;
export type Sort = keyof typeof SORTS;

const INPUT = 'images H W inputStride';
const OUTPUT = 'outH outW outputStride';
const WINDOW = 'kernelH kernelW strideH strideW dilationH dilationW';
const PIXELS = 'pixels C inputStride outputStride';
const ENDING = 'alpha beta';

export const INSTRUCTIONS = {
  convolve: {
    places: 'input output panels zeros',
    optional: 'residual',
    sizes: `${INPUT} D ${OUTPUT} outD ${WINDOW} kernelD strideD dilationD groups depth filters rows taskRows taskPanels panelTasks`,
    numbers: 'residualStride front top left act',
    reals: ENDING,
  },
  winograd: {
    places: 'input output panels bias',
    optional: 'residual',
    sizes: `${INPUT} C ${OUTPUT} filters m kernel tiles groupPanels taskPanels panelTasks`,
    numbers: 'residualStride top left act',
    reals: ENDING,
  },
  depthwise: {
    places: 'input output weights',
    sizes: `${INPUT} C ${OUTPUT} ${WINDOW}`,
    numbers: 'top left act',
    reals: ENDING,
  },
  pool: {
    places: 'input output',
    sizes: `${INPUT} C ${OUTPUT} ${WINDOW}`,
    numbers: 'top left bottom right mode countPadding divisor',
  },
  adaptive: { places: 'input output', sizes: `${INPUT} C ${OUTPUT}`, numbers: 'mode' },
  unpool: {
    places: 'input of output',
    sizes: `${INPUT} D C ofStride ${OUTPUT} outD ${WINDOW} kernelD strideD dilationD`,
    numbers: 'front top left',
  },
  dense: {
    places: 'input output weights',
    optional: 'bias',
    sizes: 'images width units taskUnits',
    numbers: 'act',
    reals: ENDING,
  },
  affine: { places: 'input output', optional: 'scale shift', sizes: PIXELS, numbers: 'act', reals: ENDING },
  combine: {
    places: 'a b output',
    sizes: 'images H W C aStride bStride outputStride',
    numbers: 'by bImage bRow bColumn bChannel act',
    reals: ENDING,
  },
  copy: { places: 'input output', sizes: `${INPUT} C ${OUTPUT}`, numbers: 'top left zero' },
  scatter: {
    places: 'input output',
    sizes: `${INPUT} D C ${OUTPUT} outD stepD stepH stepW`,
    numbers: 'front top left',
  },
  gather: {
    places: 'input output',
    optional: 'offsets order',
    sizes: 'images pixels C outputStride',
    numbers: 'imageStep pixelStep',
  },
  resample: {
    places: 'input output cells weights',
    sizes: `${INPUT} D C ${OUTPUT} outD tapsD tapsH tapsW`,
  },
  embed: {
    places: 'input output table',
    sizes: 'images pixels C outputStride words',
    numbers: 'imageStep pixelStep',
  },
  reduce: {
    places: 'input output firsts within',
    sizes: 'images pixels C count outputStride',
    numbers: 'imageStep by',
  },
  respond: { places: 'input output', sizes: `${PIXELS} size`, numbers: 'before', reals: `${ENDING} k` },
  softmax: { places: 'input output', sizes: PIXELS, numbers: 'log' },
  normalise: {
    places: 'input output',
    optional: 'scale shift statistics',
    sizes: 'images places C inputStride outputStride groups taskGroups',
    numbers: 'over rms elementwise',
    reals: 'eps',
  },
  recur: {
    places: 'input output panels',
    sizes: 'images steps units inputStride outputStride',
    numbers: 'cell bend backwards last',
  },
  panel: { places: 'input output corners', sizes: 'count filters depth filterStep depthStep', reals: 'factor' },
  multiply: {
    places: 'input output panels corners',
    sizes: 'count rows depth filters inputStride outputStride taskRows',
    numbers: 'act',
    reals: ENDING,
  },
  pack: { places: 'weights scale shift output', sizes: 'groups filters taps depth' },
  transform: { places: 'weights scale output', sizes: 'filters C m kernel' },
  draw: { places: 'output', sizes: 'count', numbers: 'seed reachLow reachHigh' },
} as const satisfies Readonly<Record<string, Readonly<Partial<Record<Sort, string>>>>>;

export type Kind = keyof typeof INSTRUCTIONS;

interface Word {
  readonly name: string;
  readonly sort: Sort;
}

const listed = (kind: Kind): readonly Word[] => {
  const words: Readonly<Partial<Record<Sort, string>>> = INSTRUCTIONS[kind];
  return (Object.keys(SORTS) as Sort[]).flatMap((sort) =>
    (words[sort]?.split(' ') ?? []).map((name) => ({ name, sort })),
  );
};

const WORDS = new Map((Object.keys(INSTRUCTIONS) as Kind[]).map((kind) => [kind, listed(kind)]));

/** The words of an instruction, in their order. Throws a RangeError where there is no such kind. */
export const wordsOf = (kind: Kind): readonly Word[] => {
  const words = WORDS.get(kind);
  if (words) return words;
  throw new RangeError(`there is no instruction "${kind}"`);
};

/** Codes from 0 on in the order of the names. */
const numbered = <const Name extends string>(...names: readonly Name[]) =>
  Object.fromEntries(names.map((name, code) => [name, code])) as Readonly<Record<Name, number>>;

/** The core's enums. What is new in core/operator.ts and has no code here does not compile. */
export const CODES = {
  Kind: numbered(...(Object.keys(INSTRUCTIONS) as Kind[])),
  /** A relu is a clamp. */
  Act: numbered(
    ...(['identity', 'clamp', 'leakyrelu', 'elu', 'celu', 'selu', 'gelu', 'gelu-tanh'] as const),
    ...(['silu', 'mish', 'sigmoid', 'tanh', 'softplus', 'hardswish', 'hardsigmoid', 'softsign'] as const),
    ...(['abs', 'exp', 'log', 'sqrt', 'pow', 'logsigmoid', 'softshrink', 'hardshrink', 'threshold'] as const),
  ) satisfies Readonly<Record<Exclude<Pointwise['function'], 'relu'>, number>>,
  /** `slope`: values below 0 times those of the second. */
  By: numbered('add', 'sub', 'mul', 'div', 'maximum', 'minimum', 'average', 'slope') satisfies Readonly<
    Record<OperatorOf<'combine'>['by'], number>
  >,
  Reduction: numbered('mean', 'max', 'sum', 'l2') satisfies Readonly<Record<OperatorOf<'reduce'>['by'], number>>,
  Cell: numbered('rnn', 'gru', 'lstm') satisfies Readonly<Record<Recurrence, number>>,
  Bend: numbered('tanh', 'relu') satisfies Readonly<Record<OperatorOf<'recurrent'>['bend'], number>>,
  Mode: numbered('max', 'mean') satisfies Readonly<Record<OperatorOf<'pool' | 'adaptive-pool'>['mode'], number>>,
  /** Those of a batch are those of groups of one channel over all images as one. */
  Over: numbered('group', 'channels') satisfies Readonly<Record<Exclude<Statistics, 'batch'>, number>>,
};

/** Pixels of a task, where the tasks are runs of pixels. */
export const RUN = 64;

/** Numbers of a task, where they are drawn. */
export const DRAWN = 16384;

/** Channels of a task, where there may be so many that they are cut as well. */
export const CHANNELS = 4096;

/** Of a table of offsets: nothing is read, and what is written is 0. */
export const NONE = 0xffffffff;
