// YAML text -> values with their places. The only file that knows the YAML library; nothing here knows what values mean.

import {
  isAlias,
  isMap,
  isPair,
  isScalar,
  isSeq,
  LineCounter,
  type Pair,
  parseDocument,
  type Node as YamlNode,
} from 'yaml';
import type { Diagnostic, Place } from '../core/diagnostic.js';

/** A scalar as it was written: values are read from their source text, never from YAML's guess at a type. */
export interface Scalar {
  readonly type: 'scalar';
  readonly text: string;
  /** Written in quotes (or as a block): a quoted `null` or `same` is still text. */
  readonly quoted: boolean;
  readonly place: Place;
}

export interface List {
  readonly type: 'list';
  readonly items: readonly Value[];
  readonly place: Place;
}

export interface Entry {
  readonly key: Scalar;
  readonly value: Value;
}

export interface Mapping {
  readonly type: 'mapping';
  readonly entries: readonly Entry[];
  readonly place: Place;
}

export type Value = Scalar | List | Mapping;

/** Limits on what is read, stated in the errors. Aliases may not multiply a file beyond `values`. */
export const LIMITS = { bytes: 4 * 1024 * 1024, depth: 200, values: 2_000_000 } as const;

export const isNull = (value: Value): boolean =>
  value.type === 'scalar' && !value.quoted && (value.text === '' || value.text === 'null' || value.text === '~');

/** A scalar that nobody wrote as such, at the place it stands for. */
export const plainScalar = (text: string, place: Place): Scalar => ({ type: 'scalar', text, quoted: false, place });

export const lookup = (mapping: Mapping, key: string): Value | undefined =>
  mapping.entries.find((entry) => entry.key.text === key)?.value;

/** Reads one YAML document. Everything wrong with it comes back as diagnostics; the value is null where nothing is usable. */
export const readYaml = (
  text: string,
): { readonly value: Value | null; readonly diagnostics: readonly Diagnostic[] } => {
  const start = { line: 1, column: 1, length: 1 };
  const fail = (code: string, message: string, help?: string): Diagnostic[] => [
    { code, severity: 'error', message, at: start, ...(help && { help }) },
  ];
  if (text.length > LIMITS.bytes) {
    return {
      value: null,
      diagnostics: fail(
        'spec/too-large',
        `the file holds ${text.length} characters; at most ${LIMITS.bytes} (4 MiB) are read`,
        'use repeat, each and blocks instead of writing every layer out',
      ),
    };
  }
  // biome-ignore lint/suspicious/noControlCharactersInRegex: no text has them
  if (/[\u0000-\u0008\u000e-\u001f]/.test(text))
    return { value: null, diagnostics: fail('spec/binary', 'this is a binary file, not a text', 'give a YAML file') };
  if (nestsTooDeep(text)) {
    return {
      value: null,
      diagnostics: fail(
        'yaml/too-deep',
        `brackets nest deeper than ${LIMITS.depth} levels`,
        'flatten the lists: layers stand one under the other',
      ),
    };
  }
  try {
    return convert(text.charCodeAt(0) === 0xfeff ? text.slice(1) : text);
  } catch (error) {
    // The YAML library recurses into nested blocks; a hostile file exhausts its stack.
    if (error instanceof RangeError)
      return { value: null, diagnostics: fail('yaml/too-deep', `values nest deeper than ${LIMITS.depth} levels`) };
    throw error;
  }
};

// Counts brackets only, quotes ignored: a spec that nests 200 of them anywhere is refused before the parser sees it.
const nestsTooDeep = (text: string): boolean => {
  let depth = 0;
  for (let i = 0; i < text.length; i += 1) {
    const code = text.charCodeAt(i);
    if (code === 0x5b || code === 0x7b) depth += 1;
    else if (code === 0x5d || code === 0x7d) depth = Math.max(0, depth - 1);
    if (depth > LIMITS.depth) return true;
  }
  return false;
};

class TooDeep extends Error {}

