// Where an item stands: the values, defaults and names it sees. Reading values from text happens here; no layers are built.

import type { Plain } from '../core/args.js';
import type { Diagnostic, Place } from '../core/diagnostic.js';
import type { Shape } from '../core/shape.js';
import { suggestion } from '../core/suggest.js';
import { compile, KEYWORDS, Unknown } from './expression.js';
import { FUNCTIONS } from './operations.js';
import { ExpressionError } from './tokens.js';
import type { Entry, Scalar, Value } from './values.js';
import { isBlank, isNull } from './values.js';

/** Options by canonical name, per kind: `defaults:`. */
export type Defaults = ReadonlyMap<string, ReadonlyMap<string, Entry>>;

/** The names of the incoming shape and the copy's index, and what the grammar itself uses. */
const RESERVED_VALUES: readonly string[] = ['c', 'h', 'w', 'd', 'i'];

export const isReservedValue = (name: string): boolean =>
  name === '_' ||
  RESERVED_VALUES.includes(name) ||
  FUNCTIONS.has(name) ||
  KEYWORDS.has(name) ||
  name === 'true' ||
  name === 'false';

/** What is read at one place: undefined where there is no input yet, null where a failure left it unknown. */
export type Incoming = Shape | null | undefined;

export class Scope {
  constructor(
    /** The names before an item's own, ending in a dot unless empty: `layer2.0.` */
    readonly path: string,
    private readonly values: (name: string) => Plain | undefined,
    /** The names that `values` knows, for suggestions. */
    private readonly known: readonly string[],
    /** From the nearest outwards. */
    readonly defaults: readonly Defaults[],
    /** The index of the innermost copy. */
    readonly index: number | null,
    /** Blocks being expanded, innermost last. */
    readonly blocks: readonly string[],
    /** Items without names are called 0, 1, 2 … here. */
    readonly numbered = false,
  ) {}

  /** The same place under a further name. */
  within(name: string): Scope {
    return new Scope(`${this.path}${name}.`, this.values, this.known, this.defaults, this.index, this.blocks);
  }

  /** The same place below a full name, which begins with this scope's path. */
  under(name: string): Scope {
    return this.within(name.slice(this.path.length));
  }

  /** The same place, where items without names are numbered. */
  numbering(): Scope {
    return new Scope(this.path, this.values, this.known, this.defaults, this.index, this.blocks, true);
  }

  copy(index: number): Scope {
    return new Scope(this.path, this.values, this.known, this.defaults, index, this.blocks, this.numbered);
  }

  /** The same place with further values, which hide others of the same name. Undefined = hangs on an unknown figure. */
  withValues(values: ReadonlyMap<string, Plain | undefined>): Scope {
    const known = [...values.keys(), ...this.known];
    const valueNamed = (name: string): Plain | undefined => {
      if (!values.has(name)) return this.values(name);
      const value = values.get(name);
      if (value === undefined) throw new Unknown();
      return value;
    };
    return new Scope(this.path, valueNamed, known, this.defaults, this.index, this.blocks, this.numbered);
  }

  withDefaults(defaults: Defaults): Scope {
    const all = [defaults, ...this.defaults];
    return new Scope(this.path, this.values, this.known, all, this.index, this.blocks, this.numbered);
  }

  /** Inside a block: the file's values and the block's params, the block's defaults first. */
  entering(block: string, file: Scope, defaults: Defaults | null): Scope {
    return new Scope(
      this.path,
      file.values,
      file.known,
      defaults ? [defaults, ...this.defaults] : this.defaults,
      this.index,
      [...this.blocks, block],
    );
  }

  /** The nearest default of a kind's option. */
  defaultOf(kind: string, option: string): Entry | undefined {
    for (const defaults of this.defaults) {
      const entry = defaults.get(kind)?.get(option);
      if (entry) return entry;
    }
    return undefined;
  }

  /** The names that mean something for what receives `incoming`. */
  names(incoming: Incoming): readonly string[] {
    const shape = incoming ? RESERVED_VALUES.filter((name) => this.lookup(name, incoming) !== undefined) : [];
    return [...this.known, ...shape];
  }

