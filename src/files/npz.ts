// NumPy's .npz: a zip of arrays, each by the name of its member. What an array is is npy.ts.

import { Problem } from '../core/diagnostic.js';
import type { StoredTensor } from '../core/stored.js';
import { storedNpy } from './npy.js';
import type { Zip } from './zip.js';

/** The arrays by name; of those whose numbers are not read there is the shape. */
export const readNpz = (zip: Zip): ReadonlyMap<string, StoredTensor> | Problem => {
  const entries = new Map<string, StoredTensor>();
  for (const member of zip.names.filter((name) => name.endsWith('.npy'))) {
    const name = member.slice(0, -'.npy'.length);
    const file = zip.member(member);
    if (!file) return broken(`"${name}" is packed in a way that is not read, or is not as long as it says`);
    const stored = storedNpy(file);
    if (stored instanceof Problem) return broken(`in "${name}": ${stored.message}`);
    entries.set(name, stored);
  }
  return entries;
};

const broken = (why: string): Problem =>
  new Problem('weights/file', `this .npz file cannot be read: ${why}`, 'save it with numpy.savez(path, **arrays)');
