// The order of sizes in a shape: which shapes are refused because they read like another framework's, and that one layout holds
// for reading and printing, whoever states it.

import { describe, expect, it } from 'vitest';
import { analyze, parse } from '../src/index.js';
import { edited } from './edited.js';
import { run } from './fake-io.js';

const REFUSED = [
  '3x480x640',
  '3x224x224',
  '1x28x28',
  '3x299x299',
  '4x600x800',
  '1x64x101',
  '1x128x44',
  '13x480x640',
  '12x128x431',
  '64x56x56',
  '512x7x7',
  '64x55x57',
  '32x3x1000',
  '1x3x224x224',
  '8x3x224x224',
  '64x1x28x28',
  '32x3x480x640',
  '3x16x112x112',
  '4x128x128x128',
  '1x64x64x64',
  '4x240x240x155',
  '64x8x56x56',
  '1x224x224x3',
  '80x3000',
  '1x16000',
  '2x44100',
  '12x5000',
  '64x1000',
  '[3, 480, 640]',
  '3 x 480 x 640',
  '3×480×640',
];

const MEANT = [
  '64x64x3',
  '7x7x512',
  '480x640x3',
  '1x1x512',
  '1x1x100',
  '2x2x512',
  '4x4x1024',
  '101x64x1',
  '640x480x9',
  '145x145x200',
  '610x340x103',
  '14x28x256',
  '32x100x1',
  '32x320x3',
  '30x40x512',
  '16x112x112x3',
  '8x28x28x128',
  '4x14x14x256',
  '2x7x7x512',
  '16x16x16x16',
  '16000x1',
  '44100x2',
  '3000x80',
  '784',
  '1000',
];

const read = (input: string, before = '') => analyze(parse(`${before}input: ${input}\nlayers: [identity]\n`));

describe('without a layout', () => {
  it.each(REFUSED)('%s is refused, and what the help says to write is read', (input) => {
    const { diagnostics, totals } = read(input);
    expect(diagnostics.map(({ code }) => code)).toEqual(['input/doubtful']);
    expect(totals.params).toBeNull();
    const help = diagnostics[0]?.help ?? '';
    const [, instead = ''] = /write ([\dx]+) /.exec(help) ?? [];
    const codes = (text: string, before = '') =>
      read(text, before)
        .diagnostics.filter(({ severity }) => severity === 'error')
        .map(({ code }) => code);
    expect(codes(instead)).toEqual([]);
    expect(help).toContain('layout: hwc');
    expect(codes(input, 'layout: hwc\n')).toEqual([]);
    // Both ways give the same network.
    if (help.includes('layout: chw')) {
      const [a, b] = [read(instead), read(input, 'layout: chw\n')];
      expect(a.graph.nodes.map(({ facts }) => facts?.output)).toEqual(b.graph.nodes.map(({ facts }) => facts?.output));
    }
  });
  it.each(MEANT)('%s is read', (input) => {
    const { diagnostics, totals } = read(input);
    expect(diagnostics.filter(({ severity }) => severity === 'error')).toEqual([]);
    expect(totals.params).toBe(0);
  });
  it.each([
    ['28x28', '28 steps of 28 channels', '28x28x1'],
    ['3000x80', '3000 steps of 80 channels', '3000x80x1'],
    ['100x64', '100 steps of 64 channels', '100x64x1'],
  ])('%s is a sequence, which a note says', (input, steps, picture) => {
    const [note, ...others] = read(input).diagnostics;
    expect(others).toEqual([]);
    expect(note).toMatchObject({ code: 'input/sequence', severity: 'note' });
    expect(note?.message).toContain(steps);
    expect(note?.help).toContain(`write ${picture}`);
    expect(read(picture).diagnostics).toEqual([]);
  });
  it.each(['{length: 28, channels: 28}', '16000x1', '44100x2'])('nothing is said of %s', (input) =>
    expect(read(input).diagnostics).toEqual([]),
  );
  it('a window along two axes of a sequence is told what the input was taken for', () => {
    const { diagnostics } = analyze(parse('input: 28x28\nlayers: [{conv: 32, kernel: 3x3}]\n'));
    const error = diagnostics.find(({ severity }) => severity === 'error');
    expect(error?.message).toContain('28x28 is a sequence, 28 steps of 28 channels');
    expect(error?.help).toContain('write 28x28x1');
  });
});

