// The scripts of LiteRT.js are CommonJS in a package of ES modules, so that Node cannot load them: they are evaluated here.

const { readFileSync } = require('node:fs');
const { createRequire } = require('node:module');
const { dirname, join } = require('node:path');

const folder = join(dirname(require.resolve('@litertjs/core')), '../wasm');

/** What its threads are started from: the script itself would be an ES module to them. */
const thread = join(__dirname, 'litert-thread.cjs');

const NAVIGATOR = { userAgent: 'Node.js' };

/** Returns what the script exports, a function that makes the runtime. `navigator` is a browser's, which Node 20 has not. */
const evaluate = (path, navigator = NAVIGATOR) => {
  const module = { exports: {} };
  const given = { exports: module.exports, module, require: createRequire(path), navigator };
  const places = { __filename: thread, __dirname: dirname(path) };
  const all = { ...given, ...places };
  new Function(...Object.keys(all), readFileSync(path, 'utf8'))(...Object.values(all));
  return module.exports;
};

module.exports = { evaluate, folder, NAVIGATOR, THREADED: join(folder, 'litert_wasm_threaded_internal.js') };
