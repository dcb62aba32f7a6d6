// Bundles src/ into dist/: the command line in pieces, of which a run reads those that it needs, together with what V8 made of
// them; the library, which uses nothing of Node and runs in a browser too; and what every page has in it. Types are emitted by tsc.

import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import module from 'node:module';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { compress } from 'lzma1';
import { rolldown } from 'rolldown';
import keeping from './bin/keep.js';
import { buildCore } from './src/kernels/assembly/build.js';

const here = (path) => fileURLToPath(new URL(path, import.meta.url));

const resolve = {
  alias: {
    // The package's ES modules, of which only what is used is bundled; under Node it would give CommonJS, all of it.
    yaml: here('node_modules/yaml/browser/index.js'),
    // Without the threads that it would start under Node.
    fflate: here('node_modules/fflate/esm/browser.js'),
    // What a terminal can do is asked where it is known (commands/output.ts), not guessed while the program loads.
    '#supports-color': here('node_modules/chalk/source/vendor/supports-color/browser.js'),
  },
  mainFields: ['module', 'main'],
};

/** Commander would start programs of other files, of which there are none: what that takes is not loaded. */
const noPrograms = {
  name: 'no-programs',
  resolveId: (id) => (id === 'node:child_process' ? id : null),
  load: (id) => (id === 'node:child_process' ? 'export default {};' : null),
};
const minify = { compress: true, mangle: false, codegen: { removeWhitespace: true } };

/** What prints the table and the report of a network: it is in one piece with whatever that imports, to be read at once. */
const MAIN = [
  'commands/program.ts',
  'commands/summary.ts',
  'report/pages/summary.ts',
  'report/json/report.ts',
  'report/formats/terminal.ts',
];

const bundle = async (input, output) => {
  const bundled = await rolldown({
    input,
    platform: output.format === 'cjs' ? 'node' : 'neutral',
    resolve,
    plugins: [noPrograms],
    // Of what stands in the first piece anyway, an import that waits is an import all the same.
    checks: { ineffectiveDynamicImport: false },
  });
  const { output: pieces } = await bundled.write({
    comments: { legal: true, annotation: false, jsdoc: false },
    minify,
    ...output,
  });
  await bundled.close();
  return pieces;
};

