// The layers of Keras one by one: the shapes and parameters that Keras gives them, and values by its own formulas where TensorFlow.js has
// no such layer. Shapes are those of Keras, channels last, without the batch.

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { arrange } from '../src/core/shape.js';
import { executed, imported, type LayerOf, layer, sequential, tensor, withWeights } from './keras-files.js';

/** Shape and parameters, statistics counted, of what a layer comes to; of an opaque row what is not known is ?. */
const comesTo = (shape: readonly number[], layers: readonly LayerOf[], version?: string): string => {
  const { analysis, parsed } = imported(JSON.stringify(sequential(shape, layers, version)));
  const errors = parsed.diagnostics.filter(({ severity }) => severity === 'error');
  if (errors.length > 0) return errors.map(({ code }) => code).join();
  const output = parsed.graph.nodes[parsed.graph.outputs[0] ?? -1]?.facts?.output ?? [];
  const { params, buffers } = analysis.totals;
  const isOpaque = parsed.diagnostics.some(({ code }) => code === 'import/opaque');
  const all = params === null || buffers === null ? '?' : params + buffers;
  return `${arrange(output, 'hwc').join('x')}, ${all}${isOpaque ? ', opaque' : ''}`;
};

const conv = (more = {}) => ({ filters: 8, kernel_size: [3, 3], strides: [1, 1], padding: 'valid', ...more });

