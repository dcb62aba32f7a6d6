// Generated from the files of this folder by `npm test`. Do not edit.

import { registry } from '../core/layer.js';
import adaptiveavgpool from './adaptiveavgpool.js';
import adaptivemaxpool from './adaptivemaxpool.js';
import add from './add.js';
import average from './average.js';
import avgpool from './avgpool.js';
import batchnorm from './batchnorm.js';
import celu from './celu.js';
import circularpad from './circularpad.js';
import concat from './concat.js';
import conv from './conv.js';
import convtranspose from './convtranspose.js';
import crop from './crop.js';
import depthwise from './depthwise.js';
import dropout from './dropout.js';
import droppath from './droppath.js';
import elu from './elu.js';
import embedding from './embedding.js';
import fc from './fc.js';
import flatten from './flatten.js';
import gap from './gap.js';
import gelu from './gelu.js';
import gmp from './gmp.js';
import groupnorm from './groupnorm.js';
import gru from './gru.js';
import hardsigmoid from './hardsigmoid.js';
import hardswish from './hardswish.js';
import hardtanh from './hardtanh.js';
import identity from './identity.js';
import instancenorm from './instancenorm.js';
import layernorm from './layernorm.js';
import layerscale from './layerscale.js';
import leakyrelu from './leakyrelu.js';
import logsoftmax from './logsoftmax.js';
import lrn from './lrn.js';
import lstm from './lstm.js';
import maximum from './maximum.js';
import maxpool from './maxpool.js';
import mish from './mish.js';
import mul from './mul.js';
import opaque from './opaque.js';
import parameter from './parameter.js';
import permute from './permute.js';
import pixelshuffle from './pixelshuffle.js';
import pixelunshuffle from './pixelunshuffle.js';
import prelu from './prelu.js';
import reflectpad from './reflectpad.js';
import relu from './relu.js';
import relu6 from './relu6.js';
import replicatepad from './replicatepad.js';
import reshape from './reshape.js';
import rmsnorm from './rmsnorm.js';
import rnn from './rnn.js';
import se from './se.js';
import selu from './selu.js';
import separable from './separable.js';
import shuffle from './shuffle.js';
import sigmoid from './sigmoid.js';
import silu from './silu.js';
import slice from './slice.js';
import softmax from './softmax.js';
import softplus from './softplus.js';
import softsign from './softsign.js';
import tanh from './tanh.js';
import upsample from './upsample.js';
import zeropad from './zeropad.js';

export const layers = registry({
  adaptiveavgpool,
  adaptivemaxpool,
  add,
  average,
  avgpool,
  batchnorm,
  celu,
  circularpad,
  concat,
  conv,
  convtranspose,
  crop,
  depthwise,
  dropout,
  droppath,
  elu,
  embedding,
  fc,
  flatten,
  gap,
  gelu,
  gmp,
  groupnorm,
  gru,
  hardsigmoid,
  hardswish,
  hardtanh,
  identity,
  instancenorm,
  layernorm,
  layerscale,
  leakyrelu,
  logsoftmax,
  lrn,
  lstm,
  maximum,
  maxpool,
  mish,
  mul,
  opaque,
  parameter,
  permute,
  pixelshuffle,
  pixelunshuffle,
  prelu,
  reflectpad,
  relu,
  relu6,
  replicatepad,
  reshape,
  rmsnorm,
  rnn,
  se,
  selu,
  separable,
  shuffle,
  sigmoid,
  silu,
  slice,
  softmax,
  softplus,
  softsign,
  tanh,
  upsample,
  zeropad,
});
