// Course notation, `INPUT 128x128x3; CONV-9-32; POOL-2; FC-3` or `CONV3-64`, as the values a spec would have.

import type { Code } from '../core/codes.js';
import type { Diagnostic, Place } from '../core/diagnostic.js';
import { Findings } from '../core/findings.js';
import { suggestion } from '../core/suggest.js';
import { parseSizes } from './input.js';
import { type Entry, type Mapping, plainScalar, type Scalar, type Value } from './values.js';

/** Words of the notation, the item they stand for, and what their numbers mean in order. */
const WORDS: Readonly<
  Record<
    string,
    { readonly kind: string; readonly numbers: readonly string[]; readonly fallback?: Readonly<Record<string, string>> }
  >
> = {
  CONV: { kind: 'conv', numbers: ['kernel', 'filters'] },
  DECONV: { kind: 'convtranspose', numbers: ['kernel', 'filters'] },
  POOL: { kind: 'maxpool', numbers: ['kernel'], fallback: { kernel: '2' } },
  MAXPOOL: { kind: 'maxpool', numbers: ['kernel'], fallback: { kernel: '2' } },
  AVGPOOL: { kind: 'avgpool', numbers: ['kernel'], fallback: { kernel: '2' } },
  GAP: { kind: 'gap', numbers: [] },
  FC: { kind: 'fc', numbers: ['units'] },
  DENSE: { kind: 'fc', numbers: ['units'] },
  FLATTEN: { kind: 'flatten', numbers: [] },
  DROPOUT: { kind: 'dropout', numbers: ['rate'] },
  BN: { kind: 'batchnorm', numbers: [] },
  LRN: { kind: 'lrn', numbers: ['size'] },
  RELU: { kind: 'relu', numbers: [] },
  SIGMOID: { kind: 'sigmoid', numbers: [] },
  TANH: { kind: 'tanh', numbers: [] },
  SOFTMAX: { kind: 'softmax', numbers: [] },
};

const SETTINGS: Readonly<Record<string, string>> = { S: 'stride', P: 'padding', D: 'dilation', G: 'groups' };

/** Whether a command-line argument is notation, not the name of a file. */
export const isNotation = (text: string): boolean =>
  /^\s*input[\s:-]/i.test(text) || /^\s*[A-Za-z]+-?\d[^/\\]*;/.test(text);

/** The spec's mapping for a notation. `pad` is what convolutions do at the border, since the notation does not say. */
export const readNotation = (
  text: string,
  pad: 'same' | 'valid',
): { readonly value: Mapping; readonly diagnostics: readonly Diagnostic[] } => {
  const findings = new Findings();
  const layers: Value[] = [];
  let input: Scalar | null = null;
  let assumed = false;
  if (text.length > MOST_CHARACTERS)
    findings.error(
      'spec/too-large',
      `the notation has ${text.length} characters; at most ${MOST_CHARACTERS} are read`,
      undefined,
      'write a YAML file',
    );
  for (const { word, place } of words(text.slice(0, MOST_CHARACTERS))) {
    const named = /^input\s*[-:]?\s*(.*)$/i.exec(word);
    if (named) {
      if (input)
        findings.error(
          'input/twice',
          'the notation has two inputs',
          place,
          'keep one; FILE.yaml may have several inputs',
        );
      const broken: Code | undefined = input ? 'input/twice' : undefined;
      input = { ...plainScalar((named[1] ?? '').trim(), place), ...(broken && { broken }) };
      continue;
    }
    const item = readWord(word, place, pad, findings);
    assumed ||= item?.assumed === true;
    layers.push(item?.value ?? { ...plainScalar(word, place), broken: 'notation/word' });
  }
  if (assumed)
    findings.note(
      'notation/padding',
      `the notation does not say how convolutions pad; ${pad === 'valid' ? 'no padding' : 'padding same'} is assumed`,
      undefined,
      `--pad ${pad === 'valid' ? 'same' : 'valid'} for the other`,
    );
  const whole = { line: 1, column: 1, length: Math.max(1, text.split('\n', 1)[0]?.length ?? 1) };
  const entries = [
    ...(input ? [entry('input', input)] : []),
    entry('layers', { type: 'list', items: layers, place: whole }),
    // The notation leaves activations unsaid.
    entry('lint', {
      type: 'mapping',
      entries: [entry('ignore', plainScalar('act/none-between', whole))],
      place: whole,
    }),
  ];
  return { value: { type: 'mapping', entries, place: whole }, diagnostics: findings.inOrder };
};

