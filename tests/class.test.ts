// A class: many sheets in one table. How one is graded is tested in homework.test.ts and grading.test.ts; here, that each is graded as
// it is alone, what the table counts, who is who, and that no file and no name does harm.

import fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import { main } from '../src/cli.js';
import { readSheet } from '../src/homework/answers.js';
import { classTable, type Student } from '../src/homework/class.js';
import { displayWidth } from '../src/report/width.js';
import { fakeIo, plain, type Ran, run } from './fake-io.js';
import { net } from './spec-text.js';

const NET = net(
  '227x227x3',
  '{conv: 96, kernel: 11, stride: 4, name: conv1}',
  '{maxpool: 3, stride: 2, name: pool1}',
  '{conv: 256, kernel: 5, padding: 2, name: conv2}',
);

/** Right, by a mistake, wrong without a name, left out, not readable. */
const ANSWERS: Readonly<Record<string, readonly string[]>> = {
  'conv1.out': ['55x55x96', '54x54x96', '1x2x3', '_', 'many'],
  'conv1.params': ['34944', '34848', '777', '_', 'many'],
  'pool1.out': ['27x27x96', '26x26x96', '1x2x3', '_'],
  'pool1.params': ['0', '864', '777', '_'],
  'conv2.params': ['614656', '614400', '777', '615K'],
};

type Answered = Readonly<Record<string, string>>;

const sheetOf = (answered: Answered, head = ''): string => {
  const layers = new Map<string, string[]>();
  for (const [cell, text] of Object.entries(answered)) {
    const [layer = '', quantity = ''] = cell.split('.');
    layers.set(layer, [...(layers.get(layer) ?? []), `${quantity}: "${text}"`]);
  }
  return `${head}answers:\n${[...layers].map(([layer, cells]) => `  ${layer}: {${cells.join(', ')}}\n`).join('')}`;
};

const RIGHT = sheetOf(Object.fromEntries(Object.entries(ANSWERS).map(([cell, [right = '']]) => [cell, right])));

const answered: fc.Arbitrary<Answered> = fc
  .record(Object.fromEntries(Object.entries(ANSWERS).map(([cell, texts]) => [cell, fc.constantFrom(...texts)])), {
    requiredKeys: ['conv1.params'],
  })
  .map((chosen) => Object.fromEntries(Object.entries(chosen).flatMap(([cell, text]) => (text ? [[cell, text]] : []))));

const grade = (sheets: readonly string[], ...argv: readonly string[]): Promise<Ran> => {
  const files = Object.fromEntries(sheets.map((text, i) => [`s${i}.yaml`, text]));
  return run(['check', 'net.yaml', ...Object.keys(files), ...argv], { files: { 'net.yaml': NET, ...files } });
};

const json = ({ out }: Ran) => JSON.parse(out);

/** A class in a folder: null is a folder, too. */
const inFolder = (files: Readonly<Record<string, string | null>>, ...argv: readonly string[]): Promise<Ran> =>
  run(['check', 'net.yaml', '--class', 'class', ...argv], {
    files: {
      'net.yaml': NET,
      class: null,
      ...Object.fromEntries(Object.entries(files).map(([name, text]) => [`class/${name}`, text])),
    },
  });

const namesOf = (ran: Ran): readonly string[] => json(ran).students.map(({ name }: Student) => name);

