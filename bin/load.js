// Loads the bundled program from V8's compiled form, where the build left one for this very Node; else from its source.
// Compiling takes half of a short run. Node 22 and later keep compiled code by themselves.

const { readFileSync } = require('node:fs');
const module_ = require('node:module');
const { join } = require('node:path');
const vm = require('node:vm');

const file = join(__dirname, '..', 'dist', 'cli.cjs');

/** Where the compiled form of the program stands for the running Node. */
const cacheFile = join(__dirname, '..', 'dist', `cli-${process.version}-${process.arch}.cache`);

/** The program's script and what it exports; `cachedData` is ignored where it is of another Node. */
const compile = (cachedData) => {
  const script = new vm.Script(module_.wrap(readFileSync(file, 'utf8')), { filename: file, cachedData });
  const loaded = { exports: {} };
  script.runInThisContext()(loaded.exports, module_.createRequire(file), loaded, file, join(file, '..'));
  return { script, exports: loaded.exports };
};

const load = () => {
  let cachedData;
  try {
    cachedData = readFileSync(cacheFile);
  } catch {
    module_.enableCompileCache?.();
    return require(file);
  }
  return compile(cachedData).exports;
};

module.exports = { cacheFile, compile, load };
