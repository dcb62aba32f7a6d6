// cnncalc play [SPEC]: the page of a network in the browser. The page itself is html.ts.

import { FIRST_NETWORK } from '../lang/first.js';
import { stateOf } from '../page/state.js';
import type { COMMANDS } from './commands.js';
import { htmlOf, pageOf } from './html.js';
import { loadOrExplain } from './load.js';
import { fileOf, writeFile } from './output.js';
import type { Work } from './work.js';

/** A network's file without its folders and its ending, where that is a name that any shell takes. */
const temporaryName = (name = ''): string => /([\w-]+)(?:\.\w+)?$/.exec(name)?.[1] ?? 'net';

/** Into the file of --output, or one that goes with the next start of the machine. */
export const run: Work<typeof COMMANDS.play> = async ({ spec }, options, output, io) => {
  const loaded = spec === undefined ? null : await loadOrExplain(spec, options, io);
  if (loaded) output.diagnostics(loaded.parsed.diagnostics, loaded, 'brief');
  const page = await (loaded ? htmlOf(loaded, options, io) : pageOf(stateOf('net.yaml', FIRST_NETWORK), io));
  if (page === null) return 2;
  let file = fileOf(options);
  if (options.output !== undefined) await output.print({ html: () => page });
  else {
    file = io.temporaryFile(`${temporaryName(loaded?.name)}.html`);
    writeFile(file, page, io);
    io.stdout.write(`${file}\n`);
  }
  if (file !== undefined && options.open !== false && !(await io.openInBrowser(file)))
    output.hint('there is no browser to open it in from here: open the file yourself');
  return 0;
};
