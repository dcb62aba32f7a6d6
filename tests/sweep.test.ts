// `cnncalc sweep`: laws over combinations, lines, parts, threads, and what is kept. The engines are scale.test.ts, speed is bench/.

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { main } from '../src/cli.js';
import { inOrder } from '../src/commands/sweep/in-order.js';
import { linesIn } from '../src/commands/sweep/lines.js';
import { combination, countOf, readDimension } from '../src/sweep/over.js';
import { readCondition } from '../src/sweep/where.js';
import { fakeIo, run } from './fake-io.js';

const NET = [
  'input: 16x16x3',
  'vars: {width: 4, depth: 1, kernel: 3}',
  'layers:',
  '  - {conv: width, kernel: kernel, padding: 1, act: relu, repeat: depth, name: body}',
  '  - gap',
  '  - {fc: 10, name: head}',
].join('\n');
const files = { 'net.yaml': NET };

type Network = Readonly<Record<string, unknown>> & { readonly set: Readonly<Record<string, unknown>> };
const networksIn = (out: string): Network[] =>
  out
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line));
const sweep = async (args: string, world: Parameters<typeof run>[1] = {}) =>
  run(['sweep', ...args.split(' ').map((word) => word.replaceAll('_', ' '))], { files, ...world });

describe('what is varied', () => {
  it.each([
    ['width=16..64:16', '16 32 48 64'],
    ['width=16..63:16', '16 32 48'],
    ['width=1..4', '1 2 3 4'],
    ['width=4..1', '4 3 2 1'],
    ['width=8..64:x2', '8 16 32 64'],
    ['width=64..8:x2', '64 32 16 8'],
    ['width=1..30:*3', '1 3 9 27'],
    ['width=0.1..0.5:0.1', '0.1 0.2 0.3 0.4 0.5'],
    ['width=-2..2:2', '-2 0 2'],
    ['width=1e2..3e2:1e2', '100 200 300'],
    [' width = 1, 2 ,3', '1 2 3'],
    ['width=8,16..32:8', '8 16 24 32'],
    ['depths=[3,4],[2,2]', '[3,4] [2,2]'],
    ['f=max(1,2),3', 'max(1,2) 3'],
    ['input=32x32x3,64', '32x32x3 64'],
  ])('%s', (text, values) => expect(readDimension(text).values.join(' ')).toBe(values));

  it.each([
    ['width', 'no NAME=VALUES'],
    ['=3', 'no NAME=VALUES'],
    ['width=', 'an empty value'],
    ['width=1,,2', 'an empty value'],
    ['width=1,2,1', 'twice'],
    ['width=1..5:0', 'a step is above 0'],
    ['width=1..5:-1', 'a step is above 0'],
    ['width=1..8:x1', 'a factor is above 1'],
    ['width=0..8:x2', 'same side of 0'],
    ['width=1..b', 'no range'],
    ['width=1...5', 'no range'],
    ['width=1..1e9', 'more than 100,000 values'],
  ])('%s is refused: %s', (text, why) => expect(() => readDimension(text)).toThrow(why));

  it('every combination comes once, the last dimension first', () => {
    const sizes = fc.array(fc.integer({ min: 1, max: 4 }), { maxLength: 4 });
    fc.assert(
      fc.property(sizes, (counts) => {
        const dimensions = counts.map((count, i) => readDimension(`v${i}=1..${count}`));
        const all = Array.from({ length: countOf(dimensions) }, (_, i) => combination(dimensions, i));
        const asTexts = all.map((one) => dimensions.map(({ name }) => one[name]?.padStart(2)).join());
        expect(asTexts).toEqual([...new Set(asTexts)].toSorted());
      }),
    );
  });

  it('more than can be counted is refused', async () => {
    const over = ['a', 'b', 'c', 'd'].map((name) => `--over ${name}=1..99999`).join(' ');
    expect((await sweep(`net.yaml ${over}`)).err).toContain('more combinations than can be counted');
  });
});