describe('a shape in another spelling', () => {
  it.each<[input: string, before: string, shape: string, says: string]>([
    ['(3, 224, 224)', '', '3,224,224', '(height x width x channels), or add layout: chw'],
    ['3X480X640', '', '3,480,640', 'height x width x channels'],
    ['(8, 3, 224, 224)', '', '3,224,224', 'the batch is no part of it'],
    ['(12, 5000)', '', '12,5000', 'length x channels'],
    ['(32, 48, 3)', '', '3,32,48', 'write 32x48x3: height x width x channels'],
    ['(28, 28)', '', '28,28', 'write 28x28'],
    ['(3, 224, 224)', 'layout: chw\n', '3,224,224', 'write 3x224x224: channels x height x width'],
    ['(224, 224, 3)', 'layout: chw\n', '224,224,3', 'write 224x224x3: channels x height x width'],
  ])('%s %j is read as its help writes it', (input, before, shape, says) => {
    const text = `${before}input: ${input}\nlayers: [identity]\n`;
    const [error] = analyze(parse(text)).diagnostics;
    expect([error?.code, error?.help]).toEqual(['input/unreadable', expect.stringContaining(says)]);
    const mended = analyze(parse(edited(text, error?.edits ?? [])));
    expect(mended.diagnostics.filter(({ severity }) => severity === 'error')).toEqual([]);
    expect(String(mended.graph.nodes[0]?.facts?.output)).toBe(shape);
  });
  it('of which nobody knows the order, is not put into one', () => {
    const [error] = read('(5, 24, 10)').diagnostics;
    expect([error?.code, error?.edits]).toEqual(['input/unreadable', undefined]);
    expect(error?.help).toContain('layout: chw');
  });
  it('says nothing of an order for two numbers, and that of the file for others', () => {
    expect(read('(28, 28)').diagnostics[0]?.help).toBe('write 28x28');
    expect(read('[[3]]', 'layout: chw\n').diagnostics[0]?.help).toBe('write 3x224x224: channels x height x width');
    expect(read('1x2x3x4x5', 'layout: chw\n').diagnostics[0]?.help).toContain('write 3x224x224, 1x16000');
  });
  it.each(['32*48*3', '32x48x3'])('a var of %s is the shape itself', (shape) => {
    const { graph } = read('s', `vars: {s: ${shape}}\n`);
    expect(graph.nodes[0]?.facts?.output).toEqual([3, 32, 48]);
  });
});

const NET = 'layers:\n  - {conv: 8, kernel: 3, name: a}\n  - {fc: 2, name: b}\n';
const files = {
  'hwc.yaml': `input: 32x48x3\n${NET}`,
  'chw.yaml': `layout: chw\ninput: 3x32x48\n${NET}`,
  'none.yaml': `input: 3x32x48\n${NET}`,
};

const printed = async (...argv: string[]) => {
  const { out, code, err } = await run([...argv, '--json'], { files });
  if (code === 2) return err.replaceAll(/\s+/g, ' ');
  const { settings, inputs, layers } = JSON.parse(out);
  return [settings.layout, inputs[0].shape.join('x'), layers[0].outputShape.join('x'), layers[1].note];
};

