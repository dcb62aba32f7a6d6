// The receptive field is exact: against index sets, against an evaluation, against autograd on eleven networks; and its laws.

import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Analysis } from '../src/analysis/analysis.js';
import { analyze } from '../src/analysis/analyze.js';
import { lint } from '../src/analysis/lint/lint.js';
import { type Field, isExact, type Tracks } from '../src/analysis/receptive-field.js';
import { fieldAt, isEmpty, type Track } from '../src/analysis/track.js';
import { centerOf, endsOf, paddingOf, sizeOf, strideOf, widthOf } from '../src/analysis/track-measures.js';
import { viewsOf } from '../src/analysis/view.js';
import { choices, spatial } from '../src/core/shape.js';
import type { ParseOptions } from '../src/lang/file.js';
import { parse } from '../src/lang/parse.js';
import { layers } from '../src/layers/index.js';
import {
  ANY_KIND,
  anyNetwork,
  changing,
  INSIDE,
  impulse,
  type Network,
  network,
  type Op,
  PRODUCT,
  SORTS,
  seen,
} from './random-network.js';

const analysed = (text: string, options: Omit<ParseOptions, 'registry'> = {}): Analysis =>
  analyze(parse(text, { ...options, registry: layers }));

/** A layer's field; of a block, that of its result. */
const fieldOf = ({ rows }: Analysis, name: string) => {
  const row =
    rows.find(({ node }) => node.name === name) ?? rows.findLast(({ node }) => node.name.startsWith(`${name}.`));
  if (!row?.field) throw new Error(`no field of ${name}`);
  return row.field;
};

const tracks = (field: Tracks): readonly Track[] => {
  if (field === 'global') throw new Error('the field is global');
  return field;
};

const sizes = (field: Tracks): readonly number[] | 'global' =>
  field === 'global' ? 'global' : field.map((track) => sizeOf(track).size);

const hull = (cells: Iterable<number>) => {
  const all = [...cells];
  return all.length === 0 ? null : { lo: Math.min(...all), hi: Math.max(...all) };
};

const orNull = (cell: { lo: number; hi: number }) => (isEmpty(cell) ? null : { lo: cell.lo, hi: cell.hi });

