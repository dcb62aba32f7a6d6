// How wide a text is on a page, in pixels: a generous estimate for the sans-serif fonts that browsers and printers have. No fonts are read.

import { visible } from '../page.js';
import { beginning, displayWidth } from '../width.js';

/** Of the size of the font, by letter: DejaVu Sans is as wide as any. */
const NARROW = 0.42;
const WIDE = 1.02;
const CAPITAL = 0.74;
const USUAL = 0.65;
/** What takes two columns on a terminal is as wide as high. */
const COLUMN = 0.54;
const BOLD = 1.1;

const widths = new Map<string, number>();

const widthOf = (letter: string): number => {
  const before = widths.get(letter);
  if (before !== undefined) return before;
  const width = widthFound(letter);
  widths.set(letter, width);
  return width;
};

const widthFound = (letter: string): number => {
  if (/[iljtfrI.,:;|!'()[\] ]/.test(letter)) return NARROW;
  if (/[mwMW@%…]/.test(letter)) return WIDE;
  if (/[A-Z&#]/.test(letter)) return CAPITAL;
  return letter <= '~' ? USUAL : Math.max(USUAL, COLUMN * displayWidth(letter));
};

export const textWidth = (text: string, size: number, bold = false): number => {
  let width = 0;
  for (const letter of text) width += widthOf(letter);
  return width * size * (bold ? BOLD : 1);
};

/** A text that fits, cut in its middle where it is too long. */
export const fitting = (text: string, width: number, size: number, bold = false): string => {
  if (textWidth(text, size, bold) <= width) return text;
  const letters = [...text];
  // Both ends tell names apart, the beginning more.
  for (let kept = letters.length - 1; kept > 1; kept -= 1) {
    const last = Math.floor(kept / 3);
    const cut = `${letters.slice(0, kept - last).join('')}…${last > 0 ? letters.slice(-last).join('') : ''}`;
    if (textWidth(cut, size, bold) <= width) return cut;
  }
  return '…';
};

/** At most so many columns of a terminal; what is left out is told by a sign. */
export const shortened = (text: string, columns: number): string => {
  const shown = visible(text);
  return displayWidth(shown) <= columns ? shown : `${beginning(shown, columns - 1)}…`;
};