describe('every class', () => {
  it('has of each sheet what it is worth alone', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(answered, { minLength: 2, maxLength: 4 }), async (class_) => {
        const sheets = class_.map((one) => sheetOf(one));
        const together = await grade(sheets, '--json');
        const { students } = json(together);
        let allRight = true;
        for (const [i, text] of sheets.entries()) {
          const files = { 'net.yaml': NET, [`s${i}.yaml`]: text };
          const alone = await run(['check', 'net.yaml', `s${i}.yaml`, '--json'], { files });
          const { score, max, cells } = json(alone);
          expect(students[i]).toMatchObject({ name: `s${i}`, source: `s${i}.yaml`, score, max, cells });
          allRight &&= alone.code === 0;
        }
        expect(together.code).toBe(allRight ? 0 : 1);
      }),
      { numRuns: 8 },
    );
  });

  it('adds up', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(answered, { minLength: 2, maxLength: 6 }), async (class_) => {
        const { students, questions, mistakes, alike } = json(
          await grade(
            class_.map((one) => sheetOf(one)),
            '--json',
          ),
        );
        const cells = (students as Student[]).flatMap((student) => student.cells.map((cell) => ({ student, cell })));
        for (const { layer, quantity, right, of } of questions) {
          const own = cells.filter(({ cell }) => cell.layer === layer && cell.quantity === quantity);
          expect([of, right]).toEqual([own.length, own.filter(({ cell }) => cell.verdict === 'correct').length]);
        }
        expect(questions.reduce((all: number, { of }: { of: number }) => all + of, 0)).toBe(cells.length);
        for (const { mistake, count, students: who, cells: where } of mistakes) {
          const made = cells.filter(({ cell }) => (cell.mistakes ?? [cell.mistake]).includes(mistake));
          expect(count).toBe(made.length);
          expect(where.reduce((all: number, one: { count: number }) => all + one.count, 0)).toBe(count);
          expect(who).toEqual([...new Set(made.map(({ student }) => student.name))]);
        }
        const named = new Set(cells.flatMap(({ cell }) => cell.mistakes ?? (cell.mistake ? [cell.mistake] : [])));
        expect(new Set(mistakes.map(({ mistake }: { mistake: string }) => mistake))).toEqual(named);
        const most = mistakes.map(({ students: who }: { students: string[] }) => who.length);
        expect(most).toEqual([...most].sort((a, b) => b - a));
        for (const { layer, quantity, given, students: who } of alike) {
          expect(who.length).toBeGreaterThan(1);
          const own = cells.filter(
            ({ cell }) => cell.layer === layer && cell.quantity === quantity && cell.given === given,
          );
          expect(own.every(({ cell }) => cell.verdict === 'wrong')).toBe(true);
          expect(who).toEqual(own.map(({ student }) => student.name));
        }
      }),
      { numRuns: 15 },
    );
  });

  it('is a grade book whose rows add up', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(answered, { minLength: 2, maxLength: 4 }), async (class_) => {
        const sheets = class_.map((one) => sheetOf(one));
        const { students, questions } = json(await grade(sheets, '--json'));
        const [head, ...rows] = (await grade(sheets, '--format', 'tsv')).out
          .trimEnd()
          .split('\n')
          .map((line) => line.split('\t'));
        const asked = questions.map(
          ({ layer, quantity }: { layer: string; quantity: string }) => `${layer}.${quantity}`,
        );
        expect(head).toEqual(['student', ...asked, 'total', 'max']);
        expect(rows.length).toBe(students.length);
        for (const [i, row] of rows.entries()) {
          const { name, score, max, cells } = students[i];
          const points = row.slice(1, -2);
          expect([row[0], row.at(-2), row.at(-1)]).toEqual([name, String(score), String(max)]);
          expect(points.filter((text) => text !== '').length).toBe(cells.length);
          expect(points.reduce((all, text) => all + Number(text), 0)).toBe(score);
        }
      }),
      { numRuns: 8 },
    );
  });
});

