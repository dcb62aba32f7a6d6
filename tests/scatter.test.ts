// Things by two figures, drawn: every point at its place in every format, axes that say what is there, a front that can be read.

import { Chalk } from 'chalk';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { human, parseQuantity } from '../src/core/quantity.js';
import { textWidth } from '../src/report/drawing/measure.js';
import { planeOf } from '../src/report/drawing/plane.js';
import { scatterScene } from '../src/report/drawing/scatter.js';
import type { Mark } from '../src/report/drawing/scene.js';
import { latex } from '../src/report/formats/latex.js';
import { markdown } from '../src/report/formats/markdown.js';
import { sceneSvg } from '../src/report/formats/scene-svg.js';
import { sceneTikz } from '../src/report/formats/scene-tikz.js';
import { terminal } from '../src/report/formats/terminal.js';
import type { Axis, Scatter, ScatterPoint } from '../src/report/page.js';
import { displayWidth } from '../src/report/width.js';
import { beside, flat, textsIn } from './scene-marks.js';
import { misformed } from './well-formed.js';

type Row = readonly [x: number, y: number, label?: string];

const point = ([x, y, label = `x=${x}`]: Row, isFront: boolean): ScatterPoint => ({ x, y, label, isFront });

const scatter = (front: readonly Row[], others: readonly Row[] = [], x: Partial<Axis> = {}, y: Partial<Axis> = {}) => ({
  x: { name: 'params', ...x },
  y: { name: 'macs', ...y },
  points: [...others.map((row) => point(row, false)), ...front.map((row) => point(row, true))],
});

const text = (drawn: Scatter, { width = 80, ascii = false, level = 0 as 0 | 1 | 2 } = {}): string =>
  terminal([{ type: 'scatter', ...drawn }], { colors: new Chalk({ level }), ascii, width });

/** All that is written of it, by format. */
const written = (drawn: Scatter): Readonly<Record<string, string>> => ({
  svg: sceneSvg(scatterScene(drawn)),
  tikz: sceneTikz(scatterScene(drawn)),
  table: text(drawn),
  ascii: text(drawn, { ascii: true, width: 140 }),
  narrow: text(drawn, { width: 30 }),
  markdown: markdown([{ type: 'scatter', ...drawn }]),
  latex: latex([{ type: 'scatter', ...drawn }]),
});

/** The front of networks of 3 widths and 4 depths, and the others. */
const SMALL = scatter(
  [
    [35_000, 9e6, 'width=16 depth=2'],
    [140_000, 5e6, 'width=32 depth=2'],
    [2.2e6, 1.2e6, 'width=64 depth=8'],
  ],
  [
    [36_000, 9.5e6],
    [36_100, 9.5e6],
    [1e6, 8e6],
    [2.2e6, 9e7],
  ],
);

describe('in a terminal', () => {
  it('stands where it belongs, its axes beside it', () => {
    expect(`\n${text(SMALL, { width: 64 })}`).toMatchInlineSnapshot(`
      "
            macs
            │                                                        ·
            │
            │
        50M ┤
            │
            │
            │
        20M ┤
            │
            │
        10M ┤●
            │                                             ·
            │
         5M ┤                   ●
            │
            │
            │
         2M ┤
            │
            │                                                        ●
            └─────┴────────┴─────────┴───────────┴────────┴─────────┴─
                 50K     100K      200K        500K      1M        2M
                                                                params
        across: params; up: macs
        ● on the Pareto front, · others, : several
      "
    `);
  });

  it('in ASCII has nothing else, and is as wide as there is room for up to 100', () => {
    const lines = text(SMALL, { ascii: true, width: 140 }).split('\n');
    expect(lines.join('\n')).toMatch(/^[ -~\n]*$/);
    expect(Math.max(...lines.map(displayWidth))).toBeGreaterThan(90);
    for (const width of [20, 30, 40, 80, 100, 140])
      for (const line of text(SMALL, { width }).split('\n'))
        expect(displayWidth(line)).toBeLessThanOrEqual(Math.min(width, 100));
  });

  it('has the front in colour, and nothing else', () => {
    for (const [level, on] of [
      [1, '\u001b[36m'],
      [2, '\u001b[38;5;166m'],
    ] as const) {
      const painted = text(SMALL, { level });
      expect(painted.split(on)).toHaveLength(4);
      expect(painted.replaceAll(`${on}●\u001b[39m`, '●')).toBe(text(SMALL));
    }
  });

  it('explains no mark that there cannot be', () => {
    const legend = (drawn: Scatter): string => text(drawn).trimEnd().split('\n').at(-1)?.trim() ?? '';
    expect(legend(scatter([[1, 1]]))).toBe('● on the Pareto front');
    expect(legend(scatter([], [[1, 1]]))).toBe('· others');
    expect(legend(scatter([[1, 1]], many(10)))).toBe('● on the Pareto front, · others, : several, ▒ 10 or more');
  });

  it('says how many there are where not all are drawn', () => {
    const told = { ...SMALL, total: 1_000_000 };
    expect(text(told)).toContain('7 of 1,000,000 drawn');
    expect(textsIn(scatterScene(told))).toContain('others, 7 of 1,000,000 drawn');
    expect(text(SMALL)).not.toContain('drawn');
  });
});

