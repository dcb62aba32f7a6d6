// A Pareto front that grows point by point: what no other point is at least as good as in everything, and better in something. No
// networks, no drawing.

/** What is wanted of a number. */
export interface Objective {
  readonly name: string;
  readonly best: 'least' | 'most';
}

export interface FrontPoint<T> {
  /** In the order of the objectives. */
  readonly values: readonly number[];
  readonly item: T;
}

export interface Front<T> {
  /** A value for each objective; a point with one that is unknown, or no finite number, is left out. */
  readonly add: (values: readonly (number | null | undefined)[], item: T) => void;
  /** The best by the first objective first, then by the next ones; points that are equal in all of them all stay, as they came. */
  readonly points: () => readonly FrontPoint<T>[];
}

export const paretoFront = <T>(objectives: readonly Objective[]): Front<T> => {
  const signs = objectives.map(({ best }) => (best === 'least' ? 1 : -1));
  const growing = signs.length === 2 ? sorted<T>() : compared<T>();
  return {
    add: (values, item) => {
      if (!isKnown(values)) return;
      growing.add({ values, item, costs: signs.map((sign, i) => sign * (values[i] ?? 0)) });
    },
    points: () => growing.points().map(({ values, item }) => ({ values, item })),
  };
};

const isKnown = (values: readonly (number | null | undefined)[]): values is readonly number[] =>
  values.every((value) => Number.isFinite(value));

/** Of each objective a number that is better when it is less. */
interface Costed<T> extends FrontPoint<T> {
  readonly costs: readonly number[];
}

interface Growing<T> {
  readonly add: (point: Costed<T>) => void;
  readonly points: () => readonly Costed<T>[];
}

const byCosts = ({ costs: a }: Costed<unknown>, { costs: b }: Costed<unknown>): number => {
  for (let i = 0; i < a.length; i += 1) if (a[i] !== b[i]) return (a[i] ?? 0) - (b[i] ?? 0);
  return 0;
};

/** So many points wait until they are sorted into a front, or as many as it has. */
const WAITING = 512;

/**
 * Of two objectives: a front in the order of the first is in the other order of the second. A search tells whether a point comes too late;
 * the others wait, and are sorted into it together, which takes a few steps for each point however long the front is.
 */
const sorted = <T>(): Growing<T> => {
  let front: readonly Costed<T>[] = [];
  let waiting: Costed<T>[] = [];
  const settle = (): void => {
    const kept: Costed<T>[] = [];
    for (const point of [...front, ...waiting].sort(byCosts)) {
      const last = kept.at(-1);
      if (last === undefined || second(point) < second(last) || byCosts(point, last) === 0) kept.push(point);
    }
    front = kept;
    waiting = [];
  };
  return {
    add: (point) => {
      const before = front[lastUpTo(front, first(point))];
      if (before && second(before) <= second(point) && byCosts(before, point) !== 0) return;
      waiting.push(point);
      if (waiting.length >= Math.max(WAITING, front.length)) settle();
    },
    points: () => {
      if (waiting.length > 0) settle();
      return front;
    },
  };
};

const first = ({ costs }: Costed<unknown>): number => costs[0] ?? 0;
const second = ({ costs }: Costed<unknown>): number => costs[1] ?? 0;

/** Where the last point stands that costs no more by the first objective; -1 where none does. */
const lastUpTo = (front: readonly Costed<unknown>[], cost: number): number => {
  let [low, high] = [0, front.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    const point = front[middle];
    if (point && first(point) <= cost) low = middle + 1;
    else high = middle;
  }
  return low - 1;
};

/** Of any number of objectives: each point against the front as it stands. */
const compared = <T>(): Growing<T> => {
  let front: Costed<T>[] = [];
  return {
    add: (point) => {
      if (front.some((other) => isBetter(other, point))) return;
      front = front.filter((other) => !isBetter(point, other));
      front.push(point);
    },
    points: () => front.toSorted(byCosts),
  };
};

/** No worse in anything, and better in something. */
const isBetter = ({ costs: a }: Costed<unknown>, { costs: b }: Costed<unknown>): boolean => {
  let isLess = false;
  for (let i = 0; i < a.length; i += 1) {
    const [one = 0, other = 0] = [a[i], b[i]];
    if (one > other) return false;
    if (one < other) isLess = true;
  }
  return isLess;
};
