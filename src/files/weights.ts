// Files of weights, told apart by their first bytes: the one table. What each of them is stands in a file of its own.

import { Problem } from '../core/diagnostic.js';
import type { StoredTensor } from '../core/stored.js';
import { type Bytes, Damaged } from './bytes.js';
import { isNpy } from './npy.js';
import { readNpz } from './npz.js';
import { isPickle } from './pickle.js';
import { isSafetensors, isSurelySafetensors, readSafetensors } from './safetensors.js';
import { isOldTorch, readOldTorch, readTorchZip, torchArchive } from './torch.js';
import { isZip, zipOf } from './zip.js';

type Tensors = ReadonlyMap<string, StoredTensor>;

interface WeightFormat {
  /** As a sentence has it. */
  readonly what: string;
  readonly is: (beginning: Uint8Array) => boolean;
  readonly read: (bytes: Bytes) => Tensors | Problem;
}

const refused = (message: string, help: string) => (): Problem => new Problem('weights/file', message, help);

const STATE_DICT = 'save the tensors by their names: torch.save(model.state_dict(), path)';

const readZip = (bytes: Bytes): Tensors | Problem => {
  const zip = zipOf(bytes);
  if (!zip)
    return new Problem(
      'weights/file',
      'this zip archive has no table of contents that can be read: it is cut off or damaged',
      'save or download it again',
    );
  const sort = torchArchive(zip.names);
  if (sort === 'state dict') return readTorchZip(zip);
  if (sort === 'TorchScript')
    return new Problem(
      'weights/file',
      'this is a network of TorchScript, not a file of weights',
      'save its weights: torch.save(torch.jit.load(path).state_dict(), new_path)',
    );
  if (sort === 'torch.export')
    return new Problem(
      'weights/file',
      'this is a network of torch.export, not a file of weights',
      'save its weights: torch.save(torch.export.load(path).state_dict, new_path)',
    );
  if (zip.names.some((name) => name.endsWith('.npy'))) return readNpz(zip);
  return new Problem(
    'weights/file',
    `this zip archive holds no weights of PyTorch or NumPy, but ${zip.names[0] ?? 'nothing'}`,
    STATE_DICT,
  );
};

/** In the order in which they are tried. */
const WEIGHT_FORMATS: readonly WeightFormat[] = [
  { what: 'a zip archive', is: isZip, read: readZip },
  { what: 'a file of safetensors', is: isSurelySafetensors, read: readSafetensors },
  { what: 'a file of PyTorch before 1.6', is: isOldTorch, read: readOldTorch },
  {
    what: 'a pickle',
    is: isPickle,
    read: refused('this is a pickle, but none that torch.save wrote', STATE_DICT),
  },
  {
    what: 'an array of NumPy',
    is: isNpy,
    read: refused(
      'this is one array of NumPy, which has no name',
      'save all of them by their names: numpy.savez(path, **{"conv1.weight": weight})',
    ),
  },
  { what: 'a file of safetensors', is: isSafetensors, read: readSafetensors },
];

/** Whether a file may hold weights, by its first bytes. */
export const isWeights = (beginning: Uint8Array): boolean => WEIGHT_FORMATS.some(({ is }) => is(beginning));

/** The tensors in a file by their names, none of them read yet, or what is wrong with it. */
export const readWeights = (bytes: Bytes): Tensors | Problem => {
  const beginning = bytes.read(0, 16);
  const { read } = WEIGHT_FORMATS.find(({ is }) => is(beginning)) ?? { read: readSafetensors };
  try {
    return read(bytes);
  } catch (error) {
    if (!(error instanceof Damaged)) throw error;
    return new Problem(
      'weights/file',
      `this file of weights is damaged: ${error.message}`,
      'save or download it again',
    );
  }
};