describe('an answer', () => {
  const CASES = [
    ['net.yaml', '--over width=3..9:3 --over depth=0..2', '--set'],
    ['resnet18', '--over classes=1,2', '--set'],
    ['resnet18', '--over variant=resnet18,resnet34', '--variant'],
    ['alexnet', '--over input=227,300x227x3', '--input'],
  ] as const;
  it.each(CASES)('%s %s says what the report says', async (spec, over, option) => {
    const networks = networksIn((await sweep(`${spec} ${over} --jsonl --columns all`)).out);
    expect(networks.length).toBeGreaterThan(1);
    for (const network of networks) {
      const said = Object.entries(network.set).flatMap(([name, value]) => [
        option,
        option === '--set' ? `${name}=${value}` : `${value}`,
      ]);
      const { totals, outputs } = JSON.parse((await run([spec, ...said, '--json'], { files })).out);
      const { params, macs, activations, flops, buffers, trainable, frozen, weightLayers, bytes } = totals;
      expect(network).toMatchObject({
        params,
        macs,
        activations,
        flops,
        buffers,
        trainable,
        frozen,
        weightLayers,
        outputs,
      });
      expect(network).toMatchObject({
        peakActivations: bytes.peakActivations,
        memory: bytes.params + bytes.peakActivations,
      });
    }
  });

  it('has the receptive field that the list of networks has', async () => {
    const { networks } = JSON.parse((await run(['zoo', 'alexnet', 'vgg16', 'resnet50', '--json'])).out);
    for (const { name, receptiveField } of networks)
      expect(networksIn((await run(['sweep', name, '--jsonl'])).out)[0]).toMatchObject({ receptiveField });
  });

  it('is the same for a spec, its name, and its text', async () => {
    const line = (spec: unknown) => `${JSON.stringify({ spec, index: 5, set: { width: 8 } })}\n`;
    const object = { input: '16x16x3', vars: { width: 4 }, layers: [{ conv: 'width', kernel: 3 }] };
    const text = 'input: 16x16x3\nvars: {width: 4}\nlayers:\n  - {conv: width, kernel: 3}\n';
    const world = { files: { 'a.yaml': text } };
    const answers = await Promise.all(
      ['a.yaml', object, text].map((spec) => sweep('-', { ...world, stdin: line(spec) })),
    );
    const [named, ...others] = answers.map(({ out }) => networksIn(out)[0]);
    for (const other of others) expect({ ...other, name: 'a.yaml' }).toEqual(named);
    expect(named).toMatchObject({ index: 5, params: 8 * 28 });
    const { set: _, ...bare } = networksIn((await sweep('-', { stdin: JSON.stringify(object) })).out)[0] ?? {};
    expect(bare).toMatchObject({ index: 1, params: 4 * 28 });
  });

  it('is of a text that is read once', async () => {
    const io = fakeIo({ files });
    const read: string[] = [];
    const readFile: typeof io.readFile = (path, ...rest) => {
      read.push(path);
      return io.readFile(path, ...rest);
    };
    expect(await main(['sweep', 'net.yaml', '--over', 'width=1..50', '--jsonl'], { ...io, readFile })).toBe(0);
    expect([networksIn(io.out()).length, read]).toEqual([50, ['net.yaml']]);
  });

  it('hangs on its line alone: what other lines set is not heard', async () => {
    const lines = [
      { spec: 'resnet', set: { variant: 'resnet18', input: 64, batch: 3, dtype: 'f16' } },
      { spec: 'resnet' },
      { spec: 'resnet', set: { classes: 3 } },
      { spec: 'net.yaml', set: { width: 9 } },
      { spec: 'net.yaml' },
    ].map((line, i) => JSON.stringify({ ...line, index: i }));
    const together = (await sweep('-', { stdin: lines.join('\n') })).out;
    const apart = await Promise.all(lines.map((line) => sweep('-', { stdin: line })));
    expect(together).toBe(apart.map(({ out }) => out).join(''));
    const back = (await sweep('-', { stdin: lines.toReversed().join('\n') })).out;
    expect(networksIn(back).toReversed()).toEqual(networksIn(together));
  });
});

