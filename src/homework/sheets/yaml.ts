// Answer sheets in YAML: cells by layer and quantity, and what the sheet says of its grading.

import { Findings } from '../../core/findings.js';
import { parseQuantity } from '../../core/quantity.js';
import { suggestion } from '../../core/suggest.js';
import { type Entry, isNull, lookup, type Mapping, type Value } from '../../lang/values.js';
import { readYaml } from '../../lang/yaml.js';
import { isLanguage, LANGUAGES, type Language } from '../chinese.js';
import { CHOICES, PROFILES, type Stated } from '../conventions.js';
import { COPIES } from '../measures.js';
import { quantityNamed } from '../quantities.js';
import { isAxis } from '../words.js';
import {
  type Answer,
  type Question,
  type Rules,
  type Sheet,
  shortened,
  USUAL_RULES,
  unknownQuantity,
} from './sheet.js';

const KEYS = [
  'spec',
  'student',
  'lang',
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

/** Nobody's name is longer. */
const LONGEST_NAME = 500;

export class YamlSheet {
  private readonly findings = new Findings();

  constructor(private readonly text: string) {}

  read(): Sheet {
    const { value, diagnostics } = readYaml(this.text, 'sheet');
    // What the reader has put right is worth a note in a sheet, not the student's cell: 34,944 in pieces, a sign of another keyboard.
    for (const d of diagnostics) {
      const code = d.code === 'yaml/split-by-comma' ? 'answers/split-by-comma' : d.code;
      this.findings.add({ ...d, code, severity: d.edits ? 'note' : d.severity });
    }
    if (value?.type !== 'mapping') {
      if (diagnostics.length === 0)
        this.findings.error(
          'answers/empty',
          'there are no answers here',
          value?.place ?? { line: 1, column: 1, length: 1 },
          'write answers: with one line per layer; check --template makes an empty sheet',
        );
      return { questions: [], rules: USUAL_RULES, diagnostics: this.findings.inOrder };
    }
    // A mapping from layers to answers, without anything around it, is a sheet too.
    const bare = !lookup(value, 'answers') && !lookup(value, 'questions');
    if (!bare)
      for (const { key } of value.entries) {
        if (!(KEYS as readonly string[]).includes(key.text) && !key.text.startsWith('x-'))
          this.findings.error(
            'answers/key',
            `a sheet has no key "${key.text}"`,
            key.place,
            suggestion(key.text, KEYS, 'keys'),
          );
      }
    return {
      questions: bare ? [this.question('', value, withoutStudent(value))] : this.questions(value),
      ...this.student(value),
      rules: this.rules(value),
      diagnostics: this.findings.inOrder,
    };
  }

  private student(sheet: Mapping): Pick<Sheet, 'student'> {
    const written = lookup(sheet, 'student');
    const isLayer = written?.type === 'mapping' && !lookup(sheet, 'answers') && !lookup(sheet, 'questions');
    if (!written || isNull(written) || isLayer) return {};
    if (written.type === 'scalar' && written.text.length <= LONGEST_NAME) return { student: written.text };
    this.findings.error(
      'answers/student',
      `student holds one name, of ${LONGEST_NAME} letters at most`,
      written.place,
      'write student: Ada Lovelace',
    );
    return {};
  }

  private questions(sheet: Mapping): readonly Question[] {
    const many = lookup(sheet, 'questions');
    if (!many) return [this.question('', sheet, lookup(sheet, 'answers'))];
    if (many.type !== 'mapping') {
      this.findings.error(
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
      this.findings.error(
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
        this.findings.error(
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
      // `{axes: N, H, W}` arrives in three pieces: H and W are axes here, whatever else they are the names of.
      if (before && isNull(written) && quantityNamed(before.quantity)?.form === 'axes' && isAxis(column.text))
        answers[answers.length - 1] = { ...before, text: `${before.text}, ${column.text}` };
      else if (asked) answers.push({ layer: key.text, quantity: asked.name, text: textOf(written), at: written.place });
      // `{params: 62,4M}` arrives in two pieces: one answer with a comma in it, which nobody guesses at.
      else if (before && before.text.length < 40 && isNull(written) && /^\d+\s*[kmgt]?i?b?$/i.test(column.text))
        answers[answers.length - 1] = { ...before, text: `${before.text},${column.text}` };
      else unknownQuantity(column.text, column.place, this.findings);
    }
    return answers;
  }

  private rules(sheet: Mapping): Rules {
    const training = this.scalar(sheet, 'training') ?? 'inference';
    if (!Object.hasOwn(COPIES, training))
      this.findings.error(
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
      language: this.language(sheet),
    };
  }

  private language(sheet: Mapping): Language | null {
    const text = this.scalar(sheet, 'lang');
    if (text === undefined || isLanguage(text)) return text ?? null;
    this.findings.error(
      'answers/language',
      `there are no hints in "${shortened(text)}"`,
      lookup(sheet, 'lang')?.place ?? sheet.place,
      suggestion(text, LANGUAGES, 'languages'),
    );
    return null;
  }

  private profile(sheet: Mapping): Stated {
    const name = this.scalar(sheet, 'profile');
    if (name === undefined) return {};
    const found = Object.hasOwn(PROFILES, name) ? PROFILES[name] : undefined;
    if (!found)
      this.findings.error(
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
        this.findings.error(
          'answers/convention',
          `there is no convention "${key.text}"`,
          key.place,
          suggestion(key.text, Object.keys(CHOICES), 'conventions'),
        );
      else if (!Object.hasOwn(choices, text))
        this.findings.error(
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
    if (!match)
      this.findings.error('answers/tolerance', `"${text}" is no tolerance`, sheet.place, 'write tolerance: 1%');
    return Number(match?.[1] ?? 0) / (match?.[2] ? 100 : 1);
  }

  private points(sheet: Mapping): Readonly<Record<string, number>> {
    const written = lookup(sheet, 'points');
    const points: Record<string, number> = {};
    if (written?.type === 'scalar') points[''] = Number(written.text);
    for (const { key, value } of written?.type === 'mapping' ? written.entries : [])
      points[key.text] = Number(textOf(value));
    for (const [name, n] of Object.entries(points)) {
      if (Number.isFinite(n) && n >= 0) continue;
      points[name] = 1;
      this.findings.error(
        'answers/points',
        `the points of ${name || 'a cell'} are no number`,
        written?.place ?? sheet.place,
        'write points: 2, or points: {conv1.params: 2}',
      );
    }
    return points;
  }

  /** `4GiB` is a limit here, not what rounds to it. */
  private limit(sheet: Mapping): number | null {
    const text = this.scalar(sheet, 'memory_limit');
    const quantity = text === undefined ? null : parseQuantity(text);
    if (text !== undefined && !quantity)
      this.findings.error(
        'answers/memory-limit',
        `"${text}" is no number of bytes`,
        sheet.place,
        'write memory_limit: 4GiB',
      );
    return quantity && (quantity.low + quantity.high) / 2;
  }

  private share(sheet: Mapping, name: string, fallback: number): number {
    const credit = lookup(sheet, 'credit');
    const written = credit?.type === 'mapping' ? lookup(credit, name) : undefined;
    const share = written ? Number(textOf(written)) : fallback;
    if (share >= 0 && share <= 1) return share;
    this.findings.error('answers/credit', `credit is a share from 0 to 1`, written?.place ?? sheet.place);
    return fallback;
  }

  private scalar(sheet: Mapping, key: string): string | undefined {
    const value = lookup(sheet, key);
    return value?.type === 'scalar' ? value.text : undefined;
  }
}

/** The layers of a sheet without anything around them: a layer of that name has answers. */
const withoutStudent = (sheet: Mapping): Mapping => ({
  ...sheet,
  entries: sheet.entries.filter(({ key, value }) => key.text !== 'student' || value.type === 'mapping'),
});

const hiddenIn = (value: Value | undefined): readonly string[] =>
  value?.type === 'list' ? value.items.map(textOf) : value?.type === 'scalar' ? [value.text] : [];

/** A list is a shape written as one: `[55, 55, 96]`. */
const textOf = (value: Value): string =>
  value.type === 'scalar' ? value.text : value.type === 'list' ? value.items.map(textOf).join('x') : '';
