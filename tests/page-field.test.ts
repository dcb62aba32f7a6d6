// The explorer of receptive fields: what it shows of units is what `rf` tells, which units see a cell is counted one by one, and deeds
// lead where they should. How it looks nobody can test.

import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import { branchesSeen } from '../src/analysis/branches.js';
import { cellsIn, seenByAny, sharedBy, unitsSeeing } from '../src/analysis/sight.js';
import { fieldAt, isEmpty, sameCell } from '../src/analysis/track.js';
import { middleOf } from '../src/analysis/view.js';
import { choices, product, spatial } from '../src/core/shape.js';
import { layerOptions } from '../src/page/field/options.js';
import { modelOf } from '../src/page/model.js';
import type { Selection, State } from '../src/page/state.js';
import { changed } from '../src/page/store.js';
import type { Deed, Model } from '../src/page/view.js';
import { field } from '../src/page/views/field.js';
import { specIndex } from './bundled.js';
import { run, SPECS } from './fake-io.js';
import { ANY_KIND, anyNetwork, network, SORTS } from './random-network.js';
import { misformed } from './well-formed.js';

// Networks are analysed, on machines that may be busy.
vi.setConfig({ testTimeout: 60_000 });

const files = {
  'up.yaml':
    'input: 20x30x3\nlayers:\n  - {conv: 8, kernel: 3x5, stride: 2, name: a}\n  - {upsample: 2, name: u}\n  - {conv: 8, kernel: 3, padding: 1, name: b}\n',
  'sparse.yaml':
    'input: 9x9x1\nlayers:\n  - {convtranspose: 1, kernel: 1, stride: 3, name: a}\n  - {conv: 1, kernel: 2, name: b}\n',
  'two.yaml':
    'inputs: {left: 32x32x1, right: 64x64x1}\nlayers:\n  - {conv: 4, kernel: 3, padding: 1, from: left, name: a}\n  - {conv: 4, kernel: 2, stride: 2, from: right, name: b}\n  - {add: [a, b], name: c}\n',
  'odd.yaml':
    'input: 8x8x1\nlayers:\n  - {conv: 1, kernel: 3, stride: 2, name: a}\n  - {conv: 1, kernel: 3, padding: 1, name: b}\n',
  'turned.yaml':
    'input: 20x30x3\nlayers:\n  - {permute: [0, 2, 1]}\n  - {conv: 4, kernel: 3, name: a}\n  - {conv: 4, kernel: 3x1, stride: 2x1, name: b}\n',
  'bound.yaml':
    'input: 6x4x1\nlayers:\n  - {conv: 2, kernel: 3x1, padding: 1x0, name: a}\n  - {reshape: 4x6x2}\n  - {conv: 2, kernel: 3, name: b}\n',
  'copies.yaml': 'input: 8x8x1\nlayers:\n  - {replicatepad: 2}\n  - {conv: 2, kernel: 3, name: a}\n',
  'steps.yaml':
    'input: {length: 12, channels: 4}\nlayers:\n  - {conv: 8, kernel: 3, stride: 2, padding: 1}\n  - {lstm: 8, name: a}\n',
  'unpool.yaml':
    'input: 12x12x1\nlayers:\n  - {conv: 2, kernel: 3, name: a}\n  - {maxpool: 2, name: p}\n  - {conv: 2, kernel: 3, padding: 1, name: b}\n  - {unpool: 2, name: u, from: [b, a]}\n  - {conv: 2, kernel: 3, name: c}\n',
  'volume.yaml':
    'input: 8x10x12x1\nlayers:\n  - {conv: 2, kernel: 3x5x7, stride: 1x2x2, padding: 1, name: a}\n  - {conv: 2, kernel: 3, padding: 1, name: b}\n',
  'tokens.yaml':
    'input: 32x48x3\nlayers:\n  - {conv: 8, kernel: 16, stride: 16, name: patches}\n  - {reshape: 6x8, name: tokens}\n  - {conv: 8, kernel: 1, name: a}\n',
  'adaptive.yaml': 'input: 32x48x3\nlayers:\n  - {conv: 8, kernel: 3, padding: 1}\n  - {adaptivemaxpool: 5, name: a}\n',
  'large.yaml': 'input: 8x8x1\nlayers:\n  - {conv: 1, kernel: 3, padding: 1, repeat: 40, name: c}\n',
} as const;

const textOf = (spec: string): string => {
  if (Object.hasOwn(files, spec)) return files[spec as keyof typeof files];
  return readFileSync(`${SPECS}${specIndex()[spec]?.file}`, 'utf8');
};

