// The view of the layers as a table: the columns that are asked for, sorted, folded, filtered. The columns are report/columns.ts; how a
// number comes about is ../why.ts.

import type { Analysis } from '../../analysis/analysis.js';
import { type Line, outline } from '../../analysis/outline.js';
import { match } from '../../lang/match.js';
import { both } from '../../report/cells.js';
import {
  COLUMNS,
  type Column,
  DEFAULT_COLUMNS,
  footOf,
  recordsOf,
  rowsOf,
  type Setting,
  usualColumns,
} from '../../report/columns.js';
import { FORMATS } from '../../report/formats.js';
import { reportJson } from '../../report/json/report.js';
import type { Heading, Table } from '../../report/page.js';
import { summaryPage } from '../../report/pages/summary.js';
import { settingFor } from '../../report/trained.js';
import { version } from '../../version.js';
import { formatsHtml, tableHtml } from '../blocks.js';
import { type Html, html, live } from '../html.js';
import { allField, depthChosen } from '../levels.js';
import { type Model, view } from '../view.js';
import { whyHtml } from '../why.js';

/** Of more lines the first are shown, until somebody wants all: the page is to stay small. */
const MOST_LINES = 100;

const DEFAULTS = {
  /** By their keys, with commas between them; `all`, and empty for the usual ones. */
  columns: '',
  /** How many parts of a name count; 0 for all. */
  depth: 0,
  /** Names, or a pattern of them. */
  only: '',
  /** The column by which lines are sorted; empty for the order in which they run. */
  sort: '',
  /** The other way round. */
  turned: false,
  /** Norms, activations and dropout on lines of their own. */
  apart: false,
  all: false,
  /** The column whose numbers are being explained; null where none is. */
  why: null as string | null,
};

type TableSettings = typeof DEFAULTS;

export const table = view<TableSettings>({
  id: 'table',
  title: 'Layers',
  defaults: DEFAULTS,
  render: (model, settings) => {
    if (model.analysis.rows.length === 0) return html`<p>There is no layer yet.</p>`;
    const shown = shownOf(model, settings);
    return html`${controls(model, settings, shown)}${shown.problem && html`<p class="alarm">${shown.problem}</p>`}${shown.lines.length > 0 && tableOf(model, settings, shown)}${more(shown)}${settings.why !== null && whyHtml(model, settings.why, shown.lines)}`;
  },
  deeds: {
    depth: (_, __, { value }) => ({ settings: { depth: depthChosen(value), all: false } }),
    only: (_, __, { value }) => ({ settings: { only: value, all: false } }),
    apart: (_, __, { value }) => ({ settings: { apart: value === 'on' } }),
    all: () => ({ settings: { all: true } }),
    sort: (_, { sort, turned }, { data: { key = '' } }) => {
      if (sort !== key) return { settings: { sort: key, turned: false } };
      return { settings: turned ? { sort: '', turned: false } : { turned: true } };
    },
    columns: (model, settings, { data: { key = '' }, value }) => {
      const keys = shownOf(model, settings).columns.map((column) => column.key);
      const wanted = COLUMNS.map((column) => column.key).filter((one) =>
        one === key ? value === 'on' : keys.includes(one),
      );
      return { settings: { columns: wanted.join() } };
    },
    usual: () => ({ settings: { columns: '' } }),
    why: (model, settings, { data: { row, column }, key }) => {
      if (key === 'Enter') return { settings: { why: 'name' } };
      const { lines, columns } = shownOf(model, settings);
      const line = row === undefined ? undefined : lines[Number(row)];
      if (!line) return null;
      const asked = columns[Number(column)]?.key ?? 'name';
      return { selection: { layer: line.name, unit: null, cell: null }, settings: { why: asked } };
    },
    close: () => ({ settings: { why: null } }),
    copy: (model, settings, { data: { format = '' } }) => {
      const write = Object.hasOwn(COPIES, format) ? COPIES[format as keyof typeof COPIES] : undefined;
      return write ? { copy: write(model, shownOf(model, settings)) } : null;
    },
  },
});

interface Shown {
  readonly columns: readonly Column[];
  readonly lines: readonly Line[];
  readonly setting: Setting;
  /** How many lines there are besides those that are shown. */
  readonly hidden: number;
  /** What is wrong with what was asked for. */
  readonly problem: string | null;
}

const shownOf = (model: Model, { columns, depth, only, sort, turned, apart, all }: TableSettings): Shown => {
  const { analysis } = model;
  const named = columns === '' ? null : columnsNamed(columns);
  const by = COLUMNS.find(({ key }) => key === sort);
  const setting = settingFor(analysis, [...(named ?? []), ...(by ? [by] : [])]);
  const filter = filterOf(only);
  const sorted = outline(analysis, {
    sugar: apart ? 'apart' : 'folded',
    ...(depth > 0 && { depth }),
    ...(filter.matches && { only: filter.matches }),
    ...(by && { sort: by.rank ?? ((line: Line) => by.value(line, setting)) }),
  });
  const lines = turned && by ? [...sorted].reverse() : sorted;
  const most = all ? lines.length : MOST_LINES;
  return {
    columns: named ?? usualColumns(DEFAULT_COLUMNS, lines),
    lines: lines.slice(0, most),
    setting,
    hidden: Math.max(0, lines.length - most),
    problem: filter.problem ?? (lines.length === 0 ? `No layer has such a name: ${only}` : null),
  };
};

