// cnncalc zoo show NAME: the spec of a bundled network, as it stands in its file.

import type { COMMANDS } from './commands.js';
import { bundledSpecs, bundledText } from './load.js';
import type { Work } from './work.js';
import { named } from './zoo.js';

export const run: Work<typeof COMMANDS.zooShow> = async ({ name }, _, output, io) => {
  const bundled = bundledSpecs(io);
  const { file } = bundled[named(name, bundled)] ?? { file: '' };
  await output.print({ yaml: () => bundledText(file, io) });
  return 0;
};
