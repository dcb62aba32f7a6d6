// cnncalc equiv: the lecture's case to the digit, stacks in every notation, specs, --find, and what is refused.

import fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import { smallerStacks } from '../src/analysis/smaller-stacks.js';
import { readStack, stackText } from '../src/commands/stack.js';
import { normal } from '../src/run/random.js';
import { run } from './fake-io.js';

// Networks are run, on machines that may be busy.
vi.setConfig({ testTimeout: 60_000 });

const json = async (...argv: string[]) => JSON.parse((await run(['equiv', ...argv, '--json'])).out);

describe('three 3x3 and one 7x7', () => {
  it('as the lecture has it', async () => {
    const { code, out, err } = await run(['equiv', '3x3+3x3+3x3', '7x7']);
    expect(err).toBe('');
    expect(code).toBe(0);
    for (const part of ['27C^2+3C', '49C^2+C', '3 -> 5 -> 7', '32 -> 30 -> 28 -> 26', '32 -> 26', '110,592', '0.551'])
      expect(out).toContain(part);
    expect(out).toContain('Equivalent: both see 7x7 and give 26x26x64. 3x3+3x3+3x3 has 45% fewer weights');
  });

  it.each(['3x3+3x3+3x3', '3x3^3', '3x3*3', '3×3^2+3x3', ' 3x3 + 3x3^2'])('written %s', async (stack) => {
    expect(await json(stack, '7x7')).toMatchObject({
      schema: 'cnncalc/equiv/1',
      a: { name: '3x3+3x3+3x3', inputShape: [32, 32, 64], outputShape: [26, 26, 64] },
      sameReceptiveField: true,
      sameOutputShape: true,
      equivalent: true,
      params: {
        a: '27C^2',
        b: '49C^2',
        atChannels: { channels: 64, a: 110592, b: 200704 },
        ratio: 0.551,
        withBiases: { a: '27C^2+3C', b: '49C^2+C', atChannels: { channels: 64, a: 110784, b: 200768 } },
      },
      macs: { a: 36864 * (30 ** 2 + 28 ** 2 + 26 ** 2), b: 200704 * 26 ** 2 },
      nonlinearities: { a: 3, b: 1 },
      trace: { a: [32, 30, 28, 26], b: [32, 26] },
      growth: { a: [3, 5, 7], b: [7] },
    });
  });

  it('has no figures of an execution that did not take place', async () => {
    expect(await json('3x3^3', '7x7', '--no-run')).not.toHaveProperty('execution');
    expect(await json('3x3', '7x7')).not.toHaveProperty('execution');
    expect(await json('7x7', '7x7')).not.toHaveProperty('execution');
  });
});

describe('other pairs', () => {
  const cases: readonly (readonly [argv: string, code: number, expected: object])[] = [
    [
      '1x7+7x1 7x7 --channels 192 --input 17',
      0,
      {
        params: { a: '14C^2', atChannels: { a: 14 * 192 ** 2 } },
        trace: {
          a: [
            [17, 17],
            [17, 11],
            [11, 11],
          ],
          b: [17, 11],
        },
      },
    ],
    ['5x5^2 9x9', 0, { params: { a: '50C^2', b: '81C^2' } }],
    ['3x3d2 5x5', 0, { params: { a: '9C^2' }, notEqual: [{ what: 'the cells' }] }],
    ['3x3 7x7', 1, { sameReceptiveField: false, sameOutputShape: false }],
    ['3x3s2+3x3 7x7', 1, { sameReceptiveField: true, samePlaces: false, sameOutputShape: false }],
    ['3x3s2+3x3 7x7s2', 0, { growth: { a: [3, 7], b: [7] } }],
    ['33x33 3x3^16', 0, { a: { inputShape: [64, 64, 64] } }],
    ['three-3x3 one-7x7', 0, { nonlinearities: { a: 0, b: 0 }, params: { a: '27C^2', b: '49C^2' } }],
    ['three-3x3 7x7 --channels 8 --input 20', 0, { params: { atChannels: { channels: 8 } }, trace: { b: [20, 14] } }],
    ['alexnet vgg16', 1, { params: { a: '62367776', atChannels: { channels: null } }, sameInputShape: false }],
  ];
  it.each(cases)('%s', async (argv, code, expected) => {
    const words = argv.split(' ');
    expect(await json(...words)).toMatchObject(expected);
    const ran = await run(['equiv', ...words, '--width', '80']);
    expect(ran.code, ran.err).toBe(code);
    expect(ran.out).toContain(code === 0 ? 'Equivalent:' : 'Not equivalent:');
    expect(Math.max(...ran.out.split('\n').map((line) => line.length))).toBeLessThanOrEqual(100);
  });

  it.each([
    ['the outermost 2 cells', '3x3^3'],
    ['the outermost cell', '3x3^2'],
  ])('zero padding between the layers changes %s', async (says, stack) => {
    expect((await run(['equiv', stack, '7x7'])).code).toBe(stack === '3x3^3' ? 0 : 1);
    const field = stack === '3x3^3' ? '7x7' : '5x5';
    expect(JSON.stringify((await json(stack, field)).notEqual)).toContain(says);
  });
});

