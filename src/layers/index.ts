// Generated from the files of this folder by `npm test`. Do not edit.

import { registry } from '../core/layer.js';
import abs from './abs.js';
import adaptiveavgpool from './adaptiveavgpool.js';
import adaptivemaxpool from './adaptivemaxpool.js';
import add from './add.js';
import attention from './attention.js';
import average from './average.js';
import avgpool from './avgpool.js';
import batchnorm from './batchnorm.js';
import biasadd from './biasadd.js';
import celu from './celu.js';
import circularpad from './circularpad.js';
import clip from './clip.js';
import concat from './concat.js';
import conv from './conv.js';
import convtranspose from './convtranspose.js';
import crop from './crop.js';
import depthwise from './depthwise.js';
import div from './div.js';
import dropout from './dropout.js';
import droppath from './droppath.js';
import elu from './elu.js';
import embedding from './embedding.js';
import exp from './exp.js';
import fc from './fc.js';
import flatten from './flatten.js';
import gap from './gap.js';
import gelu from './gelu.js';
import glu from './glu.js';
import gmp from './gmp.js';
import groupnorm from './groupnorm.js';
import gru from './gru.js';
import hardshrink from './hardshrink.js';
import hardsigmoid from './hardsigmoid.js';
import hardswish from './hardswish.js';
import hardtanh from './hardtanh.js';
import identity from './identity.js';
import instancenorm from './instancenorm.js';
import layernorm from './layernorm.js';
import layerscale from './layerscale.js';
import leakyrelu from './leakyrelu.js';
import log from './log.js';
import logsigmoid from './logsigmoid.js';
import logsoftmax from './logsoftmax.js';
import lrn from './lrn.js';
import lstm from './lstm.js';
import matmul from './matmul.js';
import maximum from './maximum.js';
import maxpool from './maxpool.js';
import minimum from './minimum.js';
import mish from './mish.js';
import mul from './mul.js';
import neg from './neg.js';
import opaque from './opaque.js';
import parameter from './parameter.js';
import permute from './permute.js';
import pixelshuffle from './pixelshuffle.js';
import pixelunshuffle from './pixelunshuffle.js';
import plus from './plus.js';
import pow from './pow.js';
import prelu from './prelu.js';
import reduce from './reduce.js';
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
import softshrink from './softshrink.js';
import softsign from './softsign.js';
import sqrt from './sqrt.js';
import sub from './sub.js';
import take from './take.js';
import tanh from './tanh.js';
import threshold from './threshold.js';
import times from './times.js';
import unpool from './unpool.js';
import upsample from './upsample.js';
import zeropad from './zeropad.js';

export const layers = registry({
  abs,
  adaptiveavgpool,
  adaptivemaxpool,
  add,
  attention,
  average,
  avgpool,
  batchnorm,
  biasadd,
  celu,
  circularpad,
  clip,
  concat,
  conv,
  convtranspose,
  crop,
  depthwise,
  div,
  dropout,
  droppath,
  elu,
  embedding,
  exp,
  fc,
  flatten,
  gap,
  gelu,
  glu,
  gmp,
  groupnorm,
  gru,
  hardshrink,
  hardsigmoid,
  hardswish,
  hardtanh,
  identity,
  instancenorm,
  layernorm,
  layerscale,
  leakyrelu,
  log,
  logsigmoid,
  logsoftmax,
  lrn,
  lstm,
  matmul,
  maximum,
  maxpool,
  minimum,
  mish,
  mul,
  neg,
  opaque,
  parameter,
  permute,
  pixelshuffle,
  pixelunshuffle,
  plus,
  pow,
  prelu,
  reduce,
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
  softshrink,
  softsign,
  sqrt,
  sub,
  take,
  tanh,
  threshold,
  times,
  unpool,
  upsample,
  zeropad,
});
