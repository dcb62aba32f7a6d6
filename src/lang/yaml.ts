// YAML text -> values with their places. The only file that knows the YAML library. Of what values mean it knows one thing: that layers
// which lost their dashes are keys that come again.

import {
  isAlias,
  isMap,
  isPair,
  isScalar,
  isSeq,
  type Pair,
  parseDocument,
  type YAMLError,
  type Node as YamlNode,
} from 'yaml';
import type { Code } from '../core/codes.js';
import { type Diagnostic, type Place, write } from '../core/diagnostic.js';
import { Findings } from '../core/findings.js';
import { stretch } from './edits.js';
import { isOfLayers } from './elsewhere.js';
import { foreignText } from './foreign.js';
import { lastUpTo } from './last.js';
import { LIMITS, nestsTooDeep } from './limits.js';
import { mend, type TextOf } from './slips.js';
import { spelledElsewhere } from './spelling.js';
import { type Entry, type Mapping, plainScalar, type Scalar, type Value } from './values.js';
import { FILE_KEYS } from './words.js';

/** Reads one YAML document. Everything wrong with it comes back as diagnostics; the value is null where nothing is usable. */
export const readYaml = (
  text: string,
  of: TextOf = 'spec',
): { readonly value: Value | null; readonly diagnostics: readonly Diagnostic[] } => {
  const findings = new Findings();
  const value = readable(text, of, findings)
    ? // YAML ends a line at a lone carriage return too; the library does not.
      convert((text.charCodeAt(0) === 0xfeff ? text.slice(1) : text).replace(/\r(?!\n)/g, '\n'), of, findings)
    : null;
  return { value, diagnostics: findings.inOrder };
};

/** How a text says the same in less. */
const SHORTER: Readonly<Record<TextOf, string>> = {
  spec: 'use repeat, each and blocks instead of writing every layer out',
  sheet: 'ask for fewer layers in one sheet',
};

const START: Place = { line: 1, column: 1, length: 1 };

/** Whether the library can be given the text: it takes its time over some, and its stack over others. */
const readable = (text: string, of: TextOf, findings: Findings): boolean => {
  const mark = findings.mark;
  if (text.length > LIMITS.bytes)
    findings.error(
      'spec/too-large',
      `the file holds ${text.length} characters; at most ${LIMITS.bytes} (4 MiB) are read`,
      START,
      SHORTER[of],
    );
  else if (piecesOf(text) > LIMITS.pieces)
    findings.error(
      'spec/too-large',
      `the file holds more than ${LIMITS.pieces} lines, commas, colons and brackets`,
      START,
      SHORTER[of],
    );
  // biome-ignore lint/suspicious/noControlCharactersInRegex: no text has them
  else if (/[\u0000-\u0008\u000e-\u001f]/.test(text))
    findings.error('spec/binary', 'this is a binary file, not a text', START, 'give a YAML file');
  else if (nestsTooDeep(text))
    findings.error('yaml/too-deep', `brackets nest deeper than ${LIMITS.depth} levels`, START, FLATTEN);
  return findings.since(mark) === undefined;
};

/** What the YAML library takes its time over, and a kilobyte or two of memory each. */
const PIECE = new Set([...'\n\r,:{['].map((sign) => sign.charCodeAt(0)));

const piecesOf = (text: string): number => {
  let pieces = 0;
  for (let i = 0; i < text.length; i += 1) if (PIECE.has(text.charCodeAt(i))) pieces += 1;
  return pieces;
};

/** What the library finds where no slip explains it, under codes and in words of our own. */
const MISTAKES: Partial<
  Record<YAMLError['code'], { readonly code: Code; readonly message: string; readonly help: string }>
