// The expressions of the language: a small precedence parser, compiled once per text. No eval, no YAML, no layers.
//
//   or · and · not · comparisons · + - · * / // % · unary - · ** · call, index, parentheses;  A if COND else B binds loosest.

import type { Plain } from '../core/args.js';
import { isExact } from '../core/count.js';

/** What names mean; undefined = no such name. May throw {@link Unknown} for figures that are not known. */
export type Lookup = (name: string) => Plain | undefined;

export type Expression = (lookup: Lookup) => Plain;

/** Something is wrong with an expression; `offset` and `length` point into its text. */
export class ExpressionError extends Error {
  constructor(
    readonly code: string,
    message: string,
    readonly offset: number,
    readonly length = 1,
    readonly help?: string,
    /** The name that means nothing. */
    readonly wanted = '',
  ) {
    super(message);
  }
}

/** A figure that a failed layer left unknown: whoever needs it is unknown too, without an error of its own. */
export class Unknown extends Error {}

const LIMITS = { characters: 2000, depth: 60 } as const;

interface Token {
  readonly kind: 'number' | 'name' | 'text' | 'operator' | 'end';
  readonly text: string;
  readonly offset: number;
}

const TOKEN =
  /(?:((?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)|([A-Za-z_]\w*)|'([^']*)'|"([^"]*)"|(\*\*|\/\/|==|!=|<=|>=|[-+*/%()<>,[\]]))/y;

const tokenize = (source: string): Token[] => {
  const tokens: Token[] = [];
  for (let offset = skipSpace(source, 0); offset < source.length; offset = skipSpace(source, TOKEN.lastIndex)) {
    TOKEN.lastIndex = offset;
    const match = TOKEN.exec(source);
    if (!match)
      throw new ExpressionError('expression/syntax', `"${source[offset]}" means nothing in an expression`, offset);
    const [, number, name, single, double, operator] = match;
    const text = number ?? name ?? single ?? double ?? operator ?? '';
    const kind =
      number !== undefined ? 'number' : name !== undefined ? 'name' : operator !== undefined ? 'operator' : 'text';
    tokens.push({ kind, text, offset });
  }
  tokens.push({ kind: 'end', text: '', offset: source.length });
  return tokens;
};

const skipSpace = (source: string, from: number): number => {
  let at = from;
  while (at < source.length && source[at]?.trim() === '') at += 1;
  return at;
};

const number = (value: Plain, token: Token): number => {
  if (typeof value === 'number') return value;
  if (typeof value === 'boolean') return Number(value);
  throw new ExpressionError(
    'expression/type',
    `"${token.text}" needs numbers, not ${value === null ? 'nothing' : Array.isArray(value) ? 'a list' : `the word ${value}`}`,
    token.offset,
    token.text.length || 1,
  );
};

const truth = (value: Plain): boolean => value !== false && value !== 0 && value !== null && value !== '';

const safe = (value: number, token: Token): number => {
  if (Number.isNaN(value) || !Number.isFinite(value))
    throw new ExpressionError(
      'expression/value',
      `"${token.text}" gives no number here`,
      token.offset,
      token.text.length,
    );
  if (Number.isInteger(value) && !isExact(value))
    throw new ExpressionError(
      'value/too-large',
      `${value} is past 2^53 and would be rounded`,
      token.offset,
      token.text.length,
    );
  // No -0, which is printed otherwise than 0.
  return value + 0;
};

const divisor = (value: number, token: Token): number => {
  if (value === 0) throw new ExpressionError('expression/value', 'division by zero', token.offset, token.text.length);
  return value;
};

/** Python's round: halves go to the even neighbour. */
const roundHalfEven = (x: number): number => {
  const floor = Math.floor(x);
  return x - floor === 0.5 ? floor + (floor % 2 === 0 ? 0 : 1) : Math.round(x);
};

/** Python's %: the remainder has the divisor's sign. */
const remainder = (a: number, b: number): number => {
  const rest = a % b;
  return rest !== 0 && rest < 0 !== b < 0 ? rest + b : rest;
};

/** Python's //, from the remainder: 1 // 0.1 is 9, because the double 0.1 is a little more than a tenth. */
const floorDivide = (a: number, b: number): number => Math.round((a - remainder(a, b)) / b);

/** torchvision's `_make_divisible`: the nearest multiple, never more than 10 % below the value. */
const makeDivisible = (v: number, divisor: number): number => {
  const rounded = Math.max(divisor, Math.floor((v + divisor / 2) / divisor) * divisor);
  return rounded < 0.9 * v ? rounded + divisor : rounded;
};

interface Fn {
  readonly arity: readonly [least: number, most: number];
  readonly call: (...args: number[]) => number;
}

const fn = (least: number, most: number, call: Fn['call']): Fn => ({ arity: [least, most], call });

