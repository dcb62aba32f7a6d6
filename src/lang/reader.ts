// Written values -> what they are at the place where they stand, in a scope; and what is wrong with them. No layers are built.

import type { Plain } from '../core/args.js';
import { type Place, write } from '../core/diagnostic.js';
import type { Findings } from '../core/findings.js';
import { parseQuantity } from '../core/quantity.js';
import { compile, type Expression, Unknown } from './expression.js';
import type { Lasting } from './lasting.js';
import { meantValue } from './meant.js';
import { type Incoming, RESERVED_VALUES, type Scope } from './scope.js';
import { spelledElsewhere } from './spelling.js';
import { ExpressionError } from './tokens.js';
import { isBlank, isNull, type Scalar, type Value } from './values.js';
import { Work } from './work.js';

/** What a text says wherever it stands. */
interface Form {
  /** Without the space around it. */
  readonly text: string;
  /** Its value where that hangs on nothing. */
  readonly literal: Plain | undefined;
  /** Written `yes` or `off`, which is told. */
  readonly isLoose: boolean;
  readonly isBlank: boolean;
  /** Where it is a product of numbers; asked only where sizes are wanted. */
  factors?: readonly number[] | null;
  expression?: Expression;
}

const forms = () => new WeakMap<Scalar, Form>();

const formOf = (scalar: Scalar): Form => {
  const text = scalar.text.trim();
  const literal = literalOf(scalar, text);
  const isLoose = typeof literal === 'boolean' && text !== 'true' && text !== 'false';
  return { text, literal, isLoose, isBlank: isBlank(scalar) };
};

const literalOf = (scalar: Scalar, text: string): Plain | undefined => {
  if (isNull(scalar)) return null;
  if (/^-?\d{1,15}$/.test(text)) return Number(text) + 0;
  if (/^\d+(\s*[x×]\s*\d+)+$/.test(text)) return text.split(/[x×]/).map(Number);
  return scalar.quoted || text.length > 5 ? undefined : TRUTH.get(text.toLowerCase());
};

/** Reads values in a scope, for a place with an incoming shape, and collects what is wrong with them. */
export class ValueReader {
  /** How often a name's value was asked for: what asks for none is the same everywhere. */
  asked = 0;

  readonly work: Work;
  private readonly forms: ReturnType<typeof forms>;
  private readonly told = new Set<Scalar>();

  constructor(
    readonly findings: Findings,
    lasting: Lasting,
    mostWork?: number,
  ) {
    this.work = new Work(findings, mostWork);
    this.forms = lasting.of(forms);
  }

  /**
   * The value of a written option. Words the option knows stay words, `3x1` is a pair, everything else is an expression.
   * Undefined after a reported error, and where the value hangs on a figure that a failure left unknown.
   */
  read(value: Value, scope: Scope, incoming: Incoming, words: readonly string[] = []): Plain | undefined {
    if (value.type === 'scalar' && !value.broken) return this.readScalar(value, scope, incoming, words, false);
    return this.readAny(value, (scalar) => this.readScalar(scalar, scope, incoming, words, false));
  }

  /** As {@link read}, where sizes along the axes are wanted: `3*3` is how notes write them, and not the number nine. */
  readSizes(value: Value, scope: Scope, incoming: Incoming, words: readonly string[] = []): Plain | undefined {
    const isPlain = value.broken || (value.type === 'scalar' && this.isPlain(value, words));
    return !isPlain && this.tellProducts(value, scope) ? undefined : this.read(value, scope, incoming, words);
  }

  /** Whether a text hangs on nothing: a number, a word that is known. */
  private isPlain(scalar: Scalar, words: readonly string[]): boolean {
    const { text, literal } = this.form(scalar);
    return literal !== undefined || words.includes(text);
  }

  /** Whether a size is written as a product of numbers, where it stands or where the name that stands there was given it. */
  private tellProducts(value: Value, scope: Scope): boolean {
    const written = scope.writtenFor(value);
    const mark = this.findings.mark;
    if (written.type === 'list') for (const item of written.items) this.tellProduct(item, value, true);
    else this.tellProduct(written, value, false);
    return this.findings.since(mark) !== undefined;
  }