const modelFor = (text: string, selection: Partial<Selection> = {}, rest: Partial<State> = {}): Model =>
  modelOf({
    name: 'net.yaml',
    text,
    said: {},
    selection: { layer: null, unit: null, cell: null, ...selection },
    settings: {},
    ...rest,
  });

const specModel = (spec: string, selection: Partial<Selection> = {}): Model =>
  modelFor(textOf(spec), selection, { said: { variant: specIndex()[spec]?.variant } });

const shown = (model: Model, settings: Partial<typeof field.defaults> = {}): string => {
  const made = field.render(model, { ...field.defaults, ...settings });
  if (made instanceof Promise) throw new Error('it is drawn while somebody points');
  return made.markup;
};

/** First and last cells of the shapes of that sort. */
const ranges = (markup: string, sort: string): readonly { first: number[]; last: number[] }[] =>
  [...markup.matchAll(new RegExp(`data-of="${sort}" data-first="([^"]*)" data-last="([^"]*)"`, 'g'))].map(
    ([, first = '', last = '']) => ({ first: first.split(',').map(Number), last: last.split(',').map(Number) }),
  );

/** As text, without the tags. */
const plain = (markup: string): string => markup.replace(/<[^>]*>/g, ' ').replace(/\s+/g, ' ');

const nodeOf = ({ analysis: { graph } }: Model, name: string) => {
  const node = graph.nodes.find((other) => other.name === name);
  if (!node) throw new Error(`no layer ${name}`);
  return node;
};

describe('a unit', () => {
  const table: readonly (readonly [spec: string, layer: string])[] = [
    ['alexnet', 'conv5'],
    ['resnet50', 'layer4.2.conv3'],
    ['googlenet', 'inception4a.concat1'],
    ['unet', 'classes'],
    ['dcgan-generator', 'main.13'],
    ['wavenet', 'probabilities'],
    ['c3d', 'conv4a'],
    ['senet', 'layer1.0.conv3'],
    ...Object.keys(files).map(
      (spec) =>
        [
          spec,
          {
            'up.yaml': 'b',
            'sparse.yaml': 'b',
            'two.yaml': 'c',
            'odd.yaml': 'b',
            'turned.yaml': 'b',
            'bound.yaml': 'b',
            'unpool.yaml': 'c',
            'volume.yaml': 'b',
            'large.yaml': 'c.39',
          }[spec] ?? 'a',
        ] as const,
    ),
  ];
  it.each(table)('of %s %s sees what rf says', async (spec, layer) => {
    const whole = specModel(spec);
    const node = nodeOf(whole, layer);
    const sizes = spatial(node.facts?.output ?? []);
    const corners = [sizes.map(() => 0), sizes.map((size, axis) => (axis === 0 ? 0 : size - 1))];
    const units = Object.hasOwn(files, spec) ? [...corners, middleOf(node), sizes.map((size) => size - 1)] : corners;
    for (const unit of units) {
      const { out } = await run(['rf', spec, layer, '--unit', unit.join(), '--json'], { files });
      const json = JSON.parse(out);
      for (const view of [json.layer, ...(json.otherInputs ?? [])]) {
        const model = { ...whole, state: { ...whole.state, selection: { layer, unit, cell: null } } };
        const markup = shown(model, { input: view.input });
        const { clipped, unclipped, paddingCells, center } = view.unit;
        expect(ranges(markup, 'unclipped'), `${unit}`).toEqual(
          unclipped ? [{ first: unclipped.first, last: unclipped.last }] : [],
        );
        expect(ranges(markup, 'clipped'), `${unit}`).toEqual(
          clipped ? [{ first: clipped.first, last: clipped.last }] : [],
        );
        if (unclipped)
          expect(plain(markup)).toContain(
            `(${paddingCells.toLocaleString('en')} of ${product(unclipped.size).toLocaleString('en')} cells are padding)`,
          );
        if (center)
          expect(plain(markup)).toContain(`its centre ${center.map((n: number) => Number(n.toFixed(4))).join(', ')} `);
        expect(markup.includes('data-of="padding"')).toBe(paddingCells > 0);
        expect(markup.includes('at most')).toBe(!view.receptiveField.exact);
      }
    }
  });
  it('in the middle, of the last layer that sees a part, is shown where nobody chose', () => {
    const markup = shown(specModel('alexnet'));
    expect(markup).toContain('No layer is selected. Shown is pool5, the last whose units see a part of the input.');
    expect(ranges(markup, 'unclipped')).toEqual([{ first: [0, 0], last: [194, 194] }]);
  });
  it('is told what really reaches it where that is less, once it is held', () => {
    const at = (unit: readonly number[]) => shown(modelFor(files['odd.yaml'], { layer: 'b', unit }), { pins: 'b 2,2' });
    expect(plain(at([2, 2]))).toContain('reached rows 2 to 6 and columns 2 to 6, 5x5');
    expect(at([0, 0])).not.toContain('reached');
  });
  it.each([
    ['alexnet', 'fc8', 'Every unit of fc8 sees all of the input.'],
    ['alexnet', 'nowhere', 'There is no layer nowhere.'],
    ['alexnet', '<img onerror=x>', 'There is no layer &lt;img onerror=x&gt;.'],
  ])('of %s: %s is no layer to show, and another one is', (spec, layer, why) => {
    const markup = shown(specModel(spec, { layer, unit: [0, 0] }));
    expect(markup).toContain(`${why} Shown is pool5`);
    expect(markup).toContain('Unit 2, 2 of pool5');
  });
  it('that the layer has not is the middle one', () => {
    for (const unit of [[13, 0], [-1, 0], [1], [1, 2, 3], [0.5, 0]])
      expect(shown(specModel('alexnet', { layer: 'conv5', unit }))).toContain('Unit 6, 6 of conv5');
  });
});

