// Products with matrices, recurrent layers, tables and learned tensors as ONNX has them.

import type { Direction, TensorName } from '../../core/kernels.js';
import { GATES, type Recurrence } from '../../core/operator.js';
import { channels, product, type Shape } from '../../core/shape.js';
import type { StepOf, Words } from '../model.js';
import { type Graph, images, type Value, type Writing } from './graph.js';
import type { Size } from './proto.js';
import { batchOf, laid, reshaped, shapeOf, transposed } from './sizes.js';

const dense = (step: StepOf<'dense'>, { graph, reads: [x] }: Writing): Value => {
  const vector = reshaped(graph, x as Value, [shapeOf(x as Value).reduce((a, b) => a * b, 1)]);
  const learned = (['weight', 'bias'] as const).map((name) => graph.learned(step, name));
  return graph.node('Gemm', [vector, ...learned], images(step.output), { transB: 1 });
};

/** Letters of the axes between the first and the last, along which both tensors are gone through together. */
const BETWEEN = 'def';

/**
 * A tensor is matrices with a row for each channel and a column for each place: they are multiplied from the left by those of the second
 * tensor. See core/matrices.ts for which they are; the axes have letters: k is added up over, r and c are rows and columns, h is heads.
 */
const matmul = ({ operator, output }: StepOf<'matmul'>, { graph, reads }: Writing): Value => {
  const { transpose, heads, factor } = operator;
  const [a, b] = reads as [Value, Value];
  const h = heads > 1 ? 'h' : '';
  // The heads of what weights are multiplied with lie in an axis of their own already.
  const isApart = heads > 1 && !transpose;
  const lead = isApart ? 2 : 1;
  const [ofA, ofB] = [shapeOf(a), shapeOf(b)];
  // What is multiplied by one matrix for all is one matrix.
  const isShared = ofB.slice(1, -1).every((size) => size === 1);
  const shapeA = isShared ? [...ofA.slice(0, lead), product(ofA.slice(lead))] : ofA;
  const shapeB = isShared ? [channels(ofB), ofB.at(-1) ?? 1] : ofB;
  const between = BETWEEN.slice(0, shapeA.length - lead - 1);
  const split = (x: Value, [first = 1, ...others]: Shape): Value =>
    reshaped(graph, x, h ? [heads, first / heads, ...others] : [first, ...others]);
  const right = isApart
    ? laid(graph, reshaped(graph, a, shapeA), `kh${between}r`, `h${between}kr`)
    : laid(graph, split(a, shapeA), `${h}k${between}r`, `${h}${between}kr`);
  const columns = transpose ? `${h}k${between}c` : `${h}c${between}k`;
  const left = laid(graph, split(b, shapeB), columns, `${h}${between}ck`);
  const sizes: readonly Size[] = [...right.sizes.slice(0, -2), left.sizes.at(-2) ?? 1, right.sizes.at(-1) ?? 1];
  const made = graph.node('MatMul', [left, right], sizes);
  const times = factor === 1 ? made : graph.like('Mul', [made, graph.floats([factor])]);
  const back = laid(graph, times, `${h}${between}cr`, isApart ? `hc${between}r` : `c${h}${between}r`);
  return reshaped(graph, back, output);
};

interface Cell {
  readonly op: string;
  /** Which of PyTorch's gates each of ONNX's is. */
  readonly gates: readonly number[];
}

const CELLS: Readonly<Record<Recurrence, Cell>> = {
  lstm: { op: 'LSTM', gates: [0, 3, 1, 2] },
  gru: { op: 'GRU', gates: [1, 0, 2] },
  rnn: { op: 'RNN', gates: [0] },
};

type Recurrent = StepOf<'recurrent'>;

/** Some tensors one behind the other in one, each with its gates in ONNX's order. */
const gathered = (
  graph: Graph,
  step: Recurrent,
  called: string,
  names: readonly TensorName[],
  dims: readonly number[],
): Value | undefined => {
  const { gates } = CELLS[step.operator.cell];
  const parts = names.map((name) => step.weights[name]);
  if (parts.some((part) => !part)) return undefined;
  return graph.tensor(called, dims, () => {
    const all = new Float32Array(dims.reduce((a, b) => a * b, 1));
    let at = 0;
    for (const part of parts) {
      const data = part?.data ?? new Float32Array();
      const run = data.length / gates.length;
      for (const gate of gates) {
        all.set(data.subarray(gate * run, (gate + 1) * run), at);
        at += run;
      }
    }
    return all;
  });
};

