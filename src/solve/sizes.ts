// Sizes with which every figure grows (filters, units, the input): found by halving their range, not by trying each.

import type { Blank, Filling, Fillings } from '../lang/blanks.js';
import type { Stretch } from './stretch.js';
import type { Target, Trial, Trials } from './trial.js';

interface Bound {
  readonly low: number;
  readonly high: number;
}
type Side = keyof Bound;

/** The stretch with each size at one end of its bounds, or one of them at a given size. */
type At = (side: Side, one?: readonly [Blank, number]) => Trial;

/** So many sizes in a row may have no layer: groups that do not divide them. */
const GAP = 64;

/** As many choices without a solution are tried to the end. */
const MOST_IN_VAIN = 100;

/** As many sizes of one unknown are told; more mean that hardly anything depends on it. */
const MOST_SIZES = 1000;

/** Of sizes beyond a bound, as many are told. */
const MOST_NEAR = 10;

export class SizeSearch {
  /** Unknowns that nothing depends on. */
  readonly free = new Set<Blank>();
  /** The sizes that came nearest last time: looked at first, and taken where nothing fits. */
  private readonly hints = new Map<Blank, number>();
  private vain = 0;
  /** Whether more sizes fit than are told. */
  cut = false;

  constructor(private readonly trials: Trials) {}

  /** The choices beside which nothing can fit; whether they do is for the caller to see. Where none can, the nearest. */
  *choices(blanks: readonly (readonly [Blank, number])[], given: Fillings, stretch: Stretch): Iterable<Fillings> {
    if (blanks.length === 0) {
      yield given;
      return;
    }
    const bounds = new Map(blanks.map(([blank, most]): [Blank, Bound] => [blank, { low: 1, high: most }]));
    const at = this.around(bounds, given, stretch);
    const lows = at('low');
    const hinted = blanks.every(([blank]) => this.hints.has(blank));
    if (hinted && isMisplaced(lows, blanks)) {
      yield* this.inVain(blanks, given);
      return;
    }
    const highs = at('high');
    if (lows.failure !== null && highs.failure !== null) {
      yield* chosen(blanks, given);
      return;
    }
    // What no size changes must be right as it is.
    const depends = (target: Target, i: number): boolean => signOf(target) !== signOf(highs.targets[i]);
    const hopeless = lows.targets.some((target, i) => !depends(target, i) && signOf(target) !== 0);
    if (!hopeless || !hinted)
      this.narrow(bounds, at, new Set(lows.targets.flatMap((target, i) => (depends(target, i) ? [i] : []))));
    if (hopeless) {
      yield* this.inVain(blanks, given);
      return;
    }
    for (const [blank, bound] of bounds) {
      const { low, high } = bound;
      const most = blanks.find(([one]) => one === blank)?.[1];
      // A bound on one side leaves all that lies on the other: those nearest to it are told.
      const oneSided = (low === 1) !== (high === most);
      if (high - low < (oneSided ? 2 * MOST_NEAR : MOST_SIZES)) continue;
      if (low === 1 && high === most) this.free.add(blank);
      else bounds.set(blank, low > 1 ? { low, high: low + MOST_NEAR } : { low: high - MOST_NEAR, high });
      this.cut = true;
    }
    if (this.free.size === 0) yield* boxed([...bounds], given);
  }

  /** The sizes that came nearest before: for the explanation, and not too often. */
  private *inVain(blanks: readonly (readonly [Blank, number])[], given: Fillings): Iterable<Fillings> {
    this.vain += 1;
    if (this.vain > MOST_IN_VAIN) return;
    yield new Map([...given, ...blanks.map(([blank]): [Blank, Filling] => [blank, [this.hints.get(blank) ?? 1]])]);
  }

