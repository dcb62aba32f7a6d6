// Whose figure a number is, as a page: the tools that say it, and how theirs comes from ours; or all tools side by side.

import type { Tally, Term } from '../../analysis/conventions/conventions.js';
import { type Found, isFound, nameOf, type Reconciled } from '../../analysis/conventions/reconcile.js';
import { type Graph, isInput } from '../../core/graph.js';
import { grouped, human, listed, type Quantity, scientific } from '../../core/quantity.js';
import { formatShape, type Layout } from '../../core/shape.js';
import { heading, someOf } from '../cells.js';
import type { Block, Cell, Page, Section } from '../page.js';
import { titleOf } from '../title.js';

export const reconcilePage = (graph: Graph, { tallies, found }: Reconciled, layout: Layout): Page => {
  const inputs = graph.nodes.filter(isInput).map(({ facts }) => (facts ? formatShape(facts.output, layout) : '?'));
  return [
    { type: 'heading', text: titleOf(graph), dim: `one image of ${inputs.join(' and ')}` },
    ...(found.length === 0 ? allOf(tallies) : found.flatMap(ofNumber)),
    ...unknownIn(tallies),
  ];
};

const text = (text: string): Block => ({ type: 'text', text });

const ofNumber = (found: Found): readonly Block[] => [
  text(sentence(found)),
  ...(found.tallies.length > 0 ? [bridges(found.tallies)] : []),
  ...(isFound(found) ? [] : [nearTable(found)]),
];

const inNumber = ({ text, low, high }: Quantity): string =>
  low === high ? grouped(low) : `${text} (${grouped(Math.ceil(low))} up to ${grouped(Math.ceil(high) - 1)})`;

const sentence = (found: Found): string => {
  const { number, tallies, params, own, near } = found;
  const names = tallies.map(({ convention }) => nameOf(convention));
  const said = [
    ...(names.length > 0 ? [`${inNumber(number)} is what ${listed(names)} ${names.length > 1 ? 'say' : 'says'}.`] : []),
    ...(own.length > 0
      ? [
          `${names.length > 0 ? 'It' : inNumber(number)} is ${listed(own.map(({ label, value }) => `${label}, ${grouped(value)}`))}.`,
        ]
      : []),
    ...(params.length > 0 && names.length === 0
      ? [`As parameters it is what ${listed([...new Set(params.map(({ convention }) => convention.tool))])} count.`]
      : []),
    ...(new Set(tallies.map(({ value }) => value)).size > 1
      ? ['Digits that are not written would tell them apart.']
      : []),
  ];
  if (said.length > 0) return said.join(' ');
  const why = near.some((one) => one.matches) ? 'It is what some count in another way:' : 'What comes nearest to it:';
  return `${inNumber(number)} is no tool's figure of this network. ${why}`;
};

const nearTable = ({ near, number }: Found): Block => {
  const middle = (number.low + number.high) / 2;
  return {
    type: 'table',
    columns: [
      heading('tool', 'tool'),
      heading('how', 'counted'),
      heading('value', 'figure', { align: 'right' }),
      heading('apart', 'of the number', { align: 'right' }),
    ],
    rows: near.map((one): readonly Cell[] => [
      { text: one.of, ...(one.matches && { mark: 'right' as const }) },
      { text: one.how },
      { text: grouped(one.value) },
      { text: one.matches ? 'the same' : times(one.value / middle) },
    ]),
  };
};

/** How many times a number another is. */
const times = (ratio: number): string =>
  !Number.isFinite(ratio)
    ? ''
    : ratio > 0.1 && ratio < 10
      ? `${(100 * ratio).toFixed(1)}%`
      : `${scientific(ratio)} times`;

/** Those that come from ours in the same way stand together; each is a sum. */
const bridges = (tallies: readonly Tally[]): Block => {
  const alike = new Map<string, Tally[]>();
  for (const one of tallies) {
    const key = JSON.stringify(one.terms);
    alike.set(key, [...(alike.get(key) ?? []), one]);
  }
  const sections: Section[] = [];
  const rows: (readonly Cell[])[] = [];
  for (const same of alike.values()) {
    const [first] = same;
    if (!first) continue;
    sections.push({ row: rows.length, title: listed(same.map(({ convention }) => nameOf(convention))) });
    rows.push(...sumOf(first.terms, first.value ?? 0, first.convention.doc));
  }
  return {
    type: 'table',
    columns: [heading('value', 'figure', { align: 'right' }), heading('what', 'of what', { wrap: 1 })],
    rows,
    sections,
  };
};

const sumOf = (terms: readonly Term[], value: number, doc: string): readonly (readonly Cell[])[] => [
  ...terms.map(({ label, value }, i) => [
    { text: i === 0 ? grouped(value) : `${value < 0 ? '-' : '+'} ${grouped(Math.abs(value))}` },
    { text: label },
  ]),
  [
    { text: `= ${grouped(value)}`, tone: 'strong' },
    { text: doc, tone: 'quiet' },
  ],
];

/** Side by side, by the size of what they say. */
const allOf = (tallies: readonly Tally[]): readonly Block[] => [
  {
    type: 'table',
    columns: [
      heading('tool', 'tool'),
      heading('name', '--convention'),
      heading('quantity', 'it calls it'),
      heading('value', 'figure', { align: 'right' }),
      heading('human', '', { align: 'right' }),
      heading('params', 'parameters', { align: 'right', drop: 1 }),
      heading('doc', 'which is', { drop: 2, wrap: 1 }),
    ],
    rows: tallies.map(({ convention: { tool, version, name, quantity, doc }, value, params }): readonly Cell[] => [
      { text: tool, dim: version },
      { text: name, code: true },
      { text: quantity },
      value === null ? { text: '?', alarm: true } : { text: grouped(value) },
      { text: value === null ? '' : human(value) },
      params === null ? { text: '?', alarm: true } : { text: grouped(params) },
      { text: doc, tone: 'quiet' },
    ]),
  },
];

/** Why there is no figure. */
const unknownIn = (tallies: readonly Tally[]): readonly Block[] => {
  const without = tallies.filter(({ value }) => value === null);
  const names = [...new Set(without.flatMap(({ unknown }) => unknown))];
  if (names.length === 0) return [];
  const tools = listed([...new Set(without.map(({ convention }) => convention.tool))], 'or');
  const who = without.length === tallies.length ? 'No tool has a figure' : `There is no figure of ${tools}`;
  return [
    {
      type: 'text',
      tone: 'warning',
      text: `${who}: what is counted in ${someOf(names)} is not known here.`,
    },
  ];
};
