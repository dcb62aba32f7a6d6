// What Keras has no layer for, in Python as the generated file defines it: functions of keras.ops, and layers that learn. No networks.

export interface Definition {
  readonly text: string;
  /** Modules besides keras. */
  readonly needs: readonly ('functools' | 'np')[];
  /** Definitions that it calls. */
  readonly uses?: readonly string[];
}

const SERIALIZABLE = '@keras.saving.register_keras_serializable()';

export const DEFINITIONS: Readonly<Record<string, Definition>> = {
  Scale: {
    needs: [],
    text: `${SERIALIZABLE}
class Scale(layers.Layer):
    """A factor and an addend for each channel, both learned."""

    def __init__(self, init=1.0, use_scale=True, use_bias=False, **kwargs):
        super().__init__(**kwargs)
        self.init = init
        self.use_scale = use_scale
        self.use_bias = use_bias

    def build(self, shape):
        size = (shape[-1],)
        if self.use_scale:
            start = keras.initializers.Constant(self.init)
            self.scale = self.add_weight(shape=size, initializer=start, name="scale")
        if self.use_bias:
            self.bias = self.add_weight(shape=size, initializer="zeros", name="bias")

    def call(self, x):
        if self.use_scale:
            x = x * self.scale
        return x + self.bias if self.use_bias else x

    def get_config(self):
        config = {"init": self.init, "use_scale": self.use_scale}
        return {**super().get_config(), **config, "use_bias": self.use_bias}`,
  },
  Parameter: {
    needs: [],
    text: `${SERIALIZABLE}
class Parameter(layers.Layer):
    """A learned tensor, the same for every image of the batch that it is called on."""

    def __init__(self, shape, init=0.0, **kwargs):
        super().__init__(**kwargs)
        self.shape = tuple(shape)
        self.init = init

    def build(self, _):
        start = keras.initializers.Constant(self.init)
        self.value = self.add_weight(shape=self.shape, initializer=start, name="value")

    def call(self, x):
        return ops.broadcast_to(self.value, (ops.shape(x)[0], *self.shape))

    def compute_output_shape(self, shape):
        return (shape[0], *self.shape)

    def get_config(self):
        return {**super().get_config(), "shape": self.shape, "init": self.init}`,
  },
  RMSNorm: {
    needs: [],
    text: `${SERIALIZABLE}
class RMSNorm(layers.Layer):
    """Divides by the root mean square along some axes."""

    def __init__(self, axis, shape, epsilon, center=False, scale=True, **kwargs):
        super().__init__(**kwargs)
        self.axis = axis
        self.shape = tuple(shape)
        self.epsilon = epsilon
        self.center = center
        self.scale = scale

    def build(self, _):
        size = self.shape
        if self.scale:
            self.gamma = self.add_weight(shape=size, initializer="ones", name="gamma")
        if self.center:
            self.beta = self.add_weight(shape=size, initializer="zeros", name="beta")

    def call(self, x):
        square = ops.mean(ops.square(x), axis=self.axis, keepdims=True)
        x = x * ops.rsqrt(square + self.epsilon)
        if self.scale:
            x = x * self.gamma
        return x + self.beta if self.center else x

    def get_config(self):
        config = {"axis": self.axis, "shape": self.shape, "epsilon": self.epsilon}
        learned = {"center": self.center, "scale": self.scale}
        return {**super().get_config(), **config, **learned}`,
  },
  local_response_norm: {
    needs: [],
    text: `def local_response_norm(x, size, alpha, beta, k, before):
    """Divides by what the squares of neighbouring channels come to."""
    channels = x.shape[-1]
    sides = [(0, 0)] * (len(x.shape) - 1) + [(before, size - 1 - before)]
    squares = ops.pad(ops.square(x), sides)
    total = sum(squares[..., i : i + channels] for i in range(size))
    return x / ops.power(k + alpha / size * total, beta)`,
  },
  cells: {
    needs: [],
    text: `def cells(x, axis, start, stop, step=1):
    """Those along one axis."""
    return x[(slice(None),) * axis + (slice(start, stop, step),)]`,
  },
  pool_windows: {
    needs: ['functools', 'np'],
    uses: ['cells'],
    text: `def pool_windows(
    x, mode, pool_size, strides, dilation, before, sizes, divisors=None
):
    """The largest value or the mean of windows, as PyTorch counts their cells.

    \`before\` is the padding before the first cell of each axis; behind the last one
    there is as much as \`sizes\` windows reach. \`divisors\` has for each axis by how many
    cells the windows divide.
    """
    padding = float("-inf") if mode == "max" else 0.0
    for axis, n in enumerate(sizes, start=1):
        k, s, d = pool_size[axis - 1], strides[axis - 1], dilation[axis - 1]
        last = (n - 1) * s + d * (k - 1)
        first = before[axis - 1]
        sides = [(0, 0)] * len(x.shape)
        sides[axis] = (first, max(last + 1 - x.shape[axis] - first, 0))
        x = ops.pad(x, sides, constant_values=padding)
        taps = [cells(x, axis, i * d, i * d + (n - 1) * s + 1, s) for i in range(k)]
        x = functools.reduce(ops.maximum if mode == "max" else ops.add, taps)
        if divisors is not None:
            shape = [1] * len(x.shape)
            shape[axis] = -1
            x = x / np.reshape(np.float32(divisors[axis - 1]), shape)
    return x`,
  },
  adaptive_pool: {
    needs: [],
    uses: ['cells'],
    text: `def adaptive_pool(x, mode, sizes):
    """Cell i of m is the largest or the mean of cells i n / m to (i + 1) n / m of n."""
    reduce = ops.max if mode == "max" else ops.mean
    for axis, m in enumerate(sizes, start=1):
        n = x.shape[axis]
        parts = [cells(x, axis, i * n // m, -(-(i + 1) * n // m)) for i in range(m)]
        means = [reduce(part, axis=axis, keepdims=True) for part in parts]
        x = ops.concatenate(means, axis=axis)
    return x`,
  },
  pad_border: {
    needs: ['np'],
    text: `def pad_border(x, sides, mode):
    """Cells around the image from the image itself, by the modes of np.pad."""
    for axis, (before, after) in enumerate(sides, start=1):
        more = (max(before, 0), max(after, 0))
        places = np.pad(np.arange(x.shape[axis]), more, mode=mode)
        places = places[max(-before, 0) : len(places) - max(-after, 0)]
        x = ops.take(x, places, axis=axis)
    return x`,
  },
  max_unpool: {
    needs: [],
    text: `def max_unpool(x, of, pool_size):
    """Each value where the largest of its window in \`of\` stands, all else 0."""
    rank, channels = len(pool_size), x.shape[-1]
    places = x.shape[1:-1]
    split = [size for pair in zip(places, pool_size) for size in pair]
    order = [0] + [2 * i + 1 for i in range(rank)] + [2 * rank + 1]
    order += [2 * i + 2 for i in range(rank)]
    windows = ops.transpose(ops.reshape(of, (-1, *split, channels)), order)
    taps = 1
    for size in pool_size:
        taps *= size
    largest = ops.argmax(ops.reshape(windows, (-1, *places, channels, taps)), axis=-1)
    spread = ops.one_hot(largest, taps, dtype=x.dtype) * ops.expand_dims(x, -1)
    spread = ops.reshape(spread, (-1, *places, channels, *pool_size))
    back = [0] + [axis for i in range(rank) for axis in (i + 1, rank + 2 + i)]
    whole = [n * k for n, k in zip(places, pool_size)]
    return ops.reshape(ops.transpose(spread, back + [rank + 1]), (-1, *whole, channels))`,
  },
  where_greater: {
    needs: [],
    text: `def where_greater(measure, x, limit, otherwise):
    """x where the measure is greater than the limit."""
    return ops.where(ops.greater(measure, limit), x, otherwise)`,
  },
  log_softmax: {
    needs: [],
    text: `def log_softmax(x, axis):
    """Of several axes together, or of one."""
    return x - ops.logsumexp(x, axis=axis, keepdims=True)`,
  },
  resize: {
    needs: ['np'],
    text: `def resize(
    x,
    sizes,
    mode,
    coordinates,
    rounding="floor",
    a=-0.75,
    exclude_outside=False,
    scales=None,
):
    """Each cell from those around its point of the input, as ONNX's Resize has it."""
    for axis, m in enumerate(sizes, start=1):
        n = x.shape[axis]
        i = np.arange(m, dtype="float64")
        scale = m / n if scales is None else scales[axis - 1]
        points = {
            "asymmetric": i / scale,
            "half_pixel": (i + 0.5) / scale - 0.5,
            "align_corners": i * (n - 1) / max(m - 1, 1),
        }[coordinates]
        weights = np.zeros((n, m))
        for cell, point in enumerate(points):
            near = np.round(2 * point) / 2
            if abs(point - near) < 1e-9 * max(1, abs(point)):
                point = near
            if mode == "nearest":
                taps = {
                    "floor": np.floor(point),
                    "ceil": np.ceil(point),
                    "round_prefer_floor": np.ceil(point - 0.5),
                    "round_prefer_ceil": np.floor(point + 0.5),
                }
                taps = [(taps[rounding], 1.0)]
            elif mode == "linear":
                point = max(point, 0.0)
                first = np.floor(point)
                taps = [(first, 1 - point + first), (first + 1, point - first)]
            else:
                first = np.floor(point) - 1
                taps = []
                for k in range(4):
                    t = abs(point - first - k)
                    near = ((a + 2) * t - (a + 3)) * t * t + 1
                    far = ((a * t - 5 * a) * t + 8 * a) * t - 4 * a
                    taps.append((first + k, near if t <= 1 else far))
                if exclude_outside:
                    taps = [(at, weight) for at, weight in taps if 0 <= at < n]
                    whole = sum(weight for _, weight in taps)
                    taps = [(at, weight / whole) for at, weight in taps]
            for at, weight in taps:
                weights[int(min(max(at, 0), n - 1)), cell] += weight
        weights = ops.convert_to_tensor(weights.astype("float32"))
        x = ops.moveaxis(ops.tensordot(x, weights, axes=[[axis], [0]]), -1, axis)
    return x`,
  },
};

