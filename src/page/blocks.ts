// What views have in common, as HTML: blocks of a page as commands print them, and controls. No whole documents, no views.

import { marked } from '../report/formats/mark.js';
import type { Cell, Fact, Heading, Table, Worked } from '../report/page.js';
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

/** What more may be said: attributes of an element, and what stands in the head of a column instead of its title. */
export interface TableParts {
  readonly head?: (column: Heading) => Html;
  readonly column?: (column: Heading) => Html | undefined;
  /** Attributes of the element of the whole. */
  readonly whole?: Html;
  readonly row?: (row: number) => Html | undefined;
}

export const tableHtml = (
  { columns, rows, sections = [], foot = [] }: Table,
  caption: string,
  {
    head = ({ title }) => html`${title}`,
    column: ofColumn = () => undefined,
    whole,
    row: attributes = () => undefined,
  }: TableParts = {},
): Html => {
  // A class for every column on the right is shorter than one for every cell; page.css has them.
  const isRight = (column: Heading, i: number) => column.align === 'right' || rows.some((cells) => cells[i]?.bar);
  const sides = columns.flatMap((column, i) => (isRight(column, i) ? [`r${i + 1}`] : []));
  const line = (cells: readonly Cell[], own?: Html): Html =>
    html`<tr${own}>${cells.map((cell, i) =>
      i === nameColumn
        ? html`<th scope="row">${cellHtml(cell)}</th>`
        : html`<td${shareOf(cell)}>${cellHtml(cell)}</td>`,
    )}</tr>`;
  const nameColumn = Math.max(
    0,
    columns.findIndex(({ key }) => key === 'name'),
  );
  return html`<div class="wide" role="region" aria-label="${caption}" tabindex="0"${whole}><table class="${sides.join(' ')}"><caption>${caption}</caption><thead><tr>${columns.map(
    (column) => html`<th scope="col"${ofColumn(column)}>${head(column)}</th>`,
  )}</tr></thead><tbody>${rows.map((cells, row) => [
    sections
      .filter((section) => section.row === row)
      .map(({ title }) => html`<tr><th scope="rowgroup" colspan="${columns.length}">${title}</th></tr>`),
    line(cells, attributes(row)),
  ])}</tbody>${foot.length > 0 && html`<tfoot>${foot.map((cells) => line(cells))}</tfoot>`}</table></div>`;
};

const cellHtml = (cell: Cell): Html => {
  const text = marked(cell, cell.text);
  return html`${cell.alarm ? html`<b class="alarm">${text}</b>` : text}${cell.dim && html` <small>${cell.dim}</small>`}`;
};

/** A bar is what its cell is painted with; page.css draws it. */
const shareOf = ({ bar = 0 }: Cell): Html | null =>
  bar < 0.005 ? null : html` style="--share:${Math.round(bar * 100)}%"`;

/** One of several words, by their values. */
export const choiceHtml = (
  label: string,
  deed: string,
  chosen: string,
  words: Readonly<Record<string, string>>,
): Html =>
  html`<label>${label} <select data-do="${deed}">${Object.entries(words).map(
    ([value, word]) => html`<option value="${value}"${value === chosen && html` selected=""`}>${word}</option>`,
  )}</select></label>`;

/** What formats are called. */
const CALLED: Readonly<Record<string, string>> = {
  csv: 'CSV',
  markdown: 'Markdown',
  latex: 'LaTeX',
  json: 'JSON',
  svg: 'SVG',
  tikz: 'TikZ',
  dot: 'DOT',
  mermaid: 'Mermaid',
};

/** A button for each of some formats, by their names in report/formats.ts. */
export const formatsHtml = (label: string, deed: string, formats: readonly string[]): Html =>
  html`<span>${label} ${formats.map((format) => html`<button data-do="${deed}" data-format="${format}">${CALLED[format] ?? format}</button> `)}</span>`;
