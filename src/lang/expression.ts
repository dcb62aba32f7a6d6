// The expressions of the language: a small precedence parser, compiled once per text. No eval; what operators do is operations.ts.
//
//   or · and · not · comparisons · + - · * / // % · unary - · ** · call, index, parentheses, [list];  A if COND else B binds loosest.

import type { Plain } from '../core/args.js';
import { isExact } from '../core/count.js';
import { choice } from '../core/suggest.js';
import { ARITHMETIC, COMPARISONS, element, FUNCTIONS, isTrue, number, safe } from './operations.js';
import { ExpressionError, type Token, tokenize } from './tokens.js';

/** What names mean; undefined = no such name. May throw {@link UNKNOWN} for figures that are not known. */
export type Lookup = (name: string) => Plain | undefined;

export type Expression = (lookup: Lookup) => Plain;

/** A figure that a failed layer left unknown: whoever needs it is unknown too, without an error of its own. */
export class Unknown extends Error {}

/** The one that is thrown: taking down where costs more than all else, and nobody reads it. */
export const UNKNOWN = new Unknown();

/** Words that are part of the grammar; no value may be called like one. */
export const KEYWORDS: ReadonlySet<string> = new Set(['if', 'else', 'and', 'or', 'not']);

const LIMITS = { characters: 2000, depth: 60 } as const;

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
      result = (l) => (isTrue(condition(l)) ? value(l) : otherwise(l));
    }
    this.depth -= 1;
    return result;
  }

  private or(): Expression {
    let left = this.and();
    while (this.take('or')) {
      const [a, b] = [left, this.and()];
      left = (l) => isTrue(a(l)) || isTrue(b(l));
    }
    return left;
  }

  private and(): Expression {
    let left = this.not();
    while (this.take('and')) {
      const [a, b] = [left, this.not()];
      left = (l) => isTrue(a(l)) && isTrue(b(l));
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
    return any ? (l) => isTrue(value(l)) !== negate : value;
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
    if (this.take('[')) return this.list();
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
    if (token.text === 'null') return () => null;
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

  /** `[64, 2*c]`: what stands behind the bracket. */
  private list(): Expression {
    const items = this.upTo(']');
    return (l) => items.map((item) => item(l));
  }

  /** What stands between commas, and the bracket behind it. */
  private upTo(bracket: ')' | ']'): readonly Expression[] {
    const items: Expression[] = [];
    if (this.take(bracket)) return items;
    do items.push(this.conditional());
    while (this.take(','));
    this.expect(bracket);
    return items;
  }

  private call(name: Token): Expression {
    const known = FUNCTIONS.get(name.text);
    if (!known)
      throw new ExpressionError(
        'expression/unknown-function',
        `there is no function "${name.text}"`,
        name.offset,
        name.text.length,
        choice(name.text, [...FUNCTIONS.keys()], 'functions'),
      );
    const args = this.upTo(')');
    const [least, most] = known.arity;
    const wrongly = (count: number): ExpressionError =>
      new ExpressionError(
        'expression/arguments',
        `${name.text} takes ${least === most ? least : `${least} or more`} values, not ${count}`,
        name.offset,
        name.text.length,
      );
    if (args.length < least || args.length > most) throw wrongly(args.length);
    return (l) => {
      const given = args.map((arg) => arg(l));
      const [list] = given;
      // `max(widths)`: the values of the one list, where a function takes any number of values.
      const values: readonly Plain[] = given.length === 1 && most > least && Array.isArray(list) ? list : given;
      if (values.length < least) throw wrongly(values.length);
      return safe(known.call(...values.map((value) => number(value, name))), name);
    };
  }
}

const arithmetic = (token: Token, a: Expression, b: Expression): Expression => {
  const operation = ARITHMETIC[token.text];
  return (l) => safe(operation?.(number(a(l), token), number(b(l), token), token) ?? Number.NaN, token);
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
      source.length,
      'use vars for its parts',
    );
  try {
    return new Parser(tokenize(source)).whole();
  } catch (error) {
    if (error instanceof ExpressionError) return error;
    throw error;
  }
};
