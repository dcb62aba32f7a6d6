// Functions of TensorFlow and Keras that stand in a model like layers: `tf.math.multiply` of a tensor and a number, `keras.ops.add`.

import type { JsonObject } from '../json.js';
import { activated } from './activations.js';
import type { Builder, Call } from './call.js';
import { object, string } from './config.js';

/** By the last word of their names. */
const MERGES: ReadonlyMap<string, string> = new Map([
  ['add', 'add'],
  ['subtract', 'sub'],
  ['sub', 'sub'],
  ['multiply', 'mul'],
  ['mul', 'mul'],
  ['divide', 'div'],
  ['truediv', 'div'],
  ['true_divide', 'div'],
  ['maximum', 'maximum'],
  ['minimum', 'minimum'],
]);

/** Value by value, without options. */
const UNARY: ReadonlyMap<string, string> = new Map([
  ['neg', 'neg'],
  ['negative', 'neg'],
  ['abs', 'abs'],
  ['absolute', 'abs'],
  ['exp', 'exp'],
  ['log', 'log'],
  ['sqrt', 'sqrt'],
  ['identity', 'identity'],
  ['stop_gradient', 'identity'],
]);

const FUNCTIONS = ['relu', 'relu6', 'sigmoid', 'tanh', 'softplus', 'elu', 'selu', 'silu', 'swish'];

/** `math.multiply`, `__operators__.add`, `nn.relu6`, and of Keras 3 `TrueDivide`. */
const called = (name: string): string =>
  (name.split('.').at(-1) ?? '')
    .replace(/(?<=[a-z])(?=[A-Z])/g, '_')
    .toLowerCase()
    .replace(/^_+|_+$/g, '');

const apply =
  (name: string, merge: (kind: string) => Builder, concatenate: Builder): Builder =>
  (call) => {
    const word = called(name);
    const kind = MERGES.get(word);
    if (kind) return merge(kind)(call);
    const alone = UNARY.get(word);
    if (alone) return call.same(alone, call.input);
    if (word === 'concat' || word === 'concatenate') return concatenate(call);
    if (FUNCTIONS.includes(word)) return activated(withActivation(call, word), call.input, '');
    return call.opaque(`the function "${name}" is not known here`, { params: 0 });
  };

const withActivation = (call: Call, activation: string): Call =>
  call.as(call.layer.className, { ...call.config, entries: new Map([['activation', activation]]) });

/** The classes that such functions have, as entries of the table of layers. */
export const functions = (
  merge: (kind: string) => Builder,
  concatenate: Builder,
): readonly (readonly [string, Builder])[] => {
  const named = (call: Call): string => string(call.config, 'function') ?? operatorOf(call.config) ?? '';
  const byName: Builder = (call) => apply(named(call), merge, concatenate)(call);
  return [
    ['TFOpLambda', byName],
    ['SlicingOpLambda', (call) => call.opaque('a part of a tensor is not known here', { params: 0 })],
    ...[
      'Divide',
      'TrueDivide',
      'Negative',
      'Absolute',
      'Abs',
      'Exp',
      'Log',
      'Sqrt',
      'Relu',
      'Relu6',
      'Sigmoid',
      'Tanh',
      'Silu',
    ].map((name): readonly [string, Builder] => [name, apply(name, merge, concatenate)]),
  ];
};

/** Of TensorFlow before 2.4 a node of its graph stands there. */
const operatorOf = (config: JsonObject): string | undefined => {
  const node = object(config, 'node_def');
  return node && string(node, 'op');
};
