// cnncalc new [FILE]: a first spec to change, with comments. Not a generator: everybody gets the same network.

import { FIRST_NETWORK } from '../lang/first.js';
import type { COMMANDS } from './commands.js';
import { UsageError, writeFile } from './output.js';
import type { Work } from './work.js';

/** Nothing that is there is written over. */
export const run: Work<typeof COMMANDS.new> = async ({ file }, options, output, io) => {
  if (file === undefined || file === '-') {
    await output.print({ yaml: () => firstSpec('net.yaml') });
    return 0;
  }
  if (options.output !== undefined)
    throw new UsageError(`the spec goes either to ${file} or to ${options.output}`, 'leave out -o');
  if (io.stat(file)) throw new UsageError(`${file} is there already, and is not written over`, 'name another file');
  writeFile(file, firstSpec(file), io);
  output.hint(`wrote ${file}; cnncalc ${inShell(file)} shows its layers`);
  return 0;
};

const inShell = (file: string): string => (/^[\w./@-]+$/.test(file) ? file : `'${file.replaceAll("'", "'\\''")}'`);

const commandLines = (name: string): string => {
  const commands = [
    [name, 'the layers, their figures, the totals'],
    [`explain ${name} conv1`, 'every number of one layer worked out'],
    [`rf ${name}`, 'what each layer sees of the image'],
    [`lint ${name}`, 'what is rarely meant'],
    ['kinds', 'all kinds of layers there are'],
  ] as const;
  const wide = Math.max(...commands.map(([line]) => line.length));
  return commands.map(([line, doc]) => `#   cnncalc ${line.padEnd(wide)}   ${doc}`).join('\n');
};

/** The text, which speaks of itself by the name of its file. */
const firstSpec = (file: string): string => {
  const name = inShell(file);
  return `# yaml-language-server: $schema=cnncalc.schema.json
#
# An editor that heeds the line above completes names and marks mistakes while
# you type. It needs the schema beside this file:
#
#   cnncalc schema spec -o cnncalc.schema.json
#
# What to do with this file:
#
${commandLines(name)}
#
${FIRST_NETWORK}`;
};
