// Random networks, and plain definitions of what a unit sees: index sets, impulses sent through, and impulses sent through the
// reference backend, for kinds of every sort with channels of their own. Nothing here knows of reaches, tracks or windows. No assertions.

import fc from 'fast-check';
import type { Analysis } from '../src/analysis/analysis.js';
import { analyze } from '../src/analysis/analyze.js';
import type { Node } from '../src/core/graph.js';
import { choices, elements, product, type Shape, spatial } from '../src/core/shape.js';
import { reference } from '../src/kernels/reference.js';
import { parse } from '../src/lang/parse.js';
import { layers } from '../src/layers/index.js';
import { networkOf, parameters } from '../src/run/network.js';

export interface Op {
  readonly sort:
    | 'input'
    | 'conv'
    | 'pool'
    | 'transposed'
    | 'nearest'
    | 'bilinear'
    | 'aligned'
    | 'pad'
    | 'crop'
    | 'shuffle'
    | 'unshuffle'
    | 'add';
  /** Indices of the ops read. */
  readonly from: readonly number[];
  /** One number per axis. */
  readonly k: readonly number[];
  readonly s: readonly number[];
  readonly d: readonly number[];
  readonly before: readonly number[];
  readonly after: readonly number[];
  /** The size of the output per axis. */
  readonly size: readonly number[];
}

/** Most networks are of these. Convolutions are twice as likely; corners that are aligned have no steps of one size. */
export const SORTS: readonly Op['sort'][] = [
  'conv',
  'conv',
  'pool',
  'transposed',
  'nearest',
  'bilinear',
  'pad',
  'crop',
  'shuffle',
  'unshuffle',
  'add',
];

export interface Network {
  readonly text: string;
  readonly analysis: Analysis;
  /** `op0` is the input; the others are called op1, op2, … */
  readonly ops: readonly Op[];
}

type Move = Omit<Op, 'from' | 'size'> & { readonly back: readonly [number, number] };

const move = (sorts: readonly Op['sort'][], axes: number, dense: boolean): fc.Arbitrary<Move> => {
  const per = (min: number, max: number) => fc.array(fc.integer({ min, max }), { minLength: axes, maxLength: axes });
  return fc
    .record({
      sort: fc.constantFrom(...sorts),
      k: per(1, 4),
      s: per(1, 3),
      d: per(1, 3),
      before: per(0, 2),
      after: per(0, 2),
      back: fc.tuple(fc.nat(3), fc.nat(3)),
    })
    .map((m) =>
      dense && m.sort === 'transposed'
        ? { ...m, k: m.k.map((k, i) => Math.max(k, m.s[i] ?? 1)), d: m.d.map(() => 1) }
        : m,
    );
};

/** A network of up to `most` layers. `dense`: no transposed convolution leaves cells that see nothing. */
export const network = (
  axes: 1 | 2,
  sorts: readonly Op['sort'][],
  { most = 7, dense = false }: { readonly most?: number; readonly dense?: boolean } = {},
): fc.Arbitrary<Network> =>
  fc
    .tuple(
      fc.array(fc.integer({ min: 5, max: axes === 1 ? 24 : 9 }), { minLength: axes, maxLength: axes }),
      fc.array(move(sorts, axes, dense), { minLength: 1, maxLength: most }),
    )
    .map(([size, moves]) => built(size, moves));

const built = (size: readonly number[], moves: readonly Move[]): Network => {
  const one = size.map(() => 1);
  const none = size.map(() => 0);
  let ops: readonly Op[] = [{ sort: 'input', from: [], k: one, s: one, d: one, before: none, after: none, size }];
  let text = `input: ${size.join('x')}x1\nlayers:\n  - {identity, name: op0}\n`;
  let analysis = analyzed(text);
  for (const { back, ...m } of moves) {
    const next = ops.length;
    const name = `op${next}`;
    const from = back.map((n) => Math.max(0, next - 1 - n));
    const [a = 0, b = 0] = m.sort === 'add' ? from : [next - 1];
    const longer = text + itemsOf({ ...m, from: [a, b] }, name, ops);
    // What does not fit (a kernel too large, an output past a few hundred cells) is left out.
    const tried = analyzed(longer);
    const node = tried.graph.nodes.find((n) => n.name === name);
    const output = node?.facts?.output;
    if (!output || tried.diagnostics.some((d) => d.severity === 'error') || spatial(output).some((n) => n > 120))
      continue;
    ops = [...ops, { ...m, from: m.sort === 'add' ? [a, b] : [a], size: spatial(output) }];
    [text, analysis] = [longer, tried];
  }
  return { text, analysis, ops };
};