describe('run', () => {
  it('three 3x3 are one 7x7 kernel, but not with ReLU, nor at the border', async () => {
    const { execution } = await json('3x3+3x3+3x3', '7x7');
    expect(execution).toMatchObject({
      stack: '3x3+3x3+3x3',
      inputShape: [10, 10, 4],
      kernel: [7, 7],
      linear: { equal: true },
      withRelu: { equal: false },
      padded: { equal: false, border: 2 },
    });
    expect(execution.linear.maxAbsDiff).toBeLessThan(1e-5);
    expect(execution.withRelu.maxAbsDiff).toBeGreaterThan(0.1);
    const map: number[][] = execution.padded.map;
    map.forEach((row, y) => {
      row.forEach((value, x) => {
        const inside = Math.min(x, y, 9 - x, 9 - y) >= 2;
        if (inside) expect(value).toBeLessThan(1e-5);
      });
    });
    const { out } = await run(['equiv', '3x3+3x3+3x3', '7x7', '--width', '80', '--ascii']);
    expect(out).toContain('the same but for rounding');
    expect(out).toContain('not at the outermost 2 cells');
    expect(Math.max(...out.split('\n').map((line) => line.length))).toBeLessThanOrEqual(80);
  });

  it('any stack is the kernel that it comes to, and the border is as deep as computed', async () => {
    const kernel = fc.record({
      height: fc.constantFrom(1, 3, 5),
      width: fc.constantFrom(1, 3, 5),
      stride: fc.integer({ min: 1, max: 2 }),
      dilation: fc.integer({ min: 1, max: 2 }),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(kernel, { minLength: 2, maxLength: 3 }), async (kernels) => {
        const stack = stackText(kernels);
        const report = await json(stack, stack, '--channels', '2', '--input', '60');
        expect(report.execution.linear.equal, stack).toBe(true);
        const plain = kernels.every(({ stride, dilation }) => stride === 1 && dilation === 1);
        const deep = /outermost (\d+ )?cells? change/.exec(JSON.stringify(report.notEqual));
        if (plain) expect(report.execution.padded.border, stack).toBe(deep ? Number(deep[1] ?? 1) : 0);
        if (kernels.some(({ stride }) => stride > 1)) expect(report.execution.padded).toBeNull();
      }),
      { numRuns: 20 },
    );
  });

  it.each([
    ['1x7+7x1 7x7 --input 20', { kernel: [7, 7], linear: { equal: true }, withRelu: { equal: false } }],
    ['3x3s2+3x3 7x7s2', { kernel: [7, 7], linear: { equal: true }, padded: null }],
    ['three-3x3 one-7x7', { stack: 'three 3x3', inputShape: [10, 10, 64], linear: { equal: true } }],
    ['five.yaml five.yaml', { kernel: [8, 8], linear: { equal: true }, withRelu: { equal: false } }],
    ['apart.yaml apart.yaml', { kernel: [9, 9], linear: { equal: true } }],
  ])('%s', async (argv, expected) => {
    const files = {
      'five.yaml':
        'input: 24x24x4\nlayers:\n  - {conv: 6, kernel: 3, groups: 2, norm: bn, act: tanh}\n  - {depthwise: 3, act: relu}\n  - {avgpool: 2, stride: 2}\n  - {conv: 4, kernel: 2, bias: false}\n',
      'apart.yaml':
        'input: 24x24x4\nlayers:\n  - {conv: 6, kernel: 3}\n  - {avgpool: 3, stride: 2, dilation: 2, divisor: 5}\n  - {conv: 4, kernel: 2}\n',
    };
    const ran = await run(['equiv', ...argv.split(' '), '--json'], { files });
    expect(JSON.parse(ran.out).execution, ran.err).toMatchObject(expected);
  });

  it('says nothing of what is no stack of linear layers', async () => {
    const files = {
      'max.yaml': 'input: 24x24x4\nlayers:\n  - {conv: 6, kernel: 3}\n  - {maxpool: 2}\n',
      'two.yaml': 'input: 24x24x4\nlayers:\n  - residual: [{conv: 4, kernel: 3, padding: 1}]\n',
    };
    for (const file of ['max.yaml', 'two.yaml'])
      expect(JSON.parse((await run(['equiv', file, file, '--json'], { files })).out)).not.toHaveProperty('execution');
  });

  it('three 3x3 kernels of one channel are 25 free numbers, not 27, and not the 49 of a 7x7', () => {
    const kernels = [0, 1, 2].map((seed) => Array.from(normal(9, seed)));
    const product = (three: readonly (readonly number[])[]): readonly number[] =>
      three.reduce((whole, kernel) => convolved(whole, kernel), [1]);
    // How the 49 numbers move with each of the 27.
    const moves = kernels.flatMap((kernel, which) =>
      kernel.map((_, tap) =>
        product(kernels.map((other, i) => (i === which ? other.map((_, t) => (t === tap ? 1 : 0)) : other))),
      ),
    );
    expect(rank(moves)).toBe(25);
  });
});