describe('the units that see a cell', () => {
  /** By their places, all units counted one by one; each unit once. */
  const agree = ({ graph, fields }: Model['analysis']): void => {
    for (const node of graph.nodes) {
      const local = fields.get(0)?.[node.id]?.local;
      const sizes = spatial(node.facts?.output ?? []);
      if (!local || local === 'global' || local.length === 0 || sizes.length === 0) continue;
      const units = [...choices(sizes.map((size) => Array.from({ length: size }, (_, i) => i)))];
      local.forEach((track, axis) => {
        const cells = units.map((at) => fieldAt(track, at)).filter((cell) => !isEmpty(cell));
        const hull = { lo: Math.min(...cells.map(({ lo }) => lo)), hi: Math.max(...cells.map(({ hi }) => hi)) };
        expect(isEmpty(seenByAny(track)) ? null : seenByAny(track), `${node.name}, ${axis}`).toEqual(
          cells.length > 0 ? hull : null,
        );
      });
      const input = spatial(graph.nodes[0]?.facts?.output ?? []);
      for (const cell of [input.map(() => 0), input.map((n) => Math.floor(n / 2)), input.map((n) => n - 1)]) {
        const found = unitsSeeing(local, sizes, cell);
        const within = (at: readonly number[]): number =>
          found?.boxes.filter((box) => box.every(({ lo, hi }, axis) => lo <= (at[axis] ?? 0) && (at[axis] ?? 0) <= hi))
            .length ?? -1;
        const seeing = units.filter((at) =>
          local.every((track, axis) => {
            const { lo, hi } = fieldAt(track, at);
            return lo <= (cell[axis] ?? 0) && (cell[axis] ?? 0) <= hi;
          }),
        );
        const sees = new Set(seeing);
        expect(
          units.filter((at) => within(at) !== (sees.has(at) ? 1 : 0)),
          `${node.name} and ${cell}`,
        ).toEqual([]);
        expect(found?.count).toBe(seeing.length);
      }
    }
  };
  it('on random networks', () => {
    fc.assert(
      fc.property(network(1, [...SORTS, 'aligned']), ({ analysis }) => agree(analysis)),
      { numRuns: 30 },
    );
    fc.assert(
      fc.property(network(2, SORTS), ({ analysis }) => agree(analysis)),
      { numRuns: 30 },
    );
  });
  it('on networks of every kind, where axes change', () => {
    fc.assert(
      fc.property(anyNetwork(1, ANY_KIND, 6), ({ analysis }) => agree(analysis)),
      { numRuns: 30 },
    );
    fc.assert(
      fc.property(anyNetwork(2, ANY_KIND, 6), ({ analysis }) => agree(analysis)),
      { numRuns: 30 },
    );
    fc.assert(
      fc.property(anyNetwork(3, ANY_KIND, 4), ({ analysis }) => agree(analysis)),
      { numRuns: 10 },
    );
  });
  it('are told, and drawn', () => {
    const markup = shown(specModel('alexnet', { layer: 'conv3', unit: [6, 6], cell: [100, 120] }));
    expect(markup).toContain(
      'Cell 100, 120 of input is seen by 36 units of 169 of conv3: rows 3 to 8 and columns 4 to 9.'.replace('49', '42'),
    );
    expect(markup).toContain('data-of="seeing"');
    expect(shown(modelFor(files['bound.yaml'], { layer: 'b', cell: [0, 0] }))).toContain(
      'is seen by at most 8 units of 8 of b',
    );
    expect(shown(modelFor(files['sparse.yaml'], { layer: 'a', cell: [1, 2] }))).toContain('is seen by 1 unit of');
  });
});

