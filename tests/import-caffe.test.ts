// Caffe: .prototxt files as networks. Networks that everybody knows are written here in a few lines, and have the figures that everybody knows.

import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readCaffe } from '../src/import/caffe.js';
import type { ParseOptions } from '../src/lang/file.js';
import { run } from './fake-io.js';
import { broken, findingsOf, imported, keepPromises, rowsOf } from './imported-text.js';
import { npyOf } from './tensor-files.js';

const fixtures = new URL('fixtures/import/caffe/', import.meta.url);
const text = (name: string): string => readFileSync(new URL(name, fixtures), 'utf8');

const net = (body: string, input?: string, most: ParseOptions['most'] = {}) =>
  imported(readCaffe, body, input === undefined ? { most } : { input, most });

const data = (sizes: string, name = 'data'): string =>
  `layer { name: "${name}" type: "Input" top: "${name}" input_param { shape { ${sizes
    .split('x')
    .map((n) => `dim: ${n}`)
    .join(' ')} } } }`;

/** `layer('conv1', 'Convolution', 'data > conv1', 'convolution_param { … }')`, from blobs to blobs. */
const layer = (name: string, type: string, blobs: string, param = ''): string => {
  const [bottoms = '', tops = ''] = blobs.split('>');
  const words = (list: string, key: string) =>
    list
      .split(' ')
      .filter((word) => word !== '')
      .map((word) => `${key}: "${word}" `)
      .join('');
  return `layer { name: "${name}" type: "${type}" ${words(bottoms, 'bottom')}${words(tops, 'top')}${param} }`;
};

const conv = (name: string, from: string, filters: number, kernel: number, more = ''): string =>
  layer(
    name,
    'Convolution',
    `${from}>${name}`,
    `convolution_param { num_output: ${filters} kernel_size: ${kernel} ${more} }`,
  );
const relu = (blob: string): string => layer(`${blob}_relu`, 'ReLU', `${blob}>${blob}`);
const pool = (name: string, from: string, kernel: number, more = '', method = 'MAX'): string =>
  layer(name, 'Pooling', `${from}>${name}`, `pooling_param { pool: ${method} kernel_size: ${kernel} ${more} }`);
const dense = (name: string, from: string, units: number): string =>
  layer(name, 'InnerProduct', `${from}>${name}`, `inner_product_param { num_output: ${units} }`);
const lrn = (name: string, from: string): string =>
  layer(name, 'LRN', `${from}>${name}`, 'lrn_param { local_size: 5 alpha: 0.0001 beta: 0.75 }');

const alexnet = [
  data('10x3x227x227'),
  conv('conv1', 'data', 96, 11, 'stride: 4'),
  relu('conv1'),
  lrn('norm1', 'conv1'),
  pool('pool1', 'norm1', 3, 'stride: 2'),
  conv('conv2', 'pool1', 256, 5, 'pad: 2 group: 2'),
  relu('conv2'),
  lrn('norm2', 'conv2'),
  pool('pool2', 'norm2', 3, 'stride: 2'),
  conv('conv3', 'pool2', 384, 3, 'pad: 1'),
  conv('conv4', 'conv3', 384, 3, 'pad: 1 group: 2'),
  conv('conv5', 'conv4', 256, 3, 'pad: 1 group: 2'),
  pool('pool5', 'conv5', 3, 'stride: 2'),
  dense('fc6', 'pool5', 4096),
  layer('drop6', 'Dropout', 'fc6>fc6', 'dropout_param { dropout_ratio: 0.5 }'),
  dense('fc7', 'fc6', 4096),
  dense('fc8', 'fc7', 1000),
  layer('prob', 'Softmax', 'fc8>prob'),
].join('\n');

/** The nine inception modules: filters of the 1x1, before the 3x3, of it, before the 5x5, of it, behind the pool. */
const MODULES: Readonly<Record<string, readonly [number, number, number, number, number, number]>> = {
  '3a': [64, 96, 128, 16, 32, 32],
  '3b': [128, 128, 192, 32, 96, 64],
  '4a': [192, 96, 208, 16, 48, 64],
  '4b': [160, 112, 224, 24, 64, 64],
  '4c': [128, 128, 256, 24, 64, 64],
  '4d': [112, 144, 288, 32, 64, 64],
  '4e': [256, 160, 320, 32, 128, 128],
  '5a': [256, 160, 320, 32, 128, 128],
  '5b': [384, 192, 384, 48, 128, 128],
};

