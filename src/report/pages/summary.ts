// The summary of a network: the table of its layers, the totals, memory and its assumptions.

import type { Analysis } from '../../analysis/analysis.js';
import { known } from '../../analysis/figures.js';
import { PEAK_ASSUMPTIONS } from '../../analysis/memory.js';
import type { Line } from '../../analysis/outline.js';
import { FIGURES } from '../../core/figures.js';
import { isInput } from '../../core/graph.js';
import { grouped, human, humanBytes } from '../../core/quantity.js';
import { formatShape, type Layout } from '../../core/shape.js';
import { type Column, cellOf, footOf } from '../columns.js';
import type { Cell, Page } from '../page.js';

export const summaryPage = (
  analysis: Analysis,
  lines: readonly Line[],
  columns: readonly Column[],
  layout: Layout,
): Page => {
  const { graph, totals } = analysis;
  const setting = { layout, totals };
  const inputs = graph.nodes
    .filter(isInput)
    .map((node) => `${node.name} ${node.facts ? formatShape(node.facts.output, layout) : '?'}`);
  const title =
    graph.variant && graph.variant !== graph.name ? `${graph.name} (${graph.variant})` : graph.name || 'network';
  return [
    { type: 'heading', text: title, dim: `${inputs.join(', ')}${graph.batch > 1 ? `, batch ${graph.batch}` : ''}` },
    {
      type: 'table',
      columns,
      rows: lines.map((line) => columns.map((column) => cellOf(column, line, setting))),
      foot: feet(analysis, lines, columns),
    },
    { type: 'facts', entries: facts(analysis) },
  ];
};

/** The total, and above it the sum of the lines where they are not all. */
const feet = (
  { rows, totals }: Analysis,
  lines: readonly Line[],
  columns: readonly Column[],
): readonly (readonly Cell[])[] => {
  const shown = lines.flatMap((line) => line.rows);
  const total = columns.map((column) => footOf(column, 'total', totals));
  if (shown.length === rows.length) return [total];
  const { figures, unknown } = known(shown);
  return [
    ...(unknown === 0 && lines.length > 0 ? [columns.map((column) => footOf(column, 'shown', figures))] : []),
    total,
  ];
};

const UNKNOWN = '?';
const size = (n: number | null): string => (n === null ? UNKNOWN : humanBytes(n));

const facts = ({ graph, rows, totals }: Analysis): { label: string; text: string; dim?: string }[] => {
  const { figures, unknown } = known(rows);
  const exact = (n: number | null, least: number): string =>
    n !== null
      ? `${grouped(n)}${n < 1000 ? '' : ` (${human(n)})`}`
      : least > 0
        ? `${UNKNOWN} (at least ${grouped(least)})`
        : UNKNOWN;
  const frozen = totals.params !== null && totals.trainable !== null && totals.params > totals.trainable;
  const { bytes } = totals;
  const memory = bytes.params === null || bytes.peakActivations === null ? null : bytes.params + bytes.peakActivations;
  const peakAt = totals.peakAt === null ? '' : ` at ${graph.nodes[totals.peakAt]?.name}`;
  return [
    ...(unknown > 0
      ? [entry('unknown', `${unknown} of ${rows.length} rows`, ['so the totals are not known either'])]
      : []),
    entry(FIGURES.params.label, exact(totals.params, figures.params), [
      frozen ? `${grouped(totals.trainable ?? 0)} of them trainable` : undefined,
    ]),
    ...(totals.buffers
      ? [entry(FIGURES.buffers.label, exact(totals.buffers, figures.buffers), [FIGURES.buffers.remark])]
      : []),
    entry(FIGURES.macs.label, exact(totals.macs, figures.macs), [FIGURES.macs.remark]),
    entry(FIGURES.flops.label, exact(totals.flops, figures.flops), [FIGURES.flops.remark]),
    entry(FIGURES.weightLayers.label, totals.weightLayers === null ? UNKNOWN : grouped(totals.weightLayers), [
      FIGURES.weightLayers.remark,
    ]),
    ...(memory === null
      ? [entry('memory', UNKNOWN, [])]
      : [
          entry(
            'memory',
            `${size(bytes.params)} parameters + ${size(bytes.peakActivations)} peak activations = ${size(memory)}`,
            [graph.dtype, graph.batch > 1 ? `batch ${graph.batch}` : undefined],
          ),
          entry(
            'activations',
            `${size(bytes.activations)} in all, ${size(bytes.peakActivations)} alive at most${peakAt}`,
            [PEAK_ASSUMPTIONS],
          ),
        ]),
  ];
};

const entry = (
  label: string,
  text: string,
  remarks: readonly (string | undefined)[],
): { label: string; text: string; dim?: string } => {
  const dim = remarks.filter((remark) => remark !== undefined).join('; ');
  return { label, text, ...(dim && { dim: `(${dim})` }) };
};
