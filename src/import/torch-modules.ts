// Modules of PyTorch as it prints them, each as the rows that it is here: the one table. How a printed network is read is torch-print.ts.

import type { Plain } from '../core/args.js';
import type { Shape } from '../core/shape.js';

/** The arguments that a module prints, those without a name by the names they have in PyTorch. */
export type Arguments = ReadonlyMap<string, Plain>;

export interface Step {
  readonly kind: string;
  readonly options?: Readonly<Record<string, Plain>>;
  /** Behind the name of the module, where it is several rows. */
  readonly part?: string;
}

export interface Leaf {
  /** The names of the arguments that are printed without one. */
  readonly places?: string;
  /** The argument that says how many channels come in. */
  readonly reads?: string;
  /** How many spatial axes it reads; absent = any. */
  readonly axes?: number;
  /** The rows; a text says why there are none. The shape is what comes in. */
  readonly rows: (given: Arguments, shape: Shape) => readonly Step[] | string;
  /** What it does not print. */
  readonly silent?: string;
  /** Values stay where they are, and change one by one or not at all. */
  readonly pointwise?: true;
}

const one = (kind: string, options: Readonly<Record<string, Plain | undefined>> = {}): readonly Step[] => [
  { kind, options: given(options) },
];

const given = (options: Readonly<Record<string, Plain | undefined>>): Readonly<Record<string, Plain>> =>
  Object.fromEntries(Object.entries(options).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])));

const pointwise = (kind: string, options: Readonly<Record<string, string>> = {}, places = ''): Leaf => ({
  places,
  pointwise: true,
  rows: (args) =>
    one(kind, Object.fromEntries(Object.entries(options).map(([here, there]) => [here, args.get(there)]))),
});

/** Borders of other values than zeros are layers of their own. */
const BORDERS: ReadonlyMap<Plain, string> = new Map([
  ['reflect', 'reflectpad'],
  ['replicate', 'replicatepad'],
  ['circular', 'circularpad'],
]);

const convolution = (axes: number): Leaf => ({
  places: 'in_channels out_channels',
  reads: 'in_channels',
  axes,
  rows: (args) => {
    const [padding = 0, mode = 'zeros'] = [args.get('padding'), args.get('padding_mode')];
    const border = BORDERS.get(mode);
    if (mode !== 'zeros' && !border) return `its padding_mode ${mode} is not known`;
    if (border && typeof padding === 'string') return `padding ${padding} with ${mode} has no counterpart`;
    const conv = one('conv', {
      filters: args.get('out_channels'),
      kernel: args.get('kernel_size'),
      stride: args.get('stride'),
      padding: border ? 0 : padding,
      dilation: args.get('dilation'),
      groups: args.get('groups'),
      bias: args.get('bias'),
    });
    return border ? [{ kind: border, options: { padding }, part: 'pad' }, ...conv] : conv;
  },
});

const transposed = (axes: number): Leaf => ({
  places: 'in_channels out_channels',
  reads: 'in_channels',
  axes,
  rows: (args) =>
    one('convtranspose', {
      filters: args.get('out_channels'),
      kernel: args.get('kernel_size'),
      stride: args.get('stride'),
      padding: args.get('padding'),
      output_padding: args.get('output_padding'),
      dilation: args.get('dilation'),
      groups: args.get('groups'),
      bias: args.get('bias'),
    }),
});

const maxpool = (axes: number): Leaf => ({
  axes,
  rows: (args) =>
    one('maxpool', {
      kernel: args.get('kernel_size'),
      stride: args.get('stride'),
      padding: args.get('padding'),
      dilation: args.get('dilation'),
      ceil: args.get('ceil_mode'),
    }),
});

const avgpool = (axes: number): Leaf => ({
  axes,
  rows: (args) =>
    one('avgpool', { kernel: args.get('kernel_size'), stride: args.get('stride'), padding: args.get('padding') }),
  silent: 'ceil_mode, count_include_pad and divisor_override',
});

/** `None` keeps the size of an axis. */
const adaptive = (kind: string, axes: number): Leaf => ({
  axes,
  rows: (args) => one(kind, { output: args.get('output_size') }),
});

const batchnorm = (axes?: number): Leaf => ({
  places: 'num_features',
  reads: 'num_features',
  ...(axes !== undefined && { axes }),
  rows: (args) =>
    args.get('track_running_stats') === false
      ? 'without running statistics it takes those of every batch'
      : one('batchnorm', {
          eps: args.get('eps'),
          affine: args.get('affine'),
          momentum: args.get('momentum') ?? undefined,
        }),
});

