// The command line, run in process: exit codes, what goes to which stream, colours, files, --watch. Looks of reports are report.test.ts.

import { describe, expect, it, vi } from 'vitest';
import { main } from '../src/cli.js';
import type { Command } from '../src/commands/command.js';
import { COMMANDS } from '../src/commands/commands.js';
import { fakeIo, plain, run, SPECS, type World } from './fake-io.js';

const NET = `name: Net
input: 32x32x3
layers:
  - {conv: 16, kernel: 3, padding: 1, act: relu, name: c1}
  - {maxpool: 2, name: p1}
  - {fc: 10, name: out}
`;
const BROKEN = `input: 32x32x3
layers:
  - {conv: 16, kernel: 3, name: c1}
  - {conv: 16, kernal: 3, name: c2}
  - {maxpol: 2}
  - {fc: 10}
`;
const FAILS = NET.replace('name: out', 'name: out, expect: {params: 7}');

const files = {
  'net.yaml': NET,
  'broken.yaml': BROKEN,
  'fails.yaml': FAILS,
  nets: null,
  'nets/lenet.yaml': NET,
  'garbage.yaml': Uint8Array.from([0xff, 0xfe, 0x80, 0x7b, 0x0a]),
};

interface Expected {
  readonly code: number;
  readonly out?: readonly (string | RegExp)[];
  readonly err?: readonly (string | RegExp)[];
}

const contains = (text: string, parts: readonly (string | RegExp)[] = []) => {
  for (const part of parts) {
    if (typeof part === 'string') expect(text).toContain(part);
    else expect(text).toMatch(part);
  }
};

const check = async (argv: readonly string[], { code, out, err }: Expected, world: World = {}) => {
  const ran = await run(argv, { files, ...world });
  contains(ran.out, out);
  contains(ran.err, err);
  expect(ran.code, ran.err).toBe(code);
  return ran;
};

