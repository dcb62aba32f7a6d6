// A summary that a framework prints, pasted as a sheet: Keras, torchinfo, torchsummary. Its layers are those of the network, in order.

import { Findings } from '../../core/findings.js';
import { bareWord, elsewhere } from '../../lang/elsewhere.js';
import { type Answer, type Sheet, USUAL_RULES } from './sheet.js';

/** The head of all of them. */
export const isSummary = (lines: readonly string[]): boolean =>
  lines.some(
    (line) => line.length < 400 && /Layer \(type/.test(line) && /Output Shape/i.test(line) && !/[,;\t]/.test(line),
  );

/** Of one place there are pools of a kind of their own. */
const OF_ONE_PLACE: Readonly<Record<string, string>> = { adaptiveavgpool: 'gap', adaptivemaxpool: 'gmp' };

/** What a framework's class may be here, and the word itself. */
const kindsOf = (word: string): readonly string[] => {
  const kinds = elsewhere('kinds', word).flatMap(({ here }) => here);
  return [...new Set([...kinds, bareWord(word)].flatMap((kind) => [kind, OF_ONE_PLACE[kind] ?? kind]))];
};

interface Row {
  readonly line: number;
  readonly name: string;
  readonly word: string;
  /** How far it is indented: what stands deeper is in it. */
  readonly depth: number;
  readonly shape: string;
  readonly params: string;
}

/** Letters that draw the table. */
const DRAWN = /[│┃|├└─━═╰╭]/g;

const LONGEST_LINE = 400;

/** `conv2d (Conv2D)   (None, 26, 26, 32)   320`, `│ └─Conv2d: 2-1   [1, 64, 55, 55]   23,296`, `Conv2d-1 [-1, 64, 55, 55] 23,296`. */
const rowOf = (text: string, line: number): Row | null => {
  if (text.length > LONGEST_LINE) return null;
  const bare = text.replace(DRAWN, ' ');
  const open = bare.search(/[[(]{1,2}(?:None|-?\d|\?)/);
  const close = Math.max(bare.lastIndexOf(')'), bare.lastIndexOf(']'));
  if (open < 1 || close < open) return null;
  const name = bare.slice(0, open).trim();
  const [, params = ''] = /^\s*([\d,]+|-+)?/.exec(bare.slice(close + 1)) ?? [];
  const [, titled, classed] = /^(\S+)\s*\(([A-Za-z_]\w*)/.exec(name) ?? [];
  const word = classed ?? /^[A-Za-z_]\w*/.exec(name)?.[0] ?? '';
  const own = titled ?? name;
  if (word === '') return null;
  const depth = bare.length - bare.trimStart().length;
  return { line, name: own, word, depth, shape: bare.slice(open, close + 1).trim(), params };
};

const TOTALS: readonly (readonly [RegExp, string])[] = [
  [/^\s*Total params:\s*([\d,]+)/, 'params'],
  [/^\s*Trainable params:\s*([\d,]+)/, 'trainable'],
];

export const summarySheet = (lines: readonly string[]): Sheet => {
  const findings = new Findings();
  const head = lines.findIndex((line) => /Layer \(type/.test(line.slice(0, LONGEST_LINE)));
  const sums = lines.findIndex((line, i) => i > head && /^\s{0,80}Total params/.test(line));
  const rows = lines.flatMap((text, i) => (i > head && (i < sums || sums < 0) ? (rowOf(text, i) ?? []) : []));
  const leaves = rows.filter((row, i) => (rows[i + 1]?.depth ?? 0) <= row.depth);
  const before = new Map<string, number>();
  const answers = leaves.flatMap(({ line, name, word, shape, params }): readonly Answer[] => {
    const kinds = kindsOf(word);
    const n = before.get(kinds.join()) ?? 0;
    before.set(kinds.join(), n + 1);
    const common = {
      layer: name,
      listed: { kinds, before: n },
      ...(!/[1-9]/.test(params) && { minor: true as const }),
      at: { line: line + 1, column: 1, length: Math.max(1, (lines[line] ?? '').length) },
    };
    const out = { ...common, quantity: 'out', text: shape };
    return /\d/.test(params) ? [out, { ...common, quantity: 'params', text: params }] : [out];
  });
  const totals = lines.flatMap((line, i): readonly Answer[] =>
    TOTALS.flatMap(([pattern, quantity]) => {
      const [, text] = pattern.exec(line.slice(0, LONGEST_LINE)) ?? [];
      const at = { line: i + 1, column: 1, length: Math.max(1, line.length) };
      return text === undefined ? [] : [{ layer: 'total', quantity, text, at }];
    }),
  );
  findings.note(
    'answers/summary',
    "this is a framework's summary: its layers are taken in their order, each by its class",
    { line: head + 1, column: 1, length: Math.max(1, (lines[head] ?? '').length) },
    'it is graded like a sheet; to grade answers of your own, check --template makes an empty one',
  );
  return {
    questions: [{ name: '', spec: null, answers: [...answers, ...totals] }],
    rules: USUAL_RULES,
    diagnostics: findings.inOrder,
  };
};
