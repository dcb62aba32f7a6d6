// What an importer is, and what it is handed: one file of another program's. Which formats there are is formats.ts.

import type { Findings } from '../core/findings.js';
import type { Growing, Grown } from '../core/growing.js';
import type { Layout } from '../core/shape.js';
import type { Bytes } from '../files/bytes.js';

/** A file of another program, and those that lie beside it. */
export interface ForeignFile {
  /** Its name without folders and ending, for a network that has none of its own. */
  readonly name: string;
  readonly bytes: Bytes;
  /** The file as text, read when asked for; null where it is none. */
  readonly text: () => string | null;
  /** Another file by its path from the folder of this one; null where there is none, or where the path leads out of the folder. */
  readonly beside: (path: string) => Bytes | null;
}

/** What a file looks like from outside. */
export interface Look {
  /** Its first {@link LOOKED_AT} bytes, or all of it. */
  readonly beginning: Uint8Array;
  /** The same as text; empty where that is none. */
  readonly text: string;
  /** The names in an archive, read when asked for; none where it is no archive. */
  readonly members: () => readonly string[];
}

export const LOOKED_AT = 65_536;

/**
 * Reads a file into a network, row by row. What is wrong is told; undefined where nothing at all could be read, which is told as well.
 * Never throws on any bytes.
 */
export type Importer = (file: ForeignFile, network: Growing, findings: Findings) => Grown | undefined;

export interface Format {
  /** As a sentence has it: `an ONNX model`. */
  readonly what: string;
  readonly is: (look: Look) => boolean;
  /** The order in which it writes shapes. */
  readonly layout?: Layout;
  /** Loads its importer. Absent where the format is known and not read; then `instead` says how to get from there to here. */
  readonly importer?: () => Promise<Importer>;
  readonly instead?: string;
  /** It holds tensors by their names, and no layers. */
  readonly weights?: true;
}
