// An expression's text -> its tokens, and what is wrong with an expression by its place in the text. No grammar, no values.

import type { Code } from '../core/codes.js';
import type { Remedy } from '../core/diagnostic.js';

/** Something is wrong with an expression; `offset` and `length` point into its text. */
export class ExpressionError extends Error {
  constructor(
    readonly code: Code,
    message: string,
    readonly offset: number,
    readonly length = 1,
    readonly help?: Remedy,
    /** The name that means nothing. */
    readonly wanted = '',
  ) {
    super(message);
  }
}

export interface Token {
  readonly kind: 'number' | 'name' | 'text' | 'operator' | 'end';
  readonly text: string;
  readonly offset: number;
}

const TOKEN =
  /(?:((?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)|([A-Za-z_]\w*)|'([^']*)'|"([^"]*)"|(\*\*|\/\/|==|!=|<=|>=|[-+*/%()<>,[\]]))/y;

export const tokenize = (source: string): Token[] => {
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