const analyzed = (text: string): Analysis => analyze(parse(text, { registry: layers }));

const sides = (before: readonly number[], after: readonly number[]): string =>
  before.length === 1 ? `[${before[0]}, ${after[0]}]` : `[${before[0]}, ${after[1]}, ${after[0]}, ${before[1]}]`;

const itemsOf = (m: Omit<Op, 'size'>, name: string, ops: readonly Op[]): string => {
  const list = (numbers: readonly number[]) => `[${numbers.join(', ')}]`;
  const [a = 0, b = 0] = m.from;
  const as = `name: ${name}, from: op${a}`;
  const window = `kernel: ${list(m.k)}, stride: ${list(m.s)}, dilation: ${list(m.d)}, padding: ${sides(m.before, m.after)}`;
  switch (m.sort) {
    case 'input':
      return '';
    case 'conv':
      return `  - {conv: 1, ${window}, ${as}}\n`;
    case 'pool':
      return `  - {avgpool, ${window}, wide: true, ${as}}\n`;
    case 'transposed':
      return `  - {convtranspose: 1, ${window}, ${as}}\n`;
    case 'nearest':
      return `  - {upsample: ${list(m.k.map((k, i) => k / (m.s[i] === 2 ? 2 : 1)))}, ${as}}\n`;
    case 'bilinear':
      return `  - {upsample: ${list(m.k.map((k, i) => k / (m.s[i] === 2 ? 2 : 1)))}, mode: bilinear, ${as}}\n`;
    case 'aligned':
      return `  - {upsample, size: ${list(m.k.map((k, i) => 3 * k + (m.s[i] ?? 1)))}, mode: bilinear, align_corners: true, ${as}}\n`;
    case 'pad':
      return `  - {zeropad: ${sides(m.before, m.after)}, ${as}}\n`;
    case 'crop':
      return `  - {crop: ${sides(m.before, m.after)}, ${as}}\n`;
    case 'shuffle': {
      const f = m.k[0] ?? 1;
      return `  - {conv: ${f ** m.k.length}, kernel: 1, name: ${name}wide, from: op${a}}\n  - {pixelshuffle: ${f}, name: ${name}}\n`;
    }
    case 'unshuffle':
      return `  - {pixelunshuffle: ${m.k[0]}, name: ${name}deep, from: op${a}}\n  - {conv: 1, kernel: 1, name: ${name}}\n`;
    case 'add': {
      // The longer is cut at its end.
      const cut = (x: number, y: number) =>
        sides(
          m.k.map(() => 0),
          m.k.map((_, i) => Math.max(0, (ops[x]?.size[i] ?? 0) - (ops[y]?.size[i] ?? 0))),
        );
      return `  - {crop: ${cut(a, b)}, name: ${name}a, from: op${a}}\n  - {crop: ${cut(b, a)}, name: ${name}b, from: op${b}}\n  - {add: [${name}a, ${name}b], name: ${name}}\n`;
    }
  }
};

/** The factor of an enlargement as a ratio. */
const ratio = (op: Op, axis: number): readonly [number, number] => [op.k[axis] ?? 1, op.s[axis] === 2 ? 2 : 1];

