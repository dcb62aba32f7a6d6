// Networks of Keras: what TensorFlow.js makes of the same files, and what is said of those that cannot be read. The files are made by
// tests/bench/keras.js.

import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { strToU8, zipSync } from 'fflate';
import { describe, expect, it } from 'vitest';
import { formatShape } from '../src/core/shape.js';
import { held } from '../src/files/bytes.js';
import { run } from './fake-io.js';
import { executed, fixture, type Imported, imported, layer, sequential, tensor } from './keras-files.js';

describe.each(['lenet', 'quantised', 'blocks', 'flats', 'words', 'twins', 'heads', 'volume'])('%s', (name) => {
  const { network, expected } = fixture(name);
  const { analysis } = network;

  it('has the shapes and parameters that TensorFlow.js has', () => {
    expect(network.parsed.diagnostics).toEqual([]);
    const found = expected.layers.map(({ name: layer, shape }) => {
      const rows = analysis.rows.filter(({ node }) => node.name === layer || node.name.startsWith(`${layer}.`));
      const sizes = formatShape(rows.at(-1)?.node.facts?.output ?? [])
        .split('x')
        .map(Number);
      return {
        name: layer,
        // Sizes that TensorFlow.js leaves open are not compared.
        shape: shape && sizes.map((n, i) => (shape[i] === null ? null : n)),
        params: rows.reduce((sum, { figures }) => sum + (figures?.params ?? 0) + (figures?.buffers ?? 0), 0),
      };
    });
    expect(found).toEqual(expected.layers);
    expect((analysis.totals.params ?? 0) + (analysis.totals.buffers ?? 0)).toBe(expected.params);
  });

  it('computes what TensorFlow.js computes', async () => {
    const outputs = await executed(network);
    expect(outputs).toHaveLength(expected.outputs.length);
    for (const [i, { data }] of expected.outputs.entries()) {
      const largest = Math.max(...data.map(Math.abs));
      const off = Math.max(...data.map((value, at) => Math.abs(value - (outputs[i]?.[at] ?? Number.NaN))));
      expect(off / largest).toBeLessThan(1e-5);
    }
  });
});

const codes = ({ parsed }: Imported): readonly string[] => [...new Set(parsed.diagnostics.map(({ code }) => code))];

/** A model with a graph as Keras 3 writes it: name, class, configuration, what is read. */
const graph = (
  layers: readonly (readonly [name: string, className: string, config: object, reads: readonly unknown[]])[],
  outputs: readonly string[],
) => ({
  module: 'keras',
  class_name: 'Functional',
  config: {
    name: 'graph',
    layers: layers.map(([name, class_name, config, reads]) => ({
      module: 'keras.layers',
      class_name,
      config: { name, ...config },
      name,
      inbound_nodes: reads.length > 0 ? [{ args: reads, kwargs: {} }] : [],
    })),
    input_layers: [['x', 0, 0]],
    output_layers: outputs.map((name) => [name, 0, 0]),
  },
});

const INPUT = ['x', 'InputLayer', { batch_shape: [null, 8, 8, 3] }, []] as const;
const CONV = { filters: 4, kernel_size: [3, 3], strides: [1, 1], padding: 'same' };

const SMALL = graph(
  [
    INPUT,
    ['conv', 'Conv2D', CONV, [tensor('x', [8, 8, 3])]],
    ['shark', 'Shark', {}, [tensor('conv', [8, 8, 4])]],
    ['pool', 'GlobalAveragePooling2D', {}, [tensor('shark', [4, 4, 9])]],
    ['fc', 'Dense', { units: 2, trainable: false }, [tensor('pool', [9])]],
  ],
  ['fc'],
);

