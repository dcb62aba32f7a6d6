// Whose figure a number is, as JSON: `cnncalc/reconcile/1`.

import type { Analysis } from '../../analysis/analysis.js';
import { isFound, nameOf, type Reconciled } from '../../analysis/conventions/reconcile.js';
import type { Quantity } from '../../core/quantity.js';
import { diagnosticJson, diagnostics } from './parts.js';
import * as s from './schema.js';

const name = () => s.text('as --convention takes it');

export const reconcileSchema = () =>
  s.ofNetwork('reconcile', 'whose figure of a network a number is, and how it comes from ours', {
    number: s.orNull(s.number('the number asked for, the first of several; null where none is')),
    conventions: s.list(
      'every figure of every tool, for one image',
      s.object('a figure', {
        name: name(),
        tool: s.text('who counts so'),
        version: s.text('measured of'),
        quantity: s.text('what the tool calls it'),
        value: s.orNull(s.integer('null where it hangs on a layer of which it is not known')),
        params: s.orNull(s.integer('parameters, as the tool counts them')),
        matches: s.flag('whether a number that was asked for is this one, within its digits'),
        terms: s.list(
          'how it comes from ours; they add up to the value',
          s.object('a term', { label: s.text('what it counts'), value: s.integer('added') }),
        ),
        unknown: s.optional(s.list('the layers that it hangs on', s.text('a name'))),
      }),
    ),
    numbers: s.list(
      'one by one',
      s.object('a number', {
        text: s.text('as it is written'),
        value: s.number('as a number'),
        found: s.flag('whether somebody says it'),
        conventions: s.list('the figures that it is', s.text('tool and quantity')),
        params: s.list('the tools whose parameters it is', name()),
        ours: s.list('our own figures that it is', s.text('which')),
        nearest: s.list(
          'where nobody says it',
          s.object('another way to count', {
            of: s.text('tool and quantity'),
            how: s.text('what is different'),
            value: s.number('what it comes to'),
            matches: s.flag('whether it is the number, within its digits'),
          }),
        ),
      }),
    ),
    diagnostics: diagnostics(),
  });

/** The middle of what is meant. */
const middleOf = ({ low, high }: Quantity): number => Math.round((low + high) / 2);

export const reconcileJson = (
  { graph, diagnostics: found }: Analysis,
  reconciled: Reconciled,
  origin: Omit<s.Origin, 'graph'>,
): s.Described<ReturnType<typeof reconcileSchema>> => {
  const [first] = reconciled.found;
  return {
    ...s.envelope('reconcile', { ...origin, graph }),
    number: first ? middleOf(first.number) : null,
    conventions: reconciled.tallies.map((tally) => ({
      name: tally.convention.name,
      tool: tally.convention.tool,
      version: tally.convention.version,
      quantity: tally.convention.quantity,
      value: tally.value,
      params: tally.params,
      matches: reconciled.found.some(({ tallies }) => tallies.includes(tally)),
      terms: tally.terms.map(({ label, value }) => ({ label, value })),
      ...(tally.unknown.length > 0 && { unknown: [...tally.unknown] }),
    })),
    numbers: reconciled.found.map((one) => ({
      text: one.number.text,
      value: middleOf(one.number),
      found: isFound(one),
      conventions: one.tallies.map(({ convention }) => nameOf(convention)),
      params: [...new Set(one.params.map(({ convention }) => convention.name))],
      ours: one.own.map(({ label }) => label),
      nearest: one.near.map((near) => ({ ...near })),
    })),
    diagnostics: found.map(diagnosticJson),
  };
};
