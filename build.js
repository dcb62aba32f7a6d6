// Bundles src/ into dist/: the command line as one script, which commands are run from lazily and which is also kept as V8
// compiles it; and the library, which uses nothing of Node and runs in a browser too. Types are emitted by tsc.

import { readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import loading from './bin/load.js';
import { buildCore } from './src/kernels/assembly/build.js';

rmSync('dist', { recursive: true, force: true });

const common = {
  bundle: true,
  target: 'es2023',
  logLevel: 'warning',
  legalComments: 'eof',
  // The package's ES modules, of which only what is used is bundled; under Node it would give CommonJS, all of it.
  alias: { yaml: './node_modules/yaml/browser/index.js' },
};

await build({
  ...common,
  entryPoints: ['src/cli.ts'],
  outfile: 'dist/cli.cjs',
  platform: 'node',
  format: 'cjs',
  minifySyntax: true,
  minifyWhitespace: true,
});

await build({
  ...common,
  entryPoints: ['src/index.ts'],
  outfile: 'dist/index.js',
  platform: 'neutral',
  format: 'esm',
  mainFields: ['module', 'main'],
});

await buildCore('dist');

// What one run has compiled is what the next one needs: a table and a report are made for nobody, and the code is kept.
const nobody = { write() {}, isTTY: false };
const io = {
  stdout: nobody,
  stderr: nobody,
  env: {},
  stdinIsTTY: false,
  readFile: (path) => readFileSync(path),
  stat: (path) => statSync(path, { throwIfNoEntry: false }) && { size: statSync(path).size, isDirectory: false },
  list: () => [],
  specs: fileURLToPath(new URL('specs/', import.meta.url)),
};
const { cacheFile, compile } = loading;
const { script, exports } = compile();
for (const options of [[], ['--json']]) await exports.main(['alexnet', ...options], io);
writeFileSync(cacheFile, script.createCachedData());
