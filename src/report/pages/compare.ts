// Networks side by side: a table of their figures, and for each after the first where its layers differ. No alignment here.

import type { Analysis } from '../../analysis/analysis.js';
import { difference, type Pair, reshaped } from '../../analysis/compare.js';
import type { Line } from '../../analysis/outline.js';
import { lastField } from '../../analysis/view.js';
import { FIGURES } from '../../core/figures.js';
import { isInput, type Node } from '../../core/graph.js';
import { signed } from '../../core/quantity.js';
import { formatShape, type Layout } from '../../core/shape.js';
import { both, bytes, heading, UNKNOWN } from '../cells.js';
import { layerOf } from '../columns.js';
import type { Block, Cell, Page, Tone } from '../page.js';
import { fieldText } from './equiv.js';

/** One of the networks, and how its lines stand to the first's; the first has none. */
export interface Compared {
  readonly name: string;
  readonly analysis: Analysis;
  readonly pairs?: readonly Pair[];
}

export const comparePage = (all: readonly Compared[], layout: Layout, equal: boolean): Page => [
  { type: 'heading', text: all.map(({ name }) => name).join(' against ') },
  figures(all, layout),
  ...all.flatMap(({ name, pairs }): Block[] =>
    pairs ? differences(all[0]?.name ?? '', name, pairs, layout, equal, all.length > 2) : [],
  ),
];

// --- the figures --------------------------------------------------------------------------------------------------------

const figures = (all: readonly Compared[], layout: Layout): Block => {
  const two = all.length === 2;
  const row = (label: string, cells: readonly Cell[], ratio = ''): readonly Cell[] => [
    { text: label },
    ...cells,
    ...(two ? [{ text: ratio }] : []),
  ];
  const said = (label: string, of: (analysis: Analysis) => string) =>
    row(
      label,
      all.map(({ analysis }) => ({ text: of(analysis) })),
    );
  const counted = (label: string, of: (analysis: Analysis) => number | null, cell: (n: number) => Cell = both) => {
    const values = all.map(({ analysis }) => of(analysis));
    const [a, b] = values;
    return row(
      label,
      values.map((n) => (n === null ? UNKNOWN : cell(n))),
      a && b ? `${Number((a / b).toPrecision(3))}` : '',
    );
  };
  const shapes = (nodes: readonly (Node | undefined)[]): string =>
    nodes.map((node) => (node?.facts ? formatShape(node.facts.output, layout) : '?')).join(', ');
  return {
    type: 'table',
    columns: [
      heading('figure', ''),
      ...all.map(({ name }, i) => heading(`${i}`, name, { align: 'right', dropRemarks: 1 })),
      ...(two ? [heading('ratio', 'a / b', { align: 'right' as const })] : []),
    ],
    rows: [
      said('input', ({ graph }) => shapes(graph.nodes.filter(isInput))),
      said('output', ({ graph }) => shapes(graph.outputs.map((id) => graph.nodes[id]))),
      counted('layers', ({ rows }) => rows.length),
      counted(FIGURES.weightLayers.label, ({ totals }) => totals.weightLayers),
      counted(FIGURES.params.label, ({ totals }) => totals.params),
      counted(FIGURES.buffers.label, ({ totals }) => totals.buffers),
      counted(FIGURES.macs.label, ({ totals }) => totals.macs),
      counted(FIGURES.flops.label, ({ totals }) => totals.flops),
      counted(FIGURES.activations.label, ({ totals }) => totals.activations),
      counted(FIGURES['bytes.params'].label, ({ totals }) => totals.bytes.params, bytes),
      counted(FIGURES['bytes.peakActivations'].label, ({ totals }) => totals.bytes.peakActivations, bytes),
      said('largest receptive field', largestField),
    ],
  };
};

const largestField = (analysis: Analysis): string => {
  const field = lastField(analysis);
  return field ? fieldText(field) : '?';
};

// --- the layers ---------------------------------------------------------------------------------------------------------

const differences = (
  a: string,
  b: string,
  pairs: readonly Pair[],
  layout: Layout,
  equal: boolean,
  titled: boolean,
): Block[] => {
  const differing = pairs.filter(({ same }) => !same).length;
  const title: Block[] = titled ? [{ type: 'heading', text: `${b} against ${a}` }] : [];
  if (differing === 0)
    return [...title, { type: 'text', text: `All ${pairs.length} lines are the same but for their names.` }];
  return [
    ...title,
    {
      type: 'table',
      columns: [
        heading('mark', ''),
        heading('name', 'name', { shorten: 4 }),
        heading('a', a, { wrap: 3 }),
        heading('b', b, { wrap: 3 }),
        heading('output', 'output', { align: 'right', wrap: 3, drop: 2 }),
        heading('params', 'params', { align: 'right' }),
        heading('macs', FIGURES.macs.title, { align: 'right', drop: 1 }),
      ],
      rows: (equal ? pairs.map((pair): Run => [pair]) : folded(pairs)).map((run) => row(run, layout)),
    },
    {
      type: 'text',
      tone: 'dim',
      text: `= the same, ~ differs, + only in ${b}, - only in ${a}; params and MACs: what ${b} has more`,
    },
  ];
};

type Sign = '=' | '~' | '+' | '-';

const signOf = ({ a, b, same }: Pair): Sign => (same ? '=' : a === null ? '+' : b === null ? '-' : '~');

/** A pair by itself, or several that are told in one line. */
type Run = readonly [Pair, ...Pair[]];

