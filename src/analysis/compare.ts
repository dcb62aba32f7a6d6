// Networks layer against layer: which stand for which, and what each costs more or less. Figures, no text.

import { type ChangeObject, diffArrays } from 'diff';
import { sameShape } from '../core/shape.js';
import type { Line } from './outline.js';

/** Two lines that stand for each other, or one that the other network does not have. */
export interface Pair {
  readonly a: Line | null;
  readonly b: Line | null;
  /** The same kind with the same options, output and costs; the names may differ. */
  readonly same: boolean;
}

type Alike = (a: Line, b: Line) => boolean;

/** First what is wholly equal is matched, what is left between by less and less. Order is kept. */
const ALIKE: readonly Alike[] = [
  (a, b) => a.name === b.name && signature(a) === signature(b),
  (a, b) => signature(a) === signature(b),
  (a, b) => a.name === b.name && firstKind(a) === firstKind(b),
  (a, b) => firstKind(a) === firstKind(b),
];

/** More differences than these are not worth the time to align: the two are not alike. */
const MOST_EDITS = 4000;

/** The lines of two networks aligned, in the order of both. */
export const align = (a: readonly Line[], b: readonly Line[]): readonly Pair[] => between(a, b, ALIKE);

const between = (a: readonly Line[], b: readonly Line[], [alike, ...looser]: readonly Alike[]): Pair[] => {
  if (!alike || a.length === 0 || b.length === 0) return [...a.map(only('a')), ...b.map(only('b'))];
  const pairs: Pair[] = [];
  let gone: readonly Line[] = [];
  let come: readonly Line[] = [];
  let [inA, inB] = [0, 0];
  const close = () => {
    pairs.push(...between(gone, come, looser));
    gone = come = [];
  };
  for (const { count, added, removed } of changes(a, b, alike)) {
    if (removed) gone = a.slice(inA, inA + count);
    else if (added) come = b.slice(inB, inB + count);
    else {
      close();
      for (let i = 0; i < count; i++) {
        const [one, other] = [a[inA + i] ?? null, b[inB + i] ?? null];
        pairs.push({ a: one, b: other, same: one !== null && other !== null && signature(one) === signature(other) });
      }
    }
    if (!added) inA += count;
    if (!removed) inB += count;
  }
  close();
  return pairs;
};

const changes = (
  a: readonly Line[],
  b: readonly Line[],
  alike: Alike,
): readonly Pick<ChangeObject<Line[]>, 'count' | 'added' | 'removed'>[] =>
  diffArrays([...a], [...b], { comparator: alike, maxEditLength: MOST_EDITS }) ?? [
    { count: a.length, added: false, removed: true },
    { count: b.length, added: true, removed: false },
  ];

const only =
  (side: 'a' | 'b') =>
  (line: Line): Pair =>
    side === 'a' ? { a: line, b: null, same: false } : { a: null, b: line, same: false };

const firstKind = ({ rows: [{ node }] }: Line): unknown => node.kind;

const signatures = new WeakMap<Line, string>();

/** What a line is but for its name. */
const signature = (line: Line): string => {
  const known = signatures.get(line);
  if (known !== undefined) return known;
  const made = JSON.stringify([line.output, line.rows.map(({ node }) => [node.kind.name, node.args])]);
  signatures.set(line, made);
  return made;
};

/** What `b` has more of than `a`; null where a figure is not known. A line that is missing costs nothing. */
export const difference = ({ a, b }: Pair, figure: 'params' | 'macs'): number | null => {
  const of = (line: Line | null): number | null => (line === null ? 0 : (line.figures?.[figure] ?? null));
  const [one, other] = [of(a), of(b)];
  return one === null || other === null ? null : other - one;
};

/** Whether the outputs differ in shape, where both are known. */
export const reshaped = ({ a, b }: Pair): boolean =>
  a?.output != null && b?.output != null && !sameShape(a.output, b.output);
