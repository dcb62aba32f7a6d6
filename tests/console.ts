// The console examples of a Markdown page: `$ cnncalc …` in a fenced console block, and what it prints. Not shells: no pipes.
//
// A fenced block whose first line is a comment with a file's name (`# net.yaml`) is that file for the commands of the page.

export interface Example {
  readonly line: number;
  readonly command: string;
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
    if (language !== 'console') return [];
    const line = markdown.slice(0, match.index).split('\n').length + 1;
    return text.split(/^\$ /m).flatMap((part) => {
      const [command = '', ...printed] = part.split('\n');
      return command === '' ? [] : [{ line, command, printed: printed.join('\n') }];
    });
  });
