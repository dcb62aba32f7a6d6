// The summary of a network: the table of its layers, the totals, memory and its assumptions.

import type { Analysis } from '../../analysis/analyze.js';
import type { Line } from '../../analysis/outline.js';
import { PEAK_ASSUMPTIONS } from '../../analysis/memory.js';
import { isInput } from '../../core/graph.js';
import { grouped, human, humanBytes } from '../../core/quantity.js';
import { type Layout, formatShape } from '../../core/shape.js';
import { type Column, cellOf, footOf } from '../columns.js';
import type { Block, Page } from '../page.js';

export const summaryPage = (analysis: Analysis, lines: readonly Line[], columns: readonly Column[], layout: Layout): Page => {
  const { graph, totals } = analysis;
  const setting = { layout, totals };
  const inputs = graph.nodes.filter(isInput).map((node) => `${node.name} ${node.facts ? formatShape(node.facts.output, layout) : '?'}`);
  const title = graph.variant && graph.variant !== graph.name ? `${graph.name} (${graph.variant})` : graph.name || 'network';
  const table: Block = {
    type: 'table',
    columns,
    rows: lines.map((line) => columns.map((column) => cellOf(column, line, setting))),
    foot: columns.map((column) => footOf(column, setting)),
  };
  return [
    { type: 'heading', text: title, dim: `${inputs.join(', ')}${graph.batch > 1 ? `, batch ${graph.batch}` : ''}` },
    table,
    { type: 'facts', entries: facts(analysis) },
  ];
};

const UNKNOWN = '?';
const exact = (n: number | null): string => (n === null ? UNKNOWN : grouped(n));
const rounded = (n: number | null): string | undefined => (n === null || n < 1000 ? undefined : human(n));
const size = (n: number | null): string => (n === null ? UNKNOWN : humanBytes(n));

const facts = ({ graph, totals }: Analysis): { label: string; text: string; dim?: string }[] => {
  const at = totals.peakAt === null ? '' : ` at ${graph.nodes[totals.peakAt]?.name}`;
  const frozen = totals.params !== null && totals.trainable !== null && totals.params > totals.trainable;
  return [
    entry('parameters', exact(totals.params), [rounded(totals.params), frozen ? `${exact(totals.trainable)} trainable` : undefined]),
    ...(totals.buffers ? [entry('running statistics', exact(totals.buffers), ['kept by batch norm, not learned'])] : []),
    entry('multiply-accumulates', exact(totals.macs), [rounded(totals.macs), 'convolutions and dense layers, bias not counted, one image']),
    entry('weight layers', exact(totals.weightLayers), ['with a kernel or weight matrix, on the longest path']),
    entry('memory', `${size(totals.bytes.params)} parameters, ${size(totals.bytes.activations)} activations`, [graph.dtype, graph.batch > 1 ? `batch ${graph.batch}` : undefined]),
    entry('peak', `${size(totals.bytes.peakActivations)} live activations${at}`, [PEAK_ASSUMPTIONS]),
  ];
};

const entry = (label: string, text: string, remarks: readonly (string | undefined)[]): { label: string; text: string; dim?: string } => {
  const dim = remarks.filter((remark) => remark !== undefined).join('; ');
  return { label, text, ...(dim && { dim: `(${dim})` }) };
};
