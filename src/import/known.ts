// Files that are known and not read, each with the way from there to here; and files of weights, which have no layers. Texts that are no
// specs are lang/foreign.ts; what is read stands in formats.ts.

import { isNpy } from '../files/npy.js';
import { isPickle } from '../files/pickle.js';
import { isOldTorch, torchArchive } from '../files/torch.js';
import { isZip } from '../files/zip.js';
import type { Format, Look } from './format.js';

const latin1 = (bytes: Uint8Array): string => String.fromCharCode(...bytes);

/** A sign at a place of the file, as characters of Latin-1. */
const at =
  (place: number, ...signs: readonly string[]) =>
  ({ beginning }: Look): boolean =>
    signs.some((sign) => latin1(beginning.subarray(place, place + sign.length)) === sign);

/** Whether the first bytes, as characters of Latin-1, look so: messages of protobuf have no sign of their own. */
const begins =
  (pattern: RegExp) =>
  ({ beginning }: Look): boolean =>
    pattern.test(latin1(beginning.subarray(0, BEGINNING)));

const BEGINNING = 512;

/** A length as protobuf writes it. */
const LENGTH = '[\\x80-\\xff]{0,4}[\\x00-\\x7f]';

const protobuf = (...parts: readonly string[]) => begins(new RegExp(`^${parts.join('')}`, 's'));

const ONNX_OF_TORCH = 'torch.onnx.export(model, example, "model.onnx")';
const ONNX_OF_TENSORFLOW = 'python -m tf2onnx.convert';
const SOURCE = `export the network it was made of as ONNX: ${ONNX_OF_TORCH} in PyTorch, ${ONNX_OF_TENSORFLOW} for TensorFlow`;

/** The way from a SavedModel to here, in a folder or not. */
const SAVED_MODEL = `convert it to ONNX: ${ONNX_OF_TENSORFLOW} --saved-model FOLDER --output model.onnx`;

/** The way from Core ML, which no program leaves again. */
const CORE_ML = `export the model it was made from as ONNX, as with ${ONNX_OF_TORCH}`;

const UNPACK = 'unpack it, and give the network in it';
const DATA = 'a network reads it: cnncalc run NETWORK --data FILE';

const known = (what: string, instead: string, is: Format['is']): Format => ({ what, instead, is });

const weights = (what: string, is: Format['is']): Format => ({
  what: `a file of weights (${what})`,
  is,
  weights: true,
});

const archive =
  (sort: ReturnType<typeof torchArchive>) =>
  ({ beginning, members }: Look): boolean =>
    isZip(beginning) && torchArchive(members()) === sort;

