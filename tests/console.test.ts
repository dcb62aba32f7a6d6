// The commands shown in the documentation print what it shows: ```console blocks of `$ cnncalc …` lines and their output.

import { readdirSync, readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { examplesIn, filesIn } from './console.js';
import { run } from './fake-io.js';

const docs = new URL('../docs/', import.meta.url);

const shown = readdirSync(docs)
  .filter((file) => file.endsWith('.md'))
  .flatMap((file) => {
    const page = readFileSync(new URL(file, docs), 'utf8');
    const files = filesIn(page);
    return examplesIn(page).map((example) => ({ ...example, at: `${file}:${example.line}`, files }));
  });

it.each(shown)('$at: $command', async ({ command, printed, files }) => {
  const [program, ...argv] = words(command);
  expect(program).toBe('cnncalc');
  expect((await run(argv, { files })).out.trimEnd()).toBe(printed.trimEnd());
});

const words = (command: string): readonly string[] =>
  [...command.matchAll(/"([^"]*)"|(\S+)/g)].map(([, quoted, bare]) => quoted ?? bare ?? '');
