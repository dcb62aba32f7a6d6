// The columns of a table fitted into a line: how wide each is, which are broken into lines, and what is left out, in a fixed order,
// where there is no room. No lines, no colour.

import { type Cell, type Heading, visible } from '../page.js';
import { displayWidth, longestWord, widest, wrap } from '../width.js';
import { marked } from './mark.js';

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
/** Long names are shortened in their middle to the first, before a column goes that has short forms to the second, and at last. */
const READABLE = 30;
const LEGIBLE = 16;
const SHORTEST = 12;
/** Prose is broken into lines of no less, then of the second, and where nothing else helps into its words. */
const PROSE = 24;
const NARROW = 12;

export const EMPTY: Cell = { text: '' };

export interface Drawn {
  readonly heading: Heading;
  readonly cells: readonly Cell[];
  /** The widest text and the widest remark, which are aligned apart where the column is of numbers. */
  readonly text: number;
  readonly dim: number;
  readonly width: number;
  /** What is broken into lines of `width`: the title alone, or the cells too. */
  readonly wraps?: 'title' | 'cells';
  /** Each cell stands below its row, and takes no room in it. */
  readonly below?: true;
}

/** A column as wide as it needs to be. */
export const column = (heading: Heading, written: readonly Cell[], ascii: boolean): Drawn =>
  measured(
    heading,
    written.map((cell) => retold(cell, marked(cell, visible(cell.text), ascii))),
  );

/** The cell with that text. A table may have a million, most of which say what they said. */
const retold = (cell: Cell, text: string): Cell => (text === cell.text ? cell : { ...cell, text });

const measured = (heading: Heading, cells: readonly Cell[]): Drawn => {
  const title = displayWidth(heading.title);
  const isRight = heading.align === 'right';
  let hasBars = false;
  let [text, dim, together] = [0, 0, 0];
  for (const cell of cells) {
    if (cell.bar !== undefined) hasBars = true;
    const wide = displayWidth(cell.text);
    const remark = cell.dim ? displayWidth(cell.dim) : 0;
    text = Math.max(text, wide);
    dim = Math.max(dim, remark);
    together = Math.max(together, wide + (remark && remark + 1));
  }
  // With remarks in the column, the title stands over the numbers.
  if (isRight && dim > 0) text = Math.max(text, title);
  if (isRight) together = text + (dim && dim + 1);
  return {
    heading,
    cells,
    text: hasBars ? BAR : text,
    dim,
    width: Math.max(title, hasBars ? BAR : together),
  };
};

const joined = ({ text, dim }: Cell): string => (dim ? `${text} ${dim}` : text);

/** What a line has room for: columns, remarks and the middles of names go from the highest number down. */
export const choose = (columns: readonly Drawn[], { width, ascii, leftOut, frame }: Room): readonly Drawn[] => {
  let kept = [...columns];
  const { gap, edge } = frame ?? { gap: GAP, edge: 0 };
  const total = () => kept.reduce((all, c) => all + (c.below ? 0 : c.width + gap), edge - gap);
  if (width === undefined || total() <= width) return columns;
  const gone: Pick<Step, 'key' | 'what'>[] = [];
  for (const { key, what, least } of order(columns)) {
    const before = total();
    if (before <= width) break;
    const narrowed = (c: Drawn): Drawn => CHANGES[what](c, Math.max(least, c.width - (before - width)), ascii);
    kept =
      what === 'column'
        ? kept.filter((c) => c.heading.key !== key)
        : kept.map((c) => (c.heading.key === key ? narrowed(c) : c));
    if (total() < before && !SAYS_ALL.has(what)) gone.push({ key, what });
  }
  if (total() > width) {
    // Shortening was in vain.
    kept = kept.map((c) => (c.heading.shorten ? (columns.find(({ heading }) => heading === c.heading) ?? c) : c));
    leftOut?.(`the table takes ${total()} columns`);
    return kept;
  }
  // Names were cut for a column that went all the same: they take the room that is left.
  for (const { heading } of columns.filter((c) => c.heading.shorten))
    kept = kept.map((c) => (c.heading === heading ? lengthened(c, columns, c.width + width - total(), ascii) : c));
  const missing = gone
    .filter(({ key, what }) => what === 'column' || kept.some((c) => c.heading.key === key))
    .filter(({ key, what }) => what !== 'middles' || isCut(key, kept, columns))
    .map(({ key, what }) => (what === 'column' ? key : `${what} of ${key}`));
  if (missing.length > 0) leftOut?.(`${width} columns leave out ${[...new Set(missing)].join(', ')}`);
  return kept;
};

const isCut = (key: string, kept: readonly Drawn[], columns: readonly Drawn[]): boolean => {
  const texts = (list: readonly Drawn[]) => list.find(({ heading }) => heading.key === key)?.text ?? 0;
  return texts(kept) < texts(columns);
};

/** A column of names in as much room as there is, without the remarks that it has lost. */
const lengthened = (drawn: Drawn, columns: readonly Drawn[], most: number, ascii: boolean): Drawn => {
  const whole = columns.find(({ heading }) => heading === drawn.heading) ?? drawn;
  return CHANGES.middles(drawn.dim === 0 && whole.dim > 0 ? CHANGES.remarks(whole, 0, ascii) : whole, most, ascii);
};

