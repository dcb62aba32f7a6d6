// The console examples of a Markdown page: `$ cnncalc …` in a fenced console block, and what it prints. Not shells: no pipes.
//
// A fenced block whose first line is a comment with a file's name (`# net.yaml`) is that file for the commands of the page.

import { plain, run } from './fake-io.js';

export interface Example {
  readonly line: number;
  readonly argv: readonly string[];
  /** Standard output, without blanks at the ends of lines. */
  readonly printed: string;
}

const FENCE = /^```(\w*)\n([\s\S]*?)^```/gm;

export const filesIn = (markdown: string): Readonly<Record<string, string>> =>
  Object.fromEntries(
    [...markdown.matchAll(FENCE)].flatMap(([, , text = '']) => {
      const [, name] = /^(?:# |<!-- )([\w-]+\.\w+)/.exec(text) ?? [];
      return name === undefined ? [] : [[name, name.endsWith('.yaml') ? text : text.slice(text.indexOf('\n') + 1)]];
    }),
  );

export const examplesIn = (markdown: string): readonly Example[] =>
  [...markdown.matchAll(FENCE)].flatMap((match) => {
    const [, language, text = ''] = match;
    const line = markdown.slice(0, match.index).split('\n').length + 1;
    if (language !== 'console') return [];
    return text
      .split(/^(?=\$ )/m)
      .filter((part) => part.startsWith('$ cnncalc '))
      .map((part) => {
        const [command = '', ...printed] = part.split('\n');
        return { line, argv: words(command.slice('$ cnncalc '.length)), printed: tidy(printed.join('\n')) };
      });
  });

const words = (command: string): readonly string[] =>
  [...command.matchAll(/"([^"]*)"|(\S+)/g)].map(([, quoted, bare]) => quoted ?? bare ?? '');

const tidy = (text: string): string =>
  text
    .split('\n')
    .map((line) => line.trimEnd())
    .join('\n')
    .trim();

export const printedBy = async ({ argv }: Example, files: Readonly<Record<string, string>>): Promise<string> =>
  tidy(plain((await run(argv, { files })).out));
