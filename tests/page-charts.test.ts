// The view of charts: that its bars are the analysis's numbers, that what adds up ends at the total, that nothing unknown passes for 0.

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Row } from '../src/analysis/analysis.js';
import { cumulated, levelsOf, spansOf } from '../src/analysis/spans.js';
import { grouped, human } from '../src/core/quantity.js';
import { ROOMY, spansAt } from '../src/page/levels.js';
import { charts } from '../src/page/views/charts.js';
import { barAt, barsScene } from '../src/report/drawing/bars.js';
import { CHARTED, figureBars, shareText } from '../src/report/drawing/figure-bars.js';
import { linear, logarithmic, tickText, type Unit } from '../src/report/drawing/scale.js';
import type { Mark, Point, Scene } from '../src/report/drawing/scene.js';
import { bundled } from './bundled.js';
import { chain, chosen, deed, HOSTILE, modelOfBundled, modelOfText, pictures } from './page-models.js';
import { misformed } from './well-formed.js';

const NAMES = [
  'lenet5',
  'alexnet',
  'vgg16',
  'resnet50',
  'densenet121',
  'mobilenet_v2',
  'googlenet',
  'unet',
  'vit_b_16',
];

const plain = { chosen: null, logarithmic: false } as const;

/** Layer by layer, from the rows and by nothing but addition. */
const OWN: Readonly<Record<string, (row: Row) => number>> = {
  params: ({ figures }) => figures?.params ?? Number.NaN,
  macs: ({ figures }) => figures?.macs ?? Number.NaN,
  activations: ({ figures }) => figures?.activations ?? Number.NaN,
  memory: ({ figures }) => (figures?.bytes.params ?? Number.NaN) + (figures?.bytes.activations ?? Number.NaN),
};

const sum = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0);

const keyed = ({ marks }: Scene) =>
  marks.flatMap((mark) => (mark.key === undefined || mark.type !== 'rect' ? [] : [mark]));

const ofHue = ({ marks }: Scene, how: 'fill' | 'stroke', hue: number): readonly (readonly Point[])[] =>
  marks.flatMap((mark) => {
    if (mark.type !== 'path') return [];
    const ink = mark.paint[how];
    return typeof ink === 'object' && 'hue' in ink && ink.hue === hue ? [mark.points] : [];
  });

const signs = ({ marks }: Scene): readonly Mark[] => marks.filter((mark) => mark.type === 'text' && mark.text === '?');

