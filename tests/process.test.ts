// The program as a process, where the machine refuses: full disks, readers that leave, folders as input, no address space, an
// installation with parts missing. Everything else is tested in process.

import { spawn, spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const root = fileURLToPath(new URL('..', import.meta.url));
const bin = join(root, 'bin/cnncalc.js');
const folder = mkdtempSync(join(tmpdir(), 'process-'));
const net = join(folder, 'net.yaml');

beforeAll(() => {
  writeFileSync(net, 'input: 8x8x3\nlayers:\n  - {conv: 2, kernel: 3, norm: bn, name: a, expect: {params: 3}}\n');
});
afterAll(() => rmSync(folder, { recursive: true }));

/** Of a shell, so that streams may be anything. */
const shell = (line: string) => {
  const { status, stdout, stderr } = spawnSync('bash', ['-c', `set -o pipefail; ${line}`], {
    encoding: 'utf8',
    timeout: 25_000,
    env: { ...process.env, CNNCALC: bin, NET: net, NODE: process.execPath },
  });
  return { code: status, out: stdout, err: stderr };
};
const CNNCALC = '"$NODE" "$CNNCALC"';

it('of a class pipes, links and what is hidden are passed over, and folders are looked into', () => {
  const class_ = join(folder, 'class');
  const ada = join(class_, 'Ada_1_file_');
  mkdirSync(ada, { recursive: true });
  const sheet = 'answers: {a: {params: 60}}\n';
  for (const path of [
    join(class_, 'bob10.yaml'),
    join(class_, 'bob9.yaml'),
    join(ada, 'a.yaml'),
    join(class_, '.a.yaml'),
  ])
    writeFileSync(path, sheet);
  symlinkSync('/nowhere', join(class_, 'nowhere.yaml'));
  symlinkSync(net, join(class_, 'net.yaml'));
  symlinkSync(folder, join(class_, 'round'));
  shell(`mkfifo "${class_}/pipe.yaml"`);
  const { code, out, err } = shell(`${CNNCALC} check "$NET" --class "${class_}/" --format csv`);
  expect(out).toBe('student,a.params,total,max\nAda,1,1,1\nbob9,1,1,1\nbob10,1,1,1\n');
  expect(err).toMatch(/^5 files are no sheets/);
  expect(code).toBe(0);
});

describe('a sweep of lines without an end', () => {
  const endless = `yes '{"spec":"lenet5"}' 2>/dev/null`;
  it('ends where nobody reads it', () => {
    expect(shell(`${endless} | ${CNNCALC} sweep - | head -2 | wc -l`).out.trim()).toBe('2');
  });

  it.each(['1', '2'])('leaves whole lines at Ctrl-C, of %s threads', async (jobs) => {
    const child = spawn(process.execPath, [bin, 'sweep', '-', '--jobs', jobs]);
    let [out, err] = ['', ''];
    const feed = (): void => {
      while (child.stdin.write('{"spec":"lenet5"}\n'.repeat(100)));
    };
    child.stdin.on('drain', feed).on('error', () => {});
    feed();
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      err += text;
    });
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      if (out === '') child.kill('SIGINT');
      out += text;
    });
    const code = await new Promise((resolve) => child.on('close', resolve));
    const lines = out.split('\n');
    expect(lines.pop()).toBe('');
    expect(lines.map((line) => JSON.parse(line).index)).toEqual(lines.map((_, i) => i + 1));
    expect(err).toMatch(/^interrupted after \d+ networks; what was answered is written\n$/);
    expect(code).toBe(130);
  });

  it('is no directory', () => {
    const { code, err } = shell(`${CNNCALC} sweep - < /`);
    expect([code, err]).toEqual([2, 'error: standard input cannot be read: it is a directory\n']);
  });
});

