// How a network is drawn: the styles of drawings, each a function from what is known of it to a scene. Loaded by whoever draws.

import type { Analysis } from '../../analysis/analysis.js';
import { type DrawingOptions, diagramOf } from './diagram.js';
import { graphScene } from './graph.js';
import type { Scene } from './scene.js';
import { volumes } from './volumes.js';

export type Style = (analysis: Analysis, options: DrawingOptions) => Promise<Scene>;

/** By the words of --style; the first is the usual one. */
export const STYLES = {
  graph: (analysis, options) => graphScene(diagramOf(analysis, options)),
  volumes: async (analysis) => volumes(analysis),
} as const satisfies Readonly<Record<string, Style>>;
