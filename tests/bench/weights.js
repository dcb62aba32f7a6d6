// Weights for the benchmark: reproducible, and such that no layer is trivial. What a user's run gets is src/run/'s business.

/** mulberry32 by Tommy Ettinger (public domain): uniform in [0, 1). */
const uniform = (seed) => {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
};

/** Half the width around the middle: kernels as He et al. (2015) draw them, so that activations keep their size. */
const spread = ({ tensor, shape }) =>
  tensor === 'weight' && shape.length > 1 ? Math.sqrt(6 / shape.slice(1).reduce((a, b) => a * b, 1)) : 0.1;

/** Scales and variances lie around 1. */
const middle = ({ tensor, shape }) => (tensor === 'running_var' || (tensor === 'weight' && shape.length === 1) ? 1 : 0);

/** Tensors by name, drawn from one stream in the network's order. */
export const weightsFor = (parameters, seed = 1) => {
  const next = uniform(seed);
  return new Map(
    parameters.map((parameter) => {
      const { name, shape } = parameter;
      const [width, around] = [spread(parameter), middle(parameter)];
      const data = new Float32Array(shape.reduce((a, b) => a * b, 1));
      for (let i = 0; i < data.length; i += 1) data[i] = around + (2 * next() - 1) * width;
      return [name, { shape, data }];
    }),
  );
};
