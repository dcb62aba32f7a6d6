// A sweep that goes on where an earlier one ended: what stands in its file, and which lines were answered there.

import type { Io } from '../../io.js';
import type { Line } from '../../sweep/answer.js';
import { objectIn, readLine } from '../../sweep/line.js';
import { UsageError } from '../output.js';

/** What an earlier sweep left. */
export interface Before {
  readonly file: string;
  /** Bytes of whole lines; what stands behind them is the beginning of one that never ended. */
  readonly kept: number;
  /** The last whole line and its index; absent where there is none. */
  readonly last?: { readonly text: string; readonly index: number };
}

/** Longer lines nobody writes. */
const MOST = 64 * 1024 * 1024;
const NEWLINE = 10;

/** Throws a UsageError where what is there is no sweep's. */
export const before = (file: string, io: Io): Before => {
  const found = io.stat(file);
  if (!found) return { file, kept: 0 };
  if (!found.isFile)
    throw new UsageError(`--resume ${file}: it is no file, so nothing can be read of it and written to it`);
  let end = found.size;
  for (let length = 65_536; ; length *= 4) {
    const from = Math.max(0, found.size - length);
    const bytes = io.readAt(file, from, found.size - from);
    const last = bytes.lastIndexOf(NEWLINE);
    const first = bytes.lastIndexOf(NEWLINE, last - 1);
    if (last >= 0) end = from + last + 1;
    if (last > 0 && (first >= 0 || from === 0)) {
      const text = new TextDecoder().decode(bytes.subarray(first + 1, last));
      return { file, kept: end, last: { text, index: indexIn(text, file) } };
    }
    if (from === 0) return { file, kept: last < 0 ? 0 : end };
    if (length > MOST) throw strange(file);
  }
};

const strange = (file: string): UsageError =>
  new UsageError(
    `--resume ${file}: its last line was not written by sweep`,
    'name a file that sweep --jsonl or --resume has written, or one that is not there yet',
  );

const indexIn = (text: string, file: string): number => {
  // Under --columns a line has its index, if nothing else.
  const { type = 'network', index } = objectIn(text) ?? {};
  if (type === 'network' && typeof index === 'number' && Number.isSafeInteger(index)) return index;
  throw strange(file);
};

/**
 * The lines behind the one with the index of the last answer, which must be answered as it was: `answer` is asked. Throws a
 * UsageError where it is not, or where there is no such line.
 */
export async function* behind(
  batches: AsyncIterable<readonly Line[]>,
  { file, last }: Before,
  answer: (line: Line) => Promise<string>,
): AsyncIterable<readonly Line[]> {
  let isBehind = last === undefined;
  for await (const lines of batches) {
    if (isBehind) {
      yield lines;
      continue;
    }
    const at = lines.findIndex((line) => indexOf(line) === last?.index);
    const line = lines[at];
    if (!line) continue;
    if ((await answer(line)) !== last?.text)
      throw new UsageError(
        `--resume ${file}: it was written by another sweep: network ${last?.index} has another line here`,
        'say the same as when it was begun, or name another file',
      );
    isBehind = true;
    if (at + 1 < lines.length) yield lines.slice(at + 1);
  }
  if (!isBehind)
    throw new UsageError(
      `--resume ${file}: it was written by another sweep: there is no network ${last?.index} here`,
      'say the same as when it was begun, or name another file',
    );
}

const indexOf = ({ number, text, fault }: Line): unknown => {
  if (fault) return number;
  try {
    const line = readLine(text, number);
    return 'answered' in line ? line.answered['index'] : line.index;
  } catch {
    return number;
  }
};
