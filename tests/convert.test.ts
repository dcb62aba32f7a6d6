// Networks written as specs by people would be, and read again: the same layers, options, figures and wiring, the same names of all that
// learns. And what `cnncalc convert` does with files. The plainest form is tested in write.test.ts.

import { readdirSync, readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Analysis } from '../src/analysis/analysis.js';
import { analyze } from '../src/analysis/analyze.js';
import type { Graph, Node, Parsed } from '../src/core/graph.js';
import { parse } from '../src/lang/parse.js';
import { specOf } from '../src/lang/spec/spec.js';
import { write } from '../src/lang/write.js';
import { layers } from '../src/layers/index.js';
import { parameters } from '../src/run/network.js';
import { bundled, bundledParsed, eachNetwork, specIndex } from './bundled.js';
import { plain, run, type World } from './fake-io.js';
import { grownAgain } from './grown-again.js';
import { imported } from './imported.js';
import { NETWORKS } from './language-cases.js';
import { ANY_KIND, anyNetwork, network, SORTS } from './random-network.js';
import { expectSame } from './same.js';

const parsed = (text: string) => parse(text, { registry: layers });

/** Nothing but rows with names: who stands beside whom is not told. */
const bare = (graph: Graph): Graph => ({ ...graph, nodes: graph.nodes.map(({ sugarOf: _, ...node }) => node) });

const isLearned = ({ facts, sharedWith }: Node): boolean =>
  sharedWith !== undefined || (facts?.params ?? []).length + (facts?.buffers ?? []).length > 0;

/** All of a network but where it stands in its text, and the names of what learns nothing. */
const known = (graph: Graph) => ({
  settings: [graph.batch, graph.dtype, graph.layout, graph.outputs],
  layers: graph.nodes.map((node) => {
    const { kind, args, inputs, sharedWith, frozen, facts } = node;
    const { why: _, note: __, ...rest } = facts ?? { output: null };
    return {
      name: isLearned(node) || kind.role === 'input' ? node.name : null,
      kind: kind.name,
      // In whatever order they were given.
      args: kind.role === 'input' ? null : Object.keys(kind.args).map((option) => args?.[option] ?? null),
      inputs,
      sharedWith,
      frozen,
      rest,
    };
  }),
});

/** All that is worked out of it. */
const figures = ({ rows, totals, fields }: Analysis) => ({ rows: rows.map((row) => row.figures), totals, fields });

/** The text with what it is read as, which is the same network. `folded`: as much is folded as can be. */
const written = (before: Graph, folded = true): { readonly text: string; readonly read: Parsed } => {
  // Of what is read to choose among the forms, the last is the text.
  let read = parsed('');
  const { text, because } = specOf(bare(before), layers, (form) => {
    read = parsed(form);
    return read;
  });
  expect(text, because).not.toBeNull();
  if (folded) expect(because).toBeUndefined();
  expect(read.diagnostics.filter(({ severity }) => severity === 'error')).toEqual([]);
  expectSame(known(read.graph), known(before));
  return { text: text ?? '', read };
};

/** As {@link written}, and all its figures come out again. What they come of is the same: not for every large network. */
const sameAgain = (before: Analysis, folded = true): string => {
  const { text, read } = written(before.graph, folded);
  const after = analyze(read);
  expect(after.diagnostics.filter(({ severity }) => severity === 'error')).toEqual([]);
  expectSame(figures(after), figures(before));
  return text;
};

describe('bundled networks', () => {
  it.each(eachNetwork())('%s', (name) => {
    written(bundledParsed(name).graph);
  });
});

describe('networks that grew row by row', () => {
  it.each([
    'resnet18',
    'mobilenet_v2',
    'googlenet',
    'densenet121',
    'vit_b_16',
    'yolov3',
    'swin_t',
    'crnn',
    'unet',
    'siamese',
  ])('%s', (name) => {
    if (!specIndex()[name]) return;
    const { parsed: again, tensors } = grownAgain(bundledParsed(name).graph);
    expect(parameters(written(again.graph).read).map((one) => one.name)).toEqual([...tensors.keys()]);
  });

  it.each([
    [
      'activations by operator and number',
      ({ name, kind, id }: Node) => (kind.role === 'activation' ? `Relu_${id}` : name),
    ],
    ['merges without scopes', ({ name, kind, id }: Node) => (kind.role === 'merge' ? `Add_${id}` : name)],
    ['all rows in one scope', ({ name }: Node) => name.replaceAll('.', '_')],
    ['all rows in one scope below another', ({ name }: Node) => `model.${name.replaceAll('.', '_')}`],
    ['all rows two scopes down', ({ name }: Node) => `model.net.${name}`],
  ])('%s', (_, called) => {
    for (const name of ['resnet18', 'googlenet', 'squeezenet1_0', 'unet']) {
      const { graph } = bundledParsed(name);
      written(grownAgain(graph, called).parsed.graph);
    }
  });
});

