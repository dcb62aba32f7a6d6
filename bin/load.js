// Loads the bundled program: pieces in dist/cli/, each from V8's compiled form where one was kept for this very Node, else from its
// source. Compiling takes half of a short run. What was kept is looked over first, because V8 believes it as it is.

const { closeSync, openSync, readFileSync, readSync, renameSync, writeFileSync } = require('node:fs');
const { createRequire, wrap } = require('node:module');
const { join } = require('node:path');
const { Script } = require('node:vm');
const { crc32 } = require('node:zlib');

const folder = join(__dirname, '..', 'dist', 'cli');

/** The compiled forms of the pieces for the running Node, one behind the other, and in front a table of them. */
const keptFile = join(folder, `${process.version}-${process.arch}.kept`);

/** Bytes that the table takes: a table that does not fit is not written. */
const TABLE = 8192;

/** Where the compiled form of each piece stands, by the piece's name, and the sums of the form and of its source. */
const openKept = () => {
  let file;
  try {
    file = openSync(keptFile, 'r');
    const table = Buffer.alloc(TABLE);
    readSync(file, table, 0, TABLE, 0);
    return { file, table: JSON.parse(table.toString('latin1')) };
  } catch {
    // There is none, or it is no table.
    if (file !== undefined) closeSync(file);
    return { table: {} };
  }
};

const keptForm = ({ file, table }, name, source) => {
  const entry = table[name];
  if (!entry || entry.source !== crc32(source)) return undefined;
  const form = Buffer.alloc(entry.length);
  readSync(file, form, 0, entry.length, entry.offset);
  return crc32(form) === entry.form ? form : undefined;
};

/** What the program exports; `keep` writes the compiled forms of all pieces that were loaded so far. */
const load = () => {
  const kept = openKept();
  const scripts = new Map();
  const loaded = new Map();
  const system = createRequire(__filename);
  const piece = (name) => {
    const before = loaded.get(name);
    if (before) return before.exports;
    const filename = join(folder, name);
    const source = readFileSync(filename);
    const script = new Script(wrap(source.toString('utf8')), { filename, cachedData: keptForm(kept, name, source) });
    scripts.set(name, { script, source });
    const module_ = { exports: {} };
    loaded.set(name, module_);
    script.runInThisContext()(
      module_.exports,
      (id) => (id.startsWith('./') ? piece(id.slice(2)) : system(id)),
      module_,
      filename,
      folder,
    );
    return module_.exports;
  };
  const { main } = piece('cli.cjs');
  return { main, isKept: kept.file !== undefined, keep: () => keep(scripts) };
};

const keep = (scripts) => {
  const table = {};
  const forms = [];
  let offset = TABLE;
  for (const [name, { script, source }] of scripts) {
    const form = script.createCachedData();
    table[name] = { offset, length: form.length, form: crc32(form), source: crc32(source) };
    forms.push(form);
    offset += form.length;
  }
  const written = JSON.stringify(table);
  if (written.length > TABLE) return;
  // Others may read it at the same time: it is put in place as a whole.
  const partial = `${keptFile}.${process.pid}`;
  writeFileSync(partial, Buffer.concat([Buffer.from(written.padEnd(TABLE), 'latin1'), ...forms]));
  renameSync(partial, keptFile);
};

module.exports = { load };