describe('lines', () => {
  const GOOD = '{"spec":"net.yaml"}';
  it.each([
    ['', undefined],
    ['nonsense', 'sweep/line'],
    ['[]', 'sweep/line'],
    ['3', 'sweep/line'],
    ['null', 'sweep/line'],
    ['{}', 'sweep/line'],
    ['{"set":{}}', 'sweep/line'],
    ['{"spec":"net.yaml","sett":{}}', 'sweep/line'],
    ['{"spec":"net.yaml","input":"8x8x3"}', 'sweep/line'],
    ['{"spec":"net.yaml","set":3}', 'sweep/line'],
    ['{"spec":"net.yaml","set":{"width":null}}', 'sweep/line'],
    ['{"spec":"net.yaml","set":{"width":{"a":1}}}', 'sweep/line'],
    ['{"spec":"net.yaml","set":{"width":9007199254740993}}', 'sweep/line'],
    ['{"spec":"net.yaml","set":{"batch":0}}', 'sweep/line'],
    ['{"spec":"net.yaml","set":{"dtype":"f99"}}', 'sweep/line'],
    ['{"spec":"net.yaml","index":-1}', 'sweep/line'],
    ['{"spec":"net.yaml","index":"a"}', 'sweep/line'],
    ['{"spec":"net.yaml","set":{"wdth":3}}', 'vars/unknown'],
    ['{"spec":"net.yaml","set":{"width":"a b"}}', 'expression/syntax'],
    ['{"spec":"net.yaml","set":{"variant":"x"}}', 'variant/unknown'],
    ['{"spec":"net.yaml","set":{"input":"what"}}', 'expression/unknown-name'],
    ['{"spec":"net.yaml","set":{"kernel":99}}', 'shape/kernel-too-large'],
    ['{"spec":"nowhere.yaml"}', 'file/missing'],
    ['{"spec":""}', 'file/missing'],
    ['{"spec":"."}', 'file/missing'],
    ['{"spec":{"input":"8x8x3"}}', 'spec/no-layers'],
    ['{"input":"8x8x3","layers":[{"cov":3}]}', 'item/unknown-kind'],
    ['{"input":"8x8x3","input":"9x9x3","layers":[]}', 'yaml/duplicate-key'],
    ['{"input":"8x8x3","layers":[{"conv":3,"kernel":9}]}', 'shape/kernel-too-large'],
    ['{"input":"8x8x3","layers":[{"conv":1e15,"kernel":99,"padding":"same"}]}', 'count/too-large'],
    [`{"input":"8x8x3","layers":${'['.repeat(3000)}${']'.repeat(3000)}}`, 'yaml/too-deep'],
    [`{"spec":"${'x'.repeat(5e6)}"}`, 'spec/too-large'],
    ['{"spec":"__proto__"}', 'file/missing'],
    ['{"spec":"net.yaml","set":{"__proto__":{"width":3}}}', 'sweep/line'],
    ...[
      '"index":"a"',
      '"set":null',
      '"set":[1]',
      '"set":{"width":{}}',
      '"name":5',
      '"error":null',
      '"message":[]',
      '"params":"1"',
      '"macs":1e400',
      '"outputs":[null]',
      '"outputs":[{"shape":["<b>"]}]',
      '"receptiveField":{"size":["a"]}',
      '"receptiveField":null',
    ].map((field): [string, string] => [`{"type":"network",${field}}`, 'sweep/line']),
    [new Uint8Array([0x7b, 0xff, 0xfe, 0x7d]), 'file/encoding'],
  ])('%.40s gives %s, and the others go on', async (line, code) => {
    const bytes = typeof line === 'string' ? new TextEncoder().encode(line) : line;
    const around = new TextEncoder().encode(`${GOOD}\n`);
    const stdin = new Uint8Array([...around, ...bytes, 10, ...around]);
    const { code: exit, out } = await sweep('-', { stdin });
    const networks = networksIn(out);
    const [first, ...rest] = networks;
    const last = rest.pop();
    expect(first).toMatchObject({ index: 1, params: 162 });
    expect(last).toEqual({ ...first, index: 3 });
    expect(rest.map(({ error }) => error)).toEqual(code === undefined ? [] : [code]);
    for (const { index, message, params } of rest) {
      expect([index, params]).toEqual([2, null]);
      expect(message).toMatch(/\w/);
    }
    expect(exit).toBe(code === undefined ? 0 : 1);
  });

  it('give back what they bring along, and answers are taken as they are', async () => {
    const line = '{"spec":"net.yaml","id":["a",1],"x-accuracy":93.5}';
    const first = await sweep('-', { stdin: line });
    expect(networksIn(first.out)[0]).toMatchObject({ id: ['a', 1], 'x-accuracy': 93.5 });
    expect((await sweep('-', { stdin: first.out })).out).toBe(first.out);
    expect((await sweep('- --columns id,params --format csv', { stdin: first.out })).out).toBe(
      'id,params\n"[""a"",1]",162\n',
    );
  });

  it('are read as PowerShell writes them', async () => {
    const text = `\ufeff${GOOD}\r\n{"input":"8x8x3","layers":[{"conv":2,"kernel":1}],"x-ü":"🎉"}\r\n`;
    const stdin = new Uint8Array(Buffer.from(text, 'utf16le'));
    expect(networksIn((await sweep('-', { stdin })).out)).toMatchObject([{ params: 162 }, { params: 8, 'x-ü': '🎉' }]);
  });

  it('are cut at their ends, wherever pieces end', async () => {
    const lines = ['{"a":1}', '', '  ', 'ü€🎉', '{"b":2}\r', 'x'.repeat(50)];
    const bytes = new TextEncoder().encode(`\ufeff${lines.join('\n')}`);
    await fc.assert(
      fc.asyncProperty(fc.array(fc.integer({ min: 0, max: bytes.length })), async (cuts) => {
        async function* pieces() {
          const at = [0, ...cuts.toSorted((a, b) => a - b), bytes.length];
          for (const [i, from] of at.slice(0, -1).entries()) yield bytes.slice(from, at[i + 1]);
        }
        const found = [];
        for await (const some of linesIn(pieces())) found.push(...some.map(({ number, text }) => `${number} ${text}`));
        expect(found).toEqual(['1 {"a":1}', '4 ü€🎉', '5 {"b":2}\r', `6 ${'x'.repeat(50)}`]);
      }),
    );
  });
});