const convert = (text: string): { value: Value | null; diagnostics: readonly Diagnostic[] } => {
  const lines = new LineCounter();
  // The failsafe schema leaves scalars as text. Duplicate keys are found here: the library looks at every pair of keys.
  const document = parseDocument(text, {
    schema: 'failsafe',
    uniqueKeys: false,
    lineCounter: lines,
    prettyErrors: false,
    keepSourceTokens: false,
  });
  const diagnostics: Diagnostic[] = [...document.errors, ...document.warnings].map((problem) => ({
    code: `yaml/${problem.code.toLowerCase().replaceAll('_', '-')}`,
    severity: 'error',
    message: problem.message.split('\n')[0] ?? problem.code,
    at: placeOf(lines, problem.pos[0], problem.pos[1], text),
  }));
  if (document.errors.length > 0 && document.contents === null) return { value: null, diagnostics };
  const reader = new Reader(lines, text, diagnostics);
  try {
    const value = document.contents === null ? null : reader.read(document.contents as YamlNode, 0);
    return { value, diagnostics };
  } catch (error) {
    if (!(error instanceof TooDeep)) throw error;
    diagnostics.push({
      code: 'yaml/too-deep',
      severity: 'error',
      message: `values nest deeper than ${LIMITS.depth} levels`,
      at: { line: 1, column: 1, length: 1 },
    });
    return { value: null, diagnostics };
  }
};

const placeOf = (lines: LineCounter, start: number, end: number, text: string): Place => {
  const { line, col } = lines.linePos(Math.min(start, text.length));
  const newline = text.indexOf('\n', start);
  const stop = Math.min(end, newline < 0 ? text.length : newline);
  return { line, column: Math.max(1, col), length: Math.max(1, stop - start) };
};

/** Walks the library's nodes once; an anchor is read once and its value shared by every alias. */
class Reader {
  private readonly anchors = new Map<string, { value: Value; size: number } | 'open'>();
  private size = 0;
  private bomb = false;

  constructor(
    private readonly lines: LineCounter,
    private readonly text: string,
    private readonly diagnostics: Diagnostic[],
  ) {}

  read(node: YamlNode, depth: number): Value {
    if (depth > LIMITS.depth) throw new TooDeep();
    const anchor = isAlias(node) ? undefined : (node as { anchor?: string }).anchor;
    const before = this.size;
    if (anchor) this.anchors.set(anchor, 'open');
    const value = this.readNode(node, depth);
    if (anchor) this.anchors.set(anchor, { value, size: this.size - before });
    return value;
  }

  private readNode(node: YamlNode, depth: number): Value {
    this.grow(1, node);
    const place = this.place(node);
    if (isAlias(node)) return this.readAlias(node.source, place, node);
    if (isSeq(node)) {
      const items = node.items.map((item) =>
        isPair(item) ? this.pairAsMapping(item, depth + 1) : this.read(item as YamlNode, depth + 1),
      );
      return { type: 'list', items: node.flow ? this.mendSplitList(items) : items, place };
    }
    if (isMap(node))
      return { type: 'mapping', entries: this.readEntries(node.items, node.flow === true, depth), place };
    if (isScalar(node)) {
      const plain = node.type === 'PLAIN' || node.type === undefined;
      return { type: 'scalar', text: String(node.value ?? ''), quoted: !plain, place };
    }
    return { type: 'scalar', text: '', quoted: false, place };
  }

  // A file of a few lines may stand for billions of values through aliases of aliases.
  private grow(by: number, node: YamlNode): void {
    this.size += by;
    if (this.size <= LIMITS.values || this.bomb) return;
    this.bomb = true;
    this.error(
      'yaml/alias-bomb',
      `aliases make this file stand for more than ${LIMITS.values} values`,
      this.place(node),
      'use blocks and repeat',
    );
  }

  private readAlias(name: string, place: Place, node: YamlNode): Value {
    const target = this.anchors.get(name);
    const nothing: Scalar = { type: 'scalar', text: '', quoted: false, place };
    if (target === 'open') this.error('yaml/recursive-alias', `*${name} stands inside its own anchor`, place);
    if (!target || target === 'open') return nothing;
    this.grow(target.size, node);
    return this.bomb ? nothing : target.value;
  }