const inception = (name: string, from: string): string => {
  const [one, before3, three, before5, five, pooled] = MODULES[name] ?? [1, 1, 1, 1, 1, 1];
  const own = (part: string) => `${name}/${part}`;
  return [
    conv(own('1x1'), from, one, 1),
    conv(own('3x3_reduce'), from, before3, 1),
    conv(own('3x3'), own('3x3_reduce'), three, 3, 'pad: 1'),
    conv(own('5x5_reduce'), from, before5, 1),
    conv(own('5x5'), own('5x5_reduce'), five, 5, 'pad: 2'),
    pool(own('pool'), from, 3, 'stride: 1 pad: 1'),
    conv(own('pool_proj'), own('pool'), pooled, 1),
    layer(own('output'), 'Concat', `${own('1x1')} ${own('3x3')} ${own('5x5')} ${own('pool_proj')}>${own('output')}`),
  ].join('\n');
};

const head = (name: string, from: string): string =>
  [
    pool(`${name}/pool`, from, 5, 'stride: 3', 'AVE'),
    conv(`${name}/conv`, `${name}/pool`, 128, 1),
    dense(`${name}/fc`, `${name}/conv`, 1024),
    dense(`${name}/classifier`, `${name}/fc`, 1000),
    layer(`${name}/loss`, 'SoftmaxWithLoss', `${name}/classifier label>${name}/loss`, 'loss_weight: 0.3'),
  ].join('\n');

const googlenet = (heads: boolean): string =>
  [
    data('10x3x224x224'),
    conv('conv1', 'data', 64, 7, 'pad: 3 stride: 2'),
    pool('pool1', 'conv1', 3, 'stride: 2'),
    lrn('norm1', 'pool1'),
    conv('conv2_reduce', 'norm1', 64, 1),
    conv('conv2', 'conv2_reduce', 192, 3, 'pad: 1'),
    lrn('norm2', 'conv2'),
    pool('pool2', 'norm2', 3, 'stride: 2'),
    inception('3a', 'pool2'),
    inception('3b', '3a/output'),
    pool('pool3', '3b/output', 3, 'stride: 2'),
    inception('4a', 'pool3'),
    ...(heads ? [head('loss1', '4a/output')] : []),
    ...['b', 'c', 'd'].map((at, i) => inception(`4${at}`, `4${'abc'[i]}/output`)),
    ...(heads ? [head('loss2', '4d/output')] : []),
    inception('4e', '4d/output'),
    pool('pool4', '4e/output', 3, 'stride: 2'),
    inception('5a', 'pool4'),
    inception('5b', '5a/output'),
    pool('pool5', '5b/output', 7, 'stride: 1', 'AVE'),
    dense('classifier', 'pool5', 1000),
    layer('prob', 'Softmax', 'classifier>prob'),
  ].join('\n');

/** A convolution without bias, BatchNorm and Scale in place. */
const normed = (name: string, from: string, filters: number, kernel: number, more: string): string =>
  [
    conv(name, from, filters, kernel, `${more} bias_term: false`),
    layer(`bn_${name}`, 'BatchNorm', `${name}>${name}`, 'batch_norm_param { use_global_stats: true }'),
    layer(`scale_${name}`, 'Scale', `${name}>${name}`, 'scale_param { bias_term: true }'),
  ].join('\n');

const resnet50 = (): string => {
  let from = 'pool1';
  const blocks = [3, 4, 6, 3].flatMap((n, stage) =>
    Array.from({ length: n }, (_, i) => {
      const name = `res${stage + 2}${'abcdef'[i]}`;
      const filters = 64 * 2 ** stage;
      const stride = i === 0 && stage > 0 ? 'stride: 2' : '';
      const text = [
        ...(i === 0 ? [normed(`${name}_branch1`, from, 4 * filters, 1, stride)] : []),
        normed(`${name}_branch2a`, from, filters, 1, stride),
        relu(`${name}_branch2a`),
        normed(`${name}_branch2b`, `${name}_branch2a`, filters, 3, 'pad: 1'),
        normed(`${name}_branch2c`, `${name}_branch2b`, 4 * filters, 1, ''),
        layer(name, 'Eltwise', `${i === 0 ? `${name}_branch1` : from} ${name}_branch2c>${name}`),
        relu(name),
      ].join('\n');
      from = name;
      return text;
    }),
  );
  return [
    data('1x3x224x224'),
    normed('conv1', 'data', 64, 7, 'pad: 3 stride: 2'),
    pool('pool1', 'conv1', 3, 'stride: 2'),
    ...blocks,
    pool('pool5', from, 7, 'stride: 1', 'AVE'),
    dense('fc1000', 'pool5', 1000),
    layer('prob', 'Softmax', 'fc1000>prob'),
  ].join('\n');
};

const vgg16 = [
  data('1x3x224x224'),
  ...[2, 2, 3, 3, 3].flatMap((n, stage) => [
    ...Array.from({ length: n }, (_, i) =>
      conv(
        `conv${stage + 1}_${i + 1}`,
        i > 0 ? `conv${stage + 1}_${i}` : stage > 0 ? `pool${stage}` : 'data',
        Math.min(512, 64 * 2 ** stage),
        3,
        'pad: 1',
      ),
    ),
    pool(`pool${stage + 1}`, `conv${stage + 1}_${n}`, 2, 'stride: 2'),
  ]),
  dense('fc6', 'pool5', 4096),
  dense('fc7', 'fc6', 4096),
  dense('fc8', 'fc7', 1000),
].join('\n');

