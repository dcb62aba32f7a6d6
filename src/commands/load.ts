// FILE, NAME, NOTATION or `-` -> a parsed spec, with what it is called and its lines for the carets.

import type { Diagnostic } from '../core/diagnostic.js';
import type { Dtype, Parsed } from '../core/graph.js';
import { suggestion } from '../core/suggest.js';
import type { Io } from '../io.js';
import { isNotation } from '../lang/notation.js';
import { type ParseOptions, parse, parseNotation } from '../lang/parse.js';
import { LIMITS } from '../lang/yaml.js';
import { layers } from '../layers/index.js';

export interface Loaded {
  readonly parsed: Parsed;
  /** How diagnostics call it: the path as given, `<stdin>`, `<notation>`. */
  readonly name: string;
  readonly lines: readonly string[];
  /** The file behind it, for --watch. */
  readonly path: string | null;
  /** Something to say on stderr: the name was found among the bundled specs. */
  readonly remark: string | null;
}

export interface LoadOptions {
  readonly variant?: string;
  readonly set?: Readonly<Record<string, string>>;
  readonly input?: string;
  readonly batch?: number;
  readonly dtype?: Dtype;
  readonly pad?: 'same' | 'valid';
}

/** A spec that cannot be found or read at all. */
export class Unreadable extends Error {
  constructor(readonly diagnostic: Diagnostic) {
    super(diagnostic.message);
  }
}

const unreadable = (code: string, message: string, help: string): Unreadable =>
  new Unreadable({ code, severity: 'error', message, help });

export const load = (spec: string, options: LoadOptions, io: Io): Loaded => {
  const parseOptions: ParseOptions = { ...options, registry: layers };
  if (spec === '-') {
    const text = decode(io.readStdin());
    return { parsed: parse(text, parseOptions), name: '<stdin>', lines: text.split(/\r?\n/), path: null, remark: null };
  }
  const found = io.stat(spec);
  if (!found && isNotation(spec)) {
    return { parsed: parseNotation(spec, options.pad ?? 'valid', parseOptions), name: '<notation>', lines: spec.split('\n'), path: null, remark: null };
  }
  if (found) return { ...readSpec(spec, spec, parseOptions, io), path: spec, remark: null };
  const bundled = findBundled(spec, io);
  if (!bundled) throw notFound(spec, io);
  const variant = bundled.variant ?? options.variant;
  const loaded = readSpec(io.specs + bundled.file, bundled.file, { ...parseOptions, ...(variant !== undefined && { variant }) }, io);
  return { ...loaded, path: null, remark: `${spec} is no file here; showing the bundled ${bundled.file}${bundled.variant ? `, variant ${bundled.variant}` : ''}` };
};

const decode = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);

const readSpec = (path: string, name: string, options: ParseOptions, io: Io) => {
  const stat = io.stat(path);
  if (stat?.isDirectory) throw unreadable('file/directory', `${name} is a directory, not a spec`, 'give a YAML file');
  if (stat && stat.size > LIMITS.bytes) throw unreadable('spec/too-large', `${name} has ${stat.size} bytes; at most ${LIMITS.bytes} (4 MiB) are read`, 'use repeat, each and blocks instead of writing every layer out');
  let bytes: Uint8Array;
  try {
    bytes = io.readFile(path);
  } catch (error) {
    throw unreadable('file/unreadable', `${name} cannot be read: ${error instanceof Error ? error.message.split(',')[0] : String(error)}`, 'check the path and its permissions');
  }
  const text = decode(bytes);
  return { parsed: parse(text, options), name, lines: text.split(/\r?\n/) };
};

/** The bundled specs and their variants, by the name a person types. */
export interface Bundled {
  readonly file: string;
  readonly variant?: string;
}

export const bundledSpecs = (io: Io): Readonly<Record<string, Bundled>> => JSON.parse(decode(io.readFile(`${io.specs}index.json`)));

const findBundled = (spec: string, io: Io): Bundled | undefined => {
  const specs = bundledSpecs(io);
  const name = spec.replace(/\.ya?ml$/, '');
  return Object.hasOwn(specs, name) ? specs[name] : undefined;
};

const notFound = (spec: string, io: Io): Unreadable => {
  const names = Object.keys(bundledSpecs(io));
  return unreadable('file/missing', `there is no file "${spec}", and no bundled spec of that name`, suggestion(spec.replace(/\.ya?ml$/, ''), names, 'bundled specs'));
};