describe('questions', () => {
  const student = (name: string, ...cells: readonly string[]): Student => ({
    name,
    source: name,
    place: name,
    score: 0,
    max: cells.length,
    diagnostics: [],
    cells: cells.map((cell) => {
      const [layer = '', quantity = ''] = cell.split('.');
      return { layer, quantity, given: '', verdict: 'unanswered', score: 0, max: 1 };
    }),
  });
  const order = (...students: readonly Student[]): string =>
    classTable(students)
      .questions.map(({ layer, quantity }) => `${layer}.${quantity}`)
      .join(' ');
  it.each([
    ['one order', ['a.out b.out', 'a.out b.out'], 'a.out b.out'],
    ['what only some have, behind what they have before it', ['a.out c.out', 'a.out b.out c.out'], 'a.out b.out c.out'],
    ['at the beginning', ['b.out', 'a.out b.out'], 'a.out b.out'],
    ['at the end', ['a.out', 'a.out b.out c.out'], 'a.out b.out c.out'],
    ['another order changes nothing', ['a.out b.out', 'b.out a.out'], 'a.out b.out'],
    ['nobody', [], ''],
  ] as const)('%s', (_, sheets, expected) =>
    expect(order(...sheets.map((cells, i) => student(`s${i}`, ...cells.split(' '))))).toBe(expected),
  );
});

describe('the same wrong answer', () => {
  const alike = async (...params: readonly string[]) =>
    json(
      await grade(
        params.map((text) => sheetOf({ 'conv1.params': text })),
        '--json',
        '--show',
        'answer',
      ),
    ).alike;
  it('is the same however it is written', async () => {
    expect(await alike('1777', '1,777', '1 777')).toEqual([
      { layer: 'conv1', quantity: 'params', given: '1777', students: ['s0', 's1', 's2'], expected: '34944' },
    ]);
  });
  it.each([
    ['of one student', ['777', '778']],
    ['with a name', ['34848', '34848']],
    ['that is right', ['34944', '34944']],
    ['that is none', ['_', '_']],
  ])('is not told %s', async (_, params) => expect(await alike(...params)).toEqual([]));
});

describe('who is who', () => {
  it('the file, without its ending; or what the sheet says', async () => {
    const ran = await grade(
      [RIGHT, `student: Ada Lovelace\n${RIGHT}`, `student: 4711\n${RIGHT}`, `student:\n${RIGHT}`],
      '--json',
    );
    expect(namesOf(ran)).toEqual(['s0', 'Ada Lovelace', '4711', 's3']);
    expect(ran.code).toBe(0);
  });
  it('a sheet says it beside its answers too', () => {
    const { student, questions, diagnostics } = readSheet('student: Ada\nconv1: {params: 1}\n');
    expect([student, questions[0]?.answers.length, diagnostics]).toEqual(['Ada', 1, []]);
    expect(readSheet('student: {out: 1x1x1}\n')).toMatchObject({ questions: [{ answers: [{ layer: 'student' }] }] });
    const codes = (head: string) => readSheet(`${head}\nanswers:\n`).diagnostics.map(({ code }) => code);
    expect([codes('student: [a, b]'), codes(`student: ${'x'.repeat(501)}`)]).toEqual([
      ['answers/student'],
      ['answers/student'],
    ]);
  });
  it('by the numbers in the names', async () => {
    const files = Object.fromEntries(['ada10.yaml', 'ada2.yaml', 'ada.yaml', 'Bob.csv'].map((name) => [name, RIGHT]));
    const ran = await inFolder({ ...files, 'Bob.csv': 'layer,out\nconv1,55x55x96\n' }, '--json');
    expect(namesOf(ran)).toEqual(['ada', 'ada2', 'ada10', 'Bob']);
  });
  it('the folder of a learning platform, whatever the sheet says', async () => {
    const ran = await inFolder(
      {
        'Ada Lovelace_12345_assignsubmission_file_': null,
        'Ada Lovelace_12345_assignsubmission_file_/answers.yaml': `student: Bob\n${RIGHT}`,
        'Ada Lovelace_12345_assignsubmission_file_/photo.png': 'x',
        Eve_7_assignsubmission_file_: null,
        'Eve_7_assignsubmission_file_/homework.pdf': 'x',
        'group.yaml': null,
        'group.yaml/ours.md': '|layer|out|\n|-|-|\n|conv1|55x55x96|\n',
      },
      '--json',
    );
    expect(json(ran).students).toMatchObject([
      { name: 'Ada Lovelace', score: 5 },
      { name: 'Eve', error: 'there is no sheet in the folder' },
      { name: 'group.yaml', score: 1 },
    ]);
    expect(ran.err).toContain('2 files are no sheets');
  });
  it('two of one name are told apart, and it is told', async () => {
    const sheet = `student: Ada\n${RIGHT}`;
    const ran = await inFolder(
      { 'a.yaml': sheet, 'b.yaml': sheet, 'c.yaml': `student: Ada (a.yaml)\n${RIGHT}` },
      '--json',
    );
    expect(namesOf(ran)).toEqual(['Ada (a.yaml) 2', 'Ada (b.yaml)', 'Ada (a.yaml)']);
    expect(ran.err).toContain('2 sheets are of "Ada": class/a.yaml, class/b.yaml');
    const twice = await run(['check', 'net.yaml', 'a.yaml', 'a.yaml', '--json'], {
      files: { 'net.yaml': NET, 'a.yaml': RIGHT },
    });
    expect(namesOf(twice)).toEqual(['a (a.yaml)', 'a (a.yaml) 2']);
  });
  it('letters that a file system takes apart are one name', async () => {
    const ran = await inFolder({ 'Jose\u0301_1_x': null, 'Jose\u0301_1_x/a.yaml': RIGHT, 'b.yaml': RIGHT }, '--json');
    expect(namesOf(ran)).toContain('Jos\u00e9');
  });
});

