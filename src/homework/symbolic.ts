// Arithmetic as people write it in answers, `(11*11*3 + 1)*96`, `27C^2 + 3C`: polynomials in C, of power 0 where there is no C. No
// other variables; counts become polynomials in analysis/.

import type { Polynomial } from '../analysis/polynomial.js';

/** Coefficients in the order of the powers: `27C^2 + 3C` is [0, 3, 27]. */
type Coefficients = readonly number[];

/** Whether a text is meant as one: a number or a letter, and C somewhere. */
export const isSymbolic = (text: string): boolean => /c/i.test(text) && /^[\s\dCc^*×xX().,+/-]+$/.test(text);

const ROUNDINGS: Readonly<Record<string, (n: number) => number>> = {
  floor: Math.floor,
  int: Math.floor,
  ceil: Math.ceil,
  round: Math.round,
  sqrt: Math.sqrt,
};

/** Thousands in groups first; `11x11` is a product, and nobody writes hexadecimals. */
const TOKEN =
  /\d{1,3}(?:,\d{3})+(?![\d,])(?:\.\d+)?|\d+(?:\.\d+)?|\.\d+|\*\*|[Cc](?![a-z])|[x×*/^()+\-⌊⌋⌈⌉]|(?:floor|ceil|int|round|sqrt)(?=\s*\()/gi;

/** Reads sums, products, quotients, powers and parentheses; a product's sign may be left out. Null where it is none. */
export const parsePolynomial = (text: string): Polynomial | null => {
  // Nobody writes two C's as C2: the power has lost its sign.
  const signed = text.replace(/([Cc])(?=\d)/g, '$1^');
  const tokens = (signed.match(TOKEN) ?? []).map((token) => token.toLowerCase());
  if (tokens.length === 0 || signed.replace(TOKEN, '').trim() !== '') return null;
  try {
    const reader = new Reader(tokens);
    const value = reader.sum();
    return reader.ended ? new Map(value.entries()) : null;
  } catch (error) {
    if (error instanceof SyntaxError) return null;
    throw error;
  }
};

/** The value of arithmetic without a C in it; null for whatever else. */
export const workedOut = (text: string): number | null => {
  const terms = /\d/.test(text) && /[^\d.,\s]/.test(text) ? parsePolynomial(text) : null;
  if (!terms || [...terms].some(([power, n]) => power > 0 && n !== 0)) return null;
  const value = terms.get(0) ?? 0;
  return Number.isFinite(value) ? value : null;
};

class Reader {
  private at = 0;

  constructor(private readonly tokens: readonly string[]) {}

  get ended(): boolean {
    return this.at === this.tokens.length;
  }

  sum(): Coefficients {
    let value = this.product();
    while (this.next === '+' || this.next === '-') {
      const sign = this.take() === '+' ? 1 : -1;
      value = add(value, this.product(), sign);
    }
    return value;
  }

  private get next(): string {
    return this.tokens[this.at] ?? '';
  }

  private take(): string {
    this.at += 1;
    return this.tokens[this.at - 1] ?? '';
  }

  private product(): Coefficients {
    let value = this.signed();
    while (!this.ended && !/^[+)⌋⌉-]$/.test(this.next)) {
      const sign = /^[x×*/]$/.test(this.next) ? this.take() : '*';
      const other = this.signed();
      value = sign === '/' ? multiply(value, [1 / constant(other)]) : multiply(value, other);
    }
    return value;
  }

  private signed(): Coefficients {
    if (this.next !== '-' && this.next !== '+') return this.power();
    return this.take() === '-' ? multiply([-1], this.signed()) : this.signed();
  }

  private power(): Coefficients {
    const base = this.atom();
    if (this.next !== '^' && this.next !== '**') return base;
    this.take();
    const exponent = constant(this.atom());
    if (base.length === 1) return [constant(base) ** exponent];
    if (!Number.isInteger(exponent) || exponent < 0 || exponent > 6) throw new SyntaxError();
    return Array.from({ length: exponent }, () => base).reduce(multiply, [1]);
  }

  private atom(): Coefficients {
    const token = this.take();
    if (token === 'c') return [0, 1];
    if (/^[\d.]/.test(token)) return [Number(token.replaceAll(',', ''))];
    if (token === '⌊' || token === '⌈') {
      const inner = constant(this.sum());
      if (this.take() !== (token === '⌊' ? '⌋' : '⌉')) throw new SyntaxError();
      return [token === '⌊' ? Math.floor(inner) : Math.ceil(inner)];
    }
    const rounded = Object.hasOwn(ROUNDINGS, token) ? ROUNDINGS[token] : undefined;
    if (rounded ? this.take() !== '(' : token !== '(') throw new SyntaxError();
    const inner = this.sum();
    if (this.take() !== ')') throw new SyntaxError();
    return rounded ? [rounded(constant(inner))] : inner;
  }
}

const constant = ([value = 0, ...powers]: Coefficients): number => {
  if (powers.some((n) => n !== 0)) throw new SyntaxError();
  return value;
};

const add = (a: Coefficients, b: Coefficients, sign: 1 | -1): Coefficients =>
  Array.from({ length: Math.max(a.length, b.length) }, (_, i) => (a[i] ?? 0) + sign * (b[i] ?? 0));

/** Powers of powers grow without end; no count has more than a few. */
const HIGHEST = 12;

const multiply = (a: Coefficients, b: Coefficients): Coefficients => {
  if (a.length + b.length > HIGHEST + 2) throw new SyntaxError();
  const product = new Array<number>(a.length + b.length - 1).fill(0);
  a.forEach((x, i) => {
    b.forEach((y, j) => {
      product[i + j] = (product[i + j] ?? 0) + x * y;
    });
  });
  return product;
};
