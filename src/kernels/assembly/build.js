// Compiles the core to WebAssembly, once per build: the same source with another microkernel. Run by the package's build.

import { cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import asc from 'assemblyscript/asc';
import instructions from '../instructions.json' with { type: 'json' };
import { microkernel } from './microkernel.js';

const source = fileURLToPath(new URL('.', import.meta.url));

/** `relaxed` and `revec` multiply and add in one operation; `revec` is shaped for V8's revectorizer (AVX2 from pairs). */
export const BUILDS = {
  simd: { rows: 4, columns: 8, fma: false },
  relaxed: { rows: 4, columns: 8, fma: true },
  revec: { rows: 6, columns: 16, fma: true },
};

/** Fields of 4 bytes one behind the other, as classes without headers, and their kinds by number. */
const classes = () => {
  const names = Object.keys(instructions);
  const structs = names.map(
    (name) =>
      `@unmanaged export class ${name[0].toUpperCase()}${name.slice(1)} {\n${Object.entries(instructions[name])
        .map(([field, type]) => `  ${field}: ${type};`)
        .join('\n')}\n}`,
  );
  return `// Written by build.js from instructions.json.\n\nexport const enum Kind { ${names.join(', ')} }\n\n${structs.join('\n\n')}\n`;
};

/** Pages of 64 KiB that a core may have: 4 GiB, all that its pointers reach. */
const MOST_PAGES = 65536;

const compile = async (name, to) => {
  const folder = mkdtempSync(join(tmpdir(), 'core-'));
  try {
    cpSync(source, folder, { recursive: true });
    writeFileSync(join(folder, 'instructions.ts'), classes());
    writeFileSync(join(folder, 'microkernel.ts'), microkernel(BUILDS[name]));
    const features = ['simd', 'threads', 'bulk-memory', ...(BUILDS[name].fma ? ['relaxed-simd'] : [])];
    const { error, stderr } = await asc.main([
      join(folder, 'index.ts'),
      '--outFile',
      join(to, `core-${name}.wasm`),
      '-O3',
      '--noAssert',
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

/** Writes core-simd.wasm, core-relaxed.wasm and core-revec.wasm into the folder. */
export const buildCore = async (to) => {
  for (const name of Object.keys(BUILDS)) await compile(name, to);
};