  private readEntries(pairs: readonly Pair[], flow: boolean, depth: number): Entry[] {
    const entries = new Map<string, Entry>();
    const merged: Entry[] = [];
    for (const pair of pairs) {
      const key = this.read(pair.key as YamlNode, depth + 1);
      if (key.type !== 'scalar') {
        this.error('yaml/key', 'a key must be a word', key.place);
        continue;
      }
      const value: Value = pair.value
        ? this.read(pair.value as YamlNode, depth + 1)
        : { type: 'scalar', text: '', quoted: false, place: key.place };
      if (key.text === '<<' && !key.quoted) {
        merged.push(...this.mergeEntries(value));
        continue;
      }
      const first = entries.get(key.text);
      if (first) {
        this.diagnostics.push({
          code: 'yaml/duplicate-key',
          severity: 'error',
          message: `the key "${key.text}" stands twice in this mapping`,
          at: key.place,
          help: 'keep one of them',
          related: [{ at: first.key.place, message: 'first written here' }],
        });
      } else entries.set(key.text, { key, value });
      if (flow && !pair.value && key.text !== '') this.mendSplitValue(key, entries);
    }
    for (const entry of merged) if (!entries.has(entry.key.text)) entries.set(entry.key.text, entry);
    return [...entries.values()];
  }

  // `<<: *base` or `<<: [*a, *b]`; keys written beside it win, and the first of several merged mappings does.
  private mergeEntries(value: Value): readonly Entry[] {
    if (value.type === 'mapping') return value.entries;
    if (value.type === 'list' && value.items.every((item) => item.type === 'mapping'))
      return value.items.flatMap((item) => (item as Mapping).entries);
    this.error('yaml/merge', '<< merges a mapping or a list of mappings', value.place, 'write <<: *anchor');
    return [];
  }

  // YAML ends a value at a comma inside { }: `{conv: max(8, c)}` and `{params: 34,944}` arrive in two pieces.
  // The pieces are put together again, so that nothing else is said of them.
  private mendSplitValue(key: Scalar, entries: Map<string, Entry>): void {
    const [name, entry] = [...entries].at(-2) ?? [];
    const before = entry?.value;
    if (!entry || name === undefined || before?.type !== 'scalar' || before.quoted) return;
    const number = /^~?\d{1,3}(,\d{3})*$/.test(before.text) && /^\d{3}$/.test(key.text);
    if (!number && !opensParenthesis(before.text)) return;
    const text = number ? `${before.text},${key.text}` : `${before.text}, ${key.text}`;
    this.error(
      'yaml/split-by-comma',
      `YAML splits ${text} at the comma`,
      before.place,
      number ? `write ${text.replaceAll(',', '')}, or quote it: "${text}"` : `quote it: "${text}"`,
    );
    entries.set(name, { ...entry, value: { ...before, text } });
    entries.delete(key.text);
  }

  private mendSplitList(items: readonly Value[]): Value[] {
    const mended: Value[] = [];
    for (const item of items) {
      const before = mended.at(-1);
      if (before?.type !== 'scalar' || before.quoted || !opensParenthesis(before.text) || item.type !== 'scalar')
        mended.push(item);
      else {
        const text = `${before.text}, ${item.text}`;
        this.error('yaml/split-by-comma', `YAML splits ${text} at the comma`, before.place, `quote it: "${text}"`);
        mended[mended.length - 1] = { ...before, text };
      }
    }
    return mended;
  }

  private pairAsMapping(pair: Pair, depth: number): Mapping {
    const entries = this.readEntries([pair], true, depth);
    return { type: 'mapping', entries, place: entries[0]?.key.place ?? { line: 1, column: 1, length: 1 } };
  }

  private place(node: YamlNode): Place {
    const [start, end] = node.range ?? [0, 1];
    return placeOf(this.lines, start, end, this.text);
  }

  private error(code: string, message: string, at: Place, help?: string): void {
    this.diagnostics.push({ code, severity: 'error', message, at, ...(help && { help }) });
  }
}

const opensParenthesis = (text: string): boolean => text.split('(').length > text.split(')').length;