describe('what is asked, and how it ends', () => {
  const cases: readonly (readonly [argv: readonly string[], expected: Expected])[] = [
    [['net.yaml'], { code: 0, out: ['Net', '16x16x16', '448', 'weight layers         2'] }],
    [['summary', 'net.yaml'], { code: 0, out: ['16x16x16'] }],
    [['--json', 'net.yaml'], { code: 0, out: ['"cnncalc/report/1"'] }],
    [
      ['alexnet'],
      {
        code: 0,
        out: ['62,378,344', '1,135,256,096', 'AlexNet  bundled, input 227x227x3'],
        err: [/^$/],
      },
    ],
    [['alexnet.yaml', '-q'], { code: 0, out: ['62,378,344'], err: [/^$/] }],
    [['INPUT 32x32x3; CONV-5-6; POOL-2'], { code: 0, out: ['28x28x6'], err: ['notation/padding'] }],
    [
      ['INPUT 32x32x3; CONV-5-6; POOL-2', '--pad', 'same', '--get', 'layers.0.outputShape'],
      { code: 0, out: ['[32,32,6]\n'] },
    ],
    [['fails.yaml'], { code: 1, out: ['40,970'], err: ['expect/broken', 'fails.yaml:6:'] }],
    [
      ['broken.yaml'],
      {
        code: 2,
        out: ['c1', '?'],
        err: ['option/unknown', 'did you mean kernel?', 'item/unknown-kind', 'did you mean maxpool?', /\^\^\^/],
      },
    ],
    [['net.yaml', '--get', 'totals.params'], { code: 0, out: [/^41418\n$/] }],
    [['net.yaml', '--get', 'layers.c1.act.kind'], { code: 0, out: [/^relu\n$/] }],
    [['net.yaml', '--get', 'layers.c1.receptiveField.size'], { code: 0, out: ['[3,3]\n'] }],
    [['broken.yaml', '--get', 'totals.params'], { code: 2, out: [/^\?\n$/] }],
    [
      ['net.yaml', '--get', 'totals.parms'],
      { code: 2, out: [/^$/], err: ['no "parms" in totals', 'did you mean params?'] },
    ],
    [['net.yaml', '--get', 'layers.c9'], { code: 2, err: ['no "c9" in layers'] }],
    [['net.yaml', '--columns', 'name,parms'], { code: 2, err: ['no column "parms"', 'params'] }],
    [['net.yaml', '--columns', 'all'], { code: 0, out: ['rf stride', 'activations', 'FLOPs'] }],
    [['net.yaml', '--only', 'zz'], { code: 0, err: ['no layer has such a name'] }],
    [['net.yaml', '--depth', '0'], { code: 2, err: ['at least 1'] }],
    [['net.yaml', '--json', '--format', 'csv'], { code: 2, err: ['not both'] }],
    [['net.yaml', '--json', '--depth', '1'], { code: 0, out: ['c1.act'], err: ['--depth without effect'] }],
    [
      ['resnet18', '--freeze', 'layer*', '--freeze', 'conv1', '--get', 'totals.trainable'],
      { code: 0, out: [/^513128\n$/] },
    ],
    [['resnet18', '--freeze', 'bn1'], { code: 0, out: ['(trainable 11,689,384, frozen 128)'] }],
    [['explain', 'resnet18', 'bn1', '--freeze', 'bn1'], { code: 0, out: ['frozen: training leaves them alone'] }],
    [
      ['resnet18', '--freeze', 'layr1'],
      { code: 2, out: [/^$/], err: ['--freeze layr1: no layer', 'did you mean layer1?'] },
    ],
    [['net.yaml', '--set', 'width'], { code: 2, err: ['NAME=VALUE'] }],
    [['net.yaml', '--input', '64x64x3', '--get', 'outputs.0.shape'], { code: 0, out: ['[10]'] }],
    [['net.yaml', '--layout', 'chw'], { code: 0, out: ['16x32x32'] }],
    [['net.yaml', '--jsn'], { code: 2, err: ['--json'] }],
    [['net.yaml', '--format', 'tabel'], { code: 2, err: ['table'] }],
    [['sumary'], { code: 2, err: ['file/missing', 'did you mean the command summary?'] }],
    [['sumary', 'net.yaml'], { code: 2, err: ['did you mean summary?'] }],
    [['net.yaml', 'alexnet'], { code: 2, err: ['one spec at a time'] }],
    [['nett.yaml'], { code: 2, err: ['did you mean net.yaml?'] }],
    [['net'], { code: 2, err: ['did you mean net.yaml?'] }],
    [['nets/lent.yaml'], { code: 2, err: ['did you mean nets/lenet.yaml?'] }],
    [['alexnett'], { code: 2, err: ['did you mean alexnet?'] }],
    [['nets'], { code: 2, err: ['file/directory', 'nets/lenet.yaml'] }],
    [['garbage.yaml'], { code: 2, err: ['garbage.yaml is no text in UTF-16LE: line 1 has bytes', 'file/encoding'] }],
    [['net.yaml', '--only', ''], { code: 2, out: [/^$/], err: ['--only', 'It must be a name'] }],
    [['net.yaml', '--columns', ''], { code: 2, out: [/^$/], err: ['--columns', 'It must be names'] }],
    [['net.yaml', '--columns', ' , '], { code: 2, out: [/^$/], err: ['--columns'] }],
    [['net.yaml', '--width', '0'], { code: 2, out: [/^$/], err: ['--width', 'at least 1'] }],
    [['zoo', '--only', ''], { code: 2, out: [/^$/], err: ['--only', 'It must be a name'] }],
    [['zoo', '--columns', ''], { code: 2, out: [/^$/], err: ['--columns', 'It must be names'] }],
    [
      ['quiz'],
      { code: 0, out: [/^# cnncalc quiz --seed "q\w{5}"/], err: [/the seed is q\w{5}: cnncalc quiz --seed q/] },
    ],
    [['schema', 'report'], { code: 0, out: ['2020-12'] }],
    [['schema', 'rport'], { code: 2, err: ['did you mean report?'] }],
    [['--version'], { code: 0, out: [/^\d+\.\d+\.\d+/] }],
  ];
  it.each(cases)('%j', (argv, expected) => check(argv, expected).then(() => undefined));

  it('help is led by examples and names every option of the default command', async () => {
    const { out } = await check(['--help'], { code: 0, err: [/^$/] });
    expect(out.indexOf('Examples:')).toBeLessThan(out.indexOf('Usage:'));
    contains(out, ['--max-params', '--columns', '--variant', 'schema', 'completion', 'Exit codes']);
  });

  const commands: readonly Command[] = Object.values(COMMANDS);

  it.each(commands)(
    '$name has examples, one line for lists, a short and a long help that fit 80 columns',
    async (command) => {
      expect(command.examples.length).toBeGreaterThan(0);
      expect(command.doc.length).toBeLessThanOrEqual(62);
      const words = command === COMMANDS.summary ? [] : command.name.split(' ');
      const [short, long, asked] = [
        await check([...words, '-h'], { code: 0, err: [/^$/] }, { tty: { stdout: 80 } }),
        await check([...words, '--help'], { code: 0, err: [/^$/] }, { tty: { stdout: 80 } }),
        await check(['help', ...words], { code: 0, err: [/^$/] }, { tty: { stdout: 80 } }),
      ];
      expect(asked.out).toBe(long.out);
      expect(short.out).toMatch(/^usage: cnncalc /);
      expect(short.out.split('\n').length).toBeLessThan(40);
      for (const text of [short.out, long.out])
        for (const line of text.split('\n')) expect(line.length, line).toBeLessThanOrEqual(80);
      const unwrapped = long.out.replace(/ \\\n +/g, ' ');
      for (const example of command.examples) expect(unwrapped).toContain(example.split(' # ')[0]);
    },
  );

  it('the short help has commands first, each in a line, and few options', async () => {
    const { out } = await check(['-h'], { code: 0 });
    const lines = out.split('\n');
    for (const { name, doc } of commands.filter(({ name }) => !name.includes(' ') && name !== 'summary'))
      expect(lines).toContainEqual(expect.stringMatching(new RegExp(`^ {2}${name} +${doc.replace(/[?.]/g, '\\$&')}$`)));
    expect(out.match(/^ {2}(?:-\w, )?--/gm)).toHaveLength(5);
    expect(lines.findIndex((line) => line.startsWith('  explain'))).toBeLessThan(
      lines.findIndex((line) => line.includes('--')),
    );
  });

  it.each([
    [['explain'], 'usage: cnncalc explain SPEC [LAYER] [options]'],
    [['explain', 'net.yaml', '--jsn'], 'usage: cnncalc explain SPEC [LAYER] [options]'],
    [['lint', 'net.yaml', 'more'], 'usage: cnncalc lint SPEC [options]'],
    [['compare', 'net.yaml'], 'usage: cnncalc compare SPECS... [options]'],
    [['equiv', '3x3'], 'usage: cnncalc equiv A [B] [options]'],
    [['net.yaml', 'alexnet'], 'usage: cnncalc SPEC [options]'],
    [['zoo', 'show'], 'usage: cnncalc zoo show NAME [options]'],
  ])('%j tells how it is used, and where more is said', async (argv, usage) => {
    const { err } = await check(argv, { code: 2, out: [/^$/], err: [/^error: /, usage, ' -h says more'] });
    expect(err.split('\n').filter((line) => line.includes('error:'))).toHaveLength(1);
  });

  it('help for what is no command says so', () =>
    check(['help', 'exlain'], { code: 2, out: [/^$/], err: ['no command "exlain"', 'did you mean explain?'] }).then(
      () => undefined,
    ));

  it('a long sentence is wrapped on a terminal, and one line in a pipe', async () => {
    const argv = ['net.yaml', 'a'.repeat(30), 'b'.repeat(30), 'c'.repeat(30)];
    const { err } = await check(argv, { code: 2 }, { tty: { stderr: 50 } });
    for (const line of plain(err).split('\n')) expect(line.length).toBeLessThanOrEqual(50);
    expect((await check(argv, { code: 2 })).err.split('\n')[0]).toMatch(/^error: one spec at a time.*c$/);
  });

  it('nothing asked: the short help, as a usage error', async () => {
    await check([], { code: 2, out: [/^$/], err: ['usage: cnncalc SPEC', 'explain ', '--help'] });
    await check(['-'], { code: 2, err: ['usage: cnncalc SPEC'] }, { tty: { stdin: true } });
  });

  it('standard input', async () => {
    await check(['-', '--get', 'totals.params'], { code: 0, out: ['41418'] }, { stdin: NET });
    await check(['-'], { code: 2, err: ['<stdin>:5:6: error'] }, { stdin: BROKEN });
  });

  it('a byte order mark and Windows line ends change nothing', async () => {
    await check(
      ['-', '--get', 'totals.params'],
      { code: 0, out: [/^41418\n$/] },
      { stdin: `\ufeff${NET.replaceAll('\n', '\r\n')}` },
    );
    const { err } = await check(['-'], { code: 2 }, { stdin: BROKEN.replaceAll('\n', '\r\n') });
    expect(err).toContain('  5 |   - {maxpol: 2}\n           ^^^^^^');
  });

  describe('text is read by its byte order mark, as PowerShell writes it', () => {
    const utf16 = (text: string, littleEndian: boolean): Uint8Array => {
      const view = new DataView(new ArrayBuffer(2 * text.length + 2));
      view.setUint16(0, 0xfeff, littleEndian);
      for (let i = 0; i < text.length; i += 1) view.setUint16(2 * i + 2, text.charCodeAt(i), littleEndian);
      return new Uint8Array(view.buffer);
    };
    const sheet = 'spec: net.yaml\r\nanswers:\r\n  c1: {params: 448}\r\n';
    it.each([
      ['UTF-8', (text: string) => `\ufeff${text}`],
      ['UTF-16, little end first', (text: string) => utf16(text, true)],
      ['UTF-16, big end first', (text: string) => utf16(text, false)],
    ])('%s', async (_, written) => {
      const world = { files: { 'net.yaml': written(NET.replaceAll('\n', '\r\n')), 'sheet.yaml': written(sheet) } };
      await check(['net.yaml', '--get', 'model.name'], { code: 0, out: [/^Net\n$/] }, world);
      await check(['check', 'sheet.yaml'], { code: 0 }, world);
      await check(['check', 'net.yaml', 'sheet.yaml'], { code: 0 }, world);
      await check(['-', '--get', 'totals.params'], { code: 0, out: ['41418'] }, { stdin: written(NET) });
    });
    it.each([
      ['net.yaml', ['net.yaml']],
      ['sheet.yaml', ['check', 'alexnet', 'sheet.yaml']],
      ['rules.yaml', ['check', 'alexnet', 'good.yaml', '--rules', 'rules.yaml']],
    ] as const)('what is no text says so: %s', async (name, argv) => {
      const latin1 = Uint8Array.from(
        [...'name: A\nnote: M', 0xfc, ...'ller'].map((c) => (typeof c === 'string' ? c.charCodeAt(0) : c)),
      );
      const world = { files: { [name]: latin1, 'good.yaml': 'answers: {}\n' } };
      await check(
        argv,
        {
          code: 2,
          out: [/^$/],
          err: [`${name} is no text in UTF-8: line 2 has bytes`, 'file/encoding', 'save it as UTF-8'],
        },
        world,
      );
    });
  });

  it.each([['alexnet'], ['zoo'], ['zoo', 'show', 'alexnet'], ['completion', 'bash'], ['nope.yaml']])(
    'without the bundled specs %s ends with a sentence',
    async (...argv) => {
      const io = { ...fakeIo({ files }), specs: 'nowhere/' };
      const code = await main(argv, io);
      if (argv[0] === 'completion') return expect(code).toBe(0);
      expect([code, io.out()]).toEqual([2, '']);
      expect(io.err()).toContain('the list of the bundled networks cannot be read');
    },
  );

  it('more than 4 MiB are refused before they are parsed', async () => {
    await check(
      ['big.yaml'],
      { code: 2, err: ['spec/too-large', '4 MiB'] },
      { files: { 'big.yaml': ' '.repeat(4 * 1024 * 1024 + 1) } },
    );
    await check(['-'], { code: 2, err: ['spec/too-large'] }, { stdin: ' '.repeat(4 * 1024 * 1024 + 1) });
  });
});

describe('--json', () => {
  it.each(['missing.yaml', 'nets', 'garbage.yaml'])('%s: the same object without layers', async (spec) => {
    const { out, err } = await check([spec, '--json'], { code: 2 });
    const report = JSON.parse(out);
    expect(report.layers).toEqual([]);
    expect(report.totals.params).toBeNull();
    expect(report.diagnostics[0].severity).toBe('error');
    expect(err).toContain(report.diagnostics[0].code);
  });

  it('has the diagnostics, and says them to people too', async () => {
    const { out, err } = await check(['broken.yaml', '--json'], { code: 2 });
    const codes = JSON.parse(out).diagnostics.map((d: { code: string }) => d.code);
    expect(codes).toContain('option/unknown');
    for (const code of codes) expect(err).toContain(code);
  });

  it('--jsonl has a line per layer and totals last', async () => {
    const { out } = await check(['net.yaml', '--jsonl'], { code: 0 });
    const records = out
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(records.map((record) => record.type)).toEqual(['layer', 'layer', 'layer', 'layer', 'totals']);
    expect(records.at(-1).params).toBe(41418);
  });
});

describe('budgets', () => {
  it.each([
    [['--max-params', '41418'], 0, []],
    [['--max-params', '41417'], 1, ['budget/params']],
    [['--max-params', '41K', '--max-macs', '1K'], 1, ['budget/params', 'budget/macs']],
    [['--max-macs', '1M'], 0, []],
    [['--max-memory', '280KiB'], 1, ['budget/memory']],
    [['--max-memory', '1MB'], 0, []],
  ] as const)('%j', async (argv, code, codes) => {
    const { out, err } = await check(['net.yaml', '--json', ...argv], { code });
    expect(JSON.parse(out).diagnostics.map((d: { code: string }) => d.code)).toEqual(codes);
    contains(err, codes);
  });

  it('say by how much', () =>
    check(['net.yaml', '--max-params', '40K'], {
      code: 1,
      err: ['41,418 parameters are 1,418 over the budget of 40,000'],
    }));
  it('memory counts parameters and peak activations', async () => {
    const { bytes } = JSON.parse((await run(['net.yaml', '--json'], { files })).out).totals;
    await check(['net.yaml', '--max-memory', String(bytes.params + bytes.peakActivations)], { code: 0 });
    await check(['net.yaml', '--max-memory', String(bytes.params + bytes.peakActivations - 1)], {
      code: 1,
      err: ['1 B over'],
    });
  });
  it.each([
    ['--max-params', '5MB'],
    ['--max-params', '~5M'],
    ['--max-macs', 'many'],
    ['--max-memory', '-1'],
  ])('%s %s is refused', (option, value) =>
    check(['net.yaml', option, value], { code: 2, err: [option] }).then(() => undefined),
  );
});

describe('--output', () => {
  it.each([
    ['r.json', /^\{/],
    ['r.jsonl', /^\{"type":"layer"/],
    ['r.csv', /^index,name/],
    ['r.tsv', /^index\tname/],
    ['r.md', /^## Net/],
    ['r.tex', /\\toprule/],
    ['r.txt', /^Net {2}input/],
  ] as const)('%s', async (file, content) => {
    const { io } = await check(['net.yaml', '-o', file], { code: 0, out: [/^$/] }, { tty: { stdout: 20 } });
    expect(io.files.get(file)).toMatch(content);
    expect(plain(String(io.files.get(file)))).toBe(io.files.get(file));
  });
  it('--format decides over the ending', async () => {
    const { io } = await check(['net.yaml', '-o', 'r.json', '--format', 'csv'], { code: 0 });
    expect(io.files.get('r.json')).toMatch(/^index,/);
  });
  it('- is stdout', () => check(['net.yaml', '-o', '-'], { code: 0, out: ['Net'] }).then(() => undefined));
  it('a file that cannot be written is a sentence', () =>
    check(['net.yaml', '-o', 'readonly/r.json'], {
      code: 2,
      err: ['readonly/r.json cannot be written: permission denied'],
    }).then(() => undefined));
});

describe('colour: --color > FORCE_COLOR > NO_COLOR > TERM=dumb > is it a terminal, per stream', () => {
  const both = { stdout: 120, stderr: 120 };
  it.each([
    ['pipes', [], {}, {}, false, false],
    ['terminals', [], {}, both, true, true],
    ['stdout a terminal', [], {}, { stdout: 120 }, true, false],
    ['stderr a terminal', [], {}, { stderr: 120 }, false, true],
    ['TERM=dumb', [], { TERM: 'dumb' }, both, false, false],
    ['NO_COLOR', [], { NO_COLOR: '1' }, both, false, false],
    ['an empty NO_COLOR', [], { NO_COLOR: '' }, both, true, true],
    ['FORCE_COLOR into pipes', [], { FORCE_COLOR: '1' }, {}, true, true],
    ['FORCE_COLOR over NO_COLOR', [], { FORCE_COLOR: '1', NO_COLOR: '1' }, {}, true, true],
    ['FORCE_COLOR=0', [], { FORCE_COLOR: '0' }, both, false, false],
    ['--color over NO_COLOR', ['--color', 'always'], { NO_COLOR: '1' }, {}, true, true],
    ['--color over FORCE_COLOR', ['--color', 'never'], { FORCE_COLOR: '1' }, both, false, false],
    ['--no-color', ['--no-color'], { FORCE_COLOR: '1' }, both, false, false],
  ] as const)('%s', async (_, argv, env, tty, out, err) => {
    const ran = await run(['broken.yaml', ...argv], { files, env, tty });
    expect(plain(ran.out) !== ran.out).toBe(out);
    expect(plain(ran.err) !== ran.err).toBe(err);
  });
});

describe('diagnostics on stderr', () => {
  it('each once, in the order of the text, at most 50', async () => {
    const layers = Array.from({ length: 60 }, (_, i) => `  - {conv: 8, kernel: 1, wrong${i}: 1}`).join('\n');
    const { err } = await check(
      ['many.yaml'],
      { code: 2 },
      { files: { 'many.yaml': `input: 8x8x3\nlayers:\n${layers}\n` } },
    );
    expect(err.match(/error:/g)).toHaveLength(50);
    expect(err).toMatch(/and 10 more, 10 of them errors/);
    const lines = [...err.matchAll(/many\.yaml:(\d+):/g)].map((match) => Number(match[1]));
    expect(lines).toEqual([...lines].sort((a, b) => a - b));
  });
  it('copies of a layer are heard once', async () => {
    const { err } = await check(
      ['r.yaml'],
      { code: 2 },
      { files: { 'r.yaml': 'input: 8x8x3\nlayers:\n  - {conv: 8, kernel: 1, wrong: 1, repeat: 5}\n' } },
    );
    expect(err.match(/option\/unknown/g)).toHaveLength(1);
  });
  it('control characters of a spec do not reach the terminal', async () => {
    const { out, err } = await run(['e.yaml'], {
      files: {
        'e.yaml':
          'name: "a\\e[31mb"\ninput: 8x8x3\nlayers:\n  - {"conv\\e[2J": 8}\n  - {conv: 2, kernel: 1, name: "x\\ny"}\n',
      },
    });
    // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
    expect(out + err).not.toMatch(/\u001b/);
    expect(err).not.toBe('');
  });
});

describe('--watch', () => {
  const settled = () => vi.advanceTimersByTimeAsync(100);
  it('prints again on every save, through errors and a file that is gone for a moment', async () => {
    vi.useFakeTimers();
    try {
      const io = fakeIo({ files });
      const ended = vi.fn();
      main(['net.yaml', '--watch', '--get', 'totals.params'], io).then(ended);
      await vi.waitFor(() => expect(io.err()).toContain('watching net.yaml'));
      expect(io.out()).toBe('41418\n');
      io.files.set('net.yaml', NET.replace('fc: 10', 'fc: 20'));
      io.touch('net.yaml');
      io.touch('net.yaml');
      await settled();
      expect(io.out()).toBe('41418\n82388\n');
      io.files.delete('net.yaml');
      io.touch('net.yaml');
      await settled();
      io.files.set('net.yaml', 'layers: [');
      io.touch('net.yaml');
      await settled();
      expect(io.out()).toBe('41418\n82388\n?\n');
      expect(io.err()).toContain('error');
      io.files.set('net.yaml', NET);
      io.touch('net.yaml');
      await settled();
      expect(io.out()).toBe('41418\n82388\n?\n41418\n');
      expect(ended).not.toHaveBeenCalled();
    } finally {
      vi.useRealTimers();
    }
  });
  it('needs a file', () =>
    check(['alexnet', '--watch'], { code: 2, err: ['--watch needs a file'] }).then(() => undefined));
});

it('completion is for shells it knows; the scripts are completion.test.ts', () =>
  check(['completion', 'fishh'], { code: 2, err: ['did you mean fish?'] }).then(() => undefined));

it('the specs are where the fake says', async () => {
  expect(SPECS).toMatch(/specs\/$/);
  await check([`${SPECS}alexnet.yaml`, '--get', 'model.name'], { code: 0, out: ['AlexNet'] });
});

it('a failure of the program itself is told as one', async () => {
  const io = fakeIo({ files });
  const broken = { ...io, readFile: () => ({}) as Uint8Array };
  expect(await main(['net.yaml'], broken)).toBe(3);
  expect(io.err()).toContain('bug in cnncalc');
  expect(io.err()).not.toContain('    at ');
  expect(await main(['net.yaml', '--debug'], broken)).toBe(3);
  expect(io.err()).toContain('    at ');
});
