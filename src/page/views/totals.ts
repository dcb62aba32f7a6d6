// The view of the whole: what the network adds up to, in a few lines, and what may be said of it from outside: variant, input, batch.

import { outline } from '../../analysis/outline.js';
import { DTYPES, type Dtype } from '../../core/graph.js';
import { FIRST_NETWORK } from '../../lang/first.js';
import { settingOf } from '../../report/columns.js';
import { summaryPage } from '../../report/pages/summary.js';
import { choiceHtml, factsHtml } from '../blocks.js';
import { type Html, html, live } from '../html.js';
import { type Model, view } from '../view.js';

export const totals = view({
  id: 'totals',
  title: 'Totals',
  defaults: {},
  render: (model) => {
    const { analysis } = model;
    if (analysis.rows.length === 0)
      return html`${controls(model)}<p>There is no layer yet. ${isBlank(model) && live`<button class="live" data-do="begin">Begin with a first network</button>`}</p>`;
    const page = summaryPage(analysis, outline(analysis, { depth: 1 }), [], settingOf(analysis));
    return html`${controls(model)}${page.flatMap((block) => (block.type === 'facts' ? factsHtml(block.entries) : []))}`;
  },
  deeds: {
    begin: (model) => (isBlank(model) ? { edits: [{ at: START, text: FIRST_NETWORK }] } : null),
    variant: (_, __, { value }) => ({ said: { variant: value } }),
    // What is empty is as the spec has it.
    input: (_, __, { value }) => ({ said: { input: value.trim() || undefined } }),
    batch: (_, __, { value }) => ({ said: { batch: /^[1-9]\d{0,8}$/.test(value) ? Number(value) : undefined } }),
    dtype: (_, __, { value }) => ({ said: { dtype: wordOf(value, DTYPE_WORDS) } }),
    layout: (_, __, { value }) => ({ said: { layout: wordOf(value, LAYOUT_WORDS) } }),
  },
});

const isBlank = ({ state }: Model): boolean => state.text.trim() === '';

const START = { line: 1, column: 1, length: 0 } as const;

const DTYPE_WORDS = Object.keys(DTYPES) as readonly Dtype[];
const LAYOUT_WORDS = ['hwc', 'chw'] as const;

const wordOf = <W extends string>(value: string, words: readonly W[]): W | undefined =>
  words.find((word) => word === value);

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
