// Values as Python writes them. No expressions.

/** A value as Python has it: lists are tuples, null is None. */
export type Literal = number | boolean | string | null | readonly Literal[];

/** A value as Python writes it. */
export const literal = (value: Literal): string => {
  if (value === null) return 'None';
  if (typeof value === 'boolean') return value ? 'True' : 'False';
  if (typeof value === 'string') return quoted(value);
  if (typeof value === 'number') return numeral(value);
  return value.length === 1 ? `(${literal(value[0] ?? null)},)` : `(${value.map(literal).join(', ')})`;
};

const numeral = (value: number): string => {
  if (Number.isNaN(value)) return 'float("nan")';
  if (!Number.isFinite(value)) return value > 0 ? 'float("inf")' : 'float("-inf")';
  // 0.00001 is 1e-5.
  const isSmall = Math.abs(value) < 1e-3 && value !== 0;
  return Object.is(value, -0) ? '-0.0' : (isSmall ? value.toExponential() : String(value)).replace('e+', 'e');
};

/** In double quotes, with nothing in it that could end them or the line. */
export const quoted = (text: string): string => JSON.stringify(text).replace(/[\u007f-\u009f\u2028\u2029]/g, codePoint);

const codePoint = (sign: string): string => `\\u${sign.charCodeAt(0).toString(16).padStart(4, '0')}`;

export const sameLiteral = (a: Literal | undefined, b: Literal | undefined): boolean =>
  a === b || JSON.stringify(a) === JSON.stringify(b);
