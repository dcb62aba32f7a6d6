// The graded sheets of a class as a page, and as records for a grade book. What may be shown is decided in homework/shown.ts, what is
// counted in homework/class.ts.

import type { Graph } from '../../core/graph.js';
import { grouped } from '../../core/quantity.js';
import type { Rules } from '../../homework/answers.js';
import {
  type Asked,
  type ClassTable,
  cellName,
  cellsOf,
  mistakeInWords,
  type Question,
  type Student,
} from '../../homework/class.js';
import type { ShownCell } from '../../homework/shown.js';
import { heading, someOf } from '../cells.js';
import { type Block, type Cell, type Fact, type Heading, type Mark, type Page, visible } from '../page.js';
import { namedPage } from '../title.js';
import { markOf } from './check.js';

export interface ClassOptions {
  /** Of hints. */
  readonly language: NonNullable<Rules['language']>;
  /** The network, where all sheets are about one. */
  readonly graph?: Graph;
}

export const classPage = (table: ClassTable, { language, graph }: ClassOptions): Page => [
  ...(graph ? namedPage(graph) : []),
  studentsTable(table),
  { type: 'facts', entries: [...legend(table), classFact(table)] },
  ...(table.questions.length > MOST_APART ? sharesTable(table) : []),
  ...mistakesTable(table, language),
  ...alikeTable(table),
];

/** So many questions have a column each; more stand together by their layers. */
const MOST_APART = 12;

/** More of a name is read nowhere; a grade book has all of it. */
const LONGEST_NAME = 100;

const LONGEST_IN_LINE = 32;

const nameOf = (name: string, most = LONGEST_NAME): string => {
  const letters = [...name];
  return letters.length > most ? `${letters.slice(0, most).join('')}…` : name;
};

const percent = (share: number): string => `${Math.round(100 * share)}%`;

// --- students ---------------------------------------------------------------------------------------------------------------

/** Questions that share a column. */
interface Group {
  readonly title: string;
  readonly questions: readonly Question[];
}

const groupsOf = (questions: readonly Question[]): readonly Group[] => {
  if (questions.length <= MOST_APART)
    return questions.map((question) => ({ title: cellName(question), questions: [question] }));
  // In one order for all layers, which is that of the table of shares.
  const order = quantitiesOf(questions);
  return layersOf(questions).map(([title, asked]) => ({
    title,
    questions: order.flatMap((quantity) => asked.filter((question) => question.quantity === quantity)),
  }));
};

const quantitiesOf = (questions: readonly Question[]): readonly string[] => [
  ...new Set(questions.map(({ quantity }) => quantity)),
];

const layersOf = (questions: readonly Question[]): readonly (readonly [string, readonly Question[]])[] => {
  const layers = new Map<string, Question[]>();
  for (const question of questions) layers.set(question.layer, [...(layers.get(question.layer) ?? []), question]);
  return [...layers];
};

const studentsTable = ({ students, questions }: ClassTable): Block => {
  const groups = groupsOf(questions);
  const hasErrors = students.some(({ error }) => error !== undefined);
  const columns: readonly Heading[] = [
    heading('student', 'student', { shorten: 1 }),
    heading('points', 'points', { align: 'right' }),
    // A question of a sheet may be called anything.
    ...groups.map(({ title }) => heading(`signs ${title}`, visible(nameOf(title)), { signs: true })),
    ...(hasErrors ? [heading('note', 'note', { wrap: 3, below: true })] : []),
  ];
  const rows = students.map((student): readonly Cell[] => {
    const cells = cellsOf(student);
    const { name, score, max, error } = student;
    return [
      { text: nameOf(name) },
      error === undefined ? { text: `${grouped(score)}/${grouped(max)}` } : { text: '?', alarm: true },
      ...groups.map(({ questions: asked }) => ({
        text: '',
        marks: error === undefined ? asked.map((question) => markIn(cells.get(cellName(question)))) : [],
      })),
      ...(hasErrors ? [{ text: error ?? '' }] : []),
    ];
  });
  const foot = [
    { text: 'right' },
    { text: '' },
    ...groups.map(({ questions: asked }) => ({ text: shareOf(asked) })),
    ...(hasErrors ? [{ text: '' }] : []),
  ];
  return { type: 'table', columns, rows, ...(groups.length > 0 && { foot: [foot] }) };
};

const shareOf = (questions: readonly Question[]): string => {
  const add = (pick: (question: Question) => number) => questions.reduce((all, question) => all + pick(question), 0);
  return percent(add(({ right }) => right) / add(({ of }) => of));
};

const markIn = (cell: ShownCell | undefined): Mark => {
  if (!cell) return 'absent';
  if (cell.verdict === 'follow-through') return 'follows';
  return cell.verdict === 'unreadable' ? 'unread' : markOf(cell);
};

// --- what the signs mean, and how the class did ------------------------------------------------------------------------------

const MEANINGS: Readonly<Record<Mark, string>> = {
  right: 'right',
  follows: 'right for an earlier answer',
  half: 'partly right',
  wrong: 'wrong',
  unread: 'not readable',
  open: 'not answered',
  absent: 'not on the sheet',
};