  /** The word a name holds, if it holds one; null where it hangs on an unknown figure. */
  word(name: string): string | null | undefined {
    try {
      const value = this.lookup(name, undefined);
      return typeof value === 'string' ? value : undefined;
    } catch (error) {
      if (error instanceof Unknown) return null;
      throw error;
    }
  }

  /** The value of a name for something that receives `incoming`. */
  lookup(name: string, incoming: Incoming): Plain | undefined {
    switch (name) {
      case 'c':
      case 'h':
      case 'w':
      case 'd':
        return size(name, incoming);
      case 'i':
        return this.index ?? undefined;
      default:
        return this.values(name);
    }
  }
}

const size = (name: 'c' | 'h' | 'w' | 'd', incoming: Incoming): number | undefined => {
  if (incoming === undefined) return undefined;
  if (incoming === null) throw new Unknown();
  const [c, ...sizes] = incoming;
  if (name === 'c') return c;
  // On a sequence both h and w are its length.
  if (name === 'w') return sizes.at(-1);
  return name === 'h' ? (sizes.at(-2) ?? sizes.at(-1)) : sizes.at(-3);
};

/** Reads values in a scope, for a place with an incoming shape, and collects what is wrong with them. */
export class ValueReader {
  /** How often a name's value was asked for: what asks for none is the same everywhere. */
  asked = 0;
  private subject: string | null = null;
  /** Where an unknown name was told of. */
  private readonly told = new Set<string>();

  constructor(private readonly diagnostics: Diagnostic[]) {}

  report(
    code: string,
    message: string,
    at: Place | undefined,
    help?: string,
    severity: Diagnostic['severity'] = 'error',
  ): undefined {
    // Line 0 is the command line: no place in the text.
    const place = at && at.line > 0 ? { at } : null;
    const sentence = place || this.subject === null ? message : `${this.subject}: ${message}`;
    this.diagnostics.push({ code, severity, message: sentence, ...place, ...(help && { help }) });
    return undefined;
  }

  /** Reads something that a person gave outside the text; what is wrong with it is told under that name. */
  about<T>(subject: string, read: () => T): T {
    this.subject = subject;
    const result = read();
    this.subject = null;
    return result;
  }

  /**
   * The value of a written option. Words the option knows stay words, `3x1` is a pair, everything else is an expression.
   * Undefined after a reported error, and where the value hangs on a figure that a failure left unknown.
   */
  read(value: Value, scope: Scope, incoming: Incoming, words: readonly string[] = []): Plain | undefined {
    return this.readAny(value, (scalar) => this.readScalar(scalar, scope, incoming, words, false));
  }

  /** As {@link read}, but a bare word that names no value is the word itself: what vars, params and `each` may hold. */
  readWord(value: Value, scope: Scope, incoming: Incoming): Plain | undefined {
    return this.readAny(value, (scalar) => this.readScalar(scalar, scope, incoming, [], true));
  }

  /** A value that is to be found, where one is needed. */
  blank(at: Place): undefined {
    return this.report(
      'value/blank',
      '_ stands for a value that is to be found, and nothing is computed with it',
      at,
      'write a value, or let cnncalc solve find it',
    );
  }

  private readAny(value: Value, read: (scalar: Scalar) => Plain | undefined): Plain | undefined {
    if (value.type === 'mapping')
      return this.report(
        'value/mapping',
        'a mapping stands where a value is wanted',
        value.place,
        'options stand beside the kind: {conv: 96, kernel: 3}',
      );
    if (value.type === 'scalar') return read(value);
    const items = value.items.map((item) => this.readAny(item, read));
    return items.every((item): item is Plain => item !== undefined) ? items : undefined;
  }