describe('pins', () => {
  const pinned = (pins: string, layer = 'conv5') => shown(specModel('alexnet', { layer }), { pins });
  it('are drawn, and what both see with its size and share', () => {
    const markup = pinned('conv5 2,3 4,6');
    expect(ranges(markup, 'pin')).toEqual([
      { first: [-32, -16], last: [130, 146] },
      { first: [0, 32], last: [162, 194] },
    ]);
    expect(ranges(markup, 'shared')).toEqual([{ first: [0, 32], last: [130, 146] }]);
    // 131x115 of the 131x147 and of the 163x163 that lie in the image.
    expect(markup).toContain(
      'they share 131x115 cells, rows 0 to 130 and columns 32 to 146: 78% of what A sees of it and 57% of what B sees of it',
    );
  });
  it('of which one is alone, or that share nothing', () => {
    expect(pinned('conv5 2,3')).toContain('A is unit 2, 3. Another one');
    const apart = pinned('conv1 0,0 30,30', 'conv1');
    expect(apart).toContain('They share no cell of the image.');
    expect(ranges(apart, 'shared')).toEqual([]);
  });
  it.each(['conv4 2,3', 'conv5 13,0', 'conv5 a,b', 'conv5', 'conv5  ', '2,3', 'conv5 1,2,3'])(
    'as %s are none',
    (pins) => {
      expect(pinned(pins)).not.toContain('data-of="pin"');
    },
  );
  it('share the cells that lie in both', () => {
    const region = fc
      .array(fc.tuple(fc.integer({ min: -5, max: 9 }), fc.integer({ min: 0, max: 6 })), { minLength: 2, maxLength: 2 })
      .map((axes) => axes.map(([lo, more]) => ({ lo, hi: lo + more })));
    const cells = (axes: readonly { lo: number; hi: number }[]) =>
      new Set(
        [...choices(axes.map(({ lo, hi }) => Array.from({ length: Math.max(0, hi - lo + 1) }, (_, i) => lo + i)))].map(
          (at) => at.join(),
        ),
      );
    fc.assert(
      fc.property(region, region, (a, b) => {
        const [inA, both] = [cells(a), cells(sharedBy(a, b))];
        expect([...cells(b)].filter((cell) => inA.has(cell)).sort()).toEqual([...both].sort());
        expect(cellsIn(sharedBy(a, b))).toBe(both.size);
      }),
    );
  });
});

describe('branches', () => {
  it('that meet in a layer are drawn each, as rf has the layers they come from', async () => {
    const model = specModel('googlenet', { layer: 'inception4a.concat1', unit: [6, 3] });
    const drawn = ranges(shown(model), 'branch');
    const { inputs } = nodeOf(model, 'inception4a.concat1');
    const seen = new Set<string>();
    for (const id of inputs) {
      const name = model.analysis.graph.nodes[id]?.name ?? '';
      const { out } = await run(['rf', 'googlenet', name, '--unit', '6,3', '--json']);
      const { first, last } = JSON.parse(out).layer.unit.unclipped;
      seen.add(JSON.stringify({ first, last }));
    }
    expect(drawn.map((range) => JSON.stringify(range)).sort()).toEqual([...seen].sort());
    expect(drawn).toHaveLength(2);
  });
  it('behind which nothing changes are those of the layer before; elsewhere the path that sees least is drawn', () => {
    expect(shown(specModel('resnet50', { layer: 'layer4.2.residual1.act' }))).toMatch(
      /layer4\.2\.bn3: 427x427.*layer4\.1\.residual1\.act: 363x363/s,
    );
    const least = shown(specModel('resnet50', { layer: 'layer4.2.conv3' }));
    expect(least).toContain('on the path that sees least: 75x75');
    expect(ranges(least, 'branch')).toHaveLength(1);
  });
  it('see together what the layer sees', () => {
    let met = 0;
    fc.assert(
      fc.property(network(2, [...SORTS, 'add', 'add', 'add']), ({ analysis: { graph, fields } }) => {
        for (const node of graph.nodes) {
          const own = fields.get(0) ?? [];
          const local = own[node.id]?.local;
          const at = middleOf(node);
          const branches = branchesSeen(graph, own, node, at);
          if (!local || local === 'global' || branches.length === 0) continue;
          met += 1;
          local.forEach((track, axis) => {
            const cells = branches.flatMap((branch) => branch.cells?.[axis] ?? []).filter((cell) => !isEmpty(cell));
            const hull = { lo: Math.min(...cells.map(({ lo }) => lo)), hi: Math.max(...cells.map(({ hi }) => hi)) };
            if (cells.length > 0) expect(sameCell(fieldAt(track, at), hull)).toBe(true);
          });
        }
      }),
      { numRuns: 60, seed: 5 },
    );
    expect(met).toBeGreaterThan(0);
  });
});

