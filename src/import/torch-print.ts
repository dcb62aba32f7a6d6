// A network as PyTorch prints it, read where its modules follow one another and their sizes fit: what forward() does is not in such a text.
// What each module is here stands in torch-modules.ts.

import type { Plain } from '../core/args.js';
import type { Place } from '../core/diagnostic.js';
import type { Findings } from '../core/findings.js';
import type { Growing, GrowingInput, Grown } from '../core/growing.js';
import { formatShape, product, type Shape } from '../core/shape.js';
import type { Importer } from './format.js';
import { type Arguments, LEAVES, type Leaf } from './torch-modules.js';

/** A class that holds others. */
interface Container {
  readonly type: string;
  readonly path: string;
  /** Its children follow one another: nothing else can be in a Sequential. */
  readonly sequential: boolean;
}

interface Module {
  readonly type: string;
  readonly path: string;
  readonly leaf: Leaf;
  readonly args: Arguments;
  readonly within: readonly Container[];
  readonly at: Place;
}

const EXPORT = 'export it as ONNX, which has all of it: torch.onnx.export(model, example, "model.onnx")';

/** Deeper, and more of them, nobody prints. */
const MOST_DEPTH = 64;
const MOST_MODULES = 20_000;

/** What ends the reading. */
class Wrong extends Error {
  constructor(
    message: string,
    readonly at: Place | undefined,
    readonly code: 'import/file' | 'import/unsupported' = 'import/unsupported',
  ) {
    super(message);
  }
}

export const readTorchPrint: Importer = (file, network, findings) => {
  try {
    return grow(file.text() ?? '', file.name, network, findings);
  } catch (error) {
    if (!(error instanceof Wrong)) throw error;
    return findings.error(error.code, error.message, error.at, EXPORT);
  }
};

/** Modules of PyTorch, torchvision and timm that call their parts in order and do nothing else. */
const isSequential = (type: string): boolean =>
  /^(?:Sequential|\w*NormActivation|ConvBNReLU|ConvBNActivation|ConvNormAct)$/.test(type);

/** Those that add, join or gate, as their names say. */
const BRANCHES =
  /res(?:idual|block|unit|bottleneck)|basicblock|bottleneck|mbconv|squeezeexc|^se(?:layer|block|module)?$|^inception|dense(?:layer|block)|^_?fire|attention|transformer|encoderblock|cnblock|mixer/i;

/** A line of the text, and what stands within it. */
interface Printed {
  readonly type: string;
  /** Several where it stands for as many copies. */
  readonly names: readonly string[];
  readonly args: string;
  readonly children: Printed[];
  readonly at: Place;
}