/** By signs that nothing else has; tried before the formats that are read. */
export const KNOWN: readonly Format[] = [
  known(
    'a model of TensorFlow Lite',
    `convert it to ONNX: ${ONNX_OF_TENSORFLOW} --tflite FILE --output model.onnx`,
    at(4, 'TFL3'),
  ),
  known('a model of onnxruntime (.ort)', 'give the .onnx file it was made of', at(4, 'ORTM')),
  known('a program of ExecuTorch', SOURCE, at(4, 'ET12')),
  known(
    'a file of MATLAB',
    'export the network as ONNX: exportONNXNetwork(net, "model.onnx")',
    at(0, 'MATLAB 5.0 MAT-file', 'MATLAB 7.3 MAT-file'),
  ),
  known(
    'a binary model of ncnn',
    `give the ONNX file it was made of; from PyTorch ${ONNX_OF_TORCH}`,
    at(0, '\xdd\x85\x76\x00'),
  ),
  known(
    'a language model in GGUF',
    'it has no layers that cnncalc could count: give its network as ONNX',
    at(0, 'GGUF'),
  ),
  known(
    'a network of TorchScript',
    `export it as ONNX: torch.onnx.export(torch.jit.load("FILE"), example, "model.onnx")`,
    archive('TorchScript'),
  ),
  known(
    'a network of torch.export',
    'export it as ONNX: torch.onnx.export(torch.export.load("FILE").module(), example, "model.onnx")',
    archive('torch.export'),
  ),
  // saved_model_schema_version: 1, then a meta graph, whose meta info begins with the operators it uses.
  known(
    'a SavedModel of TensorFlow',
    SAVED_MODEL,
    protobuf('\\x08\\x01\\x12', LENGTH, '\\x0a', LENGTH, '[\\x12\\x1a\\x22]'),
  ),
  known('a part of a SavedModel of TensorFlow', SAVED_MODEL, protobuf('\\x0a', LENGTH, '.{0,40}_tf_keras_')),
  // specificationVersion, then a description that begins with an input and its name.
  known(
    'a model of Core ML',
    CORE_ML,
    protobuf('\\x08[\\x01-\\x20]\\x12', LENGTH, '\\x0a', LENGTH, '\\x0a[\\x01-\\x7f][ -~]{2}'),
  ),
  // A node with a name, then its operator.
  known(
    'a frozen graph of TensorFlow',
    `convert it to ONNX: ${ONNX_OF_TENSORFLOW} --graphdef FILE --inputs INPUT:0 --outputs OUTPUT:0 --output model.onnx`,
    protobuf('\\x0a', LENGTH, '\\x0a[\\x01-\\x7f][\\w./:-]{1,127}\\x12[\\x03-\\x28][A-Z]\\w{2,}'),
  ),
  known(
    'a checkpoint of TensorFlow',
    `save the network in the program that made it, or convert it to ONNX: ${ONNX_OF_TENSORFLOW} --checkpoint model.ckpt.meta --inputs INPUT:0 --outputs OUTPUT:0 --output model.onnx`,
    ({ beginning }) => latin1(beginning.slice(-8)) === '\x57\xfb\x80\x8b\x24\x75\x47\xdb',
  ),
  weights('PyTorch', archive('state dict')),
  weights('PyTorch before 1.6', ({ beginning }) => isOldTorch(beginning)),
  weights(
    'NumPy',
    ({ beginning, members }) =>
      isZip(beginning) && members().length > 0 && members().every((name) => name.endsWith('.npy')),
  ),
  // No header is longer than 100 MB.
  weights('safetensors', at(4, '\0\0\0\0{')),
  known('an array of NumPy', DATA, ({ beginning }) => isNpy(beginning)),
  known('a picture', DATA, at(0, '\x89PNG\r\n\x1a\n', '\xff\xd8\xff')),
  known('a picture', 'save it as PNG or JPEG; then a network reads it, with --data', begins(/^(?:GIF8|BM.{4}\0{4})/s)),
  known('a document in PDF', 'write its network as a spec: cnncalc new net.yaml begins one', at(0, '%PDF-')),
  known(
    'a packed file',
    UNPACK,
    at(0, '\x1f\x8b', 'BZh', '\xfd7zXZ\0', '\x28\xb5\x2f\xfd', '7z\xbc\xaf\x27\x1c', 'Rar!'),
  ),
  known('an archive (tar)', UNPACK, at(257, 'ustar')),
];

/** What else has such a sign; tried behind the formats that are read. */
export const OTHERWISE: readonly Format[] = [
  known(
    'a pickle of Python',
    `load it in the program that made it, and export its network as ONNX: ${ONNX_OF_TORCH}`,
    ({ beginning }) => isPickle(beginning),
  ),
  known(
    'the weights of a network of Caffe (.caffemodel)',
    'give its .prototxt, which has the layers',
    protobuf('\\x0a[\\x01-\\x7f][ -~]{1,127}(?:[\\x12\\x1a]|\\xa2\\x06)'),
  ),
  known(
    'the weights of a network of Darknet',
    'give its .cfg, which has the layers',
    protobuf('\\0{4}[\\x01\\x02]\\0{3}[\\0-\\x05]\\0{3}'),
  ),
  known('a zip archive', UNPACK, ({ beginning }) => isZip(beginning)),
];

interface Folder {
  readonly what: string;
  readonly instead: (path: string) => string;
  readonly is: (names: readonly string[]) => boolean;
}

const has =
  (...all: readonly string[]) =>
  (names: readonly string[]): boolean =>
    all.every((name) => names.includes(name));

/** Folders that other programs save a network as. */
const FOLDERS: readonly Folder[] = [
  {
    what: 'a SavedModel of TensorFlow',
    instead: (path) => SAVED_MODEL.replace('FOLDER', path),
    is: (names) => names.some((name) => /^saved_model\.pb(?:txt)?$/.test(name)),
  },
  { what: 'a model of Core ML', instead: () => CORE_ML, is: has('Manifest.json', 'Data') },
  { what: 'a compiled model of Core ML', instead: () => CORE_ML, is: has('coremldata.bin') },
];

/** What a folder is, by the names in it. */
export const folderOf = (names: readonly string[]): Folder | undefined => FOLDERS.find(({ is }) => is(names));
