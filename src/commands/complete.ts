// cnncalc __complete WORD…: what may stand in place of the last word, for the scripts of completion.ts. A line for each, its
// description behind a tab; `:files` and `:yaml` leave files to the shell. Quick, and silent about whatever is wrong.

import { isInput, type Node } from '../core/graph.js';
import type { Io } from '../io.js';
import { lookup } from '../lang/values.js';
import type { Command, Suggests } from './command.js';
import { COMMANDS, commandIn } from './commands.js';
import { layerTree, offered, pathTree } from './dotted.js';
import { bundledSpecs, find, type LoadOptions, load } from './load.js';
import { spelledOptions } from './spelling.js';

interface Candidate {
  readonly word: string;
  readonly doc?: string | undefined;
}

export const complete = async (words: readonly string[], io: Io): Promise<number> => {
  try {
    const lines = (await candidates(words.map(unquoted), io)).map(({ word, doc }) =>
      word.startsWith(':') ? word : `${word}\t${(doc ?? '').replace(/\s+/g, ' ')}`,
    );
    io.stdout.write([...new Set(lines)].map((line) => `${line}\n`).join(''));
  } catch {
    // Whoever presses Tab wants no sentences.
  }
  return 0;
};

const unquoted = (word: string): string => word.replace(/^(['"])(.*)\1$/, '$2');

/** A command line as far as it is typed. */
interface Line {
  readonly command: Command;
  /** The words that are no options. */
  readonly args: readonly string[];
  /** The values of options, by their keys. */
  readonly given: ReadonlyMap<string, string>;
}

const candidates = async (words: readonly string[], io: Io): Promise<readonly Candidate[]> => {
  const [typed, before] = atEquals(words);
  if (before.length === 0 && !typed.startsWith('-'))
    return [...verbs(''), ...(await suggested('spec', typed, EMPTY, io))].filter(({ word }) => fits(word, typed));
  if (before[0] === 'help') return verbs(before.slice(1).join(' ')).filter(({ word }) => fits(word, typed));
  const [key, rest] = commandIn(before);
  const command: Command = COMMANDS[key];
  const options = spelledOptions(command);
  const optionOf = (word: string) => options.find(({ long, short }) => word === long || word === `-${short}`);
  const { args, given, pending } = readLine(rest, optionOf);
  const line = { command, args, given };
  const ofOption = async (option: ReturnType<typeof optionOf>, value: string): Promise<readonly Candidate[]> => {
    const found = option?.choices?.map((word) => ({ word })) ?? (await suggested(option?.suggests, value, line, io));
    return found.filter(({ word }) => fits(word, value));
  };
  if (pending !== undefined) return ofOption(optionOf(pending), typed);
  const [, name, value] = /^(--[\w-]+)=(.*)$/s.exec(typed) ?? [];
  if (name !== undefined && value !== undefined)
    return (await ofOption(optionOf(name), value)).map((one) =>
      one.word.startsWith(':') ? one : { ...one, word: `${name}=${one.word}` },
    );
  if (typed.startsWith('-'))
    return [
      ...options.map(({ long, doc }) => ({ word: long, doc })),
      { word: '--help', doc: 'all of the help' },
    ].filter(({ word }) => fits(word, typed));
  const all = Object.values(command.args);
  const argument = all[Math.min(args.length, all.length - 1)];
  const isTooMany = args.length >= all.length && argument?.count !== 'any' && argument?.count !== 'many';
  const own = args.length === 0 ? verbs(command.name) : [];
  const found = isTooMany ? [] : await suggested(argument?.suggests, typed, line, io);
  return [...own, ...found].filter(({ word }) => fits(word, typed));
};

const EMPTY: Line = { command: COMMANDS.summary, args: [], given: new Map() };

/** Words that leave files to the shell always fit. */
const fits = (word: string, typed: string): boolean => word.startsWith(':') || word.startsWith(typed);

/** Bash takes `--sort=par` apart into three words. */
const atEquals = (words: readonly string[]): readonly [typed: string, before: readonly string[]] => {
  const typed = words.at(-1) ?? '';
  const before = words.slice(0, -1);
  if (typed === '=') return ['', before];
  return [typed, before.at(-1) === '=' ? before.slice(0, -1) : before];
};

/** What may follow these words of a command's name: all first words, or `show` after `zoo`. */
const verbs = (begun: string): readonly Candidate[] =>
  Object.values(COMMANDS).flatMap(({ name, doc }: Command): Candidate[] => {
    const rest = begun === '' ? name : name.startsWith(`${begun} `) ? name.slice(begun.length + 1) : '';
    return rest === '' || rest.includes(' ') ? [] : [{ word: rest, doc }];
  });

const readLine = (
  words: readonly string[],
  optionOf: (word: string) => { readonly key: string; readonly value?: string } | undefined,
): Omit<Line, 'command'> & { readonly pending: string | undefined } => {
  const args: string[] = [];
  const given = new Map<string, string>();
  let pending: string | undefined;
  let isOver = false;
  for (const word of words) {
    if (pending !== undefined) {
      if (word === '=') continue;
      given.set(optionOf(pending)?.key ?? '', word);
      pending = undefined;
    } else if (isOver || !word.startsWith('-') || word === '-') args.push(word);
    else if (word === '--') isOver = true;
    else {
      const [name = '', ...value] = word.split('=');
      const option = optionOf(name);
      if (option && value.length > 0) given.set(option.key, value.join('='));
      else if (option?.value !== undefined) pending = word;
    }
  }
  return { args, given, pending };
};

// --- what there is -----------------------------------------------------------------------------------------------------

type Suggestion = (typed: string, line: Line, io: Io) => readonly Candidate[] | Promise<readonly Candidate[]>;

const suggested = (
  suggests: Suggests | undefined,
  typed: string,
  line: Line,
  io: Io,
): readonly Candidate[] | Promise<readonly Candidate[]> =>
  suggests === undefined ? [] : SUGGESTIONS[suggests](typed, line, io);

const networks: Suggestion = (_, __, io) =>
  Object.entries(bundledSpecs(io)).map(([word, { file, variant }]) => ({
    word,
    doc: variant === undefined ? `bundled, ${file}` : `bundled, ${file}, variant ${variant}`,
  }));

const YAML: Candidate = { word: ':yaml' };
const FILES: Candidate = { word: ':files' };

const columns = async () => (await import('../report/columns.js')).COLUMNS;
const sweepColumns = async () => {
  const { SWEEP_COLUMNS, sweepColumn } = await import('../report/pages/sweep.js');
  return SWEEP_COLUMNS.map(sweepColumn);
};
const networkColumns = async () => (await import('../report/pages/zoo.js')).LIST_COLUMNS;

type Keyed = readonly { readonly key: string; readonly doc?: string }[];

const one =
  (all: () => Promise<Keyed>): Suggestion =>
  async () =>
    (await all()).map(({ key, doc }) => ({ word: key, doc }));

/** Behind the last comma; what stands before it is not offered again. */
const several =
  (all: () => Promise<Keyed>): Suggestion =>
  async (typed) => {
    const before = typed.slice(0, typed.lastIndexOf(',') + 1);
    const named = before.split(',');
    return [
      ...(before === '' ? [{ word: 'all', doc: 'every column' }] : []),
      ...(await all()).flatMap(({ key, doc }) => (named.includes(key) ? [] : [{ word: before + key, doc }])),
    ];
  };

const SUGGESTIONS: Readonly<Record<Suggests, Suggestion>> = {
  spec: (typed, line, io) => [...networksOrNone(typed, line, io), YAML],
  network: networks,
  layer: async (typed, line, io) => offered(layerTree(await layersOf(line, io)), typed),
  variant: async (_, { args: [spec = ''] }, io) =>
    (await load(spec, {}, io)).parsed.graph.variants.map((word) => ({ word })),
  var: async (_, { args: [spec = ''] }, io) => {
    const { value } = (await find(spec, {}, io)).read;
    const vars = value?.type === 'mapping' ? lookup(value, 'vars') : undefined;
    return vars?.type === 'mapping' ? vars.entries.map(({ key }) => ({ word: `${key.text}=` })) : [];
  },
  column: one(columns),
  columns: several(columns),
  'network-column': one(networkColumns),
  'network-columns': several(networkColumns),
  'sweep-column': one(sweepColumns),
  'sweep-columns': several(sweepColumns),
  path: async (typed, line, io) => {
    const { RESULT_SCHEMAS } = await import('../report/json/schemas.js');
    const { name } = line.command;
    const schema = RESULT_SCHEMAS[Object.hasOwn(RESULT_SCHEMAS, name) ? (name as 'run') : 'report']();
    const names = async () => (await layersOf(line, io)).map((node) => node.name);
    return offered(await pathTree(schema, names), typed);
  },
  device: async () => {
    const { DEVICES } = await import('../analysis/devices.js');
    const known = DEVICES.map(({ name, hardware, setting }) => ({ word: name, doc: `${hardware}, ${setting}` }));
    return [...known, { word: 'this', doc: 'this machine, measured now' }];
  },
  kind: async () =>
    (await import('./kinds.js')).listedKinds.map(({ kind: { name, doc } }) => ({
      word: name,
      doc: doc.replaceAll('`', ''),
    })),
  convention: async () => {
    const { NAMES, conventionNamed } = await import('../analysis/conventions/conventions.js');
    return NAMES.map((word) => ({ word, doc: conventionNamed(word)?.doc ?? '' }));
  },
  code: async (_, __, io) =>
    (await import('./why.js'))
      .explanations(io)
      .map(({ code, meaning }) => ({ word: code, doc: meaning.replaceAll('`', '') })),
  schema: async () => Object.keys((await import('./schema.js')).SCHEMAS).map((word) => ({ word })),
  shell: async () => Object.keys((await import('./completion.js')).SCRIPTS).map((word) => ({ word })),
  yaml: () => [YAML],
  file: () => [FILES],
};

/** Without the list of the bundled networks there are still files. */
const networksOrNone = (typed: string, line: Line, io: Io): readonly Candidate[] => {
  try {
    return networks(typed, line, io) as readonly Candidate[];
  } catch {
    return [];
  }
};

/** The layers of the spec on the line, under what else is said of it there. */
const layersOf = async ({ args: [spec = ''], given }: Line, io: Io): Promise<readonly Node[]> => {
  const said: { variant?: string; input?: string } = {};
  for (const key of ['variant', 'input'] as const) {
    const value = given.get(key);
    if (value !== undefined) said[key] = value;
  }
  return (await load(spec, said satisfies LoadOptions, io)).parsed.graph.nodes.filter((node) => !isInput(node));
};
