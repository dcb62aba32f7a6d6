// An answer sheet in YAML, CSV or a Markdown table -> its cells and what it says of grading, with places. No grading.

import type { Diagnostic, Place } from '../core/diagnostic.js';
import { parseQuantity } from '../core/quantity.js';
import { suggestion } from '../core/suggest.js';
import { type Entry, isNull, lookup, type Mapping, readYaml, type Value } from '../lang/yaml.js';
import { CHOICES, PROFILES, type Stated } from './conventions.js';
import { COPIES, QUANTITIES, quantityNamed } from './quantities.js';

/** One cell: what was asked of which layer, and what somebody wrote there. */
export interface Answer {
  readonly layer: string;
  /** The quantity by its own name, whatever the column was called. */
  readonly quantity: string;
  readonly text: string;
  readonly at?: Place;
}

/** How a sheet is graded. */
export interface Rules {
  readonly stated: Stated;
  /** Relative: 0.01 is 1 %. */
  readonly tolerance: number;
  /** By `layer.quantity`, layer or quantity; `1` for what is not named. */
  readonly points: Readonly<Record<string, number>>;
  /** Shares of a cell's points for answers that are not simply right. */
  readonly credit: { readonly followThrough: number; readonly otherConvention: number };
  readonly hidden: readonly string[];
  readonly memoryLimit: number | null;
  readonly training: keyof typeof COPIES;
}

/** One network and what is asked of it. */
export interface Question {
  /** Empty where a sheet has but one. */
  readonly name: string;
  /** A file, a name, notation or a spec's text; null where the command line says it. */
  readonly spec: string | null;
  readonly answers: readonly Answer[];
}

export interface Sheet {
  readonly questions: readonly Question[];
  readonly rules: Rules;
  readonly diagnostics: readonly Diagnostic[];
}

export const USUAL_RULES: Rules = {
  stated: {},
  tolerance: 0,
  points: {},
  credit: { followThrough: 1, otherConvention: 0 },
  hidden: [],
  memoryLimit: null,
  training: 'inference',
};

