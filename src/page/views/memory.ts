// The view of memory over time: which tensors are alive while the network runs, what training keeps on the way there and lets go of on
// the way back, and the largest batch that so much memory holds. What is counted is analysis/training.

import type { Analysis } from '../../analysis/analysis.js';
import { livesOf } from '../../analysis/memory.js';
import { everyBlock } from '../../analysis/training/checkpoint.js';
import { OPTIMIZERS, type Optimizer } from '../../analysis/training/choices.js';
import { type Fit, fitting, type Change as Less } from '../../analysis/training/fit.js';
import { type MemoryPlan, type PlanSetting, planOf, USUAL } from '../../analysis/training/plan.js';
import { DTYPES } from '../../core/graph.js';
import { grouped, humanBytes, listed } from '../../core/quantity.js';
import { bytes, heading, someOf, UNKNOWN } from '../../report/cells.js';
import { type Alive, aliveOf, aliveScene, nodeAt } from '../../report/drawing/alive.js';
import { spanName } from '../../report/drawing/figure-bars.js';
import { type Stairs, staircase, stairsOf, stepAt } from '../../report/drawing/staircase.js';
import { NOT_COUNTED } from '../../report/json/memory.js';
import type { Cell, Table } from '../../report/page.js';
import { inferenceFacts, trainingFacts } from '../../report/pages/memory.js';
import { choiceHtml, factsHtml, tableHtml } from '../blocks.js';
import { type Html, html, live } from '../html.js';
import { chosenIn, depthChosen, depthField, layerOf, ROOMY, spansAt } from '../levels.js';
import { once } from '../once.js';
import { picture } from '../picture.js';
import { type Model, view } from '../view.js';
import { clicked, walked } from '../walk.js';

type MemorySettings = {
  /** 0 is that of the spec. */
  readonly batch: number;
  readonly optimizer: string;
  readonly amp: boolean;
  /** Every block is computed again on the way back. */
  readonly checkpoint: boolean;
  readonly mode: string;
  /** How deep names are folded in the staircase. */
  readonly depth: number;
};

const MODES = { both: 'running and training', inference: 'running', training: 'training' } as const;

const defaults: MemorySettings = {
  batch: 0,
  optimizer: USUAL.optimizer,
  amp: USUAL.amp,
  checkpoint: false,
  mode: 'both',
  depth: ROOMY,
};

/** Steps there, and as many back, where nobody chose a depth. */
const MOST_STEPS = 20;

/** Powers of two. */
const LARGEST = 10;

const GIB = 2 ** 30;
const CARDS = [8, 12, 16, 24, 80] as const;

export const memory = view({
  id: 'memory',
  title: 'Memory over time',
  defaults,
  render: (model, settings) => {
    const { analysis } = model;
    if (analysis.rows.length === 0) return html`<p>There is no layer yet.</p>`;
    const plan = planOf(analysis, planSetting(analysis, settings));
    const { mode } = settings;
    return html`${fields(analysis, settings)}${mode !== 'training' && inferencePart(model, plan)}${
      mode !== 'inference' && trainingPart(model, settings, plan)
    }`;
  },
  deeds: {
    batch: (_, __, { value }) => {
      const power = Number(value);
      return power >= 0 && power <= LARGEST ? { settings: { batch: 2 ** Math.round(power) } } : null;
    },
    ofSpec: () => ({ settings: { batch: 0 } }),
    optimizer: (_, __, { value }) => (isOptimizer(value) ? { settings: { optimizer: value } } : null),
    amp: (_, __, { value }) => ({ settings: { amp: value === 'on' } }),
    checkpoint: (_, __, { value }) => ({ settings: { checkpoint: value === 'on' } }),
    mode: (_, __, { value }) => (Object.hasOwn(MODES, value) ? { settings: { mode: value } } : null),
    depth: (_, __, { value }) => ({ settings: { depth: depthChosen(value) } }),
    tensor: ({ analysis, state }, _, { data, at, pressed, key }) => {
      const layers = analysis.rows.map(({ node }) => node.name);
      const chosen = layers.indexOf(state.selection.layer ?? '');
      if (key !== null) return walked(layers, chosen, key);
      const { alive } = aliveIn(analysis);
      if (!pressed || !alive) return null;
      const name = data['key'] ?? (at && nodeAt(analysis.graph, alive.alive, at[0])?.name);
      return name ? clicked(layers, chosen, layers.indexOf(name)) : null;
    },
    step: (model, { depth }, { data, at, pressed, key }) => {
      const spans = spansAt(model, depth, MOST_STEPS);
      const layers = spans.map(layerOf);
      const chosen = chosenIn(model, spans);
      if (key !== null) return walked(layers, chosen, key);
      if (!pressed) return null;
      const pointed = layers.indexOf(data['key'] ?? '');
      return clicked(layers, chosen, pointed >= 0 ? pointed : at && stepAt(layers.length, at[0]));
    },
  },
});