describe('on random networks', () => {
  const agrees = ({ analysis, ops, text }: Network, axes: number): void => {
    ops.forEach((op, id) => {
      const field = tracks(fieldOf(analysis, `op${id}`).full);
      for (let axis = 0; axis < axes; axis += 1) {
        const track = field[axis];
        const length = op.size[axis] ?? 0;
        if (!track) throw new Error('an axis is missing');
        const widths: number[] = [];
        for (let o = -2; o < length + 2; o += 1) {
          const brute = hull(seen(ops, id, axis, o, false));
          expect(
            orNull(
              fieldAt(
                track,
                op.size.map((_, i) => (i === axis ? o : 0)),
              ),
            ),
            `${text}op${id}, axis ${axis}, cell ${o}`,
          ).toEqual(brute);
          if (o >= 0 && o < length) widths.push(brute ? brute.hi - brute.lo + 1 : 0);
        }
        expect(sizeOf(track), text).toEqual({ size: Math.max(...widths), sizeMin: Math.min(...widths) });
      }
    });
  };

  it('it is the hull of index sets, in one dimension', () => {
    fc.assert(
      fc.property(network(1, SORTS), (net) => agrees(net, 1)),
      { numRuns: 150 },
    );
  });

  it('and in two', () => {
    fc.assert(
      fc.property(network(2, SORTS, { most: 5 }), (net) => agrees(net, 2)),
      { numRuns: 60 },
    );
  });

  it.each([
    [1, 60],
    [2, 30],
  ] as const)('what reaches a unit is what changes it, in %i dimensions', (axes, numRuns) => {
    const sorts = SORTS.filter((sort) => sort !== 'shuffle' && sort !== 'unshuffle').concat('aligned');
    fc.assert(
      fc.property(network(axes, sorts, { most: 4, dense: true }), ({ analysis, ops, text }) => {
        const last = ops.length - 1;
        const [height = 1, width = 1] = axes === 1 ? [1, ops[0]?.size[0]] : (ops[0]?.size ?? []);
        const places = Array.from({ length: height * width }, (_, i) => [Math.floor(i / width), i % width] as const);
        const answers = places.map(([row, column]) => impulse(ops, row, column)[last] ?? []);
        const node = analysis.graph.nodes.find(({ name }) => name === `op${last}`);
        const size = ops[last]?.size ?? [];
        const [h = 1, w = 1] = axes === 1 ? [1, size[0]] : size;
        for (let y = 0; y < h; y += Math.max(1, Math.floor(h / 4)))
          for (let x = 0; x < w; x += Math.max(1, Math.floor(w / 4))) {
            const at = axes === 1 ? [x] : [y, x];
            const changing = places.filter((_, i) => (answers[i]?.[y]?.[x] ?? 0) > 0);
            const brute = at.map((_, axis) => hull(changing.map((place) => place[axes === 1 ? 1 : axis] ?? 0)));
            const [view] = node ? viewsOf(analysis, node, at) : [];
            const reached = (view?.unit?.seen.reached ?? []).map(orNull);
            const nothing = reached.includes(null);
            expect(nothing ? at.map(() => null) : reached, `${text}unit ${at}`).toEqual(brute);
          }
      }),
      { numRuns },
    );
  });

  it('the smallest field never shrinks from layer to layer, nor the largest where nothing enlarges', () => {
    const narrow: readonly Op['sort'][] = ['conv', 'pool', 'pad', 'crop', 'unshuffle', 'add'];
    const check = (sorts: readonly Op['sort'][], pick: 'size' | 'sizeMin') =>
      fc.assert(
        fc.property(network(1, sorts, { dense: true }), ({ analysis, ops }) => {
          ops.forEach((op, id) => {
            for (const of of op.from) {
              const [inner, outer] = [of, id].map((n) => tracks(fieldOf(analysis, `op${n}`).full)[0]);
              // A layer shorter than its period does not show all its phases; padding behind it may.
              const whole = inner?.strands.every(([{ cells }]) => cells.length <= (inner.shape[1] ?? 0));
              if (inner && outer && whole && outer.strands.length === 1)
                expect(sizeOf(outer)[pick]).toBeGreaterThanOrEqual(sizeOf(inner)[pick]);
            }
          });
        }),
        { numRuns: 60 },
      );
    check(
      SORTS.filter((sort) => sort !== 'crop' && sort !== 'add'),
      'sizeMin',
    );
    check(
      narrow.filter((sort) => sort !== 'crop' && sort !== 'add'),
      'size',
    );
  });

  it('a period longer than the axis goes on beyond it, where channels are told apart too', () => {
    const text = `input: 5x1
layers:
  - {upsample: 1.5, mode: bilinear}
  - {conv: 1, kernel: 3, stride: 2, dilation: 2}
  - {conv: 2, kernel: 1}
  - {pixelshuffle: 2, name: op}
  - {pixelunshuffle: 1}
`;
    const [track] = tracks(fieldOf(analysed(text), 'op').full);
    expect([-2, 0, 2, 4, 5].map((cell) => track && fieldAt(track, [cell]))).toEqual(
      [
        [-2, 2],
        [-1, 3],
        [1, 4],
        [2, 6],
        [2, 6],
      ].map(([lo, hi]) => ({ lo, hi })),
    );
  });

  it('n kernels of 3x3 reach 2n+1', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 40 }), (n) => {
        const analysis = analysed(`input: 99x99x1\nlayers:\n  - {conv: 1, kernel: 3, repeat: ${n}, name: c}\n`);
        expect(sizes(fieldOf(analysis, 'c').full)).toEqual([2 * n + 1, 2 * n + 1]);
      }),
    );
  });

  it('the order of branches does not matter', () => {
    const branch = fc.record({
      k: fc.integer({ min: 0, max: 3 }),
      d: fc.integer({ min: 1, max: 3 }),
      up: fc.boolean(),
    });
    fc.assert(
      fc.property(fc.array(branch, { minLength: 2, maxLength: 4 }), fc.infiniteStream(fc.nat()), (branches, random) => {
        const text = (all: typeof branches) =>
          `input: 24x24x4\nlayers:\n  - {conv: 4, kernel: 3, name: stem, padding: same}\n  - name: met\n    concat:\n${all
            .map(({ k, d, up }) =>
              up
                ? `      - [{conv: 4, kernel: ${2 * k + 1}, dilation: ${d}, stride: 2, padding: same}, {upsample: 2}]\n`
                : `      - [{conv: 4, kernel: ${2 * k + 1}, dilation: ${d}, padding: same}]\n`,
            )
            .join('')}`;
        const shuffled = branches
          .map((b) => ({ b, at: random.next().value ?? 0 }))
          .sort((a, b) => a.at - b.at)
          .map(({ b }) => b);
        const [one, other] = [shuffled, branches].map((all) => fieldOf(analysed(text(all)), 'met'));
        expect([one?.full, one?.local, one && sizes(one.least)]).toEqual([
          other?.full,
          other?.local,
          other && sizes(other.least),
        ]);
      }),
      { numRuns: 60 },
    );
  });
});

