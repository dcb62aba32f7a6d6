// The view of memory over time: that what is drawn is what is counted, that the peak is the total's, that the largest batch fits and one
// more does not, and that nobody is told a number where there is none.

import { describe, expect, it } from 'vitest';
import type { Analysis } from '../src/analysis/analysis.js';
import { aliveAt, livesOf } from '../src/analysis/memory.js';
import { levelsOf, spansOf } from '../src/analysis/spans.js';
import { everyBlock } from '../src/analysis/training/checkpoint.js';
import { type PlanSetting, planOf, trainingByBatch, USUAL } from '../src/analysis/training/plan.js';
import { activationsOf } from '../src/core/figures.js';
import { DTYPES, type Graph, isInput } from '../src/core/graph.js';
import { grouped, humanBytes } from '../src/core/quantity.js';
import { memory } from '../src/page/views/memory.js';
import { aliveOf, aliveScene, nodeAt } from '../src/report/drawing/alive.js';
import { linear } from '../src/report/drawing/scale.js';
import { staircase, stairsOf, stepAt } from '../src/report/drawing/staircase.js';
import { bundled, specIndex } from './bundled.js';
import { chain, chosen, deed, HOSTILE, modelOfBundled, modelOfText, pictures } from './page-models.js';
import { misformed } from './well-formed.js';

const NAMES = ['lenet5', 'alexnet', 'resnet50', 'densenet121', 'mobilenet_v2', 'googlenet', 'unet', 'convnext_tiny'];

const plan = (analysis: Analysis, setting: Partial<PlanSetting> = {}) =>
  planOf(analysis, { ...USUAL, batch: 1, ...setting });

/** Node by node, who is still to be read: as it is defined, in no time that matters. */
const aliveWhile = ({ nodes, outputs }: Graph, step: number): number =>
  nodes.slice(0, step + 1).reduce((sum, node) => {
    const readers = nodes.filter(({ inputs }) => inputs.includes(node.id)).map(({ id }) => id);
    const isThere =
      node.id === step ||
      outputs.includes(node.id) ||
      (readers.length === 0 ? isInput(node) : readers.some((reader) => reader >= step));
    return sum + (isThere && node.facts ? activationsOf(node.facts) : 0);
  }, 0);

