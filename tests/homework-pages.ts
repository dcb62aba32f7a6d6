// The tables of docs/homework.md and the whole of docs/mistakes.md, from the data that grades. Text only; the test writes.

import { readFileSync } from 'node:fs';
import { analyze } from '../src/analysis/analyze.js';
import { readSheet } from '../src/homework/answers.js';
import { check } from '../src/homework/check.js';
import { WAYS } from '../src/homework/given.js';
import type { Example } from '../src/homework/mistakes/mistake.js';
import { MISTAKES, SHEET_MISTAKES } from '../src/homework/mistakes.js';
import { QUANTITIES } from '../src/homework/quantities.js';
import { parse } from '../src/lang/parse.js';
import { layers } from '../src/layers/index.js';
import { networkText } from './spec-text.js';

const code = (text: string): string => (text === '' ? 'nothing' : `\`${text.replaceAll('|', '\\|')}\``);

const table = (head: readonly string[], rows: readonly (readonly string[])[]): string =>
  [head, head.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n');

const ways = (): string =>
  table(
    ['written', 'read as'],
    WAYS.map(({ written, doc }) => [written.map(code).join(', '), doc]),
  );

const quantities = (): string =>
  table(
    ['name', 'also', ''],
    QUANTITIES.map(({ name, aliases, doc }) => [code(name), aliases.map(code).join(', '), doc]),
  );

/** The page as it stands, with its tables written anew. */
export const homeworkPage = (): string => {
  const page = readFileSync(new URL('../docs/homework.md', import.meta.url), 'utf8');
  const tables: Readonly<Record<string, () => string>> = { ways, quantities };
  return page.replace(
    /(<!-- table: (\w+) -->\n)[\s\S]*?(<!-- end of table -->)/g,
    (_, begin: string, name: string, end: string) => `${begin}${tables[name]?.()}\n${end}`,
  );
};

const rightAnswer = ({ network, asks, answer, sheet = '' }: Example): string => {
  const at = asks.lastIndexOf('.');
  const answers = [{ layer: asks.slice(0, at), quantity: asks.slice(at + 1), text: answer }];
  const analysis = analyze(parse(networkText(network), { registry: layers }));
  const { cells } = check(analysis, { name: '', spec: null, answers }, readSheet(`${sheet}\nanswers:\n`).rules);
  return cells[0]?.expected ?? '?';
};

const shownExample = (example: Example): string => {
  const { network, asks, answer, sheet } = example;
  const on = typeof network === 'string' ? code(network) : network.map(code).join(' ');
  const rules = sheet === undefined ? '' : ` (the sheet says ${sheet.split('\n').map(code).join(' and ')})`;
  return `${on}: ${code(asks)} is ${code(rightAnswer(example))}, not ${code(answer)}${rules}`;
};

export const mistakesPage = (): string => `<!-- Generated from src/homework/mistakes/ by \`npm test\`. Do not edit. -->
# Mistakes

What students get wrong, as \`cnncalc check\` knows it ([homework.md](homework.md)): the name, what it spoils, the hint that the student
reads, and an example with the right answer. For teachers: the examples make exam questions, and wrong choices for them.

A hint has no digit in it and never says *larger* or *smaller*. Where two mistakes explain an answer, both are told; in a volume, depth and
places may each have gone wrong by themselves: then both mistakes are named. Of a sum the mistake was made in every layer where it can be
made. What a student's own earlier rows explain is not held against the later ones.

${table(
  ['mistake', 'spoils', 'hint', 'for example'],
  [...MISTAKES, ...SHEET_MISTAKES].map(({ id, about, hint, example, ...more }) => [
    code(id),
    about.join(', '),
    'transposed' in more && more.transposed ? `${hint}; of a transposed layer: ${more.transposed}` : hint,
    shownExample(example),
  ]),
)}

\`single-padding\`, for one, is found by working the layer out with a padding on one side only. Nothing is compared with a list of
numbers: every mistake is made anew in the network of the sheet.
`;
