// The recurrent layers of Keras. It has one bias where PyTorch has two, other gates first, and cells that there are none of here.

import { mapped, permuted, reshaped, type StoredTensor } from '../../core/stored.js';
import type { JsonObject } from '../json.js';
import { functionName, isLinear } from './activations.js';
import type { Builder, Call } from './call.js';
import { flag, get, number, object, plain, string } from './config.js';
import { channelsLast, type Value } from './layout.js';

interface Cell {
  readonly kind: 'lstm' | 'gru' | 'rnn';
  readonly gates: number;
  /** The gates of Keras in the order of PyTorch. */
  readonly order: readonly number[];
}

const CELLS: ReadonlyMap<string, Cell> = new Map<string, Cell>([
  ['LSTM', { kind: 'lstm', gates: 4, order: [0, 1, 2, 3] }],
  // Keras begins with the update gate, PyTorch with the reset gate.
  ['GRU', { kind: 'gru', gates: 3, order: [1, 0, 2] }],
  ['SimpleRNN', { kind: 'rnn', gates: 1, order: [0] }],
]);

/** A layer by its name; cells and the layers of one GPU are called otherwise. */
const cellOf = (className: string): Cell | undefined => CELLS.get(className.replace(/^CuDNN|Cell$/g, ''));

/** What is not as it usually is, and that no row here has; undefined where all is. */
const oddity = (className: string, config: JsonObject, cell: Cell): string | undefined => {
  const activation = functionName(get(config, 'activation')) ?? 'tanh';
  const gate = functionName(get(config, 'recurrent_activation')) ?? 'sigmoid';
  const bends = cell.kind === 'rnn' ? ['tanh', 'relu'] : ['tanh'];
  if (!bends.includes(activation) || isLinear(get(config, 'activation') ?? 'tanh'))
    return `a ${className} with the activation "${activation}" is not known here`;
  if (cell.kind !== 'rnn' && gate !== 'sigmoid') return `a ${className} with the gates "${gate}" is not known here`;
  if (cell.kind === 'gru' && !resetsAfter(className, config))
    return 'a GRU that resets the state before its product is not known here';
  return undefined;
};

/** What the file does not say was not so in its time. */
const resetsAfter = (className: string, config: JsonObject): boolean =>
  className.startsWith('CuDNN') || flag(config, 'reset_after', false);

const paramsOf = (cell: Cell, units: number, reads: number, bias: boolean, twice: boolean): number =>
  cell.gates * units * (reads + units + (bias ? (twice ? 2 : 1) : 0));

/** [in, gates * units] -> [gates * units, in] with the gates in PyTorch's order. */
const matrix = (tensor: StoredTensor | undefined, { gates, order }: Cell): StoredTensor | undefined => {
  const [reads = 0, width = 0] = tensor?.shape ?? [];
  if (tensor?.shape.length !== 2 || width % gates !== 0) return tensor;
  const units = width / gates;
  const apart = permuted(reshaped(tensor, [reads, gates, units]), [1, 2, 0]);
  return reshaped(blocks(apart, gates, order), [width, reads]);
};

/** The first axis in another order. */
const blocks = (tensor: StoredTensor, count: number, order: readonly number[]): StoredTensor =>
  order.every((from, to) => from === to)
    ? tensor
    : mapped(tensor, (values) => {
        const size = values.length / count;
        const into = new Float32Array(values.length);
        for (const [to, from] of order.entries()) into.set(values.subarray(from * size, (from + 1) * size), to * size);
        return into;
      });

/** [gates * units], or both biases of a GRU [2, gates * units]. */
const biasOf = (tensor: StoredTensor | undefined, { gates, order }: Cell, which: number): StoredTensor | undefined => {
  if (!tensor) return undefined;
  const double = tensor.shape.length > 1;
  const width = tensor.shape.at(-1) ?? 0;
  const one = double
    ? { ...mapped(tensor, (values) => values.slice(which * width, (which + 1) * width)), shape: [width] }
    : tensor;
  return width % gates === 0 ? blocks(one, gates, order) : one;
};

interface Direction {
  /** In the names of Keras, and behind those of PyTorch. */
  readonly part?: string;
  readonly suffix: string;
}

const FORWARD: readonly Direction[] = [{ suffix: '' }];
const BOTH: readonly Direction[] = [
  { part: 'forward', suffix: '' },
  { part: 'backward', suffix: '_reverse' },
];

const tensorsOf = (call: Call, cell: Cell, twice: boolean, directions: readonly Direction[]) =>
  Object.fromEntries(
    directions.flatMap(({ part, suffix }) => {
      const bias = call.weight('bias', part);
      return [
        [`weight_ih_l0${suffix}`, matrix(call.weight('kernel', part), cell)],
        [`weight_hh_l0${suffix}`, matrix(call.weight('recurrent_kernel', part), cell)],
        [`bias_ih_l0${suffix}`, biasOf(bias, cell, 0)],
        ...(twice ? [[`bias_hh_l0${suffix}`, biasOf(bias, cell, 1)] as const] : []),
      ];
    }),
  );

/** The layer itself, or the one that a layer of any cell has. */
const innermost = (
  className: string,
  config: JsonObject,
): { readonly className: string; readonly config: JsonObject } => {
  const cell = className === 'RNN' ? object(config, 'cell') : undefined;
  const own = cell && object(cell, 'config');
  return cell && own ? { className: string(cell, 'class_name') ?? '', config: own } : { className, config };
};

