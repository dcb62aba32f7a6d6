// The graded sheets of a class, counted: by student, by question, by mistake. What of each may be shown is decided before, in
// shown.ts. No files, no tables.

import type { Diagnostic } from '../core/diagnostic.js';
import type { Rules } from './answers.js';
import { say } from './chinese.js';
import { readGiven } from './given.js';
import { MISTAKES, SHEET_MISTAKES } from './mistakes.js';
import { quantityNamed } from './quantities.js';
import type { ShownCell } from './shown.js';

/** A sheet as it was handed in. */
export interface Handed {
  readonly name: string;
  /** The path of the sheet. */
  readonly source: string;
  /** What tells apart who is called alike: the path, in a folder of sheets from there on. */
  readonly place: string;
}

/** One student's graded sheet. */
export interface Student extends Handed {
  readonly cells: readonly ShownCell[];
  readonly score: number;
  readonly max: number;
  /** Why the sheet could not be graded; then there are no cells. */
  readonly error?: string;
  /** All that is wrong with the sheet. */
  readonly diagnostics: readonly Diagnostic[];
}

/** What was asked, of a layer. */
export interface Asked {
  readonly layer: string;
  readonly quantity: string;
}

export interface Question extends Asked {
  /** How many have it right, and how many have it on their sheets. */
  readonly right: number;
  readonly of: number;
}

/** A known mistake, with who made it and where. */
export interface Made {
  readonly mistake: string;
  /** How many answers show it; one that several mistakes explain shows each of them. */
  readonly count: number;
  readonly students: readonly string[];
  readonly cells: readonly (Asked & { readonly count: number })[];
}

/** The same wrong answer, which no known mistake explains, of two students or more. */
export interface Alike extends Asked {
  readonly given: string;
  readonly students: readonly string[];
  readonly expected?: string;
}

export interface ClassTable {
  readonly students: readonly Student[];
  readonly questions: readonly Question[];
  readonly mistakes: readonly Made[];
  readonly alike: readonly Alike[];
}

export const classTable = (students: readonly Student[]): ClassTable => ({
  students,
  questions: questionsOf(students),
  mistakes: mistakesOf(students),
  alike: alikeOf(students),
});

/** The key of a question in maps: names of quantities have no blanks. */
export const cellName = ({ layer, quantity }: Asked): string => `${layer} ${quantity}`;

/** What a student answered, by question. */
export const cellsOf = ({ cells }: Student): ReadonlyMap<string, ShownCell> =>
  new Map(cells.map((cell) => [cellName(cell), cell]));

// --- questions --------------------------------------------------------------------------------------------------------------

/** In the order of the sheets: what only some have stands behind what they have before it. */
const questionsOf = (students: readonly Student[]): readonly Question[] => {
  const found = new Map<string, { readonly asked: Asked; right: number; of: number; next: string | null }>();
  let first: string | null = null;
  for (const { cells } of students) {
    let before: string | null = null;
    for (const cell of cells) {
      const name = cellName(cell);
      const right = cell.verdict === 'correct' ? 1 : 0;
      const known = found.get(name);
      if (known) {
        known.right += right;
        known.of += 1;
      } else {
        const previous = before === null ? undefined : found.get(before);
        const { layer, quantity } = cell;
        found.set(name, { asked: { layer, quantity }, right, of: 1, next: previous ? previous.next : first });
        if (previous) previous.next = name;
        else first = name;
      }
      before = name;
    }
  }
  const questions: Question[] = [];
  for (
    let at = first === null ? undefined : found.get(first);
    at;
    at = at.next === null ? undefined : found.get(at.next)
  )
    questions.push({ ...at.asked, right: at.right, of: at.of });
  return questions;
};

// --- mistakes ---------------------------------------------------------------------------------------------------------------

/** The names of mistakes that an answer shows. */
const shownBy = ({ mistake, mistakes = mistake === undefined ? [] : [mistake] }: ShownCell): readonly string[] =>
  mistakes;

