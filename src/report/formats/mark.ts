// The signs of what is right, half right, wrong or open: before a text, so that colour says nothing alone. No colours.

import type { Mark } from '../page.js';

const SIGNS: Readonly<Record<Mark, string>> = { right: '✓', half: '~', wrong: '✗', open: '·' };
const PLAIN: Readonly<Record<Mark, string>> = { right: '+', half: '~', wrong: 'x', open: '.' };

/** The text behind its sign, where it has one. */
export const marked = ({ mark }: { readonly mark?: Mark }, text: string, ascii = false): string =>
  mark ? `${(ascii ? PLAIN : SIGNS)[mark]} ${text}` : text;
