// What inference and training hold as a page: the table of layers, then sums, what fits, what is not counted.

import type { Analysis } from '../../analysis/analysis.js';
import type { Line } from '../../analysis/outline.js';
import type { OPTIMIZERS } from '../../analysis/training/choices.js';
import type { Change, Fit } from '../../analysis/training/fit.js';
import type { MemoryPlan } from '../../analysis/training/plan.js';
import { grouped, human, humanBytes, listed } from '../../core/quantity.js';
import { bytes, short, UNKNOWN } from '../cells.js';
import { type Column, rowsOf, type Setting } from '../columns.js';
import { NOT_COUNTED } from '../json/memory.js';
import type { Block, Cell, Fact, Page } from '../page.js';
import { titleOf } from '../title.js';

export const memoryPage = (
  { graph }: Analysis,
  plan: MemoryPlan,
  fit: Fit | undefined,
  lines: readonly Line[],
  columns: readonly Column[],
  setting: Setting,
): Page => {
  const { batch, amp, optimizer, torch } = plan.setting;
  const said = [`batch ${batch}`, amp ? 'mixed precision' : graph.dtype, optimizer, `PyTorch ${torch}`];
  return [
    { type: 'heading', text: titleOf(graph), dim: said.join(', ') },
    { type: 'table', columns, rows: rowsOf(lines, columns, setting), foot: [foot(columns, plan)] },
    { type: 'facts', entries: [...inferenceFacts(plan), ...trainingFacts(plan)] },
    ...(fit ? fitting(fit) : []),
    { type: 'text', tone: 'dim', text: `not counted: ${NOT_COUNTED.join('; ')}` },
  ];
};

const foot = (columns: readonly Column[], { training, backward, setting }: MemoryPlan): readonly Cell[] =>
  columns.map(({ key }) => {
    if (key === 'name') return { text: 'total' };
    if (key === 'kept') return training.kept === null ? UNKNOWN : bytes(training.kept);
    if (key === 'backward') return backward.macs === null ? UNKNOWN : short(backward.macs / setting.batch);
    return { text: '' };
  });

const size = (n: number | null): string => (n === null ? '?' : humanBytes(n));
/** Of what is not known it is said once. */
const exact = (n: number | null): string => (n === null ? '' : `${grouped(n)} bytes`);

const fact = (label: string, text: string, dim?: string): Fact => ({ label, text, ...(dim && { dim: `(${dim})` }) });

const ofBytes = (label: string, n: number | null, dim?: string): Fact =>
  fact(label, size(n), [exact(n), dim].filter(Boolean).join(', '));

/** What a run holds. */
export const inferenceFacts = ({
  inference: { params, buffers, peakActivations, peakFused, total },
}: MemoryPlan): Fact[] => [
  fact(
    'inference',
    size(total),
    `${size(params)} parameters${buffers ? ` + ${size(buffers)} running statistics` : ''} + ${size(peakActivations)} peak of activations`,
  ),
  ofBytes('peak, fused', peakFused, 'activations, norms and dropout where their input stood'),
];

/** What training holds, and what the way back costs. */
export const trainingFacts = (plan: MemoryPlan): readonly Fact[] => [...training(plan), ...wayBack(plan)];

const training = ({ training: of, setting: { optimizer } }: MemoryPlan): Fact[] => [
  fact('training', size(of.total), exact(of.total)),
  ofBytes('  images', of.input),
  ofBytes('  kept', of.kept, 'for the way back'),
  ...(of.again ? [ofBytes('  computed again', of.again, 'the largest part of it at once')] : []),
  ofBytes('  parameters', of.params),
  ...(of.buffers ? [ofBytes('  running statistics', of.buffers)] : []),
  ofBytes('  gradients', of.gradients),
  ofBytes('  optimizer', of.optimizer, optimizer),
];

const count = (n: number | null): string => (n === null ? '?' : `${grouped(n)}${n < 1000 ? '' : ` (${human(n)})`}`);

const wayBack = ({ backward: { macs, recomputed, flops } }: MemoryPlan): Fact[] => [
  fact('backward MACs', count(macs), 'for the batch'),
  ...(recomputed ? [fact('MACs computed again', count(recomputed))] : []),
  fact('FLOPs of a step', count(flops), 'two per multiply-accumulate, there and back'),
];

const changeWords = (change: Change): string =>
  change === 'amp'
    ? '--amp'
    : change === 'checkpoint'
      ? '--checkpoint of every block'
      : `--optimizer ${change satisfies (typeof OPTIMIZERS)[number]}`;

const fitting = ({ memory, batch, next }: Fit): readonly Block[] => {
  const within = humanBytes(memory);
  const largest =
    batch === null
      ? `what fits in ${within} is not known, or hangs on no batch`
      : batch === 0
        ? `not even one image fits in ${within}`
        : `${grouped(batch)} images fit in ${within}`;
  if (!next) return [{ type: 'text', text: largest }];
  const ways = next.by.map((changes) => listed(changes.map(changeWords)));
  const how = ways.length === 0 ? 'nothing here makes that fit' : `with ${listed(ways, 'or')} it fits`;
  return [
    {
      type: 'text',
      text: `${largest}; ${grouped(next.batch)} would take ${humanBytes(next.missing)} more: ${how}`,
    },
  ];
};