/** Each layer of the stack by itself. ONNX reads sequences step by step, [steps, images, values]. */
const recurrent = (step: Recurrent, { graph, reads: [x] }: Writing): Value => {
  const { cell, layers, bidirectional, last, bend } = step.operator;
  const { op } = CELLS[cell];
  const ways = bidirectional ? 2 : 1;
  const units = channels(step.output) / ways;
  const steps = shapeOf(x as Value)[1] ?? 1;
  const rows = GATES[cell] * units;
  const owner = step.learned[0]?.node.name ?? step.name;
  let sequence = transposed(graph, x as Value, [2, 0, 1]);
  for (let layer = 0; ; layer += 1) {
    const directions: readonly Direction[] = [`l${layer}` as const, `l${layer}_reverse` as const].slice(0, ways);
    const inputs = sequence.sizes[2] as number;
    const tensor = (name: string, parts: readonly TensorName[], ...dims: number[]) =>
      gathered(graph, step, `${owner}.${layers > 1 ? `l${layer}.` : ''}${name}`, parts, [ways, ...dims]);
    const learned = [
      tensor('W', directions.map((one) => `weight_ih_${one}` as const), rows, inputs),
      tensor('R', directions.map((one) => `weight_hh_${one}` as const), rows, units),
      tensor('B', directions.flatMap((one) => [`bias_ih_${one}`, `bias_hh_${one}`] as const), 2 * rows),
    ]; // biome-ignore format: side by side
    const [states, ends] = graph.several(
      op,
      [sequence, ...learned],
      [{ sizes: [steps, ways, 'batch', units] }, { sizes: [ways, 'batch', units] }],
      {
        hidden_size: units,
        ...(bidirectional && { direction: 'bidirectional' }),
        ...(cell === 'gru' && { linear_before_reset: 1 }),
        ...(cell === 'rnn' && bend === 'relu' && { activations: directions.map(() => 'Relu') }),
      },
    ) as [Value, Value];
    if (layer === layers - 1)
      return last
        ? reshaped(graph, transposed(graph, ends, [1, 0, 2]), step.output)
        : reshaped(graph, transposed(graph, states, [2, 1, 3, 0]), step.output);
    // [steps, images, both directions]: 0 keeps a size.
    const beside = transposed(graph, states, [0, 2, 1, 3]);
    sequence = graph.node('Reshape', [beside, graph.integers([0, 0, ways * units])], [steps, 'batch', ways * units]);
  }
};

/** Rows of a table by whole numbers: of a vector, or of one channel, whose axis the row takes. */
const embedding = (step: StepOf<'embedding'>, { graph, reads: [x] }: Writing): Value => {
  const ids = graph.typed('int64', 'Cast', [x as Value], (x as Value).sizes, { to: 7 });
  const [count = 1, ...places] = step.output;
  const sizes = ['batch', ...places] as const;
  const isVector = ids.sizes.length === sizes.length;
  const flat = isVector ? ids : graph.typed('int64', 'Squeeze', [ids, graph.integers([1])], sizes);
  const rows = graph.node('Gather', [graph.learned(step, 'weight'), flat], [...sizes, count], { axis: 0 });
  return transposed(graph, rows, [0, places.length + 1, ...places.map((_, axis) => axis + 1)]);
};

/** The same for every image: as many as the first input has. */
const parameter = (step: StepOf<'parameter'>, { graph }: Writing): Value => {
  const sizes = [batchOf(graph, graph.first), graph.integers(step.output)];
  const whole = graph.typed('int64', 'Concat', sizes, [step.output.length + 1], { axis: 0 });
  const tensor = graph.learned(step, 'weight', [1, ...step.output]);
  return graph.node('Expand', [tensor, whole], images(step.output));
};

type Products = 'dense' | 'matmul' | 'recurrent' | 'embedding' | 'parameter';

export const PRODUCTS: Pick<Words<Writing, Value>, Products> = { dense, matmul, recurrent, embedding, parameter };
