// What rows of an ONNX file are called: by their weights (`layer1.0.conv1.weight`), else by the path of the module that made the node
// (`/layer1/layer1.0/conv1/Conv`), else by the node's own name. Files whose normalisations were fused have weights without names.

import type { NodeProto } from './model.js';

/** Names that an exporter made up: `onnx::Conv_193`, `val_12`, `123`, `/Constant_output_0`. */
const MADE_UP = /^(?:onnx::|val_\d|_val|const|\d|\/|_?$)/i;

const OF_WEIGHTS = /[._/](?:weight|kernel|filters?|w|gamma|scale|weights|bias)(?:_\d+)?(?::\d+)?$/i;

/** What the layers of PyTorch's nn.Sequential, which have numbers for names, call theirs: `0.weight`. */
const OF_SEQUENTIAL = /^\d+\.(?:[\w-]+\.)*(?:weight|bias|running_mean|running_var)$/;

/** The layer whose weight has that name; undefined where the name tells none. */
export const layerOfWeight = (weight: string | undefined): string | undefined => {
  if (weight === undefined || isMadeUp(weight)) return undefined;
  return weight
    .replace(OF_WEIGHTS, '')
    .replace(/[._](?:running_mean|running_var)$/, '')
    .replace(/\/ReadVariableOp$/, '');
};

export const isMadeUp = (name: string): boolean => MADE_UP.test(name) && !OF_SEQUENTIAL.test(name);

/** `layer1`, `layer1.0`, `conv1` of `/layer1/layer1.0/conv1`: each begins anew where it repeats the one before. */
const partsOf = (path: string): readonly string[] => {
  const parts: string[] = [];
  for (const part of path.split('/').filter((one) => one !== '')) {
    if (parts.length > 0 && part.startsWith(`${parts.at(-1)}.`)) parts.pop();
    parts.push(part);
  }
  return parts;
};

/** Names by the modules in the nodes' paths. */
export class Paths {
  /** Modules that hold others, nodes of several kinds, or one node beside that of their own name. */
  private readonly holders = new Set<string>();

  constructor(nodes: readonly NodeProto[]) {
    const ops = new Map<string, string>();
    for (const { name, op } of nodes) {
      if (op === 'Constant') continue;
      if (!name.includes('/')) this.holders.add(name);
      const parts = name.split('/').filter((one) => one !== '');
      for (let length = 1; length < parts.length - 1; length += 1) this.holders.add(parts.slice(0, length).join('/'));
      const module = parts.slice(0, -1).join('/');
      const other = ops.get(module);
      if (other !== undefined && other !== op) this.holders.add(module);
      ops.set(module, op);
    }
  }

  /** What a node is called: its module, where that makes nothing else; else what it does, within its module. */
  nameOf({ name, op, outputs }: NodeProto): string {
    const [output = ''] = outputs;
    if (name === '') return isMadeUp(output) ? op.toLowerCase() : output;
    if (!name.includes('/')) return name === `${op}_${name.slice(op.length + 1)}` ? name.toLowerCase() : name;
    const parts = name.split('/').filter((one) => one !== '');
    const module = parts.slice(0, -1);
    const last = (parts.at(-1) ?? '').replace(/_output_\d+$/, '');
    const isModule = module.length > 0 && !this.holders.has(module.join('/'));
    // Of a formula the last node has the name, which says nothing of the whole.
    const own = isModule ? [] : [(last.startsWith(op) ? last : op).toLowerCase()];
    return [...partsOf(module.join('/')), ...own].join('.');
  }
}