describe('a folder', () => {
  it('passes over what is no sheet, and says so', async () => {
    const files = {
      'net.yaml': NET,
      class: null,
      'class/ada.yaml': RIGHT,
      'class/rules.yaml': 'answers: {conv1: {out: _}}\n',
      'class/spec.yaml': NET,
      'class/.ada.yaml': RIGHT,
      'class/~$bob.csv': RIGHT,
      'class/cat.png': 'x',
      'class/secret.yaml': 'answers: {conv1: {out: 55x55x96}}\n',
      'class/pipe.fifo.yaml': '',
      'class/empty': null,
    };
    const argv = ['check', 'net.yaml', '--class', 'class', '--rules', 'class/rules.yaml', '--json'];
    const ran = await run(argv, { files, links: ['class/secret.yaml'] });
    expect(namesOf(ran)).toEqual(['ada']);
    expect(ran.err).toMatch(/^8 files are no sheets, and passed over: /m);
  });
  it('that the spec and the rules lie in, however they are spelled', async () => {
    const inside = { 'class/net.yaml': NET, 'class/rules.yaml': RIGHT, 'class/ada.yaml': RIGHT };
    const same = Object.fromEntries(Object.entries(inside).map(([path, text]) => [`./${path}`, text]));
    const files = { './class': null, ...inside, ...same };
    const argv = ['check', 'class/net.yaml', '--class', './class', '--rules', 'class/rules.yaml', '--json'];
    expect(namesOf(await run(argv, { files }))).toEqual(['ada']);
  });
  it('with sheets of the command line', async () => {
    const files = { 'net.yaml': NET, class: null, 'class/ada.yaml': RIGHT, 'late.yaml': RIGHT };
    const ran = await run(['check', 'net.yaml', 'late.yaml', '--class', 'class', '--json'], { files });
    expect(namesOf(ran)).toEqual(['late', 'ada']);
  });
  it('of ten thousand files', async () => {
    const others = Object.fromEntries(Array.from({ length: 10_000 }, (_, i) => [`class/${i}.png`, '']));
    const files = { 'net.yaml': NET, class: null, ...others, 'class/ada.yaml': RIGHT };
    const ran = await run(['check', 'net.yaml', '--class', 'class', '--format', 'csv'], { files });
    expect([ran.code, ran.out.split('\n').length, ran.err]).toEqual([0, 3, expect.stringMatching(/^10000 files/m)]);
    const sheets = Object.fromEntries(Array.from({ length: 10_001 }, (_, i) => [`class/${i}.yaml`, '']));
    const refused = await run(['check', 'net.yaml', '--class', 'class'], { files: { class: null, ...sheets } });
    expect([refused.code, refused.err]).toEqual([2, expect.stringContaining('more than 10000 sheets')]);
  });
  it.each<readonly [argv: readonly string[], says: string]>([
    [['net.yaml', '--class', 'nowhere'], 'there is no folder "nowhere"'],
    [['net.yaml', '--class', 'ada.yaml'], 'ada.yaml is a file, no folder'],
    [['net.yaml', '--class', 'empty'], 'there are no sheets in empty'],
    [['net.yaml', '--class', 'specs'], 'there are no sheets in specs'],
    [['net.yaml', '--class', 'class', '--watch'], '--watch does not see'],
    [['own.yaml', '--class', 'class'], 'own.yaml is a sheet, no network'],
    [['broken.yaml', '--class', 'class'], 'nothing can be graded by it'],
    [['net.yaml', '--class', 'class', '--format', 'junit'], 'check is not printed as junit'],
    [['net.yaml', '--class', 'class', '--rules', 'none.yaml'], 'none.yaml cannot be read'],
    [[], "missing required argument 'SPEC'"],
  ])('%j: %s', async (argv, says) => {
    const files = {
      'net.yaml': NET,
      'broken.yaml': 'input: 8x8x1\nlayers: [{conv: 1, kernel: 9}]\n',
      'own.yaml': `spec: alexnet\n${RIGHT}`,
      class: null,
      'class/ada.yaml': RIGHT,
      'ada.yaml': RIGHT,
      empty: null,
      'empty/.hidden.yaml': RIGHT,
      specs: null,
      'specs/other.yaml': NET,
    };
    const { code, out, err } = await run(['check', ...argv], { files });
    expect([code, out, err]).toEqual([2, '', expect.stringContaining(says)]);
  });
});

