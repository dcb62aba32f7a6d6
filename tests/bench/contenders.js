// Who takes part. `prepare` turns a network into what the contender is given (not timed), `open` makes a session of it
// (part of a cold start), which has `input` (a tensor of ours to one of its own), `run` (one forward pass) and `close`.

import { openOurs } from './library.js';
import { openLitert, prepareLitert } from './litert.js';
import { openNative, openWasm, prepareOnnx } from './ort.js';
import { openTfjs, prepareTfjs } from './tfjs.js';

export const CONTENDERS = {
  cnncalc: { ours: true, prepare: (network) => network, open: openOurs },
  'onnxruntime-node': { packages: ['onnxruntime-node'], prepare: prepareOnnx, open: openNative },
  'tfjs-backend-wasm': {
    packages: ['@tensorflow/tfjs-backend-wasm'],
    prepare: prepareTfjs,
    open: openTfjs,
    oneThread: true,
  },
  'litert-js': { packages: ['@litertjs/core'], prepare: prepareLitert, open: openLitert },
  'onnxruntime-web': { packages: ['onnxruntime-web'], prepare: prepareOnnx, open: openWasm },
};