  private tellProduct(written: Value, value: Value, inList: boolean): void {
    if (written.type !== 'scalar' || written.broken) return;
    const form = this.look(written);
    if (form.factors === undefined) form.factors = factorsIn(form.text);
    const { factors } = form;
    if (!factors) return;
    const product = factors.reduce((a, b) => a * b);
    const named = value.type === 'scalar' && written !== value ? value.text.trim() : undefined;
    const what = named === undefined ? '' : inList ? ` in ${named}` : `${named} = `;
    const text = written.text.trim();
    this.findings.error(
      'value/product',
      `${inList ? `${text}${what}` : `${what}${text}`} is the number ${product}, and sizes along axes are wanted`,
      written.place ?? value.place,
      inList
        ? `write ${product} if that is meant, or ${factors.join('x')} in place of the list`
        : write(factors.join('x'), `, or ${product} if that is meant`),
    );
  }

  /** A text as it is written, or a number that people round: `42M` is 42,000,000, and what is no such number an expression. */
  readAs(sort: 'text' | 'quantity', value: Value, scope: Scope, incoming: Incoming): Plain | undefined {
    if (value.type !== 'scalar' || value.broken || isBlank(value)) return this.read(value, scope, incoming);
    const { text } = this.form(value);
    if (sort === 'text') return text;
    const quantity = parseQuantity(text);
    return quantity && !quantity.unit
      ? Math.round((quantity.low + quantity.high) / 2)
      : this.read(value, scope, incoming);
  }

  /** As {@link read}, but a bare word that names no value is the word itself: what vars, params and `each` may hold. */
  readWord(value: Value, scope: Scope, incoming: Incoming): Plain | undefined {
    return this.readAny(value, (scalar) => this.readScalar(scalar, scope, incoming, [], true));
  }

  /** A value that is to be found, where one is needed. */
  blank(at: Place | undefined): undefined {
    return this.findings.error(
      'value/blank',
      '_ stands for a value that is to be found, and nothing is computed with it',
      at,
      'write a value, or let cnncalc solve find it',
    );
  }

  private readAny(value: Value, read: (scalar: Scalar) => Plain | undefined): Plain | undefined {
    if (value.type === 'mapping')
      return this.findings.error(
        'value/mapping',
        'a mapping stands where a value is wanted',
        value.place,
        'options stand beside the kind: {conv: 96, kernel: 3}',
      );
    if (value.broken) return undefined;
    if (value.type === 'scalar') return read(value);
    const items = value.items.map((item) => this.readAny(item, read));
    if (!items.every((item): item is Plain => item !== undefined)) return undefined;
    return this.notTooLong(items, value.place);
  }

  private notTooLong(list: readonly Plain[], at: Place | undefined): Plain | undefined {
    this.work.count(list.length, at);
    return valuesIn(list) <= MOST_VALUES
      ? list
      : this.findings.error('limit/values', `a list holds more than ${MOST_VALUES} values`, at, 'use shorter lists');
  }

  private readScalar(
    scalar: Scalar,
    scope: Scope,
    incoming: Incoming,
    words: readonly string[],
    bare: boolean,
  ): Plain | undefined {
    this.work.count(1 + (scalar.text.length >> 6), scalar.place);
    const form = this.form(scalar);
    const { text, literal } = form;
    if (words.includes(text)) return text;
    if (literal !== undefined) return literal;
    if (scope.refuses(text)) {
      this.asked += 1;
      return undefined;
    }
    if (form.isBlank) return this.blank(scalar.place);
    try {
      if (bare) this.asked += 1;
      if (bare && isWord(text, scope, incoming)) return text;
      return this.evaluate(scalar, form, scope, incoming, words);
    } catch (error) {
      if (!(error instanceof Unknown)) throw error;
      // Leaving an expression in its middle takes as long as it is deep.
      this.work.count(1 + (text.length >> 2), scalar.place);
      return undefined;
    }
  }

  /** Once: copies and builds read the same texts. */
  private look(scalar: Scalar): Form {
    const known = this.forms.get(scalar);
    if (known) return known;
    const form = formOf(scalar);
    this.forms.set(scalar, form);
    return form;
  }

  private form(scalar: Scalar): Form {
    const form = this.look(scalar);
    if (form.isLoose && !this.told.has(scalar)) this.tellLoose(scalar, form);
    return form;
  }