// --- places ------------------------------------------------------------------------------------------------------------

const NUMBERS: Readonly<Record<string, fc.Arbitrary<number>>> = {
  counts: fc.integer({ min: 0, max: 40 }),
  'large counts': fc.integer({ min: 25_000_000, max: 26_000_000 }),
  powers: fc.double({ min: 0, max: 12, noNaN: true }).map((power) => Math.round(10 ** power)),
  'powers and 0': fc.constantFrom(0, 1, 1000, 35_000, 1e9),
  fractions: fc.integer({ min: 1, max: 900 }).map((n) => n / 1000),
  'any sign': fc.integer({ min: -1000, max: 1000 }),
};

const UNITS: readonly (readonly [unit: string, Partial<Axis>])[] = [
  ['counts', {}],
  ['bytes', { unit: 'B' }],
];

/** What a tick says. */
const numberIn = (said: string): number => {
  const plain = Number(said.replace(/,| B$/g, ''));
  if (Number.isFinite(plain)) return plain;
  const { low, high } = parseQuantity(said) ?? { low: Number.NaN, high: Number.NaN };
  return (low + high) / 2;
};

describe.each(Object.keys(NUMBERS).flatMap((numbers) => UNITS.map(([unit, axis]) => [numbers, unit, axis] as const)))(
  'an axis of %s in %s',
  (numbers, _, axis) => {
    const some = fc.array(NUMBERS[numbers] ?? fc.nat(), { minLength: 1, maxLength: 20 });

    it('keeps the order of its numbers, from one end to the other', () => {
      fc.assert(
        fc.property(some, (values) => {
          const { front } = planeOf(
            scatter(
              values.map((value) => [value, 1]),
              [],
              axis,
            ),
          );
          for (const [i, { at, point }] of front.entries()) {
            expect(at[0]).toSatisfy((share: number) => share >= 0 && share <= 1);
            const before = front[i - 1];
            // Numbers that differ in their last digits only may be one place.
            if (before) expect(point.x >= before.point.x || at[0] - before.at[0] < 1e-9).toBe(true);
          }
          if (new Set(values).size > 1) expect(front.at(-1)?.at[0]).toBeCloseTo(1, 9);
        }),
      );
    });

    it('has ticks between, in order, that say which number is there', () => {
      fc.assert(
        fc.property(some, (values) => {
          const { x } = planeOf(
            scatter(
              values.map((value) => [value, 1]),
              [],
              axis,
            ),
          );
          expect(x.ticks.length).toBeLessThanOrEqual(9);
          expect(x.ticks.length).toBeGreaterThan(new Set(values).size > 1 ? 1 : 0);
          for (const { at, text: said } of x.ticks) {
            expect(at >= 0 && at <= 1, said).toBe(true);
            const value = numberIn(said);
            // What it says, drawn itself, stands there.
            const least = Math.min(...values);
            const again = planeOf(
              scatter(
                [...values, value].map((n) => [n, 1]),
                [],
                axis,
              ),
            ).front.find(({ point }) => point.x === value);
            if (value >= least) expect(again?.at[0], said).toBeCloseTo(at, 6);
          }
          expect(x.ticks.map(({ at }) => at)).toEqual(x.ticks.map(({ at }) => at).toSorted((a, b) => a - b));
          expect(new Set(x.ticks.map(({ text: said }) => said)).size).toBe(x.ticks.length);
        }),
      );
    });
  },
);

it.each([
  ['close numbers', [100, 2000], ['0', '500', '1K', '1.5K', '2K']],
  ['numbers far apart', [100, 2001], ['100', '200', '500', '1K', '2K']],
  ['many powers', [1, 1e12], ['1', '100', '10K', '1M', '100M', '10G', '1T']],
  [
    'numbers that are nearly the same',
    [25_500_000, 25_540_000],
    ['25,500,000', '25,510,000', '25,520,000', '25,530,000', '25,540,000'],
  ],
  ['0 and powers', [0, 10, 10_000], ['0', '10', '30', '100', '300', '1K', '3K', '10K']],
  ['one', [138_357_544], ['138,357,544']],
  ['none', [], []],
])('%s have the ticks %j', (_, values, ticks) => {
  expect(planeOf(scatter(values.map((value) => [value, 1]))).x.ticks.map(({ text: said }) => said)).toEqual(ticks);
});

