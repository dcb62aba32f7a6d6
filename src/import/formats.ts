// The formats of other programs, told apart by their first bytes and keys: the one table. Each importer is a file of its own.

import type { Format, Look } from './format.js';
import { isKerasArchive, isKerasJson } from './keras/look.js';

/** In the order in which they are tried. */
export const FORMATS: readonly Format[] = [
  {
    what: 'a Keras model',
    is: (look) => isKerasJson(look) || isKerasArchive(look),
    layout: 'hwc',
    importer: async () => (await import('./keras.js')).readKeras,
  },
];

/** What a file is, where it is of a format that is known. */
export const formatOf = (look: Look): Format | undefined => FORMATS.find(({ is }) => is(look));
