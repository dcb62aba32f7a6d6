// Many networks: what one costs in a sweep beside a command for each, what a second thread brings, memory over a million lines, a class.
// CPU times of whole processes; correctness is checked before anything is timed. Run after a build: `node sweep.js [ROUNDS]`.

import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { cpu, cpuOf, node } from './cpu.js';
import { median } from './statistics.js';

const ROUNDS = Number(process.argv[2] ?? 5);
/** Lines of the sweeps whose memory is told. */
const MANY = (process.env.LINES ?? '10000,100000,1000000').split(',').map(Number);

const cnncalc = fileURLToPath(new URL('../../bin/cnncalc.js', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'sweep-'));
const file = (name, text) => {
  writeFileSync(join(folder, name), text);
  return join(folder, name);
};

const small = file(
  'small.yaml',
  [
    'input: 32x32x3',
    'vars: {width: 16}',
    'layers:',
    ...[1, 2, 4].flatMap((times) => [
      ...Array(3).fill(`  - {conv: ${times} * width, kernel: 3, padding: 1, act: relu}`),
      '  - {maxpool: 2}',
    ]),
    '  - gap',
    '  - {fc: 10}',
    '',
  ].join('\n'),
);

/** Networks of twelve layers, each another one. */
const distinct = (count) => {
  let state = 1;
  const random = (n) => {
    state = (state * 1103515245 + 12345) % 2 ** 31;
    return Math.floor((state / 2 ** 31) * n);
  };
  return Array.from({ length: count }, () => {
    const layers = Array.from({ length: 12 }, (_, i) =>
      i % 4 === 3
        ? { maxpool: 2 }
        : { conv: 8 * (1 + random(32)), kernel: [1, 3, 5][random(3)], padding: 'same', act: 'relu' },
    );
    return JSON.stringify({ input: '32x32x3', layers: [...layers, 'gap', { fc: 10 }] });
  });
};
const lines = distinct(12_000);
const [first = ''] = lines;
const lineFile = file('lines.jsonl', `${lines.join('\n')}\n`);
const alone = file('alone.yaml', first);

const run = (...args) => spawnSync(node, [cnncalc, ...args], { encoding: 'utf8', maxBuffer: 2 ** 30 }).stdout;

/** Sweeps, the command that would be called for each of their networks, and how many times less a network must take. */
const SWEEPS = [
  {
    name: "resnet50's vars",
    count: 3000,
    least: 40,
    sweep: ['sweep', 'resnet50', '--over', 'group_width=1..1000', '--over', 'cardinality=1,2,4', '--jsonl'],
    command: ['resnet50', '--set', 'group_width=1', '--set', 'cardinality=1'],
  },
  {
    name: 'twelve layers, one var',
    count: 20_000,
    least: 150,
    sweep: ['sweep', small, '--over', 'width=1..20000', '--jsonl'],
    command: [small, '--set', 'width=1'],
  },
  {
    name: 'distinct specs, sweep -',
    count: lines.length,
    least: 60,
    sweep: ['sweep', lineFile],
    command: [alone],
  },
];

for (const { name, sweep, command, count } of SWEEPS) {
  const answers = run(...sweep)
    .trimEnd()
    .split('\n');
  const { totals } = JSON.parse(run(...command, '--json'));
  const { params, macs } = JSON.parse(answers[0] ?? '{}');
  if (answers.length !== count || params !== totals.params || macs !== totals.macs)
    throw new Error(`${name}: ${answers.length} answers, the first of ${params} parameters and not ${totals.params}`);
  if (run(...sweep, '--jobs', '2') !== `${answers.join('\n')}\n`) throw new Error(`${name}: two threads say otherwise`);
}

console.log(`${spawnSync(node, ['--version'], { encoding: 'utf8' }).stdout.trim()}, medians of ${ROUNDS} rounds\n`);
console.log('one network                     ms of a core   a second   a command   ratio');
for (const { name, sweep, command, count, least } of SWEEPS) {
  const rounds = Array.from({ length: ROUNDS }, () => {
    const [one, all] = [cpu(cnncalc, ...command), cpu(cnncalc, ...sweep, '--jobs', '1')];
    return { one, each: all / count, ratio: (one * count) / all };
  });
  const of = (key) => median(rounds.map((round) => round[key]));
  console.log(
    `${name.padEnd(32)}${(1000 * of('each')).toFixed(2).padStart(12)}${(1 / of('each')).toFixed(0).padStart(11)}` +
      `${(1000 * of('one')).toFixed(0).padStart(9)} ms${of('ratio').toFixed(0).padStart(8)}  ${of('ratio') >= least ? 'above' : 'BELOW'} ${least}`,
  );
}

/** Seconds on the clock that a line for the shell takes. */
const clockOf = (line) => {
  const start = performance.now();
  spawnSync('bash', ['-c', line], { stdio: 'ignore' });
  return (performance.now() - start) / 1000;
};