describe('bars', () => {
  it.each(NAMES)('%s: at every depth they are the sums of the rows, and add up to the total', (name) => {
    const analysis = bundled(name);
    for (const { lines } of levelsOf(analysis))
      for (const most of [7, 40, 1000]) {
        const spans = spansOf(lines, most);
        expect(spans.length).toBeLessThanOrEqual(most);
        expect(spans.flatMap(({ rows }) => rows)).toEqual(analysis.rows);
        const { panels } = figureBars(analysis, spans, plain);
        for (const [i, { key }] of CHARTED.entries()) {
          const expected = spans.map(({ rows }) => sum(rows.map((row) => OWN[key]?.(row) ?? Number.NaN)));
          expect(
            panels[i]?.values.map((parts) => parts && sum(parts)),
            key,
          ).toEqual(expected);
          expect(panels[i]?.cumulative.at(-1), key).toBe(sum(expected));
          expect(panels[i]?.notes[0], key).toContain(grouped(sum(expected)));
        }
        expect(panels[0]?.cumulative.at(-1)).toBe(analysis.totals.params);
        expect(panels[1]?.cumulative.at(-1)).toBe(analysis.totals.macs);
        expect(panels[3]?.cumulative.at(-1)).toBe(
          (analysis.totals.bytes.params ?? 0) + (analysis.totals.bytes.activations ?? 0),
        );
      }
  });

  it.each(NAMES)('%s: they are as high as their numbers, and each has its key and its title', (name) => {
    const analysis = bundled(name);
    const spans = spansAt(modelOfBundled(name), ROOMY);
    expect(spans.length).toBeLessThanOrEqual(40);
    expect(spans.length).toBeGreaterThan(5);
    const bars = figureBars(analysis, spans, plain);
    const scene = barsScene(bars);
    // Of each panel the blue shape: its tops from left to right are what is not 0.
    const blue = ofHue(scene, 'fill', 0);
    expect(blue).toHaveLength(4);
    bars.panels.slice(0, 3).forEach(({ values, unit }, i) => {
      const sums = values.map((parts) => sum(parts ?? []));
      const whole = linear(Math.max(...sums), unit).ticks.at(-1) ?? 1;
      const points = blue[i] ?? [];
      const base = points[0]?.[1] ?? 0;
      const tops = points.filter((_, at) => at % 4 === 1).map(([, y]) => base - y);
      const expected = sums.filter((value) => value > 0).map((value) => (96 * value) / whole);
      expect(tops).toHaveLength(expected.length);
      for (const [at, top] of tops.entries()) expect(Math.abs(top - (expected[at] ?? 0))).toBeLessThan(0.06);
    });
    const rects = keyed(scene);
    expect(rects.map(({ key }) => key)).toEqual(spans.map(({ first }) => first.name));
    rects.forEach(({ title, at }, i) => {
      const params = sum((spans[i]?.rows ?? []).map((row) => row.figures?.params ?? Number.NaN));
      expect(title?.startsWith(spans[i]?.first.name ?? '?')).toBe(true);
      if (params >= 1000) {
        expect(title).toContain(`parameters ${grouped(params)} (${human(params)})`);
        expect(title).toContain(shareText(params, analysis.totals.params));
      }
      expect(barAt(spans.length, at[0] + 0.5)).toBe(i);
    });
    // The line goes from nothing to everything, and never down.
    for (const line of ofHue(scene, 'stroke', 4).filter((points) => points.length > 2 || (points[0]?.[0] ?? 0) < 70)) {
      line.forEach(([x, y], i) => {
        expect(x).toBeGreaterThanOrEqual(line[i - 1]?.[0] ?? 0);
        expect(y).toBeLessThanOrEqual(line[i - 1]?.[1] ?? y);
      });
      expect((line[0]?.[1] ?? 0) - (line.at(-1)?.[1] ?? 0)).toBeCloseTo(96, 1);
    }
  });

  it('nothing stands beside the page, at any size', () => {
    for (const text of [chain(1), chain(2), chain(14), chain(90), chain(1000)]) {
      const { analysis } = modelOfText(text);
      const spans = spansOf(levelsOf(analysis)[0]?.lines ?? [], 300);
      for (const isLogarithmic of [false, true]) {
        const { size, marks } = barsScene(figureBars(analysis, spans, { chosen: 0, logarithmic: isLogarithmic }));
        const beside = marks.filter((mark) => {
          if (mark.type === 'group') return false;
          const points = mark.type === 'rect' || mark.type === 'text' ? [mark.at] : mark.points;
          return points.some(([x, y]) => !(x >= 0 && y >= 0 && x <= size[0] && y <= size[1]));
        });
        expect(beside).toEqual([]);
      }
    }
  });

  it('what is unknown is a sign, no bar, and the end of the line', () => {
    const { analysis } = modelOfText(
      'input: 8x8x3\nlayers:\n  - {conv: 4, kernel: 3, name: a}\n  - {conv: 4, kernel: 50, name: b}\n  - {relu, name: c}\n  - {conv: 4, kernel: 3, from: a, name: d}\n',
    );
    const spans = spansOf(levelsOf(analysis)[0]?.lines ?? [], 28);
    const bars = figureBars(analysis, spans, plain);
    const [params] = bars.panels;
    expect(params?.values).toEqual([[112], null, null, [148]]);
    expect(params?.cumulative).toEqual([112, null, null, null]);
    expect(params?.notes[0]).toBe('? in all');
    const scene = barsScene(bars);
    expect(signs(scene)).toHaveLength(4);
    expect(keyed(scene)[1]?.title).toBe('b: parameters ?; MACs ?; activations ?; memory ?');
    for (const line of ofHue(scene, 'stroke', 4).filter(([first]) => first?.[0] === 64))
      expect(line.at(-1)?.[0]).toBe(64 + 360 / 4);
    expect(scene.marks.some((mark) => mark.type === 'text' && mark.text === '100%')).toBe(false);
  });

  it('a layer that does not state its parameters has MACs and no parameters', () => {
    const { analysis } = modelOfText('input: 8x8x3\nlayers:\n  - {opaque: Odd, out: 4x4x2, macs: 10, name: odd}\n');
    const { panels } = figureBars(analysis, spansOf(levelsOf(analysis)[0]?.lines ?? [], 28), plain);
    expect(panels.map(({ values }) => values[0])).toEqual([null, [10], [32], null]);
  });

  it('nothing but zeros is drawn as nothing', () => {
    const { analysis } = modelOfText('input: 8x8x3\nlayers: [{relu, name: a}, {flatten, name: b}]\n');
    const spans = spansOf(levelsOf(analysis)[0]?.lines ?? [], 28);
    for (const isLogarithmic of [false, true]) {
      const scene = barsScene(figureBars(analysis, spans, { chosen: null, logarithmic: isLogarithmic }));
      expect(signs(scene)).toEqual([]);
      // Activations and memory alone have any.
      expect(ofHue(scene, 'fill', 0).length + ofHue(scene, 'fill', 2).length).toBe(2);
    }
  });
});

