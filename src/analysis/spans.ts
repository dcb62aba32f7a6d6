// The lines of a report where there is not room for all: folded as deep as they are few enough, neighbours joined, figures added up
// along them. No text.

import { isExact } from '../core/count.js';
import type { Analysis, Figures, Row } from './analysis.js';
import { known } from './figures.js';
import { type Line, outline } from './outline.js';

/** So many parts of a name, and the lines that there are then. */
export interface Level {
  readonly depth: number;
  readonly lines: readonly Line[];
}

/** The depths at which there are more lines than at the one before; at the last every layer is one, with its sugar. */
export const levelsOf = (analysis: Analysis): readonly Level[] => {
  const deepest = analysis.rows.reduce((most, { node }) => Math.max(most, node.name.split('.').length), 1);
  const levels: Level[] = [];
  for (let depth = 1; depth <= deepest; depth += 1) {
    const lines = outline(analysis, { depth, sugar: 'folded' });
    if (lines.length > (levels.at(-1)?.lines.length ?? 0)) levels.push({ depth, lines });
  }
  return levels;
};

/** Neighbouring lines as one. */
export interface Span {
  readonly first: Line;
  readonly last: Line;
  readonly rows: readonly [Row, ...Row[]];
  /** What they have together; null where a layer among them is unknown. */
  readonly figures: Figures | null;
}

/** At most so many, each of as many lines as the others, but for the last. */
export const spansOf = (lines: readonly Line[], most: number): readonly Span[] => {
  const each = Math.max(1, Math.ceil(lines.length / most));
  const spans: Span[] = [];
  for (let from = 0; from < lines.length; from += each) {
    const [first, ...others] = lines.slice(from, from + each);
    if (first) spans.push(joined(first, others));
  }
  return spans;
};

const joined = (first: Line, others: readonly Line[]): Span => {
  const last = others.at(-1);
  if (!last) return { first, last: first, rows: first.rows, figures: first.figures };
  const rows: readonly [Row, ...Row[]] = [...first.rows, ...others.flatMap((line) => line.rows)];
  const { figures, unknown } = known(rows);
  return { first, last, rows, figures: unknown === 0 ? figures : null };
};

/** What there is up to each place and with it; null from the first that is unknown on, and where a sum is not exact any more. */
export const cumulated = (values: readonly (number | null)[]): readonly (number | null)[] => {
  let sum: number | null = 0;
  return values.map((value) => {
    const next: number | null = sum === null || value === null ? null : sum + value;
    sum = next !== null && isExact(next) ? next : null;
    return sum;
  });
};