const clock = (...args) => clockOf(`${[node, cnncalc, ...args].join(' ')} >/dev/null`);

// Each thread makes its own machine code first, so that short sweeps gain nothing; and two cores are not twice one, because the engine
// collects and compiles beside its one thread: two processes at once say how much there is to gain.
const LONG = ['sweep', small, '--over', 'width=1..50000', '--over', 'input=32,48', '--jsonl'];
const both = (...args) =>
  clockOf(`${[node, cnncalc, ...args].join(' ')} >/dev/null & ${[node, cnncalc, ...args].join(' ')} >/dev/null; wait`);
console.log('\ntwo threads                     times as many a second; more CPU time');
for (const { name, sweep } of [...SWEEPS, { name: 'a hundred thousand', sweep: LONG }]) {
  const rounds = Array.from({ length: ROUNDS }, () => clock(...sweep, '--jobs', '1') / clock(...sweep, '--jobs', '2'));
  const more = cpu(cnncalc, ...sweep, '--jobs', '2') / cpu(cnncalc, ...sweep, '--jobs', '1');
  console.log(`${name.padEnd(32)}${median(rounds).toFixed(2).padStart(5)}; ${more.toFixed(2)}`);
}

/** The most memory that a sweep of so many small networks takes, in MiB; the lines are made as they are read. */
const memory = (count, jobs) =>
  new Promise((resolve, reject) => {
    const peak = file(
      'peak.cjs',
      "process.on('exit', () => require('fs').writeSync(2, String(process.resourceUsage().maxRSS)));",
    );
    const child = spawn(node, ['-r', peak, cnncalc, 'sweep', '-', '-q', '--jobs', `${jobs}`], {
      stdio: ['pipe', 'pipe', 'pipe'],
    });
    let [answers, said, i] = [0, '', 0];
    child.stdout.on('data', (data) => {
      for (const byte of data) if (byte === 10) answers += 1;
    });
    child.stderr.on('data', (data) => (said += data));
    child.on('close', () =>
      answers === count ? resolve(Number(said) / 1024) : reject(new Error(`${answers} of ${count} answers: ${said}`)),
    );
    const write = () => {
      for (let goesOn = true; goesOn && i < count; ) {
        const some = Array.from({ length: Math.min(500, count - i) }, (_, j) => tiny(i + j));
        i += some.length;
        goesOn = child.stdin.write(some.join(''));
      }
      if (i < count) child.stdin.once('drain', write);
      else child.stdin.end();
    };
    write();
  });

const tiny = (i) =>
  `${JSON.stringify({ input: `${8 + (i % 50)}x8x3`, layers: [{ conv: 1 + (i % 1000), kernel: 3 }, 'gap', { fc: 1 + (i % 977) }] })}\n`;

const [single, together] = [clock(...LONG, '--jobs', '1'), both(...LONG, '--jobs', '1')];
console.log(`two processes at once${((2 * single) / together).toFixed(2).padStart(16)}`);

console.log('\nlines                              memory, one thread');
for (const count of MANY)
  console.log(`${String(count).padEnd(32)}${(await memory(count, 1)).toFixed(0).padStart(6)} MiB`);

// A class of sixty, each with an answer for every question of AlexNet; each question is answered wrongly by a third of them.
const { layers, totals } = JSON.parse(run('alexnet', '--json'));
const ASKED = {
  out: ({ outputShape }) => outputShape?.join('x'),
  params: ({ params }) => params?.total ?? params,
  macs: ({ macs }) => macs,
  rf: ({ receptiveField }) => receptiveField?.size[0],
};
const sheetOf = (student) => {
  let question = 0;
  return run('check', 'alexnet', '--template').replace(/^ {2}(\w+): \{(.*)\}$/gm, (_, name, asked) => {
    const layer = layers.find((one) => one.name === name) ?? totals;
    const answers = asked.split(', ').map((one) => {
      const [quantity] = one.split(':');
      question += 1;
      return `${quantity}: ${(question + student) % 3 === 0 ? 12345 + student : ASKED[quantity](layer)}`;
    });
    return `  ${name}: {${answers.join(', ')}}`;
  });
};
const sheets = Array.from({ length: 60 }, (_, i) => file(`student${i + 1}.yaml`, sheetOf(i)));
const { students } = JSON.parse(run('check', 'alexnet', ...sheets, '--json'));
if (students.length !== 60 || students.some(({ cells }) => cells.length !== 40))
  throw new Error('a sheet is not graded');
const floor = Array.from({ length: ROUNDS }, () => cpu('-e', '0'));
const graded = Array.from({ length: ROUNDS }, () => cpuOf(`'${node}' '${cnncalc}' check alexnet ${sheets.join(' ')}`));
const above = median(graded.map((seconds, i) => seconds - floor[i]));
console.log(`\n60 sheets: ${above.toFixed(2)} s of CPU over node -e 0  ${above < 1 ? 'below' : 'ABOVE'} 1`);

rmSync(folder, { recursive: true });
