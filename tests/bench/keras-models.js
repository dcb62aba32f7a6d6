// Models of Keras, made with TensorFlow.js: small ones whose outputs are compared, and well-known networks for their shapes and counts.

/** The layers of `tf` as functions on tensors: `conv(x, 8, 3, {…})`. */
const on = (tf) => {
  const L = tf.layers;
  const conv = (x, filters, kernelSize, more = {}) =>
    L.conv2d({ filters, kernelSize, padding: 'same', ...more }).apply(x);
  const bn = (x, more = {}) => L.batchNormalization(more).apply(x);
  const act = (x, activation = 'relu', more = {}) => L.activation({ activation, ...more }).apply(x);
  return {
    L,
    conv,
    bn,
    act,
    cbr: (x, filters, kernel, more = {}) => act(bn(conv(x, filters, kernel, { useBias: false, ...more }))),
  };
};

/** Name -> how it is made. Their weights are set afterwards. */
export const SMALL = {
  lenet: (tf) =>
    tf.sequential({
      name: 'lenet',
      layers: [
        tf.layers.conv2d({ inputShape: [14, 12, 1], filters: 4, kernelSize: 5, activation: 'tanh', name: 'c1' }),
        tf.layers.averagePooling2d({ poolSize: 2, name: 's2' }),
        tf.layers.conv2d({
          filters: 6,
          kernelSize: [3, 2],
          padding: 'same',
          strides: [2, 1],
          activation: 'relu',
          name: 'c3',
        }),
        tf.layers.flatten({ name: 'flat' }),
        tf.layers.dropout({ rate: 0.5, name: 'drop' }),
        tf.layers.dense({ units: 10, activation: 'sigmoid', name: 'f5' }),
        tf.layers.dense({ units: 4, activation: 'softmax', useBias: false, name: 'out' }),
      ],
    }),

  blocks: (tf) => {
    const { L, conv, bn, act } = on(tf);
    const input = tf.input({ shape: [13, 11, 3], name: 'image' });
    let x = L.zeroPadding2d({
      padding: [
        [0, 1],
        [2, 1],
      ],
      name: 'pad',
    }).apply(input);
    x = conv(x, 6, 3, { strides: 2, padding: 'valid', useBias: false, name: 'stem' });
    x = bn(x, { name: 'bn', epsilon: 0.002 });
    x = L.reLU({ maxValue: 6, name: 'six' }).apply(x);
    const deep = L.depthwiseConv2d({
      kernelSize: 3,
      strides: 1,
      padding: 'same',
      depthMultiplier: 2,
      name: 'dw',
    }).apply(x);
    const wide = L.separableConv2d({
      filters: 12,
      kernelSize: 3,
      padding: 'same',
      activation: 'elu',
      name: 'sep',
    }).apply(deep);
    x = L.add({ name: 'sum' }).apply([deep, wide]);
    x = L.maxPooling2d({ poolSize: 3, strides: 2, padding: 'same', name: 'max' }).apply(x);
    x = L.leakyReLU({ alpha: 0.2, name: 'leaky' }).apply(x);
    const up = L.conv2dTranspose({ filters: 5, kernelSize: 3, strides: 2, padding: 'same', name: 'up' }).apply(x);
    const far = L.conv2dTranspose({ filters: 4, kernelSize: 2, strides: 2, padding: 'valid', name: 'far' }).apply(x);
    x = L.concatenate({ name: 'both' }).apply([up, far]);
    x = L.averagePooling2d({ poolSize: 3, strides: 2, padding: 'same', name: 'mean' }).apply(x);
    x = L.prelu({ sharedAxes: [1, 2], name: 'slopes' }).apply(x);
    x = L.prelu({ name: 'each' }).apply(x);
    x = L.upSampling2d({ size: [2, 3], name: 'larger' }).apply(x);
    x = L.cropping2D({
      cropping: [
        [1, 0],
        [1, 2],
      ],
      name: 'cut',
    }).apply(x);
    x = L.globalAveragePooling2d({ name: 'gap' }).apply(x);
    x = L.dense({ units: 7, name: 'fc', activation: 'softplus' }).apply(x);
    return tf.model({ inputs: input, outputs: act(x, 'softmax', { name: 'probs' }), name: 'blocks' });
  },

  flats: (tf) => {
    const { L } = on(tf);
    const input = tf.input({ shape: [3, 4, 5], name: 'x' });
    const flat = L.flatten({ name: 'flat' }).apply(input);
    const norm = L.batchNormalization({ name: 'bn' }).apply(
      L.activation({ activation: 'relu', name: 'act' }).apply(flat),
    );
    const wide = L.dense({ units: 6, name: 'wide' }).apply(norm);
    const shaped = L.reshape({ targetShape: [4, 15], name: 'shaped' }).apply(flat);
    const places = L.dense({ units: 3, name: 'places' }).apply(shaped);
    const turned = L.permute({ dims: [2, 1], name: 'turned' }).apply(places);
    const again = L.flatten({ name: 'again' }).apply(turned);
    const kept = L.reshape({ targetShape: [12, 5], name: 'kept' }).apply(input);
    const line = L.conv1d({ filters: 2, kernelSize: 3, padding: 'same', dilationRate: 2, name: 'line' }).apply(kept);
    const last = L.flatten({ name: 'last' }).apply(line);
    const joined = L.concatenate({ name: 'joined' }).apply([wide, again, last]);
    return tf.model({ inputs: input, outputs: [joined, turned, flat], name: 'flats' });
  },

  words: (tf) => {
    const { L } = on(tf);
    const input = tf.input({ shape: [9], name: 'words', dtype: 'int32' });
    let x = L.embedding({ inputDim: 20, outputDim: 6, name: 'table' }).apply(input);
    x = L.lstm({
      recurrentInitializer: 'glorotUniform',
      units: 5,
      returnSequences: true,
      recurrentActivation: 'sigmoid',
      name: 'lstm',
    }).apply(x);
    x = L.bidirectional({
      layer: L.simpleRNN({ recurrentInitializer: 'glorotUniform', units: 4, returnSequences: true }),
      mergeMode: 'sum',
      name: 'both',
    }).apply(x);
    x = L.timeDistributed({ layer: L.dense({ units: 3, activation: 'relu' }), name: 'each' }).apply(x);
    x = L.layerNormalization({ name: 'norm' }).apply(x);
    const end = L.bidirectional({
      layer: L.lstm({ recurrentInitializer: 'glorotUniform', units: 2, recurrentActivation: 'sigmoid' }),
      name: 'end',
    }).apply(x);
    const again = L.repeatVector({ n: 3, name: 'again' }).apply(end);
    return tf.model({
      inputs: input,
      outputs: L.simpleRNN({ recurrentInitializer: 'glorotUniform', units: 2, name: 'rnn' }).apply(again),
      name: 'words',
    });
  },

  twins: (tf) => {
    const { L } = on(tf);
    const base = tf.sequential({ name: 'base' });
    base.add(L.conv2d({ inputShape: [6, 5, 2], filters: 3, kernelSize: 3, name: 'conv', activation: 'relu' }));
    base.add(L.flatten({ name: 'flat' }));
    base.add(L.dense({ units: 4, name: 'fc' }));
    const inner = tf.input({ shape: [4], name: 'inner' });
    const shared = L.dense({ units: 4, name: 'turn', activation: 'tanh' });
    const head = tf.model({ inputs: inner, outputs: shared.apply(shared.apply(inner)), name: 'head' });
    const [a, b] = ['a', 'b'].map((name) => tf.input({ shape: [6, 5, 2], name }));
    const [left, right] = [a, b].map((x) => head.apply(base.apply(x)));
    const far = L.dot({ axes: 1, name: 'dot' }).apply([left, right]);
    const most = L.maximum({ name: 'most' }).apply([left, right]);
    const mean = L.average({ name: 'mean' }).apply([left, most]);
    const product = L.multiply({ name: 'product' }).apply([mean, right]);
    base.layers[0].trainable = false;
    return tf.model({ inputs: [a, b], outputs: L.concatenate({ name: 'out' }).apply([far, product]), name: 'twins' });
  },

  heads: (tf) => {
    const { L, conv } = on(tf);
    const input = tf.input({ shape: [8, 6, 3], name: 'x' });
    const one = conv(input, 8, 3, { name: 'one', activation: 'relu' });
    const two = conv(one, 8, 3, { strides: 2, name: 'two', activation: 'relu' });
    const boxes = [one, two].map((x, i) =>
      L.reshape({ targetShape: [-1, 4], name: `boxes${i}` }).apply(conv(x, 8, 3, { name: `head${i}` })),
    );
    const all = L.concatenate({ axis: 1, name: 'all' }).apply(boxes);
    const scores = L.softmax({ axis: 2, name: 'scores' }).apply(all);
    return tf.model({
      inputs: input,
      outputs: L.concatenate({ axis: -1, name: 'out' }).apply([all, scores]),
      name: 'heads',
    });
  },

  volume: (tf) => {
    const { L } = on(tf);
    const input = tf.input({ shape: [5, 6, 7, 2], name: 'x' });
    let x = L.conv3d({ filters: 3, kernelSize: [2, 3, 3], strides: [1, 2, 2], padding: 'same', name: 'conv' }).apply(
      input,
    );
    x = L.maxPooling3d({ poolSize: 2, padding: 'same', name: 'pool' }).apply(x);
    x = L.conv3dTranspose({ filters: 2, kernelSize: 3, strides: 2, padding: 'same', name: 'up' }).apply(x);
    x = L.flatten({ name: 'flat' }).apply(x);
    return tf.model({ inputs: input, outputs: L.dense({ units: 3, name: 'fc' }).apply(x), name: 'volume' });
  },
};

