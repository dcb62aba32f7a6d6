// Operators at awkward sizes, as steps with seeded weights, for every build of the core and for the reference. No assertions.

import type { Algorithm, ByTensor, Network, Step } from '../src/core/kernels.js';
import {
  type Coordinates,
  GATES,
  type Operator,
  type OperatorOf,
  type Pointwise,
  type Statistics,
} from '../src/core/operator.js';
import { product, type Shape } from '../src/core/shape.js';
import { slide, spread, type Window } from '../src/core/window.js';
import { normal } from '../src/run/random.js';

/** A part of the network that nothing else reads from. */
export interface KernelCase {
  readonly title: string;
  /** What the step of the output is run by; absent where that depends, but never by the reference. */
  readonly algorithm?: readonly Algorithm[];
  /** It is done where the step before it is. */
  readonly fused?: true;
  /** Largest difference from float64 loops allowed, as a share of the largest value wanted. */
  readonly tolerance: number;
  readonly inputs: readonly Shape[];
  /** One after the other; -1, -2, … read the case's inputs, 0, 1, … its earlier steps. The last one's value is compared. */
  readonly steps: readonly CaseStep[];
}

export interface CaseStep {
  readonly operator: Operator;
  readonly reads: readonly number[];
  readonly output: Shape;
  readonly weights?: ByTensor<Shape>;
}

/** Rounding of a sum in float32, in whatever order. */
export const SUM = 4e-6;
/** Rounding of a few operations, and of the approximations of exp, tanh and erf. */
const POINT = 1e-6;
export const NONE = 0;

const RELU: Pointwise = { op: 'pointwise', function: 'relu' };
export const RELU6: Pointwise = { op: 'pointwise', function: 'clamp', alpha: 0, beta: 6 };

export interface Sides {
  readonly kernel: number;
  readonly stride?: number;
  readonly dilation?: number;
  readonly before?: number;
  readonly after?: number;
}

export const windowOf = ({ kernel, stride = 1, dilation = 1, before = 0, after = before }: Sides): Window => ({
  kernel,
  stride,
  dilation,
  before,
  after,
});

const windowTitle = ({ kernel, stride, dilation, before, after }: Window): string =>
  `${kernel}/${stride}${dilation > 1 ? ` dilation ${dilation}` : ''} pad ${before}+${after}`;

export interface Options {
  readonly groups?: number;
  readonly bias?: boolean;
}

/** A convolution of [C, H, W] by one window for both axes, or one for each. */
export const convolution = (
  [C = 1, ...sizes]: Shape,
  filters: number,
  sides: Sides | readonly [Sides, Sides],
  { groups = 1, bias = true }: Options = {},
): CaseStep & { readonly title: string } => {
  const both = (Array.isArray(sides) ? sides : sizes.map(() => sides)) as readonly Sides[];
  const windows = both.map(windowOf);
  const spatial = windows.map((window, axis) => slide(sizes[axis] ?? 1, window));
  return {
    title: `conv ${[C, ...sizes].join('x')} to ${filters} by ${[...new Set(windows.map(windowTitle))].join(', ')}${groups > 1 ? ` in ${groups} groups` : ''}${bias ? '' : ' without bias'}`,
    operator: { op: 'convolution', windows, groups },
    reads: [-1],
    output: [filters, ...spatial],
    weights: {
      weight: [filters, C / groups, ...windows.map(({ kernel }) => kernel)],
      ...(bias && { bias: [filters] }),
    },
  };
};

const single = (
  input: Shape,
  step: CaseStep & { readonly title: string },
  tolerance: number,
  ...algorithm: readonly Algorithm[]
): KernelCase => ({
  title: step.title,
  inputs: [input],
  steps: [step],
  tolerance,
  ...(algorithm.length > 0 && { algorithm }),
});

const conv = (...args: Parameters<typeof convolution>): KernelCase => single(args[0], convolution(...args), SUM);

/** One step. */
export const plainCase = (
  what: string,
  inputs: readonly Shape[],
  operator: Operator,
  output: Shape,
  tolerance: number,
  algorithm?: readonly Algorithm[],
  weights: NonNullable<CaseStep['weights']> = {},
): KernelCase => ({
  title: `${what} of ${inputs.map((shape) => shape.join('x')).join(' and ')} to ${output.join('x')}`,
  inputs,
  steps: [{ operator, reads: inputs.map((_, i) => -1 - i), output, weights }],
  tolerance,
  ...(algorithm && { algorithm }),
});

const CHANNELS = [1, 3, 4, 5, 7, 8, 15, 16, 17];
const IMAGES = [
  [1, 1],
  [5, 7],
  [14, 14],
] as const;

// --- convolutions --------------------------------------------------------------------------------------------------------