const squeezenet = (() => {
  const fire = (name: string, from: string, squeeze: number, expand: number): string =>
    [
      conv(`${name}/squeeze`, from, squeeze, 1),
      conv(`${name}/1x1`, `${name}/squeeze`, expand, 1),
      conv(`${name}/3x3`, `${name}/squeeze`, expand, 3, 'pad: 1'),
      layer(`${name}/concat`, 'Concat', `${name}/1x1 ${name}/3x3>${name}`),
    ].join('\n');
  return [
    data('1x3x227x227'),
    conv('conv1', 'data', 96, 7, 'stride: 2'),
    pool('pool1', 'conv1', 3, 'stride: 2'),
    fire('fire2', 'pool1', 16, 64),
    fire('fire3', 'fire2', 16, 64),
    fire('fire4', 'fire3', 32, 128),
    pool('pool4', 'fire4', 3, 'stride: 2'),
    fire('fire5', 'pool4', 32, 128),
    fire('fire6', 'fire5', 48, 192),
    fire('fire7', 'fire6', 48, 192),
    fire('fire8', 'fire7', 64, 256),
    pool('pool8', 'fire8', 3, 'stride: 2'),
    fire('fire9', 'pool8', 64, 256),
    conv('conv10', 'fire9', 1000, 1, 'pad: 1'),
    layer('pool10', 'Pooling', 'conv10>pool10', 'pooling_param { pool: AVE global_pooling: true }'),
    layer('prob', 'Softmax', 'pool10>prob'),
  ].join('\n');
})();

describe('whole networks', () => {
  it.each<readonly [name: string, text: string, params: number, macs: number, outputs: number]>([
    ['AlexNet', alexnet, 60_965_224, 724_406_816, 1],
    ['GoogLeNet', googlenet(false), 6_998_552, 1_582_671_872, 1],
    ['GoogLeNet with its heads', googlenet(true), 13_378_280, 1_591_044_096, 3],
    ['ResNet-50', resnet50(), 25_557_032, 3_857_973_248, 1],
    ['VGG-16', vgg16, 138_357_544, 15_470_264_320, 1],
    ['SqueezeNet', squeezenet, 1_248_424, 861_339_936, 1],
  ])('%s', (_, text, params, macs, outputs) => {
    const { analysis } = net(text);
    expect(findingsOf(analysis)).toEqual([]);
    expect(analysis.totals).toMatchObject({ params, macs });
    expect(analysis.graph.outputs.length).toBe(outputs);
  });

  it('LeNet, in both phases and both ways of writing', () => {
    const rows = [
      'conv1 conv 20x24x24 520',
      'pool1 maxpool 20x12x12 0',
      'conv2 conv 50x8x8 25050',
      'pool2 maxpool 50x4x4 0',
      'ip1 fc 500 400500',
      'relu1 relu 500 0',
      'ip2 fc 10 5010',
      'loss softmax 10 0',
    ];
    expect(rowsOf(net(text('lenet.prototxt'), '1x28x28').analysis)).toEqual(rows);
    expect(rowsOf(net(text('old.prototxt')).analysis)).toEqual(rows);
    expect(net(text('old.prototxt')).analysis.graph.name).toBe('LeNet');
  });

  it('asks how large pictures are where the data say it', () => {
    expect(findingsOf(net(text('lenet.prototxt')).analysis)).toEqual(['import/open-size 14:9']);
  });
});