/** Notation is a line or two. */
const MOST_CHARACTERS = 10_000;

/** The words between `;`, `,`, `->` and ends of lines, with their places. */
const words = (text: string): { word: string; place: Place }[] =>
  text.split('\n').flatMap((line, i) => {
    let column = 1;
    return line.split(/(;|,|->|→)/).flatMap((piece, part) => {
      const word = piece.trim();
      const start = column + piece.length - piece.trimStart().length;
      column += piece.length;
      if (part % 2 === 1 || word === '') return [];
      return [{ word, place: { line: i + 1, column: start, length: word.length } }];
    });
  });

const entry = (key: string, value: Value): Entry => ({ key: plainScalar(key, value.place), value });

/**
 * The word with its kernel as `3x3` where notes write `3*3`. Behind anything else a `*3` repeats: `CONV-3*3-64*2` is two layers
 * of 3x3 kernels, and POOL-2*2 one pool.
 */
const withSizes = (word: string): string => {
  const [, name = '', between = '', sizes = ''] = /^([a-z]+)([-\s]*)(\d+(?:\s*[*×]\s*\d+)+)/i.exec(word) ?? [];
  const known = Object.hasOwn(WORDS, name.toUpperCase()) ? WORDS[name.toUpperCase()] : undefined;
  if (known?.numbers[0] !== 'kernel') return word;
  return name + between + sizes.replace(/\s*[*×]\s*/g, 'x') + word.slice(name.length + between.length + sizes.length);
};

const readWord = (
  word: string,
  place: Place,
  pad: string,
  findings: Findings,
): { value: Mapping; assumed: boolean } | undefined => {
  const fail = (message: string, help: string) => findings.error('notation/word', message, place, help);
  const [first = '', ...rest] = withSizes(word)
    .replace(/^soft-max/i, 'SOFTMAX')
    .replace(/\s*[*×]\s*(\d+)$/, '-N$1')
    .split(/[-\s]+/);
  const match = /^([a-z]+)(\d.*)?$/i.exec(first);
  const name = match?.[1]?.toUpperCase() ?? first;
  const known = Object.hasOwn(WORDS, name) ? WORDS[name] : undefined;
  if (!known) return fail(`"${word}" is no layer of the notation`, suggestion(name, Object.keys(WORDS), 'words'));
  const numbers: string[] = [];
  const options = new Map<string, string>();
  for (const part of [...(match?.[2] ? [match[2]] : []), ...rest]) {
    const setting = /^([spdgn])=?(\d+|[_?])$/i.exec(part);
    if (setting)
      options.set(
        setting[1]?.toUpperCase() === 'N' ? 'repeat' : (SETTINGS[setting[1]?.toUpperCase() ?? ''] ?? ''),
        setting[2] ?? '',
      );
    else if (part === '_' || part === '?' || parseSizes(part) || /^\d*\.\d+$/.test(part)) numbers.push(part);
    else
      return fail(`"${part}" of "${word}" is no number`, 'write CONV-3-64, with -S2 for a stride and -P1 for padding');
  }
  if (numbers.length > known.numbers.length)
    return fail(
      `${name} has ${known.numbers.length} ${known.numbers.length === 1 ? 'number' : 'numbers'} (${known.numbers.join(', ') || 'none'}), not ${numbers.length}`,
      `write ${[name, ...known.numbers].join('-')}`,
    );
  known.numbers.forEach((option, i) => {
    const text = numbers[i] ?? known.fallback?.[option];
    if (text !== undefined) options.set(option, text);
  });
  const assumed = known.numbers.includes('filters') && !options.has('padding');
  if (assumed) options.set('padding', pad);
  const entries = [
    entry(known.kind, plainScalar('', place)),
    ...[...options].map(([key, text]) => entry(key, plainScalar(text, place))),
  ];
  return { value: { type: 'mapping', entries, place }, assumed };
};
