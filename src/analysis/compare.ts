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

/** First what is wholly equal is matched, whatever it is called; what is left between by less and less. Order is kept. */
const ALIKE: readonly Alike[] = [
  (a, b) => signature(a) === signature(b),
  (a, b) => a.name === b.name && firstKind(a) === firstKind(b),
  (a, b) => firstKind(a) === firstKind(b),
];

/** More differences than these are not worth the time to align: the two are not alike. */
const MOST_EDITS = 4000;

/** The lines of two networks aligned, in the order of both. */
export const align = (a: readonly Line[], b: readonly Line[]): readonly Pair[] => byName(between(a, b, ALIKE));

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
        pairs.push(pair(one, other));
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

const pair = (a: Line | null, b: Line | null): Pair => ({
  a,
  b,
  // Of what is unknown nobody can say so.
  same: a !== null && b !== null && a.figures !== null && signature(a) === signature(b),
});

const only =
  (side: 'a' | 'b') =>
  (line: Line): Pair =>
    side === 'a' ? { a: line, b: null, same: false } : { a: null, b: line, same: false };

const firstKind = ({ rows: [{ node }] }: Line): unknown => node.kind;

const signatures = new WeakMap<Line, string>();

/** What a line is and costs but for its name: its layers with their options, what they read and give, and their figures. */
const signature = (line: Line): string => {
  const known = signatures.get(line);
  if (known !== undefined) return known;
  const { inputShapes, output, rows, figures } = line;
  const costs = figures && [figures.params, figures.trainable, figures.buffers, figures.macs, figures.ops];
  const made = JSON.stringify([inputShapes, output, costs, rows.map(({ node }) => [node.kind.name, node.args])]);
  signatures.set(line, made);
  return made;
};

/**
 * Of lines that only one network has, and that stand beside others like them, it is not to be said which are the new ones:
 * those are, that leave most of the others with their names. A gap of such lines is moved along while that holds.
 */
const byName = (pairs: Pair[]): readonly Pair[] => {
  let at = 0;
  while (at < pairs.length) {
    const side = sideOf(pairs[at]);
    let end = at + 1;
    if (side) {
      while (end < pairs.length && sideOf(pairs[end]) === side) end += 1;
      moveGap(pairs, at, end, side);
    }
    at = end;
  }
  return pairs;
};

type Side = 'a' | 'b';

/** The network that alone has the line. */
const sideOf = (one: Pair | undefined): Side | null =>
  one === undefined || (one.a && one.b) ? null : one.a ? 'a' : 'b';

/** Moves the gap `[from, to)` along pairs that are the same, to where most of them have one name; stays where none is gained. */
const moveGap = (pairs: Pair[], from: number, to: number, side: Side): void => {
  const other = side === 'a' ? 'b' : 'a';
  const join = (one: Line | null, kept: Line | null): Pair => (side === 'a' ? pair(one, kept) : pair(kept, one));
  // One step: the gap takes the line next to it and leaves the one at its far end, which is like it, to that one's partner.
  const step = (top: number, by: 1 | -1): number | null => {
    const [next, far] = by < 0 ? [top - 1, top + (to - from) - 1] : [top + (to - from), top];
    const taken = pairs[next];
    const [line, left] = [taken?.[side], pairs[far]?.[side]];
    const kept = taken?.[other];
    if (!taken?.same || !line || !left || !kept || signature(line) !== signature(left)) return null;
    const first = Math.min(next, top);
    const lines = pairs.slice(first, first + to - from + 1).map((one) => (one === taken ? line : (one[side] ?? line)));
    const moved = (by < 0 ? lines.slice(0, -1) : lines.slice(1)).map(only(side));
    const made = by < 0 ? [...moved, join(left, kept)] : [join(left, kept), ...moved];
    for (const [i, one] of made.entries()) pairs[first + i] = one;
    return Number(left.name === kept.name) - Number(line.name === kept.name);
  };
  for (const by of [-1, 1] as const) {
    let [top, gain, best, since] = [from, 0, 0, 0];
    for (let won = step(top, by); won !== null; won = step(top, by)) {
      top += by;
      gain += won;
      since += 1;
      if (gain > best) [best, since] = [gain, 0];
      if (since * (to - from) > LONGEST_DETOUR) break;
    }
    for (; since > 0; since -= 1) {
      step(top, by < 0 ? 1 : -1);
      top -= by;
    }
    if (best > 0) return;
  }
};

/** So many lines are moved without gain. */
const LONGEST_DETOUR = 10_000;

/** What `b` has more of than `a`; null where a figure is not known. A line that is missing costs nothing. */
export const difference = ({ a, b }: Pair, figure: 'params' | 'macs'): number | null => {
  const of = (line: Line | null): number | null => (line === null ? 0 : (line.figures?.[figure] ?? null));
  const [one, other] = [of(a), of(b)];
  return one === null || other === null ? null : other - one;
};

/** Whether the outputs differ in shape, where both are known. */
export const reshaped = ({ a, b }: Pair): boolean =>
  a?.output != null && b?.output != null && !sameShape(a.output, b.output);
