// What grading comes to: a verdict per cell, and the sum of many. How a cell is graded is grader.ts.

import type { Diagnostic, Place } from '../core/diagnostic.js';

export type Verdict =
  | 'correct'
  | 'correct-under-other-convention'
  | 'follow-through'
  | 'known-mistake'
  | 'wrong'
  | 'unanswered'
  | 'unreadable';

export interface Graded {
  readonly layer: string;
  readonly quantity: string;
  readonly given: string;
  readonly verdict: Verdict;
  readonly mistake?: string;
  /** Where several explain the answer, or two were made at once: all of them, that one first. */
  readonly mistakes?: readonly string[];
  readonly score: number;
  readonly max: number;
  /** Never has a digit of the answer in it. */
  readonly hint?: string;
  /** What is right, as a sheet would say it. */
  readonly expected: string;
  readonly hidden?: true;
  readonly at?: Place;
  /** For what cannot be read: where in the text. */
  readonly column?: number;
}

export interface Result {
  readonly cells: readonly Graded[];
  readonly score: number;
  readonly max: number;
  readonly diagnostics: readonly Diagnostic[];
  /** What the rules name, and no network of the sheet has. */
  readonly strangers?: readonly string[];
}

/** Several questions as one result. */
export const together = (results: readonly Result[]): Result => {
  const cells = results.flatMap((result) => result.cells);
  const add = (pick: (cell: Graded) => number): number =>
    Math.round(cells.reduce((all, cell) => all + pick(cell), 0) * 100) / 100;
  const [first, ...others] = results.map(({ strangers = [] }) => strangers);
  return {
    cells,
    score: add((cell) => cell.score),
    max: add((cell) => cell.max),
    diagnostics: results.flatMap((result) => result.diagnostics),
    strangers: (first ?? []).filter((name) => others.every((names) => names.includes(name))),
  };
};