describe('layers', () => {
  const rows = (...layers: readonly string[]): readonly string[] =>
    rowsOf(net([data('2x4x8x12'), ...layers].join('\n')).analysis);

  it.each<readonly [name: string, layers: readonly string[], rows: readonly string[]]>([
    [
      'convolutions: sizes for each axis, dilation, as many groups as channels',
      [
        layer(
          'a',
          'Convolution',
          'data>a',
          'convolution_param { num_output: 6 kernel_h: 3 kernel_w: 5 pad_h: 1 pad_w: 2 stride_w: 2 stride_h: 1 }',
        ),
        layer(
          'b',
          'Convolution',
          'a>b',
          'convolution_param { num_output: 6 kernel_size: 3 dilation: 2 group: 3 bias_term: false }',
        ),
        layer('c', 'ConvolutionDepthwise', 'b>c', 'convolution_param { num_output: 6 kernel_size: 3 pad: 1 }'),
        layer('d', 'Deconvolution', 'c>d', 'convolution_param { num_output: 2 kernel_size: 4 stride: 2 pad: 1 }'),
      ],
      ['a conv 6x8x6 366', 'b conv 6x4x2 108', 'c conv 6x4x2 60', 'd convtranspose 2x8x4 194'],
    ],
    [
      'pools round up, and drop what starts in the padding',
      [
        pool('a', 'data', 3, 'stride: 2'),
        pool('b', 'data', 3, 'stride: 2 pad: 1', 'AVE'),
        pool('c', 'data', 3, 'stride: 2 round_mode: FLOOR'),
        pool('d', 'data', 2, 'stride: 2 pad: 1'),
      ],
      ['a maxpool 4x4x6 0', 'b avgpool 4x5x7 0', 'c maxpool 4x3x5 0', 'd maxpool 4x5x7 0'],
    ],
    [
      'pools that no window here does, and of everything',
      [
        pool('a', 'data', 1, 'stride: 7'),
        pool('b', 'data', 3, 'pad: 2'),
        pool('c', 'data', 2, '', 'STOCHASTIC'),
        layer('d', 'Pooling', 'data>d', 'pooling_param { pool: MAX global_pooling: true }'),
      ],
      ['a opaque 4x2x3 0', 'b opaque 4x10x14 0', 'c opaque 4x7x11 0', 'd gmp 4x1x1 0'],
    ],
    [
      'batch normalisation learns what the Scale behind it learns',
      [
        layer('a', 'BatchNorm', 'data>a'),
        layer('a2', 'Scale', 'a>a', 'scale_param { bias_term: true }'),
        layer('b', 'BatchNorm', 'a>b', 'batch_norm_param { eps: 0.001 }'),
        layer('c', 'BatchNorm', 'b>c'),
        layer('c2', 'Scale', 'c>c2'),
        layer('d', 'Scale', 'c2>d', 'scale_param { bias_term: true }'),
        layer('e', 'Bias', 'd>e'),
      ],
      [
        'a batchnorm 4x8x12 8',
        'b batchnorm 4x8x12 0',
        'c batchnorm 4x8x12 4',
        'd.factor layerscale 4x8x12 4',
        'd biasadd 4x8x12 4',
        'e biasadd 4x8x12 4',
      ],
    ],
    [
      'batch normalisation that others read as well keeps its Scale apart',
      [layer('a', 'BatchNorm', 'data>a'), layer('s', 'Scale', 'a>s'), layer('t', 'Eltwise', 'a s>t')],
      ['a batchnorm 4x8x12 0', 's layerscale 4x8x12 4', 't add 4x8x12 0'],
    ],
    [
      'sums, products, what is larger; two things in one',
      [
        conv('a', 'data', 4, 1),
        layer('b', 'Eltwise', 'data a>b', 'eltwise_param { operation: SUM coeff: 1 coeff: -1 }'),
        layer('c', 'Eltwise', 'data a b>c', 'eltwise_param { coeff: 0.5 coeff: 1 coeff: 1 }'),
        layer('d', 'Eltwise', 'b c>d', 'eltwise_param { operation: PROD }'),
        layer('e', 'Eltwise', 'd c>e', 'eltwise_param { operation: MAX }'),
        layer('g', 'Pooling', 'e>g', 'pooling_param { pool: AVE global_pooling: true }'),
        layer('f', 'Axpy', 'g e d>f'),
      ],
      [
        'a conv 4x8x12 20',
        'b sub 4x8x12 0',
        'c.factor1 times 4x8x12 0',
        'c add 4x8x12 0',
        'd mul 4x8x12 0',
        'e maximum 4x8x12 0',
        'g gap 4x1x1 0',
        'f.scaled mul 4x8x12 0',
        'f add 4x8x12 0',
      ],
    ],
    [
      'one behind the other and apart, along any axis',
      [
        layer('s', 'Slice', 'data>s1 s2 s3', 'slice_param { slice_point: 1 slice_point: 3 }'),
        layer('h', 'Slice', 's2>h1 h2', 'slice_param { axis: -1 }'),
        layer('p', 'Split', 'h1>p1 p2'),
        layer('c', 'Concat', 's1 s3>c'),
        layer('d', 'Concat', 'p1 h2 p2>d', 'concat_param { axis: 3 }'),
      ],
      [
        's.s1 slice 1x8x12 0',
        's.s2 slice 2x8x12 0',
        's.s3 slice 1x8x12 0',
        'h.h1 slice 2x8x6 0',
        'h.h2 slice 2x8x6 0',
        'c concat 2x8x12 0',
        'd concat 2x8x18 0',
      ],
    ],
    [
      'other shapes: some axes into one, sizes that are what is left, axes in another order',
      [
        layer('a', 'Flatten', 'data>a'),
        layer('b', 'Flatten', 'data>b', 'flatten_param { axis: 2 }'),
        layer('c', 'Reshape', 'data>c', 'reshape_param { shape { dim: 0 dim: -1 dim: 6 } }'),
        layer('d', 'Reshape', 'data>d', 'reshape_param { axis: 2 shape { dim: 4 dim: 24 } }'),
        layer('e', 'Permute', 'data>e', 'permute_param { order: 0 order: 2 order: 3 order: 1 }'),
        layer('f', 'Tile', 'data>f', 'tile_param { axis: 2 tiles: 3 }'),
        layer('g', 'Reduction', 'data>g', 'reduction_param { operation: ASUM axis: 2 coeff: 0.5 }'),
      ],
      [
        'a flatten 384 0',
        'b reshape 4x96 0',
        'c reshape 64x6 0',
        'd reshape 4x4x24 0',
        'e permute 8x12x4 0',
        'f concat 4x24x12 0',
        'g.values abs 4x8x12 0',
        'g.reduced reduce 4x1x1 0',
        'g.factor times 4x1x1 0',
        'g reshape 4 0',
      ],
    ],
    [
      'cut to the size of another, and made larger',
      [
        pool('small', 'data', 2, 'stride: 2'),
        layer('a', 'Crop', 'data small>a', 'crop_param { axis: 2 offset: 1 offset: 2 }'),
        layer('b', 'Interp', 'small>b', 'interp_param { zoom_factor: 2 pad_beg: -1 }'),
        layer('c', 'Upsample', 'small>c', 'upsample_param { scale: 3 }'),
        layer('m', 'Pooling', 'data>m mask', 'pooling_param { kernel_size: 2 stride: 2 }'),
        layer('d', 'Upsample', 'm mask>d', 'upsample_param { scale: 2 }'),
      ],
      [
        'small maxpool 4x4x6 0',
        'a crop 4x4x6 0',
        'b.cut crop 4x3x5 0',
        'b upsample 4x5x9 0',
        'c upsample 4x12x18 0',
        'm maxpool 4x4x6 0',
        'd unpool 4x8x12 0',
      ],
    ],
    [
      'dense layers, of everything or of the last axis',
      [
        dense('a', 'data', 5),
        layer('b', 'InnerProduct', 'data>b', 'inner_product_param { num_output: 5 axis: 3 bias_term: false }'),
      ],
      ['a fc 5 1925', 'b.turned permute 12x4x8 0', 'b.product fc 5x4x8 60', 'b permute 4x8x5 0'],
    ],
    [
      'what bends values',
      [
        layer('a', 'ReLU', 'data>a', 'relu_param { negative_slope: 0.1 }'),
        layer('b', 'PReLU', 'a>b'),
        layer('c', 'PReLU', 'b>c', 'prelu_param { channel_shared: true }'),
        layer('d', 'Power', 'c>d', 'power_param { power: 2 scale: 0.5 shift: 1 }'),
        layer('e', 'Power', 'd>e'),
        layer('f', 'Exp', 'e>f', 'exp_param { base: 2 }'),
        layer('g', 'ELU', 'f>g', 'elu_param { alpha: 0.5 }'),
        layer('h', 'Threshold', 'g>h', 'threshold_param { threshold: 0.5 }'),
        layer('i', 'Softmax', 'h>i', 'softmax_param { axis: 2 }'),
      ],
      [
        'a leakyrelu 4x8x12 0',
        'b prelu 4x8x12 4',
        'c prelu 4x8x12 1',
        'd.scaled times 4x8x12 0',
        'd.shifted plus 4x8x12 0',
        'd pow 4x8x12 0',
        'e identity 4x8x12 0',
        'f.base times 4x8x12 0',
        'f exp 4x8x12 0',
        'g elu 4x8x12 0',
        'h opaque 4x8x12 0',
        'i softmax 4x8x12 0',
      ],
    ],
    [
      'detectors: boxes and regions have shapes',
      [
        layer(
          'a',
          'PriorBox',
          'data data>a',
          'prior_box_param { min_size: 30 max_size: 60 aspect_ratio: 2 flip: true }',
        ),
        layer('n', 'Normalize', 'data>n', 'norm_param { across_spatial: false channel_shared: false }'),
        layer('b', 'DetectionOutput', 'n n a>b', 'detection_output_param { keep_top_k: 200 }'),
        layer('rois', 'Python', 'data>rois', "python_param { module: 'rpn' layer: 'ProposalLayer' }"),
        layer('c', 'ROIPooling', 'data rois>c', 'roi_pooling_param { pooled_w: 7 pooled_h: 7 }'),
        dense('d', 'c', 3),
        layer('e', 'ShuffleChannel', 'c>e', 'shuffle_channel_param { group: 2 }'),
      ],
      [
        'a opaque 2x1536 0',
        'n.norm rmsnorm 4x8x12 4',
        'n times 4x8x12 0',
        'b opaque 1x200x7 0',
        'rois opaque 5 0',
        'c opaque 4x7x7 0',
        'd fc 3 591',
        'e shuffle 4x7x7 0',
      ],
    ],
    [
      'losses are what they compare, what they compare it with is no part of the network',
      [
        conv('a', 'data', 4, 1),
        layer('flat', 'Flatten', 'data>truth'),
        layer('flat2', 'Flatten', 'a>made'),
        layer('l', 'SigmoidCrossEntropyLoss', 'made truth>l'),
        layer('m', 'EuclideanLoss', 'made truth>m'),
        layer('q', 'Silence', 'made>'),
      ],
      ['a conv 4x8x12 20', 'flat2 flatten 384 0', 'l sigmoid 384 0'],
    ],
  ])('%s', (_, layers, expected) => expect(rows(...layers)).toEqual(expected));

  it('share weights under names, and leave those alone that do not learn', () => {
    const param = (first: string, second: string) => `param { name: "${first}" } param { name: "${second}" }`;
    const twin = (name: string, from: string, words: string) =>
      layer(name, 'Convolution', `${from}>${name}`, `${words} convolution_param { num_output: 4 kernel_size: 1 }`);
    const { analysis } = net(
      [
        data('1x4x8x8'),
        twin('a', 'data', param('w', 'b')),
        twin('a2', 'data', param('w', 'b')),
        twin('c', 'a', 'param { lr_mult: 0 } param { lr_mult: 0 }'),
        twin('d', 'a2', param('w', 'other')),
      ].join('\n'),
    );
    expect(analysis.totals).toMatchObject({ params: 60, trainable: 40 });
    expect(findingsOf(analysis)).toEqual(['import/unsupported 5:25']);
  });

  it.each([
    ['param { lr_mult: 0 } param { lr_mult: 0 }', 3],
    ['param { lr_mult: 0 }', 6],
    ['param { lr_mult: 1 } param { lr_mult: 0 }', 6],
    ['', 9],
  ])('factors and biases learn or not, each by its own param: %s', (words, trainable) => {
    const scale = layer('s', 'Scale', 'data>s', `${words} scale_param { bias_term: true }`);
    const other = layer('n', 'BatchNorm', 's>n') + layer('t', 'Scale', 'n>t');
    const { analysis } = net(`${data('1x3x4x4')} ${scale} ${other}`);
    expect(analysis.totals).toMatchObject({ params: 9, trainable });
  });

  it('factors and biases of the same names are counted once', () => {
    const scale = (name: string, from: string) =>
      layer(
        name,
        'Scale',
        `${from}>${name}`,
        'param { name: "w" } param { name: "b" } scale_param { bias_term: true }',
      );
    const { analysis } = net(`${data('1x3x4x4')} ${scale('s', 'data')} ${scale('t', 's')}`);
    expect(analysis.totals).toMatchObject({ params: 6, trainable: 6 });
  });

  it.each<readonly [what: string, text: string, finding: string]>([
    ['a layer of a fork', layer('a', 'Warp', 'data>a'), 'import/unsupported 2:25'],
    ['a blob that nobody makes', layer('a', 'ReLU', 'dat>a'), 'import/file 2:40'],
    ['a size that is none', conv('a', 'data', Number.NaN, 3), 'import/file 2:95'],
    ['a layer without type', 'layer { name: "a" bottom: "data" top: "a" }', 'import/file 2:1'],
    [
      'no size of the kernel',
      layer('a', 'Convolution', 'data>a', 'convolution_param { num_output: 3 }'),
      'option/missing 2:25',
    ],
    ['shapes that differ', `${pool('a', 'data', 2)} ${layer('b', 'Eltwise', 'data a>b')}`, 'import/unsupported 2:129'],
    [
      'a batch that is mixed',
      layer('a', 'Reshape', 'data>a', 'reshape_param { shape { dim: 7 dim: -1 } }'),
      'import/unsupported 2:25',
    ],
    ['a brace that is missing', 'layer { name: "a" type: "ReLU" bottom: "data" top: "a"', 'import/file 2:1'],
    ['a brace too many', `${layer('a', 'ReLU', 'data>a')} }`, 'import/file 2:59'],
    ['a text without its end', 'layer { name: "a', 'import/file 2:15'],
    [
      'the first way of writing',
      'layers { layer { name: "a" type: "relu" } bottom: "data" top: "a" }',
      'import/file 2:1',
    ],
    [
      'an axis that is the batch',
      layer('a', 'Concat', 'data data>a', 'concat_param { axis: 0 }'),
      'import/unsupported 2:25',
    ],
  ])('tell of %s', (_, body, finding) =>
    expect(findingsOf(net(`${data('2x4x8x12')}\n${body}`).analysis)).toContain(finding),
  );
});

