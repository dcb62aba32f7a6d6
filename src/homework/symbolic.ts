// Answers in letters, `27C^2 + 3C`: polynomials in C, read from text. No other variables; counts become them in analysis/.

import type { Polynomial } from '../analysis/polynomial.js';

/** Coefficients in the order of the powers: `27C^2 + 3C` is [0, 3, 27]. */
type Coefficients = readonly number[];

/** Whether a text is meant as one: a number or a letter, and C somewhere. */
export const isSymbolic = (text: string): boolean => /c/i.test(text) && /^[\s\dCc²³^*·×().+-]+$/.test(text);

/** Reads sums, products, powers and parentheses; a product's sign may be left out. Null where it is none. */
export const parsePolynomial = (text: string): Polynomial | null => {
  const tokens =
    text
      .replaceAll('²', '^2')
      .replaceAll('³', '^3')
      // Nobody writes two C's as C2: the power has lost its sign.
      .replace(/([Cc])(?=\d)/g, '$1^')
      .replace(/[·×]/g, '*')
      .match(/\d+(?:\.\d+)?|[Cc]|[\^*()+-]/g) ?? [];
  let at = 0;
  const sum = (): Coefficients => {
    let value = product();
    while (tokens[at] === '+' || tokens[at] === '-') {
      const sign = tokens[at] === '+' ? 1 : -1;
      at += 1;
      value = add(value, product(), sign);
    }
    return value;
  };
  const product = (): Coefficients => {
    let value = power();
    while (at < tokens.length && !/[+)-]/.test(tokens[at] ?? '')) {
      if (tokens[at] === '*') at += 1;
      value = multiply(value, power());
    }
    return value;
  };
  const power = (): Coefficients => {
    const base = atom();
    if (tokens[at] !== '^') return base;
    const exponent = Number(tokens[at + 1]);
    at += 2;
    if (!Number.isInteger(exponent) || exponent > 6) throw new SyntaxError();
    return Array.from({ length: exponent }, () => base).reduce(multiply, [1]);
  };
  const atom = (): Coefficients => {
    const token = tokens[at++] ?? '';
    if (/^c$/i.test(token)) return [0, 1];
    if (/^\d/.test(token)) return [Number(token)];
    if (token !== '(') throw new SyntaxError();
    const inner = sum();
    if (tokens[at++] !== ')') throw new SyntaxError();
    return inner;
  };
  try {
    const value = sum();
    return at === tokens.length ? new Map(value.entries()) : null;
  } catch (error) {
    if (error instanceof SyntaxError) return null;
    throw error;
  }
};

const add = (a: Coefficients, b: Coefficients, sign: 1 | -1): Coefficients =>
  Array.from({ length: Math.max(a.length, b.length) }, (_, i) => (a[i] ?? 0) + sign * (b[i] ?? 0));

const multiply = (a: Coefficients, b: Coefficients): Coefficients => {
  const product = new Array<number>(a.length + b.length - 1).fill(0);
  a.forEach((x, i) => {
    b.forEach((y, j) => {
      product[i + j] = (product[i + j] ?? 0) + x * y;
    });
  });
  return product;
};