describe.runIf(existsSync('/dev/full'))('a full disk is a sentence, and exit code 2', () => {
  const sentence = (what: string) => new RegExp(`^error: ${what} cannot be written: the disk is full\n$`);
  it.each([
    '--version',
    '--help',
    'run --help',
    '"$NET" -q',
    '"$NET" -q --json',
    'explain alexnet -q',
    'check alexnet --template -q',
    'quiz --seed a',
    'lint alexnet -q',
    'rf alexnet conv3 -q',
    'equiv 3x3^2 5x5',
    'norms',
    'compare vgg16 vgg19 -q',
    'run "$NET" -q',
    'run "$NET" -q --save -',
    'run "$NET" -q --save-weights -',
    'fold "$NET" -q --no-run',
    'fold "$NET" -q --no-run --spec -',
    'zoo',
    'zoo show resnet',
    'schema',
    'completion bash',
    '"$NET" -q --get totals.params',
  ])('%s > /dev/full', (line) => {
    const { code, err } = shell(`${CNNCALC} ${line} > /dev/full`);
    expect(err).toMatch(sentence('standard output'));
    expect(code).toBe(2);
  });
  it.each([
    '"$NET" -o',
    'explain alexnet -o',
    'check alexnet --template -o',
    'norms -o',
    'zoo show resnet -o',
    'run "$NET" --save',
    'run "$NET" --save-weights',
    'run "$NET" --training --save-stats',
    'fold "$NET" --no-run --spec',
    'fold "$NET" --no-run --save-weights',
    'rf alexnet conv3 --svg',
    'norms --depth 2 --input 2x2x8 --svg',
  ])('%s /dev/full', (line) => {
    const { code, err } = shell(`${CNNCALC} ${line} /dev/full -q`);
    expect(err).toMatch(sentence('/dev/full'));
    expect(code).toBe(2);
  });
  it('where nobody can be told, the code still tells', () => {
    expect(shell(`${CNNCALC} "$NET" > /dev/full 2> /dev/full`).code).toBe(2);
    expect(shell(`${CNNCALC} "$NET" 2> /dev/full`).code).toBe(1);
  });
});

describe('a reader that leaves changes no exit code', () => {
  it.each([
    ['zoo', 0],
    ['schema spec', 0],
    ['"$NET"', 1],
    ['nowhere.yaml --json', 2],
  ])('%s', (line, code) => {
    const ran = shell(`${CNNCALC} ${line} 2>&1 | true`);
    expect(ran).toEqual({ code, out: '', err: '' });
  });
});

describe('standard input that cannot be read', () => {
  it.each(['-', 'check alexnet -', 'run alexnet -q --data -', 'run alexnet -q --weights -'])('%s < folder', (line) => {
    const { code, err } = shell(`${CNNCALC} ${line} < "$(dirname "$NET")"`);
    expect(err).toMatch(/^error: (standard input|-) cannot be read: it is a directory\n/);
    expect(code).toBe(2);
  });
});

describe.runIf(existsSync('/dev/zero'))('what has no end', () => {
  it.each([
    ['', '-', 'more than 4194304 bytes'],
    ['', '/dev/zero', 'more than 4194304 bytes'],
    ['check alexnet', '/dev/zero', 'more than 4194304 bytes'],
    ['check alexnet "$NET" --rules', '/dev/zero', 'more than 4194304 bytes'],
    ['run alexnet -q --data', '/dev/zero', 'this is no .npy file'],
    ['run alexnet -q --data', '-', 'this is no .npy file'],
    ['run alexnet -q --weights', '/dev/zero', 'this is no .safetensors file'],
    ['run alexnet -q --labels', '/dev/zero', 'more than 4,194,304 bytes'],
  ])('%s %s', (line, file, message) => {
    const { code, err } = shell(`${CNNCALC} ${line} ${file} < /dev/zero`);
    expect(err).toContain(message);
    expect(code).toBe(2);
  });
});

describe.runIf(process.platform === 'linux')('without address space for the core', () => {
  const limited = (line: string) => shell(`ulimit -v 8000000; ${CNNCALC} ${line}`);
  // Some engines do without; others are given none.
  const isRefused = shell(
    `ulimit -v 8000000; "$NODE" -e 'new WebAssembly.Memory({ initial: 1, maximum: 1, shared: true })'`,
  ).code;
  it('a network runs all the same', () => {
    const { code, err, out } = limited('run "$NET" --get core.backend');
    expect(out).toBe(isRefused ? 'reference\n' : 'wasm\n');
    if (isRefused) expect(err).toContain('reserves no memory for the core: the reference runs instead');
    expect(code).toBe(1);
  });
  it('what was asked for is refused, and says why', () => {
    for (const asked of ['--backend wasm', '--core simd']) {
      const { code, err } = limited(`run "$NET" ${asked}`);
      expect(code).toBe(isRefused ? 2 : 1);
      if (isRefused)
        expect(err).toMatch(/^error: the system reserves no memory for the core \[run\/no-memory\]\n.*ulimit -v/);
    }
  });
});

