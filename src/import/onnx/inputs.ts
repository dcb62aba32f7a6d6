// How the inputs of an ONNX graph are to be read: which axis is the batch, which the channels. The file does not say; who reads them does.

import type { NodeProto, ValueInfo } from './model.js';

/** Of axes in another order than arrays have them behind the batch, which stands first. */
export const arrayOrder = (axes: readonly number[]): { readonly order?: readonly number[] } =>
  axes.length === 0 || axes.includes(0) || axes.every((axis, i) => axis === i + 1)
    ? {}
    : { order: axes.map((axis) => axis - 1) };

export interface Form {
  /** Channels first. */
  readonly sizes: readonly (number | null)[];
  /** Which axis of ONNX each of them is. */
  readonly order: readonly number[];
  readonly rank: number;
  readonly batch: number;
}

const RECURRENT: readonly string[] = ['LSTM', 'GRU', 'RNN'];

/** How an input's axes are to be read, by who reads it: channels in front or last, the batch before them or between. */
export const formOf = ({ name, dims = [null, null, null, null] }: ValueInfo, nodes: readonly NodeProto[]): Form => {
  const readers = nodes.filter(({ inputs }) => inputs.includes(name));
  const rank = dims.length;
  const axes = dims.map((_, axis) => axis);
  if (rank < 2) return { sizes: rank === 0 ? [1] : dims, order: rank === 0 ? [] : axes, rank, batch: 1 };
  const between = rank === 3 && readers.some(({ op }) => RECURRENT.includes(op));
  const at = between ? 1 : 0;
  const last = rank - 1;
  const perm = readers.map(({ op, attributes }) =>
    op === 'Transpose' ? (attributes.get('perm')?.ints ?? []).join() : '',
  );
  const toFront = [0, last, ...axes.slice(1, last)].join();
  const isLast =
    rank > 2 &&
    (between || (perm.length > 0 && perm.every((one) => one === toFront)) || (rank === 3 && readsLast(readers)));
  const rest = axes.filter((axis) => axis !== at);
  const order = isLast ? [last, ...rest.filter((axis) => axis !== last)] : rest;
  return { sizes: order.map((axis) => dims[axis] ?? null), order, rank, batch: dims[at] ?? 1 };
};

/** Whether a sequence is read as tokens: the values of each in the last axis. */
const readsLast = (readers: readonly NodeProto[]): boolean =>
  readers.some(
    ({ op, attributes }) =>
      op === 'MatMul' ||
      op === 'Linear' ||
      op === 'LayerNormalization' ||
      (op === 'Transpose' && attributes.get('perm')?.ints.join() === '1,0,2'),
  ) && !readers.some(({ op }) => op === 'Conv');