/** The cells of what is read that cell o of an op mixes, on an axis without ends. */
const taps = (op: Op, axis: number, o: number, inner: number): readonly number[] => {
  const at = (list: readonly number[]) => list[axis] ?? 0;
  const range = (n: number) => Array.from({ length: n }, (_, i) => i);
  switch (op.sort) {
    case 'input':
    case 'add':
      return [o];
    case 'conv':
    case 'pool':
      return range(at(op.k)).map((t) => o * at(op.s) - at(op.before) + t * at(op.d));
    case 'transposed':
      return range(at(op.k))
        .map((t) => (o + at(op.before) - t * at(op.d)) / at(op.s))
        .filter(Number.isInteger);
    case 'nearest': {
      const [p, q] = ratio(op, axis);
      return [Math.floor((o * q) / p)];
    }
    case 'bilinear': {
      const [p, q] = ratio(op, axis);
      const point = ((2 * o + 1) * q - p) / (2 * p);
      return [Math.floor(point), Math.ceil(point)];
    }
    case 'aligned': {
      const point = at(op.size) === 1 ? 0 : (o * (inner - 1)) / (at(op.size) - 1);
      return [Math.floor(point), Math.ceil(point)];
    }
    case 'pad':
      return [o - at(op.before)];
    case 'crop':
      return [o + at(op.before)];
    case 'shuffle':
      return [Math.floor(o / (op.k[0] ?? 1))];
    case 'unshuffle':
      return range(op.k[0] ?? 1).map((t) => o * (op.k[0] ?? 1) + t);
  }
};

/** The input cells that cell `o` of an op sees along an axis, by walking back. `within` keeps to the cells that exist. */
export const seen = (
  ops: readonly Op[],
  last: number,
  axis: number,
  o: number,
  within: boolean,
): ReadonlySet<number> => {
  let cells = new Map<number, Set<number>>([[last, new Set([o])]]);
  for (let id = last; id > 0; id -= 1) {
    const op = ops[id];
    if (!op) continue;
    for (const of of op.from) {
      const inner = ops[of]?.size[axis] ?? 0;
      const into = cells.get(of) ?? new Set();
      for (const cell of cells.get(id) ?? [])
        for (const tap of taps(op, axis, cell, inner)) if (!within || (tap >= 0 && tap < inner)) into.add(tap);
      cells = cells.set(of, into);
    }
  }
  return cells.get(0) ?? new Set();
};

/** A plane of rows and columns; sequences have one row. */
type Plane = number[][];

/** Sends a 1 in one place through the network, every weight being positive: what is not 0 afterwards depends on that place. */
export const impulse = (ops: readonly Op[], row: number, column: number): readonly Plane[] => {
  const planes: Plane[] = [];
  for (const op of ops) {
    const [height = 1, width = 1] = op.size.length === 1 ? [1, op.size[0]] : op.size;
    const plane: Plane = Array.from({ length: height }, () => new Array<number>(width).fill(0));
    planes.push(plane);
    if (op.sort === 'input') {
      (plane[row] ?? [])[column] = 1;
      continue;
    }
    const [across, down] = op.size.length === 1 ? [0, -1] : [1, 0];
    for (const of of op.from) {
      const inner = planes[of] ?? [];
      const weights = (axis: number, length: number, read: number): number[][] =>
        axis < 0 ? [[1]] : matrix(op, axis, length, read);
      const rows = weights(down, height, inner.length);
      const columns = weights(across, width, inner[0]?.length ?? 0);
      for (let y = 0; y < height; y += 1)
        for (let x = 0; x < width; x += 1) {
          let sum = 0;
          for (const [i, v] of (rows[y] ?? []).entries())
            if (v > 0) for (const [j, w] of (columns[x] ?? []).entries()) sum += v * w * (inner[i]?.[j] ?? 0);
          (plane[y] ?? [])[x] = (plane[y]?.[x] ?? 0) + sum;
        }
    }
  }
  return planes;
};

