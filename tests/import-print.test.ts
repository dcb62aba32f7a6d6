// Networks as PyTorch prints them: what its own modules come to is what they come to there, and what is no plain sequence is refused with the
// module where that shows. The texts are tests/fixtures/import/print/printed.jsonl, which a script beside it made.

import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import { LEAVES } from '../src/import/torch-modules.js';
import { run } from './fake-io.js';
import { arrayIn, npyOf } from './tensor-files.js';

// Networks are run, on machines that may be busy.
vi.setConfig({ testTimeout: 60_000 });

interface Printed {
  readonly text: string;
  readonly input: string;
  readonly output: readonly number[];
  readonly params: number;
  readonly values?: readonly number[];
}

const folder = new URL('fixtures/import/print/', import.meta.url);

const printed: readonly Printed[] = readFileSync(new URL('printed.jsonl', folder), 'utf8')
  .trim()
  .split('\n')
  .map((line) => JSON.parse(line));

const net = (...lines: string[]): string => `Net(\n${lines.map((line) => `  ${line}\n`).join('')})\n`;

/** Runs a command line on a printed network. */
const cnncalc = (line: string, text: string, more: Readonly<Record<string, Uint8Array>> = {}) =>
  run(line.split(' '), { files: { 'net.txt': text, ...more } });

const said = async (text: string, input = '3x32x32'): Promise<string> => {
  const { code, err } = await cnncalc(`net.txt --input ${input}`, text);
  expect(code).toBe(2);
  expect(err).toContain('torch.onnx.export(');
  return err;
};

describe('modules by themselves', () => {
  it.each(printed.map((one) => [one.text.split('\n').slice(1, 2).join('').trim(), one] as const))(
    '%s',
    async (_, { text, input, output, params, values }) => {
      const { out, err } = await cnncalc(`net.txt --input ${input} --json`, text);
      expect(err).not.toContain('error');
      const report = JSON.parse(out);
      expect(report.outputs[0].shape).toEqual(output);
      expect(report.totals.params).toBe(params);
      if (!values) return;
      const sizes = input.split('x').map(Number);
      const x = Array.from({ length: sizes.reduce((a, b) => a * b, 1) }, (_, i) => 2 * Math.sin(i));
      const files = {
        'x.npy': npyOf(x, ['1', ...sizes].join(', ')),
        'net.pth': new Uint8Array(readFileSync(new URL('net.pth', folder))),
      };
      const learned = params > 0 ? ' --weights net.pth' : '';
      const line = `run net.txt --input ${input} --data x.npy${learned} --backend reference --save y.npy -q`;
      const { io, err: wrong } = await cnncalc(line, text, files);
      expect(wrong).toBe('');
      const { data } = arrayIn(io.files.get('y.npy'));
      expect(data).toHaveLength(values.length);
      for (const [i, value] of values.entries()) expect(data[i], `value ${i}`).toBeCloseTo(value, 4);
    },
  );

  it('every module that is known is tried', () => {
    const all = printed.map(({ text }) => text).join('\n');
    const untried = [...LEAVES.keys()].filter((name) => !new RegExp(`\\b${name}\\(`).test(all));
    // The same as others in another number of axes, or what this version of PyTorch has not got or runs elsewhere.
    expect(untried.filter((name) => !/[123]d$/.test(name))).toEqual(['SyncBatchNorm', 'FeatureAlphaDropout']);
  });
});