const fixtures = new URL('fixtures/import/', import.meta.url);

/** Networks of other programs, each with the files beside it. */
const IMPORTED = readdirSync(fixtures, { recursive: true, encoding: 'utf8' })
  .map((path) => path.replaceAll('\\', '/'))
  .filter((path) => /\.onnx(?:\.gz)?$|(?:^|\/)model\.json$|\.cfg$|\.prototxt$/.test(path))
  .sort();

/** What has to be said from outside. */
const OPEN: Readonly<Record<string, { readonly input: string }>> = { 'caffe/lenet.prototxt': { input: '1x28x28' } };

it.each(IMPORTED)('a network of another program: %s', async (path) => {
  const bytes = (name: string): Uint8Array => new Uint8Array(readFileSync(new URL(name, fixtures)));
  const folder = path.slice(0, path.lastIndexOf('/') + 1);
  const near = path.endsWith('.json') ? readdirSync(new URL(folder, fixtures)) : [];
  const beside = Object.fromEntries(
    near.filter((name) => name.endsWith('.bin')).map((name) => [name, bytes(folder + name)]),
  );
  const content = path.endsWith('.gz') ? new Uint8Array(gunzipSync(bytes(path))) : bytes(path);
  const read = await imported(content, OPEN[path] ?? {}, beside, path.slice(folder.length).replace(/\.gz$/, ''));
  if (!read) throw new Error('it is of no format that is known');
  const again = written(read.analysis.graph).read;
  expect(parameters(again).map(({ name, shape }) => [name, shape])).toEqual(
    parameters(read.analysis).map(({ name, shape }) => [name, shape]),
  );
});

it.each(NETWORKS)('what the language can say: %s', (_, text) => {
  sameAgain(analyze(parsed(text)), false);
});

describe('random networks', () => {
  it('of windows', () => {
    fc.assert(
      fc.property(network(2, SORTS, { most: 12 }), ({ analysis }) => {
        sameAgain(analysis, false);
      }),
      { numRuns: 40 },
    );
  });

  it('of all kinds', () => {
    fc.assert(
      fc.property(anyNetwork(2, ANY_KIND, 14), ({ analysis }) => {
        sameAgain(analysis, false);
      }),
      { numRuns: 40 },
    );
  });

  it('with names that look like scopes, sugar and copies', () => {
    const part = fc.constantFrom('0', '1', '2', 'a', 'b1', 'b2', 'norm', 'act', 'conv1', 'c', 'i', 'x-y');
    const names = fc.uniqueArray(
      fc.array(part, { minLength: 1, maxLength: 4 }).map((parts) => parts.join('.')),
      { minLength: 2, maxLength: 16 },
    );
    const kinds = fc.infiniteStream(fc.constantFrom('{conv: 4, kernel: 1', '{bn', '{relu', '{dropout', '{add'));
    fc.assert(
      fc.property(names, kinds, fc.infiniteStream(fc.nat(5)), (all, drawn, backs) => {
        const free = all.filter((name) => !/^-?\d+$/.test(name));
        const items = free.map((name, at) => {
          const kind = drawn.next().value;
          const back = Math.max(0, at - 1 - (backs.next().value ?? 0));
          const read = free[back];
          if (read === undefined || at === 0) return `{conv: 4, kernel: 1, name: "${name}"}`;
          if (kind === '{add') return `{add: ["${free[at - 1]}", "${read}"], name: "${name}"}`;
          return `${kind}, name: "${name}", from: "${read}"}`;
        });
        const before = analyze(parsed(`input: 8x8x4\nlayers:\n${items.map((one) => `  - ${one}\n`).join('')}`));
        fc.pre(before.diagnostics.every(({ severity }) => severity !== 'error') && before.rows.length > 0);
        sameAgain(before, false);
      }),
      { numRuns: 100 },
    );
  });
});

/** Lines of layers and blocks. */
const length = (text: string): number => text.trim().split('\n').length;

describe('how they read', () => {
  it.each([
    ['resnet50', 32, '{layer: 128, repeat: 4, first: {stride: 2}, name: layer2}'],
    ['resnet18', 29, 'when: c != filters'],
    ['vgg16', 20, '{conv: 512, repeat: 3}'],
    ['mobilenet_v2', 33, '{feature: 32, repeat: 3, first: {stride: 2}}'],
    ['mobilenet_v2', 33, 'shortcut: match'],
    ['googlenet', 45, 'concat:'],
    ['densenet121', 42, '{denseblock: 24, name: denseblock3}'],
    ['unet', 32, '{dec: 16, source: enc3, name: dec3}'],
    ['vit_b_16', 36, 'repeat: 12'],
    ['yolov3', 46, '{stage_block: 8, name: stage4}'],
    ['alexnet-torchvision', 18, '{fc: 4096, act: relu, drop: 0.5}'],
    ['shufflenet_v2_x1_0', 42, 'repeat: 7'],
  ])('%s is at most %i lines, with %s', (name, most, line) => {
    const text = sameAgain(bundled(name));
    expect(text).toContain(line);
    expect(length(text)).toBeLessThanOrEqual(most);
  });
});