  private around(bounds: ReadonlyMap<Blank, Bound>, given: Fillings, { upTo, last }: Stretch): At {
    return (side, one) => {
      const fillings = new Map<Blank, Filling>(given);
      for (const [blank, bound] of bounds) fillings.set(blank, [bound[side]]);
      if (one) fillings.set(one[0], [one[1]]);
      let trial = this.trials.run(fillings, upTo, last);
      for (let more = 1; one && more < GAP && trial.failure === 'shape/groups'; more += 1) {
        fillings.set(one[0], [one[1] + more]);
        trial = this.trials.run(fillings, upTo, last);
      }
      return trial;
    };
  }

  /** Narrows the bounds until they stay. Where nothing fits they end on either side of what is expected. */
  private narrow(bounds: Map<Blank, Bound>, at: At, heeded: ReadonlySet<number>): void {
    for (let moved = true; moved && !this.trials.exhausted; ) {
      moved = false;
      for (const [blank, bound] of bounds) {
        const hint = this.hints.get(blank) ?? bound.low;
        const low =
          first(bound.low, bound.high, hint, (n) => !misses(at('high', [blank, n]), heeded, -1)) ?? bound.high;
        const above = first(low, bound.high, hint + 1, (n) => misses(at('low', [blank, n]), heeded, 1));
        const high = above === null ? bound.high : above - 1;
        this.hints.set(blank, low);
        moved ||= low !== bound.low || high !== bound.high;
        bounds.set(blank, high < low ? { low: Math.max(1, high), high: low } : { low, high });
        if (high < low) return;
      }
      if (bounds.size === 1) return;
    }
  }
}

/** What is unknown is too small to be computed. */
const signOf = (target: Target | undefined): -1 | 0 | 1 => target?.sign ?? -1;

/** Filters and units do not change where along the axes something comes out. */
const isMisplaced = ({ failure, targets }: Trial, blanks: readonly (readonly [Blank, number])[]): boolean =>
  failure === null &&
  blanks.every(([{ of, option }]) => of !== 'input' || option === 'channels') &&
  targets.some(({ axis, sign }) => axis !== null && (sign === 1 || sign === -1));

/** Whether something expected is missed from that side. A count past 2^53 is too large; whatever else fails, too small. */
const misses = ({ failure, targets }: Trial, heeded: ReadonlySet<number>, side: -1 | 1): boolean =>
  failure === null
    ? targets.some((target, i) => heeded.has(i) && signOf(target) === side)
    : (failure === 'count/too-large') === (side === 1);

/** The first number at which a test holds that holds for all after it; the neighbourhood of the hint is looked at first. */
const first = (from: number, to: number, hint: number, holds: (n: number) => boolean): number | null => {
  let [low, high] = [from, to];
  let known = false;
  for (const n of [hint, hint - 1]) {
    if (n < low || n > high) continue;
    if (holds(n)) [high, known] = [n, true];
    else low = n + 1;
  }
  if (low > high || (!known && !holds(high))) return null;
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    if (holds(middle)) high = middle;
    else low = middle + 1;
  }
  return low;
};

/** Sizes that people choose: tried one by one where a network can be built with some in between only, as for a shortcut. */
const CHOSEN = [
  ...[
    1, 2, 3, 4, 5, 6, 8, 10, 12, 16, 20, 24, 32, 40, 48, 64, 80, 96, 100, 112, 120, 128, 160, 192, 224, 240, 256, 320,
  ],
  ...[384, 448, 480, 512, 640, 768, 960, 1000, 1024, 1280, 1536, 1792, 2048, 4096, 8192],
];

function* chosen(blanks: readonly (readonly [Blank, number])[], given: Fillings): Iterable<Fillings> {
  for (const n of CHOSEN) yield new Map([...given, ...blanks.map(([blank]): [Blank, Filling] => [blank, [n]])]);
}

function* boxed(bounds: readonly (readonly [Blank, Bound])[], given: Fillings): Iterable<Fillings> {
  const [first, ...rest] = bounds;
  if (!first) {
    yield given;
    return;
  }
  const [blank, { low, high }] = first;
  for (let n = low; n <= high; n += 1) yield* boxed(rest, new Map([...given, [blank, [n]]]));
}
