// A file of another program, opened and read into a network. Which formats there are is import/formats.ts; specs are load.ts.

import { grouped } from '../core/quantity.js';
import type { StoredTensor } from '../core/stored.js';
import { type Bytes, Damaged, held } from '../files/bytes.js';
import { isZip, zipOf } from '../files/zip.js';
import { type ForeignFile, LOOKED_AT, type Look } from '../import/format.js';
import { formatOf } from '../import/formats.js';
import { folderOf } from '../import/known.js';
import type { Io } from '../io.js';
import type { ParseOptions } from '../lang/file.js';
import { foreignText } from '../lang/foreign.js';
import { type GrownNetwork, grown } from '../lang/grown.js';
import { LIMITS } from '../lang/limits.js';
import { MOST_BYTES, opened } from './data.js';
import { UsageError } from './output.js';
import { type Unreadable, unreadable } from './text.js';

/** A text longer than this is read by no importer: it would be in memory several times. */
const MOST_TEXT = 64 * 1024 * 1024;

const MODEL = { kind: 'model', begins: () => true };

/** The network of another program and what the file is, as people call it; undefined where it is none that is known. */
interface Foreign extends GrownNetwork {
  readonly what: string;
  readonly name: string;
  readonly lines: readonly string[];
}

/** `input`: what was read of standard input so far. Throws {@link Unreadable}. */
export const readForeign = async (
  path: string,
  input: Uint8Array | undefined,
  options: ParseOptions,
  io: Io,
): Promise<Foreign | undefined> => {
  const name = path === '-' ? '<stdin>' : path;
  const [bytes, look] = input ? wholeInput(input, io) : looked(opened(path, MODEL, io));
  const format = formatOf(look);
  if (!format) {
    // Of a text that is too long for a spec, its beginning tells what it is.
    const foreign = bytes.size > LIMITS.bytes ? foreignText(look.text) : undefined;
    if (foreign)
      throw unreadable(
        'spec/foreign',
        foreign.message.replace('this', () => name),
        foreign.help,
      );
    return undefined;
  }
  const { what, importer, instead = '' } = format;
  if (!importer && !format.weights)
    throw unreadable(
      'import/foreign',
      `${name} is ${what}`,
      path === '-' ? instead : instead.replaceAll('FILE', () => path),
    );
  if (!importer)
    throw unreadable(
      'import/foreign',
      `${name} is ${what}, which has no layers`,
      `cnncalc ${path} lists its tensors; a network takes them: cnncalc run NETWORK --weights ${path}`,
      { bytes, name, what },
    );
  const ofSpecs = ['variant', 'set'].find((option) => options[option as 'variant' | 'set'] !== undefined);
  if (ofSpecs) throw new UsageError(`--${ofSpecs} is for specs, and ${name} is ${what}`, 'leave it out');
  const file = foreignFile(path, bytes, look.text !== '', io);
  const read = await importer();
  const layout = format.layout ?? 'chw';
  try {
    const network = grown(options, layout, (network, findings) => read(file, network, findings));
    return { ...network, what, name, lines: file.text()?.split(/\r\n|\r|\n/) ?? [] };
  } catch (error) {
    if (!(error instanceof Damaged)) throw error;
    throw unreadable('import/file', `${name} is damaged: ${error.message}`, 'save or download it again');
  }
};

/** The tensors of a model that another program saved with its weights, under the names that they have here; undefined where it is none. */
export const tensorsOfModel = async (
  path: string,
  options: ParseOptions,
  io: Io,
): Promise<ReadonlyMap<string, StoredTensor> | undefined> => {
  if (path === '-' || !io.stat(path)?.size || !formatOf(lookOf(opened(path, MODEL, io)))?.importer) return undefined;
  const { registry } = options;
  const own = await readForeign(path, undefined, { registry }, io);
  const isOpen = own?.parsed.diagnostics.some(({ code }) => code === 'import/open-size');
  return (isOpen ? await readForeign(path, undefined, options, io) : own)?.tensors;
};

const looked = (bytes: Bytes): readonly [Bytes, Look] => [bytes, lookOf(bytes)];

/** Standard input: more of it than a spec may have is read only where its beginning is of a file that is read. */
const wholeInput = (begun: Uint8Array, io: Io): readonly [Bytes, Look] => {
  const first = looked(held(begun));
  const format = formatOf(first[1]);
  const isWanted = format?.importer || format?.weights || isZip(begun);
  return isWanted && begun.length > LIMITS.bytes ? looked(held(toItsEnd(begun, first[1], io))) : first;
};

/** With what is still to come. A text without end is not waited for. */
const toItsEnd = (begun: Uint8Array, { text }: Look, io: Io): Uint8Array => {
  const most = text === '' ? MOST_BYTES : MOST_TEXT;
  const rest = io.readStdin(most - begun.length);
  if (begun.length + rest.length > most)
    throw new UsageError(`standard input has more than ${grouped(most)} bytes, which is the most that is read of it`);
  const whole = new Uint8Array(begun.length + rest.length);
  whole.set(begun);
  whole.set(rest, begun.length);
  return whole;
};

/** What to say of a folder that another program saves a network as. */
export const foreignFolder = (path: string, io: Io): Unreadable | undefined => {
  const folder = folderOf(namesIn(path, io));
  return folder && unreadable('import/foreign', `${path} is ${folder.what}`, folder.instead(path));
};

const namesIn = (path: string, io: Io): readonly string[] => {
  try {
    return io.list(path);
  } catch {
    // Whoever reads it tells why it cannot be read.
    return [];
  }
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

/** Of what begins as no text the rest is not read to find that out again. */
const foreignFile = (path: string, bytes: Bytes, isText: boolean, io: Io): ForeignFile => {
  const folder = path === '-' ? '' : path.replace(/[^/\\]*$/, '');
  let text: string | null | undefined = isText ? undefined : null;
  return {
    name: path === '-' ? '' : path.slice(folder.length).replace(/\.\w+$/, ''),
    bytes,
    text: () => {
      if (text === undefined) text = textOf(bytes);
      return text;
    },
    beside: (other) => {
      // Standard input lies nowhere.
      if (path === '-') return null;
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
