// One entry more in the table of figures, and everything that follows from it; and the laws of sums. Not what the figures are.

import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import type { Figure } from '../src/core/figures.js';

/** The channels of the output, for the whole batch: what no other figure counts. */
const kept: Figure = {
  of: ({ output }, { batch }) => (output[0] ?? 0) * batch,
  unit: 'bytes',
  title: 'kept',
  doc: 'bytes kept for the way back',
};
const TOY = { kept, 'bytes.toy': { ...kept, doc: 'the same in a group', column: 'toy' } };

type Library = typeof import('../src/index.js');
let library: Library;
// Modules stay from file to file: here all are made anew, before and after.
beforeAll(async () => {
  vi.resetModules();
  vi.doMock('../src/core/figures.js', async (original) => {
    const table = await original<typeof import('../src/core/figures.js')>();
    return { ...table, FIGURES: { ...table.FIGURES, ...TOY } };
  });
  library = await import('../src/index.js');
});
afterAll(() => {
  vi.doUnmock('../src/core/figures.js');
  vi.resetModules();
});

const SPEC = `input: 8x8x3
batch: 2
layers:
  - {conv: 4, kernel: 3, name: a.one, expect: {kept: 8}}
  - {conv: 6, kernel: 3, name: a.two, repeat: 2}
expect: {kept: 32}
`;
const analysed = (text: string) => library.analyze(library.parse(text));
const errors = (text: string) => analysed(text).diagnostics.map(({ message }) => message);

it('is a figure of every row, and a total', () => {
  const { rows, totals } = analysed(SPEC);
  expect(rows.map(({ figures }) => figures)).toMatchObject([8, 12, 12].map((n) => ({ kept: n, bytes: { toy: n } })));
  expect(totals).toMatchObject({ kept: 32, bytes: { toy: 32 } });
});

it('is unknown where a row is, and refused past 2^53', () => {
  const broken = analysed('input: 8x8x3\nlayers:\n  - {conv: 4, kernel: 3}\n  - {conv: 4, kernel: 30}\n');
  expect(broken.totals).toMatchObject({ kept: null, bytes: { toy: null }, params: null });
  const large = analysed('input: 1x1x4000000000000000\nbatch: 2\nlayers: [relu, relu]\n');
  expect(large.totals).toMatchObject({ kept: null, params: 0 });
  expect(large.diagnostics.map(({ message }) => message)).toContain(
    'the total of kept is past 2^53, where integers are no longer exact',
  );
});

it('is a column of its own, of lines folded too', () => {
  const csv = (depth: number | undefined) =>
    library.render(analysed(SPEC), { format: 'csv', columns: ['name', 'kept', 'toy'], ...(depth && { depth }) });
  expect(csv(undefined)).toBe('name,kept,toy\na.one,8,8\na.two.0,12,12\na.two.1,12,12\n');
  expect(csv(1)).toBe('name,kept,toy\na,32,32\n');
  expect(library.render(analysed(SPEC), { format: 'csv' }).split('\n')[0]).toContain(',memory,kept,toy,rf,');
  expect(library.render(analysed(SPEC), { format: 'markdown', columns: ['name', 'kept'] })).toMatch(/total\W+32 B/);
});

it('is a field of the JSON, null where it is unknown, and the schema of the report has it', async () => {
  const { Ajv2020 } = await import('ajv/dist/2020.js');
  const { reportSchema } = await import('../src/report/json/report.js');
  const validate = new Ajv2020({ strictRequired: false }).compile(reportSchema());
  const report = JSON.parse(JSON.stringify(library.reportJson(analysed(SPEC))));
  expect(report.layers[0]).toMatchObject({ kept: 8, bytes: { toy: 8 } });
  expect(report.totals).toMatchObject({ kept: 32, bytes: { toy: 32 } });
  expect(validate(report)).toBe(true);
  const failed = library.reportJson(analysed('input: 8x8x3\nlayers:\n  - {conv: 4, kernel: 30}\n'));
  expect(failed.layers[0]).toMatchObject({ kept: null, bytes: null });
  expect(validate(JSON.parse(JSON.stringify(failed)))).toBe(true);
  delete report.totals.kept;
  expect(validate(report)).toBe(false);
});

it('may be expected, of an item and of the whole, and the schema of the language says so', async () => {
  expect(errors(SPEC)).toEqual([]);
  expect(errors(SPEC.replace('kept: 8', 'kept: 9').replace('kept: 32', 'kept: 33'))).toEqual([
    'a.one: kept is 8, not 9',
    'total: kept is 32, not 33',
  ]);
  expect(errors(SPEC.replace('kept: 8', 'toy: 8'))).toEqual(['expect knows no "toy"']);
  const { specSchema } = await import('../src/schema/spec.js');
  const { layers } = await import('../src/layers/index.js');
  expect(JSON.stringify(specSchema(layers, []))).toContain(
    '"kept":{"description":"bytes kept for the way back: a bare integer is exact',
  );
});
