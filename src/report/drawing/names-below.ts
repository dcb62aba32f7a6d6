// Names below things that stand side by side, as many as there is room for. No axis.

import { line } from './marks.js';
import { fitting, shortened, textWidth } from './measure.js';
import type { Mark } from './scene.js';

const TEXT = 12;
/** What an upright name takes of what is below it. */
const LEAST = 13;
const MOST_COLUMNS = 60;

/** What upright ones take at most, and what those that lie take. */
const HIGH = 140;
const FLAT = 32;

/** How high it is what they are below of. */
export const heightOf = (names: readonly Mark[]): number =>
  names.reduce(
    (most, mark) =>
      mark.type === 'text' && mark.turned !== undefined
        ? Math.max(most, Math.ceil(textWidth(mark.text, mark.size ?? TEXT, mark.bold)) + 16)
        : most,
    FLAT,
  );

/**
 * Each below its own, `wide` apart from `left` on: side by side where all fit, or else all upright. Where there is no room for that
 * either, the beginning of names with what has it in common, and not all of them.
 */
export const namesBelow = (
  names: readonly string[],
  left: number,
  wide: number,
  top: number,
  chosen: number | null = null,
): readonly Mark[] => {
  const isEach = wide >= LEAST;
  const fits = (name: string): boolean => textWidth(shortened(name, MOST_COLUMNS), TEXT, true) < wide;
  const isLying = isEach && names.every(fits);
  const groups = isEach ? names.map((name, i) => ({ name, from: i, to: i + 1 })) : byBeginning(names);
  const marks: Mark[] = [];
  let taken = Number.NEGATIVE_INFINITY;
  for (const { name, from, to } of groups) {
    const middle = left + (from + to) * (wide / 2);
    const text = shortened(name, MOST_COLUMNS);
    const bold = chosen !== null && from <= chosen && chosen < to ? ({ bold: true } as const) : {};
    const flat = textWidth(text, TEXT, bold.bold);
    const isFlat = isEach ? isLying : (to - from) * wide > flat;
    const half = (isFlat ? flat : LEAST) / 2;
    if (middle - half < taken) continue;
    taken = middle + half;
    marks.push(
      isFlat
        ? line([middle, top + 18], text, { anchor: 'middle', size: TEXT, ...bold })
        : {
            type: 'text',
            at: [middle - 4, top + 10],
            text: fitting(text, HIGH - 16, TEXT, bold.bold),
            size: TEXT,
            turned: 90,
            ...bold,
          },
    );
  }
  return marks;
};

/** Fewer groups would tell little of where something is. */
const ENOUGH = 5;
const MOST_PARTS = 4;

/** Neighbours whose names begin alike, by as few parts as tell enough of them apart. */
const byBeginning = (names: readonly string[]): readonly Group[] => {
  for (let parts = 1; parts <= MOST_PARTS; parts += 1) {
    const groups = byParts(names, parts);
    if (groups.length >= ENOUGH) return groups;
  }
  return byParts(names, 1);
};

interface Group {
  readonly name: string;
  readonly from: number;
  to: number;
}

const byParts = (names: readonly string[], parts: number): readonly Group[] => {
  const groups: Group[] = [];
  names.forEach((full, i) => {
    const name = full.split('.', parts).join('.');
    const last = groups.at(-1);
    if (last?.name === name) last.to = i + 1;
    else groups.push({ name, from: i, to: i + 1 });
  });
  return groups;
};
