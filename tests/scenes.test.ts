// Drawings to scale: what is drawn lies on the page, its numbers are the analysis's, and nothing of a network gets lost. How it looks
// nobody can test.

import { describe, expect, it } from 'vitest';
import type { Analysis } from '../src/analysis/analysis.js';
import { analyze } from '../src/analysis/analyze.js';
import { coneOf } from '../src/analysis/cone.js';
import { isExact } from '../src/analysis/receptive-field.js';
import { fieldAt } from '../src/analysis/track.js';
import { middleOf } from '../src/analysis/view.js';
import { isInput } from '../src/core/graph.js';
import { product, spatial } from '../src/core/shape.js';
import { extent, slide, spread, type Window } from '../src/core/window.js';
import { parse } from '../src/lang/parse.js';
import { layers } from '../src/layers/index.js';
import { kernelScene } from '../src/report/drawing/kernel.js';
import type { Mark } from '../src/report/drawing/scene.js';
import { stagesOf } from '../src/report/drawing/stages.js';
import { volumes } from '../src/report/drawing/volumes.js';
import { sceneSvg } from '../src/report/formats/scene-svg.js';
import { bundled, eachNetwork } from './bundled.js';
import { run } from './fake-io.js';
import { expectSame } from './same.js';
import { beside, flat, textsIn } from './scene-marks.js';
import { misformed } from './well-formed.js';

const analysed = (text: string): Analysis => analyze(parse(text, { registry: layers }));

/** The marks of the groups of that title, wherever they stand. */
const groups = (marks: readonly Mark[], title: string): readonly Mark[] =>
  marks.flatMap((mark) => (mark.type !== 'group' ? [] : mark.title === title ? mark.marks : groups(mark.marks, title)));

describe('volumes', () => {
  it('of every bundled network, on the page, nothing lost', () => {
    for (const name of eachNetwork()) {
      const analysis = bundled(name);
      const stages = stagesOf(analysis);
      expect(stages.length, name).toBeLessThanOrEqual(22);
      expectSame(
        stages.flatMap(({ nodes }) => nodes.map(({ id }) => id)),
        analysis.graph.nodes.map(({ id }) => id),
      );
      const scene = volumes(analysis);
      expect(beside(scene), name).toEqual([]);
      // What is no neighbour is an arc; and every volume whose shape is known has its numbers.
      const arcs = flat(scene.marks).filter(({ type }) => type === 'curve');
      const distant = stages.flatMap(({ reads }, i) => reads.filter((from) => from !== i - 1));
      expect(arcs, name).toHaveLength(distant.length);
      const texts = new Set(textsIn(scene).map((text) => text.replaceAll(',', '')));
      for (const { sort, output } of stages)
        if (output && sort !== 'cut')
          for (const size of output.length > 3 ? [output[0], ...output.slice(-2)] : output)
            expect(texts.has(`${size}`), `${name}: ${size}`).toBe(true);
    }
  });

  it.each([
    ['alexnet', 'input conv1 pool1 conv2 pool2 conv3 conv4 conv5 pool5 fc6 fc7 fc8'],
    ['lenet5', 'input c1 s2 c3 s4 c5 f6 output'],
    ['resnet50', 'input conv1 maxpool layer1 layer2 layer3 layer4 avgpool fc'],
    ['unet', 'input enc1 maxpool1 enc2 maxpool2 enc3 maxpool3 enc4 maxpool4 bottom dec4 dec3 dec2 dec1 classes'],
  ])('%s: %s', (name, shown) => {
    expect(stagesOf(bundled(name)).map((stage) => stage.name)).toEqual(shown.split(' '));
  });

  it('folds what is alike, with its number', () => {
    expect(stagesOf(bundled('resnet50')).map(({ count }) => count)).toEqual([1, 1, 1, 3, 4, 6, 3, 1, 1]);
    const texts = textsIn(volumes(bundled('vgg16')));
    expect(texts.filter((text) => / x\d$/.test(text))).toEqual([
      'features.0 … 2 x2',
      'features.5 … 7 x2',
      'features.10 … 14 x3',
      'features.17 … 21 x3',
      'features.24 … 28 x3',
      'classifier.0 … 3 x2',
    ]);
  });

  it('unet has its four copies as arcs', () => {
    const arcs = flat(volumes(bundled('unet')).marks).flatMap(({ type, title }) => (type === 'curve' ? [title] : []));
    expect(arcs).toEqual([4, 3, 2, 1].map((i) => `enc${i} is read by dec${i} too`));
  });

  it('2,000 layers are a few volumes, or the first and the last of them', () => {
    const alike = Array.from({ length: 2000 }, (_, i) => `  - {conv: ${8 + (i % 3)}, kernel: 3, pad: 1, name: c${i}}`);
    const few = volumes(analysed(`input: 32x32x3\nlayers:\n${alike.join('\n')}\n`));
    expect(textsIn(few)).toContain('2,000 weight layers');
    const shrinking = Array.from({ length: 300 }, (_, i) => `  - {conv: 8, kernel: 3, name: c${i}}`);
    const many = volumes(analysed(`input: 700x700x3\nlayers:\n${shrinking.join('\n')}\n`));
    expect(textsIn(many)).toContain('285 more');
    expect([beside(few), beside(many)]).toEqual([[], []]);
  });

  it('an unknown shape is a ?, and what is beside it is drawn', () => {
    const scene = volumes(
      analysed('input: 8x8x3\nlayers:\n  - {conv: 4, kernel: 3}\n  - {conv: 4, kernel: 99}\n  - {fc: 2}\n'),
    );
    expect(textsIn(scene).filter((text) => text === '?')).toHaveLength(2);
    expect(textsIn(scene)).toContain('6');
  });

  it.each([
    ['name: "<img src=x onerror=alert(1)> \\"&\\u0007"\ninput: 8x8x3\nlayers:\n  - {conv: 4, kernel: 3}\n'],
    ['name: 猫狗分类\ninput: 8x8x3\nlayers:\n  - {conv: 4, kernel: 3, name: 卷积一}\n  - {fc: 2, name: 输出}\n'],
    ['name: nothing\ninput: 8\nlayers: []\n'],
  ])('%j is well-formed, as what it says', (text) => {
    const scene = volumes(analysed(text));
    expect(misformed(sceneSvg(scene))).toBeNull();
    expect(sceneSvg(scene)).not.toMatch(/<(img|script)/);
    expect(beside(scene)).toEqual([]);
  });
});

