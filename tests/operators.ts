// Every executed case: a spec of one layer, its tensors, an input and the output it must give. From fixtures made with PyTorch.

import { readFileSync } from 'node:fs';
import type { ByTensor, Tensor } from '../src/core/kernels.js';
import type { Operator, Pointwise } from '../src/core/operator.js';
import { layerOf, normOf, type TorchCase } from './torch-cases.js';

interface Numbers {
  readonly shape: readonly number[];
  readonly data: readonly number[];
}

interface Fixture extends TorchCase {
  readonly input?: Numbers;
  readonly output?: Numbers;
  /** The item that does what the operator does, and its tensors, where the fixture says so itself. */
  readonly item?: string;
  readonly tensors?: ByTensor<Numbers>;
  readonly weight?: Numbers;
  readonly bias?: Numbers;
  readonly running_mean?: Numbers;
  readonly running_var?: Numbers;
  readonly running_mean_after?: Numbers;
  readonly running_var_after?: Numbers;
  readonly second_input?: Numbers;
  readonly second_output?: Numbers;
  readonly running_mean_after2?: Numbers;
  readonly running_var_after2?: Numbers;
}

export interface Case {
  readonly title: string;
  readonly spec: string;
  readonly training: boolean;
  /** By their whole names, or by what they are to the one layer there is. */
  readonly tensors: Readonly<Partial<Record<string, Tensor>>>;
  /** Batch after batch, with the running statistics after each where there are any. */
  readonly batches: readonly {
    readonly input: Tensor;
    readonly output: Tensor;
    readonly running?: { readonly running_mean: Tensor; readonly running_var: Tensor };
  }[];
}

const tensor = ({ shape, data }: Numbers): Tensor => ({ shape, data: Float32Array.from(data) });

const lines = <Line = Fixture>(file: string): readonly Line[] =>
  readFileSync(new URL(`fixtures/${file}`, import.meta.url), 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));

const NAMES = ['weight', 'bias', 'running_mean', 'running_var'] as const;

const running = (mean: Numbers | undefined, variance: Numbers | undefined) =>
  mean && variance ? { running: { running_mean: tensor(mean), running_var: tensor(variance) } } : {};

/** The items of a case, of which the first is called `a`. */
const named = (items: string): string => items.replace('}', ', name: a}').replaceAll('}, {', '}\n  - {');

const caseOf = (fixture: Fixture, item: string | null, index: number): Case[] => {
  const { input, output } = fixture;
  if (item === null || !input || !output) return [];
  return [
    {
      title: `${index} ${item} on ${input.shape.join('x')}`,
      spec: `${headOf(input)}  - ${named(item)}\n`,
      training: fixture.op === 'batch_norm_train',
      tensors: Object.fromEntries(
        (fixture.tensors
          ? Object.entries(fixture.tensors)
          : NAMES.flatMap((name) => (fixture[name] ? [[name, fixture[name]] as const] : []))
        ).flatMap(([name, numbers]) => (numbers ? [[name, tensor(numbers)]] : [])),
      ),
      batches: [
        {
          input: tensor(input),
          output: tensor(output),
          ...running(fixture.running_mean_after, fixture.running_var_after),
        },
        ...(fixture.second_input && fixture.second_output
          ? [
              {
                input: tensor(fixture.second_input),
                output: tensor(fixture.second_output),
                ...running(fixture.running_mean_after2, fixture.running_var_after2),
              },
            ]
          : []),
      ],
    },
  ];
};

/** The last layer is called `a`. */
/** The lines before the layers. */
const headOf = ({ shape: [, ...shape] }: Numbers): string => `input: ${shape.join('x')}\nlayout: chw\nlayers:\n`;

const specOf = (input: Numbers, layers: readonly string[]): string => {
  const items = layers.map((item, i) =>
    i < layers.length - 1 ? item : item.startsWith('{') ? item.replace(/\}$/, ', name: a}') : `{${item}, name: a}`,
  );
  return `${headOf(input)}${items.map((item) => `  - ${item}\n`).join('')}`;
};

/** Layers as the language has them: nothing of PyTorch's words to be put into ours. */
interface Written {
  readonly layers: readonly string[];
  readonly input: Numbers;
  readonly output: Numbers;
  readonly tensors?: Readonly<Record<string, Numbers>>;
}

const written = ({ layers, input, output, tensors = {} }: Written): Case => ({
  title: `${layers.join(', ')} on ${input.shape.join('x')}`,
  spec: specOf(input, layers),
  training: false,
  tensors: Object.fromEntries(Object.entries(tensors).map(([name, numbers]) => [name, tensor(numbers)])),
  batches: [{ input: tensor(input), output: tensor(output) }],
});

const fixtures: readonly (readonly [Fixture, string | null])[] = [
  ...lines('ops_values.jsonl').map((fixture) => [fixture, layerOf(fixture)] as const),
  ...lines('norm_values.jsonl').map((fixture) => [fixture, normOf(fixture)] as const),
  ...lines('sequence_values.jsonl').map((fixture) => [fixture, fixture.item ?? null] as const),
];

/** Operators with values that the language has no layer for. */
export const unsaid: readonly string[] = fixtures
  .filter(([{ output }, item]) => output && item === null)
  .map(([{ op }]) => op);

/** All operators of the fixtures that a spec can say. */
export const cases: readonly Case[] = [
  ...fixtures.flatMap(([fixture, item], i) => caseOf(fixture, item, i)),
  ...['pointwise_values.jsonl', 'axes_values.jsonl'].flatMap((file) => lines<Written>(file).map(written)),
];

/** The largest difference, as a share of the largest value that is wanted (at least of 1e-3). */
export const difference = (a: Tensor, b: Tensor): number => {
  if (a.shape.join() !== b.shape.join()) return Number.POSITIVE_INFINITY;
  const [most, largest] = a.data.reduce(
    ([d, l], value, i) => {
      const wanted = b.data[i] as number;
      const off = value === wanted ? 0 : Math.abs(value - wanted);
      return [Number.isNaN(off) ? Number.POSITIVE_INFINITY : Math.max(d, off), Math.max(l, Math.abs(wanted))] as const;
    },
    [0, 1e-3] as readonly [number, number],
  );
  return most / largest;
};

/** Of which operators and functions PyTorch's values are among the fixtures: a new one does not compile without an answer. */
export const OPERATORS_HELD: Readonly<Record<Operator['op'], boolean>> = {
  convolution: true,
  transposed: true,
  dense: true,
  pool: true,
  'adaptive-pool': true,
  normalise: true,
  lrn: true,
  pointwise: true,
  prelu: false,
  softmax: true,
  combine: true,
  concat: true,
  reduce: true,
  matmul: true,
  scale: true,
  parameter: true,
  affine: true,
  glu: true,
  unpool: true,
  recurrent: true,
  embedding: true,
  reshape: true,
  permute: false,
  pad: true,
  slice: true,
  shuffle: false,
  pixelshuffle: true,
  pixelunshuffle: true,
  upsample: true,
};

export const FUNCTIONS_HELD: Readonly<Record<Pointwise['function'], boolean>> = {
  identity: false,
  relu: true,
  leakyrelu: true,
  elu: true,
  celu: false,
  selu: true,
  gelu: true,
  'gelu-tanh': true,
  silu: true,
  mish: true,
  sigmoid: true,
  tanh: true,
  softplus: true,
  hardswish: true,
  hardsigmoid: true,
  softsign: true,
  clamp: true,
  abs: true,
  exp: true,
  log: true,
  sqrt: true,
  pow: true,
  logsigmoid: true,
  softshrink: true,
  hardshrink: true,
  threshold: true,
};
