// Loads the bundled program: pieces in dist/cli/, each from V8's compiled form where one was kept for this very Node, else from its
// source. Compiling takes half of a short run. What was kept is looked over first, because V8 believes it as it is.

const { closeSync, openSync, readFileSync, readSync, renameSync, rmSync, writeFileSync } = require('node:fs');
const { join } = require('node:path');
const { Script } = require('node:vm');

const folder = join(__dirname, '..', 'dist', 'cli');

/** The compiled forms of the pieces for the running Node, one behind the other, and in front a table of them. */
const keptFile = join(folder, `${process.version}-${process.arch}.kept`);

/** Pieces of no more bytes are compiled each time, among them the one that loads the others and has no sum in its name. */
const SMALL = 2048;

/** Bytes that the table takes, each time: a table that does not fit is not written. */
const TABLE = 4096;

/**
 * Where the compiled form of each piece stands, by the name of its file, which has a sum of the source in it. Everything is kept twice:
 * where the two differ, one is damaged, and V8 would believe it. Comparing takes less than any sum.
 */
const openKept = () => {
  let file;
  try {
    file = openSync(keptFile, 'r');
    const table = readTwice(file, 0, TABLE);
    return { file, table: JSON.parse(table.toString('latin1')), isWhole: true };
  } catch {
    // There is none, or its table is none.
    if (file !== undefined) closeSync(file);
    return { table: {}, isWhole: false };
  }
};

const readTwice = (file, offset, length) => {
  const one = Buffer.allocUnsafeSlow(length);
  if (readSync(file, one, 0, length, offset) < length) return undefined;
  const other = Buffer.allocUnsafeSlow(Math.min(length, AT_ONCE));
  for (let done = 0; done < length; done += AT_ONCE) {
    const part = other.subarray(0, Math.min(length - done, AT_ONCE));
    if (readSync(file, part, 0, part.length, offset + length + done) < part.length) return undefined;
    if (one.compare(part, 0, part.length, done, done + part.length) !== 0) return undefined;
  }
  return one;
};

/** How much is compared at once: little enough to stay in a processor's cache. */
const AT_ONCE = 2 ** 17;

const keptForm = (kept, name) => {
  const entry = kept.table[name];
  if (!entry) return undefined;
  const form = readTwice(kept.file, entry.offset, entry.length);
  if (form === undefined) kept.isWhole = false;
  return form;
};

/**
 * What the program exports, and whether anything was kept for this Node. `hold` takes the compiled forms of the pieces that were loaded since it was last called, with what was
 * run of them so far; `keep` writes all that were taken.
 */
const load = () => {
  const kept = openKept();
  const scripts = new Map();
  const loaded = new Map();
  const forms = new Map();
  const piece = (name) => {
    const before = loaded.get(name);
    if (before) return before.exports;
    const filename = join(folder, name);
    // A function around it all, and ASCII throughout, as the build wrote it: an engine takes twice as long over letters of two bytes.
    const source = readFileSync(filename);
    const cachedData = keptForm(kept, name);
    const script = new Script(source.latin1Slice(), { filename, cachedData });
    if (source.length > SMALL) scripts.set(name, script);
    const module_ = { exports: {} };
    loaded.set(name, module_);
    const require_ = (id) => (id.startsWith('./') ? piece(id.slice(2)) : require(id));
    script.runInThisContext()(module_.exports, require_, module_, filename, folder);
    return module_.exports;
  };
  const { main, answerer } = piece('cli.cjs');
  return {
    main,
    answerer,
    isKept: () => kept.isWhole,
    hold() {
      for (const [name, script] of scripts) if (!forms.has(name)) forms.set(name, script.createCachedData());
    },
    keep: () => keep(forms),
  };
};

const keep = (forms) => {
  const table = {};
  let offset = 2 * TABLE;
  for (const [name, form] of forms) {
    table[name] = { offset, length: form.length };
    offset += 2 * form.length;
  }
  const written = JSON.stringify(table);
  if (written.length > TABLE) return;
  const parts = [Buffer.from(written.padEnd(TABLE), 'latin1'), ...forms.values()];
  // Others may read it at the same time: it is put in place as a whole.
  const partial = `${keptFile}.${process.pid}`;
  try {
    writeFileSync(partial, Buffer.concat(parts.flatMap((part) => [part, part])));
    renameSync(partial, keptFile);
  } catch (error) {
    rmSync(partial, { force: true });
    throw error;
  }
};

module.exports = { folder, load };