export const FUNCTIONS: ReadonlyMap<string, Fn> = new Map([
  ['min', fn(1, 64, Math.min)],
  ['max', fn(1, 64, Math.max)],
  ['round', fn(1, 1, roundHalfEven)],
  ['floor', fn(1, 1, Math.floor)],
  ['ceil', fn(1, 1, Math.ceil)],
  ['sqrt', fn(1, 1, Math.sqrt)],
  ['log', fn(1, 1, Math.log)],
  ['exp', fn(1, 1, Math.exp)],
  ['make_divisible', fn(2, 2, (v, by) => (by > 0 ? makeDivisible(v, by) : Number.NaN))],
]);

/** As in Python: true is 1, and lists are the same when their elements are. */
const same = (a: Plain, b: Plain): boolean => {
  if (Array.isArray(a) && Array.isArray(b)) return a.length === b.length && a.every((value, i) => same(value, b[i]));
  return (typeof a === 'boolean' ? Number(a) : a) === (typeof b === 'boolean' ? Number(b) : b);
};

const COMPARISONS: Readonly<Record<string, (a: Plain, b: Plain, token: Token) => boolean>> = {
  '==': (a, b) => same(a, b),
  '!=': (a, b) => !same(a, b),
  '<': (a, b, t) => number(a, t) < number(b, t),
  '<=': (a, b, t) => number(a, t) <= number(b, t),
  '>': (a, b, t) => number(a, t) > number(b, t),
  '>=': (a, b, t) => number(a, t) >= number(b, t),
};

const ARITHMETIC: Readonly<Record<string, (a: number, b: number, token: Token) => number>> = {
  '+': (a, b) => a + b,
  '-': (a, b) => a - b,
  '*': (a, b) => a * b,
  '/': (a, b, t) => a / divisor(b, t),
  '//': (a, b, t) => floorDivide(a, divisor(b, t)),
  '%': (a, b, t) => remainder(a, divisor(b, t)),
  '**': (a, b) => a ** b,
};

class Parser {
  private position = 0;
  private depth = 0;

  constructor(private readonly tokens: readonly Token[]) {}

  whole(): Expression {
    const expression = this.conditional();
    if (this.token.kind !== 'end') throw this.unexpected();
    return expression;
  }

  private get token(): Token {
    return this.tokens[this.position] ?? { kind: 'end', text: '', offset: 0 };
  }

  private unexpected(): ExpressionError {
    const { kind, text, offset } = this.token;
    return kind === 'end'
      ? new ExpressionError('expression/syntax', 'the expression stops short', Math.max(0, offset - 1))
      : new ExpressionError('expression/syntax', `"${text}" is not expected here`, offset, text.length);
  }

  private take(text: string): Token | null {
    const token = this.token;
    if ((token.kind !== 'operator' && token.kind !== 'name') || token.text !== text) return null;
    this.position += 1;
    return token;
  }

  private expect(text: string): void {
    if (!this.take(text))
      throw this.token.kind === 'end'
        ? new ExpressionError('expression/syntax', `a "${text}" is missing`, Math.max(0, this.token.offset - 1))
        : this.unexpected();
  }

  private conditional(): Expression {
    this.depth += 1;
    if (this.depth > LIMITS.depth)
      throw new ExpressionError(
        'expression/too-deep',
        `the expression nests deeper than ${LIMITS.depth} levels`,
        this.token.offset,
      );
    const value = this.or();
    let result = value;
    if (this.take('if')) {
      const condition = this.or();
      this.expect('else');
      const otherwise = this.conditional();
      result = (l) => (truth(condition(l)) ? value(l) : otherwise(l));
    }
    this.depth -= 1;
    return result;
  }

  private or(): Expression {
    let left = this.and();
    while (this.take('or')) {
      const [a, b] = [left, this.and()];
      left = (l) => truth(a(l)) || truth(b(l));
    }
    return left;
  }

  private and(): Expression {
    let left = this.not();
    while (this.take('and')) {
      const [a, b] = [left, this.not()];
      left = (l) => truth(a(l)) && truth(b(l));
    }
    return left;
  }

  private not(): Expression {
    let negate = false;
    let any = false;
    while (this.take('not')) {
      negate = !negate;
      any = true;
    }
    const value = this.comparison();
    return any ? (l) => truth(value(l)) !== negate : value;
  }

  // `0 < i < 3` chains, as in Python.
  private comparison(): Expression {
    const first = this.binary(0);
    const rest: { readonly token: Token; readonly operand: Expression }[] = [];
    for (let token = this.token; token.kind === 'operator' && token.text in COMPARISONS; token = this.token) {
      this.position += 1;
      rest.push({ token, operand: this.binary(0) });
    }
    if (rest.length === 0) return first;
    return (l) => {
      let left = first(l);
      for (const { token, operand } of rest) {
        const right = operand(l);
        if (!COMPARISONS[token.text]?.(left, right, token)) return false;
        left = right;
      }
      return true;
    };
  }

  private static readonly LEVELS = [
    ['+', '-'],
    ['*', '/', '//', '%'],
  ] as const;

  private binary(level: number): Expression {
    const operators: readonly string[] | undefined = Parser.LEVELS[level];
    if (!operators) return this.unary();
    let left = this.binary(level + 1);
    for (let token = this.token; token.kind === 'operator' && operators.includes(token.text); token = this.token) {
      this.position += 1;
      left = arithmetic(token, left, this.binary(level + 1));
    }
    return left;
  }

