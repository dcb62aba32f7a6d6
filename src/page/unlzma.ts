// LZMA back to bytes, after Igor Pavlov's specification (LzmaSpec.cpp, public domain). Only that: the library that packs at build time
// brings its packing along wherever it unpacks, 47 KB in every page; and browsers have no such stream. LZMA takes 13 % less than deflate.

/** Probabilities lie in one array: where those of each sort begin. A length has {@link LENGTH} of them. */
const LENGTH = 514;
const AT = {
  match: 0,
  rep: 192,
  rep0: 204,
  rep1: 216,
  rep2: 228,
  rep0Long: 240,
  slot: 432,
  align: 688,
  distance: 704,
  length: 819,
  repLength: 819 + LENGTH,
  literal: 819 + 2 * LENGTH,
} as const;

/** What the file of a .lzma holds. Throws a RangeError where it is none, or ends too early. */
export const unlzma = (bytes: Uint8Array): Uint8Array<ArrayBuffer> => {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const [properties = 255] = bytes;
  if (bytes.length < 18 || properties >= 225) throw new RangeError('this is no LZMA');
  const literalContext = properties % 9;
  const literalPlace = Math.floor(properties / 9) % 5;
  const placeMask = (1 << Math.floor(properties / 45)) - 1;
  const size = view.getUint32(5, true);
  const out = new Uint8Array(size);
  const odds = new Uint16Array(AT.literal + (0x300 << (literalContext + literalPlace))).fill(1024);

  // The range coder.
  let next = 18;
  let range = 0xffffffff;
  let code = view.getUint32(14);
  const normalise = (): void => {
    if (range >= 0x1000000) return;
    if (next > bytes.length + 4) throw new RangeError('this LZMA is cut off');
    range = (range << 8) >>> 0;
    code = ((code << 8) | (bytes[next] ?? 0)) >>> 0;
    next += 1;
  };
  const bit = (at: number): 0 | 1 => {
    const odd = odds[at] ?? 0;
    const bound = (range >>> 11) * odd;
    const isOne = code >= bound;
    if (isOne) {
      range -= bound;
      code -= bound;
      odds[at] = odd - (odd >> 5);
    } else {
      range = bound;
      odds[at] = odd + ((2048 - odd) >> 5);
    }
    normalise();
    return isOne ? 1 : 0;
  };
  const direct = (count: number): number => {
    let value = 0;
    for (let i = 0; i < count; i += 1) {
      range >>>= 1;
      const isOne = code >= range;
      if (isOne) code -= range;
      value = (value << 1) | (isOne ? 1 : 0);
      normalise();
    }
    return value;
  };
  /** A number of so many bits, the highest first, each by those before it. */
  const tree = (at: number, bits: number): number => {
    let node = 1;
    for (let i = 0; i < bits; i += 1) node = (node << 1) | bit(at + node);
    return node - (1 << bits);
  };
  const reverse = (at: number, bits: number): number => {
    let [node, value] = [1, 0];
    for (let i = 0; i < bits; i += 1) {
      const one = bit(at + node);
      node = (node << 1) | one;
      value |= one << i;
    }
    return value;
  };
  const lengthOf = (at: number, place: number): number => {
    if (bit(at) === 0) return tree(at + 2 + (place << 3), 3);
    if (bit(at + 1) === 0) return 8 + tree(at + 130 + (place << 3), 3);
    return 16 + tree(at + 258, 8);
  };
  const distanceOf = (length: number): number => {
    const slot = tree(AT.slot + (Math.min(length, 3) << 6), 6);
    if (slot < 4) return slot;
    const bits = (slot >> 1) - 1;
    const high = (2 | (slot & 1)) << bits;
    if (slot < 14) return high + reverse(AT.distance + high - slot, bits);
    return (high + (direct(bits - 4) << 4) + reverse(AT.align, 4)) >>> 0;
  };

  let [state, rep0, rep1, rep2, rep3, done] = [0, 0, 0, 0, 0, 0];
  const literal = (): void => {
    const before = done > 0 ? (out[done - 1] ?? 0) : 0;
    const context = ((done & ((1 << literalPlace) - 1)) << literalContext) + (before >> (8 - literalContext));
    const at = AT.literal + 0x300 * context;
    let symbol = 1;
    if (state >= 7) {
      let matched = out[done - rep0 - 1] ?? 0;
      while (symbol < 0x100) {
        const expected = (matched >> 7) & 1;
        matched <<= 1;
        const one = bit(at + ((1 + expected) << 8) + symbol);
        symbol = (symbol << 1) | one;
        if (one !== expected) break;
      }
    }
    while (symbol < 0x100) symbol = (symbol << 1) | bit(at + symbol);
    out[done] = symbol;
    done += 1;
    state = state < 4 ? 0 : state < 10 ? state - 3 : state - 6;
  };
  /** One of the last distances again; whether it is a single byte. */
  const repeated = (place: number): boolean => {
    if (bit(AT.rep0 + state) === 0) return bit(AT.rep0Long + (state << 4) + place) === 0;
    const isSecond = bit(AT.rep1 + state) === 0;
    const isThird = !isSecond && bit(AT.rep2 + state) === 0;
    const distance = isSecond ? rep1 : isThird ? rep2 : rep3;
    if (!isSecond && !isThird) rep3 = rep2;
    if (!isSecond) rep2 = rep1;
    [rep1, rep0] = [rep0, distance];
    return false;
  };
  while (done < size) {
    const place = done & placeMask;
    if (bit(AT.match + (state << 4) + place) === 0) {
      literal();
      continue;
    }
    let length = 1;
    if (bit(AT.rep + state) === 1) {
      if (repeated(place)) state = state < 7 ? 9 : 11;
      else {
        length = 2 + lengthOf(AT.repLength, place);
        state = state < 7 ? 8 : 11;
      }
    } else {
      const own = lengthOf(AT.length, place);
      length = own + 2;
      [rep3, rep2, rep1, rep0] = [rep2, rep1, rep0, distanceOf(own)];
      state = state < 7 ? 7 : 10;
    }
    if (rep0 >= done) throw new RangeError('this LZMA points before its beginning');
    for (const end = Math.min(size, done + length); done < end; done += 1) out[done] = out[done - rep0 - 1] ?? 0;
  }
  return out;
};
