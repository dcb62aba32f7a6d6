// The columns of a table fitted into a line: how wide each is, and what is left out, in a fixed order, where there is no room. No
// lines, no colour.

import stringWidth from 'string-width';
import { type Cell, type Heading, visible } from '../page.js';

export interface Room {
  /** Characters in a line; absent = as many as needed. */
  readonly width?: number;
  readonly ascii: boolean;
  /** What stands between columns and at both ends of a line, where that is more than blanks. */
  readonly frame?: { readonly gap: number; readonly edge: number };
  /** Is told what had to be left out; what to do about it is said by whoever knows the command. */
  readonly leftOut?: (sentence: string) => void;
}

/** How wide a bar is, and how far columns are apart. */
export const BAR = 8;
export const GAP = 2;
/** Long names are shortened in their middle to the first, and where nothing else helps to the second. */
const READABLE = 30;
const SHORTEST = 12;

export const EMPTY: Cell = { text: '' };

export interface Drawn {
  readonly heading: Heading;
  readonly cells: readonly Cell[];
  /** The widest text and the widest remark, which are aligned apart where the column is of numbers. */
  readonly text: number;
  readonly dim: number;
  readonly width: number;
}

export const column = (heading: Heading, written: readonly Cell[]): Drawn => {
  const cells = written.map((cell) => ({ ...cell, text: visible(cell.text) }));
  const bars = cells.some((cell) => cell.bar !== undefined);
  const dim = widest(cells.map((cell) => cell.dim ?? ''));
  // With remarks in the column, the title stands over the numbers.
  const text = bars
    ? BAR
    : widest([...cells.map((cell) => cell.text), heading.align === 'right' && dim > 0 ? heading.title : '']);
  const together = heading.align === 'right' ? text + (dim && dim + 1) : Math.max(text, widest(cells.map(joined)));
  return { heading, cells, text, dim, width: Math.max(displayWidth(heading.title), bars ? BAR : together) };
};

// biome-ignore lint/suspicious/noControlCharactersInRegex: a terminal's colours begin with one
const COLOURS = /\u001b\[\d+m/g;

/** Columns that a text takes on a terminal, colours left out. Few texts have more than ASCII, lines and bars. */
export const displayWidth = (text: string): number => {
  const bare = text.includes('\u001b') ? text.replace(COLOURS, '') : text;
  return /^[ -~×·…─-▟]*$/.test(bare) ? bare.length : stringWidth(bare);
};

const joined = ({ text, dim }: Cell): string => (dim ? `${text} ${dim}` : text);

export const widest = (texts: readonly string[]): number =>
  texts.reduce((most, text) => Math.max(most, displayWidth(text)), 0);

/** What a line has room for: columns, remarks and the middles of names go from the highest number down. */
export const choose = (columns: readonly Drawn[], { width, ascii, leftOut, frame }: Room): readonly Drawn[] => {
  if (width === undefined) return columns;
  let kept = [...columns];
  const { gap, edge } = frame ?? { gap: GAP, edge: 0 };
  const total = () => kept.reduce((all, c) => all + c.width + gap, edge - gap);
  const gone: string[] = [];
  for (const step of order(columns)) {
    if (total() <= width) break;
    const { key, what } = step;
    const before = total();
    if (what === 'column') kept = kept.filter((c) => c.heading.key !== key);
    else if (what === 'remarks')
      kept = kept.map((c) =>
        c.heading.key === key
          ? column(
              c.heading,
              c.cells.map(({ dim: _, ...cell }) => cell),
            )
          : c,
      );
    else
      kept = kept.map((c) =>
        c.heading.key === key ? shortened(c, Math.max(step.least, c.width - (total() - width)), ascii) : c,
      );
    if (total() < before) gone.push(what === 'column' ? key : `${what} of ${key}`);
  }
  if (total() > width) {
    // Shortening was in vain.
    kept = kept.map((c) => (c.heading.shorten ? (columns.find(({ heading }) => heading === c.heading) ?? c) : c));
    leftOut?.(`the table takes ${total()} columns`);
  } else if (gone.length > 0) leftOut?.(`${width} columns leave out ${[...new Set(gone)].join(', ')}`);
  return kept;
};

const shortened = ({ heading, cells, width }: Drawn, most: number, ascii: boolean): Drawn =>
  column(
    heading,
    width <= most ? cells : cells.map((cell) => ({ ...cell, text: shorten(cell.text, most, ascii ? '...' : '…') })),
  );

interface Step {
  readonly key: string;
  readonly what: 'column' | 'remarks' | 'middles';
  /** How short names may become. */
  readonly least: number;
  readonly at: number;
}

/** What may go, first things first; names are shortened to a readable length before anything of weight goes, and further last. */
const order = (columns: readonly Drawn[]): readonly Step[] =>
  columns
    .flatMap(({ heading: { key, drop, dropRemarks = 0, shorten } }): readonly Step[] => [
      { key, what: 'column', least: 0, at: drop },
      { key, what: 'remarks', least: 0, at: dropRemarks },
      ...(shorten
        ? [
            { key, what: 'middles', least: READABLE, at: shorten } as const,
            { key, what: 'middles', least: SHORTEST, at: 1 } as const,
          ]
        : []),
    ])
    .filter(({ at }) => at > 0)
    .sort((a, b) => b.at - a.at);

/** `layer1.0.downsample` -> `layer1…nsample` */
const shorten = (text: string, width: number, sign: string): string => {
  if (displayWidth(text) <= width) return text;
  const letters = [...text];
  let head = Math.ceil(letters.length / 2);
  let tail = letters.length - head;
  // Characters may be two columns wide: one goes at a time, from the longer half.
  for (;;) {
    const short = letters.slice(0, head).join('') + sign + (tail > 0 ? letters.slice(-tail).join('') : '');
    if (displayWidth(short) <= width || head + tail === 0) return short;
    if (head >= tail) head -= 1;
    else tail -= 1;
  }
};