/** Equal lines that follow each other in one line; of those that one network has alone, the blocks. */
const folded = (pairs: readonly Pair[]): readonly Run[] => {
  const runs: [Pair, ...Pair[]][] = [];
  for (const pair of pairs) {
    const last = runs.at(-1);
    if (last && signOf(last[0]) === signOf(pair)) last.push(pair);
    else runs.push([pair]);
  }
  return runs.flatMap((run): readonly Run[] => {
    const sign = signOf(run[0]);
    if (sign === '=') return [run];
    return sign === '~' ? run.map((pair): Run => [pair]) : inBlocks(run);
  });
};

/** A block of so many lines is told line by line, and so many blocks one by one. */
const MOST_LINES = 3;
const MOST_BLOCKS = 3;

/** By the name that they have in common and one part of it more, as `layer2.3`; where that is one block, the block itself. */
const inBlocks = (run: Run): readonly Run[] => {
  const shared = sharedBy(run).length;
  const blocks: [Pair, ...Pair[]][] = [];
  const isOne = shared > 0 && run.every((pair) => partsOf(pair).length <= shared + 2) && !isIndexed(run, shared);
  for (const pair of run) {
    const last = blocks.at(-1);
    if (last && (isOne || partsOf(last[0])[shared] === partsOf(pair)[shared])) last.push(pair);
    else blocks.push([pair]);
  }
  const long = blocks.filter(({ length }) => length > MOST_LINES);
  if (long.length === blocks.length && long.length > MOST_BLOCKS && shared > 0) return [run];
  return blocks.flatMap((block): readonly Run[] => (block.length > MOST_LINES ? [block] : block.map((pair) => [pair])));
};

/** Blocks that are counted, as `layer2.0` and `layer2.1`. */
const isIndexed = (run: Run, at: number): boolean => run.every((pair) => /^\d+$/.test(partsOf(pair)[at] ?? ''));

const partsOf = ({ a, b }: Pair): readonly string[] => (b ?? a)?.name.split('.') ?? [];

/** The parts that all names begin with; of the names' last parts none is among them. */
const sharedBy = ([first, ...rest]: Run): readonly string[] => {
  let shared = partsOf(first).slice(0, -1);
  for (const pair of rest) {
    const parts = partsOf(pair).slice(0, -1);
    const differing = shared.findIndex((part, i) => part !== parts[i]);
    if (differing >= 0) shared = shared.slice(0, differing);
  }
  return shared;
};

const row = (run: Run, layout: Layout): readonly Cell[] => {
  const [pair, ...more] = run;
  const sign = signOf(pair);
  if (sign === '=' && more.length > 0)
    return ['=', `${run.length} the same`, '', '', '', '', ''].map((text) => ({ text, tone: 'quiet' }));
  const cells = more.length > 0 ? blockRow(run, layout) : line(pair, layout);
  const tone = TONES[sign];
  return sign === '~'
    ? cells.map((cell, i) => (i === 0 ? { ...cell, tone } : cell))
    : cells.map((cell) => ({ ...cell, tone }));
};

const TONES: Readonly<Record<Sign, Tone>> = { '=': 'quiet', '~': 'other', '+': 'more', '-': 'less' };

/** A block that one network has alone, with its sums. */
const blockRow = (run: Run, layout: Layout): readonly Cell[] => {
  const [first, last] = [run[0], run.at(-1) ?? run[0]];
  const shared = sharedBy(run);
  const [from, to] = [partsOf(first)[shared.length], partsOf(last)[shared.length]];
  const counted = isIndexed(run, shared.length) && from !== to ? `.${from} to .${to}` : '';
  const layers = run.reduce((all, { a, b }) => all + ((b ?? a)?.rows.length ?? 0), 0);
  return [
    { text: signOf(first) },
    { text: `${shared.join('.')}${counted}` },
    { text: first.a ? `${layers} layers` : '' },
    { text: first.b ? `${layers} layers` : '' },
    { text: outputs(last, layout) },
    change(together(run, 'params')),
    change(together(run, 'macs')),
  ];
};

const together = (run: Run, figure: 'params' | 'macs'): number | null =>
  run.reduce((all: number | null, pair) => {
    const n = difference(pair, figure);
    return all === null || n === null ? null : all + n;
  }, 0);

/** What differs stands out, where both networks have the line. */
const line = (pair: Pair, layout: Layout): readonly Cell[] => {
  const { a, b } = pair;
  const names = [...new Set([a?.name, b?.name].filter((name) => name !== undefined))];
  const [one, other] = [a ? layerOf(a) : '', b ? layerOf(b) : ''];
  const standsOut = (text: string, isDifferent: boolean): Cell => ({
    text,
    ...(a && b && isDifferent && { tone: 'strong' as const }),
  });
  const changes = [difference(pair, 'params'), difference(pair, 'macs')];
  return [
    { text: signOf(pair) },
    { text: names.join(' / ') },
    standsOut(one, one !== other),
    standsOut(other, one !== other),
    standsOut(outputs(pair, layout), reshaped(pair)),
    ...changes.map((n) => ({ ...change(n), ...standsOut(change(n).text, n !== 0) })),
  ];
};

const outputs = (pair: Pair, layout: Layout): string => {
  const of = (line: Line | null): string => (line?.output ? formatShape(line.output, layout) : '?');
  return reshaped(pair) ? `${of(pair.a)} / ${of(pair.b)}` : of(pair.b ?? pair.a);
};

const change = (n: number | null): Cell => (n === null ? UNKNOWN : { text: signed(n) });