describe('what cannot be folded', () => {
  it('a merge that is read by name, whose branches would stand below that name', () => {
    const before = analyze(
      parsed(
        'input: 8x8x4\nlayers:\n  - {conv: 4, kernel: 1, name: a}\n  - {conv: 4, kernel: 1, name: b}\n  - {add: [b, a], name: sum}\n  - {relu, name: r}\n  - {conv: 4, kernel: 1, name: d}\n  - {add: [d, sum], name: last}\n',
      ),
    );
    expect(sameAgain(before)).toContain('name: sum');
  });

  it('merges that are read by name one after the other keep their branches, and are read by their numbers', () => {
    const conv = (name: string, from: string) => `  - {conv: 4, kernel: 1, from: ${from}, name: ${name}}\n`;
    const blocks = [1, 2, 3, 4, 5, 6].map(
      (i) =>
        `${conv(`c${i}`, i === 1 ? 'c0' : `s${i - 1}`)}  - {add: [c${i}, ${i === 1 ? 'c0' : `s${i - 1}`}], name: s${i}}\n`,
    );
    const text = `input: 8x8x4\nlayers:\n${conv('c0', 'input')}${blocks.join('')}${conv('d', 's6')}  - {relu, name: r}\n  - {concat: [r, s6, s3], name: last}\n`;
    const written = sameAgain(analyze(parsed(text)));
    expect(written.match(/residual:/g)).toHaveLength(6);
    expect(written).toContain('residual3');
  });

  it('a normalisation whose weights are shared, beside its layer', () => {
    const text =
      'input: 8x8x4\nlayers:\n  - {conv: 4, kernel: 1, norm: bn, name: a}\n  - {conv: 4, kernel: 1, name: b}\n  - {bn, share: a.norm, name: c}\n';
    expect(sameAgain(analyze(parsed(text)))).toContain('share: a.norm');
  });

  it('names that the language reads otherwise', () => {
    const { graph } = analyze(parsed('input: 8x8x4\nlayers:\n  - {conv: 4, kernel: 1, name: a}\n'));
    const odd = { ...graph, nodes: graph.nodes.map((node) => (node.name === 'a' ? { ...node, name: '{a}' } : node)) };
    expect(specOf(odd, layers, parsed)).toMatchObject({ text: null, because: expect.stringContaining('expression/') });
  });

  it('a network with a layer that failed', () => {
    const { graph } = analyze(parsed('input: 9x9x1\nlayers:\n  - {conv: 8, kernel: 30}\n'));
    expect(specOf(graph, layers, parsed).text).toBeNull();
  });

  it('a text that is read as another network is not taken: the plain one is', () => {
    const { graph } = bundledParsed('resnet18');
    const refusing = (text: string) =>
      parsed(text.includes('blocks:') || text.includes('residual:') ? 'input: 1\nlayers: []\n' : text);
    const { text, because } = specOf(graph, layers, refusing);
    expect(text).toBe(write(graph));
    expect(because).toContain('rows');
  });
});

describe('many layers', () => {
  it.each([
    ['in a row', (i: number) => `{conv: ${1 + ((i * 7) % 13)}, kernel: 1, name: a_${i}_x}`],
    [
      'in scopes',
      (i: number) => `{conv: ${1 + ((i * 7) % 13)}, kernel: 1, name: s${i >> 5}.b${(i >> 2) & 7}.c${i & 3}}`,
    ],
    ['all the same', (i: number) => `{conv: 4, kernel: 1, name: a.${i}}`],
  ])('%s', (_, item) => {
    const items = Array.from({ length: 3000 }, (_, i) => `  - ${item(i)}\n`);
    written(parsed(`input: 8x8x4\nlayers:\n${items.join('')}`).graph);
  });
});

/** A command line run to its end, with the files that it wrote. */
const ran = async (argv: readonly string[], world: World) => {
  const { code, out, err, io } = await run(argv, world);
  const written: Record<string, string | Uint8Array> = {};
  for (const [name, content] of io.files)
    if (content !== null && content !== world.files?.[name]) written[name] = content;
  return { code, stdout: out, stderr: err, written };
};

