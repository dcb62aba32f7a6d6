// The lines that a sweep reads, a few at a time: of a file or a pipe as they come, or every combination of what is varied. What stands
// in a line is sweep/line.ts.

import { LIMITS } from '../../lang/limits.js';
import type { Line } from '../../sweep/answer.js';
import { asValue, objectIn, type SetValue } from '../../sweep/line.js';
import { combination, type Dimension } from '../../sweep/over.js';

/** So many are given to one who answers. */
const AT_ONCE = 16;

const NEWLINE = 10;

/** Lines of a text in pieces. Empty ones are counted and left out; the last needs no end. */
export async function* linesIn(chunks: AsyncIterable<Uint8Array>): AsyncIterable<readonly Line[]> {
  let number = 0;
  let begun = new Unfinished();
  const lineOf = (bytes: Uint8Array): readonly Line[] => {
    number += 1;
    const line = begun.ended(bytes);
    begun = new Unfinished();
    if (line === 'too-long') return [{ number, text: '', fault: TOO_LONG }];
    const text = decoded(line, number === 1);
    if (text === undefined) return [{ number, text: '', fault: NO_TEXT }];
    return text.trim() === '' ? [] : [{ number, text }];
  };
  for await (const chunk of inUtf8(chunks)) {
    let lines: Line[] = [];
    let from = 0;
    for (let end = chunk.indexOf(NEWLINE); end >= 0; end = chunk.indexOf(NEWLINE, from)) {
      lines.push(...lineOf(chunk.subarray(from, end)));
      from = end + 1;
      if (lines.length < AT_ONCE) continue;
      yield lines;
      lines = [];
    }
    begun.add(chunk.subarray(from));
    if (lines.length > 0) yield lines;
  }
  if (!begun.isEmpty) yield lineOf(new Uint8Array());
}

/** What PowerShell writes is UTF-16, and says so in its first two bytes. */
async function* inUtf8(chunks: AsyncIterable<Uint8Array>): AsyncIterable<Uint8Array> {
  let decoder: InstanceType<typeof TextDecoder> | null | undefined;
  let first = new Uint8Array();
  for await (const chunk of chunks) {
    if (decoder === undefined) {
      first = new Uint8Array([...first, ...chunk]);
      if (first.length < 2) continue;
      decoder = first[0] === 0xff && first[1] === 0xfe ? new TextDecoder('utf-16le') : null;
      yield decoder ? ENCODER.encode(decoder.decode(first, { stream: true })) : first;
    } else yield decoder ? ENCODER.encode(decoder.decode(chunk, { stream: true })) : chunk;
  }
  if (decoder === undefined) yield first;
}

const ENCODER = new TextEncoder();

const TOO_LONG = {
  code: 'spec/too-large',
  message: `the line has more than ${LIMITS.bytes} bytes (4 MiB), which is the most that is read`,
} as const;

const NO_TEXT = {
  code: 'file/encoding',
  message: 'the line has bytes that stand for no character in UTF-8',
  help: 'save it as UTF-8',
} as const;

/** A line whose end has not come yet. Of one that is too long no more is kept. */
class Unfinished {
  private pieces: Uint8Array[] = [];
  private length = 0;

  get isEmpty(): boolean {
    return this.length === 0;
  }

  add(piece: Uint8Array): void {
    this.length += piece.length;
    // Whoever reads may use a chunk's memory again.
    if (piece.length > 0) this.pieces.push(piece.slice());
    if (this.length > LIMITS.bytes) this.pieces = [];
  }

  /** With its last piece. */
  ended(last: Uint8Array): Uint8Array | 'too-long' {
    if (this.length + last.length > LIMITS.bytes) return 'too-long';
    if (this.length === 0) return last;
    const whole = new Uint8Array(this.length + last.length);
    let at = 0;
    for (const piece of [...this.pieces, last]) {
      whole.set(piece, at);
      at += piece.length;
    }
    return whole;
  }
}

const UTF8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

const decoded = (bytes: Uint8Array, isFirst: boolean): string | undefined => {
  try {
    const text = UTF8.decode(bytes);
    return isFirst ? text.replace(/^\ufeff/, '') : text;
  } catch {
    return undefined;
  }
};

/** Every combination as a line, from the one with that number (from 0) on; `set` is said of all of them. */
export async function* linesOver(
  spec: string | object,
  dimensions: readonly Dimension[],
  set: Readonly<Record<string, SetValue>>,
  [from, count]: readonly [from: number, count: number],
): AsyncIterable<readonly Line[]> {
  for (let first = from; first < count; first += AT_ONCE) {
    const lines: Line[] = [];
    for (let i = first; i < Math.min(first + AT_ONCE, count); i += 1) {
      const varied = Object.entries(combination(dimensions, i)).map(([name, text]) => [name, asValue(text)] as const);
      const index = i + 1;
      lines.push({
        number: index,
        text: JSON.stringify({ index, spec, set: { ...set, ...Object.fromEntries(varied) } }),
      });
    }
    yield lines;
  }
}

/** Every n-th line, from the i-th on. */
export async function* shardOf(
  batches: AsyncIterable<readonly Line[]>,
  [i, n]: readonly [i: number, n: number],
): AsyncIterable<readonly Line[]> {
  for await (const lines of batches) {
    const own = lines.filter(({ number }) => (number - i) % n === 0);
    if (own.length > 0) yield own;
  }
}

/** The lines themselves, each with its number as its index, unanswered. */
export const numbered = ({ number, text }: Line): string => {
  const value = objectIn(text);
  if (!value || 'index' in value || value['type'] === 'network') return text.trim();
  return typeof value['spec'] === 'string' || typeof value['spec'] === 'object'
    ? `{"index":${number},${text.trim().slice(1)}`
    : `{"index":${number},"spec":${text.trim()}}`;
};