/** What no page does: it is left out of it. */
const NOT_IN_PAGES = [
  { of: /yaml\/browser\/dist\/stringify\//, exports: /^export \{ (.*) \};$/gm, what: 'no YAML is written here' },
  {
    of: /report\/formats\/(?:latex-)?scatter\.ts$/,
    exports: /^export const (\w+)/gm,
    what: 'no sweep is plotted here',
  },
];

const withoutThese = {
  name: 'without-these',
  load: (id) => {
    const found = NOT_IN_PAGES.find(({ of }) => of.test(id));
    if (!found) return null;
    return [...readFileSync(id, 'utf8').matchAll(found.exports)]
      .flatMap(([, names = '']) => names.split(', '))
      .map((name) => `export const ${name} = () => { throw new Error('${found.what}'); };`)
      .join('\n');
  },
};

/** A file with all that it imports, as a script of a page. */
const script = async (file) => {
  const bundled = await rolldown({ input: here(file), platform: 'browser', resolve, plugins: [withoutThese] });
  const { output } = await bundled.generate({ format: 'iife', codeSplitting: false, minify: true, comments: false });
  return output[0].code;
};

/** What a page has in it whatever it shows; see src/page/document.ts. The library that packs makes the same bytes on every Node. */
const buildPage = async (folder) => {
  const { pack, styleOf } = await imported(`
export { styleOf } from ${JSON.stringify(here('src/page/style.ts'))};
export { pack } from ${JSON.stringify(here('src/page/packing.ts'))};`);
  const rules = readdirSync('src/page')
    .filter((name) => name.endsWith('.css'))
    .map((name) => readFileSync(`src/page/${name}`, 'utf8'));
  const style = styleOf(rules.join('\n'))
    .replace(/\/\*.*?\*\//gs, '')
    .replace(/\s+/g, ' ')
    .replace(/ ?([{};,]) ?/g, '$1')
    .replace(/: /g, ':')
    .replace(/;}/g, '}');
  const [loader, program] = [await script('src/page/app/loader.ts'), await script('src/page/app/app.ts')];
  const hashes = [loader, program].map((code) => `sha256-${createHash('sha256').update(code).digest('base64')}`);
  const packed = pack(compress(new TextEncoder().encode(program), 9));
  writeFileSync(`${folder}/page.json`, JSON.stringify({ style, loader, program: packed, hashes }));
};

/** What a module that stands in no file exports. */
const imported = async (code) => {
  const plugins = [
    { name: 'code', resolveId: (id) => (id === 'code' ? id : null), load: (id) => (id === 'code' ? code : null) },
  ];
  const bundled = await rolldown({ input: 'code', platform: 'neutral', resolve, plugins });
  const { output } = await bundled.generate({ format: 'es', codeSplitting: false });
  return import(`data:text/javascript,${encodeURIComponent(output[0].code)}`);
};

/** The modules that are read with those of {@link MAIN}. */
const statically = async () => {
  const bundled = await rolldown({
    input: MAIN.map((file) => here(`src/${file}`)),
    platform: 'node',
    resolve,
    // What is imported only when it is wanted is not followed.
    plugins: [{ name: 'static', resolveDynamicImport: (id) => ({ id: String(id), external: true }) }],
  });
  const { output } = await bundled.generate({ format: 'cjs' });
  return new Set(output.flatMap(({ moduleIds = [] }) => moduleIds));
};

/** The newest change below a path. */
const newest = (path) =>
  statSync(path).isDirectory()
    ? Math.max(...readdirSync(path).map((name) => newest(join(path, name))))
    : statSync(path).mtimeMs;

// An install builds once, not again where nothing changed since.
if (process.argv.includes('--is-new')) {
  const built = statSync('dist/types/src/index.d.ts', { throwIfNoEntry: false })?.mtimeMs ?? 0;
  process.exit(['src', 'bin', 'specs', 'package.json', 'build.js'].every((path) => newest(path) < built) ? 0 : 1);
}

rmSync('dist', { recursive: true, force: true });
const main = await statically();
await bundle(
  { cli: here('src/cli.ts') },
  {
    dir: 'dist/cli',
    format: 'cjs',
    entryFileNames: '[name].cjs',
    chunkFileNames: '[name]-[hash].cjs',
    codeSplitting: {
      groups: [
        { name: 'version', test: /src\/version|package\.json/, priority: 2 },
        { name: 'main', test: (id) => main.has(id), priority: 1 },
      ],
    },
  },
);
await bundle(here('src/index.ts'), { file: 'dist/index.js', format: 'es', codeSplitting: false, minify: false });
await buildCore('dist');
await buildPage('dist');

// The bundled specs as values: reading their YAML takes longer than all that follows.
const { keep, readYaml } = await imported(`
export { keep } from ${JSON.stringify(here('src/lang/kept.ts'))};
export { readYaml } from ${JSON.stringify(here('src/lang/yaml.ts'))};`);
mkdirSync('dist/specs');
for (const file of readdirSync('specs').filter((name) => name.endsWith('.yaml'))) {
  const text = readFileSync(`specs/${file}`, 'utf8');
  writeFileSync(`dist/specs/${file}.json`, keep(text, readYaml(text)));
}

// The variants of each bundled file: all that is asked of a name.
const index = JSON.parse(readFileSync('specs/index.json', 'utf8'));
const variants = Object.fromEntries(Object.values(index).map(({ file }) => [file, []]));
for (const { file, variant } of Object.values(index)) if (variant !== undefined) variants[file].push(variant);
writeFileSync('dist/specs/names.json', JSON.stringify(variants));

/** Exports as values instead of functions that ask for them: they stand at the end of a piece, and none changes afterwards. */
const asValues = (code) =>
  code.replace(
    /Object\.defineProperty\(exports,"([\w$]+)",\{enumerable:!0,get:function\(\)\{return ([\w$]+)\}\}\)/g,
    'exports.$1=$2',
  );

/** Letters beyond ASCII stand in strings and expressions only, where an escape means the same. */
const asAscii = (code) => code.replace(/[^\0-\x7f]/g, (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`);

// As bin/load.js runs them: a function around each piece, as Node has it around a module.
for (const file of readdirSync('dist/cli')) {
  const code = readFileSync(`dist/cli/${file}`, 'utf8');
  writeFileSync(`dist/cli/${file}`, module.wrap(asAscii(asValues(code))));
}

// What one run has compiled is what the next one needs: results are made for nobody, and the code is kept.
await keeping.keep();