const convolutions: readonly KernelCase[] = [
  // Every pair of channels, at a kernel of one and of three.
  ...CHANNELS.flatMap((C) => CHANNELS.map((filters) => conv([C, 5, 7], filters, { kernel: 3, before: 1 }))),
  ...CHANNELS.flatMap((C) => CHANNELS.map((filters) => conv([C, 5, 7], filters, { kernel: 1 }))),
  ...IMAGES.flatMap(([H, W]) => CHANNELS.map((C) => conv([C, H, W], 24, { kernel: 3, before: 1 }))),
  // Kernels and strides.
  ...[1, 2, 3, 4, 5, 7].flatMap((kernel) =>
    [1, 2, 3, 4].flatMap((stride) => [
      conv([3, 14, 14], 9, { kernel, stride, before: kernel >> 1 }),
      conv([20, 14, 14], 17, { kernel, stride }),
    ]),
  ),
  conv([3, 227, 227], 8, { kernel: 11, stride: 4 }),
  conv([3, 227, 227], 5, { kernel: 3, before: 1 }),
  conv([17, 227, 227], 5, { kernel: 1 }),
  conv([64, 28, 28], 32, { kernel: 3, before: 1 }),
  conv([256, 7, 7], 130, { kernel: 3, before: 1 }),
  // Padding: on one side only, more than the kernel's half, a kernel as large as the padded image.
  conv([5, 5, 7], 7, { kernel: 3, before: 0, after: 2 }),
  conv([16, 5, 7], 7, { kernel: 3, before: 2, after: 0 }),
  conv([16, 5, 7], 16, [
    { kernel: 3, before: 2, after: 1 },
    { kernel: 3, before: 0, after: 1 },
  ]),
  conv([4, 5, 7], 4, { kernel: 3, stride: 2, before: 3, after: 4 }),
  conv([17, 5, 5], 15, { kernel: 3, before: 4, after: 4 }),
  conv([17, 1, 1], 15, { kernel: 5, before: 2 }),
  conv([24, 3, 3], 8, { kernel: 3 }),
  // Dilation.
  ...[2, 3].flatMap((dilation) => [
    conv([3, 14, 14], 8, { kernel: 3, dilation, before: dilation }),
    conv([16, 14, 14], 17, { kernel: 3, dilation, before: dilation, stride: 2 }),
    conv([17, 14, 14], 16, { kernel: 3, dilation }),
  ]),
  // One axis unlike the other, and one axis only.
  conv([7, 14, 14], 8, [{ kernel: 1 }, { kernel: 7, before: 3 }]),
  conv([17, 14, 14], 8, [{ kernel: 7, before: 3 }, { kernel: 1 }]),
  conv([5, 14, 14], 16, [
    { kernel: 3, stride: 2, before: 1 },
    { kernel: 5, stride: 3, before: 2 },
  ]),
  conv([4, 33], 8, { kernel: 5, stride: 2, before: 2 }),
  conv([17, 33], 15, { kernel: 3, before: 1 }),
  // Groups, down to one channel each, with one filter or more.
  ...[2, 4].flatMap((groups) =>
    [1, 3, 4, 5, 8].flatMap((per) => conv([groups * per, 5, 7], groups * 3, { kernel: 3, before: 1 }, { groups })),
  ),
  conv([32, 14, 14], 64, { kernel: 3, before: 1 }, { groups: 8 }),
  conv([32, 14, 14], 48, { kernel: 1 }, { groups: 4 }),
  conv([8, 5, 7], 24, { kernel: 3, before: 1 }, { groups: 8 }),
  conv([16, 14, 14], 7, { kernel: 3, before: 1 }, { bias: false }),
];

const depthwise: readonly KernelCase[] = [
  ...CHANNELS.filter((C) => C > 1).flatMap((C) =>
    IMAGES.map(([H, W]) => conv([C, H, W], C, { kernel: 3, before: 1 }, { groups: C })),
  ),
  ...[1, 2, 3, 5, 7].flatMap((kernel) =>
    [1, 2, 3].map((stride) => conv([12, 14, 14], 12, { kernel, stride, before: kernel >> 1 }, { groups: 12 })),
  ),
  conv([6, 227, 227], 6, { kernel: 3, stride: 2, before: 1 }, { groups: 6 }),
  conv([8, 14, 14], 8, { kernel: 3, dilation: 2, before: 2 }, { groups: 8 }),
  conv([9, 14, 14], 9, { kernel: 5, before: 0, after: 3 }, { groups: 9, bias: false }),
  conv([10, 5, 7], 10, { kernel: 3, before: 3 }, { groups: 10 }),
  conv([8, 33], 8, { kernel: 3, before: 1 }, { groups: 8 }),
];

type Mode = OperatorOf<'pool' | 'adaptive-pool'>['mode'];
const MODES = Object.keys({ max: 0, mean: 0 } satisfies Record<Mode, 0>) as Mode[];

// --- pools, dense layers -------------------------------------------------------------------------------------------------

const poolStep = (
  [C = 1, ...sizes]: Shape,
  mode: 'max' | 'mean',
  sides: Sides,
  { ceil = false, countPadding = false } = {},
): CaseStep & { readonly title: string } => {
  const windows = sizes.map(() => windowOf(sides));
  const [window = windowOf(sides)] = windows;
  return {
    title: `${mode} pool ${[C, ...sizes].join('x')} by ${windowTitle(window)}${ceil ? ' ceil' : ''}${countPadding ? ' counting padding' : ''}`,
    operator: { op: 'pool', mode, windows, countPadding },
    reads: [-1],
    output: [C, ...windows.map((window, axis) => slide(sizes[axis] ?? 1, window, ceil))],
  };
};

const pools: readonly KernelCase[] = [
  ...CHANNELS.flatMap((C) => [
    single([C, 5, 7], poolStep([C, 5, 7], 'max', { kernel: 3, stride: 2 }), NONE, 'max pool'),
    single([C, 5, 7], poolStep([C, 5, 7], 'mean', { kernel: 2, stride: 2 }), POINT, 'mean pool'),
  ]),
  ...[2, 3].flatMap((kernel) =>
    [true, false].flatMap((ceil) =>
      ([14, 15] as const).flatMap((size) => [
        single([8, size, size], poolStep([8, size, size], 'max', { kernel, stride: 2, before: 1 }, { ceil }), NONE),
        ...[true, false].map((countPadding) =>
          single(
            [9, size, size],
            poolStep([9, size, size], 'mean', { kernel, stride: 2, before: 1 }, { ceil, countPadding }),
            POINT,
          ),
        ),
      ]),
    ),
  ),
  single([5, 227, 227], poolStep([5, 227, 227], 'max', { kernel: 3, stride: 2 }), NONE),
  single([5, 14, 14], poolStep([5, 14, 14], 'max', { kernel: 3, dilation: 2, before: 1 }), NONE),
  single([6, 33], poolStep([6, 33], 'max', { kernel: 2, stride: 2 }), NONE),
  // Taps apart, and padding up to one cell less than the window covers.
  ...[1, 2, 3].flatMap((dilation) =>
    (
      [
        { kernel: 3, stride: 1 },
        { kernel: 2, stride: 2 },
      ] as const
    ).flatMap(({ kernel, stride }) => {
      const most = dilation * (kernel - 1);
      return [
        { kernel, stride, dilation, before: 1 },
        { kernel, stride, dilation, before: most },
        { kernel, stride, dilation, before: 0, after: most },
      ].flatMap((sides) => [
        single([9, 5, 7], poolStep([9, 5, 7], 'max', sides), NONE, 'max pool'),
        ...[true, false].flatMap((countPadding) =>
          [true, false].map((ceil) =>
            single([9, 5, 7], poolStep([9, 5, 7], 'mean', sides, { ceil, countPadding }), POINT, 'mean pool'),
          ),
        ),
      ]);
    }),
  ),
];