describe('values', () => {
  const [C, H, W] = [4, 5, 6];
  const x = Array.from({ length: C * H * W }, (_, i) => Math.sin(i * 1.7) + 1.5);
  const at = (c: number, h: number, w: number): number => x[(c * H + h) * W + w] ?? Number.NaN;
  const each = (f: (c: number, h: number, w: number) => number): readonly number[] =>
    Array.from({ length: C * H * W }, (_, i) => f(Math.floor(i / (H * W)), Math.floor(i / W) % H, i % W));
  const ranges = (n: number, half: number, size: number) => Array.from({ length: size }, (_, i) => n - half + i);

  it.each<readonly [type: string, param: string, f: (c: number, h: number, w: number) => number]>([
    ['Power', 'power_param { power: 1.5 scale: 2 shift: 0.5 }', (...p) => (2 * at(...p) + 0.5) ** 1.5],
    ['Exp', 'exp_param { base: 3 scale: 0.5 shift: -1 }', (...p) => 3 ** (0.5 * at(...p) - 1)],
    ['Log', 'log_param { base: 10 scale: 2 shift: 1 }', (...p) => Math.log10(2 * at(...p) + 1)],
    ['Swish', 'swish_param { beta: 1.5 }', (...p) => at(...p) / (1 + Math.exp(-1.5 * at(...p)))],
    ['BNLL', '', (...p) => Math.log1p(Math.exp(at(...p)))],
    [
      'LRN',
      'lrn_param { local_size: 3 alpha: 0.5 beta: 0.75 norm_region: WITHIN_CHANNEL }',
      (c, h, w) => {
        // Sums over what lies in the picture, divided by the whole window.
        const cells = ranges(h, 1, 3).flatMap((row) => ranges(w, 1, 3).map((column) => [row, column] as const));
        const inside = cells.filter(([row, column]) => row >= 0 && row < H && column >= 0 && column < W);
        const squares = inside.reduce((sum, [row, column]) => sum + at(c, row, column) ** 2, 0);
        return at(c, h, w) * (1 + (0.5 * squares) / 9) ** -0.75;
      },
    ],
    [
      'LRN',
      'lrn_param { local_size: 3 alpha: 0.5 beta: 0.75 k: 2 }',
      (c, h, w) => {
        const squares = ranges(c, 1, 3).reduce((sum, n) => sum + (n >= 0 && n < C ? at(n, h, w) ** 2 : 0), 0);
        return at(c, h, w) / (2 + (0.5 / 3) * squares) ** 0.75;
      },
    ],
    [
      'MVN',
      '',
      (c, h, w) => {
        const own = x.slice(c * H * W, (c + 1) * H * W);
        const mean = own.reduce((a, b) => a + b) / own.length;
        const variance = own.reduce((sum, v) => sum + (v - mean) ** 2, 0) / own.length;
        return (at(c, h, w) - mean) / (Math.sqrt(variance) + 1e-9);
      },
    ],
    [
      'Normalize',
      'norm_param { across_spatial: false channel_shared: true }',
      (c, h, w) => at(c, h, w) / Math.sqrt(ranges(0, 0, C).reduce((sum, n) => sum + at(n, h, w) ** 2, 1e-10)),
    ],
    ['Eltwise', 'eltwise_param { coeff: 2 coeff: -0.5 }', (...p) => 1.5 * at(...p)],
  ])('%s %s', async (type, param, f) => {
    const bottoms = type === 'Eltwise' ? 'data data>y' : 'data>y';
    const files = {
      'net.prototxt': [data(`1x${C}x${H}x${W}`), layer('y', type, bottoms, param)].join('\n'),
      'x.npy': npyOf(x, `1, ${C}, ${H}, ${W}`),
    };
    const { io, code } = await run(['run', 'net.prototxt', '--data', 'x.npy', '--save', 'y.npy'], { files });
    expect(code).toBe(0);
    const made = new Float32Array((io.files.get('y.npy') as Uint8Array).slice(-4 * x.length).buffer);
    const wanted = each(f);
    expect(Math.max(...made.map((value, i) => Math.abs(value - (wanted[i] ?? Number.NaN))))).toBeLessThan(2e-6);
  });
});