describe('a sheet that cannot be graded is a row that says so', () => {
  it.each([
    ['a missing one', 'nowhere.yaml', 'cannot be read: there is no such file'],
    ['a workbook', 'book.csv', 'a workbook or an archive'],
    ['nothing', 'empty.yaml', 'there are no answers here'],
    ['other bytes', 'latin.yaml', 'is no text in UTF-8'],
    ['more than the limit', 'long.yaml', 'at most 4194304 (4 MiB) are read'],
    ['another network', 'other.yaml', 'there is no layer "x"'],
    ['a folder', 'folder', 'it is a directory'],
  ])('%s', async (_, path, says) => {
    const files = {
      'net.yaml': NET,
      'ada.yaml': RIGHT,
      'book.csv': 'PK\u0003\u0004',
      'empty.yaml': '',
      'latin.yaml': new Uint8Array([0x61, 0xff, 0x62]),
      'long.yaml': new Uint8Array(4 * 1024 * 1024 + 1),
      'other.yaml': 'answers: {x: {out: 1x1x1}}\n',
      folder: null,
    };
    const ran = await run(['check', 'net.yaml', path, 'ada.yaml'], { files });
    expect([ran.code, plain(ran.out)]).toEqual([1, expect.stringContaining(says)]);
    expect(ran.out).toMatch(/^ada +5\/5 /m);
    const book = await run(['check', 'net.yaml', path, 'ada.yaml', '--format', 'csv'], { files });
    expect(book.out.split('\n')[1]).toMatch(/^[^,]+(,\?){7}$/);
    const alone = await run(['check', 'net.yaml', path, path], { files });
    expect([alone.code, alone.err]).toEqual([2, expect.stringContaining('no sheet could be graded')]);
  });
  it('with rules too: what cannot be read is not unanswered', async () => {
    const files = { 'net.yaml': NET, 'a.yaml': RIGHT, 'b.yaml': 'answers: [\n', 'rules.yaml': RIGHT };
    const ran = await run(['check', 'net.yaml', 'a.yaml', 'b.yaml', '--rules', 'rules.yaml', '--json'], { files });
    expect(json(ran).students).toMatchObject([{ score: 5 }, { cells: [], error: expect.any(String) }]);
  });
});