/** Slices, too: with padding, hanging over, divided by whatever. */
const volumePools: readonly KernelCase[] = [3, 16].flatMap((C) =>
  MODES.flatMap((mode) =>
    [
      { kernel: 2, stride: 2 },
      { kernel: 3, stride: 2, before: 1 },
      { kernel: 3, stride: 1, before: 0, after: 2 },
    ].flatMap((sides) =>
      [true, false].flatMap((ceil) =>
        [true, false].map((countPadding) => {
          const step = poolStep([C, 5, 6, 7], mode, sides, { ceil, countPadding });
          return single([C, 5, 6, 7], step, POINT, `${mode} pool`);
        }),
      ),
    ),
  ),
);

/** The sum of every window over a number of its own. */
const divided: readonly KernelCase[] = [
  [6, 7],
  [5, 6, 7],
].map((sizes) => {
  const { operator, ...step } = poolStep([5, ...sizes], 'mean', { kernel: 3, stride: 2, before: 1 });
  const by = { ...(operator as OperatorOf<'pool'>), divisor: 5 };
  return single([5, ...sizes], { ...step, title: `${step.title} over 5`, operator: by }, POINT, 'mean pool');
});

const adaptivePools: readonly KernelCase[] = MODES.flatMap((mode) =>
  [
    [1, 1],
    [2, 3],
    [6, 6],
    [9, 20],
    [1, 1, 1],
    [3, 2, 7],
  ].flatMap((to) =>
    [7, 16].map((C) => {
      const shape = [C, ...[5, 13, 14].slice(-to.length)];
      return plainCase(`${mode} pool`, [shape], { op: 'adaptive-pool', mode }, [C, ...to], POINT, [`${mode} pool`]);
    }),
  ),
);

const denseStep = (input: Shape, units: number, bias = true): CaseStep & { readonly title: string } => ({
  title: `dense ${input.join('x')} to ${units}${bias ? '' : ' without bias'}`,
  operator: { op: 'dense' },
  reads: [-1],
  output: [units],
  weights: { weight: [units, product(input)], ...(bias && { bias: [units] }) },
});

const denses: readonly KernelCase[] = [
  ...CHANNELS.flatMap((N) => [1, 4, 5, 33].map((units) => single([N], denseStep([N], units), SUM, 'dense'))),
  single([17, 5, 7], denseStep([17, 5, 7], 31), SUM, 'dense'),
  single([1000], denseStep([1000], 129, false), SUM, 'dense'),
];

// --- what costs little ---------------------------------------------------------------------------------------------------

/** A new function does not compile without its numbers. */
export const FUNCTIONS: Readonly<Record<Pointwise['function'], Partial<Pointwise>>> = {
  identity: {},
  relu: {},
  leakyrelu: { alpha: 0.1 },
  elu: { alpha: 1.5 },
  celu: { alpha: 1.5 },
  selu: {},
  gelu: {},
  'gelu-tanh': {},
  silu: {},
  mish: {},
  sigmoid: {},
  tanh: {},
  softplus: {},
  hardswish: {},
  hardsigmoid: { alpha: 0.2, beta: 0.5 },
  softsign: {},
  clamp: { alpha: -1, beta: 0.5 },
  abs: {},
  exp: {},
  log: {},
  sqrt: {},
  pow: { alpha: 2 },
  logsigmoid: {},
  softshrink: { alpha: 0.5 },
  hardshrink: { alpha: 0.5 },
  threshold: { alpha: 0.25, beta: -2 },
};

/** Of values below 0 these are none. */
const POSITIVE: readonly Pointwise['function'][] = ['log', 'sqrt'];

/** The same of the values without their signs. */
const behindAbs = ({ steps: [step], ...rest }: KernelCase): KernelCase => {
  const { output, operator } = step as CaseStep;
  const abs: CaseStep = { operator: { op: 'pointwise', function: 'abs' }, reads: [-1], output };
  return { ...rest, steps: [abs, { operator, reads: [0], output }] };
};

const powers: readonly KernelCase[] = [0.5, -1, 3].map((alpha) =>
  behindAbs(plainCase(`pow ${alpha}`, [[7, 5, 3]], { op: 'pointwise', function: 'pow', alpha }, [7, 5, 3], 2 * POINT)),
);

const pointwise: readonly KernelCase[] = (Object.keys(FUNCTIONS) as Pointwise['function'][]).flatMap((name) =>
  [4, 7].map((C) => {
    const operator = { op: 'pointwise', function: name, ...FUNCTIONS[name] } as const;
    const algorithm = name === 'identity' ? 'no work' : 'elementwise';
    const one = plainCase(name, [[C, 5, 7]], operator, [C, 5, 7], POINT, [algorithm]);
    return POSITIVE.includes(name) ? behindAbs(one) : one;
  }),
);

const perChannel = (C: number): Readonly<Record<'weight' | 'bias' | 'running_mean' | 'running_var', Shape>> => ({
  weight: [C],
  bias: [C],
  running_mean: [C],
  running_var: [C],
});

/** The ways of a normalisation of C channels, by what it averages. */
const NORMALISATIONS: Readonly<Record<Statistics, (C: number) => readonly Partial<OperatorOf<'normalise'>>[]>> = {
  batch: () => [{}],
  group: (C) => [{ groups: 1 }, { groups: C }, { groups: 1, elementwise: true }, { groups: 1, rms: true }],
  channels: () => [{}, { rms: true }],
};

