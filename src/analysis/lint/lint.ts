// Analysis -> warnings: every rule over the whole network, but for what the spec ignores. No formatting.

import { type Diagnostic, inOrder } from '../../core/diagnostic.js';
import { Findings } from '../../core/findings.js';
import type { Ignore } from '../../core/graph.js';
import type { RuleId } from '../../core/rule-ids.js';
import { choice } from '../../core/suggest.js';
import type { Analysis } from '../analysis.js';
import { rules } from './index.js';
import { networkOf } from './network.js';
import type { Finding } from './rule.js';

/** The ids of the rules, in the order of the alphabet. */
export const ruleIds = Object.keys(rules) as readonly RuleId[];

/**
 * What the rules warn of, or those of one family, in the order of the text; and what `lint:` ignores that is no rule. Never
 * throws. Layers that failed are left out.
 */
export const lint = (analysis: Analysis, family?: string): readonly Diagnostic[] => {
  const network = networkOf(analysis);
  const isIgnored = ignoring(analysis.graph.ignores);
  const asked = ruleIds.filter((id) => !isIgnored(id) && (family === undefined || id.startsWith(`${family}/`)));
  const found = asked.flatMap((id) =>
    atEachPlace(
      rules[id](network).filter(({ layer }) => !isIgnored(id, layer.node.id)),
      id,
    ),
  );
  return inOrder([...unknownRules(analysis.graph.ignores), ...found]);
};

/** Copies stand at one place and are told once. */
const atEachPlace = (findings: readonly Finding[], code: RuleId): readonly Diagnostic[] => {
  const places = new Map<string, { readonly first: Finding; times: number }>();
  for (const finding of findings) {
    const { at } = finding.layer.node;
    const key = at ? `${at.line}:${at.column}` : finding.layer.node.name;
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
      at,
    };
  });
};

/** Whether a rule keeps silent: everywhere, or about one node. */
const ignoring = (ignores: readonly Ignore[]): ((id: string, node?: number) => boolean) => {
  const everywhere = ignores.filter(({ rows }) => !rows).map(({ rule }) => rule);
  const byNode = new Map<number, Set<string>>();
  const known = ignores.filter(({ rule }) => ruleIds.some((id) => covers(rule, id)));
  const distinct = new Map(known.map(({ rule, rows }) => [`${rule} ${rows}`, { rule, rows }]));
  for (const { rule, rows: [first, last] = [0, -1] } of distinct.values())
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
  const findings = new Findings();
  for (const { rule, at } of ignores)
    if (!ruleIds.some((id) => covers(rule, id)))
      findings.warning('lint/unknown-rule', `there is no lint rule called "${rule}"`, at, () =>
        choice(rule, ruleIds, 'rules'),
      );
  return findings.inOrder;
};
