// Batch normalisation folded into the convolution or dense layer before it: what a runtime's own tools do to a model before
// it is deployed, done here so that every peer gets its best case. No other fusing.

const foldable = new Set(['convolution', 'dense']);

/** `weight` is [C_out, …], so channel c owns a run of it. */
const scaled = (weight, factors) => {
  const run = weight.data.length / factors.length;
  return { shape: weight.shape, data: weight.data.map((value, i) => value * factors[Math.floor(i / run)]) };
};

const folded = (host, norm) => {
  const { weight: gamma, bias: beta, running_mean: mean, running_var: variance } = norm.weights;
  const { weight, bias } = host.weights;
  const C = host.output[0];
  const factors = Float64Array.from(
    { length: C },
    (_, c) => (gamma?.data[c] ?? 1) / Math.sqrt(variance.data[c] + norm.operator.eps),
  );
  const data = Float32Array.from(
    { length: C },
    (_, c) => ((bias?.data[c] ?? 0) - mean.data[c]) * factors[c] + (beta?.data[c] ?? 0),
  );
  return { ...host, id: norm.id, weights: { weight: scaled(weight, factors), bias: { shape: [C], data } } };
};

/** How many read each step or input; being an output counts as one. */
export const countReaders = (network) => {
  const readers = new Map();
  for (const id of [...network.outputs, ...network.steps.flatMap((step) => step.inputs)])
    readers.set(id, (readers.get(id) ?? 0) + 1);
  return readers;
};

/** The network without those batch normalisations that are the only reader of a convolution or dense layer. */
export const foldBatchNorm = (network) => {
  const readers = countReaders(network);
  const steps = new Map();
  for (const step of network.steps) {
    const host = steps.get(step.inputs[0]);
    const folds =
      step.operator.op === 'normalise' &&
      step.operator.over === 'batch' &&
      foldable.has(host?.operator.op) &&
      readers.get(host.id) === 1;
    if (folds) steps.delete(host.id);
    steps.set(step.id, folds ? folded(host, step) : step);
  }
  return { ...network, steps: [...steps.values()] };
};
