// The formats of other programs, told apart by their first bytes and keys: the one table. Each importer is a file of its own, and what is
// known without one stands in known.ts.

import type { Format, Look } from './format.js';
import { isHdf5, isKerasArchive, isKerasJson } from './keras/look.js';
import { KNOWN, OTHERWISE } from './known.js';
import { beginsAsOnnx } from './onnx/look.js';

/** A module that holds another; what was typed to print it may stand above. */
const TORCH_PRINT = /^(?:(?:>>>.*|[ \t]*)\r?\n)*[ \t]*\w+\([ \t]*\r?\n[ \t]+\([^()\n]*\): (?:\d+ x )?\w+\(/;

/** In the order in which they are tried. */
const FORMATS: readonly Format[] = [
  ...KNOWN,
  {
    what: 'an ONNX model',
    is: ({ beginning }) => beginsAsOnnx(beginning),
    layout: 'chw',
    importer: async () => (await import('./onnx.js')).readOnnx,
  },
  {
    what: 'a Keras model',
    is: (look) => isKerasJson(look) || isKerasArchive(look),
    layout: 'hwc',
    importer: async () => (await import('./keras.js')).readKeras,
  },
  {
    what: 'an HDF5 file, as Keras saves models (.h5)',
    is: isHdf5,
    layout: 'hwc',
    importer: async () => (await import('./keras.js')).readKerasHdf5,
  },
  {
    what: 'a network as PyTorch prints it',
    is: ({ text }) => TORCH_PRINT.test(text.slice(0, 4096)),
    layout: 'chw',
    importer: async () => (await import('./torch-print.js')).readTorchPrint,
  },
  {
    what: 'a network of Darknet',
    is: ({ text }) => /^(?:\s|[#;][^\n]*\n)*\[(?:net|network)\]/.test(text),
    layout: 'hwc',
    importer: async () => (await import('./darknet.js')).readDarknet,
  },
  {
    what: 'a network of Caffe',
    is: ({ text }) =>
      /^[ \t]*layers?[ \t]*:?\s*[{<]/m.test(text) ||
      (/^(?:net|train_net|solver_mode|base_lr)[ \t]*:/m.test(text) && /^(?:lr_policy|max_iter)[ \t]*:/m.test(text)),
    layout: 'chw',
    importer: async () => (await import('./caffe.js')).readCaffe,
  },
  ...OTHERWISE,
];

/** What a file is, where it is of a format that is known. */
export const formatOf = (look: Look): Format | undefined => FORMATS.find(({ is }) => is(look));