describe('sheets that name their networks', () => {
  const own = (spec: string) => `spec: ${JSON.stringify(spec)}\nanswers: {conv1: {params: 34944}}\n`;
  it('are each graded by theirs, and reach for no other file', async () => {
    const files = {
      '/etc/passwd': 'root:x:0:0:secret\n',
      'class/net.yaml': NET,
      class: null,
      'class/a.yaml': own('alexnet'),
      'class/b.yaml': own('net.yaml'),
      'class/c.yaml': own('/etc/passwd'),
      'class/d.yaml': own('../net.yaml'),
      'class/e.yaml': own('input: 8x8x1\nlayers: [{conv: 1, kernel: 9, name: conv1}]\n'),
      'class/f.yaml': RIGHT,
    };
    const ran = await run(['check', '--class', 'class', '--json'], { files });
    expect(json(ran).students).toMatchObject([
      { name: 'a', score: 1 },
      { name: 'b', score: 1 },
      { name: 'c', error: expect.stringContaining('no file beside it') },
      { name: 'd', error: expect.stringContaining('no file beside it') },
      { name: 'e', error: expect.stringContaining('cannot be analysed in full') },
      { name: 'f', error: 'the sheet names no network' },
    ]);
    expect(ran.out + ran.err).not.toContain('secret');
  });
  it('two of them need no folder', async () => {
    const files = { 'a.yaml': own('alexnet'), 'b.yaml': own('alexnet') };
    const ran = await run(['check', 'a.yaml', 'b.yaml', '--json'], { files });
    expect([ran.code, ...namesOf(ran)]).toEqual([0, 'a', 'b']);
  });
  it('are asked what the key asks, by its networks', async () => {
    const key = (await run(['quiz', '--seed', 'ada', '--key'])).out;
    const other = (await run(['quiz', '--seed', 'bob', '--key'])).out;
    const files = { 'key.yaml': key, class: null, 'class/ada.yaml': key, 'class/bob.yaml': other };
    const { students } = json(await run(['check', '--class', 'class', '--rules', 'key.yaml', '--json'], { files }));
    expect(students[0].score).toBe(students[0].max);
    expect(students[1].max).toBe(students[0].max);
    expect(students[1].score).toBeLessThan(students[0].score);
  });
  it('a network is read once', async () => {
    const sheets = Object.fromEntries(Array.from({ length: 5 }, (_, i) => [`class/${i}.yaml`, own('net.yaml')]));
    const io = fakeIo({ files: { class: null, 'class/net.yaml': NET, ...sheets } });
    const read: string[] = [];
    const readFile: typeof io.readFile = (path, most, isWanted) => {
      read.push(path);
      return io.readFile(path, most, isWanted);
    };
    expect(await main(['check', '--class', 'class', '--json'], { ...io, readFile })).toBe(0);
    // Once as a file of the folder, and once as a network.
    expect(read.filter((path) => path === 'class/net.yaml').length).toBe(2);
  });
});

it('--watch grades anew when one of the sheets changes', async () => {
  vi.useFakeTimers();
  try {
    const io = fakeIo({ files: { 'net.yaml': NET, 'a.yaml': RIGHT, 'b.yaml': 'answers: {conv1: {out: 1x1x1}}\n' } });
    main(['check', 'net.yaml', 'a.yaml', 'b.yaml', '--watch', '--format', 'csv'], io);
    await vi.waitFor(() => expect(io.err()).toContain('watching net.yaml, a.yaml, b.yaml'));
    expect(io.out()).toMatch(/^b,0,.*\n$/m);
    io.files.set('b.yaml', RIGHT);
    io.touch('b.yaml');
    await vi.advanceTimersByTimeAsync(100);
    expect(io.out()).toMatch(/\nb,1,1,1,1,1,5,5\n$/);
  } finally {
    vi.useRealTimers();
  }
});

