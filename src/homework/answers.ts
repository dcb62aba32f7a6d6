// A text -> an answer sheet, whichever form it has. The forms are in sheets/, grading is check.ts.

import { type Diagnostic, inOrder } from '../core/diagnostic.js';
import { type Sheet, USUAL_RULES } from './sheets/sheet.js';
import { isSummary, summarySheet } from './sheets/summary.js';
import { markdownTable, separatedTable, tableSheet } from './sheets/table.js';
import { YamlSheet } from './sheets/yaml.js';

export { type Answer, type Question, type Rules, type Sheet, shortened } from './sheets/sheet.js';

/** What a decoder puts where bytes are no UTF-8. */
const REPLACEMENT = '\ufffd';

export const readSheet = (written: string): Sheet => {
  const text = written.replace(/^\ufeff/, '');
  const binary = binaryFile(text);
  if (binary) return { questions: [], rules: USUAL_RULES, diagnostics: [binary] };
  const sheet = sheetIn(text);
  const at = text.indexOf(REPLACEMENT);
  if (at < 0) return sheet;
  return { ...sheet, diagnostics: inOrder([...sheet.diagnostics, notUtf8(text, at)]) };
};

/** A key of a sheet in YAML; the colon may be of a Chinese keyboard. */
const ANSWERS = /^(?:answers|questions)[ \t]*[:\uff1a]/m;

const sheetIn = (text: string): Sheet => {
  const lines = text.split(/\r\n|\r|\n/);
  // The text of a spec in a YAML sheet may have anything in it.
  if (ANSWERS.test(text)) return new YamlSheet(text).read();
  if (isSummary(lines)) return summarySheet(lines);
  const table = markdownTable(lines) ?? separatedTable(lines);
  return table ? tableSheet(lines, table) : new YamlSheet(text).read();
};

/** Workbooks, archives and pictures have bytes that no text has. */
const binaryFile = (text: string): Diagnostic | null => {
  const zip = text.startsWith('PK\u0003\u0004');
  if (!zip && !text.slice(0, 1000).includes('\0')) return null;
  return {
    code: 'answers/encoding',
    severity: 'error',
    message: zip ? 'this is a workbook or an archive, no text' : 'this is no text',
    at: { line: 1, column: 1, length: 1 },
    help: 'save the table as CSV (UTF-8), or write YAML',
  };
};

const notUtf8 = (text: string, at: number): Diagnostic => {
  const before = text.slice(0, at).split(/\r\n|\r|\n/);
  return {
    code: 'answers/encoding',
    severity: 'warning',
    message: 'the file is not UTF-8: this letter could not be read, and perhaps others',
    at: { line: before.length, column: (before.at(-1) ?? '').length + 1, length: 1 },
    help: 'save it as UTF-8; in a spreadsheet, as CSV UTF-8',
  };
};

/** Whether a text is a sheet of its own, with the spec in it. */
export const isSheet = (text: string): boolean => ANSWERS.test(text) && /^[ \t]*spec[ \t]*[:\uff1a]/m.test(text);

/** The endings of files that may be sheets. */
const SHEETS = /\.(?:ya?ml|csv|tsv|md|markdown|txt)$/i;

/** Whether a file may be a sheet, by its name. */
export const hasSheetName = (file: string): boolean => SHEETS.test(file);

/** A spec that lies beside sheets. */
export const isSpecAlone = (text: string): boolean =>
  /^layers[ \t]*:/m.test(text) && /^(?:inputs?|vars|blocks|spec)[ \t]*:/m.test(text) && !ANSWERS.test(text);
