// The view of receptive fields: the input beside the map of a layer, what a unit sees, which units see a cell, pins, the cone.

import type { Analysis } from '../../analysis/analysis.js';
import { type BranchSeen, branchesSeen } from '../../analysis/branches.js';
import { effectiveField } from '../../analysis/effective.js';
import { unitsSeeing } from '../../analysis/sight.js';
import { fieldAt } from '../../analysis/track.js';
import { fieldIn } from '../../analysis/unit.js';
import { middleOf } from '../../analysis/view.js';
import type { Node } from '../../core/graph.js';
import { spatial } from '../../core/shape.js';
import { planesOf as conePlanes, coneScene, frameOf, planesAt } from '../../report/drawing/cone.js';
import { effectivePage } from '../../report/pages/rf-effective.js';
import { choiceHtml, factsHtml } from '../blocks.js';
import { heatShapes } from '../field/heat.js';
import { layerOptions } from '../field/options.js';
import { BRANCH_INKS, inputPicture, mapPicture, PIN_INKS, SHARED_INK } from '../field/pictures.js';
import { planesOf } from '../field/planes.js';
import { atCell, atUnit } from '../field/pointing.js';
import { cornersOf, type FieldSettings, here, type Shown, shownOf } from '../field/shown.js';
import {
  branchText,
  cellSentence,
  factsOf,
  LETTERS,
  layerFacts,
  overlapOf,
  pinsSentence,
  shapesText,
  sizeText,
  sliceText,
  unitSentence,
} from '../field/words.js';
import { type Html, html, live } from '../html.js';
import { lastOf } from '../once.js';
import { sceneHtml } from '../picture.js';
import { type Change, type Deed, type Model, view } from '../view.js';

export const field = view<FieldSettings>({
  id: 'field',
  title: 'Receptive field',
  follows: 'pointer',
  defaults: { input: '', pins: '', effective: false },
  render: (model, settings) => {
    const shown = shownOf(model, settings);
    return typeof shown === 'string' ? html`<p>${shown}</p>` : explorer(model, shown, settings);
  },
  deeds: {
    layer: (_, __, { value }) => ({ settings: { pins: '' }, selection: { layer: value, unit: null, cell: null } }),
    input: (_, __, { value }) => ({ settings: { input: value }, selection: { cell: null } }),
    effective: (_, __, { value }) => ({ settings: { effective: value !== '' } }),
    picture: (_, __, { value }) => ({ picture: value === '' ? null : value }),
    bare: () => ({ picture: null }),
    unpin: () => ({ settings: { pins: '' } }),
    unit: (model, settings, deed) => whereShown(model, settings, deed, atUnit),
    cell: (model, settings, deed) => whereShown(model, settings, deed, atCell),
  },
});

const whereShown = (
  model: Model,
  settings: FieldSettings,
  deed: Deed,
  change: (model: Model, shown: Shown, deed: Deed) => Change<FieldSettings> | null,
): Change<FieldSettings> | null => {
  const shown = shownOf(model, settings);
  return typeof shown === 'string' ? null : change(model, shown, deed);
};

const facts = lastOf<Analysis, ReturnType<typeof layerFacts>>();

const explorer = (model: Model, shown: Shown, settings: FieldSettings): Html => {
  const { analysis, state } = model;
  const { view, tracks, cell, pins } = shown;
  const planes = planesOf(analysis, shown);
  const seeing = cell && unitsSeeing(tracks, spatial(view.node.facts?.output ?? []), cell);
  const sentence = cell ? cellSentence(shown, cell, seeing) : unitSentence(shown);
  const shared = overlapOf(shown);
  const branches = branchesOf(model, shown);
  const [inputShape, shape] = shapesText(shown);
  const slices = [
    sliceText(spatial(view.input.facts?.output ?? []), here(shown)[0] ?? 0),
    sliceText(spatial(view.node.facts?.output ?? []), view.unit.at[0] ?? 0),
  ];
  const constant = facts(analysis, `${view.input.id} ${view.node.id}`, () => layerFacts(shown));
  const effective = settings.effective ? effectiveOf(model, shown) : null;
  return html`${controls(model, shown, settings)}${shown.remark !== '' && html`<p class="dim">${shown.remark}</p>`}<div class="field-pictures"><figure><figcaption>${view.input.name} <small>${inputShape}${slices[0] && `, ${slices[0]}`}</small></figcaption>${inputPicture(
    {
      plane: planes.input,
      label: `${view.input.name}, ${inputShape}. ${sentence}`,
      picture: state.picture ?? null,
      heat: effective?.heat ?? null,
      unit: view.unit,
      aside: cell !== null,
      pins,
      shared,
      branches,
      cell,
    },
  )}</figure><figure><figcaption>${view.node.name} <small>${shape}${slices[1] && `, ${slices[1]}`}</small></figcaption>${mapPicture(
    {
      plane: planes.map,
      label: `Units of ${view.node.name}, ${shape}. ${sentence}`,
      unit: view.unit,
      pins,
      seeing,
    },
  )}</figure></div><p class="field-said" aria-live="polite">${sentence}</p>${legend(shown, branches, shared !== null)}${
    pins.length > 0 && html`<p aria-live="polite">${pinsSentence(shown)}</p>`
  }${factsHtml(factsOf(shown, constant))}${cone(model, shown)}${effective?.text}`;
};

// --- controls ----------------------------------------------------------------------------------------------------------