describe('cnncalc convert', () => {
  const NET =
    'name: Net\ninput: 8x8x3\nlayers:\n  - {conv: 4, kernel: 3, norm: bn, act: relu, name: a}\n  - {fc: 2, name: b}\n';
  const files = { 'in/net.yaml': NET };

  it('writes a spec that says where it is from and what it comes to', async () => {
    const { code, stdout } = await ran(['convert', 'in/net.yaml'], { files });
    expect(code).toBe(0);
    expect(stdout.split('\n').slice(0, 4)).toEqual([
      '# from net.yaml',
      'name: Net',
      'input: 8x8x3',
      'expect: {params: 410, macs: 4176}',
    ]);
    const again = await ran(['-', '--get', 'totals.params'], { stdin: stdout });
    expect([again.code, again.stdout]).toEqual([0, '410\n']);
  });

  it.each([
    [['--input', '16'], 'input: 16x16x3'],
    [['--freeze', 'a'], 'frozen: true'],
    [['--layout', 'chw'], 'layout: chw\ninput: 3x8x8'],
    [['--batch', '4', '--dtype', 'f16'], 'batch: 4\ndtype: f16'],
    [['--to', 'yaml'], '# from net.yaml'],
  ])('%j', async (options, part) => {
    const { code, stdout } = await ran(['convert', 'in/net.yaml', ...options], { files });
    expect(code).toBe(0);
    expect(stdout).toContain(part);
  });

  it.each([
    [['convert', 'INPUT 8x8x3; CONV-3-4'], '# from course notation: INPUT 8x8x3; CONV-3-4'],
    [['convert', '-'], '# from standard input'],
    [['convert', 'resnet18'], '# from resnet.yaml, variant resnet18'],
  ])('%j says what it is from', async (argv, line) => {
    const { code, stdout } = await ran(argv, { files, stdin: NET });
    expect(code).toBe(0);
    expect(stdout.split('\n')[0]).toBe(line);
  });

  it('writes the weights under the names of the spec', async () => {
    const made = await ran(
      ['run', 'in/net.yaml', '--backend', 'reference', '--save-weights', 'w.safetensors', '--save', 'out.npy'],
      {
        files,
      },
    );
    const weights = made.written['w.safetensors'] as Uint8Array;
    const there = { ...files, 'w.safetensors': weights };
    const { code, written } = await ran(
      ['convert', 'in/net.yaml', '-o', 'net.yaml', '--weights', 'w.safetensors', '--weights-out', 'net.safetensors'],
      { files: there },
    );
    expect(code).toBe(0);
    expect(written['net.safetensors']).toEqual(weights);
    const again = await ran(
      ['run', 'net.yaml', '--backend', 'reference', '--weights', 'net.safetensors', '--save', 'out.npy'],
      { files: { 'net.yaml': written['net.yaml'] ?? '', 'net.safetensors': weights } },
    );
    expect([again.code, again.written['out.npy']]).toEqual([0, made.written['out.npy']]);
  });

  it.each([
    ['weights with nowhere to go', ['--weights', 'w.safetensors'], 'a spec holds no weights'],
    [
      'weights that are nowhere',
      ['--weights-out', 'o.safetensors'],
      'there are no weights to write: in/net.yaml holds none',
    ],
    [
      'an ending that means nothing here',
      ['-o', 'net.onx'],
      'endings: .yaml .yml .py .onnx .json .svg .tikz .dot .gv .mmd .mermaid; or say --to',
    ],
    ['a form that there is not', ['--to', 'caffe'], 'Allowed choices are yaml'],
  ])('%s', async (_, options, sentence) => {
    const { code, stdout, stderr, written } = await ran(['convert', 'in/net.yaml', ...options], { files });
    expect([code, stdout, Object.keys(written)]).toEqual([2, '', []]);
    expect(plain(stderr)).toContain(sentence);
  });

  it('weights of another network are named, and nothing is written', async () => {
    const other = { 'other.yaml': NET.replace('conv: 4', 'conv: 5') };
    const made = await ran(['run', 'other.yaml', '--backend', 'reference', '--save-weights', 'w.safetensors'], {
      files: other,
    });
    const { code, stderr, written } = await ran(
      ['convert', 'in/net.yaml', '-o', 'net.yaml', '--weights', 'w.safetensors', '--weights-out', 'n.safetensors'],
      { files: { ...files, 'w.safetensors': made.written['w.safetensors'] ?? '' } },
    );
    expect([code, Object.keys(written)]).toEqual([2, []]);
    expect(stderr).toContain('weights/shape');
  });

  it('a network with mistakes is told of, and not written', async () => {
    const { code, stdout, stderr } = await ran(['convert', '-'], {
      stdin: 'input: 8x8x3\nlayers:\n  - {conv: 4, kernel: 30}\n',
    });
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toContain('shape/kernel-too-large');
    expect(stderr).toContain('nothing was written');
  });
});
