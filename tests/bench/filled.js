// An ONNX model with zeros for all weights that stand in it without numbers: as large a file as people have. No library reads it here.

/** The fields of a protobuf message: number, where they begin, where their content begins and ends. */
function* fields(bytes) {
  let at = 0;
  const varint = () => {
    let [value, scale] = [0, 1];
    for (;;) {
      const byte = bytes[at++];
      value += (byte & 127) * scale;
      scale *= 128;
      if (byte < 128) return value;
    }
  };
  while (at < bytes.length) {
    const start = at;
    const tag = varint();
    const wire = tag % 8;
    const length = wire === 2 ? varint() : 0;
    const begin = at;
    if (wire === 0) varint();
    else at += wire === 2 ? length : wire === 1 ? 8 : 4;
    yield { number: (tag - wire) / 8, wire, start, begin, end: at };
  }
}

const varint = (value) => (value < 128 ? [value] : [(value % 128) | 128, ...varint(Math.floor(value / 128))]);

const message = (number, content) =>
  Buffer.concat([Buffer.from([...varint(number * 8 + 2), ...varint(content.length)]), content]);

const [GRAPH, INITIALIZER, DIMS, RAW] = [7, 5, 1, 9];

const mapped = (bytes, number, change) =>
  Buffer.concat(
    [...fields(bytes)].map((field) =>
      field.number === number && field.wire === 2
        ? message(number, change(bytes.subarray(field.begin, field.end)))
        : bytes.subarray(field.start, field.end),
    ),
  );

const withZeros = (tensor) => {
  const all = [...fields(tensor)];
  if (all.some(({ number }) => number === RAW)) return tensor;
  const sizes = all
    .filter(({ number }) => number === DIMS)
    .map(({ begin, end }) => {
      return [...tensor.subarray(begin, end)].reduce((sum, byte, i) => sum + (byte & 127) * 128 ** i, 0);
    });
  return Buffer.concat([tensor, message(RAW, Buffer.alloc(4 * sizes.reduce((product, n) => product * n, 1)))]);
};

export const filled = (model) => mapped(model, GRAPH, (graph) => mapped(graph, INITIALIZER, withZeros));
