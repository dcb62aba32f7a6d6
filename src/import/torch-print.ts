// A network as PyTorch prints it, read where its modules follow one another and their sizes fit: what forward() does is not in such a text.
// The text is taken apart by torch-text.ts; what each module is here stands in torch-modules.ts.

import type { Plain } from '../core/args.js';
import type { Findings } from '../core/findings.js';
import type { Growing, GrowingInput, Grown } from '../core/growing.js';
import { formatShape, product, type Shape } from '../core/shape.js';
import type { Importer } from './format.js';
import type { Arguments } from './torch-modules.js';
import { type Module, modulesIn, type Printed, treeOf, Wrong } from './torch-text.js';

const EXPORT = 'export it as ONNX, which has all of it: torch.onnx.export(model, example, "model.onnx")';

export const readTorchPrint: Importer = (file, network, findings) => {
  try {
    return grow(file.text() ?? '', file.name, network, findings);
  } catch (error) {
    if (!(error instanceof Wrong)) throw error;
    return findings.error(error.code, error.message, error.at, EXPORT);
  }
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
  return { name: root.type === 'Sequential' ? name : root.type, outputs: [last], origin: 'printed by PyTorch' };
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