const instancenorm = (axes: number): Leaf => ({
  places: 'num_features',
  reads: 'num_features',
  axes,
  rows: (args) =>
    args.get('track_running_stats') === true
      ? 'with running statistics it is a batch normalisation in evaluation'
      : one('instancenorm', { eps: args.get('eps'), affine: args.get('affine') }),
});

/** Sides as PyTorch has them, from the last axis on: left, right, top, bottom. */
const sidesOf = (padding: Plain | undefined, axes: number): readonly Plain[] | undefined => {
  if (!Array.isArray(padding) || padding.length !== 2 * axes) return undefined;
  const [left = 0, right = 0, top = 0, bottom = 0] = padding as readonly Plain[];
  if (axes === 2) return [top, right, bottom, left];
  return axes === 1 ? [left, right] : [...padding.slice(4), top, bottom, left, right];
};

const border = (kind: string, axes: number): Leaf => ({
  places: 'padding',
  axes,
  rows: (args) => {
    const value = args.get('value') ?? 0;
    const padding = sidesOf(args.get('padding'), axes);
    if (!padding) return `its padding is not ${2 * axes} numbers`;
    return value === 0 ? one(kind, { padding }) : `borders of ${value} have no counterpart`;
  },
});

/** Normalising over channels, which are the last axis only where there is no other. */
const overChannels = (kind: string): Leaf => ({
  pointwise: true,
  rows: (args, shape) => {
    const dim = args.get('dim') ?? null;
    // Without `dim` PyTorch takes the first axis of three dimensions, with the batch, and else the second.
    const isChannels = dim === 1 || dim === -shape.length || (dim === null && shape.length !== 2);
    return isChannels ? one(kind) : `it is over dim=${dim}, and not over the channels`;
  },
});

const upsample = (fallback: string, corners?: boolean): Leaf => ({
  rows: (args) => {
    const mode = args.get('mode') ?? fallback;
    const factor = args.get('scale_factor');
    const size = args.get('size');
    return one('upsample', {
      ...(size === undefined || size === null ? { factor } : { size }),
      mode,
      ...(corners && { align_corners: true }),
    });
  },
  ...(corners === undefined && { silent: 'align_corners' }),
});

const linear: Leaf = {
  places: 'in_features out_features',
  rows: (args) => one('fc', { units: args.get('out_features'), bias: args.get('bias') }),
};

/** `1` in each of three numbers of axes: `Conv1d`, `Conv2d`, `Conv3d`. */
const inAll = (name: string, leaf: (axes: number) => Leaf): readonly (readonly [string, Leaf])[] =>
  [1, 2, 3].map((axes) => [`${name}${axes}d`, leaf(axes)] as const);

const DROPOUT = pointwise('dropout', { rate: 'p' });

