// How the numbers of the selected layer come about, as a part of the table: what was asked for first. The arithmetic is explain/.

import type { Analysis } from '../analysis/analysis.js';
import { isLayer, type Line } from '../analysis/outline.js';
import { type Explained, explain } from '../explain/explain.js';
import { workedOf } from '../report/pages/explain.js';
import { stepsHtml } from './blocks.js';
import { type Html, html, live } from './html.js';
import type { Model } from './view.js';

/** The steps that explain a column, where they have another name. */
const STEPS: Readonly<Record<string, readonly string[]>> = {
  output: ['out'],
  'params-share': ['params'],
  trainable: ['params'],
  'macs-share': ['macs'],
  flops: ['ops', 'macs'],
  activations: ['out'],
  'rf-stride': ['stride'],
  'rf-padding': ['rf'],
  'rf-center': ['rf'],
};

/** `column` is the key of the one whose number was asked for. */
export const whyHtml = ({ analysis, state }: Model, column: string, lines: readonly Line[]): Html | null => {
  const name = state.selection.layer;
  if (name === null) return null;
  const line = lines.find((one) => one.name === name);
  const rows = line?.rows ?? analysis.rows.filter(({ node }) => node.name === name);
  if (rows.length === 0) return null;
  const names = rows.map(({ node }) => node.name);
  return live`<aside class="why live" aria-label="Why"><button class="close" data-do="close" aria-label="Close">×</button>${
    line && !isLayer(line)
      ? html`<h3>${name}</h3><p>${names.length} layers, from ${names[0]} to ${names.at(-1)}. Its numbers are the sums of theirs: with a greater depth each is explained.</p>`
      : explained(analysis, names, STEPS[column] ?? [column])
  }</aside>`;
};

const explained = (analysis: Analysis, names: readonly string[], asked: readonly string[]): readonly Html[] =>
  explain(analysis, analysis.graph.layout, (name) => names.includes(name)).map(
    ({ name, kind, label, steps, error }) =>
      html`<h3>${name}: ${[kind, label].filter(Boolean).join(' ')}</h3>${
        error === undefined
          ? stepsHtml(askedFirst(steps, asked).map(workedOf))
          : html`<p class="alarm">not known: ${error}</p>`
      }`,
  );

const askedFirst = (steps: Explained['steps'], asked: readonly string[]): Explained['steps'] => {
  const isAsked = ({ quantity }: Explained['steps'][number]): boolean => asked.includes(quantity);
  return [...steps.filter(isAsked), ...steps.filter((step) => !isAsked(step))];
};