const normalisations: readonly KernelCase[] = (Object.keys(NORMALISATIONS) as Statistics[]).flatMap((over) =>
  CHANNELS.filter((C) => C > 1).flatMap((C) =>
    NORMALISATIONS[over](C).map((options) => {
      const shape = [C, 5, 7];
      const learned = options.elementwise ? shape : [C];
      const { running_mean, running_var } = perChannel(C);
      return plainCase(
        `normalisation over ${over} ${JSON.stringify(options)}`,
        [shape],
        { op: 'normalise', over, eps: 1e-5, ...options },
        shape,
        POINT,
        ['elementwise'],
        { weight: learned, bias: learned, ...(over === 'batch' && { running_mean, running_var }) },
      );
    }),
  ),
);

type By = OperatorOf<'combine'>['by'];
const BY = Object.keys({ add: 0, sub: 0, mul: 0, div: 0, maximum: 0, minimum: 0, average: 0 } satisfies Record<
  By,
  0
>) as By[];

const combinations: readonly KernelCase[] = CHANNELS.flatMap((C) => {
  const [whole, vector] = [
    [C, 5, 7],
    [C, 1, 1],
  ] as const;
  return BY.flatMap((by) =>
    [
      [whole, whole],
      [vector, whole],
      [whole, vector, whole],
      [whole],
      // A gate of one channel, strips, a scalar, and what is spread both ways.
      ...[[1, 5, 7], [C, 1, 7], [C, 5, 1], [1, 1, 1], [1, 5, 1], [1], [C]].map((part) => [whole, part]),
      [[C, 5, 1], [1, 1, 7]],
      [[1, 5, 1], [1, 1, 7], [C, 1, 1]],
      [[C, 2, 3, 4], [1, 1, 3, 1]],
      [[1, 2, 1, 4], [C, 1, 3, 1], [C, 2, 3, 4]],
      [[C, 9], [1, 9], [C, 1]],
    ].map((inputs) => {
      const longest = Math.max(...inputs.map(({ length }) => length));
      const output = Array.from({ length: longest }, (_, axis) => Math.max(...inputs.map((shape) => shape[axis] ?? 1)));
      return plainCase(by, inputs, { op: 'combine', by }, output, POINT, ['elementwise']);
    }),
  ); // biome-ignore format: shapes side by side
});

const softmaxes: readonly KernelCase[] = (
  [
    ...CHANNELS.map((C) => [[C], [0]] as const),
    ...[[0], [1, 2], [2], [0, 2], [0, 1, 2], [1]].map((axes) => [[5, 3, 4], axes] as const),
    [[7, 9], [1]],
    [
      [17, 4, 3, 5],
      [1, 3],
    ],
    [[3, 70, 2], [1]],
  ] as const
).flatMap(([shape, axes]) =>
  [true, false].map((log) =>
    plainCase(`softmax over ${axes}, log ${log}`, [shape], { op: 'softmax', log, axes }, shape, POINT, ['elementwise']),
  ),
);

const REDUCTIONS = ['mean', 'max', 'sum', 'l2'] as const satisfies readonly OperatorOf<'reduce'>['by'][];

const reductions: readonly KernelCase[] = REDUCTIONS.flatMap((by) =>
  [
    ...[[0], [1], [2], [1, 2], [0, 2], [0, 1, 2]].map((axes) => [[5, 3, 4], axes] as const),
    ...[[1], [0]].map((axes) => [[9, 70], axes] as const),
    ...[[3], [1, 2, 3], [0, 2]].map((axes) => [[66, 3, 2, 4], axes] as const),
    [[7], [0]] as const,
  ].map(([shape, axes]) => {
    const output = shape.map((n, axis) => ((axes as readonly number[]).includes(axis) ? 1 : n));
    return plainCase(`${by} over ${axes}`, [shape], { op: 'reduce', by, axes }, output, POINT, ['reduction']);
  }),
);

const product2 = (a: Shape, b: Shape, output: Shape, { transpose = false, heads = 1, factor = 1 } = {}): KernelCase =>
  plainCase(
    `product${transpose ? ' transposed' : ''}${heads > 1 ? ` of ${heads} heads` : ''}`,
    [a, b],
    { op: 'matmul', transpose, heads, factor },
    output,
    SUM,
    ['gemm'],
  );

const products: readonly KernelCase[] = [
  ...CHANNELS.flatMap((K) =>
    [1, 5, 16, 17].flatMap((N) => [
      product2([K, 7], [N, K], [N, 7]),
      product2([K, 7], [K, N], [N, 7], { transpose: true, factor: 0.25 }),
    ]),
  ),
  product2([9, 3, 5], [4, 3, 9], [4, 3, 5]),
  product2([9, 3, 5], [4, 9], [4, 3, 5]),
  product2([9, 3, 5], [9, 1, 6], [6, 3, 5], { transpose: true }),
  ...[2, 3].flatMap((heads) =>
    [1, 4, 5].flatMap((d) => [
      product2([heads * d, 7], [heads * d, 9], [9, heads, 7], { transpose: true, heads, factor: 0.5 }),
      product2([9, heads, 7], [heads * d, 9], [heads * d, 7], { heads }),
    ]),
  ),
  ...[1, 3].flatMap((windows) => [
    product2([6, windows, 7], [6, windows, 9], [9, 2, windows, 7], { transpose: true, heads: 2 }),
    product2([9, 2, windows, 7], [6, windows, 9], [6, windows, 7], { heads: 2 }),
  ]),
  product2([6, 3, 7], [6, 9], [9, 2, 3, 7], { transpose: true, heads: 2 }),
  product2([9, 2, 3, 7], [6, 1, 9], [6, 3, 7], { heads: 2 }),
  product2([130, 200], [130, 197], [197, 2, 200], { transpose: true, heads: 2 }),
];

