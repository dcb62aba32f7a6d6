// Caffe's layers by their types, in small letters and without `_`, so that CONVOLUTION and "Convolution" are one.

import {
  argMax,
  detectionOutput,
  positionPool,
  priorBox,
  proposal,
  pyramid,
  python,
  regionPool,
  threshold,
} from './detection.js';
import { type Layer, UNKNOWN } from './layer.js';
import type { Definition } from './net.js';
import { pooling, upsample } from './pools.js';
import {
  axpy,
  concat,
  crop,
  eltwise,
  flatten,
  interp,
  permute,
  reduction,
  reshape,
  slice,
  softmax,
  tile,
} from './shapes.js';
import { clip, exp, log, power, relu, swish } from './values.js';
import {
  batchNorm,
  bias,
  convolution,
  deconvolution,
  depthwise,
  embed,
  innerProduct,
  meanVariance,
  normalize,
  ownBatchNorm,
  prelu,
  recurrent,
  responseNorm,
  scale,
} from './weighted.js';

/** Gives the row of its top, or those of its tops in order. */
type Rows = (layer: Layer) => number | readonly number[];

const plain =
  (kind: string): Rows =>
  (layer) =>
    layer.add(kind, {}, { reads: layer.bottoms.slice(0, 1) });

/** Passes what it reads on under other names: no row. */
const passed: Rows = (layer) => layer.definition.tops.map(() => layer.bottoms[0] ?? UNKNOWN);

export const ROWS: ReadonlyMap<string, Rows> = new Map(
  Object.entries<Rows>({
    convolution,
    deconvolution,
    convolutiondepthwise: depthwise,
    depthwiseconvolution: depthwise,
    innerproduct: innerProduct,
    embed,
    batchnorm: batchNorm,
    bn: ownBatchNorm,
    scale,
    bias,
    prelu,
    normalize,
    mvn: meanVariance,
    lrn: responseNorm,
    lstm: recurrent(4, false),
    rnn: recurrent(1, true),
    parameter: (layer) =>
      layer.add(
        'parameter',
        { shape: layer.param('parameter_param').within('shape').wholes('dim') },
        { reads: [], learns: layer.definition },
      ),
    pooling,
    upsample,
    eltwise,
    axpy,
    concat,
    slice,
    split: passed,
    flatten,
    reshape,
    permute,
    crop,
    interp,
    tile,
    reduction,
    shufflechannel: (layer) => layer.add('shuffle', { groups: layer.param('shuffle_channel_param').whole('group', 1) }),
    softmax,
    // A loss at test time: what it would compare is what a deployed network gives.
    softmaxwithloss: softmax,
    softmaxloss: softmax,
    sigmoidcrossentropyloss: plain('sigmoid'),
    relu,
    relu6: plain('relu6'),
    sigmoid: plain('sigmoid'),
    tanh: plain('tanh'),
    absval: plain('abs'),
    bnll: plain('softplus'),
    mish: plain('mish'),
    selu: plain('selu'),
    elu: (layer) => layer.add('elu', { alpha: layer.param('elu_param').real('alpha', 1) }),
    swish,
    power,
    exp,
    log,
    clip,
    threshold,
    dropout: (layer) => layer.add('dropout', { rate: layer.param('dropout_param').real('dropout_ratio', 0.5) }),
    priorbox: priorBox,
    detectionoutput: detectionOutput,
    proposal,
    python,
    roipooling: regionPool('roi_pooling_param'),
    roialign: regionPool('roi_align_param'),
    psroipooling: positionPool,
    argmax: argMax,
    spp: pyramid,
  }),
);

const SILENT: ReadonlySet<string> = new Set(['accuracy', 'silence', 'hdf5output', 'detectionevaluate']);

/** Layers that only compare or write down: at test time the network ends before them. */
export const isLeftOut = ({ type, fields }: Definition): boolean =>
  type === 'python'
    ? fields.has('loss_weight')
    : !ROWS.has(type) && (SILENT.has(type) || type.endsWith('loss') || type.endsWith('accuracy'));

/** Of a loss the first blob is the network's; what it is compared with is none of it. */
export const readsFirstOnly = (type: string): boolean => type.endsWith('loss');
