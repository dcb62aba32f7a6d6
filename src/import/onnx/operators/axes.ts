// Axes of ONNX as this language names them: c, d, h, w of a row whose shape has them apart.

import { type Call, Unsaid } from '../call.js';
import { dimsOf, type Flow, inMemory, type Layout } from '../flow.js';

const LETTERS: readonly (readonly string[])[] = [['c'], ['c', 'w'], ['c', 'h', 'w'], ['c', 'd', 'h', 'w']];

/** Which axis of its row each axis of ONNX is; undefined where the row joins some, or where there is only one place along it. */
const placesIn = (call: Call, flow: Flow): readonly (number | undefined)[] | undefined => {
  const shape = call.shape(flow.row);
  if (!shape) return undefined;
  const real = shape.flatMap((size, axis) => (size === 1 ? [] : [axis]));
  if (real.map((axis) => shape[axis]).join() !== flow.parts.join()) return undefined;
  return flow.axes.map((part) => real[part]);
};

export interface Lettered {
  readonly flow: Flow;
  /** The letter of an axis of ONNX. */
  readonly letter: (axis: number) => string;
  /** Its place among the axes of the row. */
  readonly place: (axis: number) => number;
}

/** Each axis by itself where there is room; else those that nobody asks for together with their neighbours in memory. */
const layoutOf = (order: readonly number[], asked: readonly number[]): Layout => {
  const all = [...order, ...asked.filter((axis) => !order.includes(axis))];
  if (all.length <= 4) return all.length === 0 ? [[0]] : all.map((axis) => [axis]);
  const layout: number[][] = [];
  for (const [i, axis] of all.entries()) {
    const before = all[i - 1];
    if (before === undefined || asked.includes(axis) || asked.includes(before)) layout.push([axis]);
    else layout.at(-1)?.push(axis);
  }
  return layout;
};

/** Values with a place of its own for each axis that is asked for, even where there is one place along it. */
export const lettered = (call: Call, flow: Flow, asked: readonly number[]): Lettered => {
  const known = placesIn(call, flow);
  const isThere = known && asked.every((axis) => known[axis] !== undefined);
  const layout = layoutOf(inMemory(flow), asked);
  const laid = isThere ? flow : call.arranged(flow, layout);
  const shape = call.shape(laid.row) ?? dimsOf(laid);
  const place = (axis: number): number =>
    isThere ? (known[axis] ?? 0) : layout.findIndex((axes) => axes.includes(axis));
  return { flow: laid, place, letter: (axis) => LETTERS[shape.length - 1]?.[place(axis)] ?? 'c' };
};

/** Letters in the order in which they are written together. */
export const joined = (letters: readonly string[]): string =>
  [...'cdhw'].filter((one) => letters.includes(one)).join('');

/** The values of a row that has another number of places along an axis of ONNX, all else alike. */
export const withSize = (flow: Flow, row: number, axis: number, size: number): Flow => {
  const dims = dimsOf(flow).map((n, i) => (i === axis ? size : n));
  const order = inMemory(flow);
  const all = order.includes(axis) || size === 1 ? order : undefined;
  if (!all) throw new Unsaid('it makes an axis longer');
  const real = all.filter((one) => dims[one] !== 1);
  return { ...flow, row, parts: real.map((one) => dims[one] ?? 1), axes: dims.map((_, i) => real.indexOf(i)) };
};