describe('deeds', () => {
  const NOTHING: Deed = { data: {}, value: '', at: null, pressed: false, key: null };
  const settingsIn = ({ state }: Model) => ({ ...field.defaults, ...(state.settings['field'] as object) });
  /** The model after a deed; the very same where nothing comes of it. */
  const done = (model: Model, name: string, deed: Partial<Deed>): Model => {
    const change = field.deeds?.[name]?.(model, settingsIn(model), { ...NOTHING, ...deed });
    if (change instanceof Promise) throw new Error('it takes a while');
    return change ? modelOf(changed(model.state, field, change), model) : model;
  };
  const markupOf = (model: Model): string => shown(model, settingsIn(model));

  /** The middle of the rectangle of the one unit or cell that is marked in a picture, in its view box. */
  const placeOf = (markup: string, name: 'map' | 'input', classes: string): readonly [number, number] => {
    const svg = markup.match(new RegExp(`<svg class="field-${name}".*?</svg>`, 's'))?.[0] ?? '';
    const [, left = '', top = ''] = svg.match(/class="field-plane" transform="translate\((\S+) (\S+)\)"/) ?? [];
    const rect = svg.match(new RegExp(`<rect x="(\\S+)" y="(\\S+)" width="(\\S+)" height="(\\S+)" class="${classes}"`));
    const [x = 0, y = 0, width = 0, height = 0] = (rect ?? []).slice(1).map(Number);
    return [Number(left) + x + width / 2, Number(top) + y + height / 2];
  };

  it.each([
    ['alexnet', 'conv5'],
    ['resnet50', 'layer4.2.conv3'],
    ['unet', 'classes'],
    ['two.yaml', 'c'],
    ['steps.yaml', 'a'],
    ['tokens.yaml', 'a'],
    ['volume.yaml', 'b'],
  ])('pointing at a unit of %s %s selects it, at a cell that cell', (spec, layer) => {
    const model = specModel(spec, { layer });
    const node = nodeOf(model, layer);
    const sizes = spatial(node.facts?.output ?? []);
    const slice = middleOf(node)[0] ?? 0;
    for (const share of [0, 0.3, 0.71, 0.999]) {
      const unit = sizes.map((size, axis) => (sizes.length > 2 && axis === 0 ? slice : Math.floor(share * size)));
      const marked = { ...model, state: { ...model.state, selection: { layer, unit, cell: null } } };
      const at = placeOf(markupOf(marked), 'map', 'f-seen s-text');
      expect(done(model, 'unit', { at }).state.selection).toEqual({ layer, unit, cell: null });
      expect(done(marked, 'unit', { at })).toBe(marked);
      const [input] = model.analysis.graph.nodes;
      const cells = spatial(input?.facts?.output ?? []);
      const cell = cells.map((size, axis) =>
        cells.length > 2 && axis === 0 ? (input ? (middleOf(input)[0] ?? 0) : 0) : Math.floor(share * size),
      );
      const pointed = { ...marked, state: { ...marked.state, selection: { layer, unit, cell } } };
      const place = placeOf(markupOf(pointed), 'input', 'f-next s-text');
      expect(done(marked, 'cell', { at: place }).state.selection).toEqual({ layer, unit, cell });
      expect(done(pointed, 'cell', { at: place })).toBe(pointed);
    }
  });
  it('beside the map, and leaving it, changes nothing', () => {
    const model = specModel('alexnet', { layer: 'conv5', unit: [1, 2] });
    for (const at of [null, [0, 0], [359, 100], [100, 1000]] as const)
      for (const name of ['unit', 'cell']) expect(done(model, name, { at })).toBe(model);
  });
  it.each([
    ['ArrowLeft', [6, 5]],
    ['ArrowRight', [6, 7]],
    ['ArrowUp', [5, 6]],
    ['ArrowDown', [7, 6]],
    ['Home', [0, 0]],
    ['End', [12, 12]],
  ])('the key %s leads to unit %s', (key, unit) => {
    expect(done(specModel('alexnet', { layer: 'conv5' }), 'unit', { key }).state.selection.unit).toEqual(unit);
  });
  it('keys stay on the map, lead through slices, and others lead nowhere', () => {
    const corner = specModel('alexnet', { layer: 'conv5', unit: [0, 0], cell: null });
    expect(done(corner, 'unit', { key: 'ArrowUp' })).toBe(corner);
    for (const key of ['PageDown', 'Delete', 'toString']) expect(done(corner, 'unit', { key })).toBe(corner);
    expect(
      done(specModel('volume.yaml', { layer: 'b', unit: [3, 1, 1] }), 'unit', { key: 'PageDown' }).state.selection.unit,
    ).toEqual([4, 1, 1]);
    const sequence = specModel('steps.yaml', { layer: 'a', unit: [2] });
    expect(done(sequence, 'unit', { key: 'ArrowRight' }).state.selection.unit).toEqual([3]);
    expect(done(sequence, 'unit', { key: 'ArrowDown' })).toBe(sequence);
    expect(done(specModel('alexnet'), 'cell', { key: 'ArrowRight' }).state.selection).toEqual({
      layer: 'pool5',
      unit: [2, 2],
      cell: [113, 114],
    });
  });
  it('a click or Enter pins, of three the last two, and once more takes a pin away', () => {
    let model = done(specModel('alexnet', { layer: 'conv5', unit: [1, 2] }), 'unit', { key: 'Enter' });
    const pins = () => settingsIn(model).pins;
    expect(pins()).toBe('conv5 1,2');
    for (const unit of [
      [3, 4],
      [5, 6],
    ]) {
      const marked = { ...model, state: { ...model.state, selection: { layer: 'conv5', unit, cell: null } } };
      const at = placeOf(shown(marked), 'map', 'f-seen s-text');
      model = done(model, 'unit', { at, pressed: true });
    }
    expect(pins()).toBe('conv5 3,4 5,6');
    expect(model.state.selection.unit).toEqual([5, 6]);
    model = done(model, 'unit', { key: ' ' });
    expect(pins()).toBe('conv5 3,4');
    expect(markupOf(model)).toContain('data-do="unpin"');
    expect(settingsIn(done(model, 'unpin', {})).pins).toBe('');
    expect(settingsIn(done(model, 'unit', { key: 'Escape' })).pins).toBe('');
    expect(markupOf(done(model, 'unpin', {}))).not.toContain('data-do="unpin"');
  });
  it('choosing a layer, an input, the switch, a picture', () => {
    const model = specModel('two.yaml', { layer: 'c', unit: [1, 1], cell: [2, 2] });
    const other = done(model, 'layer', { value: 'a' });
    expect(other.state.selection).toEqual({ layer: 'a', unit: null, cell: null });
    expect(markupOf(other)).toContain('<option value="a" selected="">');
    const right = done(model, 'input', { value: 'right' });
    expect(markupOf(right)).toContain('Unit 1, 1 of c sees 2x2 cells of right');
    expect(markupOf(done(right, 'layer', { value: 'a' }))).toContain('It sees no part of right.');
    expect(settingsIn(done(model, 'effective', { value: 'on' })).effective).toBe(true);
    expect(settingsIn(done(model, 'effective', { value: '' })).effective).toBe(false);
    const pictured = done(model, 'picture', { value: 'data:image/png;base64,AA"<' });
    expect(markupOf(pictured)).toContain('href="data:image/png;base64,AA&quot;&lt;"');
    expect(done(pictured, 'bare', {}).state.picture).toBeNull();
    expect(markupOf(done(model, 'picture', { value: 'https://example.org/a.png' }))).not.toContain('<image');
  });
});