describe('scales', () => {
  const units = fc.constantFrom<Unit>('count', 'bytes');

  it('has few round numbers, from 0 to no less than the most', () => {
    fc.assert(
      fc.property(fc.nat({ max: 2 ** 53 - 1 }), units, (most, unit) => {
        const { up, ticks } = linear(most, unit);
        const [first, second = 0, last = 0] = [ticks[0], ticks[1], ticks.at(-1)];
        expect(first).toBe(0);
        expect(last).toBeGreaterThanOrEqual(most);
        expect(ticks.length).toBeLessThanOrEqual(6);
        expect(up(last)).toBe(1);
        expect(up(0)).toBe(0);
        // 1, 2 or 5 and zeros, in its unit; where that is bytes, one thousand of a smaller one may be next to one of a larger.
        const scaled = unit === 'bytes' ? second / 1024 ** Math.floor(Math.log(second) / Math.log(1024)) : second;
        expect(String(scaled)).toMatch(/^[125]0*$/);
        expect(new Set(ticks.map((tick) => tickText(tick, unit))).size).toBe(ticks.length);
      }),
      { numRuns: 500 },
    );
  });

  it('is never less for more where it is logarithmic, and 0 for 0 alone', () => {
    fc.assert(
      fc.property(fc.array(fc.nat({ max: 2 ** 50 }), { minLength: 1, maxLength: 20 }), units, (values, unit) => {
        const scale = logarithmic(values, unit);
        expect(scale === null).toBe(values.every((value) => value === 0));
        if (!scale) return;
        const sorted = [...values].sort((a, b) => a - b);
        const heights = sorted.map((value) => scale.up(value));
        heights.forEach((height, i) => {
          expect(height > 0).toBe((sorted[i] ?? 0) > 0);
          expect(height).toBeLessThanOrEqual(1 + 1e-9);
          expect(height).toBeGreaterThanOrEqual(heights[i - 1] ?? 0);
        });
        expect(scale.ticks.length).toBeGreaterThan(0);
        expect(scale.ticks.length).toBeLessThanOrEqual(5);
      }),
      { numRuns: 300 },
    );
  });

  it('adds up to the first that is unknown, and no further than is exact', () => {
    expect(cumulated([1, 2, 3])).toEqual([1, 3, 6]);
    expect(cumulated([1, null, 3])).toEqual([1, null, null]);
    expect(cumulated([2 ** 53 - 1, 1, 0])).toEqual([2 ** 53 - 1, null, null]);
    expect(cumulated([])).toEqual([]);
  });
});

