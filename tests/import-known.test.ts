// Files that are known and not read: what each of them is, and a way from there to here, in one sentence each; folders and standard input; and
// files of weights, which are listed though they have no layers.

import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { zipSync } from 'fflate';
import { describe, expect, it } from 'vitest';
import { KNOWN, OTHERWISE } from '../src/import/known.js';
import { parse } from '../src/index.js';
import { fakeIo, run, type World } from './fake-io.js';
import { npyOf, safetensors } from './tensor-files.js';

const latin1 = (text: string, length = 0): Uint8Array =>
  new Uint8Array(Buffer.from(text.padEnd(length, '\0'), 'latin1'));

const archive = (...names: readonly string[]): Uint8Array =>
  zipSync(Object.fromEntries(names.map((name) => [name, Uint8Array.of(1)])), { level: 0 });

const fixture = (name: string): Uint8Array =>
  new Uint8Array(readFileSync(new URL(`fixtures/import/weights/${name}`, import.meta.url)));

/** A message of protobuf with a field of bytes. */
const field = (number: number, content: string): string => {
  const { length } = content;
  const sizes = length < 128 ? [length] : [(length & 127) | 128, length >> 7];
  return String.fromCharCode((number << 3) | 2, ...sizes) + content;
};

const ONNX = 'model.onnx';

/** The file, what it is said to be, and what the help leads to. */
const FILES: readonly (readonly [name: string, content: Uint8Array, what: string, help: string])[] = [
  ['a.tflite', latin1('\x1c\0\0\0TFL3', 64), 'a model of TensorFlow Lite', '--tflite a.tflite --output model.onnx'],
  ['a.ort', latin1('\x1c\0\0\0ORTM', 64), 'a model of onnxruntime', 'the .onnx file it was made of'],
  ['a.pte', latin1('\x1c\0\0\0ET12', 64), 'a program of ExecuTorch', ONNX],
  ['a.mat', latin1('MATLAB 5.0 MAT-file, Platform', 128), 'a file of MATLAB', 'exportONNXNetwork(net, "model.onnx")'],
  ['b.mat', latin1('MATLAB 7.3 MAT-file, Platform', 512), 'a file of MATLAB', 'exportONNXNetwork'],
  ['a.param.bin', latin1('\xdd\x85\x76\0\x05\0\0\0'), 'a binary model of ncnn', ONNX],
  ['a.gguf', latin1('GGUF\x03\0\0\0', 64), 'a language model in GGUF', 'as ONNX'],
  ['a.pt', fixture('scripted.pt'), 'a network of TorchScript', 'torch.onnx.export(torch.jit.load("a.pt"), example'],
  [
    'a.pt2',
    archive('m/archive_format', 'm/models/model.json'),
    'a network of torch.export',
    'torch.export.load("a.pt2")',
  ],
  ['b.pt2', archive('version', 'serialized_exported_program.json'), 'a network of torch.export', ONNX],
  [
    'saved_model.pb',
    latin1(`\x08\x01${field(2, field(1, field(2, field(1, field(1, 'AddV2')))) + field(2, 'x'.repeat(300)))}`),
    'a SavedModel of TensorFlow',
    '--saved-model FOLDER',
  ],
  [
    'keras_metadata.pb',
    latin1(field(1, `${field(3, 'root')}${field(4, '_tf_keras_sequential')}`)),
    'a part of a SavedModel',
    '--saved-model',
  ],
  [
    'a.mlmodel',
    latin1(`\x08\x04${field(2, field(1, field(1, 'image')))}${'x'.repeat(40)}`),
    'a model of Core ML',
    ONNX,
  ],
  [
    'a.pb',
    latin1(field(1, field(1, 'input') + field(2, 'Placeholder'))),
    'a frozen graph of TensorFlow',
    '--graphdef a.pb',
  ],
  [
    'a.index',
    latin1(`\0\0${'x'.repeat(50)}\x57\xfb\x80\x8b\x24\x75\x47\xdb`),
    'a checkpoint of TensorFlow',
    '--checkpoint',
  ],
  ['a.caffemodel', latin1(`${field(1, 'LeNet')}\xa2\x06\x05abcde`), 'the weights of a network of Caffe', '.prototxt'],
  ['a.weights', latin1('\0\0\0\0\x02\0\0\0\x05\0\0\0\0\xe8\x6c', 64), 'the weights of a network of Darknet', '.cfg'],
  ['a.pkl', latin1('\x80\x04\x95\0\0\0\0\0\0\0\0N.'), 'a pickle of Python', ONNX],
  ['a.npy', npyOf([1, 2], '2'), 'an array of NumPy', 'cnncalc run NETWORK --data a.npy'],
  ['a.png', latin1('\x89PNG\r\n\x1a\n', 64), 'a picture', '--data a.png'],
  ['a.jpg', latin1('\xff\xd8\xff\xe0', 64), 'a picture', '--data a.jpg'],
  ['a.bmp', latin1('BM\x46\0\0\0\0\0\0\0', 64), 'a picture', 'save it as PNG or JPEG'],
  ['a.pdf', latin1('%PDF-1.5\n%\xd0\xd4'), 'a document in PDF', 'cnncalc new net.yaml'],
  ['a.gz', latin1('\x1f\x8b\x08\0', 64), 'a packed file', 'unpack it'],
  ['a.tar', latin1(`${'a.onnx'.padEnd(257, '\0')}ustar`, 512), 'an archive (tar)', 'unpack it'],
  ['a.zip', archive('readme.txt'), 'a zip archive', 'unpack it'],
];