describe('what is shown', () => {
  const sheets = [sheetOf({ 'conv1.params': '34848', 'pool1.params': '864' }), sheetOf({ 'conv1.params': '34848' })];
  it.each([
    ['none', 0, false],
    ['hint', 2, false],
    ['answer', 2, true],
  ] as const)('--show %s', async (show, mistakes, answers) => {
    const ran = await grade(sheets, '--show', show, '--json');
    expect(json(ran).mistakes.length).toBe(mistakes);
    expect(ran.out.includes('"expected": "34944"')).toBe(answers);
    expect((await grade(sheets, '--show', show)).out.includes('forgot-bias')).toBe(mistakes > 0);
  });
  it('mistakes in words, in a language', async () => {
    expect((await grade(sheets)).out).toContain('these are the weights alone');
    expect((await grade(sheets, '--lang', 'zh')).out).toContain('这只是权重的个数');
  });
  it('a line for each student', async () => {
    const lines = (await grade(sheets, '--jsonl')).out.trimEnd().split('\n');
    expect(lines.map((line) => JSON.parse(line))).toMatchObject([
      { type: 'student', name: 's0', score: 0, max: 2 },
      { type: 'student', name: 's1', score: 0, max: 1 },
    ]);
  });
  it('that sheets do not ask the same, unless there are rules', async () => {
    expect((await grade(sheets)).err).toContain('1 of 2 sheets have not all of the questions');
    const files = { 'net.yaml': NET, 'a.yaml': sheets[0] ?? '', 'b.yaml': sheets[1] ?? '', 'rules.yaml': RIGHT };
    const ruled = await run(['check', 'net.yaml', 'a.yaml', 'b.yaml', '--rules', 'rules.yaml'], { files });
    expect([ruled.err, ruled.out]).toEqual(['', expect.stringMatching(/^b +0\/5 /m)]);
  });
});

