// The view of the whole: what the network adds up to, in a few lines, and what may be said of it from outside: variant, input, batch.

import { DTYPES, type Dtype } from '../../core/graph.js';
import { LAYOUTS } from '../../core/shape.js';
import { FIRST_NETWORK } from '../../lang/first.js';
import { totalFacts } from '../../report/pages/summary.js';
import { choiceHtml, factsHtml } from '../blocks.js';
import { type Html, html, live } from '../html.js';
import { oneOf } from '../store.js';
import { type Model, view } from '../view.js';

export const totals = view({
  id: 'totals',
  title: 'Totals',
  defaults: {},
  render: (model) => {
    const { analysis } = model;
    if (analysis.rows.length === 0)
      return html`${controls(model)}<p>There is no layer yet. ${isBlank(model) && live`<button class="live" data-do="begin">Begin with a first network</button>`}</p>`;
    return html`${controls(model)}${factsHtml(totalFacts(analysis))}`;
  },
  deeds: {
    begin: (model) => (isBlank(model) ? { edits: [{ at: START, text: FIRST_NETWORK }] } : null),
    variant: (_, __, { value }) => ({ said: { variant: value } }),
    // What is empty is as the spec has it.
    input: (_, __, { value }) => ({ said: { input: value.trim() || undefined } }),
    batch: (_, __, { value }) => ({ said: { batch: /^[1-9]\d{0,8}$/.test(value) ? Number(value) : undefined } }),
    dtype: (_, __, { value }) => ({ said: { dtype: oneOf(value, DTYPE_WORDS) } }),
    layout: (_, __, { value }) => ({ said: { layout: oneOf(value, LAYOUTS) } }),
  },
});

const isBlank = ({ state }: Model): boolean => state.text.trim() === '';

const START = { line: 1, column: 1, length: 0 } as const;

const DTYPE_WORDS = Object.keys(DTYPES) as readonly Dtype[];

const controls = ({ analysis: { graph }, state: { said } }: Model): Html =>
  live`<div class="controls live">
${graph.variants.length > 1 && choiceHtml('Variant', 'variant', said.variant ?? graph.variant ?? '', pairs(graph.variants))}
<label>Input <input type="text" data-do="input" value="${said.input ?? ''}" placeholder="as written" size="11"/></label>
<label>Batch <input type="number" data-do="batch" min="1" max="999999999" value="${said.batch ?? graph.batch}"/></label>
${choiceHtml('Numbers', 'dtype', graph.dtype, pairs(DTYPE_WORDS))}
${choiceHtml('Shapes', 'layout', graph.layout, { hwc: 'HxWxC', chw: 'CxHxW' })}
</div>`;

const pairs = (words: readonly string[]): Readonly<Record<string, string>> =>
  Object.fromEntries(words.map((word) => [word, word]));
