// A network as code for Keras 3, as a person would write it, with a loader for the weights of its spec. What its layers are is keras/.

import type { TensorName } from '../core/kernels.js';
import { formatShape } from '../core/shape.js';
import { DEFINITIONS, type Definition, LOADERS, READER } from './keras/functions.js';
import { type Learned, python } from './keras/learned.js';
import { variables } from './keras/names.js';
import { isLayer, type Layer, type Program, programOf, type Statement } from './keras/program.js';
import { argumentsOf, optionText, statement } from './keras/python.js';
import type { Model } from './model.js';
import { literal, quoted } from './python/literal.js';
import type { Exporter } from './target.js';

const BODY = '    ';

/** Sizes in the order of Keras, as a tuple. */
const tuple = (sizes: readonly number[]): string => literal(sizes);

const shown = (sizes: readonly number[]): string => formatShape(sizes, 'chw').replaceAll('x', ' x ');

/** What is read by the next statement alone needs no name of its own: it is `x`. */
const called = ({ inputs, statements, outputs }: Program): ReadonlyMap<number, string> => {
  const names = new Map<number, string>();
  const name = variables();
  for (const input of inputs) names.set(input.id, name(input.name === 'input' ? 'inputs' : input.name));
  const last = new Map<number, number>();
  statements.forEach(({ reads }, at) => {
    for (const read of reads) last.set(read, at);
  });
  for (const { id } of outputs) if (outputs.length > 1) last.set(id, Number.POSITIVE_INFINITY);
  statements.forEach(({ id, name: own }, at) => {
    const until = last.get(id) ?? at + 1;
    names.set(id, until <= at + 1 || (at === statements.length - 1 && outputs.length === 1) ? 'x' : name(own));
  });
  return names;
};

/** The layers that are called more than once stand before their first call, under names of their own. */
const build = (program: Program): string => {
  const { inputs, statements, outputs } = program;
  const names = called(program);
  const nameOf = (id: number): string => names.get(id) ?? 'x';
  const calls = new Map<Layer, number>();
  for (const { made } of statements) if (isLayer(made)) calls.set(made, (calls.get(made) ?? 0) + 1);
  const layerName = variables();
  for (const one of new Set(names.values())) layerName(one);
  const shared = new Map<Layer, string>();
  const lines: string[] = [];
  for (const input of inputs)
    lines.push(
      ...statement(`${nameOf(input.id)} = `, 'keras.Input', [
        `shape=${tuple(input.sizes)}`,
        `name=${quoted(input.name)}`,
      ]),
    );
  let before = inputs.length === 1 ? shown(inputs[0]?.sizes ?? []) : '';
  for (const one of statements) {
    const sizes = shown(one.sizes);
    if (sizes !== before) lines.push(`${BODY}# ${sizes}`);
    before = sizes;
    const reads = one.reads.map(nameOf);
    const target = `${nameOf(one.id)} = `;
    const { made } = one;
    if (!isLayer(made)) {
      lines.push(...computed(target, one, made, reads));
      continue;
    }
    const args = [
      ...argumentsOf(made.options, made.className),
      ...(made.frozen ? ['trainable=False'] : []),
      `name=${quoted(made.name)}`,
    ];
    const callee = made.className in DEFINITIONS ? made.className : `layers.${made.className}`;
    if ((calls.get(made) ?? 0) < 2) {
      lines.push(...statement(target, callee, args, reads));
      continue;
    }
    if (!shared.has(made)) {
      const own = layerName(`${made.name}_layer`);
      shared.set(made, own);
      lines.push(...statement(`${own} = `, callee, args));
    }
    lines.push(...statement(target, shared.get(made) ?? '', reads));
  }
  const [read = [], given = []] = [inputs, outputs].map((list) => list.map(({ id }) => nameOf(id)));
  const listed = (list: readonly string[]) => (list.length === 1 ? `${list[0]}` : `[${list.join(', ')}]`);
  const model = statement('return ', 'keras.Model', [
    `inputs=${listed(read)}`,
    `outputs=${listed(given)}`,
    `name=${quoted(program.name)}`,
  ]);
  return ['def build():', ...lines, ...model].join('\n');
};

const computed = (
  target: string,
  { sizes }: Statement,
  made: { call: string; options: Layer['options'] },
  reads: readonly string[],
): readonly string[] => {
  const { call, options } = made;
  if (call !== '[]')
    return statement(target, call, [
      ...reads,
      ...Object.entries(options).map(([key, option]) => `${key}=${optionText(option)}`),
    ]);
  const { axis, start, stop } = options;
  const place = Number(axis) === sizes.length - 1 ? '...' : new Array(Number(axis) + 1).fill(':').join(', ');
  return [`${BODY}${target}${reads[0]}[${place}, ${start}:${stop}]`];
};