describe('Keras 3', () => {
  const network = imported(JSON.stringify(SMALL));

  it('says itself how large the output of an unknown layer is', () => {
    expect(network.parsed.diagnostics.map(({ message }) => message)).toEqual([
      'shark: it is no layer of Keras that is known here, so it stands as opaque "Shark"',
    ]);
    expect(network.analysis.rows.map(({ node }) => formatShape(node.facts?.output ?? []))).toEqual([
      '8x8x4',
      '4x4x9',
      '9',
      '2',
    ]);
    expect(network.parsed.graph.nodes.filter(({ frozen }) => frozen).map(({ name }) => name)).toEqual(['fc']);
    expect(network.origin).toBe('Keras 3');
  });

  it('is believed where another size comes out', () => {
    const text = JSON.stringify(SMALL).replace('[null,8,8,4]', '[null,7,8,4]');
    expect(imported(text).parsed.diagnostics.map(({ message }) => message)[0]).toBe(
      'conv comes to 8x8x4 here, and the file says 7x8x4',
    );
    expect(codes(imported(text, undefined, { input: '16' }))).toEqual(['import/opaque']);
  });

  it('stands in an archive, whose weights are not read', () => {
    const archive = zipSync({
      'config.json': strToU8(JSON.stringify(SMALL)),
      'metadata.json': strToU8('{"keras_version": "3.6.0"}'),
      'model.weights.h5': Uint8Array.of(0x89, 0x48, 0x44, 0x46),
    });
    const inside = imported(archive);
    expect(inside.analysis.rows.length).toBe(4);
    expect(inside.origin).toBe('Keras 3.6.0');
    expect(inside.parsed.graph.notes).toEqual([expect.stringContaining('HDF5')]);
    expect(inside.parsed.diagnostics.every(({ at }) => at === undefined)).toBe(true);
  });

  it('points at the layer in the text', () => {
    const text = JSON.stringify(SMALL, null, 1);
    const [first] = imported(text).parsed.diagnostics;
    const { line = 0, column = 0, length = 0 } = first?.at ?? {};
    expect(text.split('\n')[line - 1]?.slice(column - 1, column - 1 + length)).toBe('"Shark"');
  });
});

describe('a file that cannot be read is told of', () => {
  const chain = (shape: unknown, layers: readonly object[]) => ({
    class_name: 'Sequential',
    config: { layers: [{ class_name: 'InputLayer', config: { name: 'x', batch_input_shape: shape } }, ...layers] },
  });
  const relu = { class_name: 'ReLU', config: { name: 'r' } };
  it.each<[string, unknown, string]>([
    ['nothing', '', 'import/file'],
    ['a text that is cut off', JSON.stringify(SMALL).slice(0, 500), 'import/file'],
    ['a list', [1, 2], 'import/file'],
    ['no model', { class_name: 'Sequential' }, 'import/file'],
    ['no layers', { class_name: 'Sequential', config: { layers: [] } }, 'import/file'],
    ['weights alone', { format: 'layers-model', modelTopology: null, weightsManifest: [] }, 'import/file'],
    ['a graph model', { format: 'graph-model', modelTopology: { node: [] } }, 'import/unsupported'],
    ['a graph model without its format', { modelTopology: { node: [], library: {} } }, 'import/unsupported'],
    ['a class of models', { class_name: 'VAE', config: {} }, 'import/unsupported'],
    ['Keras 1', { class_name: 'Sequential', keras_version: '1.2.2', config: [relu] }, 'import/unsupported'],
    ['open sizes', chain([null, null, null, 3], [relu]), 'import/open-size'],
    ['nothing of what is read', { class_name: 'Sequential', config: { layers: [relu] } }, 'import/open-size'],
    ['no sizes', chain([null], [relu]), 'input/axes'],
    ['sizes that are none', chain([null, -1, 'x', {}], [relu]), 'import/open-size'],
    ['a call that is not there', graph([INPUT, ['r', 'ReLU', {}, [tensor('gone', [8])]]], ['r']), 'import/file'],
    ['a tensor that is not there', graph([INPUT, ['r', 'ReLU', {}, [tensor('x', [8], 0, 3)]]], ['r']), 'import/file'],
    [
      'a circle',
      graph([INPUT, ['a', 'ReLU', {}, [tensor('b', [8])]], ['b', 'ReLU', {}, [tensor('a', [8])]]], ['b']),
      'import/file',
    ],
    ['two layers of one name', chain([null, 4], [relu, relu]), 'import/file'],
    ['a layer that reads itself', graph([INPUT, ['a', 'ReLU', {}, [tensor('a', [8])]]], ['a']), 'import/file'],
  ])('%s', (_, content, code) => {
    const found = imported(typeof content === 'string' ? content : JSON.stringify(content));
    expect(codes(found)).toContain(code);
  });

  it('a Sequential model before 2.3, whose configuration is a list', () => {
    const found = imported(
      JSON.stringify({
        class_name: 'Sequential',
        keras_version: '2.1.6',
        config: [
          { class_name: 'Dense', config: { name: 'a', units: 3, batch_input_shape: [null, 5] } },
          { class_name: 'Dense', config: { name: 'b', units: 2 } },
        ],
      }),
    );
    expect([codes(found), found.analysis.totals.params]).toEqual([[], 18 + 8]);
  });
});

