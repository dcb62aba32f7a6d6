// Where an offset falls among things that follow each other in a text. No texts.

/** The index of the last of so many that begins at or before an offset; -1 where none does. They stand in the order of their beginnings. */
export const lastUpTo = (offset: number, count: number, beginningOf: (index: number) => number): number => {
  let [low, high] = [-1, count];
  while (low + 1 < high) {
    const middle = (low + high) >> 1;
    if (beginningOf(middle) <= offset) low = middle;
    else high = middle;
  }
  return low;
};
