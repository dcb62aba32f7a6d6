// The view of the network as a drawing: the scenes of -o net.svg, in which layers are selected, and the same to save.

import type { Analysis } from '../../analysis/analysis.js';
import { type Diagram, diagramOf } from '../../report/drawing/diagram.js';
import { boxOf, graphScene } from '../../report/drawing/graph.js';
import type { Scene } from '../../report/drawing/scene.js';
import { SHADES } from '../../report/drawing/shades.js';
import { volumeOf, volumes } from '../../report/drawing/volumes.js';
import { FORMATS } from '../../report/formats.js';
import { choiceHtml, formatsHtml } from '../blocks.js';
import { type Html, html, live } from '../html.js';
import { depthChosen, fewField } from '../levels.js';
import { lastOf } from '../once.js';
import { sceneHtml } from '../picture.js';
import { type Model, view } from '../view.js';

const DEFAULTS = {
  style: 'graph',
  direction: 'down',
  shade: 'params',
  /** How many parts of a name count; 0 for as many as there are boxes that one reads. */
  depth: 0,
  /** As wide as there is room, however small that is; null where nobody chose: what goes down is, what is wide is not. */
  fit: null as boolean | null,
};

type DrawingSettings = typeof DEFAULTS;

/** Of more boxes nobody reads any, and the page is to stay small. */
const MOST_BOXES = 44;

/** What is drawn, and the key of a layer in it. */
interface Drawn {
  readonly scene: Scene;
  readonly diagram: Diagram;
  readonly keyOf: (layer: string) => string | undefined;
}

export const drawing = view<DrawingSettings>({
  id: 'drawing',
  title: 'Drawing',
  defaults: DEFAULTS,
  render: async (model, settings) => {
    const { analysis, state } = model;
    if (analysis.rows.length === 0) return html`<p>There is no layer yet.</p>`;
    const { scene, keyOf } = await drawn(analysis, settings);
    const { layer } = state.selection;
    const chosen = layer === null ? undefined : keyOf(layer);
    return html`${controls(settings, model)}<div class="wide picture${!isFitted(settings) && ' natural'}" role="region" aria-label="The drawing" tabindex="0" data-do="select" data-walk="">${sceneHtml(scene, { chosen })}</div>`;
  },
  deeds: {
    style: (_, __, { value }) => ({ settings: { style: value, fit: null } }),
    direction: (_, __, { value }) => ({ settings: { direction: value, fit: null } }),
    shade: (_, __, { value }) => ({ settings: { shade: value } }),
    depth: (_, __, { value }) => ({ settings: { depth: depthChosen(value) } }),
    fit: (_, __, { value }) => ({ settings: { fit: value === 'on' } }),
    select: (_, __, { data: { key } }) =>
      key === undefined ? null : { selection: { layer: key, unit: null, cell: null } },
    save: async ({ analysis, state }, settings, { data: { format = '' } }) => {
      if (!Object.hasOwn(TYPES, format)) return {};
      const name = format as keyof typeof TYPES;
      const made = await drawn(analysis, settings);
      const content = await (name === 'svg' || name === 'tikz'
        ? FORMATS[name].write(made.scene)
        : FORMATS[name].write(made.diagram));
      const file = `${state.name.replace(/\.\w+$/, '')}.${FORMATS[name].endings[0]}`;
      return { save: { name: file, type: TYPES[name], content } };
    },
  },
});

/** What is saved, by the names of formats, and what a browser calls it. */
const TYPES = { svg: 'image/svg+xml', tikz: 'text/plain', dot: 'text/plain', mermaid: 'text/plain' } as const;

const drawings = lastOf<Analysis, Promise<Drawn>>();

/** Whoever selects a layer, or makes room, does not change it. */
const drawn = (analysis: Analysis, settings: DrawingSettings): Promise<Drawn> => {
  const { fit: _, ...rest } = settings;
  return drawings(analysis, JSON.stringify(rest), () => draw(analysis, settings));
};

const draw = async (analysis: Analysis, { style, direction, shade, depth }: DrawingSettings): Promise<Drawn> => {
  const diagram = diagramOf(analysis, {
    direction: direction === 'right' ? 'right' : 'down',
    shade: isShade(shade) ? shade : 'none',
    ...(depth > 0 ? { depth } : { most: MOST_BOXES }),
  });
  if (style === 'volumes') return { scene: volumes(analysis), diagram, keyOf: (layer) => volumeOf(analysis, layer) };
  return { scene: await graphScene(diagram), diagram, keyOf: (layer) => boxOf(diagram, layer) };
};

const isFitted = ({ fit, style, direction }: DrawingSettings): boolean =>
  fit ?? (style !== 'volumes' && direction === 'down');

const isShade = (shade: string): shade is keyof typeof SHADES => Object.hasOwn(SHADES, shade);

const controls = (settings: DrawingSettings, model: Model): Html => {
  const { style, direction, shade, depth } = settings;
  const isGraph = style !== 'volumes';
  const shades = Object.fromEntries(Object.entries(SHADES).map(([name, { word }]) => [name, word]));
  return live`<div class="controls live">
${choiceHtml('As', 'style', style, { graph: 'boxes and arrows', volumes: 'volumes to scale' })}
${isGraph && choiceHtml('Going', 'direction', direction, { down: 'down', right: 'to the right' })}
${isGraph && choiceHtml('Darker for', 'shade', shade, { ...shades, none: 'nothing' })}
${isGraph && fewField(model, depth)}
<label><input type="checkbox" data-do="fit"${isFitted(settings) && html` checked=""`}/> fit to the width</label>
${formatsHtml('Save as', 'save', Object.keys(TYPES))}
</div>`;
};