/** Those first that most students made, then those that spoil most answers. */
const mistakesOf = (students: readonly Student[]): readonly Made[] => {
  const found = new Map<
    string,
    { readonly students: string[]; readonly cells: Map<string, Asked & { count: number }> }
  >();
  for (const { name, cells } of students)
    for (const cell of cells)
      for (const mistake of shownBy(cell)) {
        const made = found.get(mistake) ?? { students: [], cells: new Map<string, Asked & { count: number }>() };
        found.set(mistake, made);
        if (made.students.at(-1) !== name) made.students.push(name);
        const { layer, quantity } = cell;
        const { count } = made.cells.get(cellName(cell)) ?? { count: 0 };
        made.cells.set(cellName(cell), { layer, quantity, count: count + 1 });
      }
  return [...found]
    .map(([mistake, made]): Made => {
      const cells = [...made.cells.values()].sort((a, b) => b.count - a.count);
      return { mistake, count: cells.reduce((all, { count }) => all + count, 0), students: made.students, cells };
    })
    .sort((a, b) => b.students.length - a.students.length || b.count - a.count || (a.mistake < b.mistake ? -1 : 1));
};

/** A mistake in words: its hint. */
export const mistakeInWords = (mistake: string, language: NonNullable<Rules['language']>): string => {
  const known = [...MISTAKES, ...SHEET_MISTAKES].find(({ id }) => id === mistake);
  return known ? say(known.hint, language) : '';
};

// --- answers that are wrong alike -------------------------------------------------------------------------------------------

const alikeOf = (students: readonly Student[]): readonly Alike[] => {
  const found = new Map<
    string,
    { readonly cell: ShownCell; readonly students: string[]; expected: string | undefined }
  >();
  for (const { name, cells } of students)
    for (const cell of cells) {
      if (!isUnexplained(cell)) continue;
      const key = `${cellName(cell)} ${meaningOf(cell)}`;
      const same = found.get(key);
      if (!same) found.set(key, { cell, students: [name], expected: cell.expected });
      else {
        same.students.push(name);
        // Where networks differ, what is right for one is not for the other.
        if (same.expected !== cell.expected) same.expected = undefined;
      }
    }
  return [...found.values()]
    .filter((same) => same.students.length > 1)
    .map(({ cell: { layer, quantity, given }, students: who, expected }) => ({
      layer,
      quantity,
      given,
      students: who,
      ...(expected !== undefined && { expected }),
    }))
    .sort((a, b) => b.students.length - a.students.length);
};

const isUnexplained = (cell: ShownCell): boolean =>
  (cell.verdict === 'wrong' || cell.verdict === 'known-mistake') && shownBy(cell).length === 0;

/** What an answer stands for, however it is written: `34,944` is `34944`. */
const meaningOf = ({ quantity, given }: ShownCell): string => {
  const form = quantityNamed(quantity)?.form;
  const read = form === undefined ? null : readGiven(given, form);
  switch (read?.is) {
    case 'number':
      return `${read.quantity.low} ${read.quantity.high} ${read.unit === undefined ? '' : 'B'}`;
    case 'sizes':
      return `${read.sizes.join('x')} ${read.order ?? ''}`;
    case 'word':
      return read.word;
    case 'words':
      return read.words.join(' ');
    default:
      return given.trim();
  }
};

// --- who is who -------------------------------------------------------------------------------------------------------------

/** The same sheets with names of which no two are alike: whoever shares a name is told apart by where the sheet lies. */
export const toldApart = <H extends Handed>(handed: readonly H[]): readonly H[] => {
  const counts = new Map<string, number>();
  for (const { name } of handed) counts.set(name, (counts.get(name) ?? 0) + 1);
  const taken = new Set([...counts].flatMap(([name, n]) => (n === 1 ? [name] : [])));
  const numbers = new Map<string, number>();
  return handed.map((one) => {
    if (counts.get(one.name) === 1) return one;
    const told = `${one.name} (${one.place})`;
    let n = numbers.get(told) ?? 1;
    let name = n === 1 ? told : `${told} ${n}`;
    for (; taken.has(name); n += 1) name = `${told} ${n + 1}`;
    numbers.set(told, n + 1);
    taken.add(name);
    return { ...one, name };
  });
};
