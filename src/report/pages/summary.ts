// The summary of a network: the table of its layers, the totals, memory and its assumptions.

import type { Analysis, Row, Totals } from '../../analysis/analysis.js';
import type { Counted } from '../../analysis/conventions/conventions.js';
import { known } from '../../analysis/figures.js';
import type { Line } from '../../analysis/outline.js';
import { FIGURES } from '../../core/figures.js';
import type { Graph } from '../../core/graph.js';
import { grouped, human, humanBytes } from '../../core/quantity.js';
import { someOf } from '../cells.js';
import { type Column, footOf, rowsOf, type Setting } from '../columns.js';
import type { Cell, Page } from '../page.js';
import { inputTexts, titleOf } from '../title.js';

/** `origin`: where the network comes from, if it is no spec of one's own: `bundled`, `ONNX, opset 17`. */
export const summaryPage = (
  analysis: Analysis,
  lines: readonly Line[],
  columns: readonly Column[],
  setting: Setting,
  origin: string | null = null,
  counted?: Counted,
): Page => {
  const { graph } = analysis;
  const { layout } = setting;
  const title = titleOf(graph);
  const said = [
    ...(origin === null ? [] : [origin]),
    ...inputTexts(graph, layout),
    ...(graph.batch > 1 ? [`batch ${graph.batch}`] : []),
  ];
  return [
    { type: 'heading', text: title, dim: said.join(', ') },
    {
      type: 'table',
      columns,
      rows: rowsOf(lines, columns, setting),
      foot: feet(analysis, lines, columns),
    },
    { type: 'facts', entries: [...totalFacts(analysis), ...(counted ? [factOf(counted)] : [])] },
  ];
};

/** What another tool says of the whole. */
const factOf = ({ convention: { tool, version, quantity, doc }, value, unknown }: Counted) =>
  value === null
    ? entry(`${tool} ${quantity}`, UNKNOWN, `what ${tool} ${version} counts in ${someOf(unknown)} is not known here`)
    : entry(
        `${tool} ${quantity}`,
        `${grouped(value)}${value < 1000 ? '' : ` (${human(value)})`}`,
        `${version}: ${doc}`,
      );

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

/** What the network adds up to. */
export const totalFacts = ({ graph, rows, totals }: Analysis): { label: string; text: string; dim?: string }[] => {
  const { least, unknown } = known(rows);
  const exact = (n: number | null, least: number | null): string =>
    n !== null
      ? `${grouped(n)}${n < 1000 ? '' : ` (${human(n)})`}`
      : least !== null && least > 0
        ? `${UNKNOWN} (at least ${grouped(least)})`
        : UNKNOWN;
  const { params, buffers, macs, flops, weightLayers } = FIGURES;
  return [
    ...(unknown > 0
      ? [entry('unknown', `${unknown} of ${rows.length} rows`, 'so the totals are not known either')]
      : []),
    ...notStated(rows),
    entry(
      params.label,
      exact(totals.params, least.params),
      totals.frozen && totals.trainable !== null
        ? `trainable ${grouped(totals.trainable)}, frozen ${grouped(totals.frozen)}`
        : undefined,
    ),
    ...(totals.buffers ? [entry(buffers.label, exact(totals.buffers, least.buffers))] : []),
    entry(macs.label, exact(totals.macs, least.macs)),
    entry(flops.label, exact(totals.flops, least.flops)),
    entry(weightLayers.label, totals.weightLayers === null ? UNKNOWN : grouped(totals.weightLayers)),
    entry('memory', ...memory(graph, totals)),
  ];
};

/** The layers that do not state what they cost. */
const notStated = (rows: readonly Row[]): readonly ReturnType<typeof entry>[] =>
  (['params', 'macs'] as const).flatMap((what) => {
    const names = rows.flatMap(({ node }) => (node.facts?.unstated?.includes(what) ? [node.name] : []));
    return names.length === 0 ? [] : [entry(`no ${FIGURES[what].label}`, `stated for ${someOf(names)}`)];
  });

/** What the weights and the activations alive at once take together, and where that is. */
const memory = (graph: Graph, { bytes, peakAt }: Totals): [text: string, remark?: string] => {
  if (bytes.params === null || bytes.peakActivations === null) return [UNKNOWN];
  const [params, peak] = [humanBytes(bytes.params), humanBytes(bytes.peakActivations)];
  const at = peakAt === null ? '' : `, peak at ${graph.nodes[peakAt]?.name}`;
  const of = [...(graph.dtype === 'f32' ? [] : [graph.dtype]), ...(graph.batch > 1 ? [`batch ${graph.batch}`] : [])];
  return [
    `${params} parameters + ${peak} peak activations = ${humanBytes(bytes.params + bytes.peakActivations)}`,
    [...of, `${size(bytes.activations)} of activations in all${at}`].join(', '),
  ];
};

const entry = (label: string, text: string, remark?: string): { label: string; text: string; dim?: string } => ({
  label,
  text,
  ...(remark !== undefined && { dim: `(${remark})` }),
});
