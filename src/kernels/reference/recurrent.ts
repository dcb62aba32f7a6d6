// Recurrent layers step by step: one above the other, forwards and backwards. Gates in PyTorch's order.

import type { Direction, Step } from '../../core/kernels.js';
import { GATES, type OperatorOf, type Recurrence } from '../../core/operator.js';
import { type Values, zeros } from './values.js';

type Vector = Float64Array;

/** What a layer keeps; `c` is the cell of an LSTM. */
interface State {
  readonly h: Vector;
  readonly c: Vector;
}

const sigmoid = (x: number): number => 1 / (1 + Math.exp(-x));

/** A number of one unit: from the input's sums and those of the state, gate by gate. */
type Gate = (gate: number) => number;

/**
 * The next state of one unit, x and h being the sums W_ih x + b_ih and W_hh h + b_hh of its gates. LSTM: input, forget, cell, output;
 * GRU: reset, update, new, where the reset scales the state's sum. Source: PyTorch's torch.nn.LSTM, GRU, RNN.
 */
const UNITS: Readonly<
  Record<
    Recurrence,
    (x: Gate, h: Gate, before: { h: number; c: number }, bend: 'tanh' | 'relu') => readonly [number, number]
  >
> = {
  rnn: (x, h, _, bend) => {
    const sum = x(0) + h(0);
    return [bend === 'relu' ? Math.max(0, sum) : Math.tanh(sum), 0];
  },
  gru: (x, h, before) => {
    const [reset, update] = [sigmoid(x(0) + h(0)), sigmoid(x(1) + h(1))];
    const fresh = Math.tanh(x(2) + reset * h(2));
    return [(1 - update) * fresh + update * before.h, 0];
  },
  lstm: (x, h, before) => {
    const gate = (i: number): number => sigmoid(x(i) + h(i));
    const cell = gate(1) * before.c + gate(0) * Math.tanh(x(2) + h(2));
    return [gate(3) * Math.tanh(cell), cell];
  },
};

export const recurrent = (
  { cell, layers, bidirectional, last, bend }: OperatorOf<'recurrent'>,
  x: Values,
  shape: readonly number[],
  weights: Step['weights'],
): Values => {
  const y = zeros(shape);
  const [N = 1, C = 1, steps = 1] = x.shape;
  const both = shape[1] ?? 1;
  const units = bidirectional ? both / 2 : both;
  for (let n = 0; n < N; n++) {
    let sequence: readonly Vector[] = Array.from({ length: steps }, (_, t) =>
      Float64Array.from({ length: C }, (_, c) => x.data[(n * C + c) * steps + t] as number),
    );
    let final: readonly Vector[] = [];
    for (let layer = 0; layer < layers; layer++) {
      const forwards = direction(cell, bend, units, sequence, weights, `l${layer}`);
      const backwards = bidirectional
        ? direction(cell, bend, units, sequence.toReversed(), weights, `l${layer}_reverse`).toReversed()
        : null;
      sequence = forwards.map((h, t) => joined(h, backwards?.[t]));
      final = [joined(forwards.at(-1) ?? new Float64Array(), backwards?.[0])];
    }
    // [steps, units] of one image to [units, steps].
    const out = last ? final : sequence;
    out.forEach((h, t) => {
      for (let u = 0; u < both; u++) y.data[(n * both + u) * out.length + t] = h[u] as number;
    });
  }
  return y;
};

const joined = (a: Vector, b: Vector | undefined): Vector => (b ? Float64Array.from([...a, ...b]) : a);

/** The state after every step of a sequence, read in its order. */
const direction = (
  cell: Recurrence,
  bend: 'tanh' | 'relu',
  units: number,
  sequence: readonly Vector[],
  weights: Step['weights'],
  of: Direction,
): readonly Vector[] => {
  // Asked for once for all steps: what is large is read anew for each who asks.
  const summing = (what: 'ih' | 'hh'): ((read: Vector) => Vector) => {
    const weight = weights[`weight_${what}_${of}`]?.data ?? new Float32Array();
    const bias = weights[`bias_${what}_${of}`]?.data;
    return (read) =>
      Float64Array.from({ length: GATES[cell] * units }, (_, row) => {
        let sum = bias?.[row] ?? 0;
        for (let i = 0; i < read.length; i++) sum += (weight[row * read.length + i] as number) * (read[i] as number);
        return sum;
      });
  };
  const [ofInput, ofState] = [summing('ih'), summing('hh')];
  let state: State = { h: new Float64Array(units), c: new Float64Array(units) };
  return sequence.map((read) => {
    const [x, h] = [ofInput(read), ofState(state.h)];
    const next = { h: new Float64Array(units), c: new Float64Array(units) };
    for (let u = 0; u < units; u++) {
      const before = { h: state.h[u] as number, c: state.c[u] as number };
      const [hidden, kept] = UNITS[cell](
        (gate) => x[gate * units + u] as number,
        (gate) => h[gate * units + u] as number,
        before,
        bend,
      );
      next.h[u] = hidden;
      next.c[u] = kept;
    }
    state = next;
    return state.h;
  });
};