it('bytes have powers of 2', () => {
  const { x } = planeOf(
    scatter(
      [
        [100_000, 1],
        [90_000_000, 1],
      ],
      [],
      { unit: 'B' },
    ),
  );
  expect(x.ticks.map(({ text: said }) => said)).toEqual(['256 KiB', '1 MiB', '4 MiB', '16 MiB', '64 MiB']);
});

// --- the front ---------------------------------------------------------------------------------------------------------

describe('the front is a line of steps', () => {
  it.each([
    [
      'least',
      'least',
      [
        [0, 1],
        [1, 1],
        [1, 0],
      ],
    ],
    [
      'most',
      'most',
      [
        [0, 1],
        [0, 0],
        [1, 0],
      ],
    ],
    [
      'least',
      'most',
      [
        [0, 0],
        [1, 0],
        [1, 1],
      ],
    ],
    [
      'most',
      'least',
      [
        [0, 0],
        [0, 1],
        [1, 1],
      ],
    ],
  ] as const)('where %s and %s are best', (x, y, steps) => {
    const rows: readonly Row[] =
      x === y
        ? [
            [1, 9],
            [9, 1],
          ]
        : [
            [1, 1],
            [9, 9],
          ];
    const drawn = scatter([...rows].reverse(), [[2, 3]], { best: x }, { best: y });
    expect(
      planeOf({ ...drawn, points: drawn.points.map((one) => ({ ...one, x: one.x + 100, y: one.y + 100 })) }).steps,
    ).toEqual(steps);
  });

  it('but not where it is that of more than these two figures', () => {
    const { front, steps } = planeOf(
      scatter([
        [1, 5],
        [2, 9],
        [3, 2],
      ]),
    );
    expect([front.length, steps]).toEqual([3, null]);
  });
});

const labels = (marks: readonly Mark[], names: ReadonlySet<string>) =>
  flat(marks).flatMap((mark) => {
    if (mark.type !== 'text' || !names.has(mark.text)) return [];
    const wide = textWidth(mark.text, 12);
    const left = mark.at[0] - (mark.anchor === 'end' ? wide : mark.anchor === 'middle' ? wide / 2 : 0);
    return [{ left, right: left + wide, top: mark.at[1] - 10, bottom: mark.at[1] + 3 }];
  });

it('labels lie on no point, no step and no other label', () => {
  const coordinate = fc.integer({ min: 1, max: 1000 });
  const rows = fc.array(fc.tuple(coordinate, coordinate), { minLength: 1, maxLength: 60 });
  let seen = 0;
  fc.assert(
    fc.property(rows, fc.nat(), (all, from) => {
      const sorted = all.toSorted((a, b) => a[0] - b[0]);
      let lowest = Number.POSITIVE_INFINITY;
      const front: Row[] = [];
      for (const [i, [x, y]] of sorted.entries())
        if (y < lowest) {
          front.push([x, y, `width=${from + i}`]);
          lowest = y;
        }
      const scene = scatterScene(scatter(front, all));
      const boxes = labels(scene.marks, new Set(front.map(([, , label]) => label ?? '')));
      seen += boxes.length;
      for (const [i, box] of boxes.entries()) {
        const meets = (left: number, right: number, top: number, bottom: number): boolean =>
          box.left < right - 0.2 && left < box.right - 0.2 && box.top < bottom - 0.2 && top < box.bottom - 0.2;
        for (const other of boxes.slice(0, i))
          expect(meets(other.left, other.right, other.top, other.bottom)).toBe(false);
        for (const mark of flat(scene.marks)) {
          if (mark.type === 'rect' && mark.title)
            expect(meets(mark.at[0], mark.at[0] + mark.size[0], mark.at[1], mark.at[1] + mark.size[1])).toBe(false);
          if (mark.type !== 'path' || mark.paint.width !== 1.5) continue;
          for (const [k, [x, y]] of mark.points.entries()) {
            const [px, py] = mark.points[k - 1] ?? [x, y];
            expect(meets(Math.min(x, px), Math.max(x, px) + 0.5, Math.min(y, py), Math.max(y, py) + 0.5)).toBe(false);
          }
        }
      }
    }),
    { numRuns: 100 },
  );
  expect(seen).toBeGreaterThan(100);
});

it('all of a small front have their labels, and whoever points at one reads its numbers', () => {
  const scene = scatterScene(SMALL);
  expect(textsIn(scene)).toEqual(expect.arrayContaining(['width=16 depth=2', 'width=32 depth=2', 'width=64 depth=8']));
  const titles = flat(scene.marks).flatMap(({ title }) => title ?? []);
  expect(titles).toContain('width=16 depth=2: params 35,000, macs 9,000,000');
  expect(titles).toHaveLength(7);
  expect(scene.description).toBe(
    '7 points; on the Pareto front: width=16 depth=2: params 35,000, macs 9,000,000; width=32 depth=2: params 140,000, macs 5,000,000; width=64 depth=8: params 2,200,000, macs 1,200,000.',
  );
});

