// What moves values without computing, and what makes cells of those around them, as ONNX has it.

import type { OperatorOf } from '../../core/operator.js';
import { channels, product, spatial } from '../../core/shape.js';
import { isUnsaid, type StepOf, Unsaid, type Words } from '../model.js';
import { type Graph, images, real, type Value, type Writing } from './graph.js';
import { batchOf, cells, joined, laid, padded, reshaped, type Sides, shapeOf, transposed } from './sizes.js';

const only = ([x]: readonly Value[]): Value => x as Value;

/** Borders by what ONNX calls them; in this version it has no word for the image again. */
const MODES = { zero: 'constant', reflect: 'reflect', replicate: 'edge' } as const;

const pad = ({ operator, output }: StepOf<'pad'>, { graph, reads }: Writing): Value => {
  const { sides, by, channels: behind = 0 } = operator;
  const x = only(reads);
  // Cells are taken from the whole image; what is cut off goes behind that.
  const added = sides.map(([before, after]) => [Math.max(0, before), Math.max(0, after)] as const);
  const around =
    by === 'circular'
      ? added.reduce((made, pair, axis) => wrapped(graph, made, axis + 1, pair), x)
      : padded(graph, x, [[0, by === 'zero' ? behind : 0], ...added], { mode: MODES[by] });
  const whole = by === 'zero' ? around : padded(graph, around, [[0, behind], ...sides.map(() => [0, 0] as const)]);
  return sides.reduce(
    (made, [before], axis) => cells(graph, made, axis + 1, Math.max(0, -before), output[axis + 1] ?? 1),
    whole,
  );
};

/** The last cells of an axis before it, and the first ones behind. */
const wrapped = (graph: Graph, x: Value, axis: number, [before, after]: Sides[number]): Value => {
  const size = shapeOf(x)[axis] ?? 1;
  const first = before > 0 ? [cells(graph, x, axis, size - before, before)] : [];
  const last = after > 0 ? [cells(graph, x, axis, 0, after)] : [];
  return joined(graph, [...first, x, ...last], axis);
};

const slice = ({ operator: { axis, start }, output }: StepOf<'slice'>, { graph, reads }: Writing): Value => {
  const x = only(reads);
  return shapeOf(x).length === output.length
    ? cells(graph, x, axis, start, output[axis] ?? 1)
    : graph.node('Gather', [x, graph.integer(start)], images(output), { axis: axis + 1 });
};

const shuffle = ({ operator: { groups }, output }: StepOf<'shuffle'>, { graph, reads }: Writing): Value => {
  const split = reshaped(graph, only(reads), [groups, channels(output) / groups, ...spatial(output)]);
  const order = [0, 2, 1, ...spatial(output).map((_, axis) => axis + 3)];
  return reshaped(graph, transposed(graph, split, order), output);
};

/** The letters of as many axes, those of blocks in capitals. */
const LETTERS = ['x', 'yx', 'zyx'];

const pixelshuffle = ({ operator: { by }, output }: StepOf<'pixelshuffle'>, { graph, reads }: Writing): Value => {
  const x = only(reads);
  const [, ...places] = shapeOf(x);
  if (places.length === 2) return graph.node('DepthToSpace', [x], images(output), { blocksize: by, mode: 'CRD' });
  const axes = LETTERS[places.length - 1] ?? '';
  const split = reshaped(graph, x, [channels(output), ...places.map(() => by), ...places]);
  const order = [...axes].map((letter) => letter + letter.toUpperCase()).join('');
  return reshaped(graph, laid(graph, split, `c${axes.toUpperCase()}${axes}`, `c${order}`), output);
};

const pixelunshuffle = ({ operator: { by }, output }: StepOf<'pixelunshuffle'>, { graph, reads }: Writing): Value => {
  const x = only(reads);
  const places = spatial(output);
  const axes = LETTERS[places.length - 1] ?? '';
  const split = reshaped(graph, x, [channels(shapeOf(x)), ...places.flatMap((n) => [n, by])]);
  const from = [...axes].map((letter) => letter + letter.toUpperCase()).join('');
  return reshaped(graph, laid(graph, split, `c${from}`, `c${axes.toUpperCase()}${axes}`), output);
};

type Resize = OperatorOf<'upsample'>;