/** Of the loader: a recurrent layer's gates, and weights that are learned as a direction and a length. */
export const LOADERS: Readonly<Record<string, Definition>> = {
  blocks: {
    needs: ['np'],
    text: `def blocks(array, *order):
    """The parts of the first axis in another order: the gates of a recurrent layer."""
    parts = np.split(array, len(order))
    return np.concatenate([parts[i] for i in order])`,
  },
  weight_norm: {
    needs: ['np'],
    text: `def weight_norm(v, g):
    """A weight that is learned as a direction and a length."""
    length = np.sqrt(np.sum(np.square(v), axis=tuple(range(1, v.ndim)), keepdims=True))
    return v * g.reshape(length.shape) / length`,
  },
};

export const READER = `def read_safetensors(path):
    """The tensors of a .safetensors file, by name."""
    types = {"F32": "<f4", "F16": "<f2"}
    with open(path, "rb") as file:
        length = int.from_bytes(file.read(8), "little")
        header = json.loads(file.read(length))
        data = file.read()
    tensors = {}
    for name, about in header.items():
        if about.get("dtype") in types:
            start, stop = about["data_offsets"]
            values = np.frombuffer(data[start:stop], dtype=types[about["dtype"]])
            tensors[name] = values.reshape(about["shape"]).astype("float32")
    return tensors`;