describe('whoever answers, and how many', () => {
  const OVER = 'net.yaml --over width=1..40 --over depth=0..3 --over kernel=3,5,99';
  it.each(['--jobs 1', '--jobs 2', '--jobs 7'])('%s: the same bytes', async (jobs) => {
    const [one, some] = [await sweep(`${OVER} --jsonl`), await sweep(`${OVER} --jsonl ${jobs}`)];
    expect(some.out).toBe(one.out);
    expect([one.code, some.code]).toEqual([1, 1]);
    expect(networksIn(one.out).map(({ index }) => index)).toEqual(Array.from({ length: 480 }, (_, i) => i + 1));
  });

  it('lists of lines are answered as the sweep is', async () => {
    const { out } = await sweep(`${OVER} --list --input 20 --set kernel=3`.replace(' --over kernel=3,5,99', ''));
    const whole = await sweep(`${OVER} --jsonl --input 20 --set kernel=3`.replace(' --over kernel=3,5,99', ''));
    expect((await sweep('-', { stdin: out })).out).toBe(whole.out);
    expect((await sweep('- --list', { stdin: out })).out).toBe(out);
    const bare = '{"input":"8x8x3","layers":[]}\n{"spec":"net.yaml"}\nnonsense\n';
    expect((await sweep('- --list', { stdin: bare })).out).toBe(
      '{"index":1,"spec":{"input":"8x8x3","layers":[]}}\n{"index":2,"spec":"net.yaml"}\nnonsense\n',
    );
  });

  it.each([1, 2, 5])('%i shards together are the whole', async (n) => {
    const parts = await Promise.all(
      Array.from({ length: n }, (_, i) => sweep(`${OVER} --jsonl --shard ${i + 1}/${n}`)),
    );
    const lines = parts.flatMap(({ out }) => networksIn(out));
    expect(lines.toSorted((a, b) => Number(a['index']) - Number(b['index']))).toEqual(
      networksIn((await sweep(`${OVER} --jsonl`)).out),
    );
  });

  it('a sweep goes on wherever it ended, also within a line', async () => {
    const args = 'net.yaml --over width=1..9 --over kernel=3,99';
    const whole = (await sweep(`${args} --jsonl`)).out;
    for (const cut of [0, 1, 150, 151, whole.indexOf('\n'), whole.indexOf('\n') + 1, whole.length - 1, whole.length]) {
      const world = { files: { ...files, 'all.jsonl': whole.slice(0, cut) } };
      const { io, out, code } = await sweep(`${args} --resume all.jsonl`, world);
      expect([out, io.files.get('all.jsonl')]).toEqual(['', whole]);
      expect([0, 1]).toContain(code);
    }
    for (const more of ['', ' --columns index,params', ' --where width>3', ' --shard 2/3']) {
      const part = (await sweep(`${args} --jsonl${more}`)).out;
      const world = { files: { ...files, 'all.jsonl': part.slice(0, part.length / 2) } };
      expect((await sweep(`${args}${more} --resume all.jsonl`, world)).io.files.get('all.jsonl')).toBe(part);
    }
    const lines = '{"spec":"net.yaml","index":7}\n\nnonsense\n{"spec":"net.yaml","set":{"width":3}}\n';
    const all = (await sweep('-', { stdin: lines })).out;
    for (const cut of [0, 40, all.indexOf('\n') + 1, all.length - 5, all.length]) {
      const world = { stdin: lines, files: { ...files, 'all.jsonl': all.slice(0, cut) } };
      expect((await sweep('- --resume all.jsonl', world)).io.files.get('all.jsonl')).toBe(all);
    }
  });

  it.each([
    ['of other values', 'net.yaml --over width=2..9', '{"type":"network","index":3,"set":{}}\n', 'another sweep'],
    ['of fewer', 'net.yaml --over width=2..9', '{"type":"network","index":30,"set":{}}\n', 'no network 30'],
    ['of no sweep', 'net.yaml --over width=2..9', 'my thesis\n', 'not written by sweep'],
    ['of a report', 'net.yaml --over width=2..9', '{"type":"layer","index":1}\n', 'not written by sweep'],
    ['of nothing that can be read', 'net.yaml --over width=2..9', null, 'no file'],
  ])('a file %s is left alone', async (_, args, content, why) => {
    const { code, err, io } = await sweep(`${args} --resume all.jsonl`, { files: { ...files, 'all.jsonl': content } });
    expect([code, io.files.get('all.jsonl')]).toEqual([2, content]);
    expect(err).toContain(why);
  });
});