/** How much of each cell read goes into each cell made, along an axis: weights of an evaluation, borders clamped or zero. */
const matrix = (op: Op, axis: number, length: number, read: number): number[][] => {
  const m = Array.from({ length }, () => new Array<number>(read).fill(0));
  const at = (list: readonly number[]) => list[axis] ?? 0;
  const put = (o: number, i: number, w: number) => {
    if (m[o]?.[i] !== undefined) (m[o] ?? [])[i] = (m[o]?.[i] ?? 0) + w;
  };
  if (op.sort === 'transposed') {
    for (let i = 0; i < read; i += 1)
      for (let t = 0; t < at(op.k); t += 1) put(i * at(op.s) - at(op.before) + t * at(op.d), i, 1);
    return m;
  }
  for (let o = 0; o < length; o += 1) {
    if (op.sort === 'bilinear' || op.sort === 'aligned') {
      const [p, q] = ratio(op, axis);
      const point =
        op.sort === 'aligned'
          ? length === 1
            ? 0
            : (o * (read - 1)) / (length - 1)
          : Math.max(0, ((2 * o + 1) * q - p) / (2 * p));
      const first = Math.min(Math.floor(point), read - 1);
      const share = point - Math.floor(point);
      put(o, first, 1 - share);
      put(o, Math.min(first + 1, read - 1), share);
    } else for (const tap of taps(op, axis, o, read)) put(o, tap, 1);
  }
  return m;
};

// --- kinds of every sort, channels and all ---------------------------------------------------------------------------------

/** Kinds whose cells see what lies in the layer that they read: no padding by zeros, nothing cut off at an edge. */
export const INSIDE = [
  'conv',
  'conv',
  'grouped',
  'depthwise',
  'maxpool',
  'adaptive',
  'adaptive',
  'nearest',
  'area',
  'replicate',
  'reflect',
  'circular',
  'slice',
  'channelshuffle',
  'pixelshuffle',
  'pixelunshuffle',
  'permute',
  'permute',
  'reshape',
  'reshape',
  'regroup',
  'relu',
  'concat',
  'add',
  'behind',
  'part',
  'reduce',
  'take',
  'strips',
  'gate',
] as const;

/** And those that reach over an edge, or leave cells out. */
export const ANY_KIND = [
  ...INSIDE,
  'padded',
  'zeropad',
  'channelpad',
  'crop',
  'transposed',
  'bilinear',
  'resized',
  'lrn',
  'widepool',
  'strip',
  'causal',
] as const;

/** And those that a change may leave as they are: a gate on nothing, a place that is not the largest, a share below 0 that a relu cuts. */
export const WITH_CHOICES = [...ANY_KIND, 'glu', 'unpool', 'cubic'] as const;
/** Apart, because a product with a zero of some padding hides what it was multiplied by. */
export const PRODUCT = 'product';
type AnyKind = (typeof WITH_CHOICES)[number] | typeof PRODUCT;

interface Draw {
  readonly kind: AnyKind;
  readonly k: readonly number[];
  readonly n: readonly number[];
}

/** A network of up to `most` layers of those kinds. Its layers are called op1, op2, …; the input is op0. */
export const anyNetwork = (
  axes: 1 | 2 | 3,
  kinds: readonly AnyKind[],
  most: number,
): fc.Arbitrary<{ readonly text: string; readonly analysis: Analysis }> =>
  fc
    .tuple(
      fc.array(fc.integer({ min: 2, max: [0, 12, 6, 4][axes] ?? 4 }), { minLength: axes, maxLength: axes }),
      fc.integer({ min: 1, max: 4 }),
      fc.array(
        fc.record({
          kind: fc.constantFrom(...kinds),
          k: fc.array(fc.integer({ min: 1, max: 3 }), { minLength: 3, maxLength: 3 }),
          n: fc.array(fc.nat(1000), { minLength: 4, maxLength: 4 }),
        }),
        { minLength: 1, maxLength: most },
      ),
    )
    .map(([size, channels, draws]) => {
      let text = `input: ${size.join('x')}x${channels}\nlayers:\n  - {identity, name: op0}\n`;
      let analysis = analyzed(text);
      let [ids, next] = [['op0'], 1];
      for (const draw of draws) {
        const shapes = ids.map((name) => outputOf(analysis, name));
        const items = itemsOfKind(draw, `op${next}`, ids, shapes);
        const tried = items ? analyzed(text + items) : undefined;
        const output = tried?.graph.nodes.find(({ name }) => name === `op${next}`)?.facts?.output;
        if (!tried || !output || tried.diagnostics.some(({ severity }) => severity === 'error')) continue;
        if (elements(output) > 400 || product(spatial(output)) > 100) continue;
        [text, analysis] = [text + items, tried];
        ids = [...ids, `op${next}`];
        next += 1;
      }
      return { text, analysis, [fc.toStringMethod]: () => text };
    });