describe('what is alive', () => {
  it.each(NAMES)('%s: at every step what is still to be read', (name) => {
    const { graph } = bundled(name);
    const alive = aliveAt(livesOf(graph) ?? [], graph.nodes.length);
    expect([...alive]).toEqual(graph.nodes.map((_, step) => aliveWhile(graph, step)));
  });

  it('of every bundled network the most is the peak of its totals', () => {
    for (const [name, { variant }] of Object.entries(specIndex())) {
      if (variant !== undefined) continue;
      const { graph, totals } = bundled(name);
      const lives = livesOf(graph);
      if (!lives) {
        expect(totals.bytes.peakActivations, name).toBeNull();
        continue;
      }
      const { alive, peak, shown, others } = aliveOf(lives, graph.nodes.length);
      expect((alive[peak] ?? 0) * DTYPES[graph.dtype] * graph.batch, name).toBe(totals.bytes.peakActivations);
      expect(peak, name).toBe(totals.peakAt);
      expect(shown.length, name).toBeLessThanOrEqual(16);
      expect(shown.length + others, name).toBe(lives.filter(({ elements }) => elements > 0).length);
    }
  });

  it.each(NAMES)('%s: the bands are as high as the tensors, and together as high as all that is alive', (name) => {
    const { graph } = bundled(name);
    const alive = aliveOf(livesOf(graph) ?? [], graph.nodes.length);
    const size = 3 * DTYPES[graph.dtype];
    const { marks, size: page } = aliveScene(graph, alive, { size, chosen: null });
    const whole = linear((alive.alive[alive.peak] ?? 0) * size, 'bytes').ticks.at(-1) ?? 1;
    const bands = marks.flatMap((mark) => (mark.type === 'path' && mark.closed ? [mark] : []));
    expect(bands.filter(({ key }) => key !== undefined).map(({ key }) => key)).toEqual(
      alive.shown.map(({ node }) => node.name),
    );
    for (const [i, { elements, node }] of alive.shown.entries()) {
      const band = bands.find(({ key }) => key === node.name);
      expect(band?.title).toContain(`${node.name}: ${humanBytes(elements * size)}, alive for `);
      // Its first column, on the left, goes from its lower to its upper end.
      const left = Math.min(...(band?.points ?? []).map(([x]) => x));
      const ys = (band?.points ?? []).filter(([x]) => x === left).map(([, y]) => y);
      const height = Math.max(...ys) - Math.min(...ys);
      expect(Math.abs(height - (240 * elements * size) / whole), `band ${i}`).toBeLessThan(0.2);
    }
    const top = Math.min(...bands.flatMap(({ points }) => points.map(([, y]) => y)));
    expect(284 - top).toBeCloseTo((240 * (alive.alive[alive.peak] ?? 0) * size) / whole, 0);
    for (const { points } of bands)
      for (const [x, y] of points) expect(x >= 64 && x <= page[0] && y >= 44 && y <= 284.01).toBe(true);
  });

  it.each([0, 1, 5, 499, 1000])('the step of node %d stands out where it is chosen', (id) => {
    const { graph } = modelOfText(chain(1000)).analysis;
    const alive = aliveOf(livesOf(graph) ?? [], graph.nodes.length);
    const name = graph.nodes[id]?.name ?? '';
    const [rect] = aliveScene(graph, alive, { size: 4, chosen: name }).marks;
    if (rect?.type !== 'rect') throw new Error('nothing stands out');
    // Six nodes are a step here, of which the one is pointed at that has most.
    const pointed = nodeAt(graph, alive.alive, rect.at[0] + rect.size[0] / 2)?.id ?? Number.NaN;
    expect(Math.floor(pointed / 6)).toBe(Math.floor(id / 6));
  });

  it('what an addition reads late is alive for as long', () => {
    const { analysis } = modelOfText(
      'input: 4x4x2\nlayers:\n  - {relu, name: a}\n  - {tanh, name: b}\n  - {sigmoid, name: c}\n  - {add: [a, c], name: d}\n',
    );
    expect((livesOf(analysis.graph) ?? []).map(({ node, until }) => `${node.name} ${until}`)).toEqual([
      'input 1',
      'a 4',
      'b 3',
      'c 4',
      'd 4',
    ]);
    const { alive } = aliveOf(livesOf(analysis.graph) ?? [], 5);
    expect(nodeAt(analysis.graph, alive, 64 + 480 - 1)?.name).toBe('d');
    expect(nodeAt(analysis.graph, alive, 65)?.name).toBe('input');
    expect(nodeAt(analysis.graph, alive, 3)).toBeNull();
    expect(nodeAt(analysis.graph, alive, 900)).toBeNull();
  });
});

describe('what training keeps', () => {
  it.each(NAMES)('%s: two batches tell of all, whatever is changed', (name) => {
    const analysis = bundled(name);
    const blocks = everyBlock(analysis.graph);
    for (const amp of [false, true])
      for (const checkpoint of [undefined, ...(blocks ? [blocks] : [])]) {
        const setting = { ...USUAL, optimizer: 'adam', amp, ...(checkpoint && { checkpoint }) } as const;
        const byBatch = trainingByBatch(analysis, setting);
        for (const batch of [1, 3, 250])
          expect(byBatch(batch)).toBe(plan(analysis, { ...setting, batch }).training.total);
      }
  });

  it('past what is exact nobody tells', () => {
    const byBatch = trainingByBatch(bundled('alexnet'), USUAL);
    expect(byBatch(2 ** 30)).toBe(plan(bundled('alexnet'), { batch: 2 ** 30 }).training.total);
    expect(byBatch(2 ** 40)).toBeNull();
  });

  it.each(NAMES)('%s: the steps of a staircase are the rows, however they are joined', (name) => {
    const analysis = bundled(name);
    const of = plan(analysis, { batch: 2 });
    const { kept, input, again } = of.training;
    for (const { lines } of levelsOf(analysis)) {
      const spans = spansOf(lines, 20);
      const together = spans.map(({ rows, first }) => ({
        title: first.name,
        name: first.name,
        key: first.name,
        from: rows[0].index - 1,
        to: rows.at(-1)?.index ?? 0,
      }));
      const stairs = stairsOf(of, together);
      expect(stairs.there.reduce((sum, { own }) => sum + own, 0)).toBe(kept);
      expect(stairs.there.at(-1)?.alive).toBe((kept ?? 0) + (input ?? 0));
      expect(Math.max(...stairs.back.map(({ alive }) => alive))).toBe((kept ?? 0) + (input ?? 0) + (again ?? 0));
      const { marks } = staircase(analysis, of, stairs, spans[0]?.first.name ?? null);
      const steps = marks.flatMap((mark) => (mark.type === 'rect' && mark.key !== undefined ? [mark] : []));
      expect(steps).toHaveLength(2 * spans.length);
      steps.forEach(({ key, at, size }) => {
        const step = stepAt(spans.length, at[0] + size[0] / 2);
        expect(spans[step ?? -1]?.first.name).toBe(key);
      });
    }
  });
});