const LINE = /^\s*(?:\(([^()]*)\): )?(?:(\d+) x )?(\w+)\((.*)$/;

const treeOf = (text: string): Printed => {
  const open: Printed[] = [];
  let root: Printed | undefined;
  for (const [i, raw] of text.split(/\r\n|\r|\n/).entries()) {
    const line = raw.trim();
    if (line === '' || (!root && line.startsWith('>>>'))) continue;
    const at = { line: i + 1, column: raw.length - raw.trimStart().length + 1, length: line.length };
    if (line === ')') {
      if (!open.pop()) throw new Wrong('a bracket is closed that is not open', at, 'import/file');
      continue;
    }
    const [, name = '', copies, type = '', rest = ''] = LINE.exec(raw) ?? [];
    const isBegun = rest.trim() === '';
    if (type === '' || (root && open.length === 0) || !(isBegun || rest.trimEnd().endsWith(')')))
      throw new Wrong(`"${line.slice(0, 60)}" is no module as PyTorch prints it`, at, 'import/file');
    const args = isBegun ? '' : rest.trimEnd().slice(0, -1);
    const printed = { type, names: namesOf(name, copies, at), args, children: [], at };
    open.at(-1)?.children.push(printed);
    root ??= printed;
    if (isBegun) open.push(printed);
    if (open.length > MOST_DEPTH) throw new Wrong(`modules lie in each other ${open.length} deep`, at, 'import/file');
  }
  if (!root) throw new Wrong('it has no modules', undefined, 'import/file');
  if (open.length > 0)
    throw new Wrong(`it is cut off: ${open.length} brackets are open at its end`, undefined, 'import/file');
  return root;
};

/** `(0-2): 3 x Block(` stands for copies called 0, 1 and 2. */
const namesOf = (name: string, copies: string | undefined, at: Place): readonly string[] => {
  const [, first, last] = /^(\d+)-(\d+)$/.exec(name) ?? [];
  if (copies === undefined || first === undefined) return [name];
  const count = Number(last) - Number(first) + 1;
  if (count !== Number(copies) || count > MOST_MODULES)
    throw new Wrong(`${copies} copies are not called ${name.slice(0, 40)}`, at, 'import/file');
  return Array.from({ length: count }, (_, i) => String(Number(first) + i));
};

/** The modules that hold no others, in their order. */
const modulesIn = (root: Printed): readonly Module[] => {
  const modules: Module[] = [];
  let seen = 0;
  const walk = ({ type, args, children, at }: Printed, path: string, within: readonly Container[]): void => {
    seen += 1;
    if (seen > MOST_MODULES) throw new Wrong(`it has more than ${MOST_MODULES} modules`, at, 'import/file');
    const called = path === '' ? 'the network' : path;
    const leaf = LEAVES.get(type);
    if (leaf && children.length === 0)
      modules.push({ type, path, leaf, args: argumentsIn(args, leaf, called, at), within, at });
    else if (leaf || BRANCHES.test(type))
      throw new Wrong(`${called} is of the class ${type}, which does more than call its modules one after another`, at);
    else if (children.length === 0 && !(isSequential(type) && args === ''))
      throw new Wrong(`${called} is of the class ${type}, and what that computes is not known`, at);
    const container = { type, path, sequential: isSequential(type) };
    for (const child of children)
      for (const name of child.names) walk(child, path === '' ? name : `${path}.${name}`, [...within, container]);
  };
  walk(root, '', []);
  return modules;
};

/** `3, 6, kernel_size=(5, 5), bias=False`. */
const argumentsIn = (text: string, { places = '' }: Leaf, path: string, at: Place): Arguments => {
  const names = places.split(' ');
  const found = new Map<string, Plain>();
  for (const [i, part] of (partsOf(text) ?? [text]).entries()) {
    const [, named, value = part] = /^([A-Za-z_]\w*)\s*=\s*(.*)$/.exec(part) ?? [];
    const name = named ?? names[i];
    const read = written(value);
    if (name === undefined || name === '' || read === undefined || found.has(name))
      throw new Wrong(`"${part.slice(0, 60)}" of ${path} is no argument that is known`, at, 'import/file');
    found.set(name, read);
  }
  return found;
};

const PART = /(?:\([^()]*\)|[^,()])+/g;

/** What stands between the commas that are in no brackets; undefined where brackets lie in brackets, or are open. */
const partsOf = (text: string): readonly string[] | undefined =>
  /^[\s,]*$/.test(text.replace(PART, ''))
    ? (text.match(PART) ?? []).map((part) => part.trim()).filter((part) => part !== '')
    : undefined;

const WORDS: ReadonlyMap<string, Plain> = new Map<string, Plain>([
  ['True', true],
  ['False', false],
  ['None', null],
]);

/** A value as Python prints it. */
const written = (text: string): Plain | undefined => {
  const inside = /^\((.*)\)$/.exec(text)?.[1];
  if (inside !== undefined) {
    const all = partsOf(inside)?.map(written);
    return all?.includes(undefined) ? undefined : (all as readonly Plain[] | undefined);
  }
  const word = WORDS.get(text);
  if (word !== undefined) return word;
  if (/^-?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?$/i.test(text)) return Number(text);
  return /^'?([\w-]+)'?$/.exec(text)?.[1];
};

/** What the first modules say of what comes in: channels by a convolution, all of it by a dense layer. */
const inputOf = (modules: readonly Module[]): readonly (number | null)[] => {
  let axes: number | undefined;
  for (const { type, leaf, args } of modules) {
    axes ??= leaf.axes;
    if (type === 'Linear') {
      const features = args.get('in_features');
      return typeof features === 'number' && axes === undefined ? [features] : OPEN;
    }
    const channels = leaf.reads === undefined ? undefined : args.get(leaf.reads);
    // A BatchNorm1d may read vectors.
    const others = axes ?? (type === 'BatchNorm1d' ? 0 : 2);
    if (typeof channels === 'number') return [channels, ...Array<null>(others).fill(null)];
    // Behind it channels are others.
    if (/^(?:Unflatten|GLU|PixelShuffle|PixelUnshuffle)$/.test(type)) return OPEN;
  }
  return OPEN;
};

const OPEN = [null, null, null];

const grow = (text: string, name: string, network: Growing, findings: Findings): Grown | undefined => {
  const root = treeOf(text);
  const modules = modulesIn(root);
  const input: GrowingInput = { name: 'input', sizes: inputOf(modules), at: modules[0]?.at };
  let [last = 0] = network.inputs([input]);
  // Without a size of the input nothing can be held against another, and it was told.
  if (!network.shape(last)) return undefined;
  let shaping: Module | undefined;
  for (const module of modules) {
    const shape = network.shape(last);
    // What was wrong is told.
    if (!shape) return undefined;
    if (module.type === 'Linear' && flattens(module, shaping, shape)) {
      last = network.add({ kind: 'flatten', name: 'flatten', reads: [last], at: module.at });
    } else refuseOthers(module, shape);
    const steps = module.leaf.rows(module.args, network.shape(last) ?? shape);
    if (typeof steps === 'string')
      throw new Wrong(`${module.path} (${module.type}) has no counterpart: ${steps}`, module.at);
    for (const { kind, options, part } of steps)
      last = network.add({
        kind,
        name: part ? `${module.path}.${part}` : module.path,
        ...(options && { options: withSizes(options, shape) }),
        reads: [last],
        at: module.at,
      });
    if (!module.leaf.pointwise) shaping = module;
  }
  tell(root, modules, findings);
  return { name: root.type === 'Sequential' ? name : root.type, outputs: [last], origin: '' };
};

/** `None` of an adaptive pool is the size that comes in. */
const withSizes = (options: Readonly<Record<string, Plain>>, shape: Shape): Readonly<Record<string, Plain>> => {
  const { output } = options;
  if (!Array.isArray(output)) return output === null ? { ...options, output: shape.slice(1) } : options;
  return { ...options, output: output.map((size: Plain, axis) => size ?? shape[axis + 1] ?? 1) };
};

/** Whether a dense layer reads what comes in as one row of values, which a function between two modules has made of it. */
const flattens = ({ path, args, within }: Module, before: Module | undefined, shape: Shape): boolean => {
  if (shape.length === 1) return false;
  const features = args.get('in_features');
  if (features !== product(shape)) return false;
  const shared = before ? within.filter((container, i) => container.path === before.within[i]?.path) : within;
  return path !== '' && shared.at(-1)?.sequential === false;
};

/** Throws where a module reads something else than what comes in. */
const refuseOthers = ({ type, path, leaf, args, at }: Module, shape: Shape): void => {
  const comes = formatShape(shape, 'chw');
  const axes = shape.length - 1;
  if (type === 'Linear' && (axes > 0 || args.get('in_features') !== shape[0]))
    throw new Wrong(
      `${path} reads ${args.get('in_features')} values, and ${comes} ${axes > 0 ? `= ${product(shape)} ` : ''}come in: forward() does something in between, or the input has another size`,
      at,
    );
  if (leaf.axes !== undefined && leaf.axes !== axes)
    throw new Wrong(
      `${path} is of the class ${type}, which does not read ${comes}: the modules do not follow one another`,
      at,
    );
  const channels = leaf.reads === undefined ? shape[0] : args.get(leaf.reads);
  if (channels !== shape[0])
    throw new Wrong(
      `${path} reads ${channels} channels, and ${comes} come in: the modules do not follow one another`,
      at,
    );
};

/** What the text leaves open. */
const tell = (root: Printed, modules: readonly Module[], findings: Findings): void => {
  const own = modules.flatMap(({ within }) => within).find(({ sequential }) => !sequential);
  if (own)
    findings.note(
      'import/unseen',
      `what forward() of ${own.type} does besides calling its modules is not in the text: functions such as relu, view or +, and modules that are called twice or not at all`,
      root.at,
      EXPORT,
    );
  const silent = modules.find(({ leaf, args }) => leaf.silent && !isPlain(args));
  if (silent)
    findings.note(
      'import/unseen',
      `${silent.type} does not print ${silent.leaf.silent}: they are taken as they usually are`,
      silent.at,
      'where they are others, write the network as a spec',
    );
};

/** Nearest neighbours have no corners to align. */
const isPlain = (args: Arguments): boolean => String(args.get('mode') ?? '').startsWith('nearest');
