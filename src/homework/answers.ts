// A text -> an answer sheet, whichever form it has. The forms are in sheets/, grading is check.ts.

import type { Sheet } from './sheets/sheet.js';
import { markdownCells, separatedCells, tableSheet } from './sheets/table.js';
import { YamlSheet } from './sheets/yaml.js';

export type { Answer, Question, Rules, Sheet } from './sheets/sheet.js';

export const readSheet = (text: string): Sheet => {
  const lines = text.split(/\r\n|\r|\n/);
  const first = lines.find((line) => line.trim() !== '') ?? '';
  if (lines.some((line) => /^\s*\|.*\|\s*$/.test(line)) && !/^\s*answers\s*:/m.test(text))
    return tableSheet(lines, markdownCells);
  if (/^\s*"?\w[\w ().#/]*"?\s*[,;\t]/.test(first)) return tableSheet(lines, separatedCells(first));
  return new YamlSheet(text).read();
};

/** Whether a text is a sheet of its own, with the spec in it. */
export const isSheet = (text: string): boolean => /^(answers|questions)\s*:/m.test(text) && /^\s*spec\s*:/m.test(text);
