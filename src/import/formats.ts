// The formats of other programs, told apart by their first bytes and keys: the one table. Each importer is a file of its own.

import type { Format, Look } from './format.js';

/** In the order in which they are tried. */
export const FORMATS: readonly Format[] = [
  {
    what: 'a network of Darknet',
    is: ({ text }) => /^(?:\s|\ufeff|[#;][^\n]*\n)*\[(?:net|network)\]/.test(text),
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
  {
    what: 'a .caffemodel, weights of Caffe without the network that they belong to',
    is: ({ beginning }) => isCaffeModel(beginning),
    instead:
      'give the .prototxt; values are read from .safetensors: save net.params[layer][i].data of each layer with safetensors.numpy.save_file',
  },
];

/** What a file is, where it is of a format that is known. */
export const formatOf = (look: Look): Format | undefined => FORMATS.find(({ is }) => is(look));

/** A message that begins with a name and goes on with a layer, an input or a state: a NetParameter in binary form. */
const isCaffeModel = (beginning: Uint8Array): boolean => {
  const [tag, length = 0] = beginning;
  if (tag !== 0x0a || length > 127) return false;
  const name = beginning.subarray(2, 2 + length);
  const [next, more] = beginning.subarray(2 + length);
  const printable = name.every((byte) => byte >= 0x20 && byte < 0x7f);
  return printable && (next === 0x12 || next === 0x1a || (next === 0xa2 && more === 0x06));
};