const columnsNamed = (columns: string): readonly Column[] | null => {
  const keys = columns.split(',');
  const found = columns === 'all' ? COLUMNS : keys.flatMap((key) => COLUMNS.find((column) => column.key === key) ?? []);
  return found.length === 0 ? null : found;
};

/** A part of a name will do; a pattern is one with wildcards. */
const filterOf = (only: string): { readonly matches?: (name: string) => boolean; readonly problem: string | null } => {
  if (only.trim() === '') return { problem: null };
  if (!/[*?[{]/.test(only)) return { matches: (name) => name.includes(only.trim()), problem: null };
  try {
    return { matches: match(only.trim(), 'across'), problem: null };
  } catch {
    return { problem: `This is no pattern of names: ${only}` };
  }
};

const controls = (model: Model, { depth, only, apart, columns }: TableSettings, shown: Shown): Html => {
  const keys = shown.columns.map(({ key }) => key);
  return live`<div class="controls live">
<label>Filter <input type="search" data-do="only" value="${only}" placeholder="layer2.*" size="10"/></label>
${allField(model, depth, !apart)}
<label><input type="checkbox" data-do="apart"${apart && html` checked=""`}/> norms and activations apart</label>
<details><summary>Columns</summary><fieldset><legend>Columns</legend>${COLUMNS.map((column) => {
    const { key, doc = '' } = column;
    return html`<label title="${doc}"><input type="checkbox" data-do="columns" data-key="${key}"${keys.includes(key) && html` checked=""`}/> ${wordsOf(column)}</label>`;
  })}${columns !== '' && html`<button data-do="usual">the usual ones</button>`}</fieldset></details>
${formatsHtml('Copy as', 'copy', Object.keys(COPIES))}
</div>`;
};

const tableOf = ({ analysis, state }: Model, { sort, turned }: TableSettings, shown: Shown): Html => {
  const { lines } = shown;
  const { selection } = state;
  return tableHtml(blockOf(analysis, shown), orderText(sort), {
    whole: html` data-do="why" data-walk=""`,
    head: ({ key, title }) =>
      html`<button class="plain" data-do="sort" data-key="${key}">${title}${sort === key && (turned ? ' ▴' : ' ▾')}</button>`,
    column: ({ key }) => (sort === key ? html` aria-sort="${turned ? 'ascending' : 'descending'}"` : undefined),
    row: (row) => (lines[row]?.name === selection.layer ? html` class="chosen"` : undefined),
  });
};

/** What is said above the table; which way round it is, says the head of the column. */
const orderText = (sort: string): string => {
  const by = COLUMNS.find(({ key }) => key === sort);
  return by ? `Layers by ${wordsOf(by)}` : 'Layers in the order in which they run';
};

/** Also of what a share is, where that does not stand beside it. */
const wordsOf = ({ key, title }: Column): string => {
  const whole = key.endsWith('-share') && COLUMNS.find((column) => `${column.key}-share` === key);
  return whole ? `${title} of ${whole.title}` : title;
};

/** Numbers in full: the same in fewer digits takes the room of another column. */
const inFull = (column: Column): Column => {
  const { cell, ...plain } = column;
  return cell === both ? plain : column;
};

const blockOf = (analysis: Analysis, { columns, lines, setting }: Shown): Table => ({
  type: 'table',
  columns: columns as readonly Heading[],
  rows: rowsOf(lines, columns.map(inFull), setting),
  foot: [columns.map((column) => footOf(inFull(column), 'total', analysis.totals))],
});

const more = ({ hidden }: Shown): Html | null =>
  hidden === 0
    ? null
    : html`<p>And ${hidden} more lines. ${live`<button class="live" data-do="all">Show all</button>`}</p>`;

// --- copies ------------------------------------------------------------------------------------------------------------

const pageOf = ({ analysis }: Model, { columns, lines, setting }: Shown) =>
  summaryPage(analysis, lines, columns, setting);

/** By the names of formats, as the command line writes them. */
const COPIES = {
  csv: (_: Model, { columns, lines, setting }: Shown) => FORMATS.csv.write(recordsOf(lines, columns, setting)),
  markdown: (model: Model, shown: Shown) => FORMATS.markdown.write(pageOf(model, shown)),
  latex: (model: Model, shown: Shown) => FORMATS.latex.write(pageOf(model, shown)),
  json: ({ analysis, source }: Model) =>
    FORMATS.json.write(reportJson(analysis, { version, source: source.name, layout: analysis.graph.layout })),
} as const;
