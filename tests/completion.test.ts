// Completion: what may stand where, by the hidden command that the scripts ask; and the scripts in the shells that are installed.

import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';
import { main } from '../src/cli.js';
import type { Command } from '../src/commands/command.js';
import { COMMANDS } from '../src/commands/commands.js';
import { spelledOptions } from '../src/commands/spelling.js';
import { fakeIo, run } from './fake-io.js';

const files = {
  'net.yaml': `input: 8x8x3
vars: {width: 4, depth: 2}
variants: {small: {vars: {width: 2}}, large: {vars: {width: 8}}}
layers:
  - {conv: width, kernel: 3, name: stem}
  - {sequence: [{conv: 4, kernel: 1, name: a}, {relu, name: b}], name: body}
  - {fc: 2, name: head}
`,
  'broken.yaml': 'input: [',
};

/** The words that are offered in place of the last one; `:yaml` and `:files` are left to the shell. */
const words = async (...typed: string[]): Promise<readonly string[]> => {
  const { code, out, err } = await run(['__complete', ...typed], { files });
  expect([code, err]).toEqual([0, '']);
  return out
    .trimEnd()
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => line.split('\t')[0] ?? '');
};

describe('what may stand where', () => {
  it('first a command or a network or a file; behind a command no longer commands', async () => {
    const first = await words('');
    for (const word of ['explain', 'kinds', 'alexnet', 'resnet50', ':yaml']) expect(first).toContain(word);
    const second = await words('explain', '');
    expect(second).not.toContain('explain');
    expect(second).not.toContain('check');
    for (const word of ['alexnet', ':yaml']) expect(second).toContain(word);
    expect(await words('exp')).toEqual(['explain', ':yaml']);
    expect(await words('help', 'exp')).toEqual(['explain']);
    expect(await words('zoo', 'sh')).toEqual([
      'show',
      'shufflenet_v2',
      'shufflenet_v2_x0_5',
      'shufflenet_v2_x1_0',
      'shufflenet_v2_x1_5',
      'shufflenet_v2_x2_0',
    ]);
    expect(await words('zoo', 'show', 'lenet')).toEqual(['lenet-caffe', 'lenet5']);
  });

  it.each([
    ['layers of the spec, a level at a time', ['explain', 'net.yaml', ''], ['stem', 'body', 'head']],
    ['below the only one that fits', ['explain', 'net.yaml', 'bo'], ['body', 'body.a', 'body.b']],
    ['below a dot', ['rf', 'net.yaml', 'body.'], ['body.a', 'body.b']],
    ['layers for --only', ['net.yaml', '--only', 'h'], ['head']],
    ['nothing behind the last argument', ['explain', 'net.yaml', 'stem', ''], []],
    ['layers for --freeze', ['net.yaml', '--freeze', 'h'], ['head']],
    ['variants', ['net.yaml', '--variant', ''], ['small', 'large']],
    ['vars', ['net.yaml', '--set', ''], ['width=', 'depth=']],
    ['columns behind a comma', ['net.yaml', '--columns', 'name,params,para'], ['name,params,params-share']],
    ['a column', ['net.yaml', '--sort', 'rf-'], ['rf-stride', 'rf-padding', 'rf-center', 'rf-least']],
    ['columns of the list of networks', ['zoo', '--sort', 'w'], ['weightLayers']],
    ['an option with its value', ['net.yaml', '--sort=name'], ['--sort=name']],
    ['the same as bash takes it apart', ['net.yaml', '--sort', '=', 'name'], ['name']],
    ['and where the value is still empty', ['net.yaml', '--layout', '='], ['hwc', 'chw']],
    ['choices', ['net.yaml', '--style', ''], ['plain', 'box', 'graph', 'volumes']],
    ['and fewer where nothing is drawn', ['rf', 'net.yaml', '--style', ''], ['plain', 'box']],
    ['conventions', ['alexnet', '--convention', 'to'], ['torchinfo', 'torchinfo-1.8', 'torchscan']],
    ['formats of the command', ['solve', 'net.yaml', '--format', ''], ['table', 'json', 'markdown', 'latex']],
    ['a path into the JSON', ['net.yaml', '--get', 'mod'], ['model', 'model.name', 'model.source', 'model.variant']],
    ['with the names of layers', ['net.yaml', '--get', 'layers.bo'], ['layers.body.a', 'layers.body.b']],
    ['and below them', ['net.yaml', '--get', 'layers.body.a.params.h'], ['layers.body.a.params.human']],
    ['of another result', ['equiv', '3x3', '3x3', '--get', 'sameR'], ['sameReceptiveField']],
    ['kinds', ['kinds', 'conv'], ['conv', 'convtranspose']],
    ['codes', ['why', 'act/'], ['act/double', 'act/none-between', 'act/relu-last']],
    ['schemas', ['schema', 'equiv'], ['equiv', 'equiv-find']],
    ['shells', ['completion', ''], ['bash', 'zsh', 'fish']],
    ['files for options', ['run', 'net.yaml', '--weights', ''], [':files']],
    ['a sheet', ['check', 'net.yaml', ''], [':files']],
    ['any file for the output', ['net.yaml', '-o', ''], [':files']],
    ['a new spec', ['new', ''], [':yaml']],
    ['more specs', ['compare', 'net.yaml', 'vgg16', 'lenet5'], ['lenet5', ':yaml']],
    ['a spec in quotes', ['explain', '"net.yaml"', 's'], ['stem']],
    ['nothing for numbers', ['net.yaml', '--depth', ''], []],
    ['options', ['quiz', '--'], [...spelledOptions(COMMANDS.quiz).map(({ long }) => long), '--help']],
    ['the default command, with options first', ['--style', 'box', 'lenet-'], ['lenet-caffe', ':yaml']],
  ])('%s', async (_, typed, offered) => expect(await words(...typed)).toEqual(offered));

  it.each([
    [['explain', 'missing.yaml', '']],
    [['explain', 'broken.yaml', '']],
    [['missing.yaml', '--variant', '']],
    [['alexnet', '--nonsense', '']],
    [['alexnet', 'vgg16', 'x']],
    [[]],
  ])('%j: nothing, and not a word about what is wrong', async (typed) => {
    expect((await words(...typed)).filter((word) => word !== ':yaml' && typed.length > 0)).toEqual([]);
  });

  it('without the bundled networks there are still files and commands', async () => {
    const io = { ...fakeIo({ files }), specs: 'nowhere/' };
    expect(await main(['__complete', 'exp'], io)).toBe(0);
    expect(io.out()).toMatch(/^explain\t.*\n:yaml\n$/);
  });

  it('knows what each file, network and layer of the command line is', () => {
    const FREE = [
      '--input',
      '--batch',
      '--expect',
      '--unit',
      '--seed',
      '--mean',
      '--std',
      '--resize',
      '--where',
      '--shard',
    ];
    for (const command of Object.values(COMMANDS) as Command[])
      for (const { long, value, choices, suggests } of spelledOptions(command))
        if (value && !choices && !suggests && !FREE.includes(long))
          expect(value, `${command.name} ${long}`).toMatch(/^<(n|bytes|C|N|text)>$/);
  });

  it('describes what it offers', async () => {
    const { out } = await run(['__complete', 'explain', 'net.yaml', 'bo'], { files });
    expect(out).toBe('body\t2 layers\nbody.a\tconv 4 1x1\nbody.b\trelu\n');
  });
});

