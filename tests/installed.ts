// What a newcomer's shell has: programs of the machine, and `cnncalc` on its PATH. CNNCALC names another one than this checkout's.

import { execFileSync } from 'node:child_process';
import { chmodSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const bin = fileURLToPath(new URL('../bin/cnncalc.js', import.meta.url));

export const has = (program: string, path = process.env['PATH']): boolean => {
  try {
    execFileSync('bash', ['-c', `command -v ${program}`], { stdio: 'ignore', env: { PATH: path } });
    return true;
  } catch {
    return false;
  }
};

/** Writes the command `cnncalc` into a folder. */
export const putCnncalc = (folder: string): void => {
  const program = join(folder, 'cnncalc');
  writeFileSync(program, `#!/bin/sh\nexec ${process.env['CNNCALC'] ?? `'${process.execPath}' '${bin}'`} "$@"\n`);
  chmodSync(program, 0o755);
};