// Of every layer; of the units of a large one a few.
describe('with every kind of layer, a field is the hull of the inputs whose change changes the reference', () => {
  /** What is spread and has seen everything is a gate and no data: it changes what it meets, but is left out of the field. */
  const gated = ({ local, full }: Field) => local !== full;
  const units = (sizes: readonly number[]) =>
    [...choices(sizes.map((size) => Array.from({ length: size }, (_, i) => i)))].filter(
      (_, i, all) => i % Math.ceil(all.length / 30) === 0,
    );

  it.each([
    [1, 60],
    [2, 60],
    [3, 30],
  ] as const)('on %i axes, where nothing is padded with zeros: in every cell', async (axes, numRuns) => {
    let [exact, bounds] = [0, 0];
    await fc.assert(
      fc.asyncProperty(anyNetwork(axes, [...INSIDE, PRODUCT], 6), async ({ analysis, text }) => {
        for (const { node, field } of analysis.rows) {
          if (!field || field.local === 'global' || gated(field)) continue;
          const tracks = field.local;
          const brute = await changing(analysis, node);
          for (const unit of units(spatial(node.facts?.output ?? []))) {
            const found = tracks.map((track) => orNull(fieldAt(track, unit)));
            const [view] = viewsOf(analysis, node, unit);
            const truth = brute(unit);
            const what = `${text}${node.name}, unit ${unit}`;
            if (view?.unit?.seen.reached) expect(view.unit.seen.reached.map(orNull), `${what}, reached`).toEqual(truth);
            if (isExact(tracks)) expect(found, what).toEqual(truth);
            else
              for (const [axis, cell] of truth.entries()) {
                expect((found[axis]?.lo ?? 0) <= (cell?.lo ?? Infinity), `${what}, bound`).toBe(true);
                expect((found[axis]?.hi ?? 0) >= (cell?.hi ?? -Infinity), `${what}, bound`).toBe(true);
              }
          }
          // The largest and the smallest are told as well, of the cells between copies around a border.
          const cells = [
            ...choices(spatial(node.facts?.output ?? []).map((n) => Array.from({ length: n }, (_, i) => i))),
          ];
          for (const track of tracks.filter((each) => !endsOf(each))) {
            const widths = cells.map((cell) => widthOf(fieldAt(track, cell)));
            expect(sizeOf(track), text).toEqual({ size: Math.max(...widths), sizeMin: Math.min(...widths) });
          }
          if (isExact(tracks)) exact += 1;
          else bounds += 1;
        }
      }),
      { numRuns },
    );
    expect(exact).toBeGreaterThan(4 * bounds);
  });

  it.each([
    [1, 60],
    [2, 60],
    [3, 30],
  ] as const)('on %i axes: what reaches a unit', async (axes, numRuns) => {
    let known = 0;
    await fc.assert(
      fc.asyncProperty(anyNetwork(axes, ANY_KIND, 6), async ({ analysis, text }) => {
        for (const { node, field } of analysis.rows) {
          if (!field || field.local === 'global' || gated(field)) continue;
          const brute = await changing(analysis, node);
          for (const unit of units(spatial(node.facts?.output ?? []))) {
            const [view] = viewsOf(analysis, node, unit);
            const reached = view?.unit?.seen.reached;
            if (!reached) continue;
            known += 1;
            const found = reached.map(orNull);
            expect(found.includes(null) ? found.map(() => null) : found, `${text}${node.name}, unit ${unit}`).toEqual(
              brute(unit),
            );
          }
        }
      }),
      { numRuns },
    );
    expect(known).toBeGreaterThan(300);
  });
});