describe('what is read', () => {
  const LENET = net(
    '(features): Sequential(',
    '  (0): Conv2d(1, 6, kernel_size=(5, 5), stride=(1, 1))',
    '  (1): MaxPool2d(kernel_size=2, stride=2, padding=0, dilation=1, ceil_mode=False)',
    ')',
    '(fc): Linear(in_features=864, out_features=10, bias=True)',
  );

  it('names are paths, layers have their lines, and what is not in the text is told', async () => {
    const { out, err } = await cnncalc('net.txt --input 28x28 --json', LENET);
    const { layers, totals, model } = JSON.parse(out);
    expect(layers.map(({ name, kind, at }: never) => [name, kind, (at as { line: number }).line])).toEqual([
      ['features.0', 'conv', 3],
      ['features.1', 'maxpool', 4],
      ['flatten', 'flatten', 6],
      ['fc', 'fc', 6],
    ]);
    expect(totals.params).toBe(156 + 8650);
    expect(model.name).toBe('Net');
    expect(err).toContain('what forward() of Net does besides calling its modules is not in the text');
    const { out: page } = await cnncalc('net.txt --input 28x28', LENET);
    expect(page).not.toContain('bundled');
  });

  it('a Sequential says all that it does', async () => {
    const text = 'Sequential(\n  (0): Conv2d(3, 4, kernel_size=(3, 3), stride=(1, 1))\n  (1): ReLU()\n)\n';
    const { code, err } = await cnncalc('net.txt --input 3x8x8', text);
    expect(code).toBe(0);
    expect(err).not.toContain('import/unseen');
  });

  it('the size of the input is asked for, where no dense layer says it', async () => {
    expect((await cnncalc('net.txt', LENET)).err).toContain('how large input is: 1x?x? [import/open-size]');
    const dense = net(
      '(a): Flatten(start_dim=1, end_dim=-1)',
      '(b): Linear(in_features=784, out_features=10, bias=True)',
    );
    const { out } = await cnncalc('net.txt --get totals.params', dense);
    expect(out.trim()).toBe('7850');
  });

  it('copies are told apart by their numbers', async () => {
    const text = net(
      '(blocks): ModuleList(',
      '  (0-2): 3 x Sequential(',
      '    (0): Conv2d(3, 3, kernel_size=(1, 1), stride=(1, 1))',
      '    (1): ReLU()',
      '  )',
      ')',
    );
    const { out } = await cnncalc('net.txt --input 3x4x4 --json', text);
    expect(JSON.parse(out).layers.map(({ name }: { name: string }) => name)).toEqual(
      [0, 1, 2].flatMap((i) => [`blocks.${i}.0`, `blocks.${i}.1`]),
    );
  });

  it('as it was pasted, with prompts, other ends of lines, from standard input', async () => {
    for (const text of [`>>> print(model)\n${LENET}`, LENET.replaceAll('\n', '\r\n'), `\n\n${LENET}`]) {
      const { out } = await run(['-', '--input', '28', '--get', 'totals.params'], { stdin: text });
      expect(out.trim()).toBe('8806');
    }
  });

  it('weights have the names that PyTorch gives them', async () => {
    const text = `Sequential(
  (0): Linear(in_features=3, out_features=2, bias=True)
  (1): BatchNorm1d(2, eps=1e-05, momentum=0.1, affine=True, track_running_stats=True)
)`;
    const weights = new Uint8Array(readFileSync(new URL('../weights/checkpoint.pth', folder)));
    const { code, err } = await cnncalc('run net.txt --weights w.pth -q', text, { 'w.pth': weights });
    expect(err).toBe('');
    expect(code).toBe(0);
  });

  it('of modules that leave something out, that is told', async () => {
    const text = 'Sequential(\n  (0): AvgPool2d(kernel_size=2, stride=2, padding=0)\n)\n';
    expect((await cnncalc('net.txt --input 3x8x8', text)).err).toContain('AvgPool2d does not print ceil_mode');
  });
});

describe('what is no sequence', () => {
  const conv = (name: string, from: number, to: number) =>
    `(${name}): Conv2d(${from}, ${to}, kernel_size=(1, 1), stride=(1, 1))`;
  it.each<readonly [string, string, string]>([
    [
      'a residual block',
      net('(layer1): Sequential(', '(0): BasicBlock(', conv('conv1', 3, 3), ')', ')'),
      'layer1.0 is of the class BasicBlock',
    ],
    [
      'a shortcut',
      net(conv('conv1', 3, 8), conv('conv2', 8, 8), conv('downsample', 3, 8)),
      'downsample reads 3 channels, and 8x32x32 come in',
    ],
    ['branches', net(conv('branch1', 3, 8), conv('branch2', 3, 8)), 'branch2 reads 3 channels'],
    [
      'a module that is called twice',
      net(
        '(pool): MaxPool2d(kernel_size=2, stride=2, padding=0, dilation=1, ceil_mode=False)',
        '(fc): Linear(in_features=192, out_features=10, bias=True)',
      ),
      'fc reads 192 values, and 3x16x16 = 768 come in',
    ],
    [
      'a mean that is a function',
      net(conv('conv', 3, 8), '(fc): Linear(in_features=8, out_features=2, bias=True)'),
      'fc reads 8 values',
    ],
    [
      'a Sequential that does not flatten',
      'Sequential(\n  (0): Conv2d(3, 1, kernel_size=(1, 1), stride=(1, 1))\n  (1): Linear(in_features=1024, out_features=2, bias=True)\n)\n',
      '1 reads 1024 values',
    ],
    [
      'a volume of other axes',
      net('(a): Conv1d(3, 8, kernel_size=(3,), stride=(1,))'),
      'a is of the class Conv1d, which does not read 3x32x32',
    ],
    [
      'a normalisation of others',
      net(conv('a', 3, 8), '(b): BatchNorm2d(4, eps=1e-05, momentum=0.1, affine=True, track_running_stats=True)'),
      'b reads 4 channels',
    ],
    [
      'a class of one’s own',
      net(conv('a', 3, 8), '(act): Swish()'),
      'act is of the class Swish, and what that computes is not known',
    ],
    ['a recurrent layer', net('(rnn): LSTM(32, 10, batch_first=True)'), 'rnn is of the class LSTM'],
    [
      'attention',
      net('(mha): MultiheadAttention(', '(out_proj): Linear(in_features=8, out_features=8, bias=True)', ')'),
      'mha is of the class MultiheadAttention',
    ],
    [
      'statistics of the batch',
      net(conv('a', 3, 8), '(b): BatchNorm2d(8, eps=1e-05, momentum=0.1, affine=True, track_running_stats=False)'),
      'b (BatchNorm2d) has no counterpart',
    ],
    ['softmax over places', net('(a): Softmax(dim=2)'), 'a (Softmax) has no counterpart: it is over dim=2'],
    [
      'a border of ones',
      net('(a): ConstantPad2d(padding=(1, 1, 1, 1), value=1.0)'),
      'borders of 1 have no counterpart',
    ],
  ])('%s', async (_, text, message) => expect(await said(text)).toContain(message));
});