describe('weights', () => {
  const text = readFileSync(new URL('fixtures/import/keras/lenet/model.json', import.meta.url), 'utf8');
  const shard = (path: string) => readFileSync(new URL(`fixtures/import/keras/lenet/${path}`, import.meta.url));
  const loadable = ({ tensors }: Imported) => [...tensors.values()].filter(({ load }) => load).length;

  it('come from the files beside it', () => {
    expect(loadable(imported(text, (path) => held(shard(path))))).toBe(7);
  });

  it('are none where there are no files, which is nothing to be told of', () => {
    const found = imported(text);
    expect([codes(found), loadable(found), found.analysis.totals.params]).toEqual([[], 0, 1024]);
  });

  it('are told of where some are missing or cut off', () => {
    const some = imported(text, (path) => (path.includes('shard1') ? held(shard(path)) : null));
    expect([codes(some), loadable(some)]).toEqual([['import/file'], 0]);
    const cut = imported(text, (path) => held(shard(path).subarray(0, path.includes('shard2') ? 1000 : 1e6)));
    expect([codes(cut), loadable(cut)]).toEqual([['import/file'], 4]);
  });

  it('of lying shapes and types are none', () => {
    const lying = JSON.parse(text);
    const [{ weights }] = lying.weightsManifest;
    weights[0].shape = [1e9, 1e9, 1e9];
    expect(loadable(imported(JSON.stringify(lying), (path) => held(shard(path))))).toBe(0);
    weights[0].shape = [-1, 'x'];
    expect(loadable(imported(JSON.stringify(lying), (path) => held(shard(path))))).toBe(0);
  });

  it('of a layer that is not known are counted, and its name is told where it is run', async () => {
    const at = text.lastIndexOf('"class_name":"Dense"');
    const other = text.slice(0, at) + text.slice(at).replace('Dense', 'Shark');
    const found = imported(other, (path) => held(shard(path)));
    expect(found.analysis.rows.at(-1)?.figures?.params).toBe(40);
    const files = {
      'model.json': other,
      ...Object.fromEntries(
        [1, 2].map((n) => [`group1-shard${n}of2.bin`, new Uint8Array(shard(`group1-shard${n}of2.bin`))]),
      ),
    };
    const { code, err } = await run(['run', 'model.json'], { files });
    expect([code, err]).toEqual([2, expect.stringContaining('out (Shark)')]);
  });

  it('of one name are nobody’s', () => {
    const twice = text.replace('"out/kernel"', '"f5/kernel"');
    const found = imported(twice, (path) => held(shard(path)));
    expect(codes(found)).toEqual(['import/file']);
    expect(found.tensors.get('f5.weight')?.load).toBeUndefined();
  });
});