const controls = ({ analysis, state }: Model, { view, inputs, pins }: Shown, { effective }: FieldSettings): Html =>
  live`<div class="controls live"><label>Layer <select class="field-layer" data-do="layer">${layerOptions(analysis, view.node)}</select></label>${
    inputs.length > 1 &&
    choiceHtml('Input', 'input', view.input.name, Object.fromEntries(inputs.map(({ name }) => [name, name])))
  }<label><input type="checkbox" data-do="effective"${effective && html` checked=""`}/> Effective field</label>${
    spatial(view.input.facts?.output ?? []).length > 1 &&
    html`<label class="field-own">Your own picture <input type="file" accept="image/*" data-do="picture"/></label>`
  }${
    state.picture && html`<button type="button" data-do="bare">Take the picture away</button>`
  }${pins.length > 0 && html`<button type="button" data-do="unpin">Unpin</button>`}</div><p class="dim live" id="field-keys">Point at a unit of the map for what it sees, and click to pin it: two that are pinned are compared. Point at a cell of the input for the units that see it. With the keyboard: arrows, Home and End, Enter.</p>`;

// --- what is drawn over the input --------------------------------------------------------------------------------------

/** What the unit sees by each branch that met; where none did here, what it sees on the path that sees least. */
const branchesOf = ({ analysis }: Model, { view, pins, cell }: Shown): readonly BranchSeen[] => {
  // Beside pins or a cell they are more than anybody reads.
  if (pins.length > 0 || cell) return [];
  const { at } = view.unit;
  const met = branchesSeen(analysis.graph, analysis.fields.get(view.input.id) ?? [], view.node, at);
  if (met.length > 0) return met;
  const { least, local } = view.field;
  if (least === local || least === 'global') return [];
  return [{ names: [LEAST], cells: least.map((track) => fieldAt(track, at)) }];
};

const LEAST = 'on the path that sees least';

const legend = ({ view, pins, cell }: Shown, branches: readonly BranchSeen[], shared: boolean): Html => {
  const key = (shape: Html, text: string): Html =>
    html`<li><svg width="16" height="14" aria-hidden="true">${shape}</svg> ${text}</li>`;
  const box = html`x="1.5" y="1.5" width="13" height="11"`;
  const { unclipped, paddingCells } = view.unit.seen;
  return html`<ul class="field-keys">${[
    key(
      html`<rect ${box} class="f-seen s-seen" fill-opacity="0.3" stroke-width="2"/>`,
      `unit ${view.unit.at.join(', ')}: ${sizeText(unclipped)}`,
    ),
    paddingCells > 0 && key(html`<rect ${box} class="s-seen" fill="url(#field-hatch)"/>`, 'padding'),
    ...branches.map((branch, i) =>
      key(
        html`<rect ${box} class="s-${BRANCH_INKS[i % BRANCH_INKS.length]}" fill="none" stroke-width="2" stroke-dasharray="4 2"/>`,
        branchText(branch),
      ),
    ),
    ...pins.map(({ at, seen }, i) =>
      key(
        html`<rect ${box} class="f-${PIN_INKS[i]} s-${PIN_INKS[i]}" fill-opacity="0.14" stroke-width="2"/>`,
        `${LETTERS[i]}, unit ${at.join(', ')}: ${sizeText(seen.unclipped)}`,
      ),
    ),
    shared && key(html`<rect ${box} class="f-${SHARED_INK}" fill-opacity="0.45"/>`, 'what both see'),
    cell &&
      key(html`<rect ${box} class="f-next" fill-opacity="0.5"/>`, `cell ${cell.join(', ')}, and the units that see it`),
  ]}</ul>`;
};

// --- below the pictures ------------------------------------------------------------------------------------------------

const cones = lastOf<Analysis, { readonly layers: readonly Node[]; readonly frame: ReturnType<typeof frameOf> }>();

/** The cone of the unit, in the frame in which those of all units lie, so that it moves and the planes do not. */
const cone = ({ analysis }: Model, { view }: Shown): Html | null => {
  const { layers, frame } = cones(analysis, `${view.input.id} ${view.node.id}`, () => {
    const layers = conePlanes(analysis, view, middleOf(view.node)).map(({ node }) => node);
    const [first = [], ...more] = cornersOf(view.node).map((at) => planesAt(analysis, view, layers, at));
    return { layers, frame: more.every((planes) => planes.length === first.length) ? frameOf([first, ...more]) : [] };
  });
  const { at } = view.unit;
  const planes = planesAt(analysis, view, layers, at);
  const scene = coneScene(
    planes,
    `What unit ${at.join(', ')} of ${view.node.name} sees, layer by layer`,
    // Of a unit that sees nothing of some layer there are fewer planes.
    frame.length === planes.length ? frame : undefined,
  );
  return (
    scene &&
    html`<div class="wide field-cone" role="region" aria-label="The cone of a unit" tabindex="0">${sceneHtml(scene)}</div>`
  );
};

interface EffectiveShown {
  readonly heat: Html | null;
  readonly text: Html;
}

const effectives = lastOf<Analysis, EffectiveShown>();

/** Of the unit that is held: it takes a walk back through all layers. */
const effectiveOf = ({ analysis }: Model, shown: Shown): EffectiveShown => {
  const { view, tracks, held } = shown;
  const { graph, fields } = analysis;
  return effectives(analysis, `${view.input.id} ${view.node.id} ${held.join()}`, () => {
    const effective = effectiveField(graph, fields.get(view.input.id) ?? [], view.input, view.node, held);
    const ofHeld = { ...view, unit: { at: held, seen: { ...fieldIn(view.input, tracks, held), reached: null } } };
    const page = effectivePage(ofHeld, held, effective, graph.layout);
    return {
      heat: effective && heatShapes(planesOf(analysis, shown).input, ofHeld, held, effective),
      text: html`<h3>Effective field of unit ${held.join(', ')}</h3>${page.map((block) => {
        if (block.type === 'text') return html`<p>${block.text}</p>`;
        return block.type === 'facts' ? factsHtml(block.entries) : null;
      })}`,
    };
  });
};
