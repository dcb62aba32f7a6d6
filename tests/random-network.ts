// Random networks on one or two axes, and two plain definitions of what a unit sees: index sets, and impulses sent through.
// Nothing here knows of reaches, tracks or windows. No assertions.

import fc from 'fast-check';
import type { Analysis } from '../src/analysis/analysis.js';
import { analyze } from '../src/analysis/analyze.js';
import { spatial } from '../src/core/shape.js';
import { parse } from '../src/lang/parse.js';
import { layers } from '../src/layers/index.js';

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
      return `  - {avgpool, kernel: ${list(m.k)}, stride: ${list(m.s)}, padding: ${sides(m.before, m.after)}, ${as}}\n`;
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
      return range(at(op.k)).map((t) => o * at(op.s) - at(op.before) + t * at(op.d));
    case 'pool':
      return range(at(op.k)).map((t) => o * at(op.s) - at(op.before) + t);
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
