// A stack of layers run against the one convolution that it is without its nonlinearities: the same on the same input, but not
// with the nonlinearities, nor at the border where zeros are padded. The convolution is worked out in compose.ts.

import type { Backend, Network, Step, Tensor } from '../core/kernels.js';
import { channels, product, type Shape, spatial, sum } from '../core/shape.js';
import { slide, type Window } from '../core/window.js';
import { asConvolution, type Composed, compose, productsOf } from './compose.js';

/** A chain of linear layers, each with the nonlinearity behind it, and the one convolution they come to without those. */
export interface Stack {
  readonly input: Shape;
  readonly layers: readonly { readonly step: Step; readonly act: Step | null }[];
  readonly whole: Composed;
}

/** Products that working out the kernel may take. */
const MOST_PRODUCTS = 1e8;

/** Null where the network is no such chain: branches, a maximum, a dense layer; or where its kernel is too much work. */
export const stackOf = ({ inputs, steps }: Network): Stack | null => {
  const [input, other] = inputs;
  if (!input || other) return null;
  const layers: { step: Step; act: Step | null }[] = [];
  let [last, whole]: readonly [number, Composed | null] = [input.id, null];
  for (const step of steps) {
    if (step.inputs.length !== 1 || step.inputs[0] !== last) return null;
    last = step.id;
    const own = asConvolution(step);
    const before = layers.at(-1);
    if (own) {
      if (whole && productsOf(whole, own) > MOST_PRODUCTS) return null;
      whole = whole ? compose(whole, own) : own;
      layers.push({ step, act: null });
    } else if (isActivation(step) && before && !before.act) before.act = step;
    else return null;
  }
  return whole && { input: input.shape, layers, whole };
};

const isActivation = ({ operator: { op } }: Step): boolean => op === 'pointwise' || op === 'prelu';

/** What one run of the whole takes; the stack takes less. */
export const multiplyAccumulates = ({ input, whole }: Stack): number =>
  (whole.weight.length * product(spatial(input))) / product(whole.stride);

/** The same stack on a smaller input, which shows the same: as large as the kernel and `more` cells besides. */
export const onLess = (stack: Stack, more: number): Stack => {
  const sizes = stack.whole.kernel.map((k, axis) => Math.min(spatial(stack.input)[axis] ?? k, k + more));
  return { ...stack, input: [channels(stack.input), ...sizes] };
};

/** Two outputs beside each other. */
export interface Difference {
  readonly maxAbsDiff: number;
  /** The largest output, which says how much that is. */
  readonly largest: number;
  /** Equal as far as float32 goes: within 1e-4 of the largest output. */
  readonly equal: boolean;
}

export interface Execution {
  readonly channels: number;
  readonly input: Shape;
  /** The size of the one kernel. */
  readonly kernel: readonly number[];
  /** Without nonlinearities and without padding. */
  readonly linear: Difference;
  /** With a nonlinearity behind every layer, and behind the one convolution. */
  readonly withRelu: Difference;
  /** Padded with zeros to keep the size, at stride 1; null where it moves by more. `map` is the largest difference per place. */
  readonly padded: (Difference & { readonly map: readonly (readonly number[])[]; readonly border: number }) | null;
}

/** So often {@link execute} runs either of them, at most. */
export const RUNS = 5;

/** Runs the stack and the one convolution on the same input, [1, ...shape]. */
export const execute = async (stack: Stack, data: Tensor, backend: Backend): Promise<Execution> => {
  const run = async (steps: readonly Step[], outputs: readonly number[]): Promise<readonly Tensor[]> => {
    const network = { inputs: [{ id: 0, name: 'input', shape: stack.input }], steps, outputs };
    const session = await backend.open(network, { batch: 1, threads: 1, precision: 'exact', core: 'auto' });
    try {
      const result = await session.run(new Map([[0, data]]));
      return outputs.flatMap((id) => result.outputs.get(id) ?? []);
    } finally {
      session.close();
    }
  };
  const last = async (steps: readonly Step[]): Promise<Tensor> => {
    const [output] = await run(steps, [steps.length]);
    if (!output) throw new Error('the stack has no output');
    return output;
  };
  const keeps = stack.whole.stride.every((s) => s === 1);
  const bordered = { act: false, pad: true };
  const padded = keeps ? ([await last(chain(stack, bordered)), await last(single(stack, bordered))] as const) : null;
  // The one convolution, and what the nonlinearity behind it makes of the same values.
  const [whole, bent] = await run(single(stack, { act: true, pad: false }), [1, 2]);
  if (!whole || !bent) throw new Error('the convolution has no output');
  return {
    channels: channels(stack.input),
    input: stack.input,
    kernel: stack.whole.kernel,
    linear: difference(await last(chain(stack, { act: false, pad: false })), whole),
    withRelu: difference(await last(chain(stack, { act: true, pad: false })), bent),
    padded: padded && { ...difference(...padded), ...where(...padded) },
  };
};