describe('the scripts', () => {
  const folder = mkdtempSync(join(tmpdir(), 'cnncalc-'));
  afterAll(() => rmSync(folder, { recursive: true }));
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
  const program = fileURLToPath(new URL('../bin/cnncalc.js', import.meta.url));
  const isThere = (shell: string): boolean => spawnSync(shell, ['-c', 'true']).status === 0;
  const inShell = (shell: string, ...args: readonly string[]): string =>
    execFileSync(shell, args, { cwd: folder, encoding: 'utf8' });

  it.skipIf(!isThere('bash'))('bash', async () => {
    writeFileSync(join(folder, 'script.bash'), (await run(['completion', 'bash'])).out);
    const offered = (...typed: string[]): readonly string[] =>
      inShell(
        'bash',
        '-c',
        `cnncalc() { '${process.execPath}' '${program}' "$@"; }; source ./script.bash
         COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _cnncalc; printf '%s\\n' "\${COMPREPLY[@]}"`,
        'bash',
        'cnncalc',
        ...typed,
      )
        .trimEnd()
        .split('\n');
    expect(offered('expl')).toEqual(['explain']);
    expect(offered('explain', 'net')).toEqual(['net.yaml']);
    expect(offered('explain', 'net.yaml', 'bo')).toEqual(['body', 'body.a', 'body.b']);
    expect(offered('net.yaml', '--sort', '=', 'rf-s')).toEqual(['rf-stride']);
    expect(offered('check', 'net.yaml', 'scr')).toEqual(['script.bash']);
    expect(inShell('bash', '-c', 'source ./script.bash; complete -p cnncalc')).toContain('-F _cnncalc cnncalc');
  });

  it.each(['zsh', 'fish'])('%s reads its script', async (shell) => {
    const { code, out } = await run(['completion', shell]);
    expect(code).toBe(0);
    expect(out).toContain('cnncalc __complete');
    if (!isThere(shell)) return;
    writeFileSync(join(folder, `script.${shell}`), out);
    expect(inShell(shell, '-n', join(folder, `script.${shell}`))).toBe('');
  });

  it.skipIf(!isThere('fish'))('fish', async () => {
    writeFileSync(join(folder, 'script.fish'), (await run(['completion', 'fish'])).out);
    const offered = (typed: string): string =>
      inShell(
        'fish',
        '--no-config',
        '-c',
        `function cnncalc; '${process.execPath}' '${program}' $argv; end; source ./script.fish; complete -C '${typed}'`,
      );
    expect(offered('cnncalc explain net.yaml bo')).toBe('body\t2 layers\nbody.a\tconv 4 1x1\nbody.b\trelu\n');
    expect(offered('cnncalc expl')).toMatch(/^explain\tevery number/);
    expect(offered('cnncalc explain ne')).toMatch(/^net\.yaml/m);
  });
});