describe('names that mean harm', () => {
  const NAMES = ['<img onerror=x>', '=1+1', 'a\u202eb', 'x'.repeat(500), '王小明的作业', 'a | b', '\\input{x}', '"q",'];
  const sheets = NAMES.map((name) => sheetOf({ 'conv1.params': '34848' }, `student: ${JSON.stringify(name)}\n`));
  it.each(['table', 'markdown', 'latex', 'csv', 'tsv', 'jsonl'])('as %s', async (format) => {
    const { out, code } = await grade(sheets, '--format', format);
    expect(code).toBe(1);
    if (format === 'jsonl')
      return expect(
        out
          .trimEnd()
          .split('\n')
          .map((line) => JSON.parse(line).name),
      ).toEqual(NAMES);
    expect(out).not.toContain('\u202e');
    if (format === 'markdown') {
      expect(out).toContain('\\<img');
      expect(
        new Set(
          out
            .split('\n\n')[0]
            ?.split('\n')
            .map((line) => line.replaceAll('\\|', '').split('|').length),
        ).size,
      ).toBe(1);
    }
    if (format === 'latex') expect(out).toContain('\\textbackslash{}input');
    if (format === 'csv' || format === 'tsv') expect(out).toMatch(/^'=1\+1/m);
    if (format === 'csv') expect(out).toContain('"""q"","');
    return undefined;
  });
});

it('questions that are called anything', async () => {
  const name = '\u001b[31m<img onerror=x>\u202e\n| a';
  const quiz = (params: string) =>
    `questions: {${JSON.stringify(name)}: {\n spec: "INPUT 8x8x1; CONV-3-2", answers: {conv1: {params: ${params}}}}, ${'x'.repeat(3000)}: {spec: alexnet, answers: {fc8: {params: ${params}}}}}\n`;
  const files = { class: null, 'class/a.yaml': quiz('20'), 'class/b.yaml': quiz('18') };
  for (const format of ['table', 'markdown', 'latex', 'csv']) {
    const { out, code } = await run(['check', '--class', 'class', '--format', format], { files });
    expect(code).toBe(1);
    // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
    expect(out).not.toMatch(/[\u001b\u202e]/);
    if (format === 'markdown') expect(out).toContain('\\<img');
    if (format !== 'csv') expect(out).not.toContain('x'.repeat(200));
  }
});

describe('the table', () => {
  /** A network of `n` layers with three questions each, of which a student's answers are right, wrong or left out in turn. */
  const long = (n: number) => ({
    spec: net('64x64x8', ...Array.from({ length: n }, (_, i) => `{conv: 8, kernel: 3, padding: 1, name: stage${i}}`)),
    sheet: (from: number) =>
      sheetOf(
        Object.fromEntries(
          Array.from({ length: 3 * n }, (_, i) => {
            const [right, wrong] = [
              ['64x64x8', '9x9x9'],
              ['584', '7'],
              ['2359296', '7'],
            ][i % 3] ?? ['', ''];
            const cell = `stage${Math.floor(i / 3)}.${['out', 'params', 'macs'][i % 3]}`;
            return [cell, [right, wrong, '_', 'so'][(i + from) % 4] ?? ''];
          }),
        ),
      ),
  });
  const drawn = async (layers: number, ...argv: readonly string[]): Promise<string> => {
    const { spec, sheet } = long(layers);
    const sheets = Object.fromEntries(
      ['Ada Lovelace', '王小明', 'x'.repeat(300)].map((name, i) => [`${name}.yaml`, sheet(i)]),
    );
    const ran = await run(['check', 'net.yaml', ...Object.keys(sheets), '--ascii', ...argv], {
      files: { 'net.yaml': spec, ...sheets },
    });
    return ran.out;
  };
  /** The signs in the row of a student, from all tables that have it. */
  const signsOf = (out: string, name: string): string =>
    out
      .split('\n\n')
      .filter((block) => /^student/.test(block))
      .flatMap((block) => block.split('\n'))
      .filter((line) => line.startsWith(name))
      .map((line) => line.slice(name.length).replace(/\d+\/\d+/, ''))
      .join('')
      .replace(/\s/g, '');

  it.each([2, 4, 13, 40])('of %i layers has every sign at every width, and no line that is wider', async (layers) => {
    const expected = Array.from({ length: 3 * layers }, (_, i) => '+x.?'[i % 4]).join('');
    for (const width of layers > 20 ? [60, 140] : [60, 80, 100, 140]) {
      const out = await drawn(layers, '--width', String(width));
      expect(signsOf(out, 'Ada Lovelace'), `${width}`).toBe(expected);
      for (const line of out.split('\n')) expect(displayWidth(line), line).toBeLessThanOrEqual(width);
    }
    expect(signsOf(await drawn(layers), 'Ada Lovelace')).toBe(expected);
  });
  it('numbers layers that have no room for their names, and says which is which', async () => {
    const out = await drawn(13, '--width', '80');
    expect(out).toContain('1   2   3   4');
    expect(out).toMatch(/\b13 stage12 \d+%/);
    expect(await drawn(4, '--width', '140')).toMatch(/^student +points +stage0 out/m);
  });
  it('stands in frames, in the same width', async () => {
    for (const line of (await drawn(13, '--width', '80', '--style', 'box')).split('\n'))
      expect(displayWidth(line), line).toBeLessThanOrEqual(80);
  });
  it.each([1, 2, 300])('of %i students has a row for each', async (n) => {
    const files = Object.fromEntries(Array.from({ length: n }, (_, i) => [`s${i}.yaml`, RIGHT]));
    const { out, code } = await inFolder(files);
    expect([code, out.match(/^s\d+ +5\/5/gm)?.length]).toEqual([0, n]);
    expect(out).toContain(`100% of the points on average (${n} sheet${n === 1 ? '' : 's'})`);
  });
});