describe('one layout', () => {
  const chw = ['chw', '3x32x48', '8x30x46', 'flattens 8x30x46'];
  const hwc = ['hwc', '32x48x3', '30x46x8', 'flattens 30x46x8'];
  it.each<[argv: string[], expected: unknown]>([
    [['hwc.yaml'], hwc],
    [['chw.yaml'], chw],
    [['hwc.yaml', '--layout', 'chw'], chw],
    [['chw.yaml', '--layout', 'hwc'], hwc],
    [['none.yaml'], expect.stringContaining('32x48x3')],
    [['none.yaml', '--layout', 'chw'], chw],
    [['hwc.yaml', '--input', '3x32x48'], expect.stringContaining('--layout chw')],
    [['hwc.yaml', '--input', '3x32x48', '--layout', 'chw'], chw],
    [['chw.yaml', '--input', '3x32x48'], chw],
    [['chw.yaml', '--input', '32x48x3', '--layout', 'hwc'], hwc],
    [['INPUT 3x32x48; CONV3-8; FC-2', '--layout', 'chw'], chw],
  ])('%j', async (argv, expected) => expect(await printed(...argv)).toEqual(expected));

  it('holds for bundled networks', async () => {
    const of = async (...argv: string[]) => {
      const { out, code, err } = await run(['resnet18', ...argv, '--json']);
      if (code === 2) return [out, err];
      const { totals, layers } = JSON.parse(out);
      return [totals.params, totals.macs, layers[0].outputShape.join('x')];
    };
    expect(await of('--input', '480x640x3')).toEqual([11_689_512, 11_103_948_800, '240x320x64']);
    expect(await of('--input', '3x480x640', '--layout', 'chw')).toEqual([11_689_512, 11_103_948_800, '64x240x320']);
    const [out, err] = await of('--input', '3x480x640');
    expect(out).toBe('');
    expect(err).toContain('480x640x3');
    expect(err).toContain('--layout chw');
  });

  it.each(['summary', 'explain', 'rf', 'compare', 'run', 'solve', 'lint', 'fold'])('%s takes it', async (command) => {
    const words = command === 'summary' ? [] : [command];
    const { err } = await run([...words, '--help']);
    const { out } = await run([...words, '--help']);
    expect(out + err).toContain('--layout');
  });

  it('is that of what an expectation is told of', () => {
    const { diagnostics } = analyze(
      parse('layout: chw\ninput: 3x32x48\nlayers: [{conv: 8, kernel: 3, expect: {out: 8x30x45}}]\n'),
    );
    expect(diagnostics[0]?.message).toContain('out is 8x30x46, not 8x30x45');
    expect(diagnostics[0]?.help).toContain('out: 8x30x46');
  });
  it.each(['3x32x48', '[3, 32, 48]', 's', '[3, n, 48]'])(
    'said from outside of %s in doubt, is that of its expectations',
    (input) => {
      const text = `vars: {s: 3x32x48, n: 32}\ninput: ${input}\nlayers: [{conv: 8, kernel: 3, expect: {out: 8x30x46}}]\n`;
      expect(analyze(parse(text, { layout: 'chw' })).diagnostics).toEqual([]);
    },
  );
  it.each([
    ['hwc', '32x48x3', 'out: so', 'write 55x55x96'],
    ['chw', '3x32x48', 'out: so', 'write 96x55x55'],
    ['chw', '3x32x48', 'rf: so', 'write 11x11'],
  ])('is that of the help, under %s', (layout, input, figure, help) => {
    const { diagnostics } = analyze(
      parse(`layout: ${layout}\ninput: ${input}\nlayers: [{conv: 8, kernel: 3, expect: {${figure}}}]\n`),
    );
    expect(diagnostics.map((one) => one.help)).toEqual([help]);
  });
  it('says a field by height and width', () => {
    const { diagnostics } = analyze(parse('input: 32x48x3\nlayers: [{conv: 8, kernel: 3x5, expect: {rf: 5x3}}]\n'));
    expect(diagnostics[0]?.message).toContain('rf is 3x5, not 5x3');
  });
  it('is that of the sentences about shapes', () => {
    const text = (layout: string, input: string) =>
      `layout: ${layout}\ninput: ${input}\nlayers: [{conv: 8, kernel: 3, name: a}, {concat: [a, input]}]\n`;
    const message = (layout: string, input: string) => analyze(parse(text(layout, input))).diagnostics[0]?.message;
    expect(message('chw', '3x32x48')).toContain('8x30x46 and 3x32x48');
    expect(message('hwc', '32x48x3')).toContain('30x46x8 and 32x48x3');
  });
});