/** By the name of the class. */
export const LEAVES: ReadonlyMap<string, Leaf> = new Map<string, Leaf>([
  ...inAll('Conv', convolution),
  ...inAll('ConvTranspose', transposed),
  ...inAll('MaxPool', maxpool),
  ...inAll('AvgPool', avgpool),
  ...inAll('AdaptiveAvgPool', (axes) => adaptive('adaptiveavgpool', axes)),
  ...inAll('AdaptiveMaxPool', (axes) => adaptive('adaptivemaxpool', axes)),
  // Of vectors too.
  ['BatchNorm1d', batchnorm()],
  ['BatchNorm2d', batchnorm(2)],
  ['BatchNorm3d', batchnorm(3)],
  ['SyncBatchNorm', batchnorm()],
  ...inAll('InstanceNorm', instancenorm),
  ...inAll('ZeroPad', (axes) => border('zeropad', axes)),
  ...inAll('ConstantPad', (axes) => border('zeropad', axes)),
  ...inAll('ReflectionPad', (axes) => border('reflectpad', axes)),
  ...inAll('ReplicationPad', (axes) => border('replicatepad', axes)),
  ...inAll('CircularPad', (axes) => border('circularpad', axes)),
  ['Linear', linear],
  [
    'GroupNorm',
    {
      places: 'num_groups num_channels',
      reads: 'num_channels',
      rows: (args) =>
        one('groupnorm', { groups: args.get('num_groups'), eps: args.get('eps'), affine: args.get('affine') }),
    },
  ],
  [
    'LayerNorm',
    {
      places: 'normalized_shape',
      rows: (args, shape) => {
        const over = args.get('normalized_shape');
        return Array.isArray(over) && over.join() === shape.join()
          ? one('layernorm', { eps: args.get('eps'), affine: args.get('elementwise_affine') })
          : `it is over ${over}, and ${shape.join('x')} come in`;
      },
    },
  ],
  [
    'LocalResponseNorm',
    {
      places: 'size',
      rows: (args) =>
        one('lrn', { size: args.get('size'), alpha: args.get('alpha'), beta: args.get('beta'), k: args.get('k') }),
    },
  ],
  ['Dropout', DROPOUT],
  ...inAll('Dropout', () => DROPOUT),
  ['AlphaDropout', DROPOUT],
  ['FeatureAlphaDropout', DROPOUT],
  ['Identity', pointwise('identity')],
  ['ReLU', pointwise('relu')],
  ['ReLU6', pointwise('relu6')],
  ['LeakyReLU', pointwise('leakyrelu', { slope: 'negative_slope' })],
  [
    'RReLU',
    {
      pointwise: true,
      // As it is in evaluation.
      rows: (args) => one('leakyrelu', { slope: (Number(args.get('lower')) + Number(args.get('upper'))) / 2 }),
    },
  ],
  ['PReLU', pointwise('prelu', { slopes: 'num_parameters' })],
  ['ELU', pointwise('elu', { alpha: 'alpha' })],
  ['CELU', pointwise('celu', { alpha: 'alpha' })],
  ['SELU', pointwise('selu')],
  ['GELU', pointwise('gelu', { approximate: 'approximate' })],
  ['Mish', pointwise('mish')],
  ['SiLU', pointwise('silu')],
  ['Sigmoid', pointwise('sigmoid')],
  ['Tanh', pointwise('tanh')],
  ['Hardswish', pointwise('hardswish')],
  ['Hardsigmoid', pointwise('hardsigmoid')],
  ['Hardtanh', pointwise('hardtanh', { low: 'min_val', high: 'max_val' })],
  [
    'Softplus',
    {
      pointwise: true,
      // From `threshold` on PyTorch says x, which differs from the logarithm by less than float32 does.
      rows: (args) =>
        (args.get('beta') ?? 1) === 1 && Number(args.get('threshold') ?? 20) >= 20
          ? one('softplus')
          : 'beta other than 1 and a lower threshold have no counterpart',
    },
  ],
  ['Softsign', pointwise('softsign')],
  ['LogSigmoid', pointwise('logsigmoid')],
  ['Softshrink', pointwise('softshrink', { lambda: 'lambda' }, 'lambda')],
  ['Hardshrink', pointwise('hardshrink', { lambda: 'lambda' }, 'lambda')],
  ['Threshold', pointwise('threshold', { limit: 'threshold', value: 'value' })],
  ['Softmax', overChannels('softmax')],
  ['LogSoftmax', overChannels('logsoftmax')],
  ['Softmax2d', { axes: 2, rows: () => one('softmax') }],
  [
    'GLU',
    {
      ...overChannels('glu'),
      rows: (args, shape) => overChannels('glu').rows(new Map([['dim', args.get('dim') ?? -1]]), shape),
    },
  ],
  [
    'Flatten',
    {
      rows: (args) =>
        (args.get('start_dim') ?? 1) === 1 && (args.get('end_dim') ?? -1) === -1
          ? one('flatten')
          : 'it keeps some of the axes',
    },
  ],
  [
    'Unflatten',
    {
      rows: (args, shape) => {
        const sizes = args.get('unflattened_size');
        const [channels, ...places] = Array.isArray(sizes) ? (sizes as readonly Plain[]) : [];
        if (args.get('dim') !== 1 || shape.length !== 1 || channels === undefined)
          return 'it does not make a volume of a vector';
        return one('reshape', { to: [...places, channels] });
      },
    },
  ],
  ['PixelShuffle', { axes: 2, rows: (args) => one('pixelshuffle', { factor: args.get('upscale_factor') }) }],
  ['PixelUnshuffle', { axes: 2, rows: (args) => one('pixelunshuffle', { factor: args.get('downscale_factor') }) }],
  ['ChannelShuffle', { rows: (args) => one('shuffle', { groups: args.get('groups') }) }],
  ['Upsample', upsample('nearest')],
  ['UpsamplingNearest2d', upsample('nearest', false)],
  ['UpsamplingBilinear2d', upsample('bilinear', true)],
]);