> = {
  BAD_INDENT: {
    code: 'yaml/bad-indent',
    message: 'what begins here stands in another column than what it belongs to',
    help: 'what belongs together begins in one column',
  },
  BAD_SCALAR_START: {
    code: 'yaml/unexpected-token',
    message: 'no plain word begins with this sign',
    help: 'put it in quotes',
  },
  BLOCK_AS_IMPLICIT_KEY: {
    code: 'yaml/unexpected-token',
    message: 'a value stands where the next key is wanted',
    help: 'a colon or a line break may be missing before it',
  },
  BLOCK_IN_FLOW: {
    code: 'yaml/unexpected-token',
    message: 'a list or mapping on lines of its own stands in brackets',
    help: 'a comma or a closing bracket may be missing before it',
  },
  KEY_OVER_1024_CHARS: {
    code: 'yaml/key',
    message: 'this is too long for a key',
    help: 'a colon or a line break may be missing',
  },
  MISSING_CHAR: {
    code: 'yaml/missing-char',
    message: 'something is missing here: a colon behind a key, a comma, a quote or a bracket',
    help: 'close what was opened: a quote, a bracket, a comma between items',
  },
  MULTILINE_IMPLICIT_KEY: {
    code: 'yaml/colon',
    message: 'this line has no colon, and is read as one with the next',
    help: 'write KEY: VALUE, with a colon and a space',
  },
  MULTIPLE_ANCHORS: { code: 'yaml/multiple-anchors', message: 'one value has two anchors', help: 'keep one &name' },
  MULTIPLE_DOCS: {
    code: 'yaml/multiple-docs',
    message: 'a second document begins here',
    help: 'a file holds one document: leave the others out',
  },
  TAB_AS_INDENT: { code: 'yaml/tab-as-indent', message: 'a tab stands before this', help: 'indent with spaces' },
  TAG_RESOLVE_FAILED: {
    code: 'yaml/tag-resolve-failed',
    message: 'values have no !tags here',
    help: 'leave the !tag out',
  },
  UNEXPECTED_TOKEN: {
    code: 'yaml/unexpected-token',
    message: 'nothing of this sort is expected here',
    help: 'a comma, a quote or a line break may be missing before it',
  },
};

/** Mistakes beside which the rest can be read. */
const BESIDE: readonly YAMLError['code'][] = ['MULTIPLE_ANCHORS', 'MULTIPLE_DOCS', 'TAG_RESOLVE_FAILED'];

const FLATTEN = 'flatten what is nested: lines stand one under the other';

const tooDeep = (at: Place | undefined, findings: Findings): never =>
  findings.stop('yaml/too-deep', `values nest deeper than ${LIMITS.depth} levels`, at, FLATTEN);

const convert = (text: string, of: TextOf, findings: Findings): Value | null => {
  const lines = new Lines(text);
  const value = findings.unlessStopped(() => {
    const foreign = of === 'spec' ? foreignText(text) : undefined;
    if (foreign)
      return findings.error('spec/foreign', foreign.message, lines.place(foreign.start, foreign.end), foreign.help);
    // What the library says of a text, the last one kept.
    let known: { readonly text: string; readonly document: Parsed } | undefined;
    const documentOf = (one: string): Parsed => {
      if (known?.text !== one) known = { text: one, document: parsed(one, findings) };
      return known.document;
    };
    const { mended, slips } = mend(withBlanks(text, documentOf), of, (one) => {
      const { grave } = documentOf(one);
      return (
        grave[0] && {
          count: grave.length,
          first: grave.reduce((least, { pos }) => Math.min(least, pos[0]), grave[0].pos[0]),
        }
      );
    });
    for (const { code, message, help, start, end, changes } of slips) {
      const edits = changes.map((change) => ({ at: lines.stretch(change.start, change.end), text: change.text }));
      findings.error(code, message, lines.place(start, end), { help, edits });
    }
    const { contents, problems, grave } = documentOf(mended.text);
    const place = (start: number, end: number): Place => lines.place(mended.before(start), mended.before(end));
    const exhausted = problems.find((problem) => problem.code === 'RESOURCE_EXHAUSTION');
    if (exhausted) tooDeep(place(...exhausted.pos), findings);
    // One mistake has the library stumble again and again: the first is told, and only where nothing else was.
    for (const { code, message, pos } of slips.length > 0 ? [] : grave.length > 0 ? grave.slice(0, 1) : problems) {
      const own = MISTAKES[code];
      const sentence = own?.message ?? `this is no YAML: ${(message.split('\n')[0] ?? code).slice(0, 200)}`;
      findings.error(own?.code ?? 'yaml/syntax', sentence, place(...pos), own?.help);
    }
    if (grave.length > 0 || !contents) return null;
    const reader = new Reader(place, of, findings);
    const read = reader.readWhole(contents as YamlNode);
    reader.reportSplits();
    return read;
  });
  return value ?? null;
};

