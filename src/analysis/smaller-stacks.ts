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
  return [...found, [field]].filter(
    (list, i, all) => list.length > 0 && all.findIndex((other) => other.join() === list.join()) === i,
  );
};

const cells = (stack: readonly Kernel[]): number => stack.reduce((sum, [h, w]) => sum + h * w, 0);

/** Stacks of square kernels, and of 1xk and kx1 in turn; the fewest weights first. The kernel itself is none of them. */
export const smallerStacks = ([height, width]: Kernel): readonly (readonly Kernel[])[] => {
  const square =
    height === width
      ? lengths(height)
          .filter((list) => list.length > 1)
          .map((list) => list.map((k): Kernel => [k, k]))
      : [];
  const vertical = lengths(height);
  const pairs =
    height === width
      ? vertical.map((list) => [list, list] as const)
      : vertical.flatMap((v) => lengths(width).map((h) => [v, h] as const));
  const apart =
    height > 1 && width > 1
      ? pairs.slice(0, MOST).map(([v, h]) =>
          alternate(
            h.map((k): Kernel => [1, k]),
            v.map((k): Kernel => [k, 1]),
          ),
        )
      : lengths(Math.max(height, width))
          .filter((list) => list.length > 1)
          .map((list) => list.map((k): Kernel => (height > 1 ? [k, 1] : [1, k])));
  return [...square, ...apart].sort((a, b) => cells(a) - cells(b) || a.length - b.length);
};

const alternate = (a: readonly Kernel[], b: readonly Kernel[]): readonly Kernel[] =>
  Array.from({ length: Math.max(a.length, b.length) }, (_, i) => [...a.slice(i, i + 1), ...b.slice(i, i + 1)]).flat();