describe('no file makes it hang or throw', () => {
  it('a model that calls models that call models', () => {
    // 2^40 calls.
    const inner = (depth: number): object => {
      const name = `m${depth}`;
      const x = ['x', 'InputLayer', { batch_shape: [null, 4] }, []] as const;
      const once = (node: number) => ({ args: [node === 0 ? tensor('x', [4]) : tensor(name, [4], 0)], kwargs: {} });
      const body = depth === 0 ? graph([x, ['r', 'Identity', {}, [tensor('x', [4])]]], ['r']).config : undefined;
      if (body) return body;
      return {
        name,
        layers: [
          { class_name: 'InputLayer', name: 'x', config: { name: 'x', batch_shape: [null, 4] }, inbound_nodes: [] },
          { class_name: 'Functional', name, config: inner(depth - 1), inbound_nodes: [once(0), once(1)] },
        ],
        input_layers: [['x', 0, 0]],
        output_layers: [[name, 1, 0]],
      };
    };
    const found = imported(
      JSON.stringify({ module: 'keras', class_name: 'Functional', config: inner(40) }),
      undefined,
      { most: { layers: 10_000 } },
    );
    expect(codes(found).some((code) => code === 'import/unsupported' || code === 'limit/layers')).toBe(true);
  });

  it('a chain of many layers that stands there backwards', () => {
    const many = Array.from({ length: 5_000 }, (_, i) => {
      const reads = [i === 0 ? 'x' : `r${i - 1}`, 0, 0, {}];
      return { class_name: 'ReLU', name: `r${i}`, config: { name: `r${i}` }, inbound_nodes: [[reads]] };
    });
    const x = {
      class_name: 'InputLayer',
      name: 'x',
      config: { name: 'x', batch_input_shape: [null, 4] },
      inbound_nodes: [],
    };
    const model = {
      class_name: 'Model',
      config: { layers: [x, ...many.reverse()], input_layers: [['x', 0, 0]], output_layers: [['r4999', 0, 0]] },
    };
    const found = imported(JSON.stringify(model));
    expect([codes(found), found.analysis.rows.length]).toEqual([[], 5_000]);
  });

  it('names of prototypes', () => {
    const names = ['__proto__', 'constructor', 'toString'];
    const layers = names.map(
      (name, i) => [name, 'ReLU', {}, [tensor(i === 0 ? 'x' : (names[i - 1] ?? ''), [8, 8, 3])]] as const,
    );
    const found = imported(JSON.stringify(graph([INPUT, ...layers], ['toString'])));
    expect([codes(found), found.analysis.rows.length]).toEqual([[], 3]);
  });

  const files = ['blocks', 'words', 'twins'].map((name) =>
    readFileSync(new URL(`fixtures/import/keras/${name}/model.json`, import.meta.url), 'utf8'),
  );
  const texts = [...files, JSON.stringify(SMALL)];

  it('a part of the text', () =>
    fc.assert(
      fc.property(fc.constantFrom(...texts), fc.double({ min: 0, max: 0.99, noNaN: true }), (text, share) => {
        const { parsed } = imported(text.slice(0, Math.floor(text.length * share)));
        expect(parsed.diagnostics.length).toBeGreaterThan(0);
      }),
      { numRuns: 50 },
    ));

  it('values in the place of others', () => {
    const VALUES = [
      'null',
      '-1',
      '0',
      '1e9',
      '1.5',
      '"x"',
      '[]',
      '{}',
      '[null]',
      '[[1]]',
      'true',
      '"channels_first"',
      '[3,3,3,3]',
    ];
    fc.assert(
      fc.property(
        fc.constantFrom(...texts),
        fc.array(fc.tuple(fc.nat(), fc.constantFrom(...VALUES)), { minLength: 1, maxLength: 4 }),
        (text, changes) => {
          let changed = text;
          for (const [n, value] of changes) {
            const all = [...changed.matchAll(/(?<=":)(?:-?[\d.]+|"[^"]*"|true|false|null|\[[^[\]{}]*\])/g)];
            const at = all[n % all.length];
            if (at) changed = changed.slice(0, at.index) + value + changed.slice(at.index + at[0].length);
          }
          const { parsed } = imported(changed);
          for (const { message, help = '' } of parsed.diagnostics)
            expect(`${message} ${help}`).not.toMatch(/undefined|NaN|\[object/);
        },
      ),
      { numRuns: 300 },
    );
  });
});

describe('an HDF5 file', () => {
  const hdf5 = (...parts: readonly string[]): Uint8Array =>
    new Uint8Array(Buffer.from(`\x89HDF\r\n\x1a\n${parts.join('\0\0')}`, 'latin1'));
  const model = JSON.stringify(sequential([5], [layer('Dense', { units: 3 })])).replace(/":/g, '": ');
  const config = model.replace(/, *"keras_version".*$/, '}');

  it.each<[string, Uint8Array, string]>([
    ['with a model', hdf5('2.1.6', 'tensorflow', config, 'weights'), 'Keras 2.1.6'],
    ['with one behind many others', hdf5('{"class_name": "Zeros"}', 'x'.repeat(3_000_000), config), 'Keras'],
    ['with one where it is read in two pieces', hdf5('x'.repeat(1_048_566 - 11), config), 'Keras'],
  ])('%s', async (_, file, origin) => {
    const { code, out, err } = await run(['net.h5', '--json'], { files: { 'net.h5': file } });
    expect([code, err]).toEqual([0, expect.stringContaining(`(${origin})`)]);
    expect(JSON.parse(out).totals.params).toBe(18);
  });

  it.each<[string, Uint8Array]>([
    ['without', hdf5('kernel:0')],
    ['with one that is cut off', hdf5(config.slice(0, 90))],
    ['with a text without end', hdf5(config.slice(0, 90), config.slice(90))],
    ['with many beginnings', hdf5('{"class_name": "'.repeat(100_000))],
  ])('%s a model is told of', async (_, file) => {
    const { code, err } = await run(['net.h5'], { files: { 'net.h5': file } });
    expect([code, err]).toEqual([2, expect.stringContaining('no model of Keras stands in this HDF5 file')]);
  });
});

describe('the command line', () => {
  const folder = (name: string) =>
    Object.fromEntries(
      ['model.json', 'group1-shard1of2.bin', 'group1-shard2of2.bin'].map((file) => [
        file,
        new Uint8Array(readFileSync(new URL(`fixtures/import/keras/${name}/${file}`, import.meta.url))),
      ]),
    );

  it('shows the table and says what the file is', async () => {
    const { code, out } = await run(['model.json'], { files: folder('lenet') });
    expect([code, out.split('\n')[0]]).toEqual([0, expect.stringContaining('TensorFlow.js 4.22.0, ')]);
    expect(out).toContain('1,024');
    const { err } = await run(['model.json', '--json'], { files: folder('lenet') });
    expect(err.split('\n')[0]).toBe('model.json is a Keras model (TensorFlow.js 4.22.0)');
  });

  it('runs with the weights of the file, or with those of a seed where it has none', async () => {
    const files = folder('lenet');
    const own = await run(['run', 'model.json', '--json'], { files });
    expect(own.code).toBe(0);
    expect(own.err).not.toContain('seed');
    const { code, err } = await run(['run', 'model.json', '--json'], {
      files: { 'model.json': files['model.json'] ?? '' },
    });
    expect([code, err]).toEqual([0, expect.stringContaining('they are of seed 0')]);
  });

  it.each<[string, string]>([
    ['{"class_name": "Tokenizer", "config": {"num_words": null}}', 'spec/key'],
    ['{"layers": [{"conv": 8, "kernel": 3}], "input": "8x8x3"}', ''],
    ['{"module": "keras_hub", "class_name": "Backbone", "config": {}, "registered_name": "x>Backbone"}', 'Python code'],
    ['{"weightsManifest": [], "modelTopology": null}', 'weights alone'],
  ])('%s: %s', async (text, said) => {
    const { err } = await run(['net.json'], { files: { 'net.json': text } });
    expect(err).toContain(said);
    if (said === '') expect(err).toBe('');
  });

  it('says which layers cannot be run', async () => {
    const { code, err } = await run(['run', 'net.json'], { files: { 'net.json': JSON.stringify(SMALL) } });
    expect([code, err]).toEqual([2, expect.stringContaining('shark (Shark)')]);
  });
});
