// Loads the bundled program: pieces in dist/cli/, each from V8's compiled form where one was kept for this very Node, else from its
// source. Compiling takes half of a short run. What was kept is looked over first, because V8 believes it as it is.

const { closeSync, openSync, readFileSync, readSync, renameSync, rmSync, writeFileSync } = require('node:fs');
const { createRequire, wrap } = require('node:module');
const { join } = require('node:path');
const { Script } = require('node:vm');

const folder = join(__dirname, '..', 'dist', 'cli');

/** The compiled forms of the pieces for the running Node, one behind the other, and in front a table of them. */
const keptFile = join(folder, `${process.version}-${process.arch}.kept`);

/** Pieces of no more bytes are compiled each time, among them the one that loads the others and has no sum in its name. */
const SMALL = 2048;

/** Bytes that the table takes, the sum of the rest of it in front. */
const TABLE = 8192;
const SUM = 8;

/** Where the compiled form of each piece stands, by the name of its file, and a sum of the form together with its source. */
const openKept = () => {
  let file;
  try {
    file = openSync(keptFile, 'r');
    const table = Buffer.alloc(TABLE);
    readSync(file, table, 0, TABLE, 0);
    if (hex(sumOf(table.subarray(SUM))) !== table.latin1Slice(0, SUM)) throw new RangeError('it is no table');
    return { file, table: JSON.parse(table.latin1Slice(SUM)), isWhole: true };
  } catch {
    // There is none, or it is no table.
    if (file !== undefined) closeSync(file);
    return { table: {}, isWhole: false };
  }
};

const keptForm = (kept, name, source) => {
  const entry = kept.table[name];
  if (!entry) return undefined;
  const form = Buffer.alloc(entry.length);
  readSync(kept.file, form, 0, entry.length, entry.offset);
  // V8 knows a source by its length alone.
  if (sumOf(form, sumOf(source)) === entry.sum) return form;
  kept.isWhole = false;
  return undefined;
};

/** Loaded for what is kept only: streams come with it. */
const sumOf = (bytes, before) => require('node:zlib').crc32(bytes, before);

const hex = (sum) => sum.toString(16).padStart(SUM, '0');

/**
 * What the program exports, and whether anything was kept for this Node. `hold` takes the compiled forms of the pieces that were loaded since it was last called, with what was
 * run of them so far; `keep` writes all that were taken.
 */
const load = () => {
  const kept = openKept();
  const scripts = new Map();
  const loaded = new Map();
  const forms = new Map();
  const system = createRequire(__filename);
  const piece = (name) => {
    const before = loaded.get(name);
    if (before) return before.exports;
    const filename = join(folder, name);
    // ASCII throughout, as the build wrote it: an engine takes twice as long over letters of two bytes.
    const source = readFileSync(filename);
    const cachedData = keptForm(kept, name, source);
    const script = new Script(wrap(source.latin1Slice()), { filename, cachedData });
    if (source.length > SMALL) scripts.set(name, { script, source });
    const module_ = { exports: {} };
    loaded.set(name, module_);
    const require_ = (id) => (id.startsWith('./') ? piece(id.slice(2)) : system(id));
    script.runInThisContext()(module_.exports, require_, module_, filename, folder);
    return module_.exports;
  };
  const { main } = piece('cli.cjs');
  return {
    main,
    isKept: () => kept.isWhole,
    hold() {
      for (const [name, { script, source }] of scripts)
        if (!forms.has(name)) forms.set(name, { form: script.createCachedData(), source });
    },
    keep: () => keep(forms),
  };
};

const keep = (forms) => {
  const table = {};
  let offset = TABLE;
  for (const [name, { form, source }] of forms) {
    table[name] = { offset, length: form.length, sum: sumOf(form, sumOf(source)) };
    offset += form.length;
  }
  const written = Buffer.from(JSON.stringify(table).padEnd(TABLE - SUM), 'latin1');
  if (written.length > TABLE - SUM) throw new RangeError('the table of what is kept is too long');
  const all = [Buffer.from(hex(sumOf(written))), written, ...[...forms.values()].map(({ form }) => form)];
  // Others may read it at the same time: it is put in place as a whole.
  const partial = `${keptFile}.${process.pid}`;
  try {
    writeFileSync(partial, Buffer.concat(all));
    renameSync(partial, keptFile);
  } catch (error) {
    rmSync(partial, { force: true });
    throw error;
  }
};

module.exports = { folder, load };