describe('results as they come', () => {
  it('are in the order of the work, whoever is done first, and are not held back', async () => {
    const started: number[] = [];
    const release = new Map<number, () => void>();
    let ask = (_: IteratorResult<number>): void => {};
    const items = {
      [Symbol.asyncIterator]: () => ({ next: () => new Promise<IteratorResult<number>>((resolve) => (ask = resolve)) }),
    };
    const work = (item: number) =>
      new Promise<number>((resolve) => {
        started.push(item);
        release.set(item, () => resolve(item));
      });
    const results = inOrder(items, [{ work }, { work }], new Promise(() => {}))[Symbol.asyncIterator]();
    const turn = () => new Promise((resolve) => setTimeout(resolve));
    const first = results.next();
    for (const value of [1, 2, 3]) {
      await turn();
      ask({ value, done: false });
    }
    await turn();
    expect(started).toEqual([1, 2, 3]);
    release.get(2)?.();
    release.get(1)?.();
    // The next item has not come, and nobody knows whether it will.
    expect(await first).toEqual({ value: 1, done: false });
    expect(await results.next()).toEqual({ value: 2, done: false });
    const third = results.next();
    await turn();
    ask({ value: undefined, done: true });
    release.get(3)?.();
    expect([await third, await results.next()]).toEqual([
      { value: 3, done: false },
      { value: undefined, done: true },
    ]);
  });

  it('no more is read than is worked on', async () => {
    let read = 0;
    async function* endless() {
      for (;;) {
        read += 1;
        yield read;
      }
    }
    for (const workers of [1, 3]) {
      read = 0;
      const work = Array.from({ length: workers }, () => ({ work: async (item: number) => item }));
      let seen = 0;
      for await (const item of inOrder(endless(), work, new Promise(() => {}))) {
        seen += 1;
        expect(item).toBe(seen);
        expect(read - item).toBeLessThanOrEqual(3 * workers + 1);
        if (item === 100) break;
      }
    }
  });

  it('one that fails ends them', async () => {
    async function* items() {
      yield* [1, 2, 3];
    }
    const work = async (item: number) => {
      if (item === 2) throw new Error('of its own');
      return item;
    };
    const results = inOrder(items(), [{ work }, { work }], new Promise(() => {}))[Symbol.asyncIterator]();
    expect((await results.next()).value).toBe(1);
    await expect(results.next()).rejects.toThrow('of its own');
  });

  const endless = async function* () {
    for (;;) yield new TextEncoder().encode('{"spec":"net.yaml"}\n');
  };

  it('end with whole lines at Ctrl-C', async () => {
    for (const jobs of ['1', '3']) {
      const io = fakeIo({ files });
      let turns = 0;
      const breathe = async () => {
        turns += 1;
        if (turns === 3) io.interrupt();
      };
      expect(await main(['sweep', '-', '--jobs', jobs], { ...io, chunks: endless, breathe })).toBe(130);
      expect(io.out()).toMatch(/\}\n$/);
      expect(networksIn(io.out()).length).toBeGreaterThanOrEqual(20);
      expect(io.err()).toContain('interrupted after');
    }
  });

  it('end at Ctrl-C while the next line is waited for', async () => {
    const io = fakeIo({ files });
    const once = async function* () {
      yield new TextEncoder().encode('{"spec":"net.yaml"}\n');
      setTimeout(() => io.interrupt(), 20);
      await new Promise(() => {});
    };
    expect(await main(['sweep', '-'], { ...io, chunks: once })).toBe(130);
    expect(networksIn(io.out())).toHaveLength(1);
  });

  it('end where nobody reads them', async () => {
    const io = fakeIo({ files });
    let written = '';
    const stdout = {
      isTTY: false,
      isClosed: false,
      write(text: string | Uint8Array) {
        written += text;
        if (written.length > 1000) this.isClosed = true;
      },
    };
    expect(await main(['sweep', '-'], { ...io, chunks: endless, stdout })).toBe(0);
    expect(written.length).toBeLessThan(3000);
  });

  it('a thread that ends is told of', async () => {
    const io = fakeIo({ files });
    const startAnswering = () => ({ ask: () => Promise.reject(new Error('out of memory')), end: () => {} });
    expect(await main(['sweep', 'net.yaml', '--jobs', '2'], { ...io, startAnswering })).toBe(2);
    expect(io.err()).toContain('a thread of the sweep has ended: out of memory');
  });
});

