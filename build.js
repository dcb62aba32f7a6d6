// Bundles src/ into dist/: one entry for the command line, split so that a command loads only what it needs, and one for
// the library, which uses nothing of Node and runs in a browser too. Types are emitted by tsc.

import { rmSync } from 'node:fs';
import { build } from 'esbuild';

rmSync('dist', { recursive: true, force: true });

const common = {
  bundle: true,
  format: 'esm',
  target: 'es2023',
  outdir: 'dist',
  logLevel: 'warning',
  legalComments: 'eof',
  // The package's ES modules, of which only what is used is bundled; under Node it would give CommonJS, all of it.
  alias: { yaml: './node_modules/yaml/browser/index.js' },
};

await build({
  ...common,
  entryPoints: ['src/cli.ts'],
  platform: 'node',
  splitting: true,
  minifySyntax: true,
  minifyWhitespace: true,
  // commander is CommonJS and requires Node's own modules.
  banner: {
    js: "import { createRequire as nodeRequire } from 'node:module'; const require = nodeRequire(import.meta.url);",
  },
});

await build({ ...common, entryPoints: ['src/index.ts'], platform: 'neutral', mainFields: ['module', 'main'] });
