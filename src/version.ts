// The version of the program, from the package; the build puts it in.

import meta from '../package.json' with { type: 'json' };

export const version: string = meta.version;
