// ONNX's Pad: zeros, another number, or copies of the values themselves.

import { type Call, Unsaid } from '../call.js';
import { flowIn, inMemory } from '../flow.js';
import { type Lettered, lettered } from './axes.js';
import { paddingOf, pairs } from './sliding.js';
import type { Translation } from './translation.js';

const PAD_KINDS: Readonly<Record<string, string>> = {
  reflect: 'reflectpad',
  edge: 'replicatepad',
  wrap: 'circularpad',
};

/** Before opset 11 its numbers are attributes. */
const pad: Translation = (call) => {
  const dims = call.dims(0);
  const rank = dims.length;
  const given = call.numbersOr(1, 'pads') ?? [];
  const axes = call.numbers(3)?.map((axis) => call.axis(axis, rank)) ?? dims.map((_, axis) => axis);
  const all = dims.map(() => [0, 0] as readonly [number, number]);
  for (const [i, one] of pairs(given).entries()) all[axes[i] ?? 0] = one;
  const mode = call.text('mode', 'constant');
  const value = mode === 'constant' ? (call.numbers(2)?.[0] ?? call.float('value', 0)) : 0;
  const padded = all.flatMap(([before, after], axis) => (before === 0 && after === 0 ? [] : [axis]));
  if (padded.length === 0) return call.value(0);
  if (padded.includes(0) && rank > 1 && dims[0] === 1) throw new Unsaid('it pads images with others');
  const { flow, place } = roomy(call, lettered(call, call.flow(0), padded), padded, mode === 'constant' ? all : []);
  const sides = new Array<readonly [number, number]>((call.shape(flow.row) ?? dims).length).fill([0, 0]);
  for (const axis of padded) sides[place(axis)] = all[axis] ?? [0, 0];
  const row = paddedBy(call, flow.row, sides, mode, value);
  const order = [...inMemory(flow), ...padded.filter((axis) => !inMemory(flow).includes(axis))];
  const sizes = dims.map((size, axis) => size + (all[axis]?.[0] ?? 0) + (all[axis]?.[1] ?? 0));
  return {
    flow: flowIn(
      row,
      sizes,
      order.sort((a, b) => place(a) - place(b)),
    ),
  };
};

/** Channels can have zeros behind them and nothing else: what is padded otherwise becomes an axis of places. */
const roomy = (
  call: Call,
  laid: Lettered,
  padded: readonly number[],
  sides: readonly (readonly [number, number])[],
): Lettered => {
  const first = padded.find((axis) => laid.place(axis) === 0);
  const [before = 1, behind = 0] = sides[first ?? 0] ?? [];
  if (first === undefined || (before === 0 && behind >= 0)) return laid;
  const order = inMemory(laid.flow);
  const flow = call.arranged(laid.flow, [[], ...order.map((axis) => [axis])]);
  return { ...laid, flow, place: (axis) => 1 + order.indexOf(axis) };
};

/** Cells around a row, channels first; less than none is cut off. */
const paddedBy = (
  call: Call,
  input: number,
  [channels = [0, 0], ...places]: readonly (readonly [number, number])[],
  mode: string,
  value: number,
): number => {
  const isConstant = mode === 'constant';
  if (channels[0] !== 0 || channels[1] < 0 || (channels[1] > 0 && !isConstant))
    throw new Unsaid(`it pads channels by ${channels.join(' and ')}`);
  if (!Number.isFinite(value)) throw new Unsaid(`it pads with ${value}`);
  const kind = isConstant ? 'zeropad' : PAD_KINDS[mode];
  if (!kind) throw new Unsaid(`it pads by "${mode}"`);
  const only = (sign: 1 | -1) =>
    places.map(([before, after]) => [Math.max(0, sign * before), Math.max(0, sign * after)] as const);
  const [cropped, padded] = [only(-1), only(1)];
  const isCropped = cropped.flat().some((n) => n > 0);
  const isPadded = padded.flat().some((n) => n > 0) || channels[1] > 0;
  const inside = isCropped
    ? call.row('crop', { amount: paddingOf(cropped) }, [input], isPadded ? { name: `${call.name}.crop` } : {})
    : input;
  if (!isPadded) return inside;
  // Zeros are what is padded with: other constants are zero, too, where all is moved by them.
  const moved = (row: number, by: number, name: string): number =>
    value === 0 ? row : call.row('plus', { addends: by }, [row], { name: `${call.name}.${name}` });
  const options = { padding: paddingOf(padded), ...(channels[1] > 0 && { channels: channels[1] }) };
  return moved(call.row(kind, options, [moved(inside, -value, 'below')]), value, 'above');
};

export const PADS: Readonly<Record<string, Translation>> = { Pad: pad };