/** Texts are told in the library too, with the line that shows it. */
const TEXTS: readonly (readonly [name: string, content: string, what: string, help: string])[] = [
  [
    'a.onnx',
    'version https://git-lfs.github.com/spec/v1\noid sha256:77ae\nsize 3\n',
    'a pointer of Git LFS',
    'git lfs pull',
  ],
  ['a.xml', '<?xml version="1.0"?>\n<net name="x" version="11">\n  <layers>\n', 'a network of OpenVINO', ONNX],
  ['a.param', '7767517\n75 83\nInput data 0 1 data 0=227\n', 'a network of ncnn', ONNX],
  [
    'a.txt',
    '<\n  ir_version: 8,\n  opset_import: ["" : 17]\n>\nagraph (float[N] x) => (float[N] y) {\n',
    'an ONNX model as text',
    'onnx.parser.parse_model',
  ],
  [
    'a.textproto',
    'ir_version: 8\nproducer_name: "x"\ngraph {\n',
    'an ONNX model as text',
    'onnx.load("model.textproto"',
  ],
  ['a.ipynb', '{\n "cells": [\n  {\n   "cell_type": "code",\n   "source": []\n', 'a notebook', ONNX],
  [
    'yolov8.yaml',
    'nc: 80\nbackbone:\n  - [-1, 1, Conv, [64, 3, 2]]\n  - [-1, 3, C2f, [128, True]]\nhead:\n  - [[15, 18, 21], 1, Detect, [nc]]\n',
    'a network of Ultralytics',
    'cnncalc yolov8n',
  ],
  [
    'yolo11.yaml',
    'nc: 80\nbackbone:\n  - [-1, 2, C3k2, [256, False, 0.25]]\nhead:\n  - [[15], 1, Detect, [nc]]\n',
    'a network of Ultralytics',
    'yolo export',
  ],
  ['checkpoint', 'model_checkpoint_path: "model.ckpt-1"\n', 'a checkpoint of TensorFlow', ONNX],
  ['a-symbol.json', '{\n  "nodes": [],\n  "attrs": {"mxnet_version": ["int", 10500]}\n}\n', 'a network of MXNet', ONNX],
  [
    'config.json',
    '{\n  "architectures": ["ResNetForImageClassification"],\n  "depths": [3]\n}\n',
    'a configuration of Hugging Face',
    'optimum-cli',
  ],
];

