// ONNX operators that change the size of pictures by taking cells from elsewhere: Resize, and blocks of channels that become places.

import type { Plain } from '../../../core/args.js';
import { type Call, Unsaid } from '../call.js';
import { dimsOf } from '../flow.js';
import { once } from './sliding.js';
import type { Translation } from './translation.js';

const MODES: Readonly<Record<string, string>> = { nearest: 'nearest', linear: 'bilinear', cubic: 'bicubic' };

/** More than this a person would divide by no more. */
const MOST_DIVISOR = 64;

/** A scale as it was meant: float32 has neither 4/3 nor 0.7, and the cells of one that is near are others. */
const scaleOf = (scale: number): number => {
  for (let below = 1; below <= MOST_DIVISOR; below += 1) {
    const ratio = Math.round(scale * below) / below;
    if (Math.fround(ratio) === Math.fround(scale)) return ratio;
  }
  return scale;
};

const resize: Translation = (call) => {
  const isOld = call.op === 'Upsample' || call.opset < 11;
  const scales = call.op === 'Upsample' && call.opset < 9 ? call.floats('scales') : call.numbers(isOld ? 1 : 2);
  const sizes = isOld ? undefined : call.numbers(3);
  const dims = call.dims(0);
  const axes = call.ints('axes')?.map((axis) => call.axis(axis, dims.length)) ?? dims.map((_, axis) => axis);
  const wanted = [...dims];
  const factors = dims.map(() => 1);
  for (const [i, axis] of axes.entries()) {
    const [factor, size] = [scales?.[i] === undefined ? undefined : scaleOf(scales[i]), sizes?.[i]];
    if (scales?.length && factor !== undefined) {
      factors[axis] = factor;
      wanted[axis] = Math.floor((dims[axis] ?? 1) * factor);
    } else if (size !== undefined) wanted[axis] = size;
    else throw new Unsaid('it says neither a size nor a scale');
  }
  if (call.text('keep_aspect_ratio_policy', 'stretch') !== 'stretch')
    throw new Unsaid('it keeps the ratio of its sides');
  if (wanted.every((n, axis) => n === dims[axis])) return call.value(0);
  const input = call.standard(0);
  if (wanted[1] !== dims[1] || wanted[0] !== dims[0]) throw new Unsaid('it resizes channels');
  const places = wanted.slice(2);
  const how = manner(call, isOld, dims.slice(2), places, wanted);
  const options = scales?.length ? { factor: once(factors.slice(2)) } : { size: once(places) };
  return call.volume(call.row('upsample', { ...options, ...how }, [input.row]));
};

/** The ways to place the cells of the output that there are here; where it has one cell along an axis, the second is another way. */
const COORDINATES: readonly string[] = ['asymmetric', 'half_pixel', 'align_corners'];

/** The mode, and where cells are taken from, as far as that is not what the mode does by itself. */
const manner = (
  call: Call,
  isOld: boolean,
  from: readonly number[],
  to: readonly number[],
  dims: readonly number[],
): Readonly<Record<string, Plain>> => {
  const mode = call.text('mode', 'nearest');
  const kind = MODES[mode];
  if (!kind) throw new Unsaid(`it resizes by "${mode}"`, dims);
  const said = call.text('coordinate_transformation_mode', isOld ? 'asymmetric' : 'half_pixel');
  const isPyTorch = said === 'pytorch_half_pixel' && to.every((size) => size > 1);
  const coordinates = isPyTorch ? 'half_pixel' : said;
  if (!COORDINATES.includes(coordinates)) throw new Unsaid(`it places cells by "${said}"`, dims);
  if (call.int('antialias', 0) === 1) throw new Unsaid('it smooths before it resizes', dims);
  const rounding = call.text('nearest_mode', isOld ? 'floor' : 'round_prefer_floor');
  if (mode === 'nearest') {
    if (coordinates === 'asymmetric' && rounding === 'floor') return {};
    // Where each cell comes several times, none lies between two.
    const isWhole = to.every((size, axis) => size % (from[axis] ?? 1) === 0);
    if (coordinates === 'half_pixel' && isWhole && rounding.startsWith('round')) return {};
    if (coordinates === 'half_pixel' && rounding === 'round_prefer_ceil') return { mode: 'nearest-exact' };
    return { coordinates, rounding };
  }
  const cubic = call.float('cubic_coeff_a', -0.75);
  return {
    mode: kind,
    ...(coordinates === 'align_corners' && { align_corners: true }),
    ...(coordinates === 'asymmetric' && { coordinates }),
    ...(mode === 'cubic' && cubic !== -0.75 && { cubic }),
    ...(mode === 'cubic' && call.int('exclude_outside', 0) === 1 && { exclude_outside: true }),
  };
};

/** Blocks of channels become places: PyTorch's order is CRD; in the other the channels of a block lie apart. */
const depthToSpace: Translation = (call) => {
  const by = call.int('blocksize', 1);
  const input = call.standard(0);
  const isPyTorch = call.text('mode', 'DCR') === 'CRD';
  const source = isPyTorch
    ? input.row
    : call.row('shuffle', { groups: by * by }, [input.row], { name: `${call.name}.blocks` });
  return call.volume(call.row('pixelshuffle', { factor: by }, [source]));
};

const spaceToDepth: Translation = (call) => {
  const by = call.int('blocksize', 1);
  const input = call.standard(0);
  const channels = dimsOf(input)[1] ?? 1;
  const row = call.row('pixelunshuffle', { factor: by }, [input.row]);
  if (channels === 1) return call.volume(row);
  return call.volume(call.row('shuffle', { groups: channels }, [row], { name: `${call.name}.blocks` }));
};

export const RESIZES: Readonly<Record<string, Translation>> = {
  Resize: resize,
  Upsample: resize,
  DepthToSpace: depthToSpace,
  SpaceToDepth: spaceToDepth,
};