interface Probed {
  readonly layer: string;
  readonly rf: readonly number[];
  readonly effective_stride: readonly number[];
  readonly effective_padding: readonly number[];
  readonly start_center: readonly number[];
}

const fixture = (path: string): string => readFileSync(new URL(`fixtures/${path}`, import.meta.url), 'utf8');
const probed: { readonly models: Record<string, { readonly layers: readonly Probed[] }> } = JSON.parse(
  fixture('receptive_fields.json'),
);

describe('as found by automatic differentiation', () => {
  it.each(Object.entries(probed.models))('%s', (model, { layers: theirs }) => {
    const family = /^(resnet)\d+$/.exec(model)?.[1];
    const analysis = analysed(fixture(`specs/${family ?? model}.yaml`), family ? { variant: model } : {});
    expect(analysis.diagnostics).toEqual([]);
    const ours = theirs.map(({ layer }): Probed => {
      // Copies are numbered from 0 here, and a residual calls its other branch shortcut.
      const name = layer
        .replace(/denselayer(\d+)/, (_, n: string) => String(Number(n) - 1))
        .replace('.downsample', '.shortcut.downsample');
      const field = tracks(fieldOf(analysis, name).full);
      return {
        layer,
        rf: field.map((track) => sizeOf(track).size),
        effective_stride: field.map(strideOf),
        effective_padding: field.map(paddingOf),
        start_center: field.map(centerOf),
      };
    });
    expect(ours).toEqual(
      theirs.map(({ layer, rf, effective_stride, effective_padding, start_center }) => ({
        layer,
        rf,
        effective_stride,
        effective_padding,
        start_center,
      })),
    );
  });

  it('ResNet-50 as first published sees 483', () => {
    const analysis = analysed(fixture('specs/resnet.yaml'), { variant: 'resnet50v1' });
    expect(sizes(fieldOf(analysis, 'layer4').full)).toEqual([483, 483]);
    expect(sizes(fieldOf(analysis, 'layer4').least)).toEqual([11, 11]);
  });
});

