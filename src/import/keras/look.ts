// What files of Keras look like from outside. Nothing is read here.

import type { Look } from '../format.js';

/** The member of an archive that holds the model. */
export const CONFIG = 'config.json';

/** Keys of TensorFlow.js, which no other program has. */
const TENSORFLOW_JS = /"(?:modelTopology|weightsManifest)"\s*:/;
/** Keys beside `class_name` and `config` that tokenizers and other objects of Keras lack. */
const MODEL = /"(?:layers|inbound_nodes|keras_version|registered_name|build_config)"\s*:|"Sequential"/;

/** Whether a text may be the JSON of a model, by its first keys. */
export const isKerasJson = ({ text }: Look): boolean =>
  /^\s*\{/.test(text) &&
  (TENSORFLOW_JS.test(text) || (/"class_name"\s*:\s*"/.test(text) && /"config"\s*:/.test(text) && MODEL.test(text)));

/** Whether an archive is one of Keras 3. */
export const isKerasArchive = ({ members }: Look): boolean => {
  const names = members();
  return names.includes(CONFIG) && names.some((name) => name === 'metadata.json' || name === 'model.weights.h5');
};

const HDF5 = [0x89, 0x48, 0x44, 0x46, 0x0d, 0x0a, 0x1a, 0x0a];

/** Whether it is HDF5, which holds anything; mostly it is a model or weights of Keras. */
export const isHdf5 = ({ beginning }: Look): boolean => HDF5.every((sign, at) => beginning[at] === sign);