describe('what is kept', () => {
  const OVER = 'net.yaml --over width=1..12 --over depth=0..4 --jsonl';
  const all = async () => networksIn((await sweep(OVER)).out);

  it.each([
    ['params<1K', (n: Network) => Number(n['params']) < 1000],
    ['params_<=_0.001M_and_macs_>_10K', (n: Network) => Number(n['params']) <= 1000 && Number(n['macs']) > 10_000],
    ['width*depth==12', (n: Network) => Number(n.set['width']) * Number(n.set['depth']) === 12],
    ['rf>=5_or_not_width>3', (n: Network) => sizeOf(n) >= 5 || (sizeOf(n) > 0 && Number(n.set['width']) <= 3)],
    ['memory<4KiB', (n: Network) => Number(n['params']) * 4 + Number(n['peakActivations']) < 4096],
    ['2_<_index_<_9', (n: Network) => 2 < Number(n['index']) && Number(n['index']) < 9],
  ])('--where %s', async (where, holds) => {
    const kept = networksIn((await sweep(`${OVER} --where ${where}`)).out).map(({ index }) => index);
    const meant = (await all()).filter(holds).map(({ index }) => index);
    expect(kept).toEqual(meant);
    expect(meant.length).toBeGreaterThan(0);
    expect(meant.length).toBeLessThan(60);
  });
  const sizeOf = (network: Network) => Number((network['receptiveField'] as { size: number[] } | undefined)?.size[0]);

  it.each([
    ['params < 5M', ['params'], { params: 4.9e6 }, true],
    ['params < 5M', ['params'], { params: 5e6 }, false],
    ['memory <= 16MiB', ['memory'], { memory: 2 ** 24 }, true],
    ['memory <= 512 B', ['memory'], { memory: 512 }, true],
    ['params < 1.5G', ['params'], { params: 1.4e9 }, true],
    ['params < 35K', ['params'], { params: null }, undefined],
    ['width < 3 or params < 35K', ['width', 'params'], { width: 1, params: null }, true],
    ["variant == 'a' and max(b, 2) > 2", ['variant', 'b'], { variant: 'a', b: 3 }, true],
    ['M1 == 1 and true', ['M1'], { M1: 1 }, true],
  ] as const)('%s', (text, names, values, holds) => {
    const condition = readCondition(text);
    expect(condition.names).toEqual(names);
    expect(condition.holds((name) => (values as Readonly<Record<string, unknown>>)[name])).toBe(holds);
  });

  it('what a condition asks and nobody knows is told of, and what cannot be analysed is not left out', async () => {
    const opaque = 'input: 8x8x3\nvars: {a: 1}\nlayers:\n  - {opaque: Thing, out: 8x8x3}\n  - {conv: 3, kernel: a}\n';
    const { out, err, code } = await sweep('o.yaml --over a=1,99 --jsonl --where params<5', {
      files: { 'o.yaml': opaque },
    });
    expect(networksIn(out).map(({ error }) => error)).toEqual(['shape/kernel-too-large']);
    expect(err).toContain('1 of 2 networks cannot be analysed');
    expect(err).toContain('1 of 2 networks are left out');
    expect(code).toBe(1);
  });

  it('--pareto leaves what no other beats in everything', async () => {
    const networks = await all();
    const front = networksIn((await sweep(`${OVER} --pareto params,rf:most,width:max`)).out);
    const costs = (n: Network) => [Number(n['params']), -sizeOf(n), -Number(n.set['width'])];
    const known = networks.filter((network) => Number.isFinite(sizeOf(network)));
    const beats = (a: number[], b: number[]) =>
      a.every((x, i) => x <= (b[i] ?? 0)) && a.some((x, i) => x < (b[i] ?? 0));
    const meant = known.filter((one) => !known.some((other) => beats(costs(other), costs(one))));
    expect(front.map(({ index }) => index).toSorted()).toEqual(meant.map(({ index }) => index).toSorted());
    expect(front.map((n) => n['params'])).toEqual(front.map((n) => Number(n['params'])).toSorted((a, b) => a - b));
  });

  it('--top and --sort', async () => {
    const by = (key: string) => (a: Network, b: Network) => Number(b[key]) - Number(a[key]);
    const networks = await all();
    const indices = (list: readonly Network[]) => list.map(({ index }) => index);
    expect(indices(networksIn((await sweep(`${OVER} --sort macs`)).out))).toEqual(
      indices(networks.toSorted(by('macs'))),
    );
    for (const n of [1, 7, 59, 100])
      expect(indices(networksIn((await sweep(`${OVER} --sort params --top ${n}`)).out))).toEqual(
        indices(networks.toSorted(by('params')).slice(0, n)),
      );
    const [smallest] = networksIn((await sweep(`${OVER} --sort params --top 1 --reverse`)).out);
    expect(smallest?.['params']).toBe(Math.min(...networks.map((n) => Number(n['params']))));
  });
});

