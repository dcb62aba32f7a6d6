// The axes of a tensor in another order. Nothing else.

/** Axis i of the result is axis `order[i]` of the tensor. */
export const permuted = ({ shape, data }, order) => {
  const strides = shape.map((_, axis) => shape.slice(axis + 1).reduce((a, b) => a * b, 1));
  const result = new Float32Array(data.length);
  let at = 0;
  const fill = (axis, from) => {
    const size = shape[order[axis]];
    const stride = strides[order[axis]];
    if (axis < order.length - 1) for (let i = 0; i < size; i += 1) fill(axis + 1, from + i * stride);
    else for (let i = 0; i < size; i += 1) result[at++] = data[from + i * stride];
  };
  fill(0, 0);
  return { shape: order.map((axis) => shape[axis]), data: result };
};
