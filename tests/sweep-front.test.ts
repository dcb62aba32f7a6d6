// What is kept of a sweep for its plot: the Pareto front against its definition, and the cloud of points around it. Nothing is drawn.

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type CloudPoint, cloudOf } from '../src/sweep/cloud.js';
import { type Objective, paretoFront } from '../src/sweep/front.js';

const RUNS = { numRuns: 200 } as const;

/** Points close enough to each other that many are equal in something, with their places as items. */
const pointsOf = (objectives: number): fc.Arbitrary<readonly (readonly number[])[]> =>
  fc.array(fc.array(fc.integer({ min: -3, max: 12 }), { minLength: objectives, maxLength: objectives }), {
    maxLength: 60,
  });

const objectivesOf = (count: number): fc.Arbitrary<readonly Objective[]> =>
  fc
    .array(fc.constantFrom('least' as const, 'most' as const), { minLength: count, maxLength: count })
    .map((all) => all.map((best, i) => ({ name: `f${i}`, best })));

const isBetter = (a: readonly number[], b: readonly number[], objectives: readonly Objective[]): boolean => {
  const gains = objectives.map(({ best }, i) => (best === 'least' ? 1 : -1) * ((b[i] ?? 0) - (a[i] ?? 0)));
  return gains.every((gain) => gain >= 0) && gains.some((gain) => gain > 0);
};

describe('the Pareto front', () => {
  it.each([1, 2, 3, 4])('of %i objectives is what none is better than, all that are equal, in order', (count) => {
    fc.assert(
      fc.property(objectivesOf(count), pointsOf(count), (objectives, points) => {
        const front = paretoFront<number>(objectives);
        points.forEach((values, i) => {
          front.add(values, i);
          // Whoever looks in between changes nothing.
          if (i % 7 === 0) front.points();
        });
        const expected = points.flatMap((values, i) =>
          points.some((other) => isBetter(other, values, objectives)) ? [] : [i],
        );
        const found = front.points();
        expect(found.map(({ item }) => item).toSorted((a, b) => a - b)).toEqual(expected);
        for (const { values, item } of found) expect(values).toEqual(points[item]);
        const ranks = found.map(({ values, item }) => [
          ...objectives.map(({ best }, i) => (best === 'least' ? 1 : -1) * (values[i] ?? 0)),
          item,
        ]);
        expect(ranks).toEqual(
          ranks.toSorted((a, b) => {
            const i = a.findIndex((rank, at) => rank !== b[at]);
            return (a[i] ?? 0) - (b[i] ?? 0);
          }),
        );
      }),
      RUNS,
    );
  });

  it('is the same in whatever order the points come', () => {
    fc.assert(
      fc.property(
        objectivesOf(2),
        pointsOf(2).chain((points) =>
          fc.tuple(fc.constant(points), fc.shuffledSubarray([...points.keys()], { minLength: points.length })),
        ),
        (objectives, [points, order]) => {
          const [one, other] = [paretoFront<number>(objectives), paretoFront<number>(objectives)];
          for (const [i, values] of points.entries()) one.add(values, i);
          for (const i of order) other.add(points[i] ?? [], i);
          const items = (front: typeof one) =>
            front
              .points()
              .map(({ item }) => item)
              .toSorted((a, b) => a - b);
          expect(items(other)).toEqual(items(one));
        },
      ),
      RUNS,
    );
  });

  it('leaves out what is unknown', () => {
    for (const objectives of [2, 3]) {
      const front = paretoFront<string>(
        Array.from({ length: objectives }, (_, i) => ({ name: `f${i}`, best: 'least' })),
      );
      const rest = new Array<number>(objectives - 2).fill(0);
      for (const odd of [Number.NaN, null, undefined, Number.NEGATIVE_INFINITY]) {
        front.add([odd, 0, ...rest], 'first');
        front.add([0, odd, ...rest], 'second');
      }
      front.add([5, 5, ...rest], 'known');
      expect(front.points()).toEqual([{ values: [5, 5, ...rest], item: 'known' }]);
    }
  });

  it.each(['falling', 'rising'])('of points that are all on it, %s, is all of them', (way) => {
    const front = paretoFront<number>([
      { name: 'a', best: 'least' },
      { name: 'b', best: 'least' },
    ]);
    const count = 50_000;
    for (let i = 0; i < count; i += 1) {
      const a = way === 'rising' ? i : count - i;
      front.add([a, -a], i);
      // And what is behind one of them.
      front.add([a, 1 - a], -1);
    }
    expect(front.points().length).toBe(count);
    expect(front.points().some(({ item }) => item < 0)).toBe(false);
  });
});