interface Options {
  readonly act: boolean;
  readonly pad: boolean;
}

/** The network's own steps, their padding replaced, with or without what stands behind them. */
const chain = ({ input, layers }: Stack, { act, pad }: Options): readonly Step[] => {
  const steps: Step[] = [];
  const add = (step: Step, output: Shape): void => {
    const before = steps.at(-1);
    steps.push({
      ...step,
      id: steps.length + 1,
      inputs: [steps.length],
      inputShapes: [before?.output ?? input],
      output,
    });
  };
  for (const { step, act: own } of layers) {
    const before = steps.at(-1)?.output ?? input;
    const { operator } = step;
    if (operator.op === 'convolution' || operator.op === 'pool') {
      const windows = operator.windows.map((w) => (pad ? keeping(w) : { ...w, before: 0, after: 0 }));
      const sizes = spatial(before).map((size, axis) => slide(size, windows[axis] as Window));
      // A mean over a window that hangs over the edge counts the zeros there, as a convolution does.
      const padded = operator.op === 'pool' ? { ...operator, windows, countPadding: true } : { ...operator, windows };
      add({ ...step, operator: padded }, [channels(step.output), ...sizes]);
    } else add(step, before);
    const output = steps.at(-1)?.output ?? input;
    if (act) add(own ?? RELU, output);
  }
  return steps;
};

const RELU: Step = {
  id: 0,
  name: 'relu',
  operator: { op: 'pointwise', function: 'relu' },
  inputs: [],
  inputShapes: [],
  output: [],
  weights: {},
  macs: 0,
};

/** The padding that keeps the size, as much before as behind, the odd cell behind. */
const keeping = (w: Window): Window => {
  const all = w.dilation * (w.kernel - 1);
  return { ...w, before: Math.floor(all / 2), after: Math.ceil(all / 2) };
};

const single = ({ input, layers, whole }: Stack, { act, pad }: Options): readonly Step[] => {
  // What is padded around the whole is the sum of what is padded around each.
  const windows = whole.kernel.map((kernel, axis): Window => {
    const own = layers.flatMap(({ step: { operator } }) =>
      pad && (operator.op === 'convolution' || operator.op === 'pool') ? (operator.windows[axis] ?? []) : [],
    );
    const [before, after] = [sum(own.map((w) => keeping(w).before)), sum(own.map((w) => keeping(w).after))];
    return { kernel, stride: whole.stride[axis] ?? 1, dilation: 1, before, after };
  });
  const sizes = spatial(input).map((size, axis) => slide(size, windows[axis] as Window));
  const output = [whole.filters, ...sizes];
  const step: Step = {
    ...RELU,
    id: 1,
    name: 'whole',
    operator: { op: 'convolution', windows, groups: 1 },
    inputs: [0],
    inputShapes: [input],
    output,
    weights: {
      weight: { shape: [whole.filters, whole.channels, ...whole.kernel], data: Float32Array.from(whole.weight) },
      bias: { shape: [whole.filters], data: Float32Array.from(whole.bias) },
    },
    macs: whole.weight.length * product(sizes),
  };
  const last = layers.at(-1)?.act ?? RELU;
  return act ? [step, { ...last, id: 2, inputs: [1], inputShapes: [output], output }] : [step];
};

/** As far as float32 goes: sums of thousands of products in another order. */
const TOLERANCE = 1e-4;

export const difference = (a: Tensor, b: Tensor): Difference => {
  let [maxAbsDiff, largest] = [0, 0];
  a.data.forEach((value, i) => {
    maxAbsDiff = Math.max(maxAbsDiff, Math.abs(value - (b.data[i] ?? 0)));
    largest = Math.max(largest, Math.abs(value), Math.abs(b.data[i] ?? 0));
  });
  return { maxAbsDiff, largest, equal: maxAbsDiff <= TOLERANCE * largest };
};

/** The largest difference of each place over the channels, and how far from the edge it reaches. */
const where = (a: Tensor, b: Tensor): { readonly map: readonly (readonly number[])[]; readonly border: number } => {
  const [, , ...sizes] = a.shape;
  const [height, width] = [product(sizes.slice(0, -1)), sizes.at(-1) ?? 1];
  const map = Array.from({ length: height }, () => new Array<number>(width).fill(0));
  let largest = 0;
  a.data.forEach((value, i) => {
    const [y, x] = [Math.floor(i / width) % height, i % width];
    const row = map[y] ?? [];
    row[x] = Math.max(row[x] ?? 0, Math.abs(value - (b.data[i] ?? 0)));
    largest = Math.max(largest, Math.abs(value));
  });
  const border = map.reduce(
    (most, row, y) =>
      row.reduce(
        (deep, diff, x) =>
          diff > TOLERANCE * largest
            ? Math.max(deep, 1 + Math.min(x, width - 1 - x, ...(height > 1 ? [y, height - 1 - y] : [])))
            : deep,
        most,
      ),
    0,
  );
  return { map, border };
};