const residual = (tf, x, filters, strides, shortcut) => {
  const { L, conv, bn, act } = on(tf);
  let y = act(bn(conv(x, filters, 1, { strides })));
  y = act(bn(conv(y, filters, 3)));
  y = bn(conv(y, 4 * filters, 1));
  return act(L.add().apply([shortcut ? bn(conv(x, 4 * filters, 1, { strides })) : x, y]));
};

const inverted = (tf, x, expand, filters, strides, first) => {
  const { L, conv, bn } = on(tf);
  const C = x.shape.at(-1);
  const six = (z) => L.reLU({ maxValue: 6 }).apply(bn(z, { epsilon: 0.001, momentum: 0.999 }));
  let y = first ? x : six(conv(x, expand * C, 1, { useBias: false }));
  if (strides === 2)
    y = L.zeroPadding2d({
      padding: [
        [0, 1],
        [0, 1],
      ],
    }).apply(y);
  y = six(
    L.depthwiseConv2d({ kernelSize: 3, strides, useBias: false, padding: strides === 2 ? 'valid' : 'same' }).apply(y),
  );
  y = bn(conv(y, filters, 1, { useBias: false }));
  return strides === 1 && C === filters ? L.add().apply([x, y]) : y;
};

/** Name -> how it is made, and what Keras counts in it. */
export const KNOWN = {
  vgg16: {
    params: 138_357_544,
    make: (tf) => {
      const { L, conv } = on(tf);
      const input = tf.input({ shape: [224, 224, 3] });
      let x = input;
      for (const [filters, count] of [
        [64, 2],
        [128, 2],
        [256, 3],
        [512, 3],
        [512, 3],
      ]) {
        for (let i = 0; i < count; i += 1) x = conv(x, filters, 3, { activation: 'relu' });
        x = L.maxPooling2d({ poolSize: 2, strides: 2 }).apply(x);
      }
      x = L.flatten().apply(x);
      for (const units of [4096, 4096]) x = L.dense({ units, activation: 'relu' }).apply(x);
      return tf.model({ inputs: input, outputs: L.dense({ units: 1000, activation: 'softmax' }).apply(x) });
    },
  },
  resnet50: {
    params: 25_636_712,
    make: (tf) => {
      const { L, conv, bn, act } = on(tf);
      const input = tf.input({ shape: [224, 224, 3] });
      let x = L.zeroPadding2d({ padding: 3 }).apply(input);
      x = act(bn(conv(x, 64, 7, { strides: 2, padding: 'valid' })));
      x = L.maxPooling2d({ poolSize: 3, strides: 2 }).apply(L.zeroPadding2d({ padding: 1 }).apply(x));
      for (const [filters, count, stride] of [
        [64, 3, 1],
        [128, 4, 2],
        [256, 6, 2],
        [512, 3, 2],
      ])
        for (let i = 0; i < count; i += 1) x = residual(tf, x, filters, i === 0 ? stride : 1, i === 0);
      x = L.globalAveragePooling2d({}).apply(x);
      return tf.model({ inputs: input, outputs: L.dense({ units: 1000, activation: 'softmax' }).apply(x) });
    },
  },
  mobilenet: {
    params: 4_253_864,
    make: (tf) => {
      const { L, conv, bn } = on(tf);
      const six = (z) => L.reLU({ maxValue: 6 }).apply(bn(z));
      const input = tf.input({ shape: [224, 224, 3] });
      let x = six(conv(input, 32, 3, { strides: 2, useBias: false }));
      const steps = [
        [64, 1],
        [128, 2],
        [128, 1],
        [256, 2],
        [256, 1],
        [512, 2],
        [512, 1],
        [512, 1],
        [512, 1],
        [512, 1],
        [512, 1],
        [1024, 2],
        [1024, 1],
      ];
      for (const [filters, strides] of steps) {
        if (strides === 2)
          x = L.zeroPadding2d({
            padding: [
              [0, 1],
              [0, 1],
            ],
          }).apply(x);
        x = six(
          L.depthwiseConv2d({
            kernelSize: 3,
            strides,
            padding: strides === 1 ? 'same' : 'valid',
            useBias: false,
          }).apply(x),
        );
        x = six(conv(x, filters, 1, { useBias: false }));
      }
      x = L.reshape({ targetShape: [1, 1, 1024] }).apply(L.globalAveragePooling2d({}).apply(x));
      x = conv(L.dropout({ rate: 0.001 }).apply(x), 1000, 1);
      x = L.activation({ activation: 'softmax' }).apply(L.reshape({ targetShape: [1000] }).apply(x));
      return tf.model({ inputs: input, outputs: x });
    },
  },
  mobilenetv2: {
    params: 3_538_984,
    make: (tf) => {
      const { L, conv, bn } = on(tf);
      const six = (z) => L.reLU({ maxValue: 6 }).apply(bn(z));
      const input = tf.input({ shape: [224, 224, 3] });
      let x = six(conv(input, 32, 3, { strides: 2, useBias: false }));
      x = inverted(tf, x, 1, 16, 1, true);
      for (const [expand, filters, count, stride] of [
        [6, 24, 2, 2],
        [6, 32, 3, 2],
        [6, 64, 4, 2],
        [6, 96, 3, 1],
        [6, 160, 3, 2],
        [6, 320, 1, 1],
      ])
        for (let i = 0; i < count; i += 1) x = inverted(tf, x, expand, filters, i === 0 ? stride : 1, false);
      x = six(conv(x, 1280, 1, { useBias: false }));
      x = L.globalAveragePooling2d({}).apply(x);
      return tf.model({ inputs: input, outputs: L.dense({ units: 1000, activation: 'softmax' }).apply(x) });
    },
  },
  xception: {
    params: 22_910_480,
    make: (tf) => {
      const { L, conv, bn, act } = on(tf);
      const sep = (x, filters) =>
        bn(L.separableConv2d({ filters, kernelSize: 3, padding: 'same', useBias: false }).apply(x));
      const input = tf.input({ shape: [299, 299, 3] });
      let x = act(bn(conv(input, 32, 3, { strides: 2, padding: 'valid', useBias: false })));
      x = act(bn(conv(x, 64, 3, { padding: 'valid', useBias: false })));
      const down = (y, filters, first, second = filters) => {
        const side = bn(conv(y, second, 1, { strides: 2, useBias: false }));
        let z = sep(first ? act(y) : y, filters);
        z = sep(act(z), second);
        z = L.maxPooling2d({ poolSize: 3, strides: 2, padding: 'same' }).apply(z);
        return L.add().apply([z, side]);
      };
      x = down(x, 128, false);
      x = down(x, 256, true);
      x = down(x, 728, true);
      for (let i = 0; i < 8; i += 1) {
        let y = x;
        for (let j = 0; j < 3; j += 1) y = sep(act(y), 728);
        x = L.add().apply([y, x]);
      }
      x = down(x, 728, true, 1024);
      x = act(sep(x, 1536));
      x = act(sep(x, 2048));
      x = L.globalAveragePooling2d({}).apply(x);
      return tf.model({ inputs: input, outputs: L.dense({ units: 1000, activation: 'softmax' }).apply(x) });
    },
  },
  densenet121: {
    params: 8_062_504,
    make: (tf) => {
      const { L, conv, bn, act } = on(tf);
      const input = tf.input({ shape: [224, 224, 3] });
      let x = conv(L.zeroPadding2d({ padding: 3 }).apply(input), 64, 7, {
        strides: 2,
        padding: 'valid',
        useBias: false,
      });
      x = L.zeroPadding2d({ padding: 1 }).apply(act(bn(x)));
      x = L.maxPooling2d({ poolSize: 3, strides: 2 }).apply(x);
      for (const [i, count] of [6, 12, 24, 16].entries()) {
        for (let j = 0; j < count; j += 1) {
          let y = conv(act(bn(x)), 128, 1, { useBias: false });
          y = conv(act(bn(y)), 32, 3, { useBias: false });
          x = L.concatenate().apply([x, y]);
        }
        if (i < 3)
          x = L.averagePooling2d({ poolSize: 2, strides: 2 }).apply(
            conv(act(bn(x)), x.shape.at(-1) / 2, 1, { useBias: false }),
          );
      }
      x = L.globalAveragePooling2d({}).apply(act(bn(x)));
      return tf.model({ inputs: input, outputs: L.dense({ units: 1000, activation: 'softmax' }).apply(x) });
    },
  },
  inceptionv3: {
    params: 23_851_784,
    make: (tf) => {
      const { L, act, bn, conv } = on(tf);
      const c = (x, filters, kernelSize, more = {}) =>
        act(bn(conv(x, filters, kernelSize, { useBias: false, ...more }), { scale: false }));
      const valid = (more = {}) => ({ padding: 'valid', ...more });
      const avg = (x) => L.averagePooling2d({ poolSize: 3, strides: 1, padding: 'same' }).apply(x);
      const max = (x) => L.maxPooling2d({ poolSize: 3, strides: 2 }).apply(x);
      const cat = (all) => L.concatenate().apply(all);
      const input = tf.input({ shape: [299, 299, 3] });
      let x = c(input, 32, 3, valid({ strides: 2 }));
      x = max(c(c(x, 32, 3, valid()), 64, 3));
      x = max(c(c(x, 80, 1, valid()), 192, 3, valid()));
      for (const pool of [32, 64, 64])
        x = cat([c(x, 64, 1), c(c(x, 48, 1), 64, 5), c(c(c(x, 64, 1), 96, 3), 96, 3), c(avg(x), pool, 1)]);
      x = cat([c(x, 384, 3, valid({ strides: 2 })), c(c(c(x, 64, 1), 96, 3), 96, 3, valid({ strides: 2 })), max(x)]);
      for (const n of [128, 160, 160, 192]) {
        const long = c(c(c(c(c(x, n, 1), n, [7, 1]), n, [1, 7]), n, [7, 1]), 192, [1, 7]);
        x = cat([c(x, 192, 1), c(c(c(x, n, 1), n, [1, 7]), 192, [7, 1]), long, c(avg(x), 192, 1)]);
      }
      x = cat([
        c(c(x, 192, 1), 320, 3, valid({ strides: 2 })),
        c(c(c(c(x, 192, 1), 192, [1, 7]), 192, [7, 1]), 192, 3, valid({ strides: 2 })),
        max(x),
      ]);
      for (let i = 0; i < 2; i += 1) {
        const three = c(x, 384, 1);
        const deep = c(c(x, 448, 1), 384, 3);
        x = cat([
          c(x, 320, 1),
          cat([c(three, 384, [1, 3]), c(three, 384, [3, 1])]),
          cat([c(deep, 384, [1, 3]), c(deep, 384, [3, 1])]),
          c(avg(x), 192, 1),
        ]);
      }
      x = L.globalAveragePooling2d({}).apply(x);
      return tf.model({ inputs: input, outputs: L.dense({ units: 1000, activation: 'softmax' }).apply(x) });
    },
  },
  unet: {
    params: 31_031_685,
    make: (tf) => {
      const { L, conv } = on(tf);
      const two = (x, filters) => conv(conv(x, filters, 3, { activation: 'relu' }), filters, 3, { activation: 'relu' });
      const input = tf.input({ shape: [256, 256, 1] });
      const sides = [];
      let x = input;
      for (const filters of [64, 128, 256, 512]) {
        x = two(x, filters);
        sides.push(x);
        x = L.maxPooling2d({ poolSize: 2 }).apply(x);
      }
      x = L.dropout({ rate: 0.5 }).apply(two(x, 1024));
      for (const filters of [512, 256, 128, 64]) {
        const up = conv(L.upSampling2d({ size: [2, 2] }).apply(x), filters, 2, { activation: 'relu' });
        x = two(L.concatenate({ axis: 3 }).apply([sides.pop(), up]), filters);
      }
      x = conv(x, 2, 3, { activation: 'relu' });
      return tf.model({ inputs: input, outputs: conv(x, 1, 1, { activation: 'sigmoid' }) });
    },
  },
};