const LETTERS = ['c', 'd', 'h', 'w'] as const;

/** Some of the letters of the channels and that many axes. */
const some = (axes: number, n: number): string => {
  const own = ['c', ...LETTERS.slice(4 - axes)];
  return own.filter((_, i) => (((n % (2 ** own.length - 1)) + 1) >> i) & 1).join('');
};

const outputOf = ({ graph }: Analysis, name: string): Shape =>
  graph.nodes.find((node) => node.name === name)?.facts?.output ?? [];

const itemsOfKind = (
  { kind, k, n }: Draw,
  name: string,
  ids: readonly string[],
  shapes: readonly Shape[],
): string | null => {
  const back = ids.length - 1 - ((n[0] ?? 0) % 3 === 0 ? (n[1] ?? 0) % Math.min(3, ids.length) : 0);
  const [read, shape] = [ids[back] ?? 'op0', shapes[back] ?? []];
  const [channels = 1, ...sizes] = shape;
  const as = `name: ${name}, from: ${read}`;
  const axes = sizes.length;
  const list = (numbers: readonly number[]) => `[${numbers.slice(0, axes).join(', ')}]`;
  const one = (at: number, below: number) => 1 + ((n[at] ?? 0) % below);
  const divisors = (of: number) => Array.from({ length: of }, (_, i) => i + 1).filter((d) => of % d === 0);
  const divisor = (of: number, at: number) => divisors(of)[(n[at] ?? 0) % divisors(of).length] ?? 1;
  const stride = (n[3] ?? 0) % 2 === 0 ? 1 : 2;
  const sides = () => Array.from({ length: 2 * axes }, (_, i) => ((k[i % 3] ?? 1) + (n[i % 4] ?? 0)) % 3).join(', ');
  const point = () => `coordinates: ${['asymmetric', 'half_pixel', 'align_corners'][(n[2] ?? 0) % 3]}`;
  const rounding = () => ['floor', 'ceil', 'round_prefer_floor', 'round_prefer_ceil'][(n[1] ?? 0) % 4];
  // As reshapes are written: the channels last.
  const written = ([c = 1, ...rest]: Shape) => [...rest, c].join('x');
  switch (kind) {
    case 'conv':
      return `  - {conv: ${one(1, 4)}, kernel: ${list(k)}, stride: ${stride}, ${as}}\n`;
    case 'grouped': {
      const groups = divisor(channels, 1);
      return `  - {conv: ${groups * one(2, 2)}, kernel: ${list(k)}, groups: ${groups}, ${as}}\n`;
    }
    case 'depthwise':
      return `  - {depthwise: ${list(k)}, multiplier: ${one(1, 2)}, ${as}}\n`;
    case 'maxpool':
      return `  - {maxpool: ${list(k)}, stride: ${stride}, ${as}}\n`;
    case 'adaptive':
      return `  - {adaptive${stride === 1 ? 'avg' : 'max'}pool: ${list(sizes.map((_, axis) => 1 + ((n[axis] ?? 0) % 5)))}, ${as}}\n`;
    case 'strip':
      return `  - {adaptiveavgpool: ${list(sizes.map((_, axis) => (axis === 0 ? 1 : 2)))}, ${as}}\n`;
    case 'nearest':
      return `  - {upsample: ${list(k.map((factor) => Math.min(factor, 2)))}, ${point()}, rounding: ${rounding()}, ${as}}\n`;
    case 'resized':
    case 'cubic': {
      const size = list(sizes.map((_, axis) => 1 + ((n[axis] ?? 0) % 6)));
      const linear = stride === 1 ? 'mode: linear' : `rounding: ${rounding()}`;
      const cubic = `mode: bicubic, ${stride === 1 ? 'cubic: -0.5' : 'exclude_outside: true'}`;
      return `  - {upsample, size: ${size}, ${point()}, ${kind === 'cubic' ? cubic : linear}, ${as}}\n`;
    }
    case 'lrn':
      return `  - {lrn: ${one(1, 4)}, lean: ${stride === 1 ? 'before' : 'behind'}, ${as}}\n`;
    case 'widepool':
      return `  - {maxpool: ${list(k)}, stride: ${stride}, dilation: ${one(1, 2)}, padding: ${one(2, 2)}, wide: true, ${as}}\n`;
    case 'area':
      return `  - {upsample, size: ${list(sizes.map((_, axis) => 1 + ((n[axis] ?? 0) % 6)))}, mode: area, ${as}}\n`;
    case 'bilinear':
      return `  - {upsample: 2, mode: bilinear, align_corners: ${stride === 1}, ${as}}\n`;
    case 'replicate':
    case 'reflect':
    case 'circular':
      return `  - {${kind}pad: [${sides()}], ${as}}\n`;
    case 'zeropad':
      return `  - {zeropad: [${sides()}], ${as}}\n`;
    case 'channelpad':
      return `  - {zeropad: 0, channels: ${one(1, 3)}, ${as}}\n`;
    case 'crop':
      return `  - {crop: [${sides()}], ${as}}\n`;
    case 'padded':
      return `  - {conv: ${one(1, 4)}, kernel: ${list(k)}, padding: 1, stride: ${stride}, ${as}}\n`;
    case 'causal':
      return `  - {conv: ${one(1, 4)}, kernel: ${list(k)}, padding: causal, stride: ${stride}, ${as}}\n`;
    case 'glu':
      return `  - {glu, ${as}}\n`;
    case 'unpool': {
      const window = `${list(k)}, stride: ${stride}`;
      return `  - {maxpool: ${window}, name: ${name}pool, from: ${read}}\n  - {unpool: ${window}, name: ${name}, from: [${name}pool, ${read}]}\n`;
    }
    case 'transposed':
      return `  - {convtranspose: ${one(1, 4)}, kernel: 3, stride: 2, padding: ${one(2, 2) - 1}, ${as}}\n`;
    case 'slice': {
      const start = (n[1] ?? 0) % channels;
      return `  - {slice: ${one(2, channels - start)}, start: ${start}, ${as}}\n`;
    }
    case 'channelshuffle':
      return `  - {shuffle: ${divisor(channels, 1)}, ${as}}\n`;
    case 'pixelshuffle':
      return `  - {pixelshuffle: 2, ${as}}\n`;
    case 'pixelunshuffle':
      return `  - {pixelunshuffle: 2, ${as}}\n`;
    case 'relu':
      return `  - {relu, ${as}}\n`;
    case 'permute': {
      const order = shape.map((_, axis) => axis).sort((a, b) => ((n[a] ?? 0) % 7) - ((n[b] ?? 0) % 7));
      return `  - {permute: [${order.join(', ')}], ${as}}\n`;
    }
    case 'reshape': {
      const all = elements(shape);
      const first = divisor(all, 1);
      const second = divisor(all / first, 2);
      const to = [[first, all / first], [first, second, all / first / second], [all], [channels, all / channels]][
        (n[3] ?? 0) % 4
      ];
      return to ? `  - {reshape: ${written(to)}, ${as}}\n` : null;
    }
    case 'regroup': {
      // Places merged, or channels split, as transformers and channel shuffles do.
      const groups = divisor(channels, 1);
      const to = stride === 1 ? [channels, product(sizes)] : [groups, channels / groups, ...sizes];
      return `  - {reshape: ${written(to)}, ${as}}\n`;
    }
    case 'reduce':
      return `  - {reduce: ${['mean', 'max', 'sum', 'l2'][(n[1] ?? 0) % 4]}, over: ${some(axes, n[2] ?? 0)}, ${as}}\n`;
    case 'take': {
      const axis = (n[1] ?? 0) % (axes + 1);
      return `  - {take: ${(n[2] ?? 0) % (shape[axis] ?? 1)}, axis: ${LETTERS[axis === 0 ? 0 : axis - axes + 3]}, ${as}}\n`;
    }
    case 'part': {
      const axis = one(1, axes);
      const start = (n[2] ?? 0) % (shape[axis] ?? 1);
      return `  - {slice: ${one(0, (shape[axis] ?? 1) - start)}, start: ${start}, axis: ${LETTERS[axis - axes + 3]}, ${as}}\n`;
    }
    case 'strips':
    case 'gate': {
      const over = kind === 'gate' ? 'c' : LETTERS[3 - ((n[1] ?? 0) % axes)];
      return `  - {reduce: mean, over: ${over}, name: ${name}part, from: ${read}}\n  - {add: [${read}, ${name}part], name: ${name}}\n`;
    }
    case 'product': {
      // Rows by channels, and channels by as many channels; or the places of both.
      const places = sizes.at(-1) ?? 1;
      return stride === 1
        ? `  - {matmul: [${read}, ${read}], transpose: true, name: ${name}}\n`
        : places === channels
          ? `  - {matmul: [${read}, ${read}], name: ${name}}\n`
          : null;
    }
    case 'behind': {
      const axis = one(1, axes);
      const other = shapes.findLastIndex(
        (of) => of.length === shape.length && of.every((size, i) => i === axis || size === shape[i]),
      );
      return `  - {concat: [${ids[other]}, ${read}], axis: ${LETTERS[axis - axes + 3]}, name: ${name}}\n`;
    }
    case 'concat':
    case 'add': {
      const other = shapes.findLastIndex(
        (of, i) => i !== back && of.length === shape.length && of.every((size, axis) => size === shape[axis]),
      );
      return other < 0 ? null : `  - {${kind}: [${read}, ${ids[other]}], name: ${name}}\n`;
    }
  }
};

