// Keeps what V8 made of the program, for the running Node: runs what people ask most, for nobody to see, and writes the compiled
// code beside the pieces. The build does it for its own Node, and the first run of another Node for that.

const { accessSync, constants, readFileSync, statSync } = require('node:fs');
const { join } = require('node:path');
const { folder, load } = require('./load.js');

/** What people ask most; then what takes pieces of its own, so that those are kept too. */
const WARM = [
  ['alexnet', 'resnet50 --json', 'zoo'],
  [
    'alexnet --color always',
    'explain alexnet conv1',
    'equiv 3x3+3x3+3x3 7x7',
    'rf alexnet conv3',
    'compare vgg16 vgg19',
    'lint alexnet',
    'norms',
    'sweep alexnet --jsonl',
  ],
];

const root = join(__dirname, '..');
const nobody = { write() {}, isTTY: false };
const io = {
  stdout: nobody,
  stderr: nobody,
  env: {},
  stdinIsTTY: false,
  readFile: (path) => readFileSync(path),
  stat: (path) => statSync(path, { throwIfNoEntry: false }) && { size: statSync(path).size, isDirectory: false },
  list: () => [],
  now: () => performance.now(),
  onInterrupt: () => () => {},
  breathe: async () => {},
  specs: join(root, 'specs/'),
  keptSpec: (file) => readFileSync(join(root, 'dist/specs', `${file}.json`), 'utf8'),
};

const keep = async () => {
  const program = load();
  for (const lines of WARM) {
    for (const line of lines) await program.main(line.split(' '), io);
    program.hold();
  }
  program.keep();
};

/** Where the folder is somebody else's, nothing is kept; whatever else goes wrong, the next run will see. */
const keepIfPossible = async () => {
  try {
    accessSync(folder, constants.W_OK);
    await keep();
  } catch {
    // The program has done what it was asked for.
  }
};

module.exports = { keep, keepIfPossible };