describe('fields of single networks', () => {
  const cases: readonly (readonly [what: string, text: string, name: string, full: unknown, local: unknown])[] = [
    [
      'a gate is left out of the local field',
      '- {conv: 16, kernel: 3, name: a}\n  - {se: 4, name: b}\n  - {conv: 4, kernel: 3, name: c}',
      'c',
      'global',
      [5, 5],
    ],
    [
      'a gate on a map of one place',
      '- {conv: 16, kernel: 32, name: a}\n  - {se: 4, name: b}\n  - {conv: 4, kernel: 1, name: c}',
      'c',
      'global',
      [32, 32],
    ],
    [
      'a vector as a gate',
      '- {conv: 4, kernel: 3, name: a}\n  - {gap, name: g}\n  - {mul: [a, g], name: c}',
      'c',
      'global',
      [3, 3],
    ],
    [
      'a pooled branch is data',
      '- {conv: 4, kernel: 3, name: a}\n  - {gap, keepdims: true}\n  - {upsample, size: 30, name: g}\n  - {concat: [a, g], name: c}',
      'c',
      'global',
      'global',
    ],
    ['a pool of one window', '- {adaptiveavgpool: 1, name: c}', 'c', 'global', 'global'],
    [
      'an adaptive pool that changes nothing',
      '- {conv: 4, kernel: 3}\n  - {adaptiveavgpool: 30, name: c}',
      'c',
      [3, 3],
      [3, 3],
    ],
    ['softmax over places', '- {softmax, over: hw, name: c}', 'c', 'global', 'global'],
    ['softmax over channels', '- {conv: 4, kernel: 5}\n  - {softmax, name: c}', 'c', [5, 5], [5, 5]],
    ['flatten', '- {conv: 4, kernel: 5}\n  - {flatten, name: c}', 'c', 'global', 'global'],
  ];
  // Each layer's field by its name; a bound has its sign, and what sees everything is 32.
  const moved: readonly (readonly [what: string, input: string, items: string, fields: string])[] = [
    [
      'an adaptive pool that divides evenly is a pool with a stride',
      '32x32x3',
      '- {conv: 4, kernel: 3, padding: 1}\n  - {adaptiveavgpool: 16}\n  - {conv: 4, kernel: 3, padding: 1}',
      '3x3 4x4 8x8',
    ],
    [
      'the same',
      '32x32x3',
      '- {conv: 4, kernel: 3, padding: 1}\n  - {avgpool: 2}\n  - {conv: 4, kernel: 3, padding: 1}',
      '3x3 4x4 8x8',
    ],
    ['adaptive, other sizes', '32x48x3', '- {adaptiveavgpool: 8}', '4x6'],
    ['adaptive, windows that differ', '13x7x3', '- {adaptivemaxpool: 5}', '4x3'],
    ['adaptive along one axis', '32x48x3', '- {adaptiveavgpool: [1, null]}', '32x1'],
    [
      'axes in another order',
      '32x48x3',
      '- {conv: 4, kernel: 3}\n  - {permute: [0, 2, 1]}\n  - {conv: 4, kernel: 3}',
      '3x3 3x3 5x5',
    ],
    [
      'and one of them alone',
      '32x48x3',
      '- {permute: [0, 2, 1]}\n  - {conv: 4, kernel: 3x1}\n  - {permute: [0, 2, 1]}',
      '1x1 1x3 1x3',
    ],
    [
      'channels as places',
      '32x48x3',
      '- {conv: 4, kernel: 3}\n  - {permute: [1, 0, 2]}\n  - {conv: 4, kernel: 1}',
      '3x3 32x3 32x3',
    ],
    [
      'channels as places and back',
      '32x48x3',
      '- {conv: 4, kernel: 3}\n  - {permute: [1, 0, 2]}\n  - relu\n  - {permute: [1, 0, 2]}',
      '3x3 32x3 32x3 3x3',
    ],
    [
      'tokens',
      '224x224x3',
      '- {conv: 8, kernel: 16, stride: 16}\n  - {reshape: 196x8}\n  - {conv: 8, kernel: 1}',
      '16x16 16x16 16x16',
    ],
    [
      'tokens beside each other',
      '224x224x3',
      '- {conv: 8, kernel: 16, stride: 16}\n  - {reshape: 196x8}\n  - {conv: 8, kernel: 3, padding: 1}',
      '16x16 16x16 32x224',
    ],
    [
      'tokens and back',
      '224x224x3',
      '- {conv: 8, kernel: 16, stride: 16}\n  - {reshape: 196x8}\n  - {reshape: 14x14x8}\n  - {conv: 8, kernel: 3, padding: 1}',
      '16x16 16x16 16x16 48x48',
    ],
    [
      'a vector and back',
      '8x8x3',
      '- {conv: 2, kernel: 3, padding: 1}\n  - flatten\n  - {reshape: 8x8x2}\n  - {conv: 4, kernel: 3}',
      '3x3 global 3x3 5x5',
    ],
    [
      'a channel shuffle by reshapes',
      '32x32x3',
      '- {conv: 8, kernel: 3}\n  - {reshape: [4, 30, 30, 2]}\n  - {permute: [1, 0, 2, 3]}\n  - {reshape: [30, 30, 8]}\n  - {conv: 8, kernel: 3}',
      '3x3 3x3 3x3 3x3 5x5',
    ],
    [
      'a sequence folded into rows',
      '24x1',
      '- {reshape: 8x3x1}\n  - {conv: 4, kernel: 3x1}\n  - {conv: 4, kernel: 3x2}',
      '1 7 14',
    ],
    [
      'blocks to channels and back',
      '8x8x1',
      '- {pixelunshuffle: 2}\n  - {depthwise: 3}\n  - {pixelshuffle: 2}',
      '2x2 6x6 5x5',
    ],
    [
      'blocks to channels, mixed, and back',
      '8x8x1',
      '- {pixelunshuffle: 2}\n  - {conv: 4, kernel: 3}\n  - {pixelshuffle: 2}',
      '2x2 6x6 6x6',
    ],
    [
      'the channels of one branch',
      '8x8x4',
      '- {conv: 4, kernel: 3, padding: 1, name: a}\n  - {conv: 4, kernel: 5, padding: 2, name: b, from: input}\n  - {concat: [a, b]}\n  - {slice: 4}\n  - {slice: 3, start: 3, from: concat1}',
      '3x3 5x5 5x5 3x3 5x5',
    ],
    [
      'rows two by two',
      '6x4x1',
      '- {conv: 2, kernel: 3x1}\n  - {reshape: 2x8x2}\n  - {conv: 2, kernel: 2}\n  - gap',
      '3x1 3x1 6x4 global',
    ],
    [
      'a bound',
      '6x4x1',
      '- {conv: 2, kernel: 3x1, padding: 1x0}\n  - {reshape: 4x6x2}\n  - {conv: 2, kernel: 3}\n  - {adaptiveavgpool: [1, null]}',
      '3x1 <=6x4 <=6x4 <=6x4',
    ],
    [
      'copies around a border',
      '9x9x1',
      '- {replicatepad: 2}\n  - {conv: 2, kernel: 3}\n  - {circularpad: 1}\n  - {conv: 2, kernel: 3}',
      '1x1 3x3 3x3 5x5',
    ],
  ];
  it.each(moved)('%s', (_, input, items, fields) => {
    const { rows, diagnostics } = analysed(`input: ${input}\nlayers:\n  ${items}\n`);
    expect(diagnostics).toEqual([]);
    const text = (field: Tracks) =>
      field === 'global' ? field : `${isExact(field) ? '' : '<='}${field.map((track) => sizeOf(track).size).join('x')}`;
    expect(rows.map(({ field }) => text(field?.full ?? [])).join(' ')).toBe(fields);
  });

  it('VGG-16 on 448x448 pools pairs of cells of 212', () => {
    const analysis = analysed(fixture('../../specs/vgg.yaml'), { variant: 'vgg16_bn', input: '448x448x3' });
    expect(sizes(fieldOf(analysis, 'avgpool').full)).toEqual([244, 244]);
  });

  it('at a border of copies, cells see what the copies show', () => {
    const cells = (items: string) => {
      const { rows } = analysed(`input: 9x1\nlayers:\n  - ${items}\n  - {conv: 1, kernel: 3}\n`);
      const [track] = tracks(rows.at(-1)?.field?.full ?? []);
      return [0, 1, 2, 3].map((cell) => (track ? Object.values(fieldAt(track, [cell])) : []));
    };
    expect(cells('{replicatepad: 3}')).toEqual([
      [0, 0],
      [0, 0],
      [0, 1],
      [0, 2],
    ]);
    expect(cells('{reflectpad: 3}')).toEqual([
      [1, 3],
      [0, 2],
      [0, 1],
      [0, 2],
    ]);
    expect(cells('{circularpad: 1}')).toEqual([
      [0, 8],
      [0, 2],
      [1, 3],
      [2, 4],
    ]);
    expect(cells('{zeropad: 1}')).toEqual([
      [-1, 1],
      [0, 2],
      [1, 3],
      [2, 4],
    ]);
  });

  it.each(cases)('%s', (_, items, name, full, local) => {
    const field = fieldOf(analysed(`input: 32x32x4\nlayers:\n  ${items}\n`), name);
    expect([sizes(field.full), sizes(field.local)]).toEqual([full, local]);
  });

  it('one field per input', () => {
    const analysis = analysed(
      'inputs: {left: 32x32x4, right: 32x32x4, idle: 32x32x4}\nlayers:\n  - {conv: 4, kernel: 3, padding: 1, from: left, name: a}\n  - {conv: 4, kernel: 5, padding: 2, from: right, name: b}\n  - {add: [a, b], name: c}\n  - {conv: 4, kernel: 3, padding: 1, name: d}\n  - {conv: 1, kernel: 1, from: idle}\n',
    );
    const last = analysis.graph.nodes.find(({ name }) => name === 'd');
    expect([...analysis.fields.values()].map((fields) => sizes(fields[last?.id ?? -1]?.full ?? []))).toEqual([
      [5, 5],
      [7, 7],
      [],
    ]);
  });

  it('least is along each axis', () => {
    const analysis = analysed(
      'input: 32x32x4\nlayers:\n  - name: c\n    concat:\n      - [{conv: 4, kernel: 1x7, padding: 0x3}]\n      - [{conv: 4, kernel: 5x3, padding: 2x1}]\n',
    );
    expect(sizes(fieldOf(analysis, 'c').full)).toEqual([5, 7]);
    expect(sizes(fieldOf(analysis, 'c').least)).toEqual([1, 3]);
  });

  it.each([
    ['another centre', '{conv: 4, kernel: 3, stride: 2, padding: same}', '{conv: 4, kernel: 1, stride: 2}', 'centres'],
    ['another step', '{conv: 4, kernel: 17}', '{conv: 4, kernel: 2, stride: 2}', 'steps'],
  ])('branches with %s are told', (_, a, b, says) => {
    const findings = lint(analysed(`input: 32x32x4\nlayers:\n  - concat:\n      - [${a}]\n      - [${b}]\n`), 'rf');
    expect(findings.map(({ code }) => code)).toEqual(['rf/misaligned']);
    expect(findings[0]?.message).toContain(says);
  });

  it('thirds do not drift', () => {
    const analysis = analysed(
      'input: 30x30x4\nlayers:\n  - {upsample: 3}\n  - {conv: 4, kernel: 3, padding: 1, name: a}\n  - {conv: 4, kernel: 3, padding: 1, name: b}\n  - {add: [a, b]}\n  - {maxpool: 3, name: c}\n',
    );
    expect(analysis.diagnostics).toEqual([]);
    expect(tracks(fieldOf(analysis, 'c').full)[0]?.strands).toEqual([
      [{ axis: 1, advance: 1, cells: [{ lo: -1, hi: 1 }] }],
    ]);
  });
});

