// The layer of Keras that calls another one at every step of a sequence.

import type { Builder, Call } from './call.js';
import { object, string } from './config.js';

/** Layers that see values, channels or the last axis alone, or whose windows leave the steps alone. */
const KNOW_OF_STEPS: ReadonlySet<string> = new Set([
  ...['Dense', 'Activation', 'ReLU', 'LeakyReLU', 'ELU', 'ThresholdedReLU', 'Softmax', 'Flatten'],
  ...['Dropout', 'AlphaDropout', 'GaussianNoise', 'GaussianDropout', 'Rescaling'],
  ...['BatchNormalization', 'LayerNormalization'],
  ...[1, 2].flatMap((n) => [
    ...[`Conv${n}D`, `Convolution${n}D`, `Conv${n}DTranspose`, `DepthwiseConv${n}D`, `SeparableConv${n}D`],
    ...['Max', 'Average'].flatMap((sort) => [`${sort}Pooling${n}D`, `${sort}Pool${n}D`]),
    ...['Max', 'Average'].flatMap((sort) => [`Global${sort}Pooling${n}D`, `Global${sort}Pool${n}D`]),
    ...[`ZeroPadding${n}D`, `Cropping${n}D`, `UpSampling${n}D`],
  ]),
]);

const inner = (call: Call) => {
  const layer = object(call.config, 'layer');
  const config = layer && object(layer, 'config');
  return layer && config ? { className: string(layer, 'class_name') ?? '', config } : undefined;
};

export const timeDistributed: Builder = (call) => {
  const layer = inner(call);
  if (!layer) return call.opaque('the layer in it is not written');
  const { className, config } = layer;
  if (KNOW_OF_STEPS.has(className)) return call.site.build(call.as(className, config, { lead: 1 }));
  return call.opaque(`calling ${className || 'a layer'} at every step is not known here`);
};
