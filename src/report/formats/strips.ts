// Columns of signs in a line that has no room for their titles: each below a number, a blank apart, and where even that is too wide
// in several tables below each other. No lines, no colour.

import type { Cell, Heading, Mark, Table } from '../page.js';
import { visible } from '../page.js';
import { displayWidth, longestWord, widest } from '../width.js';
import { GAP, type Room } from './fit.js';

export interface Strips {
  readonly tables: readonly Table[];
  /** Which number is what, and what stands below it. */
  readonly legend: readonly string[];
}

/** Texts that may be shortened leave the signs so much room, and where that is not enough so much. */
const TEXTS = [30, 16] as const;

/** One blank between strips. */
const BETWEEN = 1;

/** Null where there are no such columns, or room for their titles. */
export const packed = (table: Table, { width, frame }: Room): Strips | null => {
  const { gap, edge } = frame ?? { gap: GAP, edge: 0 };
  const columns = table.columns.map((heading, i) =>
    columnOf(
      heading,
      table.rows.map((row) => row[i] ?? EMPTY),
    ),
  );
  const strips = columns.filter(({ heading }) => heading.signs);
  const texts = columns.filter(({ heading }) => !heading.signs && !heading.below);
  if (width === undefined || strips.length === 0) return null;
  const beside = (most: number) =>
    texts.reduce((all, { heading, text }) => all + gap + (heading.shorten ? Math.min(most, text) : text), edge);
  const open = strips.reduce((all, one) => all + gap + one.open, -gap);
  if (beside(TEXTS[0]) + open <= width) return null;
  const numbered = strips.map((strip, i) => ({ ...strip, number: String(i + 1) }));
  const closed = numbered.reduce((all, one) => all + BETWEEN + widthOf(one), -BETWEEN);
  const room = TEXTS.map((most) => width - beside(most)).find((one) => closed <= one) ?? width - beside(TEXTS[1]);
  const [name] = texts;
  const tables = inChunks(numbered, room).map((chunk, i): Table => {
    const strip = together(chunk);
    // Names stand beside every strip, all else beside the first.
    const kept = i === 0 ? columns.filter(({ heading }) => !heading.signs) : name ? [name] : [];
    const at = kept.findIndex(({ heading }) => heading.below);
    const before = at < 0 ? kept : kept.slice(0, at);
    const all = [...before, strip, ...kept.slice(before.length)];
    return {
      type: 'table',
      columns: all.map(({ heading }) => heading),
      rows: table.rows.map((_, row) => all.map(({ cells }) => cells[row] ?? EMPTY)),
    };
  });
  return { tables, legend: legendOf(numbered, table) };
};

const EMPTY: Cell = { text: '' };

interface Column {
  readonly heading: Heading;
  readonly cells: readonly Cell[];
  /** How many signs it has at most. */
  readonly signs: number;
  /** As wide as its texts, and at least as its title broken into words. */
  readonly text: number;
  readonly open: number;
}

interface Numbered extends Column {
  readonly number: string;
}

const columnOf = (heading: Heading, cells: readonly Cell[]): Column => {
  const signs = cells.reduce((most, { marks = [] }) => Math.max(most, marks.length), 0);
  const text = Math.max(displayWidth(heading.title), widest(cells.map((cell) => visible(cell.text))));
  return { heading, cells, signs, text, open: Math.max(signs, longestWord(heading.title)) };
};

const widthOf = ({ number, signs }: Numbered): number => Math.max(number.length, signs);

/** As many in each as there is room for, and one at least. */
const inChunks = (strips: readonly Numbered[], room: number): readonly (readonly Numbered[])[] => {
  const chunks: Numbered[][] = [];
  let used = 0;
  for (const strip of strips) {
    const wide = widthOf(strip) + BETWEEN;
    const last = chunks.at(-1);
    if (last && used + wide <= room + BETWEEN) last.push(strip);
    else {
      chunks.push([strip]);
      used = 0;
    }
    used += wide;
  }
  return chunks;
};

/** Columns of signs as one. */
const together = (strips: readonly Numbered[]): Pick<Column, 'heading' | 'cells'> => {
  const title = strips.map((strip) => strip.number.padEnd(widthOf(strip))).join(' '.repeat(BETWEEN));
  const [first] = strips;
  const heading: Heading = { key: 'answers', align: 'left', drop: 0, ...first?.heading, title: title.trimEnd() };
  const cells = (first?.cells ?? []).map((_, row): Cell => {
    const marks = strips.flatMap((strip, i): readonly (Mark | null)[] => {
      const own = strip.cells[row]?.marks ?? [];
      const blanks = widthOf(strip) - own.length + (i < strips.length - 1 ? BETWEEN : 0);
      return [...own, ...Array<null>(blanks).fill(null)];
    });
    return { text: '', marks: marks.slice(0, marks.findLastIndex((mark) => mark !== null) + 1) };
  });
  return { heading, cells };
};

/** `1 conv1 80%` */
const legendOf = (strips: readonly Numbered[], { columns, foot = [] }: Table): readonly string[] =>
  strips.map(({ number, heading }) => {
    const below = foot.map((row) => row[columns.indexOf(heading)]?.text ?? '').filter((text) => text !== '');
    return [number, heading.title, ...below].join(' ');
  });