/** The full convolution of two square kernels. */
const convolved = (a: readonly number[], b: readonly number[]): readonly number[] => {
  const [m, n] = [Math.sqrt(a.length), Math.sqrt(b.length)];
  const size = m + n - 1;
  const whole = new Array<number>(size * size).fill(0);
  a.forEach((x, i) => {
    b.forEach((y, j) => {
      const at = (Math.floor(i / m) + Math.floor(j / n)) * size + (i % m) + (j % n);
      whole[at] = (whole[at] ?? 0) + x * y;
    });
  });
  return whole;
};

/** By Gauss, with the largest pivot. */
const rank = (rows: readonly (readonly number[])[]): number => {
  let left = rows.map((row) => [...row]);
  let found = 0;
  for (let column = 0; column < (rows[0]?.length ?? 0); column += 1) {
    const [pivot, ...rest] = [...left].sort((a, b) => Math.abs(b[column] ?? 0) - Math.abs(a[column] ?? 0));
    if (!pivot || Math.abs(pivot[column] ?? 0) < 1e-9) continue;
    found += 1;
    left = rest.map((row) => row.map((v, i) => v - ((row[column] ?? 0) / (pivot[column] ?? 1)) * (pivot[i] ?? 0)));
  }
  return found;
};

describe('--svg', () => {
  const drawn = async (...argv: string[]) => {
    const { io } = await run(['equiv', ...argv, '--no-run', '--svg', 'a.svg']);
    return [...String(io.files.get('a.svg')).matchAll(/<text[^>]*>([^<]*)</g)].map(([, text]) => text);
  };
  it('says the sizes, and what one cell of the output sees in them', async () => {
    expect(await drawn('3x3+3x3+3x3', '7x7')).toEqual([
      ...['3x3+3x3+3x3', '32x32', '7x7', '30x30', '5x5', '28x28', '3x3', '26x26', '1x1'],
      'sees 7x7; 27C^2 weights; nonlinearities: 3',
      ...['7x7', '32x32', '7x7', '26x26', '1x1'],
      'sees 7x7; 49C^2 weights; nonlinearities: 1',
    ]);
  });
  it('leaves out what is seen where steps are larger', async () => {
    expect((await drawn('3x3s2', '3x3s2')).slice(0, 3)).toEqual(['3x3s2', '32x32', '15x15']);
    expect((await drawn('vgg16', 'vgg19')).length).toBeGreaterThan(30);
  });
  it.each([
    ['7x7 --find --svg a.svg', '--find lists many'],
    ['m5 m5 --svg a.svg', 'no height and width'],
    ['3x3 3x3 --svg readonly/a.svg', 'permission denied'],
  ])('%s', async (argv, says) => {
    const { code, err } = await run(['equiv', ...argv.split(' ')]);
    expect(code).toBe(2);
    expect(err).toContain(says);
  });
});