const isOptimizer = (word: string): word is Optimizer => (OPTIMIZERS as readonly string[]).includes(word);

/** Settings may come from a link. */
const planSetting = ({ graph }: Analysis, { batch, optimizer, amp, checkpoint }: MemorySettings): PlanSetting => {
  const blocks = checkpoint ? everyBlock(graph) : null;
  return {
    batch: Number.isInteger(batch) && batch > 0 && batch <= 2 ** LARGEST ? batch : graph.batch,
    optimizer: isOptimizer(optimizer) ? optimizer : USUAL.optimizer,
    amp,
    torch: USUAL.torch,
    ...(blocks && { checkpoint: blocks }),
  };
};

const aliveIn = once(({ graph }: Analysis): { readonly alive: Alive | null } => {
  const lives = livesOf(graph);
  return { alive: lives && aliveOf(lives, graph.nodes.length) };
});

const fields = (analysis: Analysis, settings: MemorySettings): Html => {
  const { batch, optimizer, amp } = planSetting(analysis, settings);
  const power = Math.min(LARGEST, Math.round(Math.log2(batch)));
  const box = (deed: string, text: string, isTicked: boolean): Html =>
    html`<label><input type="checkbox" data-do="${deed}"${isTicked && html` checked=""`}/> ${text}</label>`;
  return live`<div class="controls live"><label>Batch <input type="range" min="0" max="${LARGEST}" step="1" value="${power}" data-do="batch" aria-valuetext="${batch} images"/> <output>${grouped(batch)}</output></label>${
    batch !== analysis.graph.batch &&
    html`<button type="button" data-do="ofSpec">as in the spec: ${grouped(analysis.graph.batch)}</button>`
  }${choiceHtml('Optimizer', 'optimizer', optimizer, Object.fromEntries(OPTIMIZERS.map((word) => [word, word])))}${box(
    'amp',
    'mixed precision',
    amp,
  )}${everyBlock(analysis.graph) && box('checkpoint', 'compute blocks again on the way back', settings.checkpoint)}${choiceHtml('Show', 'mode', settings.mode, MODES)}</div>`;
};

const inferencePart = ({ analysis, state }: Model, plan: MemoryPlan): Html => {
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

const right = { align: 'right' } as const;

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

const trainingPart = (model: Model, settings: MemorySettings, plan: MemoryPlan): Html => {
  const { analysis } = model;
  const { batch, amp, optimizer, torch } = plan.setting;
  const said = `batch ${grouped(batch)}, ${amp ? 'mixed precision' : analysis.graph.dtype}, ${optimizer}, PyTorch ${torch}`;
  return html`<h3>Training <small>${said}</small></h3>${factsHtml(trainingFacts(plan))}${
    plan.alive.length === 0
      ? html`<p class="alarm">${whyNotKept(analysis, plan)}</p>`
      : stairsPart(model, settings, plan)
  }${tableHtml(fitTable(fitsOf(analysis, plan.setting), plan), 'The largest batch')}<p><small>1 GiB is 1024^3 bytes. Not counted: ${NOT_COUNTED.join('; ')}.</small></p>`;
};

/** Said plainly, layer by layer: nobody should take the rest for the sum. */
const whyNotKept = ({ graph }: Analysis, { rows }: MemoryPlan): string => {
  if (graph.unknown.length > 0) return `Nothing is known of bytes: the ${listed(graph.unknown)} of the spec is not.`;
  const unknown = rows.filter(({ kept }) => kept === null);
  const whys = [...new Set(unknown.map(({ why }) => why))];
  return unknown.length === 0
    ? 'What is kept is more than can be counted exactly.'
    : `? What training keeps is not known here for ${someOf(unknown.map(({ node }) => node.name))} (${whys.join('; ')}), so neither is the sum.`;
};

const stairsPart = (model: Model, { depth }: MemorySettings, plan: MemoryPlan): Html => {
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
  return html`${live`<div class="controls live">${depthField(model, 'Steps', depth, MOST_STEPS)}</div>`}${picture(scene, 'step')}${live`<details><summary>The steps</summary>${tableHtml(
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

const fits = once((_: Analysis) => new Map<string, readonly Fit[]>());

/** The batch that is set does not matter. */
const fitsOf = (analysis: Analysis, setting: PlanSetting): readonly Fit[] => {
  const { optimizer, amp, torch, checkpoint } = setting;
  const key = [optimizer, amp, torch, checkpoint !== undefined].join(' ');
  const before = fits(analysis).get(key);
  if (before) return before;
  const within = fitting(analysis, setting);
  const found = CARDS.map((card) => within(card * GIB));
  fits(analysis).set(key, found);
  return found;
};

const lessWords = (less: Less): string =>
  less === 'amp' ? 'mixed precision' : less === 'checkpoint' ? 'blocks computed again' : less;

const fitTable = (all: readonly Fit[], { training }: MemoryPlan): Table => ({
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
    batch !== null ? { text: grouped(batch) } : training.total === null ? UNKNOWN : { text: 'any' },
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