describe('a layer has the shape and parameters of Keras', () => {
  it.each<[string, readonly number[], object, string]>([
    ['Conv2D', [9, 8, 3], conv(), '7x6x8, 224'],
    ['Conv2D', [9, 8, 3], conv({ strides: [2, 3], padding: 'same' }), '5x3x8, 224'],
    ['Conv2D', [9, 8, 4], conv({ groups: 2, use_bias: false }), '7x6x8, 144'],
    ['Conv2D', [9, 8, 3], conv({ dilation_rate: [2, 3], kernel_size: 3 }), '5x2x8, 224'],
    ['Convolution2D', [9, 8, 3], conv(), '7x6x8, 224'],
    ['Conv1D', [9, 4], { filters: 8, kernel_size: [3], padding: 'causal', dilation_rate: [2] }, '9x8, 104'],
    ['Conv3D', [5, 6, 7, 2], { filters: 4, kernel_size: [2, 3, 3], padding: 'same', strides: [1, 2, 2] }, '5x3x4x4, 148'],
    ['Conv2DTranspose', [4, 5, 3], conv({ strides: [2, 2] }), '9x11x8, 224'],
    ['Conv2DTranspose', [4, 5, 3], conv({ strides: [2, 2], padding: 'same' }), '8x10x8, 224'],
    ['Conv2DTranspose', [4, 5, 3], conv({ strides: [2, 2], padding: 'same', output_padding: [0, 0] }), '7x9x8, 224'],
    ['Conv2DTranspose', [4, 5, 3], conv({ strides: [4, 4] }), '16x20x8, 224'],
    ['Conv1DTranspose', [4, 3], { filters: 8, kernel_size: [5], strides: [3], padding: 'same' }, '12x8, 128'],
    ['DepthwiseConv2D', [9, 8, 3], { kernel_size: [3, 3], depth_multiplier: 2, padding: 'same' }, '9x8x6, 60'],
    ['DepthwiseConv1D', [9, 3], { kernel_size: 3, strides: 2 }, '4x3, 12'],
    ['SeparableConv2D', [9, 8, 3], conv({ depth_multiplier: 2 }), '7x6x8, 110'],
    ['SeparableConv1D', [9, 3], { filters: 8, kernel_size: [3] }, '7x8, 41'],
    ['Dense', [12], { units: 5 }, '5, 65'],
    ['Dense', [7, 6, 12], { units: 5, use_bias: false }, '7x6x5, 60'],
    ['EinsumDense', [7, 12], { equation: 'abc,cd->abd', output_shape: [null, 5], bias_axes: 'd' }, '7x5, 65'],
    ['Embedding', [9], { input_dim: 20, output_dim: 6 }, '9x6, 120'],
    ['Embedding', [3, 4], { input_dim: 20, output_dim: 6 }, '3x4x6, 120'],
    ['MaxPooling2D', [9, 8, 3], { pool_size: [2, 2] }, '4x4x3, 0'],
    ['MaxPooling2D', [9, 8, 3], { pool_size: [3, 3], strides: [2, 2], padding: 'same' }, '5x4x3, 0'],
    ['AveragePooling1D', [9, 3], { pool_size: [2], strides: [1] }, '8x3, 0'],
    ['GlobalAveragePooling2D', [9, 8, 3], {}, '3, 0'],
    ['GlobalMaxPooling2D', [9, 8, 3], { keepdims: true }, '1x1x3, 0'],
    ['GlobalAveragePooling1D', [9, 3], {}, '3, 0'],
    ['ZeroPadding2D', [9, 8, 3], { padding: [[1, 2], [0, 3]] }, '12x11x3, 0'],
    ['ZeroPadding1D', [9, 3], { padding: [1, 2] }, '12x3, 0'],
    ['ZeroPadding3D', [2, 3, 4, 5], { padding: [[0, 1], [2, 0], [1, 1]] }, '3x5x6x5, 0'],
    ['ZeroPadding2D', [9, 8, 3], { padding: [1, 2] }, '11x12x3, 0'],
    ['Cropping2D', [9, 8, 3], { cropping: [[1, 2], [0, 3]] }, '6x5x3, 0'],
    ['Cropping1D', [9, 3], { cropping: [1, 2] }, '6x3, 0'],
    ['UpSampling2D', [4, 5, 3], { size: [2, 3], interpolation: 'bilinear' }, '8x15x3, 0'],
    ['UpSampling2D', [4, 5, 3], { size: [2, 3], interpolation: 'bicubic' }, '8x15x3, 0, opaque'],
    ['UpSampling1D', [4, 3], { size: 2 }, '8x3, 0'],
    ['Resizing', [4, 5, 3], { height: 7, width: 6 }, '7x6x3, 0'],
    ['CenterCrop', [9, 8, 3], { height: 4, width: 5 }, '4x5x3, 0'],
    ['BatchNormalization', [4, 5, 3], { axis: [3], scale: false }, '4x5x3, 9'],
    ['BatchNormalization', [4, 5, 3], { axis: 1 }, '4x5x3, 16'],
    ['LayerNormalization', [4, 5, 3], { axis: [3] }, '4x5x3, 6'],
    ['LayerNormalization', [4, 5, 3], { axis: [1, 2, 3], center: false }, '4x5x3, 60'],
    ['LayerNormalization', [4, 5, 3], { axis: [1] }, '4x5x3, 8, opaque'],
    ['GroupNormalization', [4, 5, 6], { groups: 3 }, '4x5x6, 12'],
    ['GroupNormalization', [4, 5, 6], { groups: -1 }, '4x5x6, 12'],
    ['RMSNormalization', [5, 6], { axis: -1 }, '5x6, 6'],
    ['UnitNormalization', [4, 5, 6], {}, '4x5x6, 0'],
    ['Normalization', [4, 5, 3], { axis: [3], mean: [1, 2, 3], variance: [1, 4, 9] }, '4x5x3, 0'],
    // The count of the images that it saw is a number of its own in Keras.
    ['Normalization', [4, 5, 3], { axis: [-1], mean: null, variance: null }, '4x5x3, 6'],
    ['Rescaling', [4, 5, 3], { scale: 0.5, offset: -1 }, '4x5x3, 0'],
    ['Rescaling', [4, 5, 3], { scale: [1, 2, 3], offset: 0 }, '4x5x3, 0'],
    ['PReLU', [4, 5, 3], { shared_axes: [1, 2] }, '4x5x3, 3'],
    ['PReLU', [4, 5, 3], { shared_axes: null }, '4x5x3, 60'],
    ['PReLU', [4, 5, 3], { shared_axes: [1, 2, 3] }, '4x5x3, 1'],
    ['PReLU', [4, 5, 3], { shared_axes: [3] }, '4x5x3, 20'],
    ['ReLU', [4], { max_value: 6 }, '4, 0'],
    ['ReLU', [4], { threshold: 0.5 }, '4, 0, opaque'],
    ['ReLU', [4], { max_value: 'much' }, '4, 0, opaque'],
    ['LeakyReLU', [4], { alpha: { type: 'ndarray', value: 0.1 } }, '4, 0'],
    ['Softmax', [4, 5], { axis: 1 }, '4x5, 0'],
    ['Activation', [4], { activation: 'squareplus' }, '4, 0, opaque'],
    ['Activation', [4], { activation: { module: 'builtins', class_name: 'function', config: 'mish' } }, '4, 0'],
    ['Activation', [4], { activation: { class_name: 'LeakyReLU', config: { negative_slope: 0.1 } } }, '4, 0'],
    ['Flatten', [4, 5, 3], {}, '60, 0'],
    ['Reshape', [4, 5, 3], { target_shape: [-1, 3] }, '20x3, 0'],
    ['Reshape', [60], { target_shape: [4, 5, 3] }, '4x5x3, 0'],
    ['Reshape', [4, 5, 3], { target_shape: [7, -1] }, 'shape/reshape'],
    ['Permute', [4, 5, 3], { dims: [3, 1, 2] }, '3x4x5, 0'],
    ['RepeatVector', [4], { n: 3 }, '3x4, 0'],
    ['SpatialDropout2D', [4, 5, 3], { rate: 0.2 }, '4x5x3, 0'],
    ['GaussianNoise', [4, 5, 3], { stddev: 0.2 }, '4x5x3, 0'],
    ['RandomFlip', [4, 5, 3], { mode: 'horizontal' }, '4x5x3, 0'],
    ['LSTM', [7, 5], { units: 4, return_sequences: true }, '7x4, 160'],
    ['LSTM', [7, 5], { units: 4, use_bias: false }, '4, 144'],
    ['LSTM', [7, 5], { units: 4, recurrent_activation: 'hard_sigmoid' }, '4, 160, opaque'],
    ['LSTM', [7, 5], { units: 4, go_backwards: true }, '4, 160, opaque'],
    ['GRU', [7, 5], { units: 4, reset_after: true }, '4, 132'],
    ['GRU', [7, 5], { units: 4, reset_after: false }, '4, 120, opaque'],
    ['SimpleRNN', [7, 5], { units: 4, activation: 'relu' }, '4, 40'],
    ['RNN', [7, 5], { cell: layer('LSTMCell', { units: 4 }), return_sequences: true }, '7x4, 160'],
    ['Bidirectional', [7, 5], { layer: layer('LSTM', { units: 4 }), merge_mode: 'concat' }, '8, 320'],
    ['Bidirectional', [7, 5], { layer: layer('GRU', { units: 4, reset_after: true, return_sequences: true }), merge_mode: 'ave' }, '7x4, 264'],
    ['RNN', [7, 5], { cell: layer('StackedRNNCells', { cells: [] }) }, '7x5, ?, opaque'],
    ['Conv2D', [9, 8, 3], conv({ kernel_size: { class_name: '__tuple__', items: [3, 2] } }), '7x7x8, 152'],
    ['ConvLSTM2D', [3, 8, 9, 2], { filters: 4, kernel_size: [3, 3], padding: 'same', return_sequences: true }, '3x8x9x4, 880, opaque'],
    ['TimeDistributed', [7, 5], { layer: layer('Dense', { units: 4 }) }, '7x4, 24'],
    ['TimeDistributed', [3, 8, 9, 2], { layer: layer('Conv2D', conv({ strides: [2, 2], padding: 'same' })) }, '3x4x5x8, 152'],
    ['TimeDistributed', [3, 8, 9, 2], { layer: layer('MaxPooling2D', { pool_size: [2, 2] }) }, '3x4x4x2, 0'],
    ['TimeDistributed', [3, 8, 9, 2], { layer: layer('Flatten') }, '3x144, 0'],
    ['TimeDistributed', [3, 8, 9, 2], { layer: layer('GlobalAveragePooling2D') }, '3x2, 0'],
    ['TimeDistributed', [3, 8, 9, 2], { layer: layer('BatchNormalization', { axis: 3 }) }, '3x8x9x2, 8'],
    ['Lambda', [4, 5, 3], { output_shape: null }, '4x5x3, 0, opaque'],
    ['Shark', [4, 5, 3], {}, '4x5x3, ?, opaque'],
    ['__proto__', [4], {}, '4, ?, opaque'],
    ['constructor', [4], {}, '4, ?, opaque'],
  ])('%s of %j %j: %s', (className, shape, config, expected) =>
    expect(comesTo(shape, [layer(className, config as LayerOf['config'])])).toBe(expected),
  ); // biome-ignore format: a table

  it.each<[string, object]>([
    ['Conv2D', conv({ filters: 'many' })],
    ['Conv2D', conv({ kernel_size: [3, 3, 3] })],
    ['Conv2D', { kernel_size: 3 }],
    ['Dense', { units: -1 }],
    ['Dense', { units: 1e30 }],
    ['MaxPooling2D', { pool_size: { a: 1 } }],
    ['ZeroPadding2D', { padding: [[1], [2]] }],
    ['Permute', { dims: [1, 1, 5] }],
    ['Embedding', {}],
    ['LeakyReLU', { alpha: {} }],
    ['BatchNormalization', { epsilon: 'small' }],
    ['BatchNormalization', { momentum: [] }],
    ['LSTM', { units: 3 }],
  ])('%s with %j is told of', (className, config) =>
    expect(comesTo([4, 5, 3], [layer(className, config as LayerOf['config'])])).toMatch(/^(?:option|shape|count)\//),
  );
});

it('a transposed convolution is as large as Keras says', () =>
  fc.assert(
    fc.property(
      fc.record({
        n: fc.integer({ min: 1, max: 9 }),
        kernel: fc.integer({ min: 1, max: 6 }),
        stride: fc.integer({ min: 1, max: 4 }),
        padding: fc.constantFrom('same', 'valid'),
        added: fc.option(fc.integer({ min: 0, max: 3 })),
      }),
      ({ n, kernel, stride, padding, added }) => {
        // keras/utils/conv_utils.py, deconv_output_length
        const pad = padding === 'same' ? Math.floor(kernel / 2) : 0;
        const whole = padding === 'same' ? n * stride : n * stride + Math.max(kernel - stride, 0);
        const length = added === null ? whole : (n - 1) * stride + kernel - 2 * pad + added;
        fc.pre((added === null || added < stride) && length > 0);
        const config = {
          filters: 1,
          kernel_size: [kernel],
          strides: [stride],
          padding,
          output_padding: added === null ? null : [added],
        };
        expect(comesTo([n, 1], [layer('Conv1DTranspose', config)])).toBe(`${length}x1, ${kernel + 1}`);
      },
    ),
  ));

describe('values', () => {
  const relative = (found: ArrayLike<number>, wanted: readonly number[]): number => {
    const largest = Math.max(...wanted.map(Math.abs));
    expect(found.length).toBe(wanted.length);
    return Math.max(...wanted.map((value, i) => Math.abs(value - (found[i] ?? Number.NaN)))) / largest;
  };

  /** What the tests feed: the input of `executed`, in the order of Keras. */
  const fed = (count: number): number[] =>
    Array.from({ length: count }, (_, i) => Math.fround(Math.sin(i * 0.37) + Math.cos(i * 0.011)));

  const sigmoid = (x: number) => 1 / (1 + Math.exp(-x));

  it('of a GRU that resets after its product, gates in the order of Keras', async () => {
    const [steps, C, units] = [5, 3, 4];
    const { network, values } = withWeights(
      sequential([steps, C], [layer('GRU', { units, reset_after: true, return_sequences: true })]),
      [
        ['it/gru_cell/kernel', [C, 3 * units]],
        ['it/gru_cell/recurrent_kernel', [units, 3 * units]],
        ['it/gru_cell/bias', [2, 3 * units]],
      ],
    );
    const [K, R, b] = ['kernel', 'recurrent_kernel', 'bias'].map((name) => values.get(`it/gru_cell/${name}`) ?? []);
    const x = fed(steps * C);
    let h = new Array<number>(units).fill(0);
    const wanted: number[] = [];
    for (let t = 0; t < steps; t += 1) {
      const of = (read: readonly number[], W: ArrayLike<number> = [], gate = 0, u = 0, bias = 0) =>
        read.reduce((sum, value, i) => sum + value * (W[i * 3 * units + gate * units + u] ?? 0), 0) +
        (b?.[bias * 3 * units + gate * units + u] ?? 0);
      const now = x.slice(t * C, (t + 1) * C);
      const before = h;
      h = before.map((old, u) => {
        const z = sigmoid(of(now, K, 0, u, 0) + of(before, R, 0, u, 1));
        const r = sigmoid(of(now, K, 1, u, 0) + of(before, R, 1, u, 1));
        const candidate = Math.tanh(of(now, K, 2, u, 0) + r * of(before, R, 2, u, 1));
        return z * old + (1 - z) * candidate;
      });
      wanted.push(...h);
    }
    const [found = []] = await executed(network);
    expect(relative(found, wanted)).toBeLessThan(1e-5);
  });

  it('of attention in heads, its weights by heads', async () => {
    const [T, E, heads, width, wide] = [4, 6, 2, 3, 5];
    const shape = [T, E];
    const x = tensor('x', shape);
    const model = {
      module: 'keras',
      class_name: 'Functional',
      config: {
        name: 'm',
        layers: [
          {
            class_name: 'InputLayer',
            name: 'x',
            config: { name: 'x', batch_shape: [null, ...shape] },
            inbound_nodes: [],
          },
          {
            class_name: 'MultiHeadAttention',
            name: 'it',
            config: { name: 'it', num_heads: heads, key_dim: width, value_dim: wide, output_shape: null },
            inbound_nodes: [{ args: [x], kwargs: { value: x, query_mask: null } }],
          },
        ],
        input_layers: [['x', 0, 0]],
        output_layers: [['it', 0, 0]],
      },
    };
    const { network, values } = withWeights(model, [
      ['it/query/kernel', [E, heads, width]],
      ['it/query/bias', [heads, width]],
      ['it/key/kernel', [E, heads, width]],
      ['it/key/bias', [heads, width]],
      ['it/value/kernel', [E, heads, wide]],
      ['it/value/bias', [heads, wide]],
      ['it/attention_output/kernel', [heads, wide, E]],
      ['it/attention_output/bias', [E]],
    ]);
    const get = (name: string) => values.get(`it/${name}`) ?? new Float32Array();
    const input = fed(T * E);
    const project = (name: string, h: number, t: number, size: number) =>
      Array.from({ length: size }, (_, j) =>
        Array.from({ length: E }).reduce<number>(
          (sum, _, e) => sum + (input[t * E + e] ?? 0) * (get(`${name}/kernel`)[(e * heads + h) * size + j] ?? 0),
          get(`${name}/bias`)[h * size + j] ?? 0,
        ),
      );
    const wanted: number[] = [];
    for (let t = 0; t < T; t += 1) {
      const out = [...get('attention_output/bias')];
      for (let h = 0; h < heads; h += 1) {
        const q = project('query', h, t, width);
        const scores = Array.from({ length: T }, (_, s) =>
          Math.exp(project('key', h, s, width).reduce((sum, k, j) => sum + k * (q[j] ?? 0), 0) / Math.sqrt(width)),
        );
        const all = scores.reduce((a, b) => a + b, 0);
        for (let j = 0; j < wide; j += 1) {
          const mixed = scores.reduce(
            (sum, score, s) => sum + (score / all) * (project('value', h, s, wide)[j] ?? 0),
            0,
          );
          for (let e = 0; e < E; e += 1)
            out[e] = (out[e] ?? 0) + mixed * (get('attention_output/kernel')[(h * wide + j) * E + e] ?? 0);
        }
      }
      wanted.push(...out);
    }
    expect(network.parsed.diagnostics).toEqual([]);
    const [found = []] = await executed(network);
    expect(relative(found, wanted)).toBeLessThan(1e-5);
  });

  it('of functions that stand in a model: numbers before and behind, tensors by their names', async () => {
    const call = (name: string, f: string, reads: readonly unknown[]) => ({
      class_name: 'TFOpLambda',
      name,
      config: { name, function: f },
      inbound_nodes: [reads],
    });
    const model = {
      class_name: 'Functional',
      keras_version: '2.9.0',
      config: {
        name: 'm',
        layers: [
          {
            class_name: 'InputLayer',
            name: 'x',
            config: { name: 'x', batch_input_shape: [null, 5] },
            inbound_nodes: [],
          },
          call('tf.math.multiply', 'math.multiply', ['x', 0, 0, { y: -3, name: null }]),
          call('tf.math.subtract', 'math.subtract', ['_CONSTANT_VALUE', -1, 2, { y: ['tf.math.multiply', 0, 0] }]),
          call('tf.operators.add', '__operators__.add', ['tf.math.subtract', 0, 0, { y: ['x', 0, 0], name: null }]),
          call('tf.math.truediv', 'math.truediv', [['tf.operators.add', 0, 0, { y: 4, name: null }]]),
          call('tf.nn.relu6', 'nn.relu6', [['tf.math.truediv', 0, 0, { name: null }]]),
        ],
        input_layers: [['x', 0, 0]],
        output_layers: [['tf.nn.relu6', 0, 0]],
      },
    };
    const network = imported(JSON.stringify(model));
    expect(network.parsed.diagnostics).toEqual([]);
    const [found = []] = await executed(network);
    expect(
      relative(
        found,
        fed(5).map((x) => Math.min(6, Math.max(0, (2 + 3 * x + x) / 4))),
      ),
    ).toBeLessThan(1e-6);
  });

  it('are the same with the channels first', async () => {
    const layers = (format: string, axis: number) => [
      layer('ZeroPadding2D', {
        name: 'pad',
        padding: [
          [1, 0],
          [2, 1],
        ],
        data_format: format,
      }),
      layer('Conv2D', { ...conv({ strides: [2, 1] }), name: 'conv', data_format: format }),
      layer('BatchNormalization', { name: 'bn', axis: [axis] }),
      layer('DepthwiseConv2D', { name: 'dw', kernel_size: [3, 3], padding: 'same', data_format: format }),
      layer('PReLU', { name: 'prelu', shared_axes: format === 'channels_first' ? [2, 3] : [1, 2] }),
      layer('MaxPooling2D', { name: 'max', pool_size: [2, 2], data_format: format }),
      layer('Flatten', { name: 'flat', data_format: format }),
      layer('Dense', { name: 'fc', units: 5 }),
    ];
    const weights = (slopes: readonly number[]) =>
      [
        ['conv/kernel', [3, 3, 3, 8]],
        ['conv/bias', [8]],
        ['bn/gamma', [8]],
        ['bn/beta', [8]],
        ['bn/moving_mean', [8]],
        ['bn/moving_variance', [8]],
        ['dw/depthwise_kernel', [3, 3, 8, 1]],
        ['dw/bias', [8]],
        ['prelu/alpha', slopes],
        ['fc/kernel', [4 * 4 * 8, 5]],
        ['fc/bias', [5]],
      ] as const;
    const last = withWeights(sequential([17, 7, 3], layers('channels_last', 3)), weights([1, 1, 8])).network;
    const first = withWeights(sequential([3, 17, 7], layers('channels_first', 1)), weights([8, 1, 1])).network;
    expect(first.parsed.diagnostics).toEqual([]);
    // No row turns anything: images lie here channels first anyway.
    expect(first.parsed.graph.nodes.map(({ kind }) => kind.name)).toEqual(
      last.parsed.graph.nodes.map(({ kind }) => kind.name),
    );
    const outputs = [await executed(last), await executed(first)];
    expect(outputs[0]).toEqual(outputs[1]);
  });

  it('of a mask are none: a layer that leaves steps out is opaque', () => {
    const text = JSON.stringify(
      sequential(
        [7],
        [
          layer('Embedding', { name: 'e', input_dim: 9, output_dim: 3, mask_zero: true }),
          layer('Dropout', { name: 'd', rate: 0.1 }),
          layer('LSTM', { name: 'lstm', units: 4 }),
          layer('Dense', { name: 'fc', units: 2 }),
        ],
      ),
    );
    const { parsed, analysis } = imported(text);
    expect(parsed.diagnostics.map(({ message }) => message)).toEqual([
      'lstm: steps that are left out by a mask are not known here, so it stands as opaque "LSTM"',
    ]);
    expect(analysis.totals.params).toBe(27 + 128 + 10);
  });
});
