// What a page is made of. A page says what there is to read, a format how it looks; neither computes.

import type { Diagnostic } from '../core/diagnostic.js';

/** The spec's text and how it is called. */
export interface Source {
  readonly name: string;
  readonly lines: readonly string[];
}

/**
 * Right, half right, right for an earlier answer, wrong, not readable, nothing said, not asked: a sign before the text, in a colour where
 * there are any.
 */
export type Mark = 'right' | 'half' | 'follows' | 'wrong' | 'unread' | 'open' | 'absent';

/** What is more, less or different than elsewhere, what stands out, what is only there to be complete. */
export type Tone = 'more' | 'less' | 'other' | 'strong' | 'quiet';

/** A cell's text; `dim` follows it in a quieter tone, `bar` is a share from 0 to 1 drawn as a bar. */
export interface Cell {
  readonly text: string;
  /** The same in fewer words, for where there is no room. */
  readonly short?: () => string;
  readonly mark?: Mark;
  /** Signs alone, instead of a text; null is a blank. */
  readonly marks?: readonly (Mark | null)[];
  readonly tone?: Tone;
  readonly dim?: string;
  readonly bar?: number;
  /** Something is unknown or wrong here. */
  readonly alarm?: true;
  /** It is what one types. */
  readonly code?: true;
}

export interface Heading {
  readonly key: string;
  readonly title: string;
  readonly align: 'left' | 'right';
  /** What has the higher number goes first where there is no room; 0 stays. */
  readonly drop: number;
  /** The same for the remarks (`dim`) in the column, without the column. */
  readonly dropRemarks?: number;
  /** The same for the middles of long texts in the column. */
  readonly shorten?: number;
  /** The same for prose in the column, which is broken into lines. */
  readonly wrap?: number;
  /** Where lines would be too short to read, that prose stands below its row. */
  readonly below?: true;
  /** Its cells are signs, which stand closer together under a number where its title has no room. */
  readonly signs?: true;
}

/** What rows from one on have in common. */
export interface Section {
  /** The first of the rows, from 0. */
  readonly row: number;
  readonly title: string;
}

export interface Table {
  readonly type: 'table';
  readonly columns: readonly Heading[];
  readonly rows: readonly (readonly Cell[])[];
  /** In the order of the rows. */
  readonly sections?: readonly Section[];
  /** Sums below the rows. */
  readonly foot?: readonly (readonly Cell[])[];
}

/** A rectangle of cells, first and last included. */
export interface Box {
  readonly x: readonly [first: number, last: number];
  readonly y: readonly [first: number, last: number];
  readonly sort: 'image' | 'field' | 'next';
  readonly label: string;
}

/** Rectangles over each other in one plane, the image first. */
export interface Figure {
  readonly type: 'figure';
  readonly title: string;
  readonly boxes: readonly Box[];
}

/** Values from 0 to 1 over a plane, row by row, darker where they are larger. */
export interface Heat {
  readonly type: 'heat';
  readonly title: string;
  readonly rows: readonly (readonly number[])[];
  /** What lies within the frame. */
  readonly legend: readonly string[];
  /** Characters across where there is room for more. */
  readonly columns?: number;
}

/** A block of cells, with a shade of 0 to 3 for each; null is left blank. */
export interface Solid {
  readonly title: string;
  readonly note: string;
  /** Into the page, then down, then across. */
  readonly cells: readonly (readonly (readonly (number | null)[])[])[];
}

/** Blocks side by side, seen from the front, from above and from the right; the legend says what the directions are. */
export interface Solids {
  readonly type: 'solids';
  readonly solids: readonly Solid[];
  readonly legend: readonly string[];
}

/** A line through values counted from 1; what is 0 is left out. */
export interface Curve {
  readonly name: string;
  /** One character, where lines are made of those. */
  readonly mark: string;
  readonly values: readonly number[];
}

/** Panels with the same curves and the same axis across; those of a row have the same powers of ten going up. */
export interface Curves {
  readonly type: 'curves';
  readonly title: string;
  readonly rows: readonly CurvesRow[];
  /** What is counted across. */
  readonly across: string;
}

export interface CurvesRow {
  readonly title: string;
  readonly panels: readonly { readonly title: string; readonly curves: readonly Curve[] }[];
}

