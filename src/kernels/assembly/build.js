// Compiles the core to WebAssembly, once per build: the same source with another microkernel. Run by the package's build.

import { cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import asc from 'assemblyscript/asc';
import { instructions } from './instructions.js';
import { microkernel } from './microkernel.js';
import { sliding } from './sliding.js';
import { transforms } from './transforms.js';

const source = fileURLToPath(new URL('.', import.meta.url));

/**
 * `relaxed` and `revec` multiply and add in one operation; `revec` is shaped for V8's revectorizer (AVX2 from pairs). `debug` is
 * `simd` that looks at every instruction before it performs it: for the tests, not in the package.
 */
export const BUILDS = {
  simd: { rows: 2, narrowRows: 4, columns: 16, fma: false },
  relaxed: { rows: 2, narrowRows: 4, columns: 16, fma: true },
  revec: { rows: 6, narrowRows: 6, columns: 16, fma: true, joins: true },
  debug: { rows: 2, narrowRows: 4, columns: 16, fma: false, asserts: true },
};

/** Pages of 64 KiB that a core may have: 4 GiB, all that its pointers reach. */
const MOST_PAGES = 65536;

const compile = async (name, to) => {
  const folder = mkdtempSync(join(tmpdir(), 'core-'));
  const { fma, asserts } = BUILDS[name];
  try {
    cpSync(source, folder, { recursive: true });
    writeFileSync(join(folder, 'instructions.ts'), instructions);
    writeFileSync(join(folder, 'microkernel.ts'), microkernel(BUILDS[name]));
    writeFileSync(join(folder, 'sliding.ts'), sliding(BUILDS[name]));
    writeFileSync(join(folder, 'transforms.ts'), transforms(BUILDS[name]));
    const features = ['simd', 'threads', 'bulk-memory', ...(fma ? ['relaxed-simd'] : [])];
    const { error, stderr } = await asc.main([
      join(folder, 'index.ts'),
      '--outFile',
      join(to, `core-${name}.wasm`),
      '-O3',
      asserts ? '--debug' : '--noAssert',
      '--runtime',
      'stub',
      ...features.flatMap((feature) => ['--enable', feature]),
      '--importMemory',
      '--sharedMemory',
      '--initialMemory',
      '1',
      '--maximumMemory',
      String(MOST_PAGES),
    ]);
    if (error) throw new Error(`${name}: ${stderr.toString()}`);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
};

/** Writes a file per build into the folder: core-simd.wasm … */
export const buildCore = async (to) => {
  for (const name of Object.keys(BUILDS)) await compile(name, to);
};