describe('the view', () => {
  const render = async (model = modelOfBundled('alexnet'), settings: Partial<typeof charts.defaults> = {}) =>
    (await charts.render(model, { ...charts.defaults, ...settings })).markup;

  it.each(NAMES)('%s: picture and table, well formed, with the same numbers', async (name) => {
    const markup = await render(modelOfBundled(name));
    const [picture = ''] = pictures(markup);
    expect(misformed(picture)).toBeNull();
    expect(picture).toMatch(/^<svg [^>]*role="img" aria-label="[^"]+, layer by layer\. Most of each: /);
    expect(picture).not.toMatch(/NaN|Infinity|undefined/);
    const { params, macs } = bundled(name).totals;
    expect(markup).toMatch(
      new RegExp(
        `<tfoot><tr><th scope="row">total</th><td>${grouped(params ?? 0)}</td><td></td><td>${grouped(macs ?? 0)}</td>`,
      ),
    );
    const lastOfAll = /<td>100%<\/td><\/tr><\/tbody>/;
    expect(markup).toMatch(lastOfAll);
  });

  it.each([
    ['alexnet', 15_000],
    ['resnet50', 13_000],
    ['densenet121', 17_000],
    ['unet', 16_000],
  ])('%s takes at most %d characters', async (name, most) => {
    expect((await render(modelOfBundled(name))).length).toBeLessThan(most);
  });

  it('1,000 layers are as many bars as there is room for, or 250', async () => {
    const model = modelOfText(chain(1000), 'c502');
    expect((await render(model)).length).toBeLessThan(20_000);
    const all = await render(model, { depth: 1 });
    expect(all.match(/<rect data-key/g)).toHaveLength(250);
    expect(all).toContain('data-key="c500"');
    expect(all).toContain('<p class="chosen live" aria-live="polite">c500 to c503: ');
  });

  it('chooses a layer by a click, and by the arrows', () => {
    const point = charts.deeds?.['point'];
    const at = (model: ReturnType<typeof modelOfBundled>, done: Parameters<typeof deed>[0]) =>
      point?.(model, { ...charts.defaults, depth: 2 }, deed(done));
    const none = modelOfBundled('resnet50');
    expect(at(none, { pressed: true, data: { key: 'layer2.1' } })).toEqual(chosen('layer2.1.conv1'));
    expect(at(none, { pressed: true, at: [66, 300] })).toEqual(chosen('conv1'));
    expect(at(none, { pressed: true, at: [20, 300] })).toBeNull();
    expect(at(none, { pressed: true, data: { key: 'nobody' } })).toBeNull();
    expect(at(none, { at: [66, 300] })).toBeNull();
    expect(at(none, { key: 'ArrowRight' })).toEqual(chosen('conv1'));
    expect(at(none, { key: 'ArrowLeft' })).toEqual(chosen('fc'));
    expect(at(none, { key: 'End' })).toEqual(chosen('fc'));
    expect(at(none, { key: 'Tab' })).toBeNull();
    expect(at(none, { key: 'toString' })).toBeNull();
    expect(at(modelOfBundled('resnet50', 'fc'), { key: 'Escape' })).toEqual(chosen(null));
    // Any layer of a line chooses the line.
    const some = modelOfBundled('resnet50', 'layer2.1.bn2');
    expect(at(some, { key: 'ArrowRight' })).toEqual(chosen('layer2.2.conv1'));
    expect(at(some, { pressed: true, data: { key: 'layer2.1' } })).toEqual(chosen(null));
    expect(at(modelOfBundled('resnet50', 'fc'), { key: 'ArrowRight' })).toEqual(chosen('fc'));
    expect(at(modelOfText(''), { key: 'ArrowRight' })).toBeNull();
  });

  it('is set to depths and to a logarithmic scale', async () => {
    const { depth, logarithmic } = charts.deeds ?? {};
    const model = modelOfBundled('resnet50');
    expect(depth?.(model, charts.defaults, deed({ value: '2' }))).toEqual({ settings: { depth: 2 } });
    expect(depth?.(model, charts.defaults, deed({ value: 'no' }))).toEqual({ settings: { depth: 0 } });
    expect(logarithmic?.(model, charts.defaults, deed({ value: 'on' }))).toEqual({ settings: { logarithmic: true } });
    expect(logarithmic?.(model, charts.defaults, deed())).toEqual({ settings: { logarithmic: false } });
    const counts = await Promise.all(
      [0, 1, 2, 3, 9, -1].map(
        async (value) => (await render(model, { depth: value })).match(/<rect data-key/g)?.length,
      ),
    );
    expect(counts).toEqual([10, 10, 22, 154, 154, 10]);
    expect(await render(model, { depth: 1 })).toMatch(/<option value="1" selected="">stages: 10</);
    const scaled = await render(model, { logarithmic: true });
    expect(scaled).toContain('data-do="logarithmic" checked=""');
    expect(scaled).not.toMatch(/NaN|Infinity/);
  });

  it('on paper there is nothing that only a pointer finds', async () => {
    const { still, markup } = await charts.render(modelOfBundled('resnet50', 'conv1'), charts.defaults);
    expect(markup).toMatch(/data-key="conv1".*data-do="depth"|data-do="depth".*data-key="conv1"/s);
    expect(still).not.toMatch(/data-key|data-do|data-point|<title|fill-opacity="0"|<select/);
    const shapes = (of: string): number => of.match(/<path/g)?.length ?? 0;
    expect(shapes(still)).toBe(shapes(markup));
    expect(pictures(still).map(misformed)).toEqual([null]);
  });

  it('is said of what is hostile, wrong or not there', async () => {
    expect(await render(modelOfText(''))).toBe('<p>There is no layer yet.</p>');
    expect(await render(modelOfText('input: ['))).toBe('<p>There is no layer yet.</p>');
    const hostile = await render(
      modelOfText(
        `name: ${JSON.stringify(HOSTILE)}\ninput: 8x8x3\nlayers:\n  - {conv: 2, kernel: 3, name: 卷积}\n`,
        '卷积',
      ),
    );
    expect(hostile).not.toMatch(/<img|<script|\u202e/i);
    expect(hostile).toContain('&lt;img');
    expect(hostile).toContain('data-key="卷积"');
    expect(pictures(hostile).map(misformed)).toEqual([null]);
    const unknown = await render(
      modelOfText('input: 8x8x3\nlayers: [{conv: 2, kernel: 30, name: a}, {relu, name: b}]\n'),
    );
    expect(unknown).toMatch(/<th scope="row">a<\/th><td><b class="alarm">\?<\/b><\/td>/);
    expect(unknown).toContain('Click a bar');
  });
});
