// The image that all contenders read: waves of two frequencies, so that no two places are alike. Nothing random.

/** [1, …shape], between -2 and 2. */
export const testInput = ({ inputs: [{ shape }] }) => {
  const data = new Float32Array(shape.reduce((a, b) => a * b));
  for (let i = 0; i < data.length; i += 1) data[i] = Math.sin(i * 0.37) + Math.cos(i * 0.011);
  return { shape: [1, ...shape], data };
};
