// Who may import whom: the rule of docs/architecture.md, kept over every import in src/.

import { readdirSync, readFileSync } from 'node:fs';
import { expect, it } from 'vitest';

const src = new URL('../src/', import.meta.url);

/** Folder or file directly below src/ -> what it may import from other folders; `types of X` allows `import type` only. */
const MAY: Readonly<Record<string, readonly string[]>> = {
  core: [],
  layers: ['core'],
  lang: ['core'],
  analysis: ['core'],
  explain: ['core', 'analysis'],
  solve: ['core', 'analysis', 'lang', 'explain'],
  homework: ['core', 'analysis', 'lang'],
  files: ['core'],
  import: ['core', 'files'],
  export: ['core', 'analysis', 'files', 'run', 'version.ts'],
  kernels: ['core'],
  run: ['core', 'analysis', 'files'],
  sweep: ['core', 'analysis', 'lang'],
  report: ['core', 'analysis', 'explain', 'solve', 'homework', 'run', 'sweep'],
  schema: ['core', 'lang', 'homework'],
  page: ['core', 'layers', 'lang', 'analysis', 'explain', 'report', 'version.ts'],
  commands: [
    'core',
    'layers',
    'lang',
    'analysis',
    'explain',
    'solve',
    'homework',
    'files',
    'import',
    'export',
    'run',
    'kernels',
    'report',
    'schema',
    'page',
    'sweep',
    'io.ts',
    'version.ts',
  ],
  'cli.ts': ['core', 'commands', 'sweep', 'io.ts', 'version.ts'],
  'index.ts': [
    'core',
    'layers',
    'lang',
    'analysis',
    'explain',
    'solve',
    'homework',
    'files',
    'run',
    'kernels',
    'report',
    'version.ts',
  ],
  'io.ts': [],
  'version.ts': [],
};

/** Packages, and the only places that know them. */
const PACKAGES: Readonly<Record<string, RegExp>> = {
  yaml: /^lang\/yaml\.ts$/,
  'fastest-levenshtein': /^core\/suggest\.ts$/,
  diff: /^analysis\/compare\.ts$/,
  pbf: /^(import\/onnx\/model|export\/onnx\/proto)\.ts$/,
  'fast-png': /^files\/png\.ts$/,
  'jpeg-js': /^files\/jpeg\.ts$/,
  fflate: /^files\/zip\.ts$/,
  commander: /^(cli|commands\/\w+)\.ts$/,
  picomatch: /^lang\/match\.ts$/,
  chalk: /^commands\/output\.ts$/,
  'cli-table3': /^report\/formats\//,
  'string-width': /^report\//,
  '@codemirror/autocomplete': /^page\/app\//,
  '@codemirror/commands': /^page\/app\//,
  '@codemirror/language': /^page\/app\//,
  '@codemirror/state': /^page\/app\//,
  '@codemirror/view': /^page\/app\//,
  '@lezer/highlight': /^page\/app\//,
  morphdom: /^page\/app\/screen\.ts$/,
  '@dagrejs/dagre': /^report\/drawing\/layers\.ts$/,
};

const files = readdirSync(src, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.ts'));

it.each(files)('%s', (file) => {
  const home = file.split('/')[0] ?? file;
  const text = readFileSync(new URL(file, src), 'utf8');
  for (const [, from = ''] of text.matchAll(/(?:^(?:import|export)\s[^'"]*?from |import\()'([^']+)'/gm)) {
    if (!from.startsWith('.')) {
      expect(PACKAGES[from], `${from} is no package of the project`).toBeDefined();
      expect(file, `imports ${from}`).toMatch(PACKAGES[from] ?? '');
      continue;
    }
    const target =
      new URL(from.replace(/\.js$/, '.ts'), new URL(file, src)).pathname.slice(src.pathname.length).split('/')[0] ?? '';
    if (target !== home && !from.endsWith('package.json'))
      expect(MAY[home], `${file} imports ${from}`).toContain(target);
  }
});

it('only layers/ compares kinds by name', () => {
  for (const file of files.filter((name) => !name.startsWith('layers/'))) {
    expect(readFileSync(new URL(file, src), 'utf8'), file).not.toMatch(/kind\.name\s*[!=]==\s*'/);
  }
});

it('no files import each other in a circle, types counted', () => {
  const reads = new Map(
    files.map((file) => {
      const text = readFileSync(new URL(file, src), 'utf8');
      const targets = [...text.matchAll(/(?:^(?:import|export)\s[^'"]*?from |import\()'(\.[^']+)'/gm)].map(
        ([, from = '']) =>
          new URL(from.replace(/\.js$/, '.ts'), new URL(file, src)).pathname.slice(src.pathname.length),
      );
      return [file, targets] as const;
    }),
  );
  const done = new Set<string>();
  const follow = (file: string, path: readonly string[]): void => {
    expect(path, 'a circle').not.toContain(file);
    if (done.has(file)) return;
    for (const next of reads.get(file) ?? []) follow(next, [...path, file]);
    done.add(file);
  };
  for (const file of files) follow(file, []);
});
