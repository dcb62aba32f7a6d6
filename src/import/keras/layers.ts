// The classes of layers of Keras, each with what it becomes here: the one table. Models inside of models are model.ts.

import { activated, elu, leakyRelu, prelu, relu, softmax, thresholdedRelu } from './activations.js';
import { dotAttention, multiHeadAttention } from './attention.js';
import type { Builder, Call } from './call.js';
import { convolution, dense, depthwise, einsum, embedding, separable, transposed } from './convolutions.js';
import { functions } from './functions.js';
import { isValue, type Value } from './layout.js';
import { concatenate, dot, merge } from './merges.js';
import { batchNorm, groupNorm, layerNorm, rmsNorm, unitNorm } from './norms.js';
import { timeDistributed } from './over-time.js';
import {
  centerCrop,
  cropping,
  globalPool,
  normalization,
  pool,
  repeated,
  rescaling,
  resizing,
  upSampling,
  zeroPadding,
} from './pools.js';
import { bidirectional, convolutional, recurrent } from './recurrent.js';
import { dropout, flatten, identity, lambda, masking, permute, reshape } from './shapes.js';

const LAYERS: ReadonlyMap<string, Builder> = new Map<string, Builder>([
  ...[1, 2, 3].flatMap((axes): [string, Builder][] => [
    [`Conv${axes}D`, convolution(axes)],
    [`Convolution${axes}D`, convolution(axes)],
    [`Conv${axes}DTranspose`, transposed(axes)],
    [`Convolution${axes}DTranspose`, transposed(axes)],
    [`DepthwiseConv${axes}D`, depthwise(axes)],
    [`SeparableConv${axes}D`, separable(axes)],
    [`SeparableConvolution${axes}D`, separable(axes)],
    [`MaxPooling${axes}D`, pool('maxpool', axes)],
    [`MaxPool${axes}D`, pool('maxpool', axes)],
    [`AveragePooling${axes}D`, pool('avgpool', axes)],
    [`AvgPool${axes}D`, pool('avgpool', axes)],
    [`GlobalAveragePooling${axes}D`, globalPool('gap')],
    [`GlobalAvgPool${axes}D`, globalPool('gap')],
    [`GlobalMaxPooling${axes}D`, globalPool('gmp')],
    [`GlobalMaxPool${axes}D`, globalPool('gmp')],
    [`ZeroPadding${axes}D`, zeroPadding(axes)],
    [`Cropping${axes}D`, cropping(axes)],
    [`UpSampling${axes}D`, upSampling(axes)],
    [`SpatialDropout${axes}D`, dropout],
    [`ConvLSTM${axes}D`, convolutional],
  ]),
  ['Dense', dense],
  ['Embedding', embedding],
  ['EinsumDense', einsum],
  ['BatchNormalization', batchNorm],
  ['BatchNormalizationV1', batchNorm],
  ['BatchNormalizationV2', batchNorm],
  ['SyncBatchNormalization', batchNorm],
  ['LayerNormalization', layerNorm],
  ['GroupNormalization', groupNorm],
  ['RMSNormalization', rmsNorm],
  ['UnitNormalization', unitNorm],
  ['Normalization', normalization],
  ['Rescaling', rescaling],
  ['Resizing', resizing],
  ['CenterCrop', centerCrop],
  ['Activation', (call) => activated(call, call.input, '')],
  ['ReLU', relu],
  ['LeakyReLU', leakyRelu],
  ['ELU', elu],
  ['PReLU', prelu],
  ['ThresholdedReLU', thresholdedRelu],
  ['Softmax', softmax],
  ['Flatten', flatten],
  ['Reshape', reshape],
  ['Permute', permute],
  ['RepeatVector', repeated],
  ['Masking', masking],
  ['Lambda', lambda],
  ['Dropout', dropout],
  ['AlphaDropout', dropout],
  ['GaussianDropout', identity],
  ['GaussianNoise', identity],
  ['ActivityRegularization', identity],
  ['Identity', identity],
  ...[
    'Flip',
    'Rotation',
    'Zoom',
    'Translation',
    'Contrast',
    'Brightness',
    'Hue',
    'Saturation',
    'Grayscale',
    'Shear',
  ].map((change): [string, Builder] => [`Random${change}`, identity]),
  ['Add', merge('add')],
  ['Subtract', merge('sub')],
  ['Multiply', merge('mul')],
  ['Average', merge('average')],
  ['Maximum', merge('maximum')],
  ['Minimum', merge('minimum')],
  ['Concatenate', concatenate],
  ['Dot', dot],
  ['LSTM', recurrent],
  ['GRU', recurrent],
  ['SimpleRNN', recurrent],
  ['CuDNNLSTM', recurrent],
  ['CuDNNGRU', recurrent],
  ['RNN', recurrent],
  ['Bidirectional', bidirectional],
  ['TimeDistributed', timeDistributed],
  ['MultiHeadAttention', multiHeadAttention],
  ['Attention', dotAttention],
  ...functions(merge, concatenate),
]);

