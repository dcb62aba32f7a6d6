// What the tables of several pages have in common: headings, and figures as cells. No table, no column of the summary.

import { isExact, type Tracks } from '../analysis/receptive-field.js';
import { grouped, human, humanBytes } from '../core/quantity.js';
import type { Cell, Heading } from './page.js';

/** On the left, and never left out, unless `rest` says otherwise. */
export const heading = (key: string, title: string, rest: Partial<Heading> = {}): Heading => ({
  key,
  title,
  align: 'left',
  drop: 0,
  ...rest,
});

/** The size of a field as text: `<=40` where cells see that much at most. In plain characters, as every format has them. */
export const atMost = (tracks: Tracks, text: string): string => (isExact(tracks) ? text : `<=${text}`);

/** As many names are told. */
const MOST_NAMES = 5;

/** `a, b`, or the first of them and how many more there are. */
export const someOf = (names: readonly string[]): string => {
  const more = names.length - MOST_NAMES;
  return `${names.slice(0, MOST_NAMES).join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
};

export const UNKNOWN: Cell = { text: '?', alarm: true };

/** Numbers with both forms where rounding hides something: `34,944 (35K)`. */
export const both = (n: number): Cell => ({ text: grouped(n), ...(n >= 1000 && { dim: `(${human(n)})` }) });

export const short = (n: number): Cell => ({ text: human(n) });

export const bytes = (n: number): Cell => ({ text: humanBytes(n) });

/** Milliseconds to three digits. */
export const time = (ms: number): string => (ms >= 100 ? ms.toFixed(0) : ms >= 10 ? ms.toFixed(1) : ms.toFixed(2));

/** How many in a second, to two digits at least. */
export const perSecond = (n: number): string => (n >= 10 ? grouped(Math.round(n)) : String(Number(n.toPrecision(2))));
