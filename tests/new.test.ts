// cnncalc new: what it writes is a spec without a fault, and all that its comments say is true.

import { expect, it } from 'vitest';
import { parse } from 'yaml';
import { execute } from './executed.js';
import { run } from './fake-io.js';
import { validator } from './validator.js';

const written = (await run(['new'])).out;

it('is printed, or written to a file that is not there yet', async () => {
  expect(written).toMatch(/^# yaml-language-server: \$schema=/);
  const { code, out, err, io } = await run(['new', 'my net.yaml']);
  expect([code, out]).toEqual([0, '']);
  expect(err).toContain("cnncalc 'my net.yaml'");
  const spaces = (text: string) => text.replace(/ +/g, ' ');
  expect(spaces(String(io.files.get('my net.yaml')))).toBe(spaces(written.replaceAll('net.yaml', "'my net.yaml'")));
});

it('never writes over a file', async () => {
  const { code, err, io } = await run(['new', 'net.yaml'], { files: { 'net.yaml': 'mine' } });
  expect([code, io.files.get('net.yaml')]).toEqual([2, 'mine']);
  expect(err).toContain('net.yaml is there already');
});

it('gives what its comments say, without a warning', async () => {
  execute(written, 'warnings');
  const { code, err } = await run(['net.yaml', '--strict'], { files: { 'net.yaml': written } });
  expect([code, err]).toEqual([0, '']);
});

it('names commands that work, and the var that it has', async () => {
  const commands = [...written.matchAll(/^# {3}cnncalc (.*?)(?: {2,}.*)?$/gm)].map((match) => match[1] ?? '');
  expect(commands.length).toBeGreaterThan(4);
  for (const line of [...commands, 'net.yaml --set width=32'])
    expect((await run(line.split(' '), { files: { 'net.yaml': written } })).code, line).toBe(0);
});

it('fits the schema that its first line asks for', async () => {
  const [, file = ''] = /\$schema=(\S+)/.exec(written) ?? [];
  const [command = ''] = new RegExp(`schema spec -o ${file}`).exec(written) ?? [];
  const { io } = await run(command.split(' '));
  const schema = JSON.parse(String(io.files.get(file)));
  expect(validator(schema)(parse(written))).toEqual([]);
});
