// Answer sheets as tables, CSV or Markdown: one line per layer, one column per quantity. A table has no rules.

import type { Place } from '../../core/diagnostic.js';
import { Findings } from '../../core/findings.js';
import { type Form, quantityNamed } from '../quantities.js';
import { type Answer, isNearQuantity, type Sheet, shortened, USUAL_RULES, unknownQuantity } from './sheet.js';

export interface Cell {
  readonly text: string;
  /** From 1. */
  readonly column: number;
}

/** The table that a text has, and where: null where it has none. */
export interface Table {
  /** The lines of the table, its head first; from 0. */
  readonly lines: readonly number[];
  readonly cellsOf: (line: string) => readonly Cell[];
}

interface Column {
  readonly quantity: string;
  readonly form: Form;
  /** What stands behind a bare number in it: of `params (K)` and `memory (KB)`. */
  readonly unit: string;
}

export const tableSheet = (lines: readonly string[], { lines: rows, cellsOf }: Table): Sheet => {
  const findings = new Findings();
  const [first = 0, ...rest] = rows;
  const head = cellsOf(lines[first] ?? '');
  const columns = columnsOf(head, first, findings);
  const answers = rest.flatMap((i) => rowAnswers(cellsOf(lines[i] ?? ''), i, columns, findings));
  return { questions: [{ name: '', spec: null, answers }], rules: USUAL_RULES, diagnostics: findings.inOrder };
};

const placeIn = (line: number, { column, text }: Cell): Place => ({
  line: line + 1,
  column,
  length: Math.max(1, text.length),
});

// --- the head --------------------------------------------------------------------------------------------------------------

/** A heading with its unit: `params (K)`. */
const headingOf = (text: string): { readonly name: string; readonly unit: string } => {
  const open = Math.max(text.lastIndexOf('('), text.lastIndexOf('['), text.lastIndexOf('（'));
  const closes = /[)\]）]$/.test(text);
  if (open <= 0 || !closes) return { name: text, unit: '' };
  return { name: text.slice(0, open).trim(), unit: text.slice(open + 1, -1).trim() };
};

const unitOf = (text: string): string =>
  /^bytes?$/i.test(text) ? ' B' : /^[kmg]i?b$/i.test(text) ? ` ${text}` : /^[kmg]i?$/i.test(text) ? text : '';

const askedBy = (text: string) => quantityNamed(text) ?? quantityNamed(headingOf(text).name);