const BORDERS = Object.keys({ zero: 0, reflect: 0, replicate: 0, circular: 0 } satisfies Record<
  OperatorOf<'pad'>['by'],
  0
>) as OperatorOf<'pad'>['by'][];

/** Of one axis, two and three; before, behind, and both. */
const pads: readonly KernelCase[] = BORDERS.flatMap(
  (by) =>
  [3, 8].flatMap((C) =>
    (
      [
        [[5, 7], [[1, 2], [2, 0]]],
        [[9], [[3, 1]]],
        [[4, 5, 6], [[1, 2], [0, 3], [2, 0]]],
        ...(by === 'zero' ? ([[[4, 5, 6], [[-1, 1], [0, -2], [2, 2]]], [[5, 7], [[-2, 1], [1, -3]]]] as const) : []),
      ] as const
    ).flatMap(([sizes, sides]) =>
      (by === 'zero' ? [0, 5] : [0]).map((more) => {
        const output = sizes.map((n, axis) => n + (sides[axis]?.[0] ?? 0) + (sides[axis]?.[1] ?? 0));
        const operator = { op: 'pad', sides, by, ...(more > 0 && { channels: more }) } as const;
        return plainCase(`pad by ${by}`, [[C, ...sizes]], operator, [C + more, ...output], NONE, ['copy']);
      }),
    ),
  ), // biome-ignore format: sides side by side
);

type Resize = OperatorOf<'upsample'>;

/** What there is of each mode beside its coordinates. */
const RESIZES: Readonly<Record<Resize['mode'], readonly Partial<Resize>[]>> = {
  nearest: (['floor', 'ceil', 'round_prefer_floor', 'round_prefer_ceil'] as const).map((rounding) => ({ rounding })),
  linear: [{}],
  cubic: [{}, { a: -0.5 }, { a: -0.5, excludeOutside: true }],
};
const COORDINATES = ['asymmetric', 'half_pixel', 'align_corners'] as const satisfies readonly Coordinates[];

const upsamplings: readonly KernelCase[] = (Object.keys(RESIZES) as Resize['mode'][]).flatMap((mode) =>
  COORDINATES.flatMap((coordinates) =>
    RESIZES[mode].flatMap((more) => {
      const operator: Resize = { op: 'upsample', mode, coordinates, ...more };
      const title = [mode, coordinates, ...Object.entries(more).flat()].join(' ');
      const within = mode === 'nearest' ? NONE : POINT;
      return (
        [
          [
            [3, 4, 5],
            [8, 11],
          ],
          [
            [17, 6, 9],
            [4, 3],
          ],
          [[9, 7], [16]],
          [
            [4, 3, 2, 5],
            [5, 4, 5],
          ],
        ] as const
      ).flatMap(([input, output]) => [
        plainCase(title, [input], operator, [input[0], ...output], within, ['resample']),
        // As PyTorch keeps it, where it is not the ratio of the sizes.
        ...(coordinates === 'align_corners'
          ? []
          : [
              plainCase(
                `${title} by its scale`,
                [input],
                { ...operator, scale: output.map((m, axis) => (m + 0.4) / (input[axis + 1] ?? 1)) },
                [input[0], ...output],
                within,
              ),
            ]),
      ]);
    }),
  ),
);

/** Channels to places and back: by how much, channels and places of those that have fewer. */
const SHUFFLED = [
  [2, 3, [3, 4]],
  [3, 1, [2, 5]],
  [2, 5, [9]],
  [2, 2, [3, 1, 2]],
] as const;

// --- fused ---------------------------------------------------------------------------------------------------------------

const batchnorm = (reads: number, shape: Shape): CaseStep => ({
  operator: { op: 'normalise', over: 'batch', eps: 1e-5 },
  reads: [reads],
  output: shape,
  weights: perChannel(shape[0] ?? 1),
});

export const reading = (operator: Operator, reads: readonly number[], output: Shape): CaseStep => ({
  operator,
  reads,
  output,
});

/** Convolution, normalisation, residual sum and activation in one; around a 1x1, a 3x3 and a depthwise convolution. */
const fused: readonly KernelCase[] = [5, 16, 24].flatMap((C): readonly KernelCase[] => {
  const shape = [C, 14, 14];
  const kinds = [
    ['1x1', convolution(shape, C, { kernel: 1 }, { bias: false })],
    ['3x3', convolution(shape, C, { kernel: 3, before: 1 })],
    ['depthwise', convolution(shape, C, { kernel: 3, before: 1 }, { groups: C })],
  ] as const;
  return [
    ...kinds.flatMap(([name, step]): readonly KernelCase[] => [
      {
        title: `${name} of ${C}, batch normalisation, relu6`,
        inputs: [shape],
        steps: [step, batchnorm(0, shape), reading(RELU6, [1], shape)],
        tolerance: SUM,
        fused: true,
      },
      {
        title: `${name} of ${C}, batch normalisation, residual, relu`,
        inputs: [shape, shape],
        steps: [
          step,
          batchnorm(0, shape),
          reading({ op: 'combine', by: 'add' }, [1, -2], shape),
          reading(RELU, [2], shape),
        ],
        tolerance: SUM,
        fused: true,
      },
      {
        title: `${name} of ${C}, silu`,
        inputs: [shape],
        steps: [step, reading({ op: 'pointwise', function: 'silu' }, [0], shape)],
        tolerance: SUM,
        fused: true,
      },
    ]),
    {
      title: `dense of ${C}, batch normalisation, relu`,
      inputs: [shape],
      steps: [denseStep(shape, 2 * C), batchnorm(0, [2 * C]), reading(RELU, [1], [2 * C])],
      tolerance: SUM,
      fused: true,
    },
    {
      title: `${C} and 8 and 7 channels made where their concatenation wants them, then read by a 3x3`,
      inputs: [shape],
      steps: [
        convolution(shape, C, { kernel: 3, before: 1 }),
        convolution(shape, 8, { kernel: 1 }),
        convolution(shape, 7, { kernel: 5, before: 2 }),
        reading({ op: 'concat', axis: 0 }, [0, 1, 2], [C + 15, 14, 14]),
        { ...convolution([C + 15, 14, 14], 20, { kernel: 3, before: 1 }), reads: [3] },
      ],
      tolerance: 2 * SUM,
    },
  ];
});