const check = async (line: string, world: World, code: number, ...said: readonly string[]) => {
  const { code: ended, out, err } = await run(line.split(' '), world);
  expect(ended, err).toBe(code);
  for (const part of said) expect(code === 0 ? out : err).toContain(part);
  expect(err).not.toMatch(line.startsWith('-') ? /undefined|\[object/ : /undefined|\[object|FILE/);
  return { out, err };
};

describe('files that are not read', () => {
  it.each(FILES)('%s', async (name, content, what, help) => {
    await check(name, { files: { [name]: content } }, 2, `${name} is ${what}`, help, 'import/foreign');
    await check('- -q', { stdin: content }, 2, `<stdin> is ${what}`);
  });

  it.each(TEXTS)('%s', async (name, content, what, help) => {
    await check(name, { files: { [name]: content } }, 2, `this is ${what}`, help, 'spec/foreign');
    await check('-', { stdin: content }, 2, `this is ${what}`);
    // What is too long for a spec is known by its beginning.
    const long = content + ' '.repeat(5 * 1024 * 1024);
    await check(name, { files: { [name]: long } }, 2, `${name} is ${what}`, help);
    const [finding] = parse(content).diagnostics;
    expect(finding).toMatchObject({ code: 'spec/foreign', message: expect.stringContaining(what) });
    expect(finding?.at?.line).toBeGreaterThan(0);
  });

  it('a spec that begins as one of them is a spec', async () => {
    for (const comment of ['# backbone', '# GGUF', '# 7767517'])
      await check('net.yaml', { files: { 'net.yaml': `${comment}\ninput: 8x8x3\nlayers:\n  - relu\n` } }, 0, 'relu');
  });
});

it('docs/import.md names all of them', () => {
  const page = readFileSync(new URL('../docs/import.md', import.meta.url), 'utf8').replaceAll('\n', ' ');
  const all = [...KNOWN, ...OTHERWISE].filter(({ weights }) => !weights).map(({ what }) => what);
  expect([...all, ...TEXTS.map(([, , what]) => what)].filter((what) => !page.includes(what))).toEqual([]);
});

describe('folders', () => {
  it.each<readonly [string, string, string, string]>([
    ['net', 'net/saved_model.pb', 'a SavedModel of TensorFlow', '--saved-model net --output'],
    ['net.mlmodelc', 'net.mlmodelc/coremldata.bin', 'a compiled model of Core ML', ONNX],
  ])('%s with %s', async (folder, file, what, help) => {
    const files = { [folder]: null, [file]: 'x' };
    await check(folder, { files }, 2, `${folder} is ${what}`, help);
    await check(`lint ${folder}`, { files }, 2, what);
  });

  it('net.mlpackage', async () => {
    const files = { 'net.mlpackage': null, 'net.mlpackage/Manifest.json': '{}', 'net.mlpackage/Data': null };
    await check('net.mlpackage', { files }, 2, 'a model of Core ML');
  });

  it('another is a folder', async () => {
    await check('nets', { files: { nets: null, 'nets/a.yaml': 'x' } }, 2, 'file/directory', 'nets/a.yaml');
  });
});

describe('files of weights', () => {
  const weights = safetensors({
    'conv.weight': { shape: [4, 3, 3, 3], data: Array(108).fill(1) },
    'bn.running_mean': { shape: [4], data: [1, 2, 3, 4] },
    n: { dtype: 'I64', shape: [], data: new Uint8Array(8) },
  });
  const files = { 'w.safetensors': weights, 'w.pth': fixture('tiny.pth'), 'w.npz': fixture('packed.npz') };

  it('are listed tensor by tensor', async () => {
    const { out } = await check('w.safetensors', { files }, 0, 'a file of weights (safetensors)');
    expect(out).toMatch(/conv\.weight +4x3x3x3 +F32 +108\n/);
    expect(out).toMatch(/bn\.running_mean \(buffer\) +4 +F32 +4\n/);
    expect(out).toMatch(/parameters +109\n/);
    await check('w.pth --get totals.params', { files }, 0, '4410');
    await check('w.npz --only conv* --format csv', { files }, 0, 'conv.weight,2x3x2x2,F32,24,false');
    const { err } = await run(['w.npz', '--only', 'q'], { files });
    expect(err).toContain('no tensor has such a name');
  });

  it('are listed from standard input', async () => {
    await check('- --get totals', { stdin: weights }, 0, '{"tensors":3,"values":113,"params":109,"buffers":4}');
    // Longer than a spec may be.
    const large = safetensors({ a: { shape: [2_000_000], data: Array(2_000_000).fill(0) } });
    await check('- --get totals.params', { stdin: large }, 0, '2000000');
  });

  it.each(['explain', 'rf', 'lint', 'run', 'solve', 'fold', 'equiv w.pth'])(
    '%s has nothing to work on',
    async (command) => {
      await check(
        `${command} w.pth`,
        { files },
        2,
        'w.pth is a file of weights (PyTorch), which has no layers',
        '--weights w.pth',
      );
    },
  );

  it.each(['--depth 1', '--max-params 5M', '--input 8x8x3', '--explain'])('%s is for networks', async (option) => {
    await check(
      `w.pth ${option}`,
      { files },
      2,
      `${option.split(' ')[0]} is for networks, and w.pth is a file of weights`,
    );
  });

  it('that are broken say so, in JSON too', async () => {
    const broken = { 'w.pth': fixture('module.pth') };
    await check('w.pth', { files: broken }, 2, 'an object of the class torch.nn.modules.container.Sequential');
    const { out } = await run(['w.pth', '--json'], { files: broken });
    expect(JSON.parse(out)).toMatchObject({ layers: [], diagnostics: [{ code: 'weights/file' }] });
  });
});

it('whatever begins a file, it is answered', async () => {
  const beginnings = fc.constantFrom(
    ...FILES.map(([, content]) => content.slice(0, 200)),
    ...TEXTS.map(([, content]) => latin1(content)),
  );
  const noise = fc.uint8Array({ maxLength: 300 });
  const end = fc.tuple(beginnings, fc.nat(200), noise).map(([begin, at, bytes]) => {
    const whole = new Uint8Array(Buffer.concat([begin.slice(0, at), bytes]));
    return whole;
  });
  await fc.assert(
    fc.asyncProperty(fc.oneof(end, noise), async (content) => {
      const { code, err } = await run(['x'], { files: { x: content } });
      expect(code, err).toBeLessThan(3);
      const piped = await run(['-', '--json'], { stdin: content });
      expect(piped.code, piped.err).toBeLessThan(3);
    }),
    { numRuns: 300 },
  );
});

describe('standard input without an end', () => {
  /** Says the same over and over, and how much was taken of it. */
  const endless = (piece: Uint8Array) => {
    let taken = 0;
    const io = {
      ...fakeIo(),
      readStdin: (most: number) => {
        taken += most + 1;
        return new Uint8Array(Buffer.alloc(Math.min(most + 1, 2 ** 27), piece));
      },
    };
    return { io, taken: () => taken };
  };
  it.each<readonly [string, Uint8Array, string]>([
    ['zeros', Uint8Array.of(0), 'spec/too-large'],
    ['a text', latin1('layer\n'), 'spec/too-large'],
    ['ones that say what they are', latin1('\x1f\x8b\x08\0'), 'a packed file'],
  ])('%s: no more is read than a spec may have', async (_, piece, said) => {
    const { main } = await import('../src/cli.js');
    const { io, taken } = endless(piece);
    expect(await main(['-'], io)).toBe(2);
    expect(io.err()).toContain(said);
    expect(taken()).toBe(4 * 1024 * 1024 + 1);
  });
});

describe('a beginning that another format has, over and over', () => {
  it.each<readonly [string, string]>([
    ['prompts of Python', '>>> \n'.repeat(700)],
    ['prompts and blanks', '>>>  \t \r\n\n'.repeat(300)],
    ['marks of the order of bytes', '\ufeff'.repeat(4000)],
    ['comments', '# \n; \n'.repeat(500)],
  ])('%s: it is told at once that this is no network', async (_, text) => {
    const { code, err } = await run(['net.txt'], { files: { 'net.txt': `${text}x` } });
    expect(code).toBe(2);
    expect(err).not.toBe('');
  });
});