// --- clouds ------------------------------------------------------------------------------------------------------------

type Pair = readonly [x: number, y: number];

const cloudFrom = (points: readonly Pair[], most?: number) => {
  const cloud = cloudOf<null>(most);
  for (const [x, y] of points) cloud.add(x, y, null);
  return cloud;
};

const pairs = (points: readonly CloudPoint<unknown>[]): readonly Pair[] => points.map(({ x, y }) => [x, y]);

/** On a scale of differences, of powers, and where one becomes the other; with 0. */
const SCALES: Readonly<Record<string, fc.Arbitrary<number>>> = {
  close: fc.double({ min: 3, max: 40, noNaN: true }),
  far: fc.double({ min: 0, max: 7, noNaN: true }).map((power) => 10 ** power),
  'few values': fc.constantFrom(0, 1, 2, 4, 1e6),
  'any sign': fc.double({ min: -5, max: 5, noNaN: true }).map((value) => value + 0),
};

const clouds = (x: fc.Arbitrary<number>, y: fc.Arbitrary<number>) =>
  fc.array(fc.tuple(x, y), { minLength: 1, maxLength: 150 });

const extremes = (points: readonly Pair[]): readonly number[] =>
  [0, 1].flatMap((axis) => {
    const values = points.map((point) => point[axis] ?? 0);
    return [Math.min(...values), Math.max(...values)];
  });

describe.each(Object.keys(SCALES).flatMap((x) => Object.keys(SCALES).map((y) => [x, y] as const)))(
  'a cloud, %s by %s',
  (x, y) => {
    const [one, other] = [SCALES[x], SCALES[y]] as const;
    if (!one || !other) throw new Error('no such scale');
    const some = clouds(one, other);

    it('has some of its points, the outermost among them', () => {
      fc.assert(
        fc.property(some, fc.integer({ min: 16, max: 60 }), (points, most) => {
          const cloud = cloudFrom(points, most);
          const kept = pairs(cloud.points());
          expect(cloud.total()).toBe(points.length);
          if (points.length <= most) {
            expect(kept).toEqual(points);
            return;
          }
          expect(kept.length).toBeLessThanOrEqual(most);
          const given = new Set(points.map(String));
          expect(kept.filter((point) => !given.has(String(point)))).toEqual([]);
          expect(new Set(kept.map(String)).size).toBe(kept.length);
          expect(extremes(kept)).toEqual(extremes(points));
        }),
        { numRuns: 60 },
      );
    });

    if (x === 'any sign' || y === 'any sign') return;
    it('has the same in any order', () => {
      fc.assert(
        fc.property(
          some.chain((points) =>
            fc.tuple(fc.constant(points), fc.shuffledSubarray(points, { minLength: points.length })),
          ),
          fc.integer({ min: 16, max: 60 }),
          ([points, shuffled], most) => {
            const [a, b] = [cloudFrom(points, most), cloudFrom(shuffled, most)].map((cloud) => pairs(cloud.points()));
            if (points.length > most) expect(b).toEqual(a);
          },
        ),
        { numRuns: 60 },
      );
    });
  },
);

it('a cloud of many points has one near each of them', () => {
  const points: Pair[] = [];
  let seed = 1;
  const random = (): number => {
    seed = (seed * 48271) % 2147483647;
    return seed / 2147483647;
  };
  // As a sweep does: x goes on from small to large, from a scale of differences to one of powers.
  for (let i = 0; i < 60_000; i += 1) points.push([10 ** (1 + (6 * i) / 60_000), 1 + 10 * random()]);
  const kept = pairs(cloudFrom(points).points());
  expect(kept.length).toBeGreaterThan(10_000);
  expect(kept.length).toBeLessThanOrEqual(20_000);
  const cell = ([x, y]: Pair): string => `${Math.floor(Math.log10(x) * 5)} ${Math.floor(y * 3)}`;
  expect(new Set(kept.map(cell))).toEqual(new Set(points.map(cell)));
});

it('a cloud leaves out what is unknown', () => {
  const cloud = cloudOf<null>();
  for (const odd of [Number.NaN, null, undefined, Number.POSITIVE_INFINITY]) {
    cloud.add(odd, 1, null);
    cloud.add(1, odd, null);
  }
  expect([cloud.total(), cloud.points()]).toEqual([0, []]);
});
