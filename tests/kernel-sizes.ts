// Sizes at which the core's kernels take another way: blocks of rows and ends of panels, tiles, edges, runs. What is compared is what
// kernel-cases.ts compares; no assertions here.

import type { Pointwise } from '../src/core/operator.js';
import type { Shape } from '../src/core/shape.js';
import { slide } from '../src/core/window.js';
import {
  type CaseStep,
  convolution,
  type KernelCase,
  NONE,
  plainCase,
  RELU6,
  reading,
  type Sides,
  SUM,
  windowOf,
} from './kernel-cases.js';

/** From 1 to `last`. */
const upTo = (last: number): readonly number[] => Array.from({ length: last }, (_, i) => i + 1);

/** One of them, in turn: numbers of things without a common factor meet in every way. */
const turn = <T>(all: readonly T[], i: number): T => all[i % all.length] as T;

const SILU: Pointwise = { op: 'pointwise', function: 'silu' };
const LEAKY: Pointwise = { op: 'pointwise', function: 'leakyrelu', alpha: 0.1 };

interface Ending {
  readonly adds?: true;
  readonly act?: Pointwise;
}

/** What is done to results before they are stored. */
const ENDINGS: readonly Ending[] = [
  {},
  { act: RELU6 },
  { adds: true },
  { adds: true, act: RELU6 },
  { adds: true, act: SILU },
];
const FUNCTIONS: readonly Ending[] = [{}, { act: RELU6 }, { act: SILU }];

type Titled = CaseStep & { readonly title: string };

const ended = (input: Shape, first: Titled, { adds, act }: Ending): KernelCase => {
  const { output } = first;
  const more: readonly ((reads: number) => CaseStep)[] = [
    ...(adds ? [(reads: number) => reading({ op: 'combine', by: 'add' }, [reads, -2], output)] : []),
    ...(act ? [(reads: number) => reading(act, [reads], output)] : []),
  ];
  return {
    title: [first.title, ...(adds ? ['residual'] : []), ...(act ? [act.function] : [])].join(', '),
    inputs: [input, ...(adds ? [output] : [])],
    steps: [first, ...more.map((step, i) => step(i))],
    tolerance: SUM,
    ...(more.length > 0 && { fused: true }),
  };
};

/** Written between the channels of others, which are there before: what is written beside its place is seen. */
const between = ({ title, inputs, steps, tolerance }: KernelCase): KernelCase => {
  const [C = 1, ...sizes] = steps.at(-1)?.output ?? [];
  const neighbours = [5, 6].map((channels) => [channels, ...sizes]);
  const first = -1 - inputs.length;
  const abs = { op: 'pointwise', function: 'abs' } as const;
  return {
    title: `${title}, between others`,
    inputs: [...inputs, ...neighbours],
    steps: [
      ...neighbours.map((shape, i) => reading(abs, [first - i], shape)),
      ...steps.map((step) => ({ ...step, reads: step.reads.map((read) => (read < 0 ? read : read + 2)) })),
      reading({ op: 'concat', axis: 0 }, [0, steps.length + 1, 1], [C + 11, ...sizes]),
    ],
    tolerance,
  };
};

// --- blocks of rows, ends of panels -----------------------------------------------------------------------------------------

const ROWS_AND_FILTERS: readonly (readonly [rows: number, filters: number])[] = [
  ...upTo(40).flatMap((rows) => [3, 8, 12, 16, 24, 31, 40].map((filters) => [rows, filters] as const)),
  ...upTo(40).flatMap((filters) => [1, 5, 6, 7, 8, 13, 20].map((rows) => [rows, filters] as const)),
];

const strips: readonly KernelCase[] = ROWS_AND_FILTERS.map(([rows, filters], i) => {
  const [C, kernel] = turn([[3, 1], [16, 3]] as const, i); // biome-ignore format: pairs
  const made = ended([C, rows], convolution([C, rows], filters, { kernel, before: kernel >> 1 }), turn(ENDINGS, i));
  return i % 3 === 0 ? between(made) : made;
});

const groups: readonly KernelCase[] = [1, 3, 4, 7, 8, 9, 12, 16, 17, 20, 24].flatMap((each, i) =>
  ENDINGS.flatMap((ending, j) => {
    const [groups, per] = [turn([2, 3, 5], i + j), turn([2, 3, 4, 5], i + j)];
    const shape = [groups * per, 3, 3];
    const made = ended(shape, convolution(shape, groups * each, { kernel: 3, before: 1 }, { groups }), ending);
    return i % 2 === 0 ? between(made) : made;
  }),
);

// --- tiles ------------------------------------------------------------------------------------------------------------------

/** Around the image and behind it. */
const TILE_PADS = [[0, 0], [1, 1], [2, 2], [0, 2], [3, 1], [4, 4], [2, 3]] as const; // biome-ignore format: pairs
const TILE_SIZES = [[9, 11], [8, 8], [7, 9], [11, 6], [5, 10]] as const; // biome-ignore format: pairs
const TILE_CHANNELS = [[48, 40], [40, 48], [64, 24]] as const; // biome-ignore format: pairs