// --- transposed convolutions, and three dimensions ------------------------------------------------------------------------

/** A transposed convolution of [C, H, W] whose output has `extra` cells more than its windows reach. */
const transposed = (
  [C = 1, ...sizes]: Shape,
  filters: number,
  sides: Sides,
  { groups = 1, bias = true, extra = 0 }: Options & { readonly extra?: number } = {},
): KernelCase => {
  const windows = sizes.map(() => windowOf(sides));
  const output = [filters, ...windows.map((window, axis) => spread(sizes[axis] ?? 1, window, extra))];
  return single(
    [C, ...sizes],
    {
      title: `transposed ${[C, ...sizes].join('x')} to ${output.join('x')} by ${windowTitle(windowOf(sides))}${groups > 1 ? ` in ${groups} groups` : ''}`,
      operator: { op: 'transposed', windows, groups },
      reads: [-1],
      output,
      weights: {
        weight: [C, filters / groups, ...windows.map(({ kernel }) => kernel)],
        ...(bias && { bias: [filters] }),
      },
    },
    SUM,
    'direct',
    'by phases',
  );
};

const transposedOnes: readonly KernelCase[] = [
  ...[1, 2, 3, 4, 5].flatMap((kernel) =>
    [1, 2, 3, 4].flatMap((stride) => [
      transposed([5, 3, 4], 7, { kernel, stride }),
      ...(kernel > 2 ? [transposed([8, 4, 5], 3, { kernel, stride, before: 1 })] : []),
    ]),
  ),
  ...[1, 3, 8, 17].flatMap((C) =>
    [1, 5, 16].map((filters) => transposed([C, 3, 2], filters, { kernel: 4, stride: 2, before: 1 })),
  ),
  ...[2, 3].flatMap((dilation) => [
    transposed([4, 3, 4], 6, { kernel: 3, stride: 2, dilation }),
    transposed([4, 3, 4], 6, { kernel: 2, stride: 3, dilation, before: 1 }),
  ]),
  transposed([6, 4, 4], 9, { kernel: 3, stride: 2, before: 1 }, { groups: 3, extra: 1 }),
  transposed([6, 4, 4], 9, { kernel: 2, stride: 3 }, { groups: 3, bias: false, extra: 2 }),
  transposed([5, 4, 6], 4, { kernel: 5, stride: 2, before: 2, after: 1 }),
  transposed([3, 9], 4, { kernel: 4, stride: 3, before: 1 }),
  transposed([9, 1, 1], 8, { kernel: 4, stride: 1 }),
  ...[1, 2, 3].flatMap((stride) => [
    transposed([3, 2, 3, 4], 5, { kernel: 3, stride, before: 1 }),
    transposed([8, 3, 2, 2], 9, { kernel: 2, stride }),
  ]),
  transposed([4, 2, 3, 2], 6, { kernel: 3, stride: 2, dilation: 2 }, { groups: 2, extra: 1 }),
];

const volumes: readonly KernelCase[] = [
  ...[1, 3, 16, 17].flatMap((C) => [
    conv([C, 3, 5, 4], 6, { kernel: 3, before: 1 }),
    conv([C, 4, 4, 4], 9, { kernel: 1 }),
  ]),
  conv([3, 5, 7, 6], 8, { kernel: 3, stride: 2, before: 1 }),
  conv([4, 5, 7, 7], 8, { kernel: 3, dilation: 2 }),
  conv([8, 4, 5, 5], 8, { kernel: 3, before: 1 }, { groups: 8 }),
  conv([6, 4, 5, 5], 9, { kernel: 2, before: 1, after: 0 }, { groups: 3 }),
  // What follows is done where the values are made, or by itself where the core has no such instruction.
  ...[[8, 3, 6, 6] as const, [8, 6, 6] as const].map((shape): KernelCase => {
    const first = convolution(shape, 6, { kernel: 3, before: 1 });
    return {
      title: `${first.title}, then relu`,
      inputs: [shape],
      steps: [first, { operator: RELU, reads: [0], output: first.output }],
      tolerance: SUM,
      fused: true,
    };
  }),
];

const permuted = (order: readonly number[]): KernelCase => {
  const shape = [5, 3, 4, 2, 6].slice(0, order.length);
  const output = order.map((axis) => shape[axis] ?? 1);
  return plainCase(`permute ${order}`, [shape], { op: 'permute', order }, output, NONE, ['copy']);
};

