// What is alive while a network runs, as a part of the page: what it comes to, the picture, its table. No fields, no training.

import type { Analysis } from '../../analysis/analysis.js';
import { livesOf } from '../../analysis/memory.js';
import type { MemoryPlan } from '../../analysis/training/plan.js';
import { DTYPES } from '../../core/graph.js';
import { grouped, humanBytes, listed } from '../../core/quantity.js';
import { bytes, heading, someOf } from '../../report/cells.js';
import { type Alive, aliveOf, aliveScene } from '../../report/drawing/alive.js';
import type { Cell, Table } from '../../report/page.js';
import { inferenceFacts } from '../../report/pages/memory.js';
import { factsHtml, tableHtml } from '../blocks.js';
import { type Html, html, live } from '../html.js';
import { once } from '../once.js';
import { picture } from '../picture.js';
import type { Model } from '../view.js';

const right = { align: 'right' } as const;

/** Null where that is not known. */
export const aliveIn = once(({ graph }: Analysis): { readonly alive: Alive | null } => {
  const lives = livesOf(graph);
  return { alive: lives && aliveOf(lives, graph.nodes.length) };
});

/** Pointing at the picture is the deed `tensor`. */
export const runningPart = ({ analysis, state }: Model, plan: MemoryPlan): Html => {
  const { graph } = analysis;
  const { alive } = aliveIn(analysis);
  const { peakActivations } = plan.inference;
  const title = html`<h3>Running</h3>${factsHtml(inferenceFacts(plan))}`;
  if (!alive || peakActivations === null) return html`${title}<p class="alarm">${whyUnknown(analysis)}</p>`;
  const size = plan.setting.batch * DTYPES[graph.dtype];
  const scene = aliveScene(graph, alive, { size, chosen: state.selection.layer });
  return html`${title}<p>What a layer makes is there until its last reader has run. ${peakText(analysis, alive, size)}</p>${picture(
    scene,
    'tensor',
  )}${live`<details><summary>The tensors</summary>${tableHtml(tensorTable(analysis, alive, size), scene.title)}</details>`}`;
};

const isAt = (step: number, { from, until }: Alive['shown'][number]): boolean => from <= step && step <= until;

const peakText = ({ graph }: Analysis, { alive, peak, shown }: Alive, size: number): string => {
  const there = shown.filter((life) => isAt(peak, life));
  const told = there.map(({ node, elements }) => `${node.name} (${humanBytes(elements * size)})`);
  return `Most is alive while ${graph.nodes[peak]?.name ?? ''} runs: ${humanBytes((alive[peak] ?? 0) * size)}, of ${someOf(told)}.`;
};

const whyUnknown = ({ graph }: Analysis): string => {
  if (graph.unknown.length > 0) return `Nothing is known of bytes: the ${listed(graph.unknown)} of the spec is not.`;
  const unknown = graph.nodes.filter(({ facts }) => !facts);
  const wrong = unknown.filter(({ error }) => error !== undefined);
  // What reads something that is wrong is not wrong itself.
  const broken = (wrong.length > 0 ? wrong : unknown).map(({ name }) => name);
  return broken.length === 0
    ? 'What is alive when is not known.'
    : `What is alive when is not known: the output of ${someOf(broken)} is not.`;
};

const tensorTable = ({ graph }: Analysis, { alive, peak, shown, others }: Alive, size: number): Table => {
  const most = alive[peak] ?? 0;
  const atPeak = shown.reduce((sum, life) => sum + (isAt(peak, life) ? life.elements : 0), 0);
  const at = (elements: number): Cell => (elements > 0 ? bytes(elements * size) : { text: '' });
  return {
    type: 'table',
    columns: [
      heading('name', 'tensor'),
      heading('bytes', 'size', right),
      heading('until', 'alive until'),
      heading('peak', 'at the peak', right),
    ],
    rows: [
      ...shown.map((life): readonly Cell[] => [
        { text: life.node.name },
        bytes(life.elements * size),
        { text: graph.nodes[life.until]?.name ?? '' },
        at(isAt(peak, life) ? life.elements : 0),
      ]),
      ...(others > 0 ? [[{ text: `${grouped(others)} more` }, { text: '' }, { text: '' }, at(most - atPeak)]] : []),
    ],
    foot: [[{ text: 'alive at the peak' }, { text: '' }, { text: '' }, bytes(most * size)]],
  };
};