/** Layers behind which a mask of steps still holds. */
const KEEP_MASK: ReadonlySet<string> = new Set([
  ...['Dense', 'Activation', 'ReLU', 'LeakyReLU', 'ELU', 'PReLU', 'Softmax', 'Masking', 'TimeDistributed'],
  ...['Dropout', 'SpatialDropout1D', 'AlphaDropout', 'GaussianDropout', 'GaussianNoise', 'Identity'],
  ...['BatchNormalization', 'LayerNormalization', 'LSTM', 'GRU', 'SimpleRNN', 'RNN', 'Bidirectional'],
  ...['Add', 'Subtract', 'Multiply', 'Average', 'Maximum', 'Minimum', 'Concatenate', 'MultiHeadAttention', 'Lambda'],
]);

/** Layers that leave masked steps out, and that have no row here which does. Recurrent ones look themselves. */
const READ_MASK: ReadonlySet<string> = new Set(['GlobalAveragePooling1D', 'GlobalAvgPool1D']);

/** Layers that read tensors by their names; the others are given one at most, a mask. */
const READ_NAMED: ReadonlySet<string> = new Set([
  'MultiHeadAttention',
  'Attention',
  'TFOpLambda',
  'Add',
  'Subtract',
  'Multiply',
]);

/** The rows of a layer of any class; of one that is not known, an opaque row. */
export const build: Builder = (given) => {
  const { className } = given.layer;
  const call = isValue(given.given.named.get('mask')) ? given.reading(masked(given.inputs)) : given;
  const isMasked = call.inputs.some((value) => value.masked);
  const made = refused(call, isMasked) ?? (LAYERS.get(className) ?? unknown)(call);
  const all: readonly Value[] = 'row' in made ? [made] : made;
  const keeps = isMasked && KEEP_MASK.has(className);
  return all.map((value) => ({
    ...value,
    masked: (keeps && value.order.length > 1) || (value.masked && SETS_MASK.has(className)),
  }));
};

const masked = (inputs: readonly Value[]): readonly Value[] => inputs.map((value) => ({ ...value, masked: true }));

const unknown: Builder = (call) =>
  call.opaque(call.layer.className ? 'it is no layer of Keras that is known here' : 'it does not say what it is');

/** What no row here does whatever the layer: reading masks, tensors that come by a name. */
const refused = (call: Call, isMasked: boolean): Value | undefined => {
  const { className } = call.layer;
  if (isMasked && READ_MASK.has(className))
    return call.opaque('steps that are left out by a mask are not known here', {
      params: 0,
      rf: 'global',
      sizes: call.sizes(call.input)?.slice(-1),
    });
  const { named, listed } = call.given;
  const others = [...named].filter(
    ([name, value]) => name !== 'mask' && isValue(value) && !call.inputs.includes(value),
  );
  const strange = others.length > 0 || (listed.length > 0 && !READ_STATES.test(className));
  return strange && !READ_NAMED.has(className)
    ? call.opaque(`it reads ${others[0]?.[0] ?? 'tensors'} besides, which is not known here`)
    : undefined;
};

const READ_STATES = /^(?:LSTM|GRU|SimpleRNN|RNN|Bidirectional|CuDNN\w+)$/;

const SETS_MASK: ReadonlySet<string> = new Set(['Embedding', 'Masking']);
