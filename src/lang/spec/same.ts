// Whether two graphs are one network: the same layers with the same options, figures and wiring. Names may differ where nothing is learned.

import type { Graph, Node } from '../../core/graph.js';
import type { Facts } from '../../core/layer.js';
import { isLearned } from './rows.js';

/** What differs first, in words; undefined where nothing does. */
export const difference = (a: Graph, b: Graph): string | undefined => {
  if (a.nodes.length !== b.nodes.length) return `${a.nodes.length} rows, ${b.nodes.length} there`;
  if (a.batch !== b.batch || a.dtype !== b.dtype) return 'batch or dtype';
  const facts = new Map<Facts, string>();
  for (const [i, node] of a.nodes.entries()) {
    const other = b.nodes[i];
    const what = other && ofNode(node, other, facts);
    if (what !== undefined) return `${node.name}: ${what}`;
  }
  return sameIds(a.outputs, b.outputs) ? undefined : 'outputs';
};

const ofNode = (a: Node, b: Node, known: Map<Facts, string>): string | undefined => {
  if (a.kind.name !== b.kind.name) return `kind ${b.kind.name}`;
  if (!sameIds(a.inputs, b.inputs)) return 'inputs';
  if (a.sharedWith !== b.sharedWith) return 'shared weights';
  if (a.as !== b.as) return `as ${b.as ?? 'usual'}`;
  if ((a.frozen ?? false) !== (b.frozen ?? false)) return 'frozen';
  if ((isLearned(a) || a.kind.role === 'input') && a.name !== b.name) return `called ${b.name}`;
  if (a.args !== b.args && a.kind.role !== 'input' && !sameOptions(a, b)) return 'options';
  return a.facts === b.facts || figures(a.facts, known) === figures(b.facts, known) ? undefined : 'figures';
};

/** In whatever order they were given. */
const sameOptions = ({ kind, args: a }: Node, { args: b }: Node): boolean =>
  Object.keys(kind.args).every(
    (name) => a?.[name] === b?.[name] || JSON.stringify(a?.[name]) === JSON.stringify(b?.[name]),
  );

const figures = (facts: Facts | null, known: Map<Facts, string>): string => {
  if (!facts) return '';
  const before = known.get(facts);
  if (before !== undefined) return before;
  const { why: _, note: __, ...rest } = facts;
  const text = JSON.stringify(rest);
  known.set(facts, text);
  return text;
};

const sameIds = (a: readonly number[], b: readonly number[]): boolean =>
  a.length === b.length && a.every((id, i) => id === b[i]);
