// The view of the whole: what the network adds up to, in a few lines.

import { outline } from '../../analysis/outline.js';
import { settingOf } from '../../report/columns.js';
import { summaryPage } from '../../report/pages/summary.js';
import { factsHtml } from '../blocks.js';
import { html } from '../html.js';
import { view } from '../view.js';

export const totals = view({
  id: 'totals',
  title: 'Totals',
  defaults: {},
  render: ({ analysis }) => {
    if (analysis.rows.length === 0) return html`<p>There is no layer yet.</p>`;
    const page = summaryPage(analysis, outline(analysis, { depth: 1 }), [], settingOf(analysis));
    return html`${page.flatMap((block) => (block.type === 'facts' ? factsHtml(block.entries) : []))}`;
  },
});