/** Convolutions that Winograd's algorithm may take, of every size of tile. */
export const tiles: readonly KernelCase[] = [
  ...[3, 5].flatMap((kernel) =>
    TILE_PADS.flatMap(([before, after], i) =>
      TILE_SIZES.map(([H, W], j): KernelCase => {
        const at = TILE_SIZES.length * i + j;
        const [C, filters] = kernel === 5 ? turn([[24, 24], [32, 24], [24, 40]] as const, at) : turn(TILE_CHANNELS, at); // biome-ignore format: pairs
        const sides = [{ kernel, before, after }, { kernel, before: after, after: before }] as const; // biome-ignore format: pairs
        const made = ended(
          [C, H, W],
          convolution([C, H, W], filters, sides, { bias: at % 4 > 0 }),
          turn([...ENDINGS, { act: LEAKY }], at),
        );
        return at % 7 === 0 ? between(made) : made;
      }),
    ),
  ),
  // Two by two is less work than four by four where it fits better.
  ended([64, 6, 6], convolution([64, 6, 6], 64, { kernel: 3, before: 1 }), {}),
];

// --- depthwise --------------------------------------------------------------------------------------------------------------

/** Paddings of a kernel, one side and the other, up to a cell less than it. */
const padsOf = (kernel: number): readonly (readonly [number, number])[] =>
  Array.from({ length: kernel * kernel }, (_, i) => [Math.floor(i / kernel), i % kernel] as const);

const WIDTHS = upTo(11);

/** Every way over the ends of a row, at heights, channels and functions in turn. */
const rows: readonly KernelCase[] = [3, 5, 7]
  .flatMap((kernel) =>
    [1, 2].flatMap((stride) =>
      padsOf(kernel).flatMap(([before, after], i) =>
        WIDTHS.filter((_, j) => kernel === 3 || (i + j) % 4 === 0).map((W): readonly [Sides, Sides, number] => [
          { kernel, stride, before: after, after: before },
          { kernel, stride, before, after },
          W,
        ]),
      ),
    ),
  )
  .flatMap(([h, w, W], i) => {
    const [H, C] = [turn(upTo(5), i), turn(upTo(20), 3 * i)];
    const shape = [C, H, W];
    if (slide(H, windowOf(h)) < 1 || slide(W, windowOf(w)) < 1) return [];
    const made = ended(shape, convolution(shape, C, [h, w], { groups: C, bias: i % 7 > 0 }), turn(FUNCTIONS, i));
    return i % 4 === 1 ? [between(made)] : [made];
  });

/** Taps apart along either axis or both; strides unlike each other; kernels that are no squares. */
const apart: readonly KernelCase[] = [3, 5, 7].flatMap((kernel) =>
  [1, 2, 3].flatMap((stride) =>
    (
      [
        [{ kernel, stride, dilation: 2, before: kernel }, { kernel, stride, before: kernel >> 1 }],
        [{ kernel, stride, dilation: 3, before: 1, after: 2 * kernel }, { kernel, stride, before: 1 }],
        [{ kernel, stride, before: 1 }, { kernel, stride, dilation: 2, before: kernel }],
        [{ kernel, dilation: 2, before: kernel }, { kernel, stride, dilation: 2, before: kernel }],
        [{ kernel: 2, before: 1 }, { kernel, stride, before: 2 }],
        [{ kernel, stride, before: 2 }, { kernel: 4, before: 2 }],
        [{ kernel, stride: 3 - (stride % 3), before: kernel - 1 }, { kernel, stride, before: 1, after: kernel - 1 }],
      ] as const // biome-ignore format: sides side by side
    )
      .map((sides, i) => {
        const C = turn([2, 4, 8, 11, 13, 16, 20], i + stride);
        return ended([C, 7, 9], convolution([C, 7, 9], C, sides, { groups: C }), turn(FUNCTIONS, i + kernel));
      }),
  ),
);

// --- rows that are copied ---------------------------------------------------------------------------------------------------

/** Borders and cuts of an axis, also such as leave nothing of the image. */
const SIDES: readonly (readonly [before: number, after: number])[] = [[1, 2], [0, 3], [3, 0], [-1, 1], [1, -2], [-2, -1], [6, -6], [-6, 6], [-4, 7]]; // biome-ignore format: pairs

const borders: readonly KernelCase[] = [1, 4, 5].flatMap((C) =>
  SIDES.flatMap((columns) =>
    [columns, [1, 0] as const].flatMap((rows) => {
      const sides = [rows, columns];
      const [H, W] = [3, 6].map((n, axis) => n + (sides[axis]?.[0] ?? 0) + (sides[axis]?.[1] ?? 0));
      if (!H || !W || H < 1 || W < 1) return [];
      const operator = { op: 'pad', sides, by: 'zero' } as const;
      const one = plainCase(`borders ${sides.join(' and ')}`, [[C, 3, 6]], operator, [C, H, W], NONE, ['copy']);
      return [one, between(one)];
    }),
  ),
);

export const SIZES = { strips, groups, rows, apart, borders };