// --- odd ones ----------------------------------------------------------------------------------------------------------

const many = (count: number): readonly Row[] =>
  Array.from({ length: count }, (_, i) => [1 + ((i * 7919) % 9973), 1 + ((i * 104_729) % 99_991), `n=${i}`]);

const ODD: Readonly<Record<string, Scatter>> = {
  none: scatter([]),
  'no front': scatter(
    [],
    [
      [1, 2],
      [3, 4],
    ],
  ),
  one: scatter([[138_357_544, 15_470_264_320]]),
  'equal ones': scatter(
    [
      [5, 5, 'a'],
      [5, 5, 'b'],
    ],
    [[5, 5]],
  ),
  'one above the other': scatter(
    [[64, 1e6]],
    [
      [64, 2e6],
      [64, 8e8],
    ],
  ),
  'one beside the other': scatter(
    [[1e6, 64]],
    [
      [2e6, 64],
      [8e8, 64],
    ],
  ),
  zeros: scatter(
    [
      [0, 100],
      [62e6, 0],
    ],
    [
      [0, 1e9],
      [1e9, 1e9],
    ],
  ),
  'nothing but 0': scatter([[0, 0]]),
  unknown: scatter(
    [
      [Number.NaN, 1],
      [3, 4],
    ],
    [
      [1, Number.POSITIVE_INFINITY],
      [5, 6],
    ],
  ),
  'the largest and the least': scatter([[5e-324, 1.7e308]], [[1.7e308, 5e-324]]),
  'any sign': scatter([[-1e300, 5]], [[1e300, -5]]),
  hostile: scatter(
    [
      [1, 9, '<img src=x onerror=alert(1)> "&\u202e\n\u0007'],
      [2, 8, '宽度=16 深度=2'],
      [4, 5, '\\input{a} %$#_^~'],
      [6, 2, 'w'.repeat(100_000)],
      [8, 1, ''],
    ],
    [[9, 9, '</svg><script>alert(1)</script>']],
    { name: '<b>\u202eparams</b>\n\\end{tikzpicture}' },
    { name: `%${'m'.repeat(300)}\n$` },
  ),
  '2,000': scatter([[1, 1, 'first']], many(2000)),
  '20,000': { ...scatter([[1, 1, 'first']], many(20_000)), total: 3e6 },
};

describe.each(Object.entries(ODD))('%s', (_, drawn) => {
  const forms = written(drawn);

  it('lies on the page', () => {
    expect(beside(scatterScene(drawn))).toEqual([]);
    expect(misformed(forms['svg'] ?? '')).toBeNull();
  });

  it.each(Object.keys(forms))('is drawn as %s, and does nothing else', (form) => {
    const all = forms[form] ?? '';
    expect(all).not.toMatch(/NaN|Infinity|undefined/);
    expect(['\u202e', '\u0007'].filter((character) => all.includes(character))).toEqual([]);
    if (form === 'svg') expect(all).not.toMatch(/<(img|script|b)\b/);
    if (form === 'latex' || form === 'tikz') {
      const code = all.replace(/^%.*$/gm, '');
      expect(code).not.toMatch(/\\input\{a|\$#/);
      expect(code.match(/\\begin\{tikzpicture\}/g)).toHaveLength(1);
      expect(code.match(/\\end\{tikzpicture\}/g)).toHaveLength(1);
    }
    // Titles for each, or a file that is not too large.
    expect(all.length).toBeLessThan(form === 'tikz' ? 2_000_000 : 600_000);
    if (form === 'narrow') for (const line of all.split('\n')) expect(displayWidth(line)).toBeLessThanOrEqual(40);
  });

  it('has as many points as are known', () => {
    const known = drawn.points.filter(({ x, y }) => Number.isFinite(x) && Number.isFinite(y));
    const marks = flat(scatterScene(drawn).marks);
    const dots = marks.flatMap((mark) =>
      mark.type === 'dots' ? [mark.points.length] : mark.type === 'rect' && mark.title ? [1] : [],
    );
    expect(dots.reduce((sum, n) => sum + n, 0)).toBe(known.length);
    expect((forms['table'] ?? '').includes('no points')).toBe(known.length === 0);
  });
});

it('human numbers stand at ticks', () => {
  const ticks = planeOf(SMALL).x.ticks;
  expect(ticks.map(({ text: said }) => said)).toContain(human(100_000));
});
