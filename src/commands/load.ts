// FILE, NAME, NOTATION or `-` -> a parsed spec, with what it is called and its lines for the carets.

import type { Analysis } from '../analysis/analysis.js';
import { analyze } from '../analysis/analyze.js';
import type { ListedFigures } from '../analysis/listed.js';
import { type Diagnostic, isFailure } from '../core/diagnostic.js';
import type { Parsed } from '../core/graph.js';
import { nearest } from '../core/suggest.js';
import type { Io } from '../io.js';
import { build, type ParseOptions, type Read } from '../lang/file.js';
import { hasGlobs, isGlob } from '../lang/globs.js';
import type { GrownNetwork } from '../lang/grown.js';
import { keptValues } from '../lang/kept.js';
import { LIMITS, SHORTER } from '../lang/limits.js';
import { isNotation, readNotation } from '../lang/notation.js';
import { layers } from '../layers/index.js';
import type { OptionsOf } from './command.js';
import type { SPEC } from './options.js';
import { type Output, UsageError } from './output.js';
import { damaged, ownText, readText, textIn, Unreadable, unreadable, type WeightsFile } from './text.js';

export interface Loaded extends Source {
  readonly parsed: Parsed;
}

/** A spec's text, read but not built. */
export interface Source {
  readonly read: Read;
  readonly options: ParseOptions;
  /** How diagnostics call it: the path as given, `<stdin>`, `<notation>`. */
  readonly name: string;
  readonly lines: readonly string[];
  /** The file behind it, for --watch. */
  readonly path: string | null;
  /** Something to say on stderr: the name was found among the bundled specs. */
  readonly remark: string | null;
  /** The network of another program's file; there are no values to read then. */
  readonly grown?: GrownNetwork;
  /** The file, where it holds tensors and no layers. */
  readonly weights?: WeightsFile;
}

export type LoadOptions = OptionsOf<[typeof SPEC]> & {
  /** The names of the commands: a spec that is not there may be a command with a slip in it. */
  readonly verbs?: readonly string[];
};

/**
 * Throws {@link Unreadable} where there is no text to parse, and a UsageError for an option that the spec does not take; what is
 * wrong with the text itself is in `parsed.diagnostics`.
 */
export const load = async (spec: string, options: LoadOptions, io: Io): Promise<Loaded> =>
  built(await find(spec, options, io));

const built = (source: Source): Loaded => {
  const parsed = source.grown?.parsed ?? build(source.read, source.options);
  refuseOptions(parsed.diagnostics);
  return { ...source, parsed };
};

/** Throws a UsageError where an option of the command line is at fault. */
export const refuseOptions = (diagnostics: readonly Diagnostic[]): void => {
  const wrong = diagnostics.find((one) => one.option !== undefined && isFailure(one));
  if (wrong) throw new UsageError(`${wrong.message} [${wrong.code}]`, wrong.help);
};

const parseOptionsOf = async (options: Omit<ParseOptions, 'registry'>): Promise<ParseOptions> => {
  const match = options.freeze && (await import('../lang/match.js')).match;
  return { ...options, match, registry: layers };
};

/** A spec that stands in a text of its own, without a file. */
export const readSpecText = async (
  text: string,
  options: Omit<ParseOptions, 'registry'>,
): Promise<Pick<Source, 'read' | 'options'>> => {
  const { readJsonLine } = await import('../lang/json-line.js');
  const read = readJsonLine(text) ?? (await import('../lang/yaml.js')).readYaml(text);
  return { read, options: await withGlobs(read, text, await parseOptionsOf(options)) };
};

/** What matches names with wildcards is loaded where there are any. */
const withGlobs = async (read: Read, text: string, options: ParseOptions): Promise<ParseOptions> => {
  if (!isGlob(text) || !read.value || !hasGlobs(read.value, options.registry)) return options;
  const { match } = await import('../lang/match.js');
  return { ...options, match };
};

