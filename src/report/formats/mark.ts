// The signs of what is right, half right, wrong or open: before a text, so that colour says nothing alone, or by themselves. No colours.

import type { Cell, Mark } from '../page.js';

const SIGNS: Readonly<Record<Mark, string>> = {
  right: '✓',
  half: '~',
  follows: '→',
  wrong: '✗',
  unread: '?',
  open: '·',
  absent: '-',
};
const PLAIN: Readonly<Record<Mark, string>> = {
  right: '+',
  half: '~',
  follows: '>',
  wrong: 'x',
  unread: '?',
  open: '.',
  absent: '-',
};

export const signOf = (mark: Mark | null, ascii: boolean): string =>
  mark === null ? ' ' : (ascii ? PLAIN : SIGNS)[mark];

/** The text behind its sign, where it has one; signs alone where there are several. */
export const marked = ({ mark, marks }: Pick<Cell, 'mark' | 'marks'>, text: string, ascii = false): string =>
  marks ? marks.map((one) => signOf(one, ascii)).join('') : mark ? `${signOf(mark, ascii)} ${text}` : text;