describe('the effective field', () => {
  it('of the unit that is held stays while others are pointed at', () => {
    const at = (unit: readonly number[], pins = '') =>
      shown(specModel('alexnet', { layer: 'conv3', unit }), { effective: true, pins });
    const heat = (markup: string) => markup.match(/<g class="field-heat".*?<\/g>/s)?.[0];
    expect(heat(at([6, 6]))).toBeDefined();
    expect(heat(at([0, 0]))).toBe(heat(at([6, 6])));
    expect(heat(at([0, 0], 'conv3 0,0'))).not.toBe(heat(at([6, 6])));
    expect(at([0, 0])).toContain('Effective field of unit 6, 6');
    expect(plain(at([6, 6]))).toContain('the gradient, root mean square');
    expect(shown(specModel('alexnet', { layer: 'conv3' }))).not.toContain('field-heat');
  });
  it('has a run of cells for every cell that counts', () => {
    const markup = shown(modelFor('input: 9x9x1\nlayers:\n  - {conv: 1, kernel: 3, repeat: 2}\n', {}), {
      effective: true,
    });
    const heat = markup.match(/<g class="field-heat".*?<\/g>/s)?.[0] ?? '';
    const runs = [...heat.matchAll(/M\d+ \d+h(\d+)/g)].map(([, length]) => Number(length));
    expect(runs.reduce((a, b) => a + b, 0)).toBe(25);
  });
  it('that nobody knows is said to be unknown', () => {
    expect(plain(shown(modelFor(files['steps.yaml'], { layer: 'a' }), { effective: true }))).toContain(
      'It is not known how strongly input moves this unit.',
    );
  });
});