interface Recurrence {
  readonly directions: readonly Direction[];
  /** That of the layer, which may stand inside of one that calls it both ways. */
  readonly outer: JsonObject;
}

const recurrence = (call: Call, { directions, outer }: Recurrence): Value => {
  const { className, config } = innermost(call.layer.className, outer);
  const cell = cellOf(className);
  const value = call.last();
  const [steps, reads] = call.sizes(value) ?? [];
  const units = number(config, 'units');
  const sequence = flag(outer, 'return_sequences', false);
  const width = units === undefined ? [] : [units * directions.length];
  const made = sequence ? [...(steps === undefined ? [] : [steps]), ...width] : width;
  const sizes = made.length === (sequence ? 2 : 1) ? made : undefined;
  const bias = flag(config, 'use_bias', true);
  const twice = cell?.kind === 'gru' && resetsAfter(className, config);
  const odd =
    (!cell && `a cell "${className}" is not known here`) ||
    (cell && oddity(className, config, cell)) ||
    (value.masked && 'steps that are left out by a mask are not known here') ||
    ((call.inputs.length > 1 || call.given.listed.length > 0) && 'a state from outside is not known here') ||
    (flag(outer, 'go_backwards', false) && directions.length === 1 && 'reading backwards is not known here');
  if (odd || !cell) {
    const counted = cell && units !== undefined && reads !== undefined && steps !== undefined;
    return call.opaque(odd || '', {
      sizes,
      params: counted ? directions.length * paramsOf(cell, units, reads, bias, twice) : undefined,
      macs: counted ? directions.length * steps * cell.gates * units * (reads + units) : undefined,
      rf: 'global',
    });
  }
  const bend = functionName(get(config, 'activation'));
  const row = call.row(cell.kind, [value.row], {
    options: {
      units: plain(config, 'units'),
      bidirectional: directions.length > 1 || undefined,
      returns: sequence ? undefined : 'last',
      bias,
      ...(bias && !twice && { biases: 1 }),
      ...(cell.kind === 'rnn' && bend === 'relu' && { nonlinearity: 'relu' }),
    },
    tensors: tensorsOf(call, cell, twice, directions),
    learns: true,
  });
  return { row, order: channelsLast(sequence ? 2 : 1) };
};

/** Keras gives the last states behind the output, where somebody reads them. */
const withStates = (call: Call, value: Value): Value | readonly Value[] => {
  if (!flag(call.config, 'return_state', false) || call.given.wanted < 2) return value;
  const units = call.site.network.shape(value.row)?.[0];
  const state = (part: string) =>
    call
      .as(call.layer.className, call.config, { inputs: [value], part })
      .opaque('a state that is read by others is not known here', {
        sizes: units === undefined ? undefined : [units],
        params: 0,
        macs: 0,
      });
  return cellOf(call.layer.className)?.kind === 'lstm' ? [value, state('h'), state('c')] : [value, state('h')];
};

export const recurrent: Builder = (call) => {
  const value = recurrence(call, { directions: FORWARD, outer: call.config });
  return withStates(call, value);
};

export const bidirectional: Builder = (call) => {
  const { config } = call;
  const inner = object(config, 'layer');
  const own = inner && object(inner, 'config');
  const mode = get(config, 'merge_mode') === undefined ? 'concat' : string(config, 'merge_mode');
  if (!inner || !own || mode === undefined) return call.opaque('both directions apart are not known here');
  const both = call.as(string(inner, 'class_name') ?? '', own);
  const value = recurrence(both, { directions: BOTH, outer: own });
  const units = number(own, 'units');
  const kind = MERGES.get(mode);
  if (!kind || units === undefined) return value;
  const half = (part: string, start: number) =>
    call.row('slice', [value.row], { part, options: { channels: units, start } });
  const row = call.row(kind, [half('forward', 0), half('backward', units)], { part: 'both' });
  return { ...value, row };
};

const MERGES: ReadonlyMap<string, string> = new Map([
  ['sum', 'add'],
  ['ave', 'average'],
  ['mul', 'mul'],
]);

/** A convolution as the product of a recurrent cell: what it computes is not known here, what it learns is. */
export const convolutional: Builder = (call) => {
  const { config } = call;
  const value = call.image();
  const [before, filters] = [call.sizes(value), number(config, 'filters')];
  const padding = string(config, 'padding') ?? 'valid';
  const list = (key: string, otherwise: number) => {
    const one = plain(config, key);
    return (axis: number) => Number((Array.isArray(one) ? one[axis] : one) ?? otherwise);
  };
  const [kernel, stride, dilation] = [list('kernel_size', 1), list('strides', 1), list('dilation_rate', 1)];
  if (!before || filters === undefined) return call.opaque('a convolution over time is not known here');
  const places = value.order.slice(1).filter((axis) => axis !== 0);
  const sizes = before.flatMap((size, axis) => {
    const ours = value.order[axis] ?? 0;
    if (axis === 0) return flag(config, 'return_sequences', false) ? [size] : [];
    if (ours === 0) return [filters];
    const at = places.indexOf(ours);
    const extent = padding === 'same' ? 1 : (kernel(at) - 1) * dilation(at) + 1;
    return [Math.floor((size - extent) / stride(at)) + 1];
  });
  const C = before[value.order.indexOf(0)] ?? 1;
  const taps = places.reduce((product, _, at) => product * kernel(at), 1);
  const bias = flag(config, 'use_bias', true) ? 1 : 0;
  return call.opaque('a convolution over time is not known here', {
    sizes,
    params: 4 * filters * (taps * (C + filters) + bias),
  });
};