// --- kernels -----------------------------------------------------------------------------------------------------------

/** Along one axis the cells that windows meet, one set for each place. */
const met = (places: number, w: Window): readonly ReadonlySet<number>[] =>
  Array.from(
    { length: places },
    (_, place) => new Set(Array.from({ length: w.kernel }, (_, tap) => place * w.stride - w.before + tap * w.dilation)),
  );

const KERNELS: readonly (readonly [input: string, layer: string])[] = [
  ['7x7x2', '{conv: 4, kernel: 3, pad: 1}'],
  ['8x7x2', '{conv: 4, kernel: 3, stride: 2}'],
  ['9x9x2', '{conv: 4, kernel: 3, dilation: 2, pad: 2}'],
  ['7x7x2', '{conv: 4, kernel: 1, stride: 3}'],
  ['6x9x2', '{conv: 4, kernel: [2, 5], stride: [1, 3], pad: [0, 2]}'],
  ['8x8x4', '{depthwise: 3, pad: same, stride: 2}'],
  ['8x8x2', '{maxpool: 3, stride: 2, ceil: true}'],
  ['7x7x2', '{avgpool: 2, stride: 2, ceil: true}'],
  ['4x4x2', '{convtranspose: 3, kernel: 3, stride: 2, pad: 1, output_padding: 1}'],
  ['3x3x2', '{convtranspose: 3, kernel: 2, stride: 3}'],
  ['9x3', '{conv: 4, kernel: 3, padding: causal}'],
  ['4x6x6x2', '{conv: 4, kernel: 3, pad: 1}'],
];