describe('--find', () => {
  it('lists the stacks with the same field, cheapest first', async () => {
    const found = await json('7x7', '--find');
    expect(found.stacks.map((s: { stack: string; weights: string }) => [s.stack, s.weights])).toEqual([
      ['1x7+7x1', '14C^2'],
      ['1x5+5x1+1x3+3x1', '16C^2'],
      ['1x3+3x1+1x3+3x1+1x3+3x1', '18C^2'],
      ['3x3+3x3+3x3', '27C^2'],
      ['5x5+3x3', '34C^2'],
    ]);
    expect((await run(['equiv', '7x7', '--find'])).out).toContain('49C^2+C');
  });

  it('gives stacks whose fields add up', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 60 }), fc.integer({ min: 1, max: 60 }), (height, width) => {
        const odd = smallerStacks([height, width]).filter(
          (stack) =>
            stack.length < 2 ||
            stack.reduce((field, [h]) => field + h - 1, 1) !== height ||
            stack.reduce((field, [, w]) => field + w - 1, 1) !== width,
        );
        expect(odd).toEqual([]);
      }),
      { numRuns: 40 },
    );
  });

  it.each([
    ['1x1 --find', 1, 'No stack'],
    ['3x3s2 --find', 2, 'stride 1'],
    ['300x300 --find', 2, 'at most 255'],
    ['alexnet --find', 2, 'no field'],
    ['7x7 5x5 --find', 2, 'not two'],
  ])('%s', async (argv, code, says) => {
    const ran = await run(['equiv', ...argv.split(' ')]);
    expect(ran.code).toBe(code);
    expect(ran.out + ran.err).toContain(says);
  });

  it('of a large field ends', async () => {
    expect((await run(['equiv', '255x255', '--find'])).code).toBe(0);
  });
  it('gives one value', async () => {
    expect((await run(['equiv', '7x7', '--find', '--get', 'stacks.0.weights'])).out).toBe('14C^2\n');
    expect((await run(['equiv', '3x3^3', '7x7', '--get', 'params.ratio'])).out).toBe('0.551\n');
  });
});

describe('what is refused', () => {
  it.each([
    ['7x7', 'a second stack or spec is missing'],
    ['3x3+ 7x7', 'on both sides of a +'],
    ['3x3p1 7x7', 'no kernel of a stack'],
    ['0x3 7x7', 'no kernel of a stack'],
    ['3x3^5000 7x7', 'more than 1000 layers'],
    ['9x9 7x7 --input 8', 'give a larger --input'],
    ['7x7 nothing-here', 'there is no file "nothing-here"'],
    ['7x7 3x3 --format csv', 'csv'],
    ['7x7 3x3 --channels none', 'whole number'],
  ])('%s', async (argv, says) => {
    const ran = await run(['equiv', ...argv.split(' ')]);
    expect(ran.code).toBe(2);
    expect(ran.err).toContain(says);
  });

  it('a spec with errors, which are shown', async () => {
    const ran = await run(['equiv', 'a.yaml', '7x7'], {
      files: { 'a.yaml': 'input: 8x8x3\nlayers:\n  - {conv: 4, kernel: 9}\n' },
    });
    expect(ran.code).toBe(2);
    expect(ran.err).toContain('a.yaml:3:');
  });
});

it('a stack is read as it is written', () => {
  const kernel = fc.record({
    height: fc.integer({ min: 1, max: 15 }),
    width: fc.integer({ min: 1, max: 15 }),
    stride: fc.integer({ min: 1, max: 4 }),
    dilation: fc.integer({ min: 1, max: 4 }),
  });
  fc.assert(
    fc.property(fc.array(kernel, { minLength: 1, maxLength: 12 }), (kernels) => {
      expect(readStack(stackText(kernels))).toEqual(kernels);
    }),
  );
});
