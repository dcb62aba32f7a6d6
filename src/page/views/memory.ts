// The view of memory over time: which tensors are alive while the network runs, what training keeps on the way there and lets go of on
// the way back, and the largest batch that so much memory holds. What is counted is analysis/training.

import type { Analysis } from '../../analysis/analysis.js';
import { everyBlock } from '../../analysis/training/checkpoint.js';
import { OPTIMIZERS, type Optimizer } from '../../analysis/training/choices.js';
import { type PlanSetting, planOf, USUAL } from '../../analysis/training/plan.js';
import { grouped } from '../../core/quantity.js';
import { nodeAt } from '../../report/drawing/alive.js';
import { stepAt } from '../../report/drawing/staircase.js';
import { choiceHtml } from '../blocks.js';
import { type Html, html, live } from '../html.js';
import { chosenIn, depthChosen, layerOf, ROOMY, spansAt } from '../levels.js';
import { aliveIn, runningPart } from '../memory/running.js';
import { MOST_STEPS, trainingPart } from '../memory/training.js';
import { view } from '../view.js';
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

/** Powers of two. */
const LARGEST = 10;

export const memory = view({
  id: 'memory',
  title: 'Memory over time',
  defaults,
  render: (model, settings) => {
    const { analysis } = model;
    if (analysis.rows.length === 0) return html`<p>There is no layer yet.</p>`;
    const plan = planOf(analysis, planSetting(analysis, settings));
    const { mode } = settings;
    return html`${fields(analysis, settings)}${mode !== 'training' && runningPart(model, plan)}${
      mode !== 'inference' && trainingPart(model, settings.depth, plan)
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