// How long it takes is measured in tests/bench.
describe('networks of any size', () => {
  it('100,000 layers', () => {
    const parsed = parse('input: 224x224x3\nlayers:\n  - {conv: 4, kernel: 3, padding: 1, repeat: 100000}\n', {
      registry: layers,
    });
    const analysis = analyze(parsed);
    expect(sizes(analysis.rows.at(-1)?.field?.full ?? [])).toEqual([200001, 200001]);
  });

  it('36,000,000 products of matrices', () => {
    const analysis = analysed('input: 6000x6000x10x4\nlayers:\n  - {matmul: [input, input], transpose: true}\n');
    expect(analysis.totals.macs).toBe(6000 * 6000 * 10 * 10 * 4);
  });

  it.each([
    ['too many phases', 'input: 2x2x1\nlayers:\n  - {upsample: 100000}\n'],
    [
      'many phases under many layers',
      'input: 2x2x1\nlayers:\n  - {upsample: 50000}\n  - {conv: 1, kernel: 3, padding: 1, repeat: 20000}\n',
    ],
    [
      'a transposed kernel of a million',
      'input: 2x1\nlayers:\n  - {convtranspose: 1, kernel: 1000000, stride: 70000}\n',
    ],
  ])('%s are left unknown', (_, text) => {
    const analysis = analysed(text);
    expect(analysis.rows.at(-1)?.field).toBeNull();
    expect(analysis.totals.params).not.toBeNull();
  });
});
