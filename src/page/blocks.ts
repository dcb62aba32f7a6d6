// Blocks of a page as HTML: what commands print, here for a browser. No whole documents, no views.

import { marked } from '../report/formats/mark.js';
import type { Block, Cell, Fact, Heading, Table, Worked } from '../report/page.js';
import { type Html, html } from './html.js';

export const factsHtml = (entries: readonly Fact[]): Html =>
  html`<dl class="facts">${entries.map(
    (fact) =>
      html`<div><dt>${fact.label}</dt><dd>${marked(fact, fact.text)}${fact.dim && html` <small>${fact.dim}</small>`}</dd></div>`,
  )}</dl>`;

/** A formula, the same with numbers, the result, and what it follows. */
export const stepsHtml = (entries: readonly Worked[]): Html =>
  html`<dl class="steps">${entries.map(
    ({ title, formula, substituted, text, remark }) =>
      html`<div><dt>${title}</dt><dd>${[formula, substituted]
        .filter((line) => line !== '')
        .map(
          (line) => html`<code>${line}</code>`,
        )}<output>${text}</output>${remark !== '' && html`<small>${remark}</small>`}</dd></div>`,
  )}</dl>`;

/** Of rows and cells more may be said: attributes of an element, and what stands in it instead of the plain text. */
export interface TableParts {
  readonly head?: (column: Heading) => Html;
  readonly row?: (row: number) => Html | undefined;
  readonly cell?: (cell: Cell, row: number, column: number) => Html;
}

export const tableHtml = (
  { columns, rows, sections = [], foot = [] }: Table,
  caption: string,
  { head = ({ title }) => html`${title}`, row: attributes = () => undefined, cell: inside = cellHtml }: TableParts = {},
): Html => {
  const sides = columns.map(({ align }) => (align === 'right' ? html` class="right"` : null));
  const line = (cells: readonly Cell[], row: number): Html =>
    html`<tr${attributes(row)}>${cells.map((cell, i) =>
      i === nameColumn
        ? html`<th scope="row"${sides[i]}>${inside(cell, row, i)}</th>`
        : html`<td${sides[i]}>${inside(cell, row, i)}</td>`,
    )}</tr>`;
  const nameColumn = Math.max(
    0,
    columns.findIndex(({ key }) => key === 'name'),
  );
  return html`<div class="wide" role="region" aria-label="${caption}" tabindex="0"><table><caption>${caption}</caption><thead><tr>${columns.map(
    (column, i) => html`<th scope="col"${sides[i]}>${head(column)}</th>`,
  )}</tr></thead><tbody>${rows.map((cells, row) => [
    sections
      .filter((section) => section.row === row)
      .map(({ title }) => html`<tr><th scope="rowgroup" colspan="${columns.length}">${title}</th></tr>`),
    line(cells, row),
  ])}</tbody>${
    foot.length > 0 &&
    html`<tfoot>${foot.map(
      (cells) => html`<tr>${cells.map((cell, i) => html`<td${sides[i]}>${cellHtml(cell)}</td>`)}</tr>`,
    )}</tfoot>`
  }</table></div>`;
};

export const cellHtml = (cell: Cell): Html => {
  const text = marked(cell, cell.text);
  return html`${cell.bar !== undefined && html`<i class="bar" style="--share:${Math.round(cell.bar * 1000) / 10}%"></i>`}${
    cell.alarm ? html`<b class="alarm">${text}</b>` : text
  }${cell.dim && html` <small>${cell.dim}</small>`}`;
};

/** What is read in a line or a table; of findings and pictures there are views. */
export const blockHtml = (block: Block): Html => {
  switch (block.type) {
    case 'heading':
      return html`<h3>${block.text}${block.dim && html` <small>${block.dim}</small>`}</h3>`;
    case 'text':
      return html`<p${block.tone && html` class="${block.tone}"`}>${block.text}</p>`;
    case 'facts':
      return factsHtml(block.entries);
    case 'steps':
      return stepsHtml(block.entries);
    case 'table':
      return tableHtml(block, '');
    case 'formula':
      return html`<pre>${block.lines.map(({ text, dim }) => html`${text}${dim && html` <small>${dim}</small>`}\n`)}</pre>`;
    case 'code':
      return html`<pre>${block.lines.map((line) => html`${line}\n`)}</pre>`;
    default:
      return html``;
  }
};