/** As {@link load}, without building the network. */
export const find = async (spec: string, options: LoadOptions, io: Io): Promise<Source> => {
  const parseOptions = await parseOptionsOf(options);
  if (spec === '-') return { ...(await readSpec(spec, parseOptions, io)), path: null };
  const found = io.stat(spec);
  if (!found && isNotation(spec)) {
    const read = readNotation(spec, options.pad ?? 'valid');
    return { read, options: parseOptions, name: '<notation>', lines: spec.split('\n'), path: null, remark: null };
  }
  if (found) return { ...(await readSpec(spec, parseOptions, io)), path: spec };
  const bundled = findBundled(spec, io);
  if (!bundled) throw notFound(spec, options.verbs ?? [], io);
  const variant = options.variant ?? bundled.variant;
  const loaded = await readSpec(
    io.specs + bundled.file,
    { ...parseOptions, ...(variant !== undefined && { variant }) },
    io,
    bundled.file,
  );
  return {
    ...loaded,
    path: null,
    remark: `${spec} is the bundled ${bundled.file}${variant === undefined ? '' : `, variant ${variant}`}`,
  };
};

/** As {@link load}; a spec without a text is an empty network with one diagnostic. */
export const loadOrExplain = async (spec: string, options: LoadOptions, io: Io): Promise<Loaded> =>
  built(await findOrExplain(spec, options, io));

/** A network with what is known of it. Where its spec was found among the bundled ones, that is told. */
export const analyzed = async (
  spec: string,
  options: LoadOptions,
  output: Pick<Output, 'hint'>,
  io: Io,
): Promise<{ readonly loaded: Loaded; readonly analysis: Analysis }> => {
  const loaded = await loadOrExplain(spec, options, io);
  if (loaded.remark) output.hint(loaded.remark);
  return { loaded, analysis: analyze(loaded.parsed) };
};

/** As {@link find}; a spec without a text holds nothing but a diagnostic. */
export const findOrExplain = async (spec: string, options: LoadOptions, io: Io): Promise<Source> => {
  try {
    return await find(spec, options, io);
  } catch (error) {
    if (!(error instanceof Unreadable)) throw error;
    return {
      read: { value: null, diagnostics: [error.diagnostic] },
      options: { ...options, registry: layers },
      name: spec,
      lines: [],
      path: null,
      remark: null,
      ...(error.weights && { weights: error.weights }),
    };
  }
};

const readSpec = async (
  path: string,
  options: ParseOptions,
  io: Io,
  bundled?: string,
): Promise<Omit<Source, 'path'>> => {
  if (path !== '-' && io.stat(path)?.isDirectory) throw await directory(path, io);
  // Standard input is read once; what a spec may have of it tells what it is.
  const input = path === '-' ? io.readStdin(LIMITS.bytes) : undefined;
  if (bundled === undefined && (input ? !beginsAsSpec(input.subarray(0, BEGINNING)) : mayBeForeign(path, io))) {
    const other = await (await import('./foreign.js')).readForeign(path, input, options, io);
    if (other)
      return {
        read: { value: null, diagnostics: [] },
        options,
        name: other.name,
        lines: other.lines,
        remark: `${other.name} is ${other.what}${other.origin ? ` (${other.origin})` : ''}`,
        grown: other,
      };
  }
  const { name, text, lines } =
    bundled !== undefined
      ? ownText(path, bundled, io)
      : input
        ? textIn(input, '<stdin>', SHORTER)
        : readText(path, io, SHORTER);
  const kept = bundled === undefined ? undefined : io.keptSpec?.(bundled);
  const read = (kept && keptValues(kept, text)) || (await import('../lang/yaml.js')).readYaml(text);
  return { read, options: await withGlobs(read, text, options), name, lines, remark: null };
};

/** So much of a file tells whether it may be another program's. */
const BEGINNING = 4096;

/** Whether a file begins otherwise than with keys of a spec. Most begin so; of the others the formats of other programs are tried. */
const mayBeForeign = (path: string, io: Io): boolean => {
  // Pipes have no parts.
  if (!io.stat(path)?.size) return false;
  try {
    return !beginsAsSpec(io.readAt(path, 0, BEGINNING));
  } catch {
    // Whoever reads the whole tells why it cannot be read.
    return false;
  }
};

