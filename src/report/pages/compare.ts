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
import type { Block, Cell, Page } from '../page.js';
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
        heading('a', a, { shorten: 3 }),
        heading('b', b, { shorten: 2 }),
        heading('output', 'output', { align: 'right', drop: 5 }),
        heading('params', 'params', { align: 'right' }),
        heading('macs', FIGURES.macs.title, { align: 'right', drop: 1 }),
      ],
      rows: equal ? pairs.map((pair) => line(pair, layout)) : folded(pairs, layout),
    },
    {
      type: 'text',
      tone: 'dim',
      text: `= the same, ~ differs, + only in ${b}, - only in ${a}; params and MACs: what ${b} has more`,
    },
  ];
};

/** Runs of equal lines as one line that counts them. */
const folded = (pairs: readonly Pair[], layout: Layout): (readonly Cell[])[] => {
  const rows: (readonly Cell[])[] = [];
  let same = 0;
  const close = () => {
    if (same > 0) rows.push([{ text: '=' }, { text: `${same} the same` }, ...Array<Cell>(5).fill({ text: '' })]);
    same = 0;
  };
  for (const pair of pairs) {
    if (pair.same) same += 1;
    else {
      close();
      rows.push(line(pair, layout));
    }
  }
  close();
  return rows;
};

const line = (pair: Pair, layout: Layout): readonly Cell[] => {
  const { a, b, same } = pair;
  const mark = same ? '=' : a === null ? '+' : b === null ? '-' : '~';
  const names = [...new Set([a?.name, b?.name].filter((name) => name !== undefined))];
  return [
    { text: mark },
    { text: names.join(' / ') },
    { text: a ? layerOf(a) : '' },
    { text: b ? layerOf(b) : '' },
    { text: outputs(pair, layout) },
    change(difference(pair, 'params')),
    change(difference(pair, 'macs')),
  ];
};

const outputs = (pair: Pair, layout: Layout): string => {
  const of = (line: Line | null): string => (line?.output ? formatShape(line.output, layout) : '?');
  return reshaped(pair) ? `${of(pair.a)} / ${of(pair.b)}` : of(pair.b ?? pair.a);
};

const change = (n: number | null): Cell => (n === null ? UNKNOWN : { text: signed(n) });
