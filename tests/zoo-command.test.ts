// cnncalc zoo in process: the list in its forms, where figures come from, the specs themselves. The specs are zoo.test.ts.

import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { analyze } from '../src/analysis/analyze.js';
import { parse } from '../src/index.js';
import { SHELVES } from '../src/report/pages/zoo-shelves.js';
import { specIndex } from './bundled.js';
import { plain, run, SPECS } from './fake-io.js';

const names = Object.entries(specIndex());

/** What the list has as JSON, by name. */
const listed = async (...argv: readonly string[]) => {
  const { out, code } = await run(['zoo', ...argv, '--json']);
  expect(code).toBe(0);
  const { schema, networks } = JSON.parse(out);
  expect(schema).toBe('cnncalc/zoo/1');
  return networks;
};

const namesIn = async (...argv: readonly string[]): Promise<string[]> =>
  (await listed(...argv)).map(({ name }: { name: string }) => name);

describe('the list', () => {
  it('has every network once, file by file', async () => {
    const networks = await listed();
    const families = new Set(names.flatMap(([, { file, variant }]) => (variant === undefined ? [] : [file])));
    const typed = names.filter(([, { file, variant }]) => variant !== undefined || !families.has(file));
    expect(networks.map(({ name }: { name: string }) => name)).toEqual(typed.map(([name]) => name));
    const files: string[] = networks.map(({ file }: { file: string }) => file);
    expect(files.filter((file, i) => file !== files[i - 1])).toHaveLength(new Set(files).size);
  });
  it('has the totals of the reports', async () => {
    const [alexnet] = await listed('alexnet');
    const { totals } = analyze(parse(readFileSync(`${SPECS}alexnet.yaml`, 'utf8')));
    const { params, buffers, macs, weightLayers } = totals;
    expect(alexnet).toMatchObject({
      ...{ params, buffers, macs, weightLayers },
      inputShapes: [[227, 227, 3]],
      receptiveField: { size: [195, 195] },
    });
  });
  it('names a file once', async () => {
    const { out } = await run(['zoo']);
    expect(out.match(/resnet\.yaml/g)).toHaveLength(1);
    expect(out).toMatch(/resnet\.yaml +resnet50 +224x224x3 +25,557,032 \(25\.6M\) +4\.1G +50 +427 +torchvision/);
  });
  it('has headings by what networks are for, and none where it is sorted or of one sort', async () => {
    const { out } = await run(['zoo']);
    for (const { title } of SHELVES) expect(out).toMatch(new RegExp(`^${title.replace(/[()]/g, '\\$&')}$`, 'm'));
    expect(out).not.toMatch(/^others$/m);
    const rows = out.split('\n').filter((line) => /\d x|\d+x\d+/.test(line));
    expect(rows).toHaveLength((await namesIn()).length);
    expect((await run(['zoo', '--sort', 'params'])).out).not.toContain(SHELVES[0]?.title);
    expect((await run(['zoo', 'resnet'])).out).not.toContain('ImageNet');
    const { out: markdown } = await run(['zoo', 'lenet5', 'unet', '--format', 'markdown', '--columns', 'name,input']);
    expect(markdown).toContain('| **digits and small images (from 1998)** |  |\n| lenet5 |');
    expect((await run(['zoo', 'lenet5', 'unet', '--format', 'latex'])).out).toContain(
      '\\multicolumn{8}{l}{\\textbf{digits',
    );
  });
  it('has every file under one heading', () => {
    const files = SHELVES.flatMap((shelf) => shelf.files.map((file) => `${file}.yaml`));
    expect([...files].sort()).toEqual([...new Set(names.map(([, { file }]) => file))].sort());
  });
  it('leaves out sources, then files where there is no room', async () => {
    const { out, err } = await run(['zoo'], { tty: { stdout: 80 } });
    expect(err).toContain('leave out source, file');
    for (const line of plain(out).split('\n')) expect(line.length).toBeLessThanOrEqual(80);
  });
  it.each([
    ['a network', ['resnet50'], ['resnet50']],
    ['several, each once', ['vgg16', 'lenet5', 'vgg16'], ['vgg16', 'lenet5']],
    ['a family', ['wrn'], ['wrn-28-10', 'wrn-16-8', 'wrn-40-4']],
    ['a file whose first variant has its name', ['googlenet.yaml'], ['googlenet', 'googlenet_aux']],
    ['that variant', ['googlenet'], ['googlenet']],
    ['a glob', ['--only', '*-3x3'], ['three-3x3']],
  ] as const)('%s', async (_, argv, expected) => expect(await namesIn(...argv)).toEqual(expected));
  it.each([
    ['params', ['vgg16', 'alexnet', 'resnet50']],
    ['rf', ['resnet50', 'vgg16', 'alexnet']],
    ['input', ['alexnet', 'resnet50', 'vgg16']],
    ['name', ['alexnet', 'resnet50', 'vgg16']],
  ])('--sort %s', async (column, expected) =>
    expect(await namesIn('resnet50', 'alexnet', 'vgg16', '--sort', column)).toEqual(expected),
  );
  it('chooses columns', async () => {
    const { out } = await run(['zoo', 'lenet5', '--columns', 'name,buffers', '--format', 'csv']);
    expect(out).toBe('name,buffers\nlenet5,0\n');
  });
  it.each([
    [
      'csv',
      /^file,name,network,input,params,buffers,macs,weightLayers,rf,source\nlenet5\.yaml,lenet5,LeNet-5,32x32x1,61706,/,
    ],
    ['tsv', /^file\tname/],
    ['markdown', /^\| file \| name \|/],
    ['latex', /\\toprule/],
    ['jsonl', /^\{"type":"network","name":"lenet5"/],
  ])('as %s', async (format, text) => expect((await run(['zoo', 'lenet5', '--format', format])).out).toMatch(text));
  it('one value, other layouts', async () => {
    const { out } = await run(['zoo', '--get', 'networks.lenet5.inputShapes', '--layout', 'chw']);
    expect(out).toBe('[[1,32,32]]\n');
  });
});

describe('--why', () => {
  it('says where the totals come from and why others differ', async () => {
    const { out, code } = await run(['zoo', 'alexnet', '--why']);
    expect(code).toBe(0);
    for (const text of ['62,378,344', '1,135,256,096', 'source  CS231n', '61,100,840 in torchvision'])
      expect(out).toContain(text);
  });
  it('tells a family its note once', async () => {
    const { out } = await run(['zoo', 'wrn', '--why']);
    expect(out.match(/36,536,884/g)).toHaveLength(1);
    expect(out).toMatch(/wrn-40-4 +Zagoruyko/);
  });
  it('has notes in JSON', async () => {
    const [alexnet] = await listed('alexnet', '--why');
    expect(alexnet.notes).toEqual([expect.stringContaining('227x227')]);
  });
  it('analyses the network as it is: totals that are not what the spec expects are told', async () => {
    const text = readFileSync(`${SPECS}lenet5.yaml`, 'utf8').replace('fc: 84', 'fc: 85');
    const { code, err } = await run(['zoo', 'lenet5', '--why'], { files: { [`${SPECS}lenet5.yaml`]: text } });
    expect([code, err]).toEqual([1, expect.stringMatching(/lenet5\.yaml:\d+:\d+: .*expect\/broken/s)]);
  });
});

describe('show', () => {
  it.each(['resnet101', 'resnet', 'resnet.yaml'])('%s', async (name) => {
    const { out, code } = await run(['zoo', 'show', name]);
    expect([code, out]).toEqual([0, readFileSync(`${SPECS}resnet.yaml`, 'utf8')]);
  });
  it('writes a file', async () => {
    const { io, out } = await run(['zoo', 'show', 'lenet5', '-o', 'mine.yaml']);
    expect([out, io.files.get('mine.yaml')]).toEqual(['', readFileSync(`${SPECS}lenet5.yaml`, 'utf8')]);
  });
});

it.each([
  [['zoo', 'alexnett'], 'did you mean alexnet?'],
  [['zoo', 'show', 'resnet51'], 'did you mean resnet5'],
  [['zoo', 'show'], 'missing required argument'],
  [['zoo', '--only', 'zz*'], 'no bundled network has such a name'],
  [['zoo', '--columns', 'parms'], 'did you mean params?'],
  [['zoo', '--sort', 'parms'], 'did you mean params?'],
  [['zoo', '--get', 'networks.vgg1'], 'did you mean vgg'],
])('%j is refused', async (argv, message) => {
  const { code, out, err } = await run(argv);
  expect([code, out, err]).toEqual([2, '', expect.stringContaining(message)]);
});