/** The hull along each axis of the places of the input whose change changes a unit, by the reference with positive weights; null for none. */
export const changing = async (
  analysis: Analysis,
  node: Node,
): Promise<(unit: readonly number[]) => readonly ({ lo: number; hi: number } | null)[]> => {
  const weights = new Map(
    parameters(analysis).map(({ name, shape, tensor }) => [
      name,
      { shape, data: new Float32Array(product(shape)).fill(tensor === 'bias' || tensor === 'running_mean' ? 0 : 1) },
    ]),
  );
  const network = networkOf(analysis, weights);
  const [input] = network?.inputs ?? [];
  if (!network || !input) throw new Error('it cannot be run');
  const sizes = spatial(input.shape);
  const places = [...choices(sizes.map((size) => Array.from({ length: size }, (_, i) => i)))];
  const each = elements(input.shape);
  const session = await reference(() => 0).open(
    { ...network, outputs: [node.id] },
    { batch: places.length + 1, threads: 1, precision: 'exact', core: 'auto' },
  );
  /** The first image is empty; each other one has another value in all channels of one place. */
  const outputs = async ([empty, full]: readonly [number, number]): Promise<Float32Array> => {
    const data = new Float32Array((places.length + 1) * each).fill(empty);
    places.forEach((_, i) => {
      for (let c = 0; c < (input.shape[0] ?? 1); c += 1) data[(i + 1) * each + c * places.length + i] = full;
    });
    const outcome = await session.run(new Map([[input.id, { shape: [places.length + 1, ...input.shape], data }]]));
    return outcome.outputs.get(node.id)?.data ?? new Float32Array();
  };
  // Where values are multiplied, or divided by what their neighbours come to, nothing may be 0.
  const has = (op: string): boolean => network.steps.some(({ operator }) => operator.op === op);
  const images = has('matmul')
    ? ([[1, 64]] as const)
    : has('lrn')
      ? ([
          [0, 1],
          [1, 64],
        ] as const)
      : ([[0, 1]] as const);
  const made: Float32Array[] = [];
  for (const one of images) made.push(await outputs(one));
  const [channels = 1, ...outer] = node.facts?.output ?? [];
  const [plane, values] = [product(outer), channels * product(outer)];
  return (unit) => {
    const at = outer.reduce((index, size, axis) => index * size + (unit[axis] ?? 0), 0);
    const moving = places.filter((_, i) =>
      Array.from({ length: channels }, (_, c) => c * plane + at).some((v) =>
        made.some((y) => y[(i + 1) * values + v] !== y[v]),
      ),
    );
    return sizes.map((_, axis) => {
      const along = moving.map((place) => place[axis] ?? 0);
      return along.length === 0 ? null : { lo: Math.min(...along), hi: Math.max(...along) };
    });
  };
};
