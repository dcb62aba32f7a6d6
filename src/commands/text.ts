// Text files and standard input as text: UTF-16 where a byte order mark says so, else UTF-8. No tensors, and nothing that is
// made of a text.

import type { Code } from '../core/codes.js';
import type { Diagnostic } from '../core/diagnostic.js';
import type { Bytes } from '../files/bytes.js';
import { type Io, reason } from '../io.js';
import { LIMITS } from '../lang/limits.js';

export interface Text {
  /** How diagnostics call it: the path as given, `<stdin>`. */
  readonly name: string;
  readonly text: string;
  readonly lines: readonly string[];
}

/** A file that holds tensors and no layers. */
export interface WeightsFile {
  readonly bytes: Bytes;
  /** How diagnostics call it. */
  readonly name: string;
  readonly what: string;
}

/** A text that cannot be found or read at all. */
export class Unreadable extends Error {
  constructor(
    readonly diagnostic: Diagnostic,
    /** What there is instead: tensors without layers. */
    readonly weights?: WeightsFile,
  ) {
    super(diagnostic.message);
  }
}

export const unreadable = (code: Code, message: string, help: string, weights?: WeightsFile): Unreadable =>
  new Unreadable({ code, severity: 'error', message, help }, weights);

/** The text at a path, or of standard input for `-`; `advice` is for what is too large. Throws {@link Unreadable}. */
export const readText = (path: string, io: Io, advice: string, name = path === '-' ? '<stdin>' : path): Text => {
  return textIn(path === '-' ? io.readStdin(LIMITS.bytes) : bytesOf(path, name, advice, io), name, advice);
};

/** The text that bytes are. Throws {@link Unreadable}. */
export const textIn = (bytes: Uint8Array, name: string, advice: string): Text => {
  if (bytes.length > LIMITS.bytes)
    throw unreadable(
      'spec/too-large',
      `${name} has more than ${LIMITS.bytes} bytes (4 MiB), which is the most that is read`,
      advice,
    );
  const text = decode(bytes, name);
  return { name, text, lines: text.split(/\r\n|\r|\n/) };
};

const INSTALL_AGAIN = 'install cnncalc again';

/** A text of cnncalc's own package. */
export const ownText = (path: string, name: string, io: Io): Text => {
  try {
    return readText(path, io, INSTALL_AGAIN, name);
  } catch (error) {
    throw error instanceof Unreadable ? damaged(error.message) : error;
  }
};

/** Something of the package is not as it was installed. */
export const damaged = (message: string): Unreadable => unreadable('file/unreadable', message, INSTALL_AGAIN);

const bytesOf = (path: string, name: string, advice: string, io: Io): Uint8Array => {
  const size = io.stat(path)?.size ?? 0;
  if (size > LIMITS.bytes)
    throw unreadable('spec/too-large', `${name} has ${size} bytes; at most ${LIMITS.bytes} (4 MiB) are read`, advice);
  try {
    return io.readFile(path, LIMITS.bytes);
  } catch (error) {
    throw unreadable(
      'file/unreadable',
      `${name} cannot be read: ${reason(error)}`,
      'check the path and its permissions',
    );
  }
};

/** By its byte order mark, which goes; PowerShell's `>` writes UTF-16. Bytes with zeros are left to whoever knows binary files. */
export const decode = (bytes: Uint8Array, name: string): string => {
  const [first, second] = bytes;
  const encoding =
    first === 0xff && second === 0xfe ? 'utf-16le' : first === 0xfe && second === 0xff ? 'utf-16be' : 'utf-8';
  try {
    return new TextDecoder(encoding, { fatal: true }).decode(bytes);
  } catch {
    const text = new TextDecoder(encoding).decode(bytes);
    if (encoding === 'utf-8' && bytes.includes(0)) return text;
    const line = text.slice(0, text.indexOf('\ufffd')).split('\n').length;
    throw unreadable(
      'file/encoding',
      `${name} is no text in ${encoding.toUpperCase()}: line ${line} has bytes that stand for no character`,
      'save it as UTF-8',
    );
  }
};

export const withoutFolders = (path: string): string => path.replace(/^.*[/\\]/s, '');
