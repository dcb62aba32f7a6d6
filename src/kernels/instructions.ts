// What both sides of the core must have alike: the words of every instruction, the codes of what is chosen from, the sizes of
// tasks. TypeScript reads it as it is, AssemblyScript as assembly/instructions.js writes it. No values, and no work.

import type { OperatorOf, Pointwise, Statistics } from '../core/operator.js';

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
  scatter: { places: 'input output', sizes: `${INPUT} C ${OUTPUT} stepH stepW`, numbers: 'top left' },
  gather: { places: 'input output order', sizes: PIXELS },
  flatten: { places: 'input output', sizes: 'images places C inputStride' },
  respond: { places: 'input output', sizes: `${PIXELS} size`, numbers: 'before', reals: `${ENDING} k` },
  softmax: { places: 'input output', sizes: PIXELS, numbers: 'log' },
  normalise: {
    places: 'input output',
    optional: 'scale shift',
    sizes: 'images places C inputStride outputStride groups',
    numbers: 'over rms elementwise',
    reals: 'eps',
  },
  panel: { places: 'input output', sizes: 'filters depth filterStep depthStep', reals: 'alpha' },
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
  By: numbered('add', 'sub', 'mul', 'div', 'maximum', 'minimum', 'average') satisfies Readonly<
    Record<OperatorOf<'combine'>['by'], number>
  >,
  Mode: numbered('max', 'mean') satisfies Readonly<Record<OperatorOf<'pool' | 'adaptive-pool'>['mode'], number>>,
  /** At test time those of the batch are fixed. */
  Over: numbered('group', 'channels') satisfies Readonly<Record<Exclude<Statistics, 'batch'>, number>>,
};

/** Pixels of a task, where the tasks are runs of pixels. */
export const RUN = 64;

/** Numbers of a task, where they are drawn. */
export const DRAWN = 16384;
