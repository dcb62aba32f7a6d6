// docs/words.md from the one table of what things are called elsewhere. Text only; the test writes.

import { DTYPES_ELSEWHERE } from '../src/lang/elsewhere/options.js';
import { type Elsewhere, FRAMEWORKS } from '../src/lang/elsewhere/row.js';
import { ELSEWHERE, isSaid } from '../src/lang/elsewhere.js';
import { FILE_KEYS, ITEM_KEYS, STRUCTURES, SUGAR } from '../src/lang/words.js';
import { layers } from '../src/layers/index.js';

/** What there is to be written: rows whose kind or option is not among it are no news yet. */
export const WRITTEN = {
  kinds: [...layers.kinds.map(({ name }) => name), ...STRUCTURES],
  options: [...new Set([...layers.kinds.flatMap(({ args }) => Object.keys(args)), ...ITEM_KEYS, ...SUGAR])],
  keys: FILE_KEYS,
} as const satisfies Record<keyof typeof ELSEWHERE, readonly string[]>;

export const wordsPage = (): string => {
  const kinds = said('kinds');
  const written = kinds.filter(({ here }) => here.length > 0);
  const none = kinds.filter(({ here }) => here.length === 0);
  const options = said('options');
  return [
    '<!-- Generated from src/lang/elsewhere/ by `npm test`. Do not edit. -->',
    '# Words of other frameworks',
    '',
    `What layers and options are called in ${FRAMEWORKS.slice(0, -1).join(', ')} and ${FRAMEWORKS.at(-1)}, and what to write for them here. An unknown word`,
    'of these is told with what to write, and `cnncalc kinds MaxPooling2D` has the page of the kind. `Conv1d` and `Conv3d` are meant by',
    '`Conv2d`, and `max_pool2d` by `MaxPool2d`: `nn.`, `layers.`, brackets, capitals, underscores and a `Layer` at the end do not matter.',
    'What the kinds take is in [layers.md](layers.md).',
    '',
    '## Kinds of layers',
    '',
    'In what is written here, a and b are names of layers.',
    '',
    ...table(written),
    '## What is left out',
    '',
    'These are no layers of a network here.',
    '',
    ...table(none.filter(({ opaque }) => !opaque)),
    '## What has no word',
    '',
    'These are layers, and nothing here is like them: no other kind is offered for them.',
    '',
    ...table(none.filter(({ opaque }) => opaque)),
    '## Options',
    '',
    'Where several stand here, the one that the kind has.',
    '',
    ...table(options.filter(({ here }) => here.length > 0)),
    '## Options that are left out',
    '',
    ...table(options.filter(({ here }) => here.length === 0)),
    '## Keys of a file',
    '',
    ...table(said('keys')),
    '## Types of numbers',
    '',
    '| here | elsewhere |',
    '| --- | --- |',
    ...Object.entries(DTYPES_ELSEWHERE).map(([here, words]) => `| ${code(here)} | ${words.map(code).join(', ')} |`),
    '',
  ].join('\n');
};

/** The rows that are true now, with the names that there are. */
const said = (about: keyof typeof ELSEWHERE): readonly Elsewhere[] =>
  ELSEWHERE[about]()
    .filter((row) => isSaid(row, WRITTEN[about]))
    .map((row) => ({ ...row, here: row.here.filter((name) => (WRITTEN[about] as readonly string[]).includes(name)) }));

const code = (text: string): string => `\`${text}\``;

/** Frameworks that have none of these words get no column. */
const table = (rows: readonly Elsewhere[]): string[] => {
  const columns = [...FRAMEWORKS, 'besides'].map((title, i) => ({ title, of: rows.map((row) => columnOf(row, i)) }));
  const kept = columns.filter(({ of }) => of.some((words) => words.length > 0));
  return [
    `| here | ${kept.map(({ title }) => title).join(' | ')} |`,
    `| --- |${' --- |'.repeat(kept.length)}`,
    ...rows.map((row, at) => `| ${here(row)} | ${kept.map(({ of }) => of[at]?.map(code).join(', ')).join(' | ')} |`),
    '',
  ];
};

const columnOf = (row: Elsewhere, i: number): readonly string[] => row.words[i] ?? row.loose;

const here = ({ here: names, item, note }: Elsewhere): string => {
  const written = item ? code(item) : names.map(code).join(', ');
  if (written === '') return note ?? '';
  return note ? `${written} (${note})` : written;
};