/** Every operator by itself: a new one does not compile without cases. */
const OPERATORS: Readonly<Record<Operator['op'], readonly KernelCase[]>> = {
  convolution: [...convolutions, ...depthwise, ...volumes],
  transposed: transposedOnes,
  dense: denses,
  pool: [...pools, ...volumePools, ...divided],
  'adaptive-pool': adaptivePools,
  normalise: normalisations,
  lrn: CHANNELS.flatMap((C) => {
    const shape = [C, 5, 7];
    return [
      plainCase('lrn by 5', [shape], { op: 'lrn', size: 5, alpha: 1e-1, beta: 0.75, k: 2 }, shape, POINT),
      ...[false, true].flatMap((behind) =>
        [2, 4].map((size) =>
          plainCase(
            `lrn by ${size}${behind ? ' behind' : ''}`,
            [shape],
            { op: 'lrn', size, alpha: 0.5, beta: 0.6, k: 1, behind },
            shape,
            POINT,
          ),
        ),
      ),
    ];
  }),
  pointwise: [...pointwise, ...powers],
  prelu: CHANNELS.flatMap((C) =>
    [1, C].map((slopes) =>
      plainCase(`prelu of ${slopes}`, [[C, 3, 4]], { op: 'prelu', init: 0.25 }, [C, 3, 4], NONE, ['elementwise'], {
        weight: [slopes],
      }),
    ),
  ),
  softmax: softmaxes,
  combine: combinations,
  concat: CHANNELS.flatMap((C) => [
    plainCase('concat', [[C, 5, 7], [3, 5, 7], [8, 5, 7]], { op: 'concat', axis: 0 }, [C + 11, 5, 7], NONE, ['copy']), // biome-ignore format: shapes side by side
    plainCase('concat', [[C, 5, 7], [C, 1, 7], [C, 2, 7]], { op: 'concat', axis: 1 }, [C, 8, 7], NONE, ['copy']), // biome-ignore format: shapes side by side
    plainCase('concat', [[C, 5, 7], [C, 5, 1], [C, 5, 2]], { op: 'concat', axis: 2 }, [C, 5, 10], NONE, ['copy']), // biome-ignore format: shapes side by side
    plainCase('concat', [[C, 1], [C, 9]], { op: 'concat', axis: 1 }, [C, 10], NONE, ['copy']), // biome-ignore format: shapes side by side
    plainCase('concat', [[C, 2, 3, 4], [C, 1, 3, 4]], { op: 'concat', axis: 1 }, [C, 3, 3, 4], NONE, ['copy']), // biome-ignore format: shapes side by side
    plainCase('concat', [[C, 2, 3, 4], [C, 2, 1, 4]], { op: 'concat', axis: 2 }, [C, 2, 4, 4], NONE, ['copy']), // biome-ignore format: shapes side by side
    plainCase('concat', [[C, 2, 3, 4], [C, 2, 3, 1], [C, 2, 3, 2]], { op: 'concat', axis: 3 }, [C, 2, 3, 7], NONE, ['copy']), // biome-ignore format: shapes side by side
  ]),
  reduce: reductions,
  matmul: products,
  scale: CHANNELS.map((C) =>
    plainCase('scale', [[C, 5, 7]], { op: 'scale', init: 1 }, [C, 5, 7], POINT, ['elementwise'], { weight: [C] }),
  ),
  recurrent: (['lstm', 'gru', 'rnn'] as const).flatMap((cell) =>
    [false, true].flatMap((bidirectional) =>
      [false, true].flatMap((last) =>
        [3, 8, 17].flatMap((units) =>
          (cell === 'rnn' ? (['tanh', 'relu'] as const) : (['tanh'] as const)).map((bend) => {
            const [C, steps, ways] = [5, 7, bidirectional ? 2 : 1];
            const rows = GATES[cell] * units;
            const learned = (['', '_reverse'] as const).slice(0, ways).flatMap((way) =>
              [0, 1].map((at) => ({
                [`weight_ih_l${at}${way}`]: [rows, at === 0 ? C : ways * units],
                [`weight_hh_l${at}${way}`]: [rows, units],
                // Without a bias, too.
                ...(units !== 8 && { [`bias_ih_l${at}${way}`]: [rows], [`bias_hh_l${at}${way}`]: [rows] }),
              })),
            );
            const operator = { op: 'recurrent', cell, layers: 2, bidirectional, last, bend } as const;
            const output = last ? [ways * units] : [ways * units, steps];
            return plainCase(cell, [[C, steps]], operator, output, SUM, ['recurrent'], Object.assign({}, ...learned));
          }),
        ),
      ),
    ),
  ),
  // Noise is no number of a row: a parameter of zeros is. Other rows are held against PyTorch.
  embedding: [[7], [1, 3, 4]].map((places): KernelCase => {
    const output = [6, ...(places.length === 1 ? places : places.slice(1))];
    const rows = { op: 'parameter', init: 0 } as const;
    return {
      title: `embedding of ${places.join('x')}`,
      inputs: [],
      steps: [
        { operator: rows, reads: [], output: places },
        { operator: { op: 'embedding' }, reads: [0], output, weights: { weight: [11, 6] } },
      ],
      tolerance: NONE,
      algorithm: ['copy'],
    };
  }),
  parameter: [[5], [5, 3, 4], [3, 2, 3, 70]].map((shape) =>
    plainCase('parameter', [], { op: 'parameter', init: 0 }, shape, NONE, ['copy'], { weight: shape }),
  ),
  affine: CHANNELS.map((C) => {
    const each = Array.from({ length: C }, (_, c) => c - 1.5);
    const operator = { op: 'affine', times: C % 2 ? each : [0.3], plus: C % 2 ? [-2] : each } as const;
    return plainCase('constants', [[C, 5, 7]], operator, [C, 5, 7], POINT, ['elementwise']);
  }),
  glu: [
    ...CHANNELS.map((C) => plainCase('glu', [[2 * C, 5, 7]], { op: 'glu' }, [C, 5, 7], POINT, ['elementwise'])),
    plainCase('glu', [[14]], { op: 'glu' }, [7], POINT, ['elementwise']),
  ],
  unpool: [[7, 7], [9], [5, 6, 7]].flatMap((sizes) =>
    [2, 3].flatMap((kernel) =>
      [3, 70].map((C) => {
        const windows = sizes.map(() => windowOf({ kernel, stride: 2, before: kernel >> 2 }));
        const small = [C, ...windows.map((window, axis) => slide(sizes[axis] ?? 1, window))];
        const large = [C, ...sizes];
        return plainCase(`unpool by ${kernel}`, [small, large], { op: 'unpool', windows }, large, NONE, ['max unpool']);
      }),
    ),
  ),
  reshape: [
    plainCase('vector', [[5, 1, 1]], { op: 'reshape' }, [5], NONE, ['no work']),
    plainCase('reshape', [[5, 3, 4]], { op: 'reshape' }, [5, 12], NONE, ['no work']),
    ...(
      [
        [[5, 3, 4], [60]],
        [[60], [5, 3, 4]],
        [[6, 3, 4], [4, 9, 2]],
        [[6, 3, 4], [2, 9, 4]],
        [[6, 3, 4], [12, 6]],
        [[6, 3, 4], [3, 2, 12]],
        [[5, 3, 4], [12, 5]],
        [[2, 3, 4, 5], [5, 24]],
        [[9000], [3, 3000]],
      ] as const
    ).map(([from, to]) => plainCase('reshape', [from], { op: 'reshape' }, to, NONE, ['copy'])), // biome-ignore format: shapes side by side
  ],
  permute: [
    [1, 0],
    [2, 0, 1],
    [0, 2, 1],
    [1, 2, 0],
    [2, 1, 0],
    [0, 3, 1, 2],
    [3, 0, 2, 1],
  ].map(permuted),
  pad: pads,
  slice: [0, 3].flatMap((start) => [
    plainCase('slice', [[9, 5, 7]], { op: 'slice', axis: 0, start }, [5, 5, 7], NONE, ['copy']),
    plainCase('slice', [[9, 5, 7]], { op: 'slice', axis: 1, start }, [9, 2, 7], NONE, ['copy']),
    plainCase('slice', [[9, 5, 7]], { op: 'slice', axis: 2, start }, [9, 5, 3], NONE, ['copy']),
    plainCase('slice', [[9, 5, 7]], { op: 'slice', axis: 1, start }, [9, 7], NONE, ['copy']),
    plainCase('slice', [[9, 5, 7]], { op: 'slice', axis: 2, start }, [9, 5], NONE, ['copy']),
    plainCase('slice', [[9, 5, 7]], { op: 'slice', axis: 0, start }, [5, 7], NONE, ['copy']),
    plainCase('slice', [[9]], { op: 'slice', axis: 0, start }, [4], NONE, ['copy']),
    plainCase('slice', [[9, 7]], { op: 'slice', axis: 1, start }, [9], NONE, ['copy']),
    plainCase('slice', [[9, 4, 3, 5]], { op: 'slice', axis: 1, start }, [9, 1, 3, 5], NONE, ['copy']),
    plainCase('slice', [[9, 3, 4, 5]], { op: 'slice', axis: 2, start }, [9, 3, 1, 5], NONE, ['copy']),
    plainCase('slice', [[9, 3, 2, 5]], { op: 'slice', axis: 3, start }, [9, 3, 2, 2], NONE, ['copy']),
  ]),
  shuffle: [2, 3].map((groups) =>
    plainCase(`shuffle of ${groups}`, [[12, 3, 4]], { op: 'shuffle', groups }, [12, 3, 4], NONE, ['copy']),
  ),
  pixelshuffle: SHUFFLED.map(([by, C, sizes]) =>
    plainCase(
      `pixelshuffle by ${by}`,
      [[C * by ** sizes.length, ...sizes]],
      { op: 'pixelshuffle', by },
      [C, ...sizes.map((n) => n * by)],
      NONE,
      ['copy'],
    ),
  ),
  pixelunshuffle: SHUFFLED.map(([by, C, sizes]) =>
    plainCase(
      `unshuffle by ${by}`,
      [[C, ...sizes.map((n) => n * by)]],
      { op: 'pixelunshuffle', by },
      [C * by ** sizes.length, ...sizes],
      NONE,
      ['copy'],
    ),
  ),
  upsample: upsamplings,
};

