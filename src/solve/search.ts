// Which values in the places of the blanks give what is expected: all of them, part by part along the network.

import type { Analysis } from '../analysis/analysis.js';
import type { Node } from '../core/graph.js';
import { choices, sum } from '../core/shape.js';
import type { Blank, Filling, Fillings, Unfinished } from '../lang/blanks.js';
import { layerAlone, type Misses } from './layer.js';
import { type Range, rangeOf } from './ranges.js';
import { SizeSearch } from './sizes.js';
import { type Stretch, stretchesOf } from './stretch.js';
import { type Trial, Trials, type Wanted } from './trial.js';

export interface Solution {
  readonly fillings: Fillings;
  readonly analysis: Analysis;
}

export interface Tried {
  readonly fillings: Fillings;
  readonly trial: Trial;
}

export interface Searched {
  readonly solutions: readonly Solution[];
  /** Whether all of the ranges was looked at. */
  readonly complete: boolean;
  /** Unknowns that nothing that is expected depends on. */
  readonly free: ReadonlySet<Blank>;
  /** The stretch that could not be passed, and what was tried there. */
  readonly stretch: Stretch;
  readonly tried: readonly Tried[];
}

/** Further solutions nobody reads. */
const MOST_SOLUTIONS = 200;

/** As many choices that a layer alone refuses are tried for the explanation. */
const MOST_NEAR = 10;

/** Of what was tried in vain, as much is kept for the explanation. */
const MOST_TRIED = 5000;

/** `nodes` are those of the network with its blanks: they say where a layer that is wanted stands. */
export const search = (
  unfinished: Unfinished,
  wanted: readonly Wanted[],
  nodes: readonly Node[],
  onTrial?: () => void,
): Searched => new Search(unfinished, wanted, nodes, onTrial).run();

class Search {
  private readonly trials: Trials;
  private readonly stretches: readonly Stretch[];
  private readonly sizes: SizeSearch;
  private readonly solutions: Solution[] = [];
  private deepest = 0;
  private tried: Tried[] = [];

  constructor(unfinished: Unfinished, wanted: readonly Wanted[], nodes: readonly Node[], onTrial?: () => void) {
    this.trials = new Trials(unfinished, wanted, onTrial);
    this.sizes = new SizeSearch(this.trials);
    this.stretches = stretchesOf(unfinished, wanted, nodes);
  }

  run(): Searched {
    this.go(0, new Map());
    const stretch = this.stretches[this.deepest];
    if (!stretch) throw new Error('a network has at least one stretch');
    return {
      solutions: this.solutions,
      complete: !this.done && !this.sizes.cut,
      free: this.sizes.free,
      stretch,
      tried: this.tried,
    };
  }

  private get done(): boolean {
    return this.trials.exhausted || this.solutions.length >= MOST_SOLUTIONS;
  }

  private go(at: number, given: Fillings): void {
    const stretch = this.stretches[at];
    if (!stretch) return;
    if (at > this.deepest) {
      this.deepest = at;
      this.tried = [];
    }
    let passed = false;
    const pass = (fillings: Fillings): void => {
      const trial = this.trials.run(fillings, stretch.upTo, stretch.last);
      if (at === this.deepest && this.tried.length < MOST_TRIED) this.tried.push({ fillings, trial });
      if (!trial.fits) return;
      passed = true;
      if (stretch.last) this.solutions.push({ fillings, analysis: trial.analysis });
      else this.go(at + 1, fillings);
    };
    const misses = this.alone(stretch, given);
    const [along, near] = [new Map<Fillings, readonly number[]>(), new Map<Fillings, number>()];
    for (const fillings of diagonally(listedIn(stretch.blanks), given)) {
      if (this.done) return;
      const missed = misses?.(fillings);
      if (missed) along.set(fillings, missed);
      if (missed?.some((n) => n > 0)) near.set(fillings, sum(missed));
      else if (missed !== null) this.sized(stretch.blanks, fillings, stretch, pass);
    }
    if (passed || this.done) return;
    for (const fillings of this.perAxis(stretch, given, along))
      if (!this.done) this.sized(stretch.blanks, fillings, stretch, pass);
    if (passed) return;
    const nearest = [...near].sort(([, a], [, b]) => a - b).slice(0, MOST_NEAR);
    for (const [fillings] of nearest) this.sized(stretch.blanks, fillings, stretch, pass);
  }

