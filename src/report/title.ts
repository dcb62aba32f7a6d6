// What a network is called at the top of a page, and nothing else.

import type { Graph } from '../core/graph.js';
import type { Page } from './page.js';

/** `ResNet`, or with its variant `ResNet (resnet50)`. */
export const titleOf = ({ name, variant }: Pick<Graph, 'name' | 'variant'>): string =>
  variant && variant !== name && name !== '' ? `${name} (${variant})` : name || variant || 'network';

/** The beginning of a page that says no more of the network than its name, if it has one. */
export const namedPage = (graph: Pick<Graph, 'name' | 'variant'>): Page =>
  graph.name === '' ? [] : [{ type: 'heading', text: titleOf(graph) }];
