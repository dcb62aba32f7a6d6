// The largest batch that so many bytes hold in training, and what would make the next power of two fit. No bytes are counted here.

import type { Analysis } from '../analysis.js';
import { everyBlock } from './checkpoint.js';
import { OPTIMIZERS, type Optimizer, REMEMBERED } from './choices.js';
import { type PlanSetting, trainingByBatch } from './plan.js';

/** What may be changed to take less. */
export type Change = 'amp' | 'checkpoint' | Optimizer;

export interface Fit {
  readonly memory: number;
  /** 0 where not even one image fits; null where it is unknown, or where nothing hangs on the batch. */
  readonly batch: number | null;
  readonly next: {
    readonly batch: number;
    /** Bytes that it takes more than there are. */
    readonly missing: number;
    /** Changes that make it fit, each by itself; where none does, as many together as it takes; none where that is not enough. */
    readonly by: readonly (readonly Change[])[];
  } | null;
}

/** More images than anybody has. */
const MOST = 2 ** 40;

export const fitOf = (analysis: Analysis, setting: PlanSetting, memory: number): Fit =>
  fitting(analysis, setting)(memory);

type FitSetting = Omit<PlanSetting, 'batch'>;

/** The same for any memory. */
export const fitting = (analysis: Analysis, setting: FitSetting): ((memory: number) => Fit) => {
  const known = new Map<string, (batch: number) => number | null>();
  const bytesOf: BytesOf = (batch, changes = []) => {
    const key = changes.join(' ');
    const total = known.get(key) ?? trainingByBatch(analysis, { ...setting, ...changed(analysis, changes) });
    known.set(key, total);
    return total(batch);
  };
  return (memory) => fitIn(bytesOf, changesOf(analysis, setting), memory);
};

/** What a batch takes, with what is changed. */
type BytesOf = (batch: number, changes?: readonly Change[]) => number | null;

const fitIn = (bytesOf: BytesOf, changes: readonly Change[], memory: number): Fit => {
  const fits = (batch: number): boolean => (bytesOf(batch) ?? Number.POSITIVE_INFINITY) <= memory;
  const [one, two] = [bytesOf(1), bytesOf(2)];
  if (one === null || two === null || two === one) return { memory, batch: null, next: null };
  const batch = largest(fits, Math.floor((memory - one) / (two - one)) + 1);
  if (batch === null) return { memory, batch, next: null };
  const next = batch === 0 ? 1 : 2 ** (Math.floor(Math.log2(batch)) + 1);
  const missing = (bytesOf(next) ?? 0) - memory;
  const isEnough = (changes: readonly Change[]): boolean =>
    (bytesOf(next, changes) ?? Number.POSITIVE_INFINITY) <= memory;
  return { memory, batch, next: { batch: next, missing, by: waysOf(changes, isEnough) } };
};

/** The largest that fits, by a guess, or else by halves; null where there is no end to it. */
const largest = (fits: (batch: number) => boolean, guess: number): number | null => {
  if (guess < 1 || !fits(1)) return 0;
  if (guess < MOST && fits(guess) && !fits(guess + 1)) return guess;
  let above = 2;
  while (above < MOST && fits(above)) above *= 2;
  if (above >= MOST) return null;
  let below = above / 2;
  while (above - below > 1) {
    const middle = Math.floor((below + above) / 2);
    if (fits(middle)) below = middle;
    else above = middle;
  }
  return below;
};

/** What is not done yet, the least loss first. */
const changesOf = ({ graph }: Analysis, { amp, checkpoint, optimizer }: FitSetting): readonly Change[] => [
  ...(!amp && graph.dtype === 'f32' ? (['amp'] as const) : []),
  ...(!checkpoint && everyBlock(graph) ? (['checkpoint'] as const) : []),
  ...(['momentum', 'sgd'] as const).filter((other) => REMEMBERED[other] < REMEMBERED[optimizer]),
];

const waysOf = (
  changes: readonly Change[],
  isEnough: (changes: readonly Change[]) => boolean,
): readonly (readonly Change[])[] => {
  const alone = changes.filter((change) => isEnough([change])).map((change) => [change]);
  if (alone.length > 0) return alone;
  for (let count = 2; count <= changes.length; count += 1)
    if (isEnough(changes.slice(0, count))) return [changes.slice(0, count)];
  return [];
};

const changed = ({ graph }: Analysis, changes: readonly Change[]): Partial<PlanSetting> => {
  const optimizer = changes.findLast((change): change is Optimizer =>
    (OPTIMIZERS as readonly Change[]).includes(change),
  );
  const checkpoint = changes.includes('checkpoint') ? everyBlock(graph) : null;
  return {
    ...(changes.includes('amp') && { amp: true }),
    ...(checkpoint && { checkpoint }),
    ...(optimizer && { optimizer }),
  };
};
