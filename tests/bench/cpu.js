// CPU time of whole commands: user and system, which a busy machine changes little.

import { spawnSync } from 'node:child_process';

export const node = process.env.NODE ?? process.execPath;

/** Seconds that the shell says its children took. */
export const cpu = (...args) => cpuOf([node, ...args].map((word) => `'${word.replaceAll("'", "'\\''")}'`).join(' '));

/** The same of a line for the shell. What it prints is thrown away. */
export const cpuOf = (command) => {
  const { stdout } = spawnSync('bash', ['-c', `{ ${command}; } >/dev/null 2>&1; times`], { encoding: 'utf8' });
  const [, children = ''] = stdout.trim().split('\n');
  return [...children.matchAll(/(\d+)m([\d.]+)s/g)].reduce((all, [, m, s]) => all + 60 * Number(m) + Number(s), 0);
};