/** A figure that a plot has along one of its sides. */
export interface Axis {
  readonly name: string;
  readonly unit?: 'B';
  /** Which end is wanted; the least where it is absent. */
  readonly best?: 'least' | 'most';
}

export interface ScatterPoint {
  readonly x: number;
  readonly y: number;
  /** What it is. */
  readonly label: string;
  /** No other is as good in both, and better in one. */
  readonly isFront: boolean;
}

/** Things by two figures of theirs, those of the Pareto front drawn out. */
export interface Scatter {
  readonly x: Axis;
  readonly y: Axis;
  readonly points: readonly ScatterPoint[];
  /** How many there are, where these are only some of them. */
  readonly total?: number;
}

/** Chains of planes, from the input to the output; in each plane the cells that the middle one of the last sees, where that is known. */
export interface Planes {
  readonly title: string;
  readonly chains: readonly {
    readonly title: string;
    readonly planes: readonly {
      readonly size: readonly [height: number, width: number];
      readonly window: readonly [height: number, width: number] | null;
    }[];
    readonly notes: readonly string[];
  }[];
}

/** A number and how it comes about. `formula` is in letters, `substituted` has the numbers; both may be empty. */
export interface Worked {
  readonly title: string;
  readonly formula: string;
  readonly substituted: string;
  readonly text: string;
  readonly remark: string;
}

export interface Fact {
  readonly label: string;
  readonly text: string;
  readonly dim?: string;
  readonly mark?: Mark;
}

export type Block =
  | { readonly type: 'steps'; readonly entries: readonly Worked[] }
  | { readonly type: 'heading'; readonly text: string; readonly dim?: string }
  | { readonly type: 'text'; readonly text: string; readonly tone?: 'dim' | 'warning' | 'error' }
  /** Words of the documentation, in Markdown's notation of code and links. */
  | { readonly type: 'prose'; readonly text: string }
  /** Lines as they are typed, never broken: only a comment behind one may go below it. */
  | { readonly type: 'code'; readonly language: string; readonly lines: readonly string[] }
  | {
      readonly type: 'facts';
      readonly entries: readonly Fact[];
    }
  /** Mathematics line by line, each with what it is. */
  | {
      readonly type: 'formula';
      readonly lines: readonly { readonly text: string; readonly dim?: string }[];
    }
  /** Diagnostics with the lines that they point at, and what they come to. */
  | {
      readonly type: 'findings';
      readonly findings: readonly Diagnostic[];
      readonly source: Source;
      readonly conclusion: string;
    }
  | Curves
  | Figure
  | Heat
  | ({ readonly type: 'scatter' } & Scatter)
  | Solids
  | Table;

export type Page = readonly Block[];

/**
 * A spec's words may hold control characters, which would paint or move the terminal, and such as turn the direction of what
 * follows, which would be read as something else: they become spaces.
 */
export const visible = (text: string): string =>
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is replaced
  text.replace(/[\u0000-\u001f\u007f-\u009f\u2028-\u202e\u2066-\u2069]/g, ' ');

/** What it quotes may be as long as a file: of a longer sentence both ends are told. */
const LONGEST = 1000;
const ENDS = { first: 700, last: 200 } as const;

/** A sentence for people, on one line. */
export const oneLine = (sentence: string): string =>
  visible(sentence.length > LONGEST ? `${sentence.slice(0, ENDS.first)} … ${sentence.slice(-ENDS.last)}` : sentence);

/** The words of prose without their notation: `[layers.md](layers.md)` is layers.md. Code keeps its marks. */
export const unlinked = (prose: string): string => prose.replace(/\[([^\]]*)\]\([^)]*\)/g, '$1');

/** What is made of a table's rows, and before the first of each section what is made of that. */
export const inSections = <T>(
  { sections = [] }: Pick<Table, 'sections'>,
  rows: readonly T[],
  title: (section: Section) => T,
): readonly T[] => {
  if (sections.length === 0) return rows;
  return [
    ...rows.slice(0, sections[0]?.row),
    ...sections.flatMap((section, i) => [title(section), ...rows.slice(section.row, sections[i + 1]?.row)]),
  ];
};
