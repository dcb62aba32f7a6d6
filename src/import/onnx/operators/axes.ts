// Axes of ONNX as this language names them: c, d, h, w of a row whose shape has them apart.

import { type Call, Unsaid } from '../call.js';
import { dimsOf, type Flow, inMemory } from '../flow.js';

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

/** Values with each axis in a place of its own, those asked for among them even where they have one place. */
export const lettered = (call: Call, flow: Flow, asked: readonly number[]): Lettered => {
  const known = placesIn(call, flow);
  const isThere = known && asked.every((axis) => known[axis] !== undefined);
  const order = inMemory(flow);
  const layout = [...order, ...asked.filter((axis) => !order.includes(axis))];
  if (!isThere && layout.length > 4) throw new Unsaid(`it has ${layout.length} axes, and there are 4 here`);
  const laid = isThere ? flow : call.arranged(flow, layout.length === 0 ? [[0]] : layout.map((axis) => [axis]));
  const shape = call.shape(laid.row) ?? dimsOf(laid);
  const place = (axis: number): number => (isThere ? (known[axis] ?? 0) : Math.max(0, layout.indexOf(axis)));
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