describe('a plot', () => {
  const OVER = 'net.yaml --over width=1..6 --over depth=1..3';
  const svgOf = async (args: string, world = {}) =>
    String((await sweep(`${args} -o plot.svg`, world)).io.files.get('plot.svg'));

  it('has every network at its place, and on its front those that no other beats', async () => {
    const networks = networksIn((await sweep(`${OVER} --jsonl`)).out);
    const places = new Set(networks.map((n) => `${n['macs']} ${sizes(n)}`));
    const front = networksIn((await sweep(`${OVER} --jsonl --pareto macs,rf`)).out);
    expect(front.length).toBeGreaterThan(1);
    const svg = await svgOf(`${OVER} --plot macs,rf`);
    const points = [...svg.matchAll(/<rect[^>]* rx=/g)].length;
    // Two are of the legend.
    expect(points).toBe(places.size + 2);
    for (const { set } of front) expect(svg).toContain(`<title>depth=${set['depth']}:`);
    const page = (await sweep(`${OVER} --plot macs,rf --columns index`)).out;
    expect(
      page
        .split('\n')
        .filter((line) => /^ *\d+$/.test(line))
        .map(Number),
    ).toEqual(front.map(({ index }) => index));
  });
  const sizes = (network: Network) => JSON.stringify(network['receptiveField']);

  it('tells networks apart that are called the same', async () => {
    const line = (filters: number) =>
      JSON.stringify({ name: 'same', input: '8x8x3', layers: [{ conv: filters, kernel: 3 }] });
    const stdin = [1, 2, 3, 4, 5].map(line).join('\n');
    expect([...(await svgOf('-', { stdin })).matchAll(/<rect[^>]* rx=/g)].length).toBe(5 + 2);
  });

  it.each([
    [`${OVER} --plot macs`, 'takes two figures'],
    [`${OVER} --plot macs,params,rf`, 'takes two figures'],
    [`${OVER} --plot macs,parms`, 'no figure "parms"'],
    [`${OVER} --plot macs,params --jsonl`, 'has no drawings'],
    [`${OVER} --plot macs,params --format csv`, 'has no drawings'],
    [`${OVER} --plot macs,params --json`, 'has no drawings'],
  ])('%s is refused: %s', async (args, why) => {
    const { code, out, err } = await sweep(args);
    expect([code, out]).toEqual([2, '']);
    expect(err).toContain(why);
  });

  it('of nothing is a plot all the same', async () => {
    expect(await svgOf(`${OVER} --set kernel=99`)).toContain('<svg');
    expect((await sweep(`${OVER} --set kernel=99 --plot macs,params`)).code).toBe(1);
  });
});

