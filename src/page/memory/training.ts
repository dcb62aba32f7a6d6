// What training keeps, as a part of the page: what it comes to, the staircase, its table, the largest batches. No fields.

import type { Analysis } from '../../analysis/analysis.js';
import { type Fit, fitting, type Change as Less } from '../../analysis/training/fit.js';
import type { MemoryPlan, PlanSetting } from '../../analysis/training/plan.js';
import { grouped, listed } from '../../core/quantity.js';
import { bytes, heading, someOf, UNKNOWN } from '../../report/cells.js';
import { spanName } from '../../report/drawing/figure-bars.js';
import { type Stairs, staircase, stairsOf } from '../../report/drawing/staircase.js';
import { NOT_COUNTED } from '../../report/json/memory.js';
import type { Cell, Table } from '../../report/page.js';
import { trainingFacts } from '../../report/pages/memory.js';
import { factsHtml, tableHtml } from '../blocks.js';
import { type Html, html, live } from '../html.js';
import { chosenIn, layerOf, roomyField, spansAt } from '../levels.js';
import { lastOf } from '../once.js';
import { picture } from '../picture.js';
import type { Model } from '../view.js';

/** Steps there, and as many back, where nobody chose a depth. */
export const MOST_STEPS = 20;

const GIB = 2 ** 30;
const CARDS = [8, 12, 16, 24, 80] as const;

const right = { align: 'right' } as const;

/** Names are folded to `depth`, which is the deed of that name to change; pointing at the picture is the deed `step`. */
export const trainingPart = (model: Model, depth: number, plan: MemoryPlan): Html => {
  const { analysis } = model;
  const { batch, amp, optimizer, torch } = plan.setting;
  const said = `batch ${grouped(batch)}, ${amp ? 'mixed precision' : analysis.graph.dtype}, ${optimizer}, PyTorch ${torch}`;
  return html`<h3>Training <small>${said}</small></h3>${factsHtml(trainingFacts(plan))}${
    plan.alive.length === 0 ? html`<p class="alarm">${whyNotKept(analysis, plan)}</p>` : stairsPart(model, depth, plan)
  }${plan.training.total !== null && tableHtml(fitTable(fitsOf(analysis, plan.setting)), 'The largest batch')}<p><small>1 GiB is 1024^3 bytes. Not counted: ${NOT_COUNTED.join('; ')}.</small></p>`;
};

/** Said plainly, layer by layer: nobody should take the rest for the sum. */
const whyNotKept = ({ graph }: Analysis, { rows }: MemoryPlan): string => {
  if (graph.unknown.length > 0) return `Nothing is known of bytes: the ${listed(graph.unknown)} of the spec is not.`;
  const unknown = rows.filter(({ kept }) => kept === null);
  const whys = [...new Set(unknown.map(({ why }) => why))];
  return unknown.length === 0
    ? 'What is kept is more than can be counted exactly.'
    : `? What training keeps is not known here for ${someOf(unknown.map(({ node }) => node.name))} (${whys.join('; ')}), so neither is the sum, nor the largest batch.`;
};

const stairsPart = (model: Model, depth: number, plan: MemoryPlan): Html => {
  const spans = spansAt(model, depth, MOST_STEPS);
  const stairs = stairsOf(
    plan,
    spans.map((span) => ({
      title: spanName(span),
      name: span.first.name,
      key: layerOf(span),
      from: span.rows[0].index - 1,
      to: span.rows.at(-1)?.index ?? 0,
    })),
  );
  const chosen = spans[chosenIn(model, spans)];
  const scene = staircase(model.analysis, plan, stairs, chosen ? layerOf(chosen) : null);
  return html`${live`<div class="controls live">${roomyField(model, depth, MOST_STEPS)}</div>`}${picture(scene, 'step')}${live`<details><summary>The steps</summary>${tableHtml(
    stairsTable(stairs, plan),
    scene.title,
  )}</details>`}`;
};

const stairsTable = ({ there, back }: Stairs, { training }: MemoryPlan): Table => ({
  type: 'table',
  columns: [
    heading('name', 'name'),
    heading('kept', 'kept', right),
    heading('there', 'alive, forward', right),
    heading('back', 'alive, backward', right),
  ],
  rows: there.map(({ title, own, alive }, i) => [
    { text: title },
    bytes(own),
    bytes(alive),
    bytes(back[i]?.alive ?? 0),
  ]),
  foot: [[{ text: 'total' }, training.kept === null ? UNKNOWN : bytes(training.kept), { text: '' }, { text: '' }]],
});

const fits = lastOf<Analysis, readonly Fit[]>();

/** The batch that is set does not matter. */
const fitsOf = (analysis: Analysis, setting: PlanSetting): readonly Fit[] => {
  const { optimizer, amp, torch, checkpoint } = setting;
  return fits(analysis, [optimizer, amp, torch, checkpoint !== undefined].join(' '), () => {
    const within = fitting(analysis, setting);
    return CARDS.map((card) => within(card * GIB));
  });
};

const lessWords = (less: Less): string =>
  less === 'amp' ? 'mixed precision' : less === 'checkpoint' ? 'blocks computed again' : less;

const fitTable = (all: readonly Fit[]): Table => ({
  type: 'table',
  columns: [
    heading('name', 'memory'),
    heading('batch', 'largest batch', right),
    heading('next', 'next power of two', right),
    heading('missing', 'would lack', right),
    heading('by', 'fits with'),
  ],
  rows: all.map(({ memory, batch, next }): readonly Cell[] => [
    { text: `${memory / GIB} GiB` },
    { text: batch === null ? 'any' : grouped(batch) },
    { text: next ? grouped(next.batch) : '' },
    next ? bytes(next.missing) : { text: '' },
    {
      text: !next
        ? ''
        : next.by.length === 0
          ? 'nothing here'
          : next.by.map((less) => listed(less.map(lessWords))).join(' or '),
    },
  ]),
});
