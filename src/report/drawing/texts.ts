// How wide texts are in a drawing, about, and the beginning of one that is too long. No fonts are measured.

import { visible } from '../page.js';
import { beginning, displayWidth } from '../width.js';

/** Of the size, how wide a column is: half of a wide letter, a little more than most letters of a sans serif. */
const COLUMN = 0.56;

export const textWidth = (text: string, size: number): number => displayWidth(visible(text)) * COLUMN * size;

/** At most so many columns; what is left out is told by a sign. */
export const shortened = (text: string, columns: number): string => {
  const shown = visible(text);
  return displayWidth(shown) <= columns ? shown : `${beginning(shown, columns - 1)}…`;
};
