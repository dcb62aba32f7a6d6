// One written answer -> what it stands for: `34,944`, `35K`, `~448M`, `55 × 55 × 96`, `27C^2`, `45% fewer`. No grading.

import type { Polynomial } from '../analysis/polynomial.js';
import { parseQuantity, type Quantity } from '../core/quantity.js';
import type { Form } from './quantities.js';
import { isSymbolic, parsePolynomial } from './symbolic.js';

export type Given =
  | { readonly is: 'unanswered' }
  | { readonly is: 'unreadable'; readonly why: string /** Where in the text, from 0. */; readonly at: number }
  /** `unit` where bytes were written as such, with the power of a thousand its prefix stands for. */
  | {
      readonly is: 'number';
      readonly quantity: Quantity;
      readonly unit?: { readonly power: number; readonly binary: boolean };
    }
  | { readonly is: 'sizes'; readonly sizes: readonly number[] }
  | { readonly is: 'symbolic'; readonly polynomial: Polynomial }
  | { readonly is: 'word'; readonly word: 'yes' | 'no' | 'global' };

/** Nobody's answer is longer; formulas in parentheses would nest without end. */
const LONGEST = 200;

const unreadable = (why: string, at = 0): Given => ({ is: 'unreadable', why, at });

/** Reads an answer to a question of that form. */
export const readGiven = (written: string, form: Form): Given => {
  const text = written.trim();
  if (/^(_+|\?|-|–|—|null|~|)$/.test(text)) return { is: 'unanswered' };
  if (text.length > LONGEST) return unreadable('this is too long for an answer');
  if (/^(no|invalid|doesn't fit|does not fit|false)$/i.test(text)) return { is: 'word', word: 'no' };
  if (/^(yes|fits|valid|true)$/i.test(text)) return { is: 'word', word: 'yes' };
  if (/^(global|all|everything|the whole (input|image))$/i.test(text)) return { is: 'word', word: 'global' };
  if (form === 'shape' || form === 'sizes' || form === 'fit') {
    const sizes = readSizes(text);
    if (sizes) return { is: 'sizes', sizes };
    return unreadable(
      form === 'shape'
        ? 'this is no volume; write height x width x depth, a whole number each'
        : 'this is no size; write a whole number, or one per axis with an x between',
      firstOdd(text, /[\d\sx×*,.()[\]²^]/i),
    );
  }
  if (form === 'ratio') return readRatio(text);
  if (/^(none|nothing|no (parameters|params|weights|biases))$/i.test(text)) return exactly(text, 0);
  if (isSymbolic(text)) {
    const polynomial = parsePolynomial(text);
    return polynomial
      ? { is: 'symbolic', polynomial }
      : unreadable('this is no formula in C; write sums and products of numbers and C, with ^ for powers');
  }
  return readNumber(text, form);
};

const exactly = (text: string, n: number): Given => ({ is: 'number', quantity: { text, low: n, high: n } });

const readNumber = (text: string, form: Form): Given => {
  if (/^~?\d+,\d{1,2}\s*[kmg]?i?b?$/i.test(text))
    return unreadable('is the comma a decimal point? write a point instead', text.indexOf(','));
  const power10 = /^(\d+(?:\.\d+)?)\s*(?:[x×*]|·)\s*10\s*(?:\^|\*\*)\s*(\d+)$/i.exec(text);
  const bare = power10
    ? `${power10[1]}e${power10[2]}`
    : text.replace(
        /\s*(parameters|params|weights|biases|macs|flops|multiply-adds|operations|bytes|elements|values|neurons)$/i,
        (_, word: string) => (/bytes/i.test(word) ? ' B' : ''),
      );
  const prefix = /([kmgtp]?)(i?)b$/i.exec(bare);
  const quantity = parseQuantity(bare);
  // The sum instead of its result: (11*11*3 + 1)*96.
  const sum = quantity ? null : workedOut(text);
  if (sum !== null) return exactly(text, sum);
  if (!quantity)
    return unreadable(
      'this is no number; write digits, with K, M or G behind them where it is rounded',
      firstOdd(text, /[\d\s.,'_~≈kmgtpbie+]/i),
    );
  if (!quantity.unit || form !== 'bytes') return { is: 'number', quantity };
  return {
    is: 'number',
    quantity,
    unit: { power: ' kmgtp'.indexOf((prefix?.[1] ?? '').toLowerCase() || ' '), binary: prefix?.[2] !== '' },
  };
};

/** The value of sums and products of numbers; null for whatever else. */
const workedOut = (written: string): number | null => {
  const text = written.replace(/(?<=[\d)])\s*x\s*(?=[\d(])/gi, '*');
  const terms = /^[\d\s.()+*·×^²³-]+$/.test(text) && /\d\s*[*·×+^²³)-]/.test(text) ? parsePolynomial(text) : null;
  return terms && [...terms].every(([power, n]) => power === 0 || n === 0) ? (terms.get(0) ?? null) : null;
};

/**
 * `55x55x96`, `[55x55x96]`, `(55, 55, 96)`, `55 × 55 × 96`, `55 55 96`, `120²×32`, LeCun's `96@55x55`, with a batch of any
 * size before it.
 */
const readSizes = (text: string): readonly number[] | null => {
  const bare = text
    .replace(/^[[(](.*)[\])]$/, '$1')
    .replace(/(\d+)(?:²|\^2)/g, '$1x$1')
    .replace(/(\d+)(?:³|\^3)/g, '$1x$1x$1')
    .replace(/^(none|null|n|-1|batch|b)\s*[x×*,]\s*/i, '')
    .replace(/\s+by\s+/gi, 'x')
    .replace(/^(\d+)\s*(?:@|maps? of)\s*(.*)$/i, '$2x$1');
  const parts = bare.split(/\s*[x×*X,;]\s*|\s+/);
  return parts.every((part) => /^\d+(\.\d+)?$/.test(part.trim())) ? parts.map(Number) : null;
};

/** `0.55`, `55%`, `45% fewer`, `1/9`, `9x fewer`. */
const readRatio = (text: string): Given => {
  const match =
    /^(~)?\s*(\d+(?:\.\d+)?)(?:\s*\/\s*(\d+(?:\.\d+)?))?\s*(%|x|×|times)?\s*(fewer|less|saved|smaller)?$/i.exec(text);
  if (!match)
    return unreadable(
      'this is no share; write a fraction, a percentage, or a percentage and the word fewer',
      firstOdd(text, /[\d\s.%/~x×]/i),
    );
  const [, , whole = '', below, sign = '', fewer] = match;
  const value = Number(whole) / Number(below ?? 1);
  const digits = below ? 3 : (whole.split('.')[1]?.length ?? 0);
  const half = 0.5 / 10 ** digits;
  const bounds: readonly [number, number] = [value - half, value + half];
  const turned: readonly [number, number] =
    sign === '%'
      ? fewer
        ? [1 - bounds[1] / 100, 1 - bounds[0] / 100]
        : [bounds[0] / 100, bounds[1] / 100]
      : fewer
        ? [1 / bounds[1], 1 / bounds[0]]
        : bounds;
  return { is: 'number', quantity: { text, low: turned[0], high: turned[1] } };
};

const firstOdd = (text: string, fine: RegExp): number => {
  const at = [...text].findIndex((letter) => !fine.test(letter));
  return at < 0 ? 0 : at;
};
