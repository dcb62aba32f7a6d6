// Sheets to be filled in, and their keys: random layers and networks from a seed, the same on every machine, and the lecture's questions.

import type { Analysis } from '../analysis/analysis.js';
import { analyze } from '../analysis/analyze.js';
import type { Parsed } from '../core/graph.js';
import { generator as numbers, seedOf } from '../core/random.js';
import { say } from './chinese.js';
import { LECTURE, STATED } from './lecture.js';
import { answerLines, cellsOf, languageLines, type Writing } from './template.js';

/** Reads a spec's text; the registry of kinds is the caller's. */
export type Reader = (spec: string) => Parsed;

/** Draws from the seed's numbers. */
const generator = (seed: string) => {
  const next = numbers(seedOf(0, seed));
  return { pick: <T>(choices: readonly [T, ...T[]]): T => choices[Math.floor(next() * choices.length)] ?? choices[0] };
};

type Random = ReturnType<typeof generator>;

/** What each question is drawn from: one layer first, then networks. */
const DRAWS: readonly (readonly [name: string, draw: (random: Random) => readonly string[]])[] = [
  ['a', (r) => [`input: ${square(r, [32, 63, 64, 96, 128])}x3`, 'layers:', item(conv(r))]],
  [
    'b',
    (r) => [
      `input: ${square(r, [27, 32, 55, 56])}x${r.pick([32, 64, 96])}`,
      'layers:',
      item(`{maxpool: ${r.pick([2, 3])}, stride: 2}`),
    ],
  ],
  [
    'c',
    (r) => [
      `input: ${square(r, [14, 28, 32])}x${r.pick([32, 64])}`,
      'layers:',
      item(
        `{conv: ${r.pick([32, 64, 128])}, kernel: 3, padding: ${r.pick(['same', '1'])}, stride: ${r.pick([1, 2])}, norm: bn}`,
      ),
    ],
  ],
  [
    'd',
    (r) => [
      `input: ${square(r, [7, 14, 16])}x${r.pick([64, 128])}`,
      'layers:',
      item(`{convtranspose: ${r.pick([32, 64])}, kernel: ${r.pick([2, 4])}, stride: 2}`),
    ],
  ],
  [
    'e',
    (r) => [
      `input: ${square(r, [28, 32, 56])}x${r.pick([16, 32])}`,
      'layers:',
      item(`{${r.pick([`depthwise: 3`, `separable: ${r.pick([32, 64])}, kernel: 3`])}, padding: 1}`),
    ],
  ],
  ['f', network],
];

const square = (random: Random, sizes: readonly [number, ...number[]]): string => {
  const size = random.pick(sizes);
  return `${size}x${size}`;
};

const item = (layer: string): string => `  - ${layer}`;

const conv = (r: Random): string => {
  const kernel = r.pick([3, 5, 7]);
  return `{conv: ${r.pick([6, 8, 10, 16, 32])}, kernel: ${kernel}, stride: ${r.pick([1, 2])}, padding: ${r.pick([0, 1, (kernel - 1) / 2])}}`;
};

/** A small network of the shape that every course begins with. */
function network(r: Random): readonly string[] {
  const stages = r.pick([2, 3]);
  const first = r.pick([6, 8, 16]);
  const layers = Array.from({ length: stages }, (_, i) => [
    item(`{conv: ${first * 2 ** i}, kernel: ${r.pick([3, 5])}, padding: ${r.pick([0, 1])}, act: relu}`),
    item(`{maxpool: ${r.pick([2, 3])}, stride: 2}`),
  ]).flat();
  return [
    `input: ${square(r, [32, 48, 64])}x${r.pick([1, 3])}`,
    'layers:',
    ...layers,
    item(`{fc: ${r.pick([10, 100])}}`),
  ];
}

/** A sheet's question, from the text of its spec on. */
const written = (name: string, spec: readonly string[], answers: readonly string[]): readonly string[] => [
  `  ${name}:`,
  ...(spec.length === 1 ? [`    spec: ${spec[0]}`] : ['    spec: |', ...spec.map((line) => `      ${line}`)]),
  '    answers:',
  ...answers.map((line) => `      ${line}`),
];

/** How a sheet begins; a key says no more than the command that made it. */
const head = (command: string, { key, language }: Writing): readonly string[] => {
  const asked = say('put your answers where a _ stands, and run: cnncalc check THIS_FILE', language);
  const spoken = `cnncalc quiz ${command}${language === 'en' ? '' : ` --lang ${language}`}`;
  return [`# ${spoken}${key ? ' --key' : `${language === 'en' ? '; ' : '；'}${asked}`}`, ...languageLines(language)];
};

/** The random sheet, empty or with its key. */
export const quiz = (seed: string, writing: Writing, read: Reader): string => {
  const asked = `--seed ${JSON.stringify(seed)}${writing.training ? ' --training' : ''}`;
  const random = generator(seed);
  const questions = DRAWS.flatMap(([name, draw]) => {
    const spec = draw(random);
    return written(name, spec, answerLines(analyze(read(spec.join('\n'))), writing));
  });
  return [...head(asked, writing), 'questions:', ...questions, ''].join('\n');
};

/** A network by what a sheet calls it: the text of its spec, or a bundled one's name. */
type Named = (spec: string) => Promise<Analysis>;

/** The lecture's sheet, empty or with its key: a line for each answer, as the questions above them name them. */
export const lectureQuiz = async (writing: Writing, network: Named): Promise<string> => {
  const questions: string[] = [];
  for (const { name, about, spec, asks } of LECTURE) {
    const cells = cellsOf(await network(spec.join('\n')), { ...writing, stated: STATED });
    const answers = Object.entries(asks).flatMap(([layer, names]) => [
      `${layer}:`,
      ...cells(layer, names).map(([asked, answer]) => `  ${asked}: ${answer}`),
    ]);
    const above = about.map((sentence) => `  # ${say(sentence, writing.language)}`);
    questions.push(...(questions.length > 0 ? [''] : []), ...above, ...written(name, spec, answers));
  }
  const stated = Object.entries(STATED).map(([name, choice]) => `${name}: ${choice}`);
  const lines = [...head('--lecture', writing), `conventions: {${stated.join(', ')}}`, 'questions:', ...questions, ''];
  return lines.join('\n');
};