const beginsAsSpec = (bytes: Uint8Array): boolean =>
  !bytes.includes(0) &&
  /^(?:spec|inputs?|layers|vars|blocks)[ \t]*:(?![ \t]*["'])/m.test(new TextDecoder().decode(bytes));

/** Endings of files that hold networks. */
const NETWORKS = /\.(?:ya?ml|onnx|keras|cfg|prototxt)$/i;

const specsIn = (folder: string, io: Io): readonly string[] => {
  try {
    return io.list(folder).filter((name) => NETWORKS.test(name));
  } catch {
    // A folder that cannot be read has nothing to suggest.
    return [];
  }
};

const directory = async (path: string, io: Io): Promise<Unreadable> => {
  const known = (await import('./foreign.js')).foreignFolder(path, io);
  if (known) return known;
  const [first, ...more] = specsIn(path, io).map((file) => `${path.replace(/\/$/, '')}/${file}`);
  const help =
    first === undefined
      ? 'give a YAML file'
      : `give one of its files, such as ${first}${more.length > 0 ? ` (there are ${more.length} more)` : ''}`;
  return unreadable('file/directory', `${path} is a directory, not a spec`, help);
};

/** The bundled specs and their variants, by the name a person types: file by file, variants in the file's order. */
export interface Bundled {
  readonly file: string;
  readonly variant?: string;
  /** Absent where the name is a family's, which stands for its first variant. */
  readonly figures?: ListedFigures;
}

/** Throws {@link Unreadable} where they are not there. */
export const bundledSpecs = (io: Io): Readonly<Record<string, Bundled>> => {
  const { text } = ownText(`${io.specs}index.json`, 'the list of the bundled networks', io);
  try {
    return JSON.parse(text);
  } catch {
    throw damaged('the list of the bundled networks cannot be read: it is damaged');
  }
};

const findBundled = (spec: string, io: Io): Bundled | undefined => {
  const name = spec.replace(/\.ya?ml$/, '');
  // The figures of the index are for lists; names alone are read in less time.
  const kept = io.keptSpec?.('names');
  const found = kept && amongNames(JSON.parse(kept), name);
  if (found) return found;
  const specs = bundledSpecs(io);
  return Object.hasOwn(specs, name) ? specs[name] : undefined;
};

/** The file of a name, from the variants in each file. */
const amongNames = (variants: Readonly<Record<string, readonly string[]>>, name: string): Bundled | undefined => {
  const file = Object.keys(variants).find((one) => variants[one]?.includes(name));
  if (file !== undefined) return { file, variant: name };
  return Object.hasOwn(variants, `${name}.yaml`) ? { file: `${name}.yaml` } : undefined;
};

/** The text of a bundled spec, as it stands in its file. */
export const bundledText = (file: string, io: Io): string => ownText(io.specs + file, file, io).text;

const notFound = (spec: string, verbs: readonly string[], io: Io): Unreadable => {
  const message = `there is no file "${spec}", and no bundled spec of that name`;
  const near = nearest(spec.replace(/\.ya?ml$/, ''), Object.keys(bundledSpecs(io)));
  return unreadable(
    'file/missing',
    message,
    nearFile(spec, io) ??
      nearCommand(spec, verbs) ??
      (near ? `did you mean ${near}?` : 'cnncalc zoo lists the bundled networks'),
  );
};

/** A file of nearly that name in the folder that was named. */
const nearFile = (spec: string, io: Io): string | undefined => {
  const [, folder = '', file = ''] = /^(.*[/\\])?(.*)$/s.exec(spec) ?? [];
  const names = specsIn(folder || '.', io);
  const near = nearest(file, names) ?? names.find((name) => name.replace(NETWORKS, '') === file);
  return near && `did you mean ${folder}${near}?`;
};

const nearCommand = (spec: string, verbs: readonly string[]): string | undefined => {
  const near = nearest(spec, verbs);
  return near && `did you mean the command ${near}?`;
};
