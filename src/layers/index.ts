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

/** By name what each kind is, and its aliases; behind them the options of all. */
export const layers = registry(
  {
    abs: [abs],
    adaptiveavgpool: [adaptiveavgpool],
    adaptivemaxpool: [adaptivemaxpool],
    add: [add],
    attention: [attention],
    average: [average],
    avgpool: [avgpool],
    batchnorm: [batchnorm, 'bn'],
    biasadd: [biasadd],
    celu: [celu],
    circularpad: [circularpad],
    clip: [clip, 'clamp'],
    concat: [concat],
    conv: [conv],
    convtranspose: [convtranspose, 'deconv'],
    crop: [crop],
    depthwise: [depthwise, 'dw'],
    div: [div],
    dropout: [dropout],
    droppath: [droppath],
    elu: [elu],
    embedding: [embedding],
    exp: [exp],
    fc: [fc, 'dense', 'linear'],
    flatten: [flatten],
    gap: [gap],
    gelu: [gelu],
    glu: [glu],
    gmp: [gmp],
    groupnorm: [groupnorm, 'gn'],
    gru: [gru],
    hardshrink: [hardshrink],
    hardsigmoid: [hardsigmoid],
    hardswish: [hardswish],
    hardtanh: [hardtanh],
    identity: [identity],
    instancenorm: [instancenorm, 'in'],
    layernorm: [layernorm, 'ln'],
    layerscale: [layerscale],
    leakyrelu: [leakyrelu],
    log: [log],
    logsigmoid: [logsigmoid],
    logsoftmax: [logsoftmax],
    lrn: [lrn],
    lstm: [lstm],
    matmul: [matmul],
    maximum: [maximum],
    maxpool: [maxpool],
    minimum: [minimum],
    mish: [mish],
    mul: [mul],
    neg: [neg],
    opaque: [opaque],
    parameter: [parameter],
    permute: [permute],
    pixelshuffle: [pixelshuffle],
    pixelunshuffle: [pixelunshuffle],
    plus: [plus],
    pow: [pow],
    prelu: [prelu],
    reduce: [reduce],
    reflectpad: [reflectpad],
    relu: [relu],
    relu6: [relu6],
    replicatepad: [replicatepad],
    reshape: [reshape],
    rmsnorm: [rmsnorm],
    rnn: [rnn],
    se: [se],
    selu: [selu],
    separable: [separable],
    shuffle: [shuffle],
    sigmoid: [sigmoid],
    silu: [silu, 'swish'],
    slice: [slice],
    softmax: [softmax],
    softplus: [softplus],
    softshrink: [softshrink],
    softsign: [softsign],
    sqrt: [sqrt],
    sub: [sub],
    take: [take],
    tanh: [tanh],
    threshold: [threshold],
    times: [times],
    unpool: [unpool],
    upsample: [upsample],
    zeropad: [zeropad],
  },
  [
    'act',
    'addends',
    'affine',
    'align_corners',
    'alpha',
    'amount',
    'approximate',
    'axis',
    'beta',
    'bias',
    'biases',
    'bidirectional',
    'by',
    'ceil',
    'channels',
    'coordinates',
    'count_include_pad',
    'cubic',
    'dilation',
    'dim',
    'divisor',
    'eps',
    'exclude_outside',
    'exponent',
    'factor',
    'factors',
    'filters',
    'fixed',
    'gate',
    'groups',
    'heads',
    'high',
    'index',
    'init',
    'k',
    'keepdims',
    'kernel',
    'lambda',
    'layers',
    'lean',
    'limit',
    'low',
    'macs',
    'mode',
    'momentum',
    'multiplier',
    'nonlinearity',
    'operation',
    'order',
    'out',
    'output',
    'output_padding',
    'over',
    'padding',
    'params',
    'per',
    'qkv_bias',
    'rate',
    'reduction',
    'returns',
    'rf',
    'rounding',
    'scale',
    'shape',
    'shift',
    'size',
    'slope',
    'slopes',
    'start',
    'stride',
    'to',
    'transpose',
    'units',
    'value',
    'weight_norm',
    'wide',
    'words',
  ],
);
