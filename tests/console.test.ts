// The commands shown in the documentation print what it shows: ```console blocks of `$ cnncalc …` lines and their output.

import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { run } from './fake-io.js';

const docs = new URL('../docs/', import.meta.url);

interface Shown {
  readonly command: string;
  readonly output: string;
}

const shownIn = (page: string): readonly Shown[] =>
  [...page.matchAll(/^```console\n([\s\S]*?)^```/gm)].flatMap(([, block = '']) =>
    block.split(/^\$ /m).flatMap((part) => {
      const [command = '', ...lines] = part.split('\n');
      return command === '' ? [] : [{ command, output: lines.join('\n') }];
    }),
  );

const words = (command: string): readonly string[] =>
  [...command.matchAll(/"([^"]*)"|(\S+)/g)].map(([, quoted, bare]) => quoted ?? bare ?? '');

describe.each(readdirSync(docs).filter((file) => file.endsWith('.md')))('docs/%s', (file) => {
  const shown = shownIn(readFileSync(new URL(file, docs), 'utf8'));
  it.each(shown)('$command', async ({ command, output }) => {
    const [program, ...argv] = words(command);
    expect(program).toBe('cnncalc');
    expect((await run(argv)).out.trimEnd()).toBe(output.trimEnd());
  });
  it('shows only commands of the program', () => {
    for (const { command } of shown) expect(command).toMatch(/^cnncalc /);
  });
});