/** The signs that there are, each with how many. */
const legend = ({ students, questions }: ClassTable): readonly Fact[] => {
  const counts = new Map<Mark, number>();
  const count = (mark: Mark, n = 1) => counts.set(mark, (counts.get(mark) ?? 0) + n);
  for (const { cells, error } of students) {
    if (error !== undefined) continue;
    for (const cell of cells) count(markIn(cell));
    if (questions.length > cells.length) count('absent', questions.length - cells.length);
  }
  return (Object.keys(MEANINGS) as Mark[]).flatMap((mark) => {
    const n = counts.get(mark);
    return n === undefined ? [] : [{ label: MEANINGS[mark], mark, text: grouped(n) }];
  });
};

const classFact = ({ students }: ClassTable): Fact => {
  const graded = students.filter(({ error }) => error === undefined);
  const shares = graded.flatMap(({ score, max }) => (max > 0 ? [score / max] : []));
  const mean = shares.reduce((all, share) => all + share, 0) / shares.length;
  const sheets = `${grouped(students.length)} ${students.length === 1 ? 'sheet' : 'sheets'}`;
  const failed = students.length - graded.length;
  return {
    label: 'class',
    text: shares.length === 0 ? sheets : `${percent(mean)} of the points on average`,
    dim: `(${shares.length === 0 ? '' : `${sheets}${failed > 0 ? ', ' : ''}`}${failed > 0 ? `${grouped(failed)} not graded` : ''})`,
  };
};

// --- questions --------------------------------------------------------------------------------------------------------------

const sharesTable = ({ questions }: ClassTable): Page => {
  const quantities = quantitiesOf(questions);
  return [
    { type: 'heading', text: 'right, by question', dim: 'the signs of a layer stand in this order' },
    {
      type: 'table',
      columns: [
        heading('layer', 'layer', { shorten: 1 }),
        ...quantities.map((quantity) => heading(quantity, quantity, { align: 'right' })),
      ],
      rows: layersOf(questions).map(([layer, asked]) => [
        { text: nameOf(layer) },
        ...quantities.map((quantity) => {
          const own = asked.filter((question) => question.quantity === quantity);
          return { text: own.length === 0 ? '' : shareOf(own) };
        }),
      ]),
    },
  ];
};

// --- mistakes ---------------------------------------------------------------------------------------------------------------

/** Hints go below their rows before names are broken into short lines. */
const LAST = 1.4;

/** So many answers are told; the JSON has all. */
const MOST_ALIKE = 20;

const whereText = (cells: readonly Asked[]): string =>
  someOf(cells.map((cell) => nameOf(cellName(cell), LONGEST_IN_LINE)));
const whoText = (students: readonly string[]): string => someOf(students.map((name) => nameOf(name, LONGEST_IN_LINE)));

const mistakesTable = ({ mistakes }: ClassTable, language: ClassOptions['language']): Page =>
  mistakes.length === 0
    ? []
    : [
        { type: 'heading', text: 'mistakes' },
        {
          type: 'table',
          columns: [
            heading('students', 'students', { align: 'right' }),
            heading('mistake', 'mistake'),
            heading('where', 'where', { wrap: LAST }),
            heading('who', 'who', { wrap: LAST }),
            heading('hint', 'in words', { wrap: 3, below: true }),
          ],
          rows: mistakes.map(({ mistake, students, cells }) => [
            { text: grouped(students.length) },
            { text: mistake },
            { text: whereText(cells) },
            { text: whoText(students) },
            { text: mistakeInWords(mistake, language) },
          ]),
        },
      ];

const alikeTable = ({ alike }: ClassTable): Page => {
  if (alike.length === 0) return [];
  const answers = alike.some(({ expected }) => expected !== undefined);
  return [
    { type: 'heading', text: 'the same wrong answer', dim: 'no mistake that is known explains it' },
    {
      type: 'table',
      columns: [
        heading('students', 'students', { align: 'right' }),
        heading('question', 'question'),
        heading('given', 'answer', { shorten: 1 }),
        ...(answers ? [heading('expected', 'right answer', { wrap: 2 })] : []),
        heading('who', 'who', { wrap: 3 }),
      ],
      rows: alike
        .slice(0, MOST_ALIKE)
        .map((same) => [
          { text: grouped(same.students.length) },
          { text: nameOf(cellName(same)) },
          { text: same.given },
          ...(answers ? [{ text: same.expected ?? '?' }] : []),
          { text: whoText(same.students) },
        ]),
    },
    ...(alike.length > MOST_ALIKE
      ? [
          {
            type: 'text',
            text: `and ${grouped(alike.length - MOST_ALIKE)} more; the JSON has all`,
            tone: 'dim',
          } as const,
        ]
      : []),
  ];
};

// --- a grade book -----------------------------------------------------------------------------------------------------------

/** A row for each student, the points of each question, and their total; empty where the question is not on the sheet. */
export const classRecords = ({ students, questions }: ClassTable): readonly (readonly string[])[] => [
  ['student', ...questions.map(({ layer, quantity }) => `${layer}.${quantity}`), 'total', 'max'],
  ...students.map((student) => recordOf(student, questions)),
];

const recordOf = (student: Student, questions: readonly Question[]): readonly string[] => {
  const { name, score, max, error } = student;
  if (error !== undefined) return [name, ...questions.map(() => '?'), '?', '?'];
  const cells = cellsOf(student);
  const points = questions.map((question) => cells.get(cellName(question))?.score);
  return [name, ...points.map((n) => (n === undefined ? '' : String(n))), String(score), String(max)];
};