describe('the cone', () => {
  const cone = (unit: readonly number[], layer = 'conv5', spec = 'alexnet') =>
    shown(specModel(spec, { layer, unit })).match(/<div class="wide field-cone".*?<\/div>/s)?.[0] ?? '';
  it('moves, and its planes do not', () => {
    const planes = (markup: string) =>
      [...markup.matchAll(/<path d="(\S+( \S+)*?)" class="f-box s-line"/g)].map(([, d]) => d);
    expect(planes(cone([0, 12]))).toHaveLength(8);
    expect(planes(cone([0, 12]))).toEqual(planes(cone([6, 6])));
    expect(planes(cone([0, 6], 'layer4.2.conv3', 'resnet50'))).toEqual(
      planes(cone([5, 1], 'layer4.2.conv3', 'resnet50')),
    );
    expect(cone([0, 12])).not.toBe(cone([6, 6]));
    expect(cone([0, 12])).toContain('input: -64 to 98, 128 to 290 of 227x227');
  });
  it.each([
    ['alexnet', 'conv5', [0, 12]],
    ['resnet50', 'layer4.2.conv3', [6, 6]],
    ['unet', 'classes', [387, 0]],
    ['wavenet', 'probabilities', [0]],
  ] as const)('of a corner of %s %s lies on the page', (spec, layer, unit) => {
    const svg = cone(unit, layer, spec);
    const [, width = 0, height = 0] = (svg.match(/viewBox="0 0 (\S+) (\S+)"/) ?? []).map(Number);
    const points = [...svg.matchAll(/[ML](\S+) ([\d.-]+)/g)].map(([, x, y]) => [Number(x), Number(y)] as const);
    expect(points.length).toBeGreaterThan(50);
    expect(points.filter(([x, y]) => x < 0 || y < 0 || x > width || y > height)).toEqual([]);
  });
});