/** What may go of a column, or be done to it. */
type What = 'column' | 'remarks' | 'details' | 'middles' | 'lines' | 'below' | 'words';

/** What is done so that nothing need go. */
const SAYS_ALL: ReadonlySet<What> = new Set(['lines', 'below', 'words']);

/** A column that is to take no more than `most`. */
const CHANGES: Readonly<Record<What, (column: Drawn, most: number, ascii: boolean) => Drawn>> = {
  column: (column) => column,
  remarks: ({ heading, cells }) =>
    measured(
      heading,
      cells.map(({ dim: _, ...cell }) => cell),
    ),
  details: ({ heading, cells }, _, ascii) =>
    measured(
      heading,
      cells.map((cell) => (cell.short ? retold(cell, marked(cell, visible(cell.short()), ascii)) : cell)),
    ),
  middles: ({ heading, cells, width }, most, ascii) =>
    measured(
      heading,
      width <= most ? cells : cells.map((cell) => retold(cell, shorten(cell.text, most, ascii ? '...' : '…'))),
    ),
  lines: (column, most) => wrapped(column, most, 'cells'),
  below: (column) => ({ ...column, below: true }),
  // Numbers and names of options stay in one piece; a column of them has a title that may not.
  words: (column, most) => wrapped(column, most, isProse(column) ? 'cells' : 'title'),
};

const isProse = ({ heading, cells }: Drawn): boolean =>
  heading.align === 'left' && !heading.shorten && cells.every(({ bar }) => bar === undefined);

const wrapped = (column: Drawn, most: number, wraps: 'title' | 'cells'): Drawn => {
  const { heading, cells, text, dim } = column;
  if (most >= column.width || column.below) return column;
  const unbroken = wraps === 'title' ? bodyOf(column) : Math.max(...cells.map((cell) => longestWord(joined(cell))), 0);
  const width = Math.max(most, unbroken, longestWord(heading.title));
  const lines = [heading.title, ...(wraps === 'cells' ? cells.map(joined) : [])].flatMap((one) => wrap(one, width));
  return { heading, cells, text: Math.min(text, width), dim, width: Math.max(unbroken, widest(lines)), wraps };
};

/** What the cells of a column take, without its title. */
const bodyOf = ({ heading, cells, dim }: Drawn): number => {
  if (cells.some(({ bar }) => bar !== undefined)) return BAR;
  return heading.align === 'right' && dim > 0
    ? widest(cells.map(({ text }) => text)) + 1 + dim
    : widest(cells.map(joined));
};

interface Step {
  readonly key: string;
  readonly what: What;
  /** How narrow it may become. */
  readonly least: number;
  readonly at: number;
}

/**
 * What may go, first things first: short forms are tried before their column goes; names are shortened to a readable length, and
 * prose broken into readable lines, before anything of weight goes, and further last; at the very end whatever has blanks is broken.
 */
const order = (columns: readonly Drawn[]): readonly Step[] => {
  const named = columns.filter(({ heading: { shorten } }) => shorten);
  return [
    ...columns
      .flatMap(({ heading, cells }): readonly Step[] => {
        const hasShort = cells.some(({ short }) => short !== undefined);
        const { key, drop, dropRemarks = 0, shorten = 0, wrap = 0, below } = heading;
        const twice = (what: What, at: number, least: number, last: Partial<Step> & { at: number }): readonly Step[] =>
          at > 0
            ? [
                { key, what, least, at },
                { key, what, least, ...last },
              ]
            : [];
        return [
          ...(hasShort
            ? [
                { key, what: 'details', least: 0, at: Math.max(1, drop) } as const,
                ...named.map(({ heading: { key } }) => ({ key, what: 'middles', least: LEGIBLE, at: drop }) as const),
              ]
            : []),
          { key, what: 'column', least: 0, at: drop },
          { key, what: 'remarks', least: 0, at: dropRemarks },
          ...twice('middles', shorten, READABLE, { least: SHORTEST, at: 1 }),
          // Lines say all of it, and names that are cut do not.
          ...twice('lines', wrap, PROSE, {
            at: Math.min(1.5, wrap),
            ...(below ? { what: 'below' } : { least: NARROW }),
          }),
        ];
      })
      .filter(({ at }) => at > 0)
      .sort((a, b) => b.at - a.at),
    ...[...columns]
      .sort((a, b) => b.width - a.width)
      .map(({ heading: { key } }) => ({ key, what: 'words', least: 0, at: 0 }) as const),
  ];
};

/** Letters that a run of them keeps where it is cut. */
const KEPT = 2;

/** `layer1.0.downsample` -> `layer1.0.downs…`, and where that is not enough `layer…mple`: numbers tell layers apart, and go last. */
const shorten = (text: string, width: number, sign: string): string => {
  let short = text;
  for (let over = displayWidth(short) - width; over > 0; over = displayWidth(short) - width) {
    const longest = (short.match(/[A-Za-z_]+/g) ?? []).reduce((a, b) => (b.length > a.length ? b : a), '');
    const kept = Math.max(KEPT, longest.length - over - sign.length);
    if (kept + sign.length >= longest.length) return middleless(text, width, sign);
    short = short.replace(longest, longest.slice(0, kept) + sign);
  }
  return short;
};

const middleless = (text: string, width: number, sign: string): string => {
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