describe('the view', () => {
  const render = async (model = modelOfBundled('alexnet'), settings: Partial<typeof memory.defaults> = {}) =>
    (await memory.render(model, { ...memory.defaults, ...settings })).markup;

  it.each(NAMES)('%s: two pictures, their tables, and the numbers of the command', async (name) => {
    const analysis = bundled(name);
    const markup = await render(modelOfBundled(name));
    expect(pictures(markup).map(misformed)).toEqual([null, null]);
    expect(markup).not.toMatch(/NaN|Infinity|undefined/);
    const { bytes } = analysis.totals;
    const peak = humanBytes(bytes.peakActivations ?? Number.NaN);
    expect(markup).toContain(`at most ${peak}, while `);
    expect(markup).toContain(`<th scope="row">alive at the peak</th><td></td><td></td><td>${peak}</td>`);
    const of = plan(analysis, { batch: analysis.graph.batch });
    expect(markup).toContain(`<small>(${grouped(of.training.total ?? Number.NaN)} bytes)</small>`);
    expect(markup).toContain(`<th scope="row">total</th><td>${humanBytes(of.training.kept ?? Number.NaN)}</td>`);
    expect(markup.match(/<details>/g)).toHaveLength(2);
  });

  it.each([
    ['alexnet', 23_000],
    ['resnet50', 22_000],
    ['densenet121', 27_000],
    ['unet', 25_000],
  ])('%s takes at most %d characters', async (name, most) => {
    expect((await render(modelOfBundled(name))).length).toBeLessThan(most);
  });

  it('stays small and whole for 1,000 layers', async () => {
    const model = modelOfText(chain(1000), 'c321');
    const markup = await render(model);
    expect(markup.length).toBeLessThan(31_000);
    expect(pictures(markup).map(misformed)).toEqual([null, null]);
    expect((await render(model, { depth: 1 })).match(/<rect data-key/g)).toHaveLength(500);
  });

  it.each(['resnet50', 'alexnet'])('%s: the largest batch of its table fits, and one more does not', async (name) => {
    for (const settings of [{ optimizer: 'adam' }, { amp: true }, { checkpoint: true }] as const) {
      const markup = await render(modelOfBundled(name), { ...settings, batch: 64 });
      const blocks = 'checkpoint' in settings ? everyBlock(bundled(name).graph) : null;
      const { checkpoint: _, ...same } = { checkpoint: undefined, ...settings };
      const setting = { ...same, ...(blocks && { checkpoint: blocks }) };
      const found = [...markup.matchAll(/<th scope="row">(\d+) GiB<\/th><td>([\d,]+)<\/td>/g)];
      expect(found.map(([, memory]) => Number(memory))).toEqual([8, 12, 16, 24, 80]);
      for (const [, memory, batch = ''] of found) {
        const most = Number(batch.replaceAll(',', ''));
        const bytes = (n: number) => plan(bundled(name), { ...setting, batch: n }).training.total ?? Number.NaN;
        expect(bytes(most)).toBeLessThanOrEqual(Number(memory) * 2 ** 30);
        expect(bytes(most + 1)).toBeGreaterThan(Number(memory) * 2 ** 30);
      }
    }
  });

  it('follows its settings', async () => {
    const model = modelOfBundled('resnet50');
    const total = async (settings: Partial<typeof memory.defaults>) =>
      /<dt>training<\/dt><dd>[^<]*<small>\(([\d,]+) bytes/.exec(await render(model, settings))?.[1];
    const { graph } = bundled('resnet50');
    const blocks = everyBlock(graph);
    const told = (setting: Partial<PlanSetting>) => grouped(plan(bundled('resnet50'), setting).training.total ?? 0);
    expect(await total({ batch: 32 })).toBe(told({ batch: 32 }));
    expect(await total({ batch: 32, optimizer: 'adamw' })).toBe(told({ batch: 32, optimizer: 'adamw' }));
    expect(await total({ amp: true })).toBe(told({ amp: true }));
    expect(await total({ checkpoint: true })).toBe(told(blocks ? { checkpoint: blocks } : {}));
    // What a link may hold.
    expect(await total({ batch: -3, optimizer: 'magic', depth: -1 })).toBe(told({}));
    expect(await total({ batch: 1e99 })).toBe(told({}));
    expect(await total({ batch: 2.5 })).toBe(told({}));
    const running = await render(model, { mode: 'inference' });
    const trained = await render(model, { mode: 'training' });
    expect([running, trained].map((markup) => markup.match(/<h3>\w+/g))).toEqual([['<h3>Running'], ['<h3>Training']]);
    expect(await render(model, { batch: 8 })).toContain('as in the spec: 1</button>');
    expect(await render(model)).not.toContain('as in the spec');
  });

  it('is set by its fields', () => {
    const model = modelOfBundled('resnet50', 'layer1.0.conv1');
    const done = (name: string, what: Parameters<typeof deed>[0]) =>
      memory.deeds?.[name]?.(model, memory.defaults, deed(what));
    expect(done('batch', { value: '5' })).toEqual({ settings: { batch: 32 } });
    expect(done('batch', { value: '10' })).toEqual({ settings: { batch: 1024 } });
    expect(done('batch', { value: '11' })).toBeNull();
    expect(done('batch', { value: 'x' })).toBeNull();
    expect(done('ofSpec', {})).toEqual({ settings: { batch: 0 } });
    expect(done('optimizer', { value: 'adam' })).toEqual({ settings: { optimizer: 'adam' } });
    expect(done('optimizer', { value: 'toString' })).toBeNull();
    expect(done('amp', { value: 'on' })).toEqual({ settings: { amp: true } });
    expect(done('checkpoint', {})).toEqual({ settings: { checkpoint: false } });
    expect(done('mode', { value: 'training' })).toEqual({ settings: { mode: 'training' } });
    expect(done('mode', { value: 'toString' })).toBeNull();
    expect(done('depth', { value: '2' })).toEqual({ settings: { depth: 2 } });
    expect(done('tensor', { pressed: true, data: { key: 'bn1' } })).toEqual(chosen('bn1'));
    expect(done('tensor', { pressed: true, data: { key: 'layer1.0.conv1' } })).toEqual(chosen(null));
    // The input is no layer.
    expect(done('tensor', { pressed: true, at: [65, 100] })).toBeNull();
    expect(done('tensor', { pressed: true, at: [74, 100] })).toEqual(chosen('conv1'));
    expect(done('tensor', { at: [70, 100] })).toBeNull();
    expect(done('tensor', { key: 'ArrowRight' })).toEqual(chosen('layer1.0.bn1'));
    expect(done('step', { pressed: true, data: { key: 'layer2.0.conv1' } })).toEqual(chosen('layer2.0.conv1'));
    expect(done('step', { pressed: true, at: [84 + 559, 200] })).toEqual(chosen('conv1'));
    expect(done('step', { pressed: true, at: [80, 200] })).toBeNull();
    expect(done('step', { key: 'ArrowLeft' })).toEqual(chosen('maxpool'));
  });

  it('says plainly what is not known', async () => {
    expect(await render(modelOfText(''))).toBe('<p>There is no layer yet.</p>');
    const recurrent = await render(modelOfText('input: 6x4\nlayers: [{lstm: 5, name: r}, {fc: 3, name: z}]\n'));
    expect(pictures(recurrent)).toHaveLength(1);
    expect(recurrent).toContain('? What training keeps is not known here for r (');
    expect(recurrent).toContain('so neither is the sum, nor the largest batch.');
    expect(recurrent).not.toContain('<caption>The largest batch');
    expect(recurrent).not.toContain('? <small>(?');
    const broken = await render(
      modelOfText('input: 8x8x3\nlayers: [{conv: 2, kernel: 30, name: a}, {relu, name: b}, {fc: 3, name: c}]\n'),
    );
    expect(pictures(broken)).toEqual([]);
    expect(broken).toContain('What is alive when is not known: the output of a is not.');
    const noBatch = await render(modelOfText('input: 8x8x3\nbatch: many\nlayers: [{fc: 3, name: c}]\n'), { batch: 4 });
    expect(noBatch.match(/Nothing is known of bytes: the batch of the spec is not/g)).toHaveLength(2);
  });

  it('is said of hostile names', async () => {
    const markup = await render(
      modelOfText(
        `name: ${JSON.stringify(HOSTILE)}\ninput: 8x8x3\nlayers: [{conv: 2, kernel: 3, name: 卷积}, {fc: 2}]\n`,
        '卷积',
      ),
    );
    expect(markup).not.toMatch(/<img|<script|\u202e/i);
    expect(markup).toContain('data-key="卷积"');
    expect(pictures(markup).map(misformed)).toEqual([null, null]);
  });
});