  /** The layer by itself, where the stretch is about one. */
  private alone(stretch: Stretch, given: Fillings): Misses | null {
    const [any] = diagonally(listedIn(stretch.blanks), given);
    const sizes = sizesIn(stretch.blanks).map(([blank]): [Blank, Filling] => [blank, [1]]);
    return any
      ? layerAlone(stretch.blanks, this.trials.run(new Map([...any, ...sizes]), stretch.upTo, stretch.last))
      : null;
  }

  private sized(blanks: readonly Blank[], given: Fillings, stretch: Stretch, pass: (fillings: Fillings) => void): void {
    for (const fillings of this.sizes.choices(sizesIn(blanks), given, stretch)) {
      if (this.done) return;
      pass(fillings);
    }
  }

  /** Where nothing fits that is the same along all axes: values for each, from what fits along that axis alone. */
  private *perAxis(
    { blanks }: Stretch,
    given: Fillings,
    along: ReadonlyMap<Fillings, readonly number[]>,
  ): Iterable<Fillings> {
    const listed = listedIn(blanks).map(([blank]) => blank);
    const axes = Math.max(0, ...[...along.values()].map((missed) => missed.length));
    if (axes < 2 || !listed.every(isPerAxis)) return;
    const words = (fillings: Fillings): boolean => listed.some((blank) => fillings.get(blank) === 'same');
    const fitting = Array.from({ length: axes }, (_, axis) =>
      [...along].flatMap(([fillings, missed]) => (missed[axis] === 0 && !words(fillings) ? [fillings] : [])),
    );
    for (const each of choices(fitting)) {
      const chosen = new Map(given);
      for (const blank of listed)
        chosen.set(
          blank,
          each.flatMap((fillings) => numbers(fillings.get(blank))),
        );
      if (new Set(each).size > 1) yield chosen;
    }
  }
}

const numbers = (filling: Filling | undefined): readonly number[] => (filling === 'same' ? [] : (filling ?? []));

/** Options with a value for each axis. Padding that is no number has none. */
const isPerAxis = ({ of, option, whole }: Blank): boolean =>
  of === 'layer' && whole && ['kernel', 'stride', 'padding', 'dilation'].includes(option);

type Listed = readonly (readonly [Blank, readonly Filling[]])[];

const listedIn = (blanks: readonly Blank[]): Listed =>
  blanks.flatMap((blank) => {
    const range = rangeOf(blank);
    return range && 'listed' in range ? [[blank, range.listed] as const] : [];
  });

const sizesIn = (blanks: readonly Blank[]): readonly (readonly [Blank, number])[] =>
  blanks.flatMap((blank) => {
    const range: Range | null = rangeOf(blank);
    return range && 'most' in range ? [[blank, range.most] as const] : [];
  });

/** All choices, those with the smallest sum of positions first. */
function* diagonally(listed: Listed, given: Fillings): Iterable<Fillings> {
  const most = listed.reduce((all, [, values]) => all + values.length - 1, 0);
  for (let total = 0; total <= most; total += 1) yield* withSum(listed, total, given);
}

function* withSum(listed: Listed, total: number, given: Fillings): Iterable<Fillings> {
  const [first, ...rest] = listed;
  if (!first) {
    if (total === 0) yield given;
    return;
  }
  const [blank, values] = first;
  const room = rest.reduce((all, [, others]) => all + others.length - 1, 0);
  for (let i = Math.max(0, total - room); i <= Math.min(total, values.length - 1); i += 1) {
    const value = values[i];
    if (value !== undefined) yield* withSum(rest, total - i, new Map([...given, [blank, value]]));
  }
}
