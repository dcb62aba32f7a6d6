// Weights for the benchmark: those the tool makes from a seed, but that no bias and no normalisation is trivial.

/** What a layer's own initialisation would leave at 0 or 1 lies this far around it. */
const WIDTH = 0.1;

const isKernel = ({ tensor, shape }) => tensor === 'weight' && shape.length > 1;

const around = (library, { name, shape }, { data }, seed) => {
  const shifts = library.uniform(data.length, WIDTH, library.seedOf(seed, name));
  return { shape, data: data.map((value, i) => value + shifts[i]) };
};

/** Tensors by name. */
export const weightsFor = (library, analysis, seed = 1) => {
  const made = library.initialised(analysis, seed);
  return new Map(
    library.parameters(analysis).map((parameter) => {
      const tensor = made.get(parameter.name);
      return [parameter.name, isKernel(parameter) ? tensor : around(library, parameter, tensor, seed)];
    }),
  );
};