describe('an installation with parts missing', () => {
  const copy = join(folder, 'copy');
  const there = (line: string) =>
    spawnSync(process.execPath, [join(copy, 'bin/cnncalc.js'), ...line.split(' ')], { encoding: 'utf8' });
  beforeAll(() => {
    cpSync(join(root, 'bin'), join(copy, 'bin'), { recursive: true });
    cpSync(join(root, 'package.json'), join(copy, 'package.json'));
    symlinkSync(join(root, 'dist'), join(copy, 'dist'));
  });
  it.each(['zoo', 'alexnet', 'zoo show resnet'])('no specs/: %s', (line) => {
    const { status, stderr } = there(line);
    expect(stderr).toMatch(
      /^error: (the list of the bundled networks|alexnet\.yaml) cannot be read: there is no such file or folder \[file\/unreadable\]\n {2}help: install/,
    );
    expect(status).toBe(2);
  });
  it('what needs none of them works', () => expect(there(net).status).toBe(1));
});

describe('Ctrl-C ends it with a sentence and exit code 130', () => {
  const announce = join(folder, 'announce.cjs');
  const deep = join(folder, 'deep.yaml');
  beforeAll(() => {
    // Says when work begins that has no pause, and when something is written.
    writeFileSync(
      announce,
      `const { Script } = require('node:vm');
      const fs = require('node:fs');
      const { writeSync } = fs;
      const { runInThisContext } = Script.prototype;
      Script.prototype.runInThisContext = function (options) {
        if (options?.breakOnSigint) writeSync(2, 'works\\n');
        return runInThisContext.call(this, options);
      };
      fs.writeSync = (descriptor, ...rest) => {
        const done = writeSync(descriptor, ...rest);
        if (descriptor > 2) writeSync(2, 'writes\\n');
        return done;
      };`,
    );
    // One instruction of minutes.
    writeFileSync(deep, 'input: 64x64x64x32\nlayers:\n  - {conv: 32, kernel: 21}\n');
  });

  /** Pressed when it has announced something so often; then again and again, if need be. */
  const interrupted = (line: string, announced: string, times: number, again: boolean) =>
    new Promise<{ readonly code: number | null; readonly err: string }>((resolve) => {
      const child = spawn(process.execPath, ['--require', announce, bin, ...line.split(' ')], {
        stdio: ['ignore', 'ignore', 'pipe'],
      });
      let err = '';
      let pressing: NodeJS.Timeout | undefined;
      child.stderr.setEncoding('utf8').on('data', (text: string) => {
        err += text;
        if (pressing || err.split(announced).length <= times) return;
        child.kill('SIGINT');
        pressing = setInterval(() => again && child.kill('SIGINT'), 50);
      });
      child.on('close', (code) => {
        clearInterval(pressing);
        resolve({ code, err });
      });
    });

  it.each([
    ['the plan', 1],
    ['the weights', 2],
    ['the input', 3],
    ['one long instruction', 4],
  ])('while the core works: %s', async (_, times) => {
    // A key between two pieces of work, where nobody listens, ends the process as the system does: then it is pressed once more.
    const pressed = () => interrupted(`run ${deep} --threads 2`, 'works\n', times, true);
    let { code, err } = await pressed();
    for (let tries = 1; code === null && tries < 5; tries += 1) ({ code, err } = await pressed());
    expect(err).toMatch(/\ninterrupted.*; nothing was written\n$/);
    expect(code).toBe(130);
  });

  it('while a file is written, of which nothing stays', async () => {
    const file = join(folder, 'weights.safetensors');
    const line = `convert vgg16 -q --seed 0 --weights-out ${file} -o ${join(folder, 'vgg16.yaml')}`;
    const { code, err } = await interrupted(line, 'writes\n', 2, false);
    expect(err).toMatch(/\ninterrupted; .*weights.safetensors was not written\n$/);
    expect(code).toBe(130);
    expect(existsSync(file)).toBe(false);
  });
});