  private unary(): Expression {
    const signs: Token[] = [];
    for (let token = this.take('-') ?? this.take('+'); token; token = this.take('-') ?? this.take('+'))
      signs.push(token);
    const value = this.power();
    const [sign] = signs;
    if (!sign) return value;
    const factor = signs.filter((t) => t.text === '-').length % 2 === 0 ? 1 : -1;
    return (l) => factor * number(value(l), sign);
  }

  // Binds tighter than a minus on its left and looser than one on its right: -2**-2 is -(2**(-2)).
  private power(): Expression {
    const base = this.postfix();
    const token = this.take('**');
    if (!token) return base;
    this.depth += 1;
    if (this.depth > LIMITS.depth)
      throw new ExpressionError(
        'expression/too-deep',
        `the expression nests deeper than ${LIMITS.depth} levels`,
        token.offset,
      );
    const exponent = this.unary();
    this.depth -= 1;
    return arithmetic(token, base, exponent);
  }

  private postfix(): Expression {
    let value = this.primary();
    for (let token = this.take('['); token; token = this.take('[')) {
      const [list, index, at] = [value, this.conditional(), token];
      this.expect(']');
      value = (l) => element(list(l), index(l), at);
    }
    return value;
  }

  private primary(): Expression {
    const token = this.token;
    if (token.kind === 'operator' && token.text === '(') {
      this.position += 1;
      const inner = this.conditional();
      this.expect(')');
      return inner;
    }
    if (token.kind === 'end' || token.kind === 'operator' || KEYWORDS.has(token.text)) throw this.unexpected();
    this.position += 1;
    if (token.kind === 'number') {
      const value = Number(token.text);
      if (!Number.isFinite(value) || (Number.isInteger(value) && !isExact(value))) {
        throw new ExpressionError(
          'value/too-large',
          `${token.text} is past 2^53 and would be rounded`,
          token.offset,
          token.text.length,
        );
      }
      return () => value;
    }
    if (token.kind === 'text') return () => token.text;
    if (token.text === 'true' || token.text === 'false') return () => token.text === 'true';
    if (this.take('(')) return this.call(token);
    return (l) => {
      const value = l(token.text);
      if (value === undefined)
        throw new ExpressionError(
          'expression/unknown-name',
          `there is no value called "${token.text}" here`,
          token.offset,
          token.text.length,
          undefined,
          token.text,
        );
      return value;
    };
  }

  private call(name: Token): Expression {
    const known = FUNCTIONS.get(name.text);
    if (!known)
      throw new ExpressionError(
        'expression/unknown-function',
        `there is no function "${name.text}"`,
        name.offset,
        name.text.length,
        `functions are ${[...FUNCTIONS.keys()].join(', ')}`,
      );
    const args: Expression[] = [];
    if (!this.take(')')) {
      do args.push(this.conditional());
      while (this.take(','));
      this.expect(')');
    }
    const [least, most] = known.arity;
    if (args.length < least || args.length > most) {
      throw new ExpressionError(
        'expression/arguments',
        `${name.text} takes ${least === most ? least : `${least} or more`} values, not ${args.length}`,
        name.offset,
        name.text.length,
      );
    }
    return (l) => safe(known.call(...args.map((arg) => number(arg(l), name))), name);
  }
}

/** Words that are part of the grammar; no value may be called like one. */
export const KEYWORDS: ReadonlySet<string> = new Set(['if', 'else', 'and', 'or', 'not']);

const arithmetic = (token: Token, a: Expression, b: Expression): Expression => {
  const operation = ARITHMETIC[token.text];
  return (l) => safe(operation?.(number(a(l), token), number(b(l), token), token) ?? Number.NaN, token);
};

const element = (list: Plain, index: Plain, token: Token): Plain => {
  if (!Array.isArray(list)) throw new ExpressionError('expression/type', 'only a list has elements', token.offset);
  const at = number(index, token);
  const value = (list as readonly Plain[])[at < 0 ? list.length + at : at];
  if (value === undefined)
    throw new ExpressionError(
      'expression/index',
      `the list has ${list.length} elements, none at ${at}`,
      token.offset,
      1,
      'elements count from 0',
    );
  return value;
};

const compiled = new Map<string, Expression | ExpressionError>();

/** Compiles an expression, once per text. Throws {@link ExpressionError}. */
export const compile = (source: string): Expression => {
  const known = compiled.get(source);
  const result = known ?? parse(source);
  if (!known && compiled.size < 10_000) compiled.set(source, result);
  if (result instanceof ExpressionError) throw result;
  return result;
};

const parse = (source: string): Expression | ExpressionError => {
  if (source.length > LIMITS.characters)
    return new ExpressionError(
      'expression/too-long',
      `the expression has ${source.length} characters; at most ${LIMITS.characters} are read`,
      0,
    );
  try {
    return new Parser(tokenize(source)).whole();
  } catch (error) {
    if (error instanceof ExpressionError) return error;
    throw error;
  }
};