describe('explain -o layer.svg', () => {
  it.each(KERNELS)('%s: %s: its cells are those of the window arithmetic', (input, layer) => {
    const analysis = analysed(`input: ${input}\nlayers:\n  - ${layer}\n`);
    const node = analysis.rows[0]?.node;
    const sizes = spatial(analysis.graph.nodes[0]?.facts?.output ?? []);
    const out = spatial(node?.facts?.output ?? []);
    const windows = node?.facts?.windows ?? [];
    const spreads = layer.includes('transpose');
    const axes = windows.map((w, axis) => {
      const [size, made] = [sizes[axis] ?? 1, out[axis] ?? 1];
      expect(layer.includes('output_padding') || layer.includes('same') || made).toSatisfy(
        (n: unknown) => n === true || n === (spreads ? spread(size, w) : slide(size, w, layer.includes('ceil'))),
      );
      const inner = spreads ? made : size;
      const places = met(spreads ? size : made, w);
      const all = new Set(places.flatMap((cells) => [...cells]));
      const last = Math.max(
        inner - 1 + (spreads ? 0 : w.after),
        ...[...all],
        (places.length - 1) * w.stride - w.before + extent(w) - 1,
      );
      const padded = spreads ? Number.POSITIVE_INFINITY : size + w.after;
      const shown = Array.from({ length: last + 1 + w.before }, (_, i) => i - w.before);
      const unmet = shown.filter((cell) => cell >= 0 && cell < inner && !all.has(cell)).length;
      return {
        inner,
        unmet,
        shown: shown.length,
        within: shown.filter((cell) => cell < padded).length,
        taps: w.kernel,
      };
    });
    const drawn = axes.slice(-2);
    const each = (of: (axis: (typeof axes)[number]) => number): number => product(drawn.map(of));
    const scene = kernelScene(analysis, 'hwc');
    if (!scene) throw new Error('nothing is drawn');
    const count = (title: string): number => groups(scene.marks, title).length;
    expect(count('window')).toBe(each(({ taps }) => taps));
    expect(count('padding')).toBe(each(({ within }) => within) - each(({ inner }) => inner));
    expect(count('beyond')).toBe(each(({ shown }) => shown) - each(({ within }) => within));
    // Three strokes a cell.
    expect(count('unread')).toBe(3 * (each(({ inner }) => inner) - each(({ inner, unmet }) => inner - unmet)));
    expect(beside(scene)).toEqual([]);
  });

  it('says what explain says', async () => {
    const json = JSON.parse((await run(['explain', 'alexnet', 'conv1', '--json'])).out);
    const { io } = await run(['explain', 'alexnet', 'conv1', '-o', 'conv1.svg']);
    const svg = String(io.files.get('conv1.svg'));
    expect(misformed(svg)).toBeNull();
    for (const { quantity, substituted } of json.layers[0].steps)
      if (substituted !== '' && ['out', 'params', 'macs'].includes(quantity)) expect(svg).toContain(substituted);
    expect(svg).toContain('input 227x227x3');
    expect(svg).toContain('output 55x55x96');
    expect(svg).toContain('the next place, 4 cells further');
    expect((await run(['explain', 'alexnet', 'conv1', '--format', 'svg'])).out).toBe(svg);
  });

  it('of a large input the first cells and the last ones', () => {
    const scene = kernelScene(bundled('vgg16'), 'hwc', (name) => name === 'features.0');
    if (!scene) throw new Error('nothing is drawn');
    // 11 of 226 and 5 of them, and of padding what lies in those rows and columns.
    expect(groups(scene.marks, 'padding')).toHaveLength(16 * 16 - 14 * 14);
    expect(beside(scene)).toEqual([]);
  });

  it('of groups, which channels are read for which', () => {
    const scene = kernelScene(analysed('input: 8x8x6\nlayers:\n  - {conv: 12, kernel: 3, groups: 3}\n'), 'hwc');
    expect(scene && textsIn(scene)).toContain('3 groups: 2 of 6 channels are read for 4 of 12');
  });

  it('of several layers one below the other, and of too many how many more there are', () => {
    const scene = kernelScene(bundled('vgg16'), 'hwc');
    if (!scene) throw new Error('nothing is drawn');
    expect(textsIn(scene)).toContain('and 6 more');
    expect(beside(scene)).toEqual([]);
  });

  it('of one that slides no window is a sentence', async () => {
    const { code, err, io } = await run(['explain', 'alexnet', 'fc6', '-o', 'a.svg']);
    expect([code, io.files.has('a.svg')]).toEqual([2, false]);
    expect(err).toContain('no window to draw: fc6, fc6.act, fc6.drop slide none over their input');
  });

  it('of a layer that failed, what is wrong with it first', async () => {
    const files = { 'net.yaml': 'input: 8x8x3\nlayers:\n  - {conv: 4, kernel: 99, name: a}\n' };
    const { code, err } = await run(['explain', 'net.yaml', 'a', '-o', 'a.svg'], { files });
    expect(code).toBe(2);
    expect(err).toMatch(/shape\/kernel-too-large[\s\S]*no window to draw/);
  });
});

// --- fields ------------------------------------------------------------------------------------------------------------