describe('texts that are broken', () => {
  const RELU = '(a): ReLU()';
  it.each<readonly [string, string, string]>([
    ['cut off', net('(a): Sequential(', RELU), '1 brackets are open'],
    ['closed too often', `${net(RELU)})\n`, 'closed that is not open'],
    ['with more behind it', `${net(RELU)}and so on\n`, '"and so on" is no module'],
    ['with words between', net(RELU, 'in_features=3'), '"in_features=3" is no module'],
    ['a module cut off', net('(a): Conv2d(3, 6, kernel_size=(5,'), 'is no module as PyTorch prints it'],
    ['brackets in brackets', net('(a): Conv2d(3, 6, kernel_size=((5)))'), 'is no argument that is known'],
    ['an argument twice', net('(a): Conv2d(3, 6, out_channels=7)'), 'is no argument that is known'],
    ['too many arguments', net('(a): Conv2d(3, 6, 7)'), '"7" of a is no argument'],
    ['a billion copies', net('(0-999999999): 1000000000 x ReLU()'), 'copies are not called'],
    ['fewer names than copies', net('(0-1): 3 x ReLU()'), '3 copies are not called 0-1'],
    [
      'copies of copies',
      net(...Array.from({ length: 8 }, () => '(0-9): 10 x Sequential('), RELU, ...Array(8).fill(')')),
      'more than 20000 modules',
    ],
    [
      'too deep',
      net(...Array(100).fill('(a): Sequential('), RELU, ...Array(100).fill(')')),
      'lie in each other 65 deep',
    ],
  ])('%s', async (_, text, message) => expect(await said(text)).toContain(message));

  it('sizes that cannot be are told of their option', async () => {
    const { code, err } = await cnncalc('net.txt --input 3x8x8', net('(a): Conv2d(3, -6, kernel_size=(0, 5))'));
    expect(code).toBe(2);
    expect(err).toContain('option/value');
  });

  it('names of prototypes are names', async () => {
    const { code, out } = await cnncalc(
      'net.txt --input 3x8x8 --json',
      net('(__proto__): ReLU()', '(constructor): ReLU()'),
    );
    expect(code).toBe(0);
    expect(JSON.parse(out).layers.map(({ name }: { name: string }) => name)).toEqual(['__proto__', 'constructor']);
  });

  it('at random, they are a network or a sentence', async () => {
    const texts = printed.map(({ text }) => text);
    const damage = fc.tuple(fc.nat(), fc.constantFrom('(', ')', '\n', ',', '=', '0', '9', ' x ', '-', "'", ''));
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...texts),
        fc.array(damage, { minLength: 1, maxLength: 4 }),
        async (text, damages) => {
          let broken = text;
          for (const [at, sign] of damages)
            broken = broken.slice(0, at % broken.length) + sign + broken.slice((at % broken.length) + 1);
          const { code, err } = await cnncalc('net.txt --input 3x8x8', broken);
          expect(code).toBeLessThan(3);
          if (code === 2) expect(err).toMatch(/error/);
        },
      ),
      { numRuns: 150 },
    );
  });
});
