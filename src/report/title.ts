// What a network is called at the top of a page, and nothing else.

import type { Graph } from '../core/graph.js';

/** `ResNet`, or with its variant `ResNet (resnet50)`. */
export const titleOf = ({ name, variant }: Pick<Graph, 'name' | 'variant'>): string =>
  variant && variant !== name && name !== '' ? `${name} (${variant})` : name || variant || 'network';