/** Words above columns that hold no answers. */
const REMARKS = /^(kind|type|operation|op|notes?|comments?|remarks?|student|name|id|index|points?|#|nr\.?|no\.?|)$/i;

/** A column without a heading belongs to the volume before it: the head of merged cells. */
const columnsOf = (head: readonly Cell[], line: number, findings: Findings): readonly (Column | null)[] => {
  const columns: (Column | null)[] = [];
  const unknown: Cell[] = [];
  let before: Column | null = null;
  for (const [i, cell] of head.entries()) {
    const asked = i === 0 ? undefined : askedBy(cell.text);
    if (asked) before = { quantity: asked.name, form: asked.form, unit: unitOf(headingOf(cell.text).unit) };
    else if (i === 0 || cell.text !== '' || before?.form !== 'shape') {
      before = null;
      if (i > 0 && !REMARKS.test(cell.text)) unknown.push(cell);
    }
    columns.push(before);
  }
  for (const cell of unknown)
    unknownColumn(
      cell,
      line,
      columns.some((column) => column !== null),
      findings,
    );
  return columns;
};

/** Beside columns that are known, others are remarks, unless their names are nearly a quantity's. */
const unknownColumn = (cell: Cell, line: number, besideKnown: boolean, findings: Findings): void => {
  const at = placeIn(line, cell);
  if (!besideKnown || isNearQuantity(cell.text)) unknownQuantity(cell.text, at, findings);
  else
    findings.note(
      'answers/column',
      `the column "${shortened(cell.text)}" holds nothing that is asked, and is not looked at`,
      at,
    );
};

// --- the rows --------------------------------------------------------------------------------------------------------------

const rowAnswers = (
  written: readonly Cell[],
  line: number,
  columns: readonly (Column | null)[],
  findings: Findings,
): readonly Answer[] => {
  const [name, ...cells] = fitted(written, columns, line, findings);
  if (!name || name.text === '') return [];
  const answers: Answer[] = [];
  let before: Column | null = null;
  cells.forEach((cell, i) => {
    const asked = columns[i + 1];
    if (!asked) {
      before = null;
      return;
    }
    const last = answers.at(-1);
    // The second and third number of a volume, in columns of their own.
    if (asked === before && last && cell.text !== '')
      answers[answers.length - 1] = { ...last, text: last.text === '' ? cell.text : `${last.text}x${cell.text}` };
    else if (cell.text !== '' && asked !== before) {
      const bare = cell.text.length <= LONGEST_NUMBER && /^~?\d[\d,. ]*$/.test(cell.text) && !/^0+$/.test(cell.text);
      const text = bare ? `${cell.text}${asked.unit}` : cell.text;
      answers.push({ layer: name.text, quantity: asked.quantity, text, at: placeIn(line, cell) });
    }
    before = asked;
  });
  return answers;
};

const LONGEST_NUMBER = 40;

const isWhole = (cell: Cell | undefined): boolean =>
  cell !== undefined && cell.text.length <= 6 && /^\d+$/.test(cell.text);
const isLeading = ({ text }: Cell): boolean => text.length <= 4 && /^~?\d{1,3}$/.test(text);
const isThousands = (cell: Cell | undefined): boolean => cell !== undefined && /^\d{3}$/.test(cell.text);

/**
 * As many cells as there are headings. `conv1,55,55,96,34,944` has a volume in three cells and a number in two: put together
 * again, and said.
 */
const fitted = (
  cells: readonly Cell[],
  columns: readonly (Column | null)[],
  line: number,
  findings: Findings,
): readonly Cell[] => {
  let surplus = cells.length - columns.length;
  if (surplus <= 0) return cells;
  const result: Cell[] = [];
  for (let i = 0; i < cells.length; i += 1) {
    const cell = cells[i] as Cell;
    const asked = columns[result.length];
    const isVolume = asked?.form === 'shape';
    let more = 0;
    // A volume has three numbers; four only where the last is not the beginning of a number that was split.
    const most = isThousands(cells[i + 4]) ? 2 : 3;
    if (isVolume && isWhole(cell)) while (more < Math.min(surplus, most) && isWhole(cells[i + more + 1])) more += 1;
    else if (isLeading(cell)) while (more < Math.min(surplus, 4) && isThousands(cells[i + more + 1])) more += 1;
    const parts = cells.slice(i, i + more + 1).map(({ text }) => text);
    const text = parts.join(isVolume ? 'x' : ',');
    result.push(more > 0 ? { ...cell, text } : cell);
    if (more > 0 && !isVolume)
      findings.note(
        'answers/split-by-comma',
        `${text} is split at the comma, and read as one number here`,
        placeIn(line, cell),
        `write ${parts.join('')}, or quote it: "${text}"`,
      );
    surplus -= more;
    i += more;
  }
  return result;
};

// --- CSV -------------------------------------------------------------------------------------------------------------------

/** Signs between cells, the likelier first. */
const SIGNS = [';', '\t', ',', '，', '；', '|'];

/** A spreadsheet says its sign in a line of its own, and a title may stand above the head. */
const MOST_ABOVE = 20;

/** A head has a name for its first column, and a quantity in another; a line of YAML has a colon or a bracket first. */
export const separatedTable = (lines: readonly string[]): Table | null => {
  const filled = lines.flatMap((line, i) => (line.trim() === '' ? [] : [i]));
  const [, said] = /^"?sep=(.)"?\s*$/i.exec((lines[filled[0] ?? 0] ?? '').slice(0, 10)) ?? [];
  const below = said === undefined ? filled : filled.slice(1);
  for (const at of below.slice(0, MOST_ABOVE)) {
    const line = lines[at] ?? '';
    if (line.length > LONGEST_HEAD || /^\s*(?:[{[-]|#\s*\w|[\w"'.-]+\s*:(?:\s|$))/.test(line)) continue;
    const best = (said === undefined ? SIGNS : [said])
      .map((sign) => ({
        sign,
        known: cellsBetween(line, sign, 1)
          .slice(1)
          .filter(({ text }) => askedBy(text)).length,
      }))
      .reduce((most, one) => (one.known > most.known ? one : most));
    const sign = best.known > 0 ? best.sign : said;
    if (sign !== undefined)
      return { lines: filled.filter((i) => i >= at), cellsOf: (row) => cellsBetween(row, sign, 1) };
  }
  return headless(lines, filled);
};

const LONGEST_HEAD = 4000;

/** A first line of words between signs is a head, even if none of them is a quantity. */
const headless = (lines: readonly string[], filled: readonly number[]): Table | null => {
  const first = lines[filled[0] ?? 0] ?? '';
  const sign = [';', '\t', ','].find((one) => first.includes(one));
  if (sign === undefined || first.length > LONGEST_HEAD) return null;
  const [name] = cellsBetween(first, sign, 1);
  return name && /^\w[\w ().#/]*$/.test(name.text)
    ? { lines: filled, cellsOf: (row) => cellsBetween(row, sign, 1) }
    : null;
};

/** The texts between a sign, which may stand in quotes (RFC 4180). Every letter is looked at once. */
const cellsBetween = (line: string, sign: string, column: number): readonly Cell[] => {
  const cells: Cell[] = [];
  let at = 0;
  while (at <= line.length) {
    let start = at;
    while (line[start] === ' ') start += 1;
    const quoted = line[start] === '"' ? quotedFrom(line, start) : null;
    const end = indexFrom(line, sign, quoted ? quoted.end : at);
    const text = quoted ? quoted.text : line.slice(at, end).trim();
    cells.push({ text, column: column + (quoted ? start + 1 : Math.min(start, end)) });
    at = end + sign.length;
  }
  return cells;
};

const indexFrom = (line: string, sign: string, from: number): number => {
  const found = line.indexOf(sign, from);
  return found < 0 ? line.length : found;
};

/** From its opening quote to the closing one, in which two are one; to the end of the line where none closes. */
const quotedFrom = (line: string, start: number): { readonly text: string; readonly end: number } => {
  const pieces: string[] = [];
  let from = start + 1;
  for (;;) {
    const quote = indexFrom(line, '"', from);
    pieces.push(line.slice(from, quote));
    if (line[quote + 1] !== '"') return { text: pieces.join('"').trim(), end: Math.min(quote + 1, line.length) };
    from = quote + 2;
  }
};

// --- Markdown --------------------------------------------------------------------------------------------------------------

/** The row below a head: `|---|:--:|`, with or without outer pipes. */
const isDelimiter = (line: string): boolean =>
  line.includes('|') && line.length <= LONGEST_HEAD && /^[\s|:-]+$/.test(line) && /-/.test(line);

/** Every table with a head; lines without a pipe end it. */
export const markdownTable = (lines: readonly string[]): Table | null => {
  const delimiter = lines.findIndex((line, i) => i > 0 && isDelimiter(line) && (lines[i - 1] ?? '').includes('|'));
  if (delimiter < 0) return pipesAlone(lines);
  const rows = [delimiter - 1];
  for (let i = delimiter + 1; i < lines.length && (lines[i] ?? '').includes('|'); i += 1)
    if (!isDelimiter(lines[i] ?? '')) rows.push(i);
  return { lines: rows, cellsOf: markdownCells };
};

/** Rows of pipes whose delimiter was left out. */
const pipesAlone = (lines: readonly string[]): Table | null => {
  const rows = lines.flatMap((line, i) =>
    line.trimStart().startsWith('|') && line.trimEnd().endsWith('|') ? [i] : [],
  );
  return rows.length > 1 ? { lines: rows, cellsOf: markdownCells } : null;
};

/** Cells between pipes; a pipe behind a backslash is a letter. */
const markdownCells = (line: string): readonly Cell[] => {
  const trimmed = line.trimEnd();
  const lead = line.length - line.trimStart().length;
  const start = line[lead] === '|' ? lead + 1 : lead;
  const end = trimmed.endsWith('|') && trimmed.length > start ? trimmed.length - 1 : trimmed.length;
  const cells: Cell[] = [];
  let from = start;
  for (let i = start; i <= end; i += 1) {
    if (i < end && (line[i] !== '|' || line[i - 1] === '\\')) continue;
    const written = line.slice(from, i);
    const text = unmarked(written.trim());
    cells.push({ text, column: from + 1 + Math.max(0, written.indexOf(text)) });
    from = i + 1;
  }
  return cells;
};

/** Without the marks of bold, italic and code. */
const unmarked = (text: string): string => {
  let [from, to] = [0, text.length];
  while (from < to && /[*`]/.test(text[from] ?? '')) from += 1;
  while (to > from && /[*`]/.test(text[to - 1] ?? '')) to -= 1;
  return text.slice(from, to).trim().replaceAll('\\|', '|');
};
