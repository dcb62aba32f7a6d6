// The view of the network as a drawing: the scenes of -o net.svg, in which layers are selected, and the same to save.

import type { Analysis } from '../../analysis/analysis.js';
import { grouped } from '../../core/quantity.js';
import { type Diagram, diagramOf } from '../../report/drawing/diagram.js';
import { boxOf, graphScene } from '../../report/drawing/graph.js';
import type { Scene } from '../../report/drawing/scene.js';
import { SHADES } from '../../report/drawing/shades.js';
import { volumeOf, volumes } from '../../report/drawing/volumes.js';
import { dot } from '../../report/formats/dot.js';
import { mermaid } from '../../report/formats/mermaid.js';
import { sceneSvg } from '../../report/formats/scene-svg.js';
import { sceneTikz } from '../../report/formats/scene-tikz.js';
import { choiceHtml, deepestName } from '../blocks.js';
import { type Html, html, live } from '../html.js';
import { depthChosen, fewField } from '../levels.js';
import { sceneHtml } from '../picture.js';
import { type Model, view } from '../view.js';

const DEFAULTS = {
  style: 'graph',
  direction: 'down',
  shade: 'params',
  /** How many parts of a name count; 0 for as many as there are boxes that one reads. */
  depth: 0,
  /** As wide as there is room, however small that is. */
  fit: true,
  /** Every box, however many there are. */
  all: false,
};

type DrawingSettings = typeof DEFAULTS;

/** Of more boxes nobody reads any; of many more all are drawn only for who asks for them. */
const MOST_BOXES = 48;
const MOST_AT_ALL = 150;

/** What is drawn, and the key of a layer in it. */
interface Drawn {
  readonly scene: Scene;
  readonly diagram: Diagram;
  /** So many boxes there are, which were too many. */
  readonly tooMany: number;
  readonly keyOf: (layer: string) => string | undefined;
}

export const drawing = view<DrawingSettings>({
  id: 'drawing',
  title: 'Drawing',
  defaults: DEFAULTS,
  render: async (model, settings) => {
    const { analysis, state } = model;
    if (analysis.rows.length === 0) return html`<p>There is no layer yet.</p>`;
    const { scene, keyOf, tooMany } = await drawn(analysis, settings);
    const { layer } = state.selection;
    const chosen = layer === null ? undefined : keyOf(layer);
    return html`${controls(settings, model)}${tooMany > 0 && html`<p>As boxes and arrows these would be ${grouped(tooMany)} boxes, so it is drawn as volumes. ${live`<button class="live" data-do="all">Draw all boxes</button>`}</p>`}<div class="wide picture${!settings.fit && ' natural'}" role="region" aria-label="The drawing" tabindex="0" data-do="select" data-walk="">${sceneHtml(scene, { chosen })}</div>`;
  },
  deeds: {
    style: (_, __, { value }) => ({ settings: { style: value, fit: value !== 'volumes' } }),
    direction: (_, __, { value }) => ({ settings: { direction: value, fit: value === 'down' } }),
    shade: (_, __, { value }) => ({ settings: { shade: value } }),
    depth: (_, __, { value }) => ({ settings: { depth: depthChosen(value) } }),
    all: () => ({ settings: { all: true } }),
    fit: (_, __, { value }) => ({ settings: { fit: value === 'on' } }),
    select: (_, __, { data: { key } }) =>
      key === undefined ? null : { selection: { layer: key, unit: null, cell: null } },
    save: async ({ analysis, state }, settings, { data: { format = '' } }) => {
      const file = Object.hasOwn(FILES, format) ? FILES[format as keyof typeof FILES] : undefined;
      const name = state.name.replace(/\.\w+$/, '');
      return file
        ? {
            save: {
              name: `${name}.${file.ending}`,
              type: file.type,
              content: file.write(await drawn(analysis, settings)),
            },
          }
        : {};
    },
  },
});

const FILES = {
  SVG: { ending: 'svg', type: 'image/svg+xml', write: ({ scene }: Drawn) => sceneSvg(scene) },
  TikZ: { ending: 'tikz', type: 'text/plain', write: ({ scene }: Drawn) => sceneTikz(scene) },
  DOT: { ending: 'dot', type: 'text/plain', write: ({ diagram }: Drawn) => dot(diagram) },
  Mermaid: { ending: 'mmd', type: 'text/plain', write: ({ diagram }: Drawn) => mermaid(diagram) },
} as const;

/** By an analysis the last drawing of it: whoever selects a layer does not change it. */
const LAST = new WeakMap<Analysis, { readonly as: string; readonly drawn: Promise<Drawn> }>();

const drawn = (analysis: Analysis, settings: DrawingSettings): Promise<Drawn> => {
  const { fit: _, ...rest } = settings;
  const as = JSON.stringify(rest);
  const last = LAST.get(analysis);
  if (last?.as === as) return last.drawn;
  const made = draw(analysis, settings);
  LAST.set(analysis, { as, drawn: made });
  return made;
};

const draw = async (analysis: Analysis, settings: DrawingSettings): Promise<Drawn> => {
  const diagram = diagramFor(analysis, settings);
  const count = diagram.boxes.length;
  const tooMany = settings.style !== 'volumes' && count > MOST_AT_ALL && !settings.all ? count : 0;
  if (settings.style === 'volumes' || tooMany > 0)
    return { scene: volumes(analysis), diagram, tooMany, keyOf: (layer) => volumeOf(analysis, layer) };
  return { scene: await graphScene(diagram), diagram, tooMany, keyOf: (layer) => boxOf(diagram, layer) };
};

const diagramFor = (analysis: Analysis, { direction, shade, depth }: DrawingSettings): Diagram => {
  const at = (parts: number): Diagram =>
    diagramOf(analysis, {
      direction: direction === 'right' ? 'right' : 'down',
      shade: isShade(shade) ? shade : 'none',
      depth: parts,
    });
  const deepest = deepestName(analysis.rows);
  if (depth > 0) return at(depth);
  for (let parts = deepest; parts > 1; parts -= 1) {
    const diagram = at(parts);
    if (diagram.boxes.length <= MOST_BOXES) return diagram;
  }
  return at(1);
};

const isShade = (shade: string): shade is keyof typeof SHADES => Object.hasOwn(SHADES, shade);

const controls = ({ style, direction, shade, depth, fit }: DrawingSettings, model: Model): Html => {
  const isGraph = style !== 'volumes';
  const shades = Object.fromEntries(Object.entries(SHADES).map(([name, { word }]) => [name, word]));
  return live`<div class="controls live">
${choiceHtml('As', 'style', style, { graph: 'boxes and arrows', volumes: 'volumes to scale' })}
${isGraph && choiceHtml('Going', 'direction', direction, { down: 'down', right: 'to the right' })}
${isGraph && choiceHtml('Darker for', 'shade', shade, { ...shades, none: 'nothing' })}
${isGraph && fewField(model, depth)}
<label><input type="checkbox" data-do="fit"${fit && html` checked=""`}/> fit to the width</label>
<span>Save as ${Object.keys(FILES).map((format) => html`<button data-do="save" data-format="${format}">${format}</button> `)}</span>
</div>`;
};