describe('options', () => {
  it.each([
    ['net.yaml --over wdth=1,2', 'no var called "wdth"'],
    ['net.yaml --over width=1..', 'no range'],
    ['net.yaml --over width=1 --over width=2', 'varied twice'],
    ['net.yaml --over width=1 --where foo<3', 'no figure "foo"'],
    ['net.yaml --over width=1 --where params<', 'stops short'],
    ['net.yaml --over width=1 --where depth<3', 'no var of that name is set'],
    ['net.yaml --over width=1 --columns parms', 'no figure "parms"'],
    ['net.yaml --over width=1 --columns layers.hed.params.total', 'there is no "hed"'],
    ['net.yaml --over width=1 --sort parms', 'no figure "parms"'],
    ['net.yaml --over width=1 --pareto parms', 'no figure "parms"'],
    ['net.yaml --over width=1 --pareto params:best', 'the least or the most'],
    ['net.yaml --over width=1 --get parms', 'there is no "parms"'],
    ['net.yaml --over width=1 --top 3', 'there is none'],
    ['net.yaml --over width=1 --reverse', 'there is none'],
    ['net.yaml --over width=1 --shard 0/3', 'from 1/4 to 4/4'],
    ['net.yaml --over width=1 --shard 4/3', 'from 1/4 to 4/4'],
    ['net.yaml --over width=1 --list --where params<3', '--where belongs where'],
    ['net.yaml --over width=1 --list --layout chw', '--layout belongs where'],
    ['net.yaml --over width=1 --resume a.jsonl --pareto params', '--resume writes lines'],
    ['net.yaml --over width=1 --resume a.jsonl -o b.jsonl', 'leave -o out'],
    ['net.yaml --over width=1 -o readonly/b.jsonl', 'permission denied'],
    ['nowhere.yaml --over width=1', 'there is no file'],
    ['nowhere.jsonl', 'there is no file'],
    ['bad.yaml --over width=1', '[yaml/'],
  ])('%s is refused: %s', async (args, why) => {
    const { code, out, err } = await sweep(args, { files: { ...files, 'bad.yaml': 'layers: [' } });
    expect([code, out]).toEqual([2, '']);
    expect(err).toContain(why);
  });

  it('values of the command line are said of every network', async () => {
    const { out } = await sweep('net.yaml --over width=1,2 --set depth=2 --input 20x20x1 --batch 2 --jsonl');
    for (const network of networksIn(out)) expect(network.set).toMatchObject({ depth: 2, input: '20x20x1', batch: 2 });
    const said = await sweep('- --input 20x20x1', {
      stdin: '{"spec":"net.yaml"}\n{"spec":"net.yaml","set":{"input":8}}',
    });
    expect(networksIn(said.out).map(({ params }) => params)).toEqual([10 * 5 + 4 * 10, 4 * 28 + 50]);
  });

  it('numbers, lists and truths are such in what is said of a network', async () => {
    const over = ['depths=[2,2,2,2],[1,1,1,1]', 'is_bottleneck=false'].flatMap((text) => ['--over', text]);
    const more = ['--set', 'classes=2+3', '--set', 'group_width=64', '--jsonl', '--where', 'depths[1] == 1'];
    const [one] = networksIn((await run(['sweep', 'resnet50', ...over, ...more])).out);
    expect(one?.set).toEqual({ classes: '2+3', depths: [1, 1, 1, 1], is_bottleneck: false, group_width: 64 });
  });

  it('a folder is no file of lines', async () => {
    const { code, err } = await sweep('some.jsonl', { files: { 'some.jsonl': null } });
    expect([code, err.includes('is a directory')]).toEqual([2, true]);
  });

  it('formats', async () => {
    const args = 'net.yaml --over width=1,2 --over kernel=3,99';
    expect((await sweep(`${args} --format csv --columns width,kernel,params,outputs,error`)).out).toBe(
      'width,kernel,params,outputs,error\n1,3,48,10,\n1,99,?,?,shape/kernel-too-large\n2,3,86,10,\n2,99,?,?,shape/kernel-too-large\n',
    );
    const { out } = await sweep(args);
    expect(out.split('\n').slice(0, 3).join('\n')).toMatch(/^width +kernel +params +MACs .*\n─+\n +1 +3 +48 /);
    expect(out).toContain('a kernel of 99 does not fit');
    expect((await sweep(`${args} --get head.params`)).err).toContain('there is no "head"');
    expect((await sweep(`${args} --get layers.head.params.total`)).out).toBe('20\n?\n30\n?\n');
    expect((await sweep(`${args} --get receptiveField.size`)).out).toBe('[3,3]\n?\n[3,3]\n?\n');
    // What stands before a layer that is wrong is not the whole.
    const late = { 'late.yaml': NET.replace('gap', '{conv: 2, kernel: 99}') };
    expect(networksIn((await sweep('late.yaml --jsonl', { files: late })).out)[0]).not.toHaveProperty('receptiveField');
    expect(JSON.parse((await sweep(`${args} --json`)).out).networks).toHaveLength(4);
    const json = JSON.stringify({ input: '8x8x3', vars: { width: 1 }, layers: [{ conv: 'width', kernel: 1 }] });
    for (const stdin of [NET, json]) {
      const found = networksIn((await sweep('- --over width=1,2 --jsonl', { stdin })).out);
      expect(found.map(({ set, params }) => [set['width'], typeof params])).toEqual([
        [1, 'number'],
        [2, 'number'],
      ]);
    }
    expect((await sweep('- --over width=1,2', { stdin: 'input: 8x8x3\n' })).err).toContain('holds no spec');
    expect((await sweep('- --over width=1,2', { stdin: 'layers: [' })).err).toContain('[yaml/');
  });
});