  private readScalar(
    scalar: Scalar,
    scope: Scope,
    incoming: Incoming,
    words: readonly string[],
    bare: boolean,
  ): Plain | undefined {
    const text = scalar.text.trim();
    if (words.includes(text)) return text;
    if (isNull(scalar)) return null;
    if (/^-?\d{1,15}$/.test(text)) return Number(text) + 0;
    if (/^\d+(\s*[x×]\s*\d+)+$/.test(text)) return text.split(/[x×]/).map(Number);
    if (isBlank(scalar)) return this.blank(scalar.place);
    const truth = TRUTH.get(text.toLowerCase());
    if (truth !== undefined && !scalar.quoted) {
      if (text !== 'true' && text !== 'false') {
        this.report('value/yes-no', `"${text}" is read as ${truth}`, scalar.place, `write ${truth}`, 'note');
      }
      return truth;
    }
    try {
      if (bare) this.asked += 1;
      if (bare && isWord(text, scope, incoming)) return text;
      return this.evaluate(scalar, text, scope, incoming, words);
    } catch (error) {
      if (error instanceof Unknown) return undefined;
      throw error;
    }
  }

  /** The text of a name with the values of the expressions in it: `block{i + 1}`. Undefined where one is unknown or wrong. */
  fill(scalar: Scalar, scope: Scope, incoming: Incoming): string | undefined {
    let offset = 0;
    let text = '';
    for (const part of scalar.text.split(/(\{[^{}]*\})/)) {
      if (part.startsWith('{') && part.endsWith('}')) {
        const value = this.filled(scalar, part.slice(1, -1), offset + 1, scope, incoming);
        if (value === undefined) return undefined;
        text += String(value);
      } else text += part;
      offset += part.length;
    }
    return text;
  }

  private filled(
    scalar: Scalar,
    text: string,
    offset: number,
    scope: Scope,
    incoming: Incoming,
  ): number | string | undefined {
    try {
      const value = this.evaluate(scalar, text, scope, incoming, [], offset);
      if (value === undefined || typeof value === 'string' || Number.isInteger(value)) return value as number | string;
      return this.report('name/word', `{${text}} in a name is no whole number and no word`, scalar.place);
    } catch (error) {
      if (error instanceof Unknown) return undefined;
      throw error;
    }
  }

  private evaluate(
    scalar: Scalar,
    text: string,
    scope: Scope,
    incoming: Incoming,
    words: readonly string[],
    offset = 0,
  ): Plain | undefined {
    try {
      return compile(text)((name) => {
        this.asked += 1;
        return scope.lookup(name, incoming);
      });
    } catch (error) {
      if (!(error instanceof ExpressionError)) throw error;
      const place = within(scalar, offset + error.offset, error.length);
      return this.report(
        error.code,
        error.message,
        place,
        error.help ?? this.nearest(error, place, scope, incoming, words),
      );
    }
  }

  /** What an unknown name may have meant. Copies make the same mistake at the same place, and it is looked for once. */
  private nearest(
    { code, wanted }: ExpressionError,
    place: Place,
    scope: Scope,
    incoming: Incoming,
    words: readonly string[],
  ): string | undefined {
    const key = `${place.line}:${place.column}`;
    if (code !== 'expression/unknown-name' || this.told.has(key)) return undefined;
    this.told.add(key);
    return suggestion(
      wanted,
      [...words, ...scope.names(incoming)],
      words.length > 0 ? 'words and values here' : 'values here',
    );
  }
}

/** `relu`, `enc-1`, `layer1.0`: a word, unless a part of it names a value, as in `n-1`. `i` outside of copies is a mistake. */
const isWord = (text: string, scope: Scope, incoming: Incoming): boolean =>
  /^[A-Za-z_][\w.-]*$/.test(text) &&
  !RESERVED_VALUES.includes(text) &&
  (/[A-Za-z_]\w*\./.test(text) ||
    text.split('-').every((part) => !/^[A-Za-z_]/.test(part) || scope.lookup(part, incoming) === undefined));

/** Whether a condition holds: false, 0, nothing and the empty word do not. */
export const isTrue = (value: Plain): boolean => value !== false && value !== 0 && value !== null && value !== '';

const TRUTH: ReadonlyMap<string, boolean> = new Map([
  ['true', true],
  ['yes', true],
  ['on', true],
  ['false', false],
  ['no', false],
  ['off', false],
]);

/** The place of a part of a scalar's text, as far as it stands on one line. */
const within = (scalar: Scalar, offset: number, length: number): Place => {
  const { line, column } = scalar.place;
  const shift = offset + (scalar.quoted ? 1 : 0);
  if (shift + length > scalar.place.length) return scalar.place;
  return { line, column: column + shift, length: Math.max(1, length) };
};
