// A file of another program, opened and read into a network. Which formats there are is import/formats.ts; specs are load.ts.

import type { Bytes } from '../files/bytes.js';
import { isZip, zipOf } from '../files/zip.js';
import { type ForeignFile, LOOKED_AT, type Look } from '../import/format.js';
import { formatOf } from '../import/formats.js';
import type { Io } from '../io.js';
import type { ParseOptions } from '../lang/file.js';
import { type GrownNetwork, grown } from '../lang/grown.js';
import { opened } from './data.js';
import { UsageError } from './output.js';
import { unreadable } from './text.js';

/** A text longer than this is read by no importer: it would be in memory several times. */
const MOST_TEXT = 64 * 1024 * 1024;

const MODEL = { kind: 'model', begins: () => true };

/** The network of another program and what the file is; undefined where it is none that is known. Throws {@link Unreadable}. */
export const readForeign = async (
  path: string,
  options: ParseOptions,
  io: Io,
): Promise<(GrownNetwork & { readonly what: string; readonly lines: readonly string[] }) | undefined> => {
  const bytes = opened(path, MODEL, io);
  const format = formatOf(lookOf(bytes));
  if (!format) return undefined;
  const { what, importer, instead = '' } = format;
  if (!importer) throw unreadable('import/foreign', `${path} is ${what}`, instead);
  const ofSpecs = ['variant', 'set'].find((option) => options[option as 'variant' | 'set'] !== undefined);
  if (ofSpecs) throw new UsageError(`--${ofSpecs} is for specs, and ${path} is ${what}`, 'leave it out');
  const file = foreignFile(path, bytes, io);
  const read = await importer();
  const layout = format.layout ?? 'chw';
  const network = grown(options, layout, (network, findings) => read(file, network, findings));
  return { ...network, what, lines: file.text()?.split(/\r\n|\r|\n/) ?? [] };
};

const lookOf = (bytes: Bytes): Look => {
  const beginning = bytes.read(0, Math.min(bytes.size, LOOKED_AT));
  // A character may be cut at the end.
  const text = beginning.includes(0) ? '' : new TextDecoder().decode(beginning);
  let members: readonly string[] | undefined;
  return {
    beginning,
    text,
    members: () => {
      members ??= isZip(beginning) ? (zipOf(bytes)?.names ?? []) : [];
      return members;
    },
  };
};

const foreignFile = (path: string, bytes: Bytes, io: Io): ForeignFile => {
  const folder = path.replace(/[^/\\]*$/, '');
  let text: string | null | undefined;
  return {
    name: path === '-' ? '' : path.slice(folder.length).replace(/\.\w+$/, ''),
    bytes,
    text: () => {
      text ??= textOf(bytes);
      return text;
    },
    beside: (other) => {
      if (/^(?:[/\\~]|[A-Za-z]:)|(?:^|[/\\])\.\.(?:[/\\]|$)|\0/.test(other)) return null;
      return io.stat(folder + other)?.isFile ? opened(folder + other, MODEL, io) : null;
    },
  };
};

const textOf = (bytes: Bytes): string | null => {
  if (bytes.size > MOST_TEXT) return null;
  const whole = bytes.read(0, bytes.size);
  return whole.includes(0) ? null : new TextDecoder().decode(whole);
};
