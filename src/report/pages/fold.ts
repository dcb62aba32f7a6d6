// What folding does to a network: which normalisations go where, which stay and why, the price before and after, the proof.

import type { Totals } from '../../analysis/analysis.js';
import { FIGURES } from '../../core/figures.js';
import { grouped, powerAbove, scientific, signed } from '../../core/quantity.js';
import type { Reason } from '../../run/fold-plan.js';
import type { Difference } from '../../run/linear.js';
import { heading } from '../cells.js';
import type { Block, Cell, Page } from '../page.js';

export interface Folding {
  readonly name: string;
  /** By the names of layers. */
  readonly folds: readonly { readonly norm: string; readonly host: string; readonly side: 'before' | 'after' }[];
  readonly kept: readonly { readonly norm: string; readonly before: Reason; readonly after: Reason }[];
  readonly layers: { readonly before: number; readonly after: number };
  readonly totals: { readonly before: Totals; readonly after: Totals };
  /** The outputs of both on the same input; null where nothing was run. */
  readonly execution: Difference | null;
}

export const foldPage = (folding: Folding): Page => {
  const { name, folds, kept } = folding;
  const all = folds.length + kept.length;
  const heading: Block = {
    type: 'heading',
    text: name,
    dim:
      all === 0
        ? 'no batch normalisation'
        : `${folds.length} of ${all} batch ${all === 1 ? 'normalisation folds' : 'normalisations fold'}`,
  };
  if (all === 0)
    return [heading, { type: 'text', text: 'At test time only batch normalisation is a fixed scale and shift.' }];
  return [
    heading,
    ...(folds.length > 0 ? [foldsTable(folding), priceTable(folding)] : []),
    ...(kept.length > 0 ? [keptFacts(folding)] : []),
    ...proof(folding),
  ];
};

const foldsTable = ({ folds }: Folding): Block => ({
  type: 'table',
  columns: [
    heading('norm', 'normalisation', { shorten: 2 }),
    heading('into', 'folds into', { shorten: 1 }),
    heading('side', ''),
  ],
  rows: folds.map(({ norm, host, side }): readonly Cell[] => [
    { text: norm },
    { text: host },
    { text: side === 'before' ? 'before it' : 'after it' },
  ]),
});

/** As many are named that stay for the same reasons. */
const NAMED = 4;

/** Those that stay for the same reasons together. */
const keptFacts = ({ kept }: Folding): Block => {
  const groups = new Map<string, Folding['kept'][number][]>();
  for (const one of kept) {
    const key = `${one.before.why}; ${one.after.why}`;
    groups.set(key, [...(groups.get(key) ?? []), one]);
  }
  return {
    type: 'facts',
    entries: [...groups.values()].map((group, i) => {
      const [{ before, after } = { before: NOBODY, after: NOBODY }] = group;
      const names = group.slice(0, NAMED).map(({ norm }) => norm);
      const more = group.length > NAMED ? ` and ${grouped(group.length - NAMED)} more` : '';
      const [a, b] = group.length === 1 ? [before.layer, after.layer] : ['what stands before', 'what stands after'];
      return {
        label: i === 0 ? 'stays' : '',
        text: `${names.join(', ')}${more}`,
        dim: `(${a} ${before.why}; ${b} ${after.why})`,
      };
    }),
  };
};

const NOBODY: Reason = { layer: '', why: '' };

const priceTable = ({ layers, totals: { before, after } }: Folding): Block => {
  const row = (label: string, a: number | null, b: number | null): readonly Cell[] => [
    { text: label },
    { text: a === null ? '?' : grouped(a) },
    { text: b === null ? '?' : grouped(b) },
    { text: a === null || b === null || a === 0 ? '' : signed(b - a) },
  ];
  return {
    type: 'table',
    columns: [
      heading('figure', ''),
      heading('before', 'before', { align: 'right' }),
      heading('after', 'folded', { align: 'right' }),
      heading('saved', 'difference', { align: 'right' }),
    ],
    rows: [
      row('layers', layers.before, layers.after),
      row(FIGURES.params.label, before.params, after.params),
      row(FIGURES.buffers.label, before.buffers, after.buffers),
      row(FIGURES.macs.title, before.macs, after.macs),
      row(FIGURES.flops.label, before.flops, after.flops),
      row(FIGURES.activations.label, before.activations, after.activations),
    ],
  };
};

const proof = ({ execution, folds }: Folding): readonly Block[] => {
  if (!execution || folds.length === 0) return [];
  const { maxAbsDiff, largest, equal } = execution;
  return [
    {
      type: 'text',
      text: equal
        ? `Run on the same input, both give the same but for rounding: they differ by ${bound(maxAbsDiff)}, where the largest output is ${scientific(largest)}.`
        : `Run on the same input they differ by ${scientific(maxAbsDiff)}, where the largest output is ${scientific(largest)}.`,
      ...(!equal && { tone: 'warning' as const }),
    },
  ];
};

/** Of rounding only the power of ten matters: `less than 1e-6`. */
const bound = (n: number): string => (n === 0 ? 'nothing' : `less than ${powerAbove(n)}`);