describe('whatever the network', () => {
  const texts: readonly (readonly [what: string, text: string, says: string])[] = [
    ['nothing', '', 'There is no layer yet.'],
    ['no layer', 'input: 8x8x3\nlayers: []\n', 'There is no layer yet.'],
    [
      'all of it',
      'input: 8x8x3\nlayers:\n  - flatten\n  - {fc: 10}\n',
      'No layer of this network has a receptive field',
    ],
    ['a vector', 'input: 784\nlayers:\n  - {fc: 10}\n  - relu\n', 'No layer of this network has a receptive field'],
    ['words', 'input: {length: 12}\nlayers:\n  - {embedding: 8, size: 100}\n', 'No layer of this network'],
    [
      'a mistake',
      'input: 8x8x1\nlayers:\n  - {conv: 1, kernel: 3, name: a}\n  - {conv: 1, kernel: 30, name: b}\n',
      'Shown is a, the last',
    ],
    ['only mistakes', 'input: 8x8x1\nlayers:\n  - {conv: 1, kernel: 30, name: b}\n', 'No layer of this network'],
    ['no YAML', 'input: [8\nlayers: }', 'There is no layer yet.'],
    [
      'one layer',
      'input: 1x1x1\nlayers:\n  - {conv: 1, kernel: 1, name: a}\n',
      'Unit 0, 0 of a sees 1x1 cells of input: rows 0 to 0 and columns 0 to 0, all within it.',
    ],
    [
      '1,000 layers',
      `input: 64x64x1\nlayers:\n  - {conv: 1, kernel: 3, padding: 1, repeat: 1000}\n`,
      'sees 2001x2001 cells',
    ],
    [
      'other letters',
      'name: "<b>卷积 ‮ \\n"\ninput: 8x8x1\nlayers:\n  - {conv: 1, kernel: 3, name: 卷积}\n',
      'of 卷积 sees',
    ],
    ['a strip', 'input: 1x20000x1\nlayers:\n  - {conv: 1, kernel: 1x9, name: a}\n', 'Unit 0, 9995 of a'],
    ['a tower', 'input: 20000x1x1\nlayers:\n  - {conv: 1, kernel: 9x1, name: a}\n', 'Unit 9995, 0 of a'],
    [
      'a field beyond all bounds',
      'input: 4x4x1\nlayers:\n  - {conv: 1, kernel: 3, dilation: 100000, padding: 100000, name: a}\n',
      'Unit 1, 1 of a',
    ],
  ];
  it.each(texts)('%s: a view, well-formed and small', (_, text, says) => {
    for (const effective of [false, true]) {
      const markup = shown(modelFor(text), { effective });
      expect(markup).toContain(says);
      expect(markup).not.toMatch(/NaN|Infinity|undefined|\[object/);
      for (const [svg] of markup.matchAll(/<svg class="field-.*?<\/svg>/gs)) expect(misformed(svg)).toBeNull();
      expect((markup.match(/<[a-z]/g) ?? []).length).toBeLessThan(400);
    }
  });
  it('every id that is used is there, once', () => {
    const markup = shown(specModel('resnet50', { layer: 'layer4.2.conv3', unit: [0, 0] }), {
      effective: true,
      pins: 'layer4.2.conv3 0,0 6,6',
    });
    const ids = [...markup.matchAll(/ id="([^"]+)"/g)].map(([, id]) => id);
    expect(new Set(ids).size).toBe(ids.length);
    for (const [, id] of markup.matchAll(/url\(#([^)]+)\)/g)) expect(ids).toContain(id);
  });
  it('a plane of 224x224 cells is a few shapes', () => {
    const markup = shown(specModel('resnet50', { layer: 'conv1', unit: [3, 3] }));
    const svgs = [...markup.matchAll(/<svg class="field-(?:input|map)".*?<\/svg>/gs)].map(([svg]) => svg.length);
    expect(svgs).toHaveLength(2);
    for (const length of svgs) expect(length).toBeLessThan(5_000);
  });
  it('lists all layers by how much they see, what was written beside another one left out', () => {
    const markup = shown(specModel('alexnet'));
    const [, ...groups] = (markup.match(/<select class="field-layer".*?<\/select>/s)?.[0] ?? '').split('<optgroup ');
    const names = groups.map((group) => [...group.matchAll(/<option value="([^"]*)"/g)].map(([, name]) => name));
    expect(groups.map((group) => group.match(/label="([^"]*)"/)?.[1])).toEqual([
      'Units see a part of the input',
      'Units see all of it',
    ]);
    expect(names[0]).toContain('conv3');
    expect(names[1]).toContain('fc8');
    expect(names[0]?.every((name) => !name?.includes('act'))).toBe(true);
    expect(markup.match(/ selected=""/g)).toHaveLength(1);
  });
  it.each([
    ['resnet50', textOf('resnet50'), 30],
    ['300 in a row', 'input: 8x8x1\nlayers:\n  - {conv: 1, kernel: 3, padding: 1, repeat: 300, name: c}\n', 130],
  ])('lists of many layers those around the one that is shown: %s', (spec, text, most) => {
    const { analysis } = modelFor(text, {}, { said: { variant: specIndex()[spec]?.variant } });
    const [first, ...others] = analysis.graph.nodes.filter(({ sugarOf }) => sugarOf === undefined);
    const away = new Map([[first, 0]]);
    for (const [node, choices] of away) {
      if (!node) continue;
      const { markup } = layerOptions(analysis, node);
      const names = [...markup.matchAll(/<option value="([^"]*)"/g)].map(([, name]) => name);
      expect(names.length).toBeLessThan(most);
      expect(markup).toContain(`<option value="${node.name}" selected="">`);
      for (const other of others) if (names.includes(other.name) && !away.has(other)) away.set(other, choices + 1);
    }
    expect(away.size).toBe(others.length + 1);
    expect(Math.max(...away.values())).toBe(3);
  });
});
