// What stands at the top of a page: what a network is called, what it takes, what it comes to in a few words. No figures in full.

import type { Totals } from '../analysis/analysis.js';
import { type Graph, isInput } from '../core/graph.js';
import { human } from '../core/quantity.js';
import { formatShape } from '../core/shape.js';
import type { Page } from './page.js';

/** `ResNet`, or with its variant `ResNet (resnet50)`. */
export const titleOf = ({ name, variant }: Pick<Graph, 'name' | 'variant'>): string =>
  variant && variant !== name && name !== '' ? `${name} (${variant})` : name || variant || 'network';

/** `input 227x227x3`, of every input. */
export const inputTexts = ({ nodes, layout: own }: Graph, layout = own): readonly string[] =>
  nodes.filter(isInput).map(({ name, facts }) => `${name} ${facts ? formatShape(facts.output, layout) : '?'}`);

/** `62.4M parameters, 1.1G MACs` */
export const totalsText = ({ params, macs }: Pick<Totals, 'params' | 'macs'>): string =>
  `${known(params)} parameters, ${known(macs)} MACs`;

const known = (n: number | null): string => (n === null ? '?' : human(n));

/** The beginning of a page that says no more of the network than its name, if it has one. */
export const namedPage = (graph: Pick<Graph, 'name' | 'variant'>): Page =>
  graph.name === '' ? [] : [{ type: 'heading', text: titleOf(graph) }];
