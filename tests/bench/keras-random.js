// Random models of Keras, made with TensorFlow.js: layers of all sorts behind each other and joined, small enough to be computed at once.

/** Numbers from a seed: [0, 1). */
const generator = (seed) => {
  let state = seed * 7919 + 1;
  return () => {
    state = (state * 1103515245 + 12345) & 0x7fffffff;
    return state / 0x80000000;
  };
};

const ACTIVATIONS = [
  'linear',
  'relu',
  'tanh',
  'sigmoid',
  'elu',
  'softplus',
  'relu6',
  'hardSigmoid',
  'softsign',
  'selu',
  'swish',
];

/** More values than this are read by no further layer. */
const MOST_VALUES = 3000;

const sizesOf = (x) => x.shape.slice(1);
const countOf = (x) => sizesOf(x).reduce((a, b) => a * b, 1);
const divisors = (n, most) => Array.from({ length: most }, (_, i) => i + 1).filter((k) => n % k === 0);

export const randomModel = (tf, seed) => {
  const random = generator(seed);
  const int = (from, to) => from + Math.floor(random() * (to - from + 1));
  const pick = (list) => list[int(0, list.length - 1)];
  const flag = () => random() < 0.5;
  const L = tf.layers;
  const padding = () => pick(['same', 'valid']);
  const cell = () => ({ recurrentInitializer: 'glorotUniform', units: int(1, 4), returnSequences: flag() });
  const shuffled = (n) => {
    const left = Array.from({ length: n }, (_, i) => i + 1);
    return Array.from({ length: n }, () => left.splice(int(0, left.length - 1), 1)[0]);
  };

  const anywhere = (x) => [
    () => L.activation({ activation: pick(ACTIVATIONS) }),
    () => L.batchNormalization({}),
    () => L.layerNormalization({}),
    () => L.dropout({ rate: 0.3 }),
    () => L.dense({ units: int(1, 5), activation: pick(ACTIVATIONS) }),
    () => L.leakyReLU({}),
    () => L.prelu({}),
    () => L.softmax({ axis: -1 }),
    ...(x.shape.length > 2
      ? [() => L.flatten(), () => L.permute({ dims: shuffled(x.shape.length - 1) }), () => reshape(x, 2)]
      : [() => L.repeatVector({ n: int(1, 4) }), () => reshape(x, 3)]),
  ];

  const reshape = (x, axes) => {
    const sizes = [];
    let left = countOf(x);
    for (let axis = 1; axis < axes; axis += 1) {
      sizes.push(pick(divisors(left, 5)));
      left /= sizes.at(-1);
    }
    return L.reshape({ targetShape: flag() ? [...sizes, left] : [left, ...sizes] });
  };

  const onSequences = (x) => {
    const window = { poolSize: int(1, Math.min(3, x.shape[1])), strides: int(1, 2), padding: padding() };
    return [
      () => L.conv1d({ ...window, kernelSize: window.poolSize, filters: int(1, 5) }),
      () => L.maxPooling1d(window),
      () => L.averagePooling1d(window),
      () => L.globalAveragePooling1d({}),
      () => L.globalMaxPooling1d({}),
      () => L.lstm({ ...cell(), recurrentActivation: 'sigmoid' }),
      () => L.simpleRNN(cell()),
      () =>
        L.bidirectional({
          layer: L.lstm({ ...cell(), recurrentActivation: 'sigmoid' }),
          mergeMode: pick(['concat', 'sum', 'mul', 'ave']),
        }),
    ];
  };

  const onImages = (x) => {
    const [h, w] = sizesOf(x);
    const kernelSize = [int(1, Math.min(3, h)), int(1, Math.min(3, w))];
    const strides = flag() ? [1, 1] : [2, 2];
    const pool = { poolSize: kernelSize, strides, padding: padding() };
    const pairs = () => [int(0, 2), int(0, 2)];
    return [
      () => L.conv2d({ filters: int(1, 5), kernelSize, strides, padding: padding(), activation: pick(ACTIVATIONS) }),
      () => L.depthwiseConv2d({ kernelSize, strides, padding: padding(), depthMultiplier: int(1, 2) }),
      () => L.separableConv2d({ filters: int(1, 4), kernelSize, padding: padding() }),
      () => L.conv2dTranspose({ filters: int(1, 3), kernelSize: int(1, 3), strides: int(1, 2), padding: padding() }),
      () => L.maxPooling2d(pool),
      () => L.averagePooling2d(pool),
      () => L.zeroPadding2d({ padding: [pairs(), pairs()] }),
      () =>
        L.cropping2D({
          cropping: [
            [0, h > 2 ? 1 : 0],
            [w > 2 ? 1 : 0, 0],
          ],
        }),
      () => L.upSampling2d({ size: [int(1, 2), int(1, 2)] }),
      () => L.globalAveragePooling2d({}),
      () => L.globalMaxPooling2d({}),
      () => L.prelu({ sharedAxes: [1, 2] }),
    ];
  };

  const joins = [
    () => L.add(),
    () => L.multiply(),
    () => L.average(),
    () => L.maximum(),
    (x) => L.concatenate({ axis: pick([-1, ...sizesOf(x).map((_, i) => i + 1)]) }),
  ];

  const input = tf.input({
    shape: pick([[int(4, 8), int(4, 8), int(1, 4)], [int(4, 9), int(1, 5)], [int(4, 12)]]),
    name: 'x',
  });
  const all = [input];
  for (let left = int(3, 12); left > 0; left -= 1) {
    const x = flag() || flag() ? all.at(-1) : pick(all);
    if (countOf(x) > MOST_VALUES) continue;
    const others = all.filter((other) => other !== x && other.shape.join() === x.shape.join());
    const special = { 3: onSequences, 4: onImages }[x.shape.length]?.(x) ?? [];
    all.push(
      others.length > 0 && random() < 0.3
        ? pick(joins)(x).apply([x, pick(others)])
        : pick([...anywhere(x), ...special, ...special])().apply(x),
    );
  }
  const last = all.at(-1) === input ? L.flatten().apply(input) : all.at(-1);
  return tf.model({ inputs: input, outputs: last, name: 'random' });
};