describe('files', () => {
  it('that train a network name it', async () => {
    const files = { 'solver.prototxt': 'net: "lenet.prototxt"\nbase_lr: 0.01\nlr_policy: "inv"\nmax_iter: 10000\n' };
    const { err, code } = await run(['solver.prototxt'], { files });
    expect([code, err]).toEqual([2, expect.stringContaining('it says how lenet.prototxt is trained: give that file')]);
  });

  it('of weights are told from those of networks', async () => {
    const start = [0x0a, 5, ...new TextEncoder().encode('LeNet'), 0xa2, 0x06, 40, 0x0a, 5];
    const { err, code } = await run(['lenet.caffemodel'], {
      files: { 'lenet.caffemodel': new Uint8Array([...start, ...new Array(60).fill(0)]) },
    });
    expect([code, err]).toEqual([2, expect.stringMatching(/\.caffemodel.*\.prototxt/s)]);
  });
});

describe('hostile files', () => {
  it.each<readonly [what: string, body: string]>([
    [
      'names of prototypes',
      [
        data('1x4x8x8', '__proto__'),
        layer('constructor', 'toString', '__proto__>hasOwnProperty'),
        'layer { __proto__ { a: 1 } type: "valueOf" }',
      ].join('\n'),
    ],
    ['a layer that reads itself', [data('1x4x8x8'), layer('a', 'Eltwise', 'data a>a')].join('\n')],
    ['zeros', [data('0x0x0x0'), conv('a', 'data', 0, 0), pool('b', 'data', 0, 'stride: 0')].join('\n')],
    [
      'zeros further on',
      [
        data('1x4x8x8'),
        pool('b', 'data', 0, 'stride: 0'),
        conv('a', 'data', 0, 0, 'group: 0'),
        layer('p', 'PriorBox', 'data>p'),
        layer('i', 'Interp', 'data>i', 'interp_param { shrink_factor: 0 zoom_factor: 0 }'),
      ].join('\n'),
    ],
    [
      'the largest numbers',
      [
        data('1x2147483647x2147483647x2147483647'),
        conv('a', 'data', 2147483647, 2147483647),
        layer('s', 'SPP', 'data>s', 'spp_param { pyramid_height: 2147483647 }'),
      ].join('\n'),
    ],
    [
      'what is expected is a message, and the other way round',
      `${data('1x4x8x8')} layer { type { a: 1 } name { b: 2 } bottom { } top: "x" convolution_param: 3 }`,
    ],
    [
      'layers without blobs',
      `${data('1x4x8x8')} ${['Convolution', 'Slice', 'Eltwise', 'Concat', 'Crop', 'Axpy', 'Scale', 'Softmax', 'Upsample', 'BatchNorm'].map((type) => layer('a', type, '>')).join(' ')}`,
    ],
    [
      'every type with one blob of a number',
      `${data('1x1')} ${['InnerProduct', 'Pooling', 'Slice', 'Reshape', 'Permute', 'Crop', 'Interp', 'Tile', 'Reduction', 'Normalize', 'MVN', 'LRN', 'ArgMax', 'SPP', 'LSTM', 'Embed', 'Flatten', 'PriorBox'].map((type, i) => layer(`a${i}`, type, `data>x${i}`)).join(' ')}`,
    ],
  ])('%s', (_, body) => keepPromises(net(body).analysis, body));

  it.each<readonly [what: string, body: string]>([
    ['a million braces', '{'.repeat(1e6)],
    ['a million messages in each other', `layer ${'a { '.repeat(1e6)}`],
    ['more layers than are read', `${data('1x4x8x8')}\n${layer('a', 'ReLU', 'data>data').concat('\n').repeat(1.2e4)}`],
    [
      'a layer of three hundred thousand blobs',
      `${data('1x4x8x8')} layer { type: "Concat" ${'bottom: "data" '.repeat(3e5)} }`,
    ],
    [
      'a million tops',
      `layer { type: "DummyData" ${'top: "a" '.repeat(3e5)} dummy_data_param { ${'channels: 1 '.repeat(3e5)} } } ${layer('b', 'ReLU', 'a>b')}`,
    ],
    ['a million inputs', `${'input: "a" '.repeat(5e5)} ${layer('b', 'ReLU', 'a>b')}`],
    [
      'ten thousand blobs that nobody makes',
      `${data('1x4x8x8')} ${Array.from({ length: 1e4 }, (_, i) => layer(`a${i}`, 'ReLU', `b${i}>c${i}`)).join('\n')}`,
    ],
    ['ten million quotes', `name: "${'\\"'.repeat(5e6)}`],
    ['fields without end', 'a: 1 '.repeat(1e6)],
  ])('%s in bounded time', (_, body) => {
    const start = performance.now();
    keepPromises(net(body, undefined, { layers: 10_000 }).analysis, body);
    expect(performance.now() - start).toBeLessThan(20_000);
  });

  it('of any kind are told of, and never throw', () => {
    const whole = [
      text('old.prototxt'),
      [
        data('2x4x8x12'),
        layer('b', 'BatchNorm', 'data>data'),
        layer('s', 'Scale', 'data>data'),
        layer('c', 'Slice', 'data>x y'),
        layer('e', 'Eltwise', 'x y>z'),
        layer('r', 'Reshape', 'z>r', 'reshape_param { shape { dim: 0 dim: -1 dim: 3 } }'),
        layer('l', 'LRN', 'z>l', 'lrn_param { norm_region: WITHIN_CHANNEL }'),
      ].join('\n'),
    ];
    const pieces = fc.constantFrom(
      '',
      '{',
      '}',
      ':',
      '"',
      '-1',
      '99999999999',
      'top: "x"',
      'bottom: "data"',
      '[',
      '#',
      '0x',
      'layer {',
    );
    const change = fc.tuple(fc.nat(3), fc.double({ min: 0, max: 1, noNaN: true }), fc.nat(30), pieces);
    fc.assert(
      fc.property(fc.nat(1), fc.array(change, { minLength: 1, maxLength: 4 }), (which, changes) => {
        const body = changes.reduce(broken, whole[which] ?? '');
        keepPromises(net(body).analysis, body);
      }),
      { numRuns: 400 },
    );
  });
});