describe('the cone of a unit', () => {
  it.each(['alexnet', 'vgg16', 'resnet18', 'googlenet', 'unet', 'm5', 'c3d', 'dcgan-generator', 'deeplabv3'])(
    'of %s ends at the field',
    (name) => {
      const { graph, rows, fields } = bundled(name);
      const input = graph.nodes.find(isInput);
      if (!input) throw new Error('no input');
      const known = fields.get(input.id) ?? [];
      let seen = 0;
      for (const { node } of rows) {
        const tracks = known[node.id]?.local;
        if (!tracks || tracks === 'global' || tracks.length === 0 || !isExact(tracks)) continue;
        const at = middleOf(node);
        const region = coneOf(graph, known, input, node, at).get(input.id);
        expect(region, node.name).toEqual(tracks.map((track) => fieldAt(track, at)));
        seen += 1;
      }
      expect(seen).toBeGreaterThan(4);
    },
  );

  it.each([
    ['alexnet', 'conv5'],
    ['vgg16', 'features.28'],
    ['resnet50', 'layer3.5'],
    ['m5', 'stage2.pool'],
    ['c3d', 'conv5b'],
    ['googlenet', 'inception3a'],
  ])('rf %s %s: the numbers of --json, on the page', async (name, layer) => {
    const { layer: told } = JSON.parse((await run(['rf', name, layer, '--json'])).out);
    const { io } = await run(['rf', name, layer, '-o', 'a.svg']);
    const svg = String(io.files.get('a.svg'));
    expect(misformed(svg)).toBeNull();
    const { unclipped } = told.unit;
    expect(svg).toContain(`: ${unclipped.size.join('x')}`);
    expect(svg).toContain(`${unclipped.first.at(-1)} to ${unclipped.last.at(-1)}`);
    expect(svg).toContain(`stride ${told.receptiveField.stride[0]}`);
    expect((await run(['rf', name, layer, '--format', 'svg'])).out).toBe(svg);
  });
});

it('long names are cut, and long windows take no time', async () => {
  const [name, input] = ['n'.repeat(200), 'i'.repeat(200)];
  const files = {
    'net.yaml': `inputs: {${input}: 1000000x2}\nlayers:\n  - {avgpool: 900000, stride: 7, name: ${name}}\n  - {conv: 2, kernel: 3, name: b}\n`,
  };
  for (const argv of [
    ['rf', 'net.yaml', 'b'],
    ['explain', 'net.yaml'],
  ]) {
    const { out } = await run([...argv, '--format', 'svg'], { files });
    expect(Number(/width="(\d+)/.exec(out)?.[1])).toBeLessThan(1500);
  }
});

describe('-o x.svg', () => {
  it.each([
    ['rf', 'alexnet', 'conv3'],
    ['rf', 'alexnet', 'conv2', '--unit', '0,0'],
    ['rf', 'alexnet'],
    ['equiv', '3x3+3x3', '5x5', '--no-run'],
    ['norms', '--batch', '2', '--input', '2x2x6'],
    ['norms', '--depth', '3', '--input', '2x2x8'],
  ])('%j is what --svg draws', async (...argv) => {
    const drawn = await run([...argv, '-o', 'a.svg']);
    const beside = await run([...argv, '--svg', 'b.svg', '-q']);
    expect([drawn.code, drawn.out]).toEqual([0, '']);
    const svg = drawn.io.files.get('a.svg');
    expect(svg).toBe(beside.io.files.get('b.svg'));
    expect(misformed(String(svg))).toBeNull();
    expect(String(svg)).not.toMatch(/NaN|Infinity|undefined/);
  });

  it('of a map has shapes without seams, and the field it lies in', async () => {
    const { out } = await run(['rf', 'alexnet', 'conv3', '--effective', '--format', 'svg']);
    expect(misformed(out)).toBeNull();
    expect(out).toContain('rows 64 to 162 and columns 64 to 162 of 227x227');
    expect(out.length).toBeLessThan(400_000);
  });

  it.each([
    [['rf', 'alexnet', 'fc6'], 'no field to draw'],
    [['equiv', 'm5', 'm5'], 'no height and width to draw'],
    [['equiv', '7x7', '--find'], 'writes no .svg file'],
  ])('%j: %s', async (argv, says) => {
    const { code, err, io } = await run([...argv, '-o', 'a.svg']);
    expect([code, io.files.has('a.svg')]).toEqual([2, false]);
    expect(err).toContain(says);
  });
});
