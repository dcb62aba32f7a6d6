// What stands at positions of the text and moves with it, in order. Only what is seen of it is drawn: there may be a hundred thousand.

export interface Anchored {
  readonly at: number;
}

/** The first of them that stands at a position or behind it, as an index. */
export const firstFrom = (all: readonly Anchored[], position: number): number => {
  let [low, high] = [0, all.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((all[middle]?.at ?? 0) < position) low = middle + 1;
    else high = middle;
  }
  return low;
};

/** Those in a stretch of the text, ends included. */
export const within = <T extends Anchored>(all: readonly T[], from: number, to: number): readonly T[] => {
  const first = firstFrom(all, from);
  return all.slice(first, firstFrom(all, to + 1));
};
