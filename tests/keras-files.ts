// Files of Keras for tests: those of TensorFlow.js in fixtures/, and models written by hand. No assertions.

import { readFileSync } from 'node:fs';
import type { Analysis } from '../src/analysis/analysis.js';
import { analyze } from '../src/analysis/analyze.js';
import type { Tensor } from '../src/core/kernels.js';
import { type Bytes, held } from '../src/files/bytes.js';
import type { ForeignFile } from '../src/import/format.js';
import { readKeras } from '../src/import/keras.js';
import { reference } from '../src/kernels/reference.js';
import type { ParseOptions } from '../src/lang/file.js';
import { type GrownNetwork, grown } from '../src/lang/grown.js';
import { layers } from '../src/layers/index.js';
import { execute } from '../src/run/execute.js';
import { fromFile } from '../src/run/weights.js';

export interface Imported extends GrownNetwork {
  readonly analysis: Analysis;
}

/** A file with others beside it. */
export const imported = (
  content: string | Uint8Array,
  beside: (path: string) => Bytes | null = () => null,
  options: Omit<ParseOptions, 'registry'> = {},
): Imported => {
  const bytes = typeof content === 'string' ? new TextEncoder().encode(content) : content;
  const file: ForeignFile = {
    name: 'file',
    bytes: held(bytes),
    text: () => (bytes.includes(0) ? null : new TextDecoder().decode(bytes)),
    beside,
  };
  const network = grown({ registry: layers, ...options }, 'hwc', (growing, findings) =>
    readKeras(file, growing, findings),
  );
  return { ...network, analysis: analyze(network.parsed) };
};

const KERAS = new URL('fixtures/import/keras/', import.meta.url);

/** A folder that TensorFlow.js would read, and what it makes of it. */
export interface Expected {
  readonly layers: readonly {
    readonly name: string;
    readonly shape: readonly (number | null)[] | null;
    readonly params: number;
  }[];
  readonly params: number;
  readonly inputs: readonly { readonly name: string; readonly shape: readonly number[] }[];
  readonly outputs: readonly { readonly shape: readonly number[]; readonly data: readonly number[] }[];
}

export const fixture = (name: string): { readonly network: Imported; readonly expected: Expected } => {
  const read = (path: string) => new Uint8Array(readFileSync(new URL(`${name}/${path}`, KERAS)));
  const network = imported(read('model.json'), (path) => held(read(path)));
  return { network, expected: JSON.parse(new TextDecoder().decode(read('expected.json'))) };
};

/** Values in the order of Keras, channels last, to channels first, or back. */
const moved = (data: ArrayLike<number>, shape: readonly number[], to: 'first' | 'last'): Float32Array => {
  const C = shape.at(-1) ?? 1;
  const places = data.length / C;
  const into = new Float32Array(data.length);
  for (let place = 0; place < places; place += 1)
    for (let c = 0; c < C; c += 1) {
      const [last, first] = [place * C + c, c * places + place];
      if (to === 'first') into[first] = data[last] ?? 0;
      else into[last] = data[first] ?? 0;
    }
  return into;
};

/** What the fixtures were made with: no two values alike, and words for a table of 20. */
const valuesOf = (name: string, count: number, k: number): Float32Array =>
  Float32Array.from({ length: count }, (_, i) =>
    name === 'words' ? (i * 7) % 20 : Math.sin(i * 0.37 + k) + Math.cos(i * 0.011 * (k + 1)),
  );

/** The outputs with the weights of the file, in the order of Keras. */
export const executed = async ({ analysis, tensors }: Imported): Promise<readonly Float32Array[]> => {
  const weights = fromFile(analysis, tensors);
  if (!(weights instanceof Map)) throw new Error(JSON.stringify(weights));
  const { nodes, outputs } = analysis.graph;
  const inputs = nodes.filter(({ kind }) => kind.role === 'input');
  const given = inputs.map(({ id, name, facts }, k): [number, Tensor] => {
    const shape = facts?.output ?? [];
    const [C = 1, ...places] = shape;
    const values = valuesOf(
      name,
      shape.reduce((a, b) => a * b, 1),
      k,
    );
    return [id, { shape: [1, ...shape], data: moved(values, [...places, C], 'first') }];
  });
  const ran = await execute(
    analysis,
    weights as ReadonlyMap<string, Tensor>,
    new Map(given),
    reference(() => 0),
    {
      batch: 1,
      threads: 1,
      precision: 'exact',
      core: 'auto',
      repeat: 1,
      now: () => 0,
    },
  );
  return outputs.map((id) => {
    const { data, shape } = ran.outputs.get(id) as Tensor;
    const [, C = 1, ...places] = shape;
    return moved(data, [...places, C], 'last');
  });
};

export interface LayerOf {
  readonly class_name: string;
  readonly config: Readonly<Record<string, unknown>>;
}

/** A layer as files of Keras 2 have it. */
export const layer = (className: string, config: Readonly<Record<string, unknown>> = {}): LayerOf => ({
  class_name: className,
  config: { name: 'it', ...config },
});

/** A Sequential model: what it reads, and its layers. */
export const sequential = (
  shape: readonly (number | null)[],
  layers: readonly LayerOf[],
  version = '2.15.0',
): Readonly<Record<string, unknown>> => ({
  class_name: 'Sequential',
  config: {
    name: 'model',
    layers: [{ class_name: 'InputLayer', config: { name: 'x', batch_input_shape: [null, ...shape] } }, ...layers],
  },
  keras_version: version,
});

/** A tensor of Keras 3 in the arguments of a call. */
export const tensor = (name: string, shape: readonly (number | null)[], node = 0, index = 0) => ({
  class_name: '__keras_tensor__',
  config: { shape: [null, ...shape], dtype: 'float32', keras_history: [name, node, index] },
});

type Weight = readonly [name: string, shape: readonly number[]];

/** A model with weights in one file beside it; no two values are alike. */
export const withWeights = (
  model: Readonly<Record<string, unknown>>,
  weights: readonly Weight[],
): { readonly network: Imported; readonly values: ReadonlyMap<string, Float32Array> } => {
  const values = new Map(
    weights.map(([name, shape], k): [string, Float32Array] => [
      name,
      Float32Array.from({ length: shape.reduce((a, b) => a * b, 1) }, (_, i) => 0.5 * Math.sin(1 + i * 0.7 + k)),
    ]),
  );
  const manifest = [{ paths: ['w.bin'], weights: weights.map(([name, shape]) => ({ name, shape, dtype: 'float32' })) }];
  const bytes = new Uint8Array(
    Buffer.concat([...values.values()].map(({ buffer }) => Buffer.from(buffer as ArrayBuffer))),
  );
  const text = JSON.stringify({ format: 'layers-model', modelTopology: model, weightsManifest: manifest });
  return { network: imported(text, (path) => (path === 'w.bin' ? held(bytes) : null)), values };
};
