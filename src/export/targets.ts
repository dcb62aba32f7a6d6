// What networks are written as for other programs: the one table. Each target is a file of its own; drawings are in report/.

import type { Target } from './target.js';

export const TARGETS = {
  pytorch: {
    what: 'code for PyTorch',
    weights: 'never',
    exporter: async () => (await import('./pytorch.js')).pytorch,
  },
  onnx: {
    what: 'an ONNX model',
    weights: 'always',
    exporter: async () => (await import('./onnx.js')).onnx,
  },
  keras: {
    what: 'code for Keras 3',
    weights: 'never',
    exporter: async () => (await import('./keras.js')).keras,
  },
  'keras-json': {
    what: 'a model.json of Keras',
    weights: 'given',
    exporter: async () => (await import('./keras-json.js')).kerasJson,
  },
} satisfies Readonly<Record<string, Target>>;
