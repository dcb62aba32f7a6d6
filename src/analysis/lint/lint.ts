// Analysis -> warnings: every rule over the whole network, but for what the spec ignores. No formatting.

import type { Diagnostic, Place } from '../../core/diagnostic.js';
import type { Ignore } from '../../core/graph.js';
import { suggestion } from '../../core/suggest.js';
import type { Analysis } from '../analysis.js';
import { rules } from './index.js';
import { networkOf } from './network.js';
import type { Finding, Rule } from './rule.js';

/** The ids of the rules, in the order of the alphabet. */
export const ruleIds: readonly string[] = Object.keys(rules);

/**
 * What the rules warn of, or those of one family, in the order of the text; and what `lint:` ignores that is no rule. Never
 * throws. Layers that failed are left out.
 */
export const lint = (analysis: Analysis, family?: string): readonly Diagnostic[] => {
  const network = networkOf(analysis);
  const isIgnored = ignoring(analysis.graph.ignores);
  const asked = Object.entries<Rule>(rules).filter(
    ([id]) => !isIgnored(id) && (family === undefined || id.startsWith(`${family}/`)),
  );
  const found = asked.flatMap(([id, rule]) =>
    atEachPlace(
      rule(network).filter(({ layer }) => !isIgnored(id, layer.node.id)),
      id,
    ),
  );
  const position = ({ at }: Diagnostic): number => (at ? at.line * 1e8 + at.column : 0);
  return [...unknownRules(analysis.graph.ignores), ...found].sort((a, b) => position(a) - position(b));
};

/** Copies stand at one place and are told once. */
const atEachPlace = (findings: readonly Finding[], code: string): readonly Diagnostic[] => {
  const places = new Map<string, { readonly first: Finding; times: number }>();
  for (const finding of findings) {
    const { at } = finding.layer.node;
    const key = at ? placeKey(at) : finding.layer.node.name;
    const known = places.get(key);
    if (known) known.times += 1;
    else places.set(key, { first: finding, times: 1 });
  }
  return [...places.values()].map(({ first, times }) => {
    const { at } = first.layer.node;
    const more = times === 1 ? '' : ` (the first of ${times} such layers made of this item)`;
    return {
      code,
      severity: 'warning',
      message: `${first.message}${more}`,
      help: first.help,
      ...(at && { at }),
    };
  });
};

const placeKey = ({ line, column }: Place): string => `${line}:${column}`;

/** Whether a rule keeps silent: everywhere, or about one node. */
const ignoring = (ignores: readonly Ignore[]): ((id: string, node?: number) => boolean) => {
  const everywhere = ignores.filter(({ rows }) => !rows).map(({ rule }) => rule);
  const byNode = new Map<number, Set<string>>();
  for (const { rule, rows: [first, last] = [0, -1] } of ignores)
    for (let node = first; node <= last; node += 1) byNode.set(node, (byNode.get(node) ?? new Set()).add(rule));
  return (id, node) =>
    node === undefined
      ? everywhere.some((rule) => covers(rule, id))
      : [...(byNode.get(node) ?? [])].some((rule) => covers(rule, id));
};

/** `pad/*` is all of a family. */
const covers = (rule: string, id: string): boolean =>
  rule === id || (rule.endsWith('/*') && id.startsWith(rule.slice(0, -1)));

const unknownRules = (ignores: readonly Ignore[]): readonly Diagnostic[] => {
  const unknown = new Map<string, Ignore>();
  for (const ignore of ignores)
    if (!ruleIds.some((id) => covers(ignore.rule, id))) unknown.set(placeKey(ignore.at), ignore);
  return [...unknown.values()].map(({ rule, at }) => ({
    code: 'lint/unknown-rule',
    severity: 'warning',
    message: `there is no lint rule called "${rule}"`,
    at,
    help: suggestion(rule, ruleIds, 'rules'),
  }));
};
