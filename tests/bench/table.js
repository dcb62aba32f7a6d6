// The results as Markdown, with what they were measured on. No measuring.

import { readFileSync } from 'node:fs';
import { cpus, loadavg } from 'node:os';
import { CONTENDERS } from './contenders.js';

const installed = (name) =>
  JSON.parse(readFileSync(new URL(`node_modules/${name}/package.json`, import.meta.url), 'utf8')).version;

/** What the numbers hold for. */
export const circumstances = (names, { rounds, coldRounds, precision, core }) => ({
  date: new Date().toISOString().slice(0, 10),
  node: process.versions.node,
  v8: process.versions.v8,
  cpu: cpus()[0].model,
  cores: cpus().length,
  load: loadavg()[0],
  versions: Object.fromEntries(
    names.flatMap((name) => (CONTENDERS[name].packages ?? []).map((each) => [each, installed(each)])),
  ),
  rounds,
  coldRounds,
  precision,
  core,
});

const milliseconds = (ms) => (ms < 10 ? ms.toFixed(2) : ms < 100 ? ms.toFixed(1) : ms.toFixed(0));

const cell = (result, isFirst) => {
  if (!result) return '';
  const ms = milliseconds(result.ms);
  return isFirst ? ms : `${ms} (${result.ratio.toFixed(2)})`;
};

/** One row per network: milliseconds, and in brackets how many times as long as the first contender. */
const table = (names, measured, of) => [
  `| network | ${names.join(' | ')} |`,
  `| --- |${' ---: |'.repeat(names.length)}`,
  ...measured.map(({ network, results }) => {
    const cells = names.map((name, i) => cell(results.find(({ contender }) => contender === name)?.[of], i === 0));
    return `| ${network} | ${cells.join(' | ')} |`;
  }),
];

const section = (names, measured, threads, of) => {
  const here = measured.filter((m) => m.threads === threads && m.results.every((result) => result[of]));
  if (here.length === 0) return [];
  const running = names.filter((name) => here.some(({ results }) => results.some((r) => r.contender === name)));
  const title = `${of === 'warm' ? 'Warm' : 'Cold'}, ${threads} thread${threads === 1 ? '' : 's'}`;
  return [`**${title}** (ms)`, '', ...table(running, here, of), ''];
};

const settings = (measured) => {
  const abouts = measured.flatMap(({ results }) => results.flatMap(({ about }) => (about ? [about] : [])));
  return [...new Set(abouts)].map((about) => `cnncalc: ${about}.`);
};

/** `measured`: one entry per network and number of threads. */
export const markdown = ({ on, names, measured }) => {
  const threads = [...new Set(measured.map((m) => m.threads))];
  const worst = Math.max(...measured.flatMap(({ results }) => results.map(({ error }) => error)));
  const versions = Object.entries(on.versions).map(([name, version]) => `${name} ${version}`);
  return [
    `Node ${on.node} (V8 ${on.v8}), ${on.cpu}, ${on.cores} cores (load before it ${on.load.toFixed(1)}), ${on.date}. ${versions.join(', ')}.`,
    ...settings(measured),
    `Medians of ${on.rounds} rounds; in brackets the median, round by round, of the time divided by ${names[0]}'s.`,
    `Outputs agree within ${worst.toExponential(1)} of the largest.`,
    '',
    ...threads.flatMap((n) => section(names, measured, n, 'warm')),
    ...threads.flatMap((n) => section(names, measured, n, 'cold')),
  ]
    .join('\n')
    .trimEnd()
    .concat('\n');
};

/** Puts a table between `<!-- core: nodeNN -->` and `<!-- end -->` of a page; a page without the marks is not touched. */
export const replaceTable = (page, node, text) => {
  const opening = `<!-- core: node${node.split('.')[0]} -->`;
  const [before, rest] = page.split(opening);
  const end = rest?.indexOf('<!-- end -->') ?? -1;
  if (end < 0) throw new Error(`the page has no ${opening} … <!-- end -->`);
  return `${before}${opening}\n\n${text}\n${rest.slice(end)}`;
};
