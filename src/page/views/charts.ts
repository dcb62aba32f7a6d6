// The view of figures as bars: what each layer or stage has of parameters, multiply-accumulates, activations and memory, and what they
// add up to.

import { cumulated, type Span } from '../../analysis/spans.js';
import { heading, UNKNOWN } from '../../report/cells.js';
import { barAt, barsScene } from '../../report/drawing/bars.js';
import {
  CHARTED,
  type Charted,
  columnText,
  figureBars,
  partsOf,
  shareText,
  spanName,
  spanText,
  sumOf,
  wholeOf,
} from '../../report/drawing/figure-bars.js';
import type { Cell, Table } from '../../report/page.js';
import { tableHtml } from '../blocks.js';
import { html, live } from '../html.js';
import { chosenIn, depthChosen, layerOf, ROOMY, roomyField, spansAt } from '../levels.js';
import { picture } from '../picture.js';
import { type Model, view } from '../view.js';
import { clicked, walked } from '../walk.js';

type ChartSettings = { readonly depth: number; readonly logarithmic: boolean };

const defaults: ChartSettings = { depth: ROOMY, logarithmic: false };

export const charts = view({
  id: 'charts',
  title: 'Charts',
  defaults,
  render: (model, { depth, logarithmic }) => {
    const { analysis } = model;
    if (analysis.rows.length === 0) return html`<p>There is no layer yet.</p>`;
    const spans = spansAt(model, depth);
    const at = chosenIn(model, spans);
    const chosen = spans[at];
    const bars = figureBars(analysis, spans, { chosen: chosen ? at : null, logarithmic });
    const scene = barsScene(bars);
    return html`${live`<div class="controls live">${roomyField(model, depth)}${
      isUneven(spans) &&
      html`<label><input type="checkbox" data-do="logarithmic"${logarithmic && html` checked=""`}/> logarithmic</label>`
    }</div>`}${picture(scene, 'point')}${live`<p class="chosen live" aria-live="polite">${
      chosen ? spanText(chosen, analysis) : 'Click a bar, or walk with the arrow keys, to choose its layer.'
    }</p>`}${bars.description !== '' && html`<p>${bars.description}</p>`}${live`<details><summary>The numbers of these bars</summary>${tableHtml(tableOf(model, spans), bars.title)}</details>`}`;
  },
  deeds: {
    depth: (_, __, { value }) => ({ settings: { depth: depthChosen(value) } }),
    logarithmic: (_, __, { value }) => ({ settings: { logarithmic: value === 'on' } }),
    point: (model, { depth }, { data, at, pressed, key }) => {
      const spans = spansAt(model, depth);
      const layers = spans.map(layerOf);
      const chosen = chosenIn(model, spans);
      if (key !== null) return walked(layers, chosen, key);
      if (!pressed) return null;
      const pointed = spans.findIndex(({ first }) => first.name === data['key']);
      return clicked(layers, chosen, pointed >= 0 ? pointed : at && barAt(spans.length, at[0]));
    },
  },
});

/** A logarithmic scale helps where something is a hundred times as much as something else. */
const UNEVEN = 100;

const isUneven = (spans: readonly Span[]): boolean =>
  CHARTED.some((charted) => {
    const values = partsOf(charted, spans).flatMap((parts) => sumOf(parts) || []);
    return values.reduce((a, b) => Math.max(a, b), 0) > UNEVEN * values.reduce((a, b) => Math.min(a, b), Infinity);
  });

const tableOf = ({ analysis }: Model, spans: readonly Span[]): Table => {
  const columns = CHARTED.map((charted) => columnsOf(charted, spans, analysis));
  const right = { align: 'right' } as const;
  return {
    type: 'table',
    columns: [
      heading('name', 'name'),
      ...CHARTED.flatMap(({ key, title }) => [heading(key, title, right), heading(`${key}-so-far`, 'so far', right)]),
    ],
    rows: spans.map((span, i) => [{ text: spanName(span) }, ...columns.flatMap((cells) => cells.rows[i] ?? [])]),
    foot: [[{ text: 'total' }, ...columns.flatMap(({ foot }) => foot)]],
  };
};

/** A number, and what share of all there is up to it. */
const columnsOf = (charted: Charted, spans: readonly Span[], analysis: Model['analysis']) => {
  const whole = wholeOf(charted, analysis);
  const number = (value: number | null): Cell => (value === null ? UNKNOWN : { text: columnText(value, charted.unit) });
  const so = (sum: number | null): Cell => (whole && sum !== null ? { text: shareText(sum, whole) } : number(sum));
  const values = partsOf(charted, spans).map(sumOf);
  const sums = cumulated(values);
  return {
    rows: values.map((value, i) => [number(value), so(sums[i] ?? null)]),
    foot: [number(whole), { text: '' }],
  };
};