/** What a concatenation wants written between its other channels: some cases of every operator. */
const inside: readonly KernelCase[] = Object.values(OPERATORS).flatMap((cases) =>
  cases
    .filter(({ steps }, i) => i % 5 === 2 && (steps.at(-1)?.output.length ?? 0) > 1)
    .slice(0, 60)
    .map(({ title, inputs, steps, tolerance }): KernelCase => {
      const [C = 1, ...sizes] = steps.at(-1)?.output ?? [];
      const other = [3, ...sizes];
      const last = -1 - inputs.length;
      return {
        title: `${title}, inside`,
        inputs: [...inputs, other],
        steps: [...steps, reading({ op: 'concat', axis: 0 }, [last, steps.length - 1, last], [C + 6, ...sizes])],
        tolerance,
      };
    }),
);

/** Axes that come up between layers only. */
const deep: readonly KernelCase[] = [
  [1, 0, 3, 2, 4],
  [0, 2, 1, 4, 3],
].map(permuted);

export const TABLES = { ...OPERATORS, fused };

/** With what is a matter of the core's memory. */
export const CORE_TABLES = { ...TABLES, inside, deep };

/** What becomes of a table: one network with an output per case, in the cases' order. */
export const networkOf = (cases: readonly KernelCase[]): Network => {
  let id = 0;
  let seed = 1;
  const inputs: Network['inputs'][number][] = [];
  const steps: Step[] = [];
  const outputs: number[] = [];
  const learned = ([name, shape]: readonly [string, Shape]) => {
    // Variances are positive; sums stay of the size of their addends.
    const scale = name.startsWith('weight') && shape.length > 1 ? 1 / Math.sqrt(product(shape.slice(1))) : 1;
    const data = normal(product(shape), seed++).map((x) => (name === 'running_var' ? 0.5 + Math.abs(x) : x * scale));
    return [name, { shape, data }] as const;
  };
  for (const { title, inputs: shapes, steps: parts } of cases) {
    const firstInput = id;
    for (const shape of shapes) inputs.push({ id: id++, name: title, shape });
    const firstStep = id;
    const idOf = (read: number) => (read < 0 ? firstInput - 1 - read : firstStep + read);
    const shapeOf = (read: number) => (read < 0 ? shapes[-1 - read] : parts[read]?.output) ?? [];
    parts.forEach(({ operator, reads, output, weights = {} }, i) => {
      steps.push({
        id: id++,
        name: `${title} ${i}`,
        operator,
        inputs: reads.map(idOf),
        inputShapes: reads.map(shapeOf),
        output,
        weights: Object.fromEntries(Object.entries(weights).map(learned)),
        macs: 0,
      });
    });
    outputs.push(id - 1);
  }
  return { inputs, steps, outputs };
};
