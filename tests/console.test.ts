// The commands shown in the documentation print what it shows: ```console blocks of `$ cnncalc …` lines and their output. With
// UPDATE_DOCS=1 in the environment the pages, and the pictures and HTML pages that their commands make, are written anew instead; read
// what changed.

import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { examplesIn, filesIn } from './console.js';
import { run } from './fake-io.js';

const docs = new URL('../docs/', import.meta.url);

const shown = readdirSync(docs)
  .filter((file) => file.endsWith('.md'))
  .flatMap((file) => {
    const page = readFileSync(new URL(file, docs), 'utf8');
    const files = filesIn(page);
    return examplesIn(page).map((example) => ({ ...example, file, at: `${file}:${example.line}`, files }));
  });

it.each(shown)('$at: $command', async ({ file, command, printed, files }) => {
  const [program, ...argv] = words(command);
  expect(program).toBe('cnncalc');
  const { out, io } = await ran(command, argv, files);
  if (process.env['UPDATE_DOCS']) update(file, command, printed, out);
  else expect(out.trimEnd()).toBe(printed.trimEnd());
  for (const [name, drawn] of io.files) if (/\.(?:svg|html)$/.test(name)) keep(name, String(drawn));
});

/** Pages show the same command more than once: it runs once, unless it reads another text of a page's own. */
const before = new Map<string, ReturnType<typeof run>>();
const ran = (command: string, argv: readonly string[], files: Readonly<Record<string, string>>) => {
  const read = Object.fromEntries(Object.entries(files).filter(([name]) => command.includes(name)));
  const key = JSON.stringify([command, read]);
  const known = before.get(key) ?? run(argv, { files: read });
  before.set(key, known);
  return known;
};

/** A picture, or a page, stands beside the pages whose commands make it. */
const keep = (name: string, drawn: string): void => {
  const path = new URL(name, docs);
  if (process.env['UPDATE_DOCS']) writeFileSync(path, drawn);
  else if (name.endsWith('.svg')) expect(readFileSync(path, 'utf8')).toBe(drawn);
  else expect(readFileSync(path, 'utf8') === drawn, `${name} is stale: UPDATE_DOCS=1 makes it anew`).toBe(true);
};

const words = (command: string): readonly string[] =>
  [...command.matchAll(/"([^"]*)"|(\S+)/g)].map(([, quoted, bare]) => quoted ?? bare ?? '');

const update = (file: string, command: string, printed: string, out: string): void => {
  const path = new URL(file, docs);
  const page = readFileSync(path, 'utf8');
  const blank = /\n*$/.exec(printed)?.[0] || '\n';
  writeFileSync(
    path,
    page.replace(`$ ${command}\n${printed}`, () => `$ ${command}\n${out.trimEnd()}${blank}`),
  );
};
