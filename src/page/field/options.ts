// The layers of a network as the options of a list, by how much their units see. Of a large network those around one layer are listed.

import type { Analysis } from '../../analysis/analysis.js';
import { sizeOf } from '../../analysis/track-measures.js';
import { inputFields } from '../../analysis/view.js';
import type { Node } from '../../core/graph.js';
import { type Html, html } from '../html.js';
import { lastOf } from '../once.js';
import { type Sight, sightOf } from './shown.js';

const GROUPS: Readonly<Record<Sight, string>> = {
  part: 'Units see a part of the input',
  all: 'Units see all of it',
  unknown: 'Not known, or nothing',
};

/** More layers are not listed one by one. */
const MOST_LAYERS = 60;

const options = lastOf<Analysis, Html>();

/**
 * All layers, without those that were written beside another one and see the same. Of many those in the scopes of the one that is
 * shown, and of every other scope its last layer: a network of 400 layers in four blocks is walked in three choices. Where one scope
 * has very many, some of them.
 */
export const layerOptions = (analysis: Analysis, shown: Node): Html =>
  options(analysis, String(shown.id), () => {
    const nodes = analysis.graph.nodes.filter((node) => node.sugarOf === undefined || node.id === shown.id);
    const listed = new Map<string, Node>();
    for (const node of nodes) listed.set(nodes.length > MOST_LAYERS ? beside(node.name, shown.name) : node.name, node);
    const entries = thinned([...listed], (entry) => entry[1] === shown);
    const some = entries.length < listed.size ? ', some of these layers' : '';
    const groups: Record<Sight, Html[]> = { part: [], all: [], unknown: [] };
    for (const [name, node] of entries)
      groups[sightOf(analysis, node)].push(
        html`<option value="${node.name}"${node.id === shown.id && html` selected=""`}>${name}${name !== node.name && '.*'}${sizeText(analysis, node)}</option>`,
      );
    return html`${Object.entries(GROUPS).map(([sight, title]) => {
      const options = groups[sight as Sight];
      return options.length > 0 && html`<optgroup label="${title}${some}">${options}</optgroup>`;
    })}`;
  });

/** Of a long list what stands near one entry, and others in equal steps, the last one among them. */
const thinned = <T>(all: readonly T[], isIt: (one: T) => boolean): readonly T[] => {
  if (all.length <= 2 * MOST_LAYERS) return all;
  const [at, step] = [all.findIndex(isIt), Math.ceil(all.length / MOST_LAYERS)];
  return all.filter((_, i) => Math.abs(i - at) <= MOST_LAYERS / 2 || (all.length - 1 - i) % step === 0);
};

/** A name down to where it leaves the scopes of another one: `block1.0` for `block1.0.conv` beside `block1.2.conv`. */
const beside = (name: string, other: string): string => {
  const [parts, others] = [name.split('.'), other.split('.')];
  const shared = parts.findIndex((part, i) => part !== others[i]);
  return shared < 0 ? name : parts.slice(0, shared + 1).join('.');
};

/** Of the field in the first input of which the layer sees a part. */
const sizeText = (analysis: Analysis, node: Node): string => {
  for (const { fields } of inputFields(analysis)) {
    const local = fields[node.id]?.local;
    if (local && local !== 'global' && local.length > 0)
      return `, ${local.map((track) => sizeOf(track).size).join('x')}`;
  }
  return '';
};
