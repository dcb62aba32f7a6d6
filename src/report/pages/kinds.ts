// The kinds of layers as pages: all of them by what they are for, and one with its options and examples. docs/layers.md is made of
// the same pages.

import type { LayerKind, Role } from '../../core/layer.js';
import { heading } from '../cells.js';
import type { Block, Page } from '../page.js';

/** A kind, and which other layers an item of it may bring along: norm, act, drop. */
export interface ListedKind {
  readonly kind: LayerKind;
  readonly takes: readonly string[];
}

/** What layers are for, in the order in which they are told. */
export const FAMILIES: readonly (readonly [Role, string])[] = [
  ['weights', 'Layers with weights'],
  ['pool', 'Pooling'],
  ['norm', 'Normalisation'],
  ['activation', 'Activations'],
  ['regularisation', 'Regularisation'],
  ['merge', 'Merges'],
  ['shape', 'Shapes'],
  ['scale', 'Scales and gates'],
  ['opaque', 'What there is no word for'],
];

/** A line for each kind, as one writes it: its name, and what stands behind the colon. */
export const kindsPage = (all: readonly ListedKind[]): Page =>
  FAMILIES.flatMap(([role, title]): Page => {
    const entries = all
      .filter(({ kind }) => kind.role === role)
      .map(({ kind }) => ({ label: kind.main ? `${kind.name}: ${kind.main}` : kind.name, text: briefly(kind) }));
    return entries.length === 0
      ? []
      : [
          { type: 'heading', text: title },
          { type: 'facts', entries },
        ];
  });

/** The first clause of what is said of it. */
const briefly = ({ doc }: LayerKind): string => (doc.split(/[.:;](?: |$)| \(`/)[0] ?? '').replaceAll('`', '');

export const kindPage = ({ kind, takes }: ListedKind): Page => [
  { type: 'heading', text: kind.name },
  { type: 'prose', text: said(kind, takes) },
  ...optionsOf(kind),
  ...kind.examples.map((example): Block => ({ type: 'code', language: 'yaml', lines: example.trim().split('\n') })),
];

/** What is written for a word of another framework. */
export interface Written {
  readonly item: string;
  readonly note?: string | undefined;
}

/** What such a word is here, before the page of its kind: the likeliest first. */
export const wordPage = (word: string, written: readonly Written[]): Page =>
  written.map(({ item, note }, i): Block => {
    const is = i === 0 ? `\`${word.replaceAll('`', '')}\` is` : 'Or it is';
    return { type: 'prose', text: `${is} \`${item}\` here${note ? `: ${note}` : ''}.` };
  });

const said = ({ doc, linear, aliases = [] }: LayerKind, takes: readonly string[]): string =>
  [
    doc,
    ...(linear ? ['A linear map.'] : []),
    ...(aliases.length > 0 ? [`Also written ${typed(aliases)}.`] : []),
    ...(takes.length > 0 ? [`Takes ${typed(takes)}.`] : []),
  ].join(' ');

const typed = (words: readonly string[]): string => words.map((word) => `\`${word}\``).join(', ');

const optionsOf = ({ args, main }: LayerKind): readonly Block[] => {
  const rows = Object.entries(args).map(([name, { doc, fallback }]) => [
    { text: name, code: true as const, ...(name === main && { dim: '(main)' }) },
    { text: doc },
    { text: fallback?.text ?? 'required' },
  ]);
  const columns = [heading('option', 'option'), heading('doc', 'what it is'), heading('default', 'default')];
  return rows.length === 0 ? [] : [{ type: 'table', columns, rows }];
};
