// A network as a model.json that TensorFlow.js and Keras load, with its weights in one file beside it. What its layers are is keras/.

import { product } from '../core/shape.js';
import { rawBytes } from '../files/bytes.js';
import { shapeOf, stored } from './keras/learned.js';
import { isLayer, type Layer, type Program, programOf } from './keras/program.js';
import type { Option, Options } from './keras/value.js';
import type { Exporter } from './target.js';

/** A tensor by the layer that gives it, the number of the call, and the number of the tensor. */
type Ref = readonly [layer: string, call: number, tensor: 0];

/** Options that Keras 2, whose files these are, calls otherwise. */
const FORMER: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  LeakyReLU: { negative_slope: 'alpha' },
};

const optionOf = (option: Option, name: string): unknown => {
  if (Array.isArray(option)) return option.map((one) => optionOf(one, name));
  if (typeof option === 'object' && option !== null && 'layer' in option)
    return { class_name: option.layer, config: { name, ...configOf(option.layer, option.options, name) } };
  return option;
};

const configOf = (className: string, options: Options, name: string): Readonly<Record<string, unknown>> =>
  Object.fromEntries(
    Object.entries(options).map(([key, option]) => [FORMER[className]?.[key] ?? key, optionOf(option, name)]),
  );

/** Weights of the layer inside of one that calls it both ways have a scope of their own. */
const weightName = ({ className, name }: Layer, weight: string): string =>
  className === 'Bidirectional'
    ? `${name}/${weight.replace(/^(forward|backward)_(.*)$/, `$1_${name}/$2`)}`
    : `${name}/${weight}`;

const topology = ({ name, inputs, statements, layers, outputs }: Program): object => {
  const refs = new Map<number, Ref>(inputs.map((input) => [input.id, [input.name, 0, 0]]));
  const calls = new Map<Layer, (readonly [...Ref, object])[][]>(layers.map((layer) => [layer, []]));
  for (const { id, made, reads } of statements) {
    if (!isLayer(made)) throw new RangeError(`${made.call} is no layer`);
    const own = calls.get(made) ?? [];
    refs.set(id, [made.name, own.length, 0]);
    own.push(reads.flatMap((read) => (refs.has(read) ? [[...(refs.get(read) as Ref), {}] as const] : [])));
  }
  return {
    class_name: 'Functional',
    config: {
      name,
      layers: [
        ...inputs.map((input) => ({
          class_name: 'InputLayer',
          name: input.name,
          config: { batch_input_shape: [null, ...input.sizes], dtype: 'float32', sparse: false, name: input.name },
          inbound_nodes: [],
        })),
        ...layers.map((layer) => ({
          class_name: layer.className,
          name: layer.name,
          config: {
            name: layer.name,
            trainable: !layer.frozen,
            dtype: 'float32',
            ...configOf(layer.className, layer.options, layer.name),
          },
          inbound_nodes: calls.get(layer) ?? [],
        })),
      ],
      input_layers: inputs.map((input) => refs.get(input.id)),
      output_layers: outputs.map(({ id }) => refs.get(id)),
    },
    keras_version: '2.15.0',
    backend: 'tensorflow',
  };
};

/** The values of all weights, a tensor at a time. */
function* values(layers: readonly Layer[]): Iterable<Uint8Array> {
  for (const { weights, step } of layers)
    for (const { value } of weights) {
      const { load } = stored(value, step);
      yield rawBytes(load?.() ?? new Float32Array(product(shapeOf(value))));
    }
}

export const kerasJson: Exporter = (model, { given, beside }) => {
  const program = programOf(model, 'json');
  const { layers } = program;
  const specs = layers.flatMap((layer) =>
    layer.weights.map(({ name, value }) => ({
      name: weightName(layer, name),
      shape: shapeOf(value),
      dtype: 'float32',
    })),
  );
  const hasFile = given && beside !== undefined;
  return {
    content: {
      format: 'layers-model',
      generatedBy: 'cnncalc',
      convertedBy: null,
      modelTopology: topology(program),
      ...(hasFile && { weightsManifest: [{ paths: [beside], weights: specs }] }),
    },
    ...(hasFile && { beside: values(layers) }),
  };
};
