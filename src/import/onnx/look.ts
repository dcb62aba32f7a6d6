// Whether bytes begin as an ONNX model does. Other programs write protobuf as well, and none has a mark of its own.

/** The wire type of each field of a model. */
const FIELDS: Readonly<Record<number, number>> = {
  1: 0,
  2: 2,
  3: 2,
  4: 2,
  5: 0,
  6: 2,
  7: 2,
  8: 2,
  14: 2,
  20: 2,
  25: 2,
  26: 2,
};

/** Texts: who made it, in which version, in which domain, and its documentation. */
const TEXTS: readonly number[] = [2, 3, 4, 6];

/** A model has a graph and says which operators it means; what stands behind them is not seen here. */
const [GRAPH, OPERATORS] = [7, 8];

const varint = (bytes: Uint8Array, at: number): { readonly value: number; readonly end: number } | null => {
  let [value, scale, end] = [0, 1, at];
  for (;;) {
    const byte = bytes[end++];
    if (byte === undefined || end - at > 10) return null;
    value += (byte & 127) * scale;
    scale *= 128;
    if (byte < 128) return { value, end };
  }
};

const isText = (bytes: Uint8Array): boolean =>
  bytes.every((byte) => byte >= 0x20 || byte === 0x0a || byte === 0x09 || byte === 0x0d);

export const beginsAsOnnx = (beginning: Uint8Array): boolean => {
  let at = 0;
  while (at < beginning.length) {
    const tag = varint(beginning, at);
    if (!tag) return false;
    const [field, wire] = [tag.value >>> 3, tag.value & 7];
    if (FIELDS[field] !== wire) return false;
    const next = varint(beginning, tag.end);
    if (!next) return false;
    if (wire === 0) at = next.end;
    else {
      const content = beginning.subarray(next.end, next.end + next.value);
      if (TEXTS.includes(field) && !isText(content)) return false;
      if (field === OPERATORS || (field === GRAPH && next.value > 0)) return true;
      at = next.end + next.value;
    }
  }
  return false;
};
