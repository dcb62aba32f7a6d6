// The layers of a network as the options of a list, by how much their units see.

import type { Analysis } from '../../analysis/analysis.js';
import { sizeOf } from '../../analysis/track-measures.js';
import { inputFields } from '../../analysis/view.js';
import type { Node } from '../../core/graph.js';
import { type Html, html } from '../html.js';
import { once, type Sight, sightOf } from './shown.js';

const GROUPS: Readonly<Record<Sight, string>> = {
  part: 'Units see a part of the input',
  all: 'Units see all of it',
  unknown: 'Not known, or nothing',
};

interface Option {
  readonly node: Node;
  readonly text: string;
  readonly plain: Html;
}

/** All layers, without those that were written beside another one and see the same, but for the one that is shown. */
export const layerOptions = (analysis: Analysis, shown: Node): Html => {
  const groups = once(analysis, 'options', '', () => grouped(analysis));
  return html`${Object.entries(GROUPS).map(([sight, title]) => {
    const options = groups[sight as Sight].filter(({ node }) => node.sugarOf === undefined || node.id === shown.id);
    return (
      options.length > 0 &&
      html`<optgroup label="${title}">${options.map(({ node, text, plain }) =>
        node.id === shown.id ? html`<option value="${node.name}" selected>${text}</option>` : plain,
      )}</optgroup>`
    );
  })}`;
};

const grouped = (analysis: Analysis): Readonly<Record<Sight, readonly Option[]>> => {
  const groups: Record<Sight, Option[]> = { part: [], all: [], unknown: [] };
  for (const node of analysis.graph.nodes) {
    const size = sizeText(analysis, node);
    const text = size === '' ? node.name : `${node.name}, ${size}`;
    groups[sightOf(analysis, node)].push({ node, text, plain: html`<option value="${node.name}">${text}</option>` });
  }
  return groups;
};

/** Of the field in the first input of which the layer sees a part. */
const sizeText = (analysis: Analysis, node: Node): string => {
  for (const { fields } of inputFields(analysis)) {
    const local = fields[node.id]?.local;
    if (local && local !== 'global' && local.length > 0) return local.map((track) => sizeOf(track).size).join('x');
  }
  return '';
};
