// Rows as items: the options of each that are not the usual ones, whether its name has to stay, and what it is as the sugar of another.
// Where rows stand is tree.ts.

import type { Graph, Node } from '../../core/graph.js';
import type { Layout } from '../../core/shape.js';
import { elsewhere } from '../elsewhere.js';
import { SUGAR, type Sugar } from '../words.js';
import type { Item, Option, Options } from './item.js';
import { optionText } from './words.js';

/** What has to be known of the network while its items are made. */
export interface Network {
  readonly nodes: readonly Node[];
  readonly outputs: ReadonlySet<number>;
  readonly layout: Layout;
  /** Who reads each node. */
  readonly readers: readonly (readonly number[])[];
}

export const networkOf = ({ nodes, outputs, layout }: Graph): Network => {
  const readers: number[][] = nodes.map(() => []);
  for (const node of nodes) for (const id of node.inputs) readers[id]?.push(node.id);
  return { nodes, outputs: new Set(outputs), layout, readers };
};

const NONE: Options = new Map();

/** All options that have a value, the usual ones too. */
export const optionsOf = ({ nodes, layout }: Network, { kind, args, inputs, as }: Node): Options => {
  const axes = (nodes[inputs[0] ?? -1]?.facts?.output.length ?? nodes[0]?.facts?.output.length ?? 1) - 1;
  const options = new Map<string, Option>();
  for (const [name, arg] of Object.entries(kind.args)) {
    const value = args?.[name];
    if (value === undefined) continue;
    const usual =
      arg.fallback !== undefined && JSON.stringify(value) === JSON.stringify(arg.fallback.value(axes, args ?? {}));
    options.set(name, { text: optionText(arg, value, axes, layout), usual });
  }
  if (as) options.set('as', { text: as, usual: false });
  return options.size === 0 ? NONE : options;
};

export const isLearned = ({ facts, sharedWith }: Node): boolean =>
  sharedWith !== undefined || (facts?.params?.length ?? 0) + (facts?.buffers?.length ?? 0) > 0;

/** What some program called a row when nobody had said anything: `relu1`, `MaxPool_3`, `12`. */
const isMadeUp = (name: string, { kind }: Node): boolean => {
  const last = name.slice(name.lastIndexOf('.') + 1);
  const bare = last.replace(/[\d_-]+$/, '');
  if (bare === '') return true;
  if (bare === last && !/^[A-Z]/.test(last)) return false;
  const lower = bare.toLowerCase();
  return (
    STRUCTURAL.includes(lower) ||
    lower === kind.name ||
    (kind.aliases ?? []).includes(lower) ||
    elsewhere('kinds', bare).some(({ here, words }) => here.includes(kind.name) && words.flat().includes(bare))
  );
};

const STRUCTURAL: readonly string[] = ['act', 'drop', 'norm', 'residual', 'sequence', 'each'];

/** Whether a row goes by another name than its own where that reads better. What learns never does, and no output. */
export const isRenamed = (node: Node, { outputs }: Network): boolean => {
  if (isLearned(node)) return false;
  if (isMadeUp(node.name, node)) return true;
  return !outputs.has(node.id) && PASSING.includes(node.kind.role);
};

/** What is called by what it stands beside. */
const PASSING: readonly string[] = ['activation', 'regularisation', 'merge'];

/** `name` within the scope where it stands. */
export const layerItem = (node: Node, name: string | null, network: Network): Item => ({
  body: { type: 'layer', node },
  name,
  first: node.id,
  last: node.id,
  reads: node.inputs,
  result: node.id,
  options: optionsOf(network, node),
  sugar: NO_SUGAR,
  from: null,
  share: node.sharedWith === undefined ? null : { node: node.sharedWith, text: '' },
  frozen: node.frozen === true,
  copies: null,
});

export const NO_SUGAR: Item['sugar'] = new Map();

const ROLES: Readonly<Record<string, Sugar>> = { norm: 'norm', activation: 'act', regularisation: 'drop' };

/** Which sugar a row could be. */
export const sugarOf = ({ kind }: Node): Sugar | undefined => ROLES[kind.role];

/** Whether one may stand beside those that are there: they come in an order. */
export const comesAfter = (which: Sugar, sugar: Item['sugar']): boolean =>
  [...sugar.keys()].every((there) => SUGAR.indexOf(there) < SUGAR.indexOf(which));

/** The kind that a number beside `drop` means. */
const DROPPED = 'dropout';

/** `bn`, `{leakyrelu: 0.2}`, `0.5`; `defaults` are left out. */
export const sugarText = (node: Node, network: Network, defaults?: ReadonlyMap<string, string>): string => {
  const options = new Map(
    [...optionsOf(network, node)].map(([name, option]) => {
      const usual = defaults?.get(name);
      return [name, usual === undefined ? option : { ...option, usual: option.text === usual }];
    }),
  );
  const main = options.get(node.kind.main ?? '');
  const others = [...options].filter(([name, { usual }]) => name !== node.kind.main && !usual);
  const kind = kindWord(node);
  if (others.length === 0 && node.kind.name === DROPPED && main) return main.text;
  if (others.length === 0 && (!main || main.usual)) return kind;
  const first = main && !main.usual ? `${kind}: ${main.text}` : kind;
  return `{${[first, ...others.map(([name, { text }]) => `${name}: ${text}`)].join(', ')}}`;
};

/** Normalisations go by their initials. */
export const kindWord = ({ kind }: Node): string =>
  kind.role === 'norm' ? (kind.aliases?.[0] ?? kind.name) : kind.name;
