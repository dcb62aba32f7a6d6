// The description of a model in an HDF5 file of Keras: a text that stands in it in one piece. HDF5 itself is not read, and neither are weights.

import type { Bytes } from '../../files/bytes.js';

/** Keras writes the description before the weights. */
const MOST_LOOKED_AT = 64 * 1024 * 1024;
const PIECE = 1024 * 1024;
/** So many beginnings are tried: layers stand in models, and begin as they do. */
const MOST_TRIED = 20;
/** The version stands in front of the description, where both are texts of any length. */
const BEFORE = 256;

/** How Keras 2 and Keras 3 begin. */
const BEGINNING = /\{"(?:class_name|module)": "/g;
const LONGEST_BEGINNING = 16;

export interface Description {
  readonly text: string;
  readonly version?: string | undefined;
}

/** The first text that `isModel` accepts. */
export const descriptionIn = (bytes: Bytes, isModel: (text: string) => boolean): Description | undefined => {
  const size = Math.min(bytes.size, MOST_LOOKED_AT);
  let [tried, from] = [0, 0];
  while (from < size && tried < MOST_TRIED) {
    const piece = latin1(bytes.read(from, PIECE));
    let next = from + Math.max(1, piece.length - LONGEST_BEGINNING);
    for (const { index } of piece.matchAll(BEGINNING)) {
      tried += 1;
      const text = objectAt(bytes, from + index);
      if (text !== undefined && isModel(text)) return { text, version: versionBefore(bytes, from + index) };
      // What stands in an object that is none is none either.
      if (text !== undefined) {
        next = from + index + text.length;
        break;
      }
      if (tried >= MOST_TRIED) break;
    }
    from = next;
  }
  return undefined;
};

const latin1 = (bytes: Uint8Array): string => new TextDecoder('latin1').decode(bytes);

/** From its brace to the one that closes it; undefined where none does. */
const objectAt = (bytes: Bytes, from: number): string | undefined => {
  const parts: Uint8Array[] = [];
  let [depth, inText, escaped, read] = [0, false, false, 0];
  while (read < MOST_LOOKED_AT) {
    const part = bytes.read(from + read, PIECE);
    if (part.length === 0) return undefined;
    for (let at = 0; at < part.length; at += 1) {
      const sign = part[at];
      if (sign === 0) return undefined;
      if (escaped) escaped = false;
      else if (sign === 0x5c) escaped = inText;
      else if (sign === 0x22) inText = !inText;
      else if (!inText && sign === 0x7b) depth += 1;
      else if (!inText && sign === 0x7d) depth -= 1;
      if (depth === 0) return new TextDecoder().decode(joined([...parts, part.subarray(0, at + 1)]));
    }
    parts.push(part);
    read += part.length;
  }
  return undefined;
};

const joined = (parts: readonly Uint8Array[]): Uint8Array => {
  const whole = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
};

const versionBefore = (bytes: Bytes, at: number): string | undefined => {
  const from = Math.max(0, at - BEFORE);
  return /\d+\.\d+\.\d+/.exec(latin1(bytes.read(from, at - from)))?.[0];
};