/** A lone `?` begins a key in YAML, and people write it for what they ask: where that is all that was wrong, it is a `_`. */
const withBlanks = (text: string, documentOf: (text: string) => Parsed): string => {
  const isGrave = (one: string): boolean => documentOf(one).grave.length > 0;
  if (!text.includes('?') || !isGrave(text)) return text;
  const blanks = text.replace(/(?<=[:,[][ \t]{0,8})\?(?=[ \t]{0,8}(?:[,}\]#\r]|$))/gm, '_');
  return blanks === text || isGrave(blanks) ? text : blanks;
};

type YamlProblem = Pick<YAMLError, 'code' | 'message' | 'pos'>;

interface Parsed {
  readonly contents: unknown;
  readonly problems: readonly YamlProblem[];
  /** Those beside which nothing can be read. */
  readonly grave: readonly YamlProblem[];
}

/** The failsafe schema leaves scalars as text. Duplicate keys are found here: the library looks at every pair of keys. */
const parsed = (text: string, findings: Findings): Parsed => {
  // The library makes an Error of every mistake, of which there may be many, and nobody asks where in its code.
  const traced = Error as { stackTraceLimit?: number };
  const { stackTraceLimit } = traced;
  traced.stackTraceLimit = 0;
  try {
    const options = { schema: 'failsafe', uniqueKeys: false, prettyErrors: false, keepSourceTokens: false } as const;
    const { contents, errors, warnings } = parseDocument(text, options);
    const problems = [...errors, ...warnings];
    return { contents, problems, grave: problems.filter(({ code }) => !BESIDE.includes(code)) };
  } catch (error) {
    // The library recurses into nested blocks; a hostile file exhausts its stack.
    if (error instanceof RangeError) return tooDeep(START, findings);
    throw error;
  } finally {
    if (stackTraceLimit !== undefined) traced.stackTraceLimit = stackTraceLimit;
  }
};

/** Where lines begin. The library's own counter loses those inside of what it cannot place. */
class Lines {
  private readonly starts: number[] = [0];

  constructor(private readonly text: string) {
    for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) this.starts.push(at + 1);
  }

  /** What spans lines is pointed at on its first. */
  place(start: number, end: number): Place {
    const line = this.lineAt(Math.min(start, this.text.length));
    const begin = this.starts[line - 1] ?? 0;
    const next = this.starts[line] ?? this.text.length + 1;
    const stop = Math.min(end, next - (this.text[next - 2] === '\r' ? 2 : 1));
    return { line, column: Math.min(start, this.text.length) - begin + 1, length: Math.max(1, stop - start) };
  }

  /** As {@link place}, of any length. */
  stretch(start: number, end: number): Place {
    const place = this.place(start, end);
    return end > start ? place : { ...place, length: 0 };
  }

  private lineAt(offset: number): number {
    return (
      Math.max(
        0,
        lastUpTo(offset, this.starts.length, (i) => this.starts[i] ?? 0),
      ) + 1
    );
  }
}

type Repeats = (key: string) => boolean;

/** Walks the library's nodes once; an anchor is read once and its value shared by every alias. */
class Reader {
  private readonly anchors = new Map<string, { value: Value; size: number; height: number } | 'open'>();
  private size = 0;
  /** The depth of the deepest value below the one being read, aliases followed. */
  private deepest = 0;
  private bomb = false;
  /** What is wrong with the mapping that is being read as a whole. */
  private broken: Code | null = null;
  /** Values that were put together again: one in three pieces is reported once, as a whole. */
  private readonly splits = new Map<Place | undefined, { readonly text: string; readonly number: boolean }>();

  constructor(
    private readonly placeOf: (start: number, end: number) => Place,
    private readonly of: TextOf,
    private readonly findings: Findings,
  ) {}

  /** The value of the text. Where no key of a spec holds its layers, they may be keys themselves, and come again. */
  readWhole(node: YamlNode): Value {
    if (this.of !== 'spec' || !isMap(node) || node.anchor !== undefined) return this.read(node, 0);
    const has = (pair: Pair): boolean => isScalar(pair.key) && pair.key.value === 'layers';
    if (node.items.some(has)) return this.read(node, 0);
    this.grow(1, node);
    const repeats = (key: string): boolean => !(FILE_KEYS as readonly string[]).includes(key) && isOfLayers(key);
    return this.readMapping(node.items, this.place(node), node.flow === true, 0, repeats);
  }

  read(node: YamlNode, depth: number): Value {
    this.reach(depth, node);
    const anchor = isAlias(node) ? undefined : (node as { anchor?: string }).anchor;
    if (!anchor) return this.readNode(node, depth);
    const [size, deepest] = [this.size, this.deepest];
    this.anchors.set(anchor, 'open');
    this.deepest = depth;
    const value = this.readNode(node, depth);
    this.anchors.set(anchor, { value, size: this.size - size, height: this.deepest - depth });
    this.deepest = Math.max(deepest, this.deepest);
    return value;
  }

  // A chain of aliases nests values as deep as brackets do.
  private reach(depth: number, node: YamlNode): void {
    if (depth > LIMITS.depth) tooDeep(this.place(node), this.findings);
    this.deepest = Math.max(this.deepest, depth);
  }

  private readNode(node: YamlNode, depth: number): Value {
    this.grow(1, node);
    const place = this.place(node);
    if (isAlias(node)) return this.readAlias(node.source, place, node, depth);
    if (isSeq(node)) {
      const items = node.items.map((item) =>
        isPair(item) ? this.pairAsMapping(item, depth + 1) : this.read(item as YamlNode, depth + 1),
      );
      return { type: 'list', items: node.flow ? this.mendSplitList(items) : items, place };
    }
    // A question mark alone in a list is what somebody asks: [?, 1]. The library makes a key of nothing of it.
    if (isMap(node) && isLoneQuestion(node)) return { type: 'scalar', text: '?', quoted: false, place };
    if (isMap(node)) return this.readMapping(node.items, place, node.flow === true, depth);
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
    this.findings.error(
      'yaml/alias-bomb',
      `aliases make this file stand for more than ${LIMITS.values} values`,
      this.place(node),
      'use blocks and repeat',
    );
  }

  private readAlias(name: string, place: Place, node: YamlNode, depth: number): Value {
    const target = this.anchors.get(name);
    const nothing = (broken: Code): Scalar => ({ type: 'scalar', text: '', quoted: false, place, broken });
    if (target === 'open') this.findings.error('yaml/recursive-alias', `*${name} stands inside its own anchor`, place);
    if (!target)
      this.findings.error(
        'yaml/unknown-alias',
        `there is no anchor &${name} before this`,
        place,
        /[.*]/.test(name)
          ? write(`"*${name}"`, ': what begins with * stands in quotes')
          : 'write &name at the value to reuse',
      );
    if (!target) return nothing('yaml/unknown-alias');
    if (target === 'open') return nothing('yaml/recursive-alias');
    this.grow(target.size, node);
    this.reach(depth + target.height, node);
    return this.bomb ? nothing('yaml/alias-bomb') : target.value;
  }

  /** `repeats`: of which keys there may be several entries, which whoever reads them tells of. */
  private readEntries(pairs: readonly Pair[], flow: boolean, depth: number, repeats?: Repeats): Entry[] {
    const entries = new Map<string, Entry>();
    const all: Entry[] = [];
    const merged: (readonly Entry[])[] = [];
    let before: Entry | null = null;
    for (const pair of pairs) {
      const key = this.read(pair.key as YamlNode, depth + 1);
      if (key.type !== 'scalar' || key.text.length > LIMITS.key) {
        this.broken = 'yaml/key';
        this.findings.error('yaml/key', `a key must be a word of at most ${LIMITS.key} characters`, key.place);
        continue;
      }
      const mended: Entry | null = flow && !pair.value ? this.mendSplitValue(key, before) : null;
      if (mended) {
        if (all.at(-1) === before) all[all.length - 1] = mended;
        before = mended;
        entries.set(mended.key.text, mended);
        continue;
      }
      const value: Value = pair.value
        ? this.readValue(key.text, pair.value as YamlNode, depth + 1)
        : { type: 'scalar', text: '', quoted: false, place: key.place };
      if (key.text === '<<' && !key.quoted) {
        merged.push(...this.mergedMappings(value));
        continue;
      }
      before = { key, value };
      const first = entries.get(key.text);
      const isSecond = first !== undefined && !repeats?.(key.text);
      if (!isSecond) all.push(before);
      if (isSecond) {
        this.findings.error(
          'yaml/duplicate-key',
          `the key "${key.text}" stands twice in this mapping`,
          key.place,
          'keep one of them',
          first.key.place && [{ at: first.key.place, message: 'first written here' }],
        );
        const broken = { ...first, value: { ...first.value, broken: 'yaml/duplicate-key' } } as const;
        entries.set(key.text, broken);
        all.splice(all.indexOf(first), 1, broken);
      } else if (!first) entries.set(key.text, before);
    }
    if (repeats && merged.length === 0) return all;
    for (const mapping of merged)
      for (const entry of mapping) if (!entries.has(entry.key.text)) entries.set(entry.key.text, entry);
    return [...entries.values()];
  }

  // Layers without their dashes are a mapping in which kinds come again: that they are no list is told once, by whoever wants one.
  private readValue(key: string, node: YamlNode, depth: number): Value {
    if (this.of !== 'spec' || key !== 'layers' || !isMap(node) || node.flow) return this.read(node, depth);
    this.reach(depth, node);
    this.grow(1, node);
    return this.readMapping(node.items, this.place(node), false, depth, () => true);
  }

  private readMapping(pairs: readonly Pair[], place: Place, flow: boolean, depth: number, repeats?: Repeats): Mapping {
    const outer = this.broken;
    this.broken = null;
    const entries = this.readEntries(pairs, flow, depth, repeats);
    const broken = this.broken as Code | null;
    this.broken = outer;
    return { type: 'mapping', entries, place, ...(broken && { broken }) };
  }

  // `<<: *base` or `<<: [*a, *b]`; keys written beside it win, and the first of several merged mappings does.
  private mergedMappings(value: Value): readonly (readonly Entry[])[] {
    const mappings = value.type === 'list' ? value.items : [value];
    if (mappings.every((mapping) => mapping.type === 'mapping')) return mappings.map((mapping) => mapping.entries);
    this.broken = 'yaml/merge';
    this.findings.error('yaml/merge', '<< merges a mapping or a list of mappings', value.place, 'write <<: *anchor');
    return [];
  }

  // YAML ends a value at a comma inside { }: `{conv: max(8, c)}` and `{params: 34,944}` arrive in pieces.
  // The pieces are put together again, so that nothing else is said of them.
  private mendSplitValue(piece: Scalar, before: Entry | null): Entry | null {
    const value = before?.value;
    if (!before || value?.type !== 'scalar' || value.quoted || piece.quoted) return null;
    const short = value.text.length < LONGEST_NUMBER && piece.text.length === 3;
    const number = short && /^~?\d{1,3}(,\d{3})*$/.test(value.text) && /^\d{3}$/.test(piece.text);
    return number || opensParenthesis(value.text) ? { ...before, value: this.mended(value, piece, number) } : null;
  }

  private mendSplitList(items: readonly Value[]): Value[] {
    const mended: Value[] = [];
    for (const item of items) {
      const before = mended.at(-1);
      if (before?.type === 'scalar' && !before.quoted && item.type === 'scalar' && opensParenthesis(before.text))
        mended[mended.length - 1] = this.mended(before, item, false);
      else mended.push(item);
    }
    return mended;
  }

  private mended(before: Scalar, piece: Scalar, number: boolean): Scalar {
    const text = number ? `${before.text},${piece.text}` : `${before.text}, ${piece.text}`;
    const place = stretch(before.place, piece.place) ?? before.place;
    this.splits.delete(before.place);
    // A call is told of by who wants a layer there.
    if (this.of === 'spec' && /^(?:\w+\.)*[A-Z]\w*\(.*\)$/s.test(text)) return plainScalar(text, place);
    this.splits.set(place, { text, number });
    return { ...before, text, place, broken: 'yaml/split-by-comma' };
  }

  reportSplits(): void {
    for (const [at, { text, number }] of this.splits) {
      const instead = number ? text.replaceAll(',', '') : (spelledElsewhere(text)?.instead ?? `"${text}"`);
      const remedy = instead === `"${text}"` ? { help: `quote it: ${instead}`, instead } : write(instead);
      this.findings.error('yaml/split-by-comma', `YAML splits ${text} at the comma`, at, remedy);
    }
  }

  private pairAsMapping(pair: Pair, depth: number): Mapping {
    const entries = this.readEntries([pair], true, depth);
    return { type: 'mapping', entries, place: entries[0]?.key.place };
  }

  private place(node: YamlNode): Place {
    const [start, end] = node.range ?? [0, 1];
    return this.placeOf(start, end);
  }
}

const isLoneQuestion = ({ flow, items }: { readonly flow?: boolean; readonly items: readonly Pair[] }): boolean => {
  const [only, ...others] = items;
  const key = only?.key;
  return (
    flow === true && others.length === 0 && isScalar(key) && key.value === '' && key.type === 'PLAIN' && !only?.value
  );
};

/** Past 2^53 no number is read; longer ones would take long to put together. */
const LONGEST_NUMBER = 40;

/** Longer texts are no expressions, and would take long to put together. */
const MOST_PIECED = 2000;

const opensParenthesis = (text: string): boolean =>
  text.length <= MOST_PIECED && text.split('(').length > text.split(')').length;