  private tellLoose(scalar: Scalar, { text, literal }: Form): void {
    this.told.add(scalar);
    this.findings.note('value/yes-no', `"${text}" is read as ${literal}`, scalar.place, write(String(literal)));
  }

  /** The text of a name with the values of the expressions in it: `block{i + 1}`. Undefined where one is unknown or wrong. */
  fill(scalar: Scalar, scope: Scope, incoming: Incoming): string | undefined {
    this.work.count(1 + (scalar.text.length >> 6), scalar.place);
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
      const value = this.evaluate(scalar, { text }, scope, incoming, [], offset);
      if (value === undefined || typeof value === 'string' || Number.isInteger(value)) return value as number | string;
      return this.findings.error('name/word', `{${text}} in a name is no whole number and no word`, scalar.place);
    } catch (error) {
      if (error instanceof Unknown) return undefined;
      throw error;
    }
  }

  private evaluate(
    scalar: Scalar,
    form: Pick<Form, 'text' | 'expression'>,
    scope: Scope,
    incoming: Incoming,
    words: readonly string[],
    offset = 0,
  ): Plain | undefined {
    const { text } = form;
    try {
      form.expression ??= compile(text);
      const value = form.expression((name) => {
        this.asked += 1;
        this.work.count(1, scalar.place);
        return scope.lookup(name, incoming);
      });
      return Array.isArray(value) ? this.notTooLong(value, scalar.place) : value;
    } catch (error) {
      if (!(error instanceof ExpressionError)) throw error;
      const spelled = spelledElsewhere(text);
      if (spelled && offset === 0)
        return this.findings.error('value/spelling', spelled.message, scalar.place, write(spelled.instead));
      const { code, message, help, wanted } = error;
      const place = within(scalar, offset + error.offset, error.length);
      return this.findings.error(code, message, place, () =>
        code !== 'expression/unknown-name' ? help : meantValue(wanted, words, scope.names(incoming)),
      );
    }
  }
}

/** `relu`, `enc-1`, `layer1.0`: a word, unless a part of it names a value, as in `n-1`. `i` outside of copies is a mistake. */
const isWord = (text: string, scope: Scope, incoming: Incoming): boolean =>
  /^[A-Za-z_][\w.-]*$/.test(text) &&
  !RESERVED_VALUES.includes(text) &&
  (isPath(text) ||
    text.split('-').every((part) => !/^[A-Za-z_]/.test(part) || scope.lookup(part, incoming) === undefined));

/** Whether a word stands before a dot; only letters, digits, `_`, `-` and dots arrive here. */
const isPath = (text: string): boolean =>
  text
    .split('.')
    .slice(0, -1)
    .some((part) => /[A-Za-z_]/.test(part.slice(part.lastIndexOf('-') + 1)));

/** The literals of `3*3`, `(3 * 3)`; null where a text is anything else. */
const factorsIn = (text: string): readonly number[] | null => {
  const bare = text.trim().replace(/^\((.*)\)$/, '$1');
  return bare.length < 100 && /^\s*\d+(\s*\*\s*\d+)+\s*$/.test(bare) ? bare.split('*').map(Number) : null;
};

/** Lists share the lists in them: a few lines may stand for any number of values. */
const MOST_VALUES = 100_000;

const counted = new WeakMap<readonly Plain[], number>();

/** How many values a list holds, those of the lists in it counted. */
const valuesIn = (list: readonly Plain[]): number => {
  const known = counted.get(list);
  if (known !== undefined) return known;
  const values = list.reduce<number>((all, item) => all + (Array.isArray(item) ? valuesIn(item) : 1), 0);
  counted.set(list, values);
  return values;
};

const TRUTH: ReadonlyMap<string, boolean> = new Map([
  ['true', true],
  ['yes', true],
  ['on', true],
  ['false', false],
  ['no', false],
  ['off', false],
]);

/** The place of a part of a scalar's text, as far as it stands on one line. */
const within = ({ place, quoted }: Scalar, offset: number, length: number): Place | undefined => {
  const shift = offset + (quoted ? 1 : 0);
  if (!place || shift + length > place.length) return place;
  return { ...place, column: place.column + shift, length: Math.max(1, length) };
};