/** The tensors that a layer's step has in the file of the spec, as expressions. */
const namedIn =
  ({ step }: Layer) =>
  (tensor: TensorName): string => {
    const name = (sort: string): string =>
      `t(${quoted(step.learned.find((parameter) => parameter.tensor === sort)?.name ?? `${step.name}.${sort}`)})`;
    return tensor === 'weight' && step.learned.some((parameter) => parameter.tensor === 'magnitude')
      ? `weight_norm(${name('weight')}, ${name('magnitude')})`
      : name(tensor);
  };

const puts = ({ layers }: Program): readonly string[] =>
  layers
    .filter(({ weights }) => weights.length > 0)
    .flatMap((layer) =>
      statement('', 'put', [
        quoted(layer.name),
        ...layer.weights.map(({ value }: { value: Learned }) => python(value, namedIn(layer))),
      ]),
    );

/** One line that a docstring takes: no quotes that end it, nothing that is not seen. */
const docLine = (line: string): string =>
  line
    .replace(/\p{C}+|\s+/gu, ' ')
    .trim()
    .replace(/[\\"]/g, '\\$&');

const module = (program: Program, model: Model): string => {
  const lines = puts(program);
  const loads = lines.join('\n');
  const used = new Set(
    program.statements
      .map(({ made }) => (isLayer(made) ? made.className : made.call))
      .filter((name) => name in DEFINITIONS),
  );
  for (const name of [...used]) for (const other of DEFINITIONS[name]?.uses ?? []) used.add(other);
  const own: readonly Definition[] = Object.entries(DEFINITIONS).flatMap(([name, one]) =>
    used.has(name) ? [one] : [],
  );
  const loaders: readonly Definition[] = Object.entries(LOADERS).flatMap(([name, one]) =>
    loads.includes(`${name}(`) ? [one] : [],
  );
  const needs = new Set([...own, ...loaders].flatMap((one) => one.needs));
  const hasWeights = lines.length > 0;
  const standard = [
    ...(needs.has('functools') ? ['import functools\n'] : []),
    ...(hasWeights ? ['import json\n'] : []),
  ];
  const body = build(program);
  const usesOps = [body, ...own.map((one) => one.text)].some((part) => /\bops\./.test(part));
  const usesLayers = [body, ...own.map((one) => one.text)].some((part) => /\blayers\./.test(part));
  const from = [...(usesLayers ? ['layers'] : []), ...(usesOps ? ['ops'] : [])].join(', ');
  const packages = [
    'import keras\n',
    ...(hasWeights || needs.has('np') ? ['import numpy as np\n'] : []),
    ...(from ? [`from keras import ${from}\n`] : []),
  ];
  const title = docLine(`${model.analysis.graph.name || 'A network'}, from ${model.origin}`);
  return [
    `"""${title}.\n\nCode for Keras 3 by cnncalc. Images have their channels last.\n"""\n\n`,
    ...(standard.length > 0 ? [...standard, '\n'] : []),
    ...packages,
    ...[...own, ...loaders].map((one) => `\n\n${one.text}\n`),
    `\n\n${body}\n\n\nmodel = build()\n`,
    ...(hasWeights ? [`\n\n${READER}\n`, `\n\n${loader(loads)}\n`] : []),
    `\n\n${main(program)}`,
  ].join('');
};

const loader = (loads: string): string => `def load_weights_from(path):
    """Gives the model the weights of a .safetensors file, by the names of the spec."""
    tensors = read_safetensors(path)

    def t(name):
        if name not in tensors:
            raise KeyError(f"{path} has no tensor {name}")
        return tensors[name]

    def put(name, *weights):
        model.get_layer(name).set_weights(weights)

${loads}`;

/** What is known of the whole, as asserts. */
const main = ({ outputs, weights }: Program): string => {
  const shapes = outputs.map(({ sizes }) => literal([null, ...sizes]));
  const known =
    shapes.length === 1
      ? `    assert model.output_shape == ${shapes[0]}\n`
      : `    shapes = [\n${shapes.map((shape) => `        ${shape},\n`).join('')}    ]
    assert [tuple(output.shape) for output in model.outputs] == shapes\n`;
  return `if __name__ == "__main__":
    # Keras counts running statistics as parameters.
    assert model.count_params() == ${weights}
${known}    model.summary()
`;
};

export const keras: Exporter = (model) => ({ content: module(programOf(model, 'code'), model) });