const manner = ({ mode, coordinates, rounding = 'floor', a = -0.75, excludeOutside = false }: Resize) => ({
  mode,
  coordinate_transformation_mode: coordinates,
  ...(mode === 'nearest' && { nearest_mode: rounding }),
  ...(mode === 'cubic' && { cubic_coeff_a: real(a), exclude_outside: excludeOutside ? 1 : 0 }),
});

/**
 * By scales where those that were asked for make the sizes in float32, or where float32 has them exactly, as those of most networks; else
 * by the sizes, which need the number of images in front of them, and say the same where a scale is the ratio of sizes.
 */
const resized = (graph: Graph, x: Value, operator: Resize, places: readonly number[]): Value | Unsaid => {
  const [count = 1, ...from] = shapeOf(x);
  const to = [count, ...places];
  const ratios = places.map((n, axis) => n / (from[axis] ?? 1));
  const scales = operator.scale ?? ratios;
  const makeThem = scales.every((scale, axis) => scaledTo(from[axis] ?? 1, scale) === places[axis]);
  const isExact = scales.every((scale) => Math.fround(scale) === scale);
  if (makeThem && (operator.scale || isExact)) {
    const wanted = graph.floats([1, 1, ...scales], [scales.length + 2]);
    return graph.node('Resize', [x, undefined, wanted], images(to), manner(operator));
  }
  if (scales.some((scale, axis) => Math.abs(scale - (ratios[axis] ?? 1)) > 1e-12 * scale))
    return new Unsaid(
      `in float32 ${from.join('x')} cells times ${scales.join(' and ')} are not ${places.join('x')}`,
      'give the size instead of the factor',
    );
  const sizes = [batchOf(graph, x), graph.integers(to)];
  const wanted = graph.typed('int64', 'Concat', sizes, [to.length + 1], { axis: 0 });
  return graph.node('Resize', [x, undefined, undefined, wanted], images(to), manner(operator));
};

/** As runtimes count it. */
const scaledTo = (size: number, scale: number): number => Math.floor(Math.fround(size * Math.fround(scale)));

/**
 * Runtimes have cubic resizing of two axes. One axis is the second of images with one row; of three, the last two come first, each plane
 * being a channel, and then the first with all cells of a plane in a row.
 */
const upsample = ({ operator, output }: StepOf<'upsample'>, { graph, reads }: Writing): Value | Unsaid => {
  const x = only(reads);
  const [count = 1, ...places] = output;
  if (operator.mode !== 'cubic' || places.length === 2) return resized(graph, x, operator, places);
  const [depth = 1, ...plane] = shapeOf(x).slice(1);
  const [deep = 1, ...wide] = places;
  const by = (scale: readonly number[] | undefined): Resize => ({ ...operator, ...(scale && { scale }) });
  const { scale: [first = 1, ...others] = [] } = operator; // biome-ignore format: on one line
  if (places.length === 1) {
    const row = reshaped(graph, x, [count, 1, depth]);
    const made = resized(graph, row, by(operator.scale && [1, first]), [1, deep]);
    return isUnsaid(made) ? made : reshaped(graph, made, output);
  }
  const planes = resized(graph, reshaped(graph, x, [count * depth, ...plane]), by(operator.scale && others), wide);
  if (isUnsaid(planes)) return planes;
  const rows = reshaped(graph, planes, [count, depth, product(wide)]);
  const made = resized(graph, rows, by(operator.scale && [first, 1]), [deep, product(wide)]);
  return isUnsaid(made) ? made : reshaped(graph, made, output);
};

type Moves =
  | 'concat'
  | 'reshape'
  | 'permute'
  | 'pad'
  | 'slice'
  | 'shuffle'
  | 'pixelshuffle'
  | 'pixelunshuffle'
  | 'upsample';

export const MOVES: Pick<Words<Writing, Value>, Moves> = {
  concat: ({ operator: { axis } }, { graph, reads }) => joined(graph, reads, axis),
  reshape: ({ output }, { graph, reads }) => reshaped(graph, only(reads), output),
  permute: ({ operator: { order } }, { graph, reads }) =>
    transposed(graph, only(reads), [0, ...order.map((axis) => axis + 1)]),
  pad,
  slice,
  shuffle,
  pixelshuffle,
  pixelunshuffle,
  upsample,
};