/** Reads a sheet, in whatever form it is; never throws. */
export const readSheet = (text: string): Sheet => {
  const lines = text.split(/\r\n|\r|\n/);
  const first = lines.find((line) => line.trim() !== '') ?? '';
  if (lines.some((line) => /^\s*\|.*\|\s*$/.test(line)) && !/^\s*answers\s*:/m.test(text))
    return tableSheet(lines, markdownCells);
  if (/^\s*"?[\w ]+"?\s*[,;\t]/.test(first) && !/[:{#]/.test(first)) return tableSheet(lines, separatedCells(first));
  return new YamlSheet(text).read();
};

/** Whether a text is a sheet of its own, with the spec in it. */
export const isSheet = (text: string): boolean => /^(answers|questions)\s*:/m.test(text) && /^\s*spec\s*:/m.test(text);

// --- tables ----------------------------------------------------------------------------------------------------------

interface Cell {
  readonly text: string;
  /** From 1. */
  readonly column: number;
}

const tableSheet = (lines: readonly string[], cellsOf: (line: string) => readonly Cell[] | null): Sheet => {
  const diagnostics: Diagnostic[] = [];
  const answers: Answer[] = [];
  let header: readonly (string | null)[] | null = null;
  lines.forEach((line, i) => {
    const cells = cellsOf(line);
    if (!cells || cells.length === 0) return;
    const place = ({ column, text }: Cell): Place => ({ line: i + 1, column, length: Math.max(1, text.length) });
    if (!header) {
      header = cells.map((cell, n) => (n === 0 ? null : column(cell, place(cell), diagnostics)));
      return;
    }
    const [name, ...rest] = mend(cells, header.length, place, diagnostics);
    if (!name || name.text === '') return;
    rest.forEach((cell, n) => {
      const quantity = header?.[n + 1];
      if (quantity && cell.text !== '') answers.push({ layer: name.text, quantity, text: cell.text, at: place(cell) });
    });
  });
  return { questions: [{ name: '', spec: null, answers }], rules: USUAL_RULES, diagnostics };
};

const column = ({ text }: Cell, at: Place, diagnostics: Diagnostic[]): string | null => {
  const asked = quantityNamed(text);
  // Columns of words beside the answers are nobody's mistake.
  if (asked || /^(kind|type|notes?|comments?|remarks?|#|)$/i.test(text)) return asked?.name ?? null;
  diagnostics.push(unknownQuantity(text, at));
  return null;
};

const unknownQuantity = (text: string, at: Place): Diagnostic => ({
  code: 'answers/quantity',
  severity: 'error',
  message: `nothing is asked by the name "${text}"`,
  at,
  help: suggestion(
    text,
    QUANTITIES.flatMap(({ name, aliases }) => [name, ...aliases]),
    'quantities',
  ),
});

/** `conv1,55x55x96,34,944` has a number in two fields: put together again, and said. */
const mend = (
  cells: readonly Cell[],
  wanted: number,
  place: (cell: Cell) => Place,
  diagnostics: Diagnostic[],
): readonly Cell[] => {
  const mended: Cell[] = [];
  for (const [i, cell] of cells.entries()) {
    const before = mended.at(-1);
    const surplus = mended.length + (cells.length - i) > wanted;
    if (surplus && before && /^~?\d{1,3}(,\d{3})*$/.test(before.text) && /^\d{3}$/.test(cell.text)) {
      const text = `${before.text},${cell.text}`;
      mended[mended.length - 1] = { ...before, text };
      diagnostics.push(split(text, place(before)));
    } else mended.push(cell);
  }
  return mended;
};

const split = (text: string, at: Place): Diagnostic => ({
  code: 'answers/split-by-comma',
  severity: 'note',
  message: `${text} is split at the comma, and read as one number here`,
  at,
  help: `write ${text.replaceAll(',', '')}, or quote it: "${text}"`,
});

const markdownCells = (line: string): readonly Cell[] | null => {
  const bare = line.trim();
  if (!bare.startsWith('|') || /^\|?\s*:?-+/.test(bare)) return null;
  const start = line.indexOf('|');
  return cellsBetween(line.slice(start + 1).replace(/\|\s*$/, ''), '|', start + 2).map((cell) => ({
    ...cell,
    text: cell.text.replace(/^[*`]+|[*`]+$/g, ''),
  }));
};

const separatedCells = (first: string) => {
  const sign = [';', '\t', ','].find((candidate) => first.includes(candidate)) ?? ',';
  return (line: string): readonly Cell[] | null => (line.trim() === '' ? null : cellsBetween(line, sign, 1));
};

/** The texts between a sign, which may stand in quotes (RFC 4180). */
const cellsBetween = (line: string, sign: string, column: number): readonly Cell[] => {
  const cells: Cell[] = [];
  const pattern = new RegExp(
    `\\s*(?:"((?:[^"]|"")*)"\\s*|([^${sign === '|' ? '\\|' : sign}]*))(?:${sign === '|' ? '\\|' : sign}|$)`,
    'gy',
  );
  while (pattern.lastIndex < line.length) {
    const start = pattern.lastIndex;
    const match = pattern.exec(line);
    if (!match) break;
    const text = (match[1]?.replaceAll('""', '"') ?? match[2] ?? '').trim();
    cells.push({ text, column: column + start + Math.max(0, match[0].indexOf(text)) });
  }
  return cells;
};

// --- YAML ------------------------------------------------------------------------------------------------------------

const KEYS = [
  'spec',
  'profile',
  'conventions',
  'tolerance',
  'points',
  'credit',
  'hidden',
  'memory_limit',
  'training',
  'answers',
  'questions',
] as const;

class YamlSheet {
  private readonly diagnostics: Diagnostic[] = [];

  constructor(private readonly text: string) {}

  read(): Sheet {
    const { value, diagnostics } = readYaml(this.text);
    // The reader puts 34,944 together again; in a sheet that is worth a note, not the student's cell.
    for (const d of diagnostics)
      this.diagnostics.push(
        d.code === 'yaml/split-by-comma' ? { ...d, severity: 'note', code: 'answers/split-by-comma' } : d,
      );
    if (value?.type !== 'mapping') {
      const at = value?.place ?? { line: 1, column: 1, length: 1 };
      if (this.diagnostics.length === 0)
        this.error(
          'answers/empty',
          'there are no answers here',
          at,
          'write answers: with one line per layer; check --template makes an empty sheet',
        );
      return { questions: [], rules: USUAL_RULES, diagnostics: this.diagnostics };
    }
    // A mapping from layers to answers, without anything around it, is a sheet too.
    const bare = !lookup(value, 'answers') && !lookup(value, 'questions');
    if (!bare)
      for (const { key } of value.entries) {
        if (!(KEYS as readonly string[]).includes(key.text) && !key.text.startsWith('x-'))
          this.error('answers/key', `a sheet has no key "${key.text}"`, key.place, suggestion(key.text, KEYS, 'keys'));
      }
    return {
      questions: bare ? [this.question('', value, value)] : this.questions(value),
      rules: this.rules(value),
      diagnostics: this.diagnostics,
    };
  }

  private questions(sheet: Mapping): readonly Question[] {
    const many = lookup(sheet, 'questions');
    if (!many) return [this.question('', sheet, lookup(sheet, 'answers'))];
    if (many.type !== 'mapping') {
      this.error(
        'answers/questions',
        'questions holds the questions by name',
        many.place,
        'write questions: {a: {spec: …, answers: …}}',
      );
      return [];
    }
    return many.entries.flatMap(({ key, value }) =>
      value.type === 'mapping' ? [this.question(key.text, value, lookup(value, 'answers'))] : [],
    );
  }

  private question(name: string, holder: Mapping, answers: Value | undefined): Question {
    const spec = lookup(holder, 'spec');
    const entries = answers?.type === 'mapping' ? answers.entries : [];
    if (answers && answers.type !== 'mapping' && !isNull(answers))
      this.error(
        'answers/mapping',
        'answers holds one line per layer',
        answers.place,
        'write conv1: {out: …, params: …}',
      );
    return {
      name,
      spec: spec?.type === 'scalar' ? spec.text : null,
      answers: entries.flatMap((entry) => this.cells(entry)),
    };
  }

  private cells({ key, value }: Entry): readonly Answer[] {
    if (value.type !== 'mapping') {
      if (!isNull(value))
        this.error(
          'answers/mapping',
          `${key.text} holds its answers by name`,
          value.place,
          `write ${key.text}: {out: …, params: …}`,
        );
      return [];
    }
    const answers: Answer[] = [];
    for (const { key: column, value: written } of value.entries) {
      const asked = quantityNamed(column.text);
      const before = answers.at(-1);
      if (asked) answers.push({ layer: key.text, quantity: asked.name, text: textOf(written), at: written.place });
      // `{params: 62,4M}` arrives in two pieces: one answer with a comma in it, which nobody guesses at.
      else if (before && isNull(written) && /^\d+\s*[kmgt]?i?b?$/i.test(column.text))
        answers[answers.length - 1] = { ...before, text: `${before.text},${column.text}` };
      else this.diagnostics.push(unknownQuantity(column.text, column.place));
    }
    return answers;
  }

  private rules(sheet: Mapping): Rules {
    const training = this.scalar(sheet, 'training') ?? 'inference';
    if (!Object.hasOwn(COPIES, training))
      this.error(
        'answers/training',
        `training is not "${training}"`,
        sheet.place,
        suggestion(training, Object.keys(COPIES), 'choices'),
      );
    return {
      stated: { ...this.profile(sheet), ...this.conventions(sheet) },
      tolerance: this.tolerance(sheet),
      points: this.points(sheet),
      credit: {
        followThrough: this.share(sheet, 'follow-through', 1),
        otherConvention: this.share(sheet, 'other-convention', 0),
      },
      hidden: hiddenIn(lookup(sheet, 'hidden')),
      memoryLimit: this.limit(sheet),
      training: Object.hasOwn(COPIES, training) ? (training as Rules['training']) : 'inference',
    };
  }

  private profile(sheet: Mapping): Stated {
    const name = this.scalar(sheet, 'profile');
    if (name === undefined) return {};
    const found = Object.hasOwn(PROFILES, name) ? PROFILES[name] : undefined;
    if (!found)
      this.error(
        'answers/profile',
        `there is no profile "${name}"`,
        lookup(sheet, 'profile')?.place ?? sheet.place,
        suggestion(name, Object.keys(PROFILES), 'profiles'),
      );
    return found ?? {};
  }

  private conventions(sheet: Mapping): Stated {
    const written = lookup(sheet, 'conventions');
    const stated: Record<string, unknown> = {};
    for (const { key, value } of written?.type === 'mapping' ? written.entries : []) {
      const choices: Readonly<Record<string, unknown>> | undefined = Object.hasOwn(CHOICES, key.text)
        ? CHOICES[key.text as keyof typeof CHOICES]
        : undefined;
      const text = textOf(value);
      if (!choices)
        this.error(
          'answers/convention',
          `there is no convention "${key.text}"`,
          key.place,
          suggestion(key.text, Object.keys(CHOICES), 'conventions'),
        );
      else if (!Object.hasOwn(choices, text))
        this.error(
          'answers/convention',
          `${key.text} cannot be "${text}"`,
          value.place,
          `write ${Object.keys(choices).join(' or ')}`,
        );
      else stated[key.text] = choices[text];
    }
    return stated;
  }

  private tolerance(sheet: Mapping): number {
    const text = this.scalar(sheet, 'tolerance');
    const match = /^(\d+(?:\.\d+)?)\s*(%?)$/.exec(text ?? '0');
    if (!match) this.error('answers/tolerance', `"${text}" is no tolerance`, sheet.place, 'write tolerance: 1%');
    return Number(match?.[1] ?? 0) / (match?.[2] ? 100 : 1);
  }

  private points(sheet: Mapping): Readonly<Record<string, number>> {
    const written = lookup(sheet, 'points');
    const points: Record<string, number> = {};
    if (written?.type === 'scalar') points[''] = Number(written.text);
    for (const { key, value } of written?.type === 'mapping' ? written.entries : [])
      points[key.text] = Number(textOf(value));
    for (const [name, n] of Object.entries(points))
      if (!Number.isFinite(n) || n < 0)
        this.error(
          'answers/points',
          `the points of ${name || 'a cell'} are no number`,
          written?.place ?? sheet.place,
          'write points: 2, or points: {conv1.params: 2}',
        );
    return points;
  }

  /** `4GiB` is a limit here, not what rounds to it. */
  private limit(sheet: Mapping): number | null {
    const text = this.scalar(sheet, 'memory_limit');
    const quantity = text === undefined ? null : parseQuantity(text);
    if (text !== undefined && !quantity)
      this.error('answers/memory-limit', `"${text}" is no number of bytes`, sheet.place, 'write memory_limit: 4GiB');
    return quantity && (quantity.low + quantity.high) / 2;
  }

  private share(sheet: Mapping, name: string, fallback: number): number {
    const credit = lookup(sheet, 'credit');
    const written = credit?.type === 'mapping' ? lookup(credit, name) : undefined;
    const share = written ? Number(textOf(written)) : fallback;
    if (share >= 0 && share <= 1) return share;
    this.error('answers/credit', `credit is a share from 0 to 1`, written?.place ?? sheet.place);
    return fallback;
  }

  private scalar(sheet: Mapping, key: string): string | undefined {
    const value = lookup(sheet, key);
    return value?.type === 'scalar' ? value.text : undefined;
  }

  private error(code: string, message: string, at: Place, help?: string): void {
    this.diagnostics.push({ code, severity: 'error', message, at, ...(help !== undefined && { help }) });
  }
}

const hiddenIn = (value: Value | undefined): readonly string[] =>
  value?.type === 'list' ? value.items.map(textOf) : value?.type === 'scalar' ? [value.text] : [];

/** A list is a shape written as one: `[55, 55, 96]`. */
const textOf = (value: Value): string =>
  value.type === 'scalar' ? value.text : value.type === 'list' ? value.items.map(textOf).join('x') : '';
