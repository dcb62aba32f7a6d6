// docs/words.md from the one table of what things are called elsewhere. Text only; the test writes.

import { DTYPES_ELSEWHERE, ELSEWHERE, type Elsewhere, FRAMEWORKS } from '../src/lang/elsewhere.js';

export const wordsPage = (): string =>
  [
    '<!-- Generated from src/lang/elsewhere.ts by `npm test`. Do not edit. -->',
    '# Words of other frameworks',
    '',
    `What layers and options are called in ${FRAMEWORKS.slice(0, -1).join(', ')} and ${FRAMEWORKS.at(-1)}, and what to write for them here. An unknown word`,
    'of these is told with the word to write; `Conv1d` and `Conv3d` are meant by `Conv2d`, `nn.`, `layers.` and brackets around a word',
    'do not matter, nor do capitals and underscores. What the kinds take is in [layers.md](layers.md).',
    '',
    '## Kinds of layers',
    '',
    ...table(ELSEWHERE.kinds()),
    '## Options',
    '',
    'Where several stand here, the one that the kind has.',
    '',
    ...table(ELSEWHERE.options()),
    '## Keys of a file',
    '',
    ...table(ELSEWHERE.keys()),
    '## Types of numbers',
    '',
    '| here | elsewhere |',
    '| --- | --- |',
    ...Object.entries(DTYPES_ELSEWHERE).map(([here, words]) => `| ${code(here)} | ${words.map(code).join(', ')} |`),
    '',
  ].join('\n');

const code = (text: string): string => `\`${text}\``;

const table = (rows: readonly Elsewhere[]): string[] => [
  `| here | ${FRAMEWORKS.join(' | ')} | besides |`,
  `| --- |${' --- |'.repeat(FRAMEWORKS.length + 1)}`,
  ...rows.map(
    (row) => `| ${here(row)} | ${[...row.words, row.loose].map((words) => words.map(code).join(', ')).join(' | ')} |`,
  ),
  '',
];

const here = ({ here: names, item, note }: Elsewhere): string => {
  const written = item && /[ [].*[ [:]/.test(item.slice(1)) ? code(item) : names.map(code).join(', ') || '–';
  return note ? `${written} (${note})` : written;
};
