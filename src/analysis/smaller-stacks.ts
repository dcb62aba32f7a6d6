// Which stacks of smaller kernels see as much as one field, at stride 1: the candidates, not what they cost.

/** Height and width. */
export type Kernel = readonly [height: number, width: number];

/** Longer kernels are not stacked: nobody does, and there would be millions of stacks. */
const LONGEST = 11;

/** At most that many candidates of each sort. */
const MOST = 2000;

/** Fields up to this are searched. */
export const LARGEST_FIELD = 255;

/**
 * The kernels along one axis whose fields add up: k1 - 1 + k2 - 1 + … = field - 1. All odd, so that they stay centred,
 * but for one 2 where the field is even. The longest first in each.
 */
const lengths = (field: number): readonly (readonly number[])[] => {
  const found: number[][] = [];
  const even = field % 2 === 0 ? [2] : [];
  // The shortest kernels first: where there are too many, the expensive ones are left out.
  const fill = (rest: number, least: number, so: readonly number[]): void => {
    if (found.length >= MOST) return;
    if (rest === 0) found.push([...so, ...even]);
    for (let half = least; half <= Math.min((LONGEST - 1) / 2, rest); half += 1)
      fill(rest - half, half, [2 * half + 1, ...so]);
  };
  fill(Math.floor((field - 1) / 2), 1, []);
  // A kernel longer than those stacked still stands alone.
  return found.some(([only, ...more]) => only === field && more.length === 0) ? found : [...found, [field]];
};

const cells = (stack: readonly Kernel[]): number => stack.reduce((sum, [h, w]) => sum + h * w, 0);

/** Along one axis the fewest layers have the fewest weights; of those with many nobody asks for a second sort. */
const MOST_APART = 40;

const fewest = (field: number): readonly (readonly number[])[] =>
  [...lengths(field)].sort((a, b) => a.length - b.length).slice(0, MOST_APART);

/** Stacks of square kernels, and of 1xk and kx1 in turn; the fewest weights first. The kernel itself is none of them. */
export const smallerStacks = ([height, width]: Kernel): readonly (readonly Kernel[])[] => {
  const across = (list: readonly number[]) => list.map((k): Kernel => [1, k]);
  const down = (list: readonly number[]) => list.map((k): Kernel => [k, 1]);
  const square = height === width ? lengths(height).map((list) => list.map((k): Kernel => [k, k])) : [];
  const apart =
    height === 1
      ? fewest(width).map(across)
      : width === 1
        ? fewest(height).map(down)
        : height === width
          ? fewest(height).map((list) => alternate(across(list), down(list)))
          : fewest(height).flatMap((v) => fewest(width).map((h) => alternate(across(h), down(v))));
  return [...square, ...(height * width === 1 ? [] : apart)]
    .filter((stack) => stack.length > 1)
    .sort((a, b) => cells(a) - cells(b) || a.length - b.length);
};

const alternate = (a: readonly Kernel[], b: readonly Kernel[]): readonly Kernel[] =>
  Array.from({ length: Math.max(a.length, b.length) }, (_, i) => [...a.slice(i, i + 1), ...b.slice(i, i + 1)]).flat();
