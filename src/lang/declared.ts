// What a text in the middle of being written declares, and what of it is seen from an offset: values, blocks, names of layers. Whether any
// of it is sound is for the readers.

import type { Registry } from '../core/layer.js';
import { VALUE_DOCS } from './described.js';
import type { Word } from './form.js';
import { FUNCTIONS } from './operations.js';
import type { Position } from './position.js';
import type { Mapped, Pair, Sketch } from './sketch-parts.js';

export interface DeclaredBlock {
  readonly name: string;
  readonly params: readonly Pair[];
  readonly layers: Sketch | null;
}

/** What is seen from an offset. */
export interface Declared {
  readonly registry: Registry;
  readonly blocks: ReadonlyMap<string, DeclaredBlock>;
  readonly vars: readonly Pair[];
  /** The names that expressions know: params and columns around the offset, vars, the shape that comes in, functions. */
  readonly values: () => readonly Word[];
  /** As {@link values}, where nothing comes in: in vars, and of the file itself. */
  readonly fileValues: () => readonly Word[];
  /** The names of the layers written above the offset, the last ones, or of all. */
  readonly layers: (which: 'above' | 'all') => readonly Word[];
}

export const declared = (position: Position, registry: Registry): Declared => {
  const { root, steps } = position;
  const file = pairsOf(root);
  const vars = plainNames(pairsAt(file, 'vars'));
  const blocks = new Map(
    plainNames(pairsAt(file, 'blocks')).map(({ key, value }): [string, DeclaredBlock] => {
      const inside = pairsOf(value);
      return [
        key.text,
        { name: key.text, params: plainNames(pairsAt(inside, 'params')), layers: at(inside, 'layers') ?? null },
      ];
    }),
  );
  const fileValues = (): readonly Word[] => [...vars.map((pair) => valueWord(pair, 'var')), ...functions()];
  const around = steps
    .toReversed()
    .flatMap(({ node }): readonly Word[] =>
      node.sort === 'list'
        ? []
        : [
            ...plainNames(pairsAt(node.pairs, 'params')).map((pair) => valueWord(pair, 'param')),
            ...plainNames(pairsAt(node.pairs, 'each')).map((pair) => valueWord(pair, 'column')),
          ],
    );
  const isCopied = steps.some(
    (step) =>
      'pair' in step && (step.pair.key.text === 'blocks' || step.node.pairs.some(({ key }) => COPIES.has(key.text))),
  );
  return {
    registry,
    blocks,
    vars,
    fileValues,
    values: () => unique([...around, ...fileValues(), ...shapeWords(file, isCopied)]),
    layers: (which) => layerWords(position, file, which, registry),
  };
};

const pairsOf = (value: Sketch | null | undefined): readonly Pair[] => (value?.sort === 'mapping' ? value.pairs : []);

const at = (pairs: readonly Pair[], key: string): Sketch | null | undefined =>
  pairs.find((pair) => pair.colon && pair.key.text === key)?.value;

const pairsAt = (pairs: readonly Pair[], key: string): readonly Pair[] => pairsOf(at(pairs, key));

/** Names that can be written anywhere as they are. */
const isPlainName = (name: string): boolean => name.length <= 100 && /^[\p{L}\p{N}_][\p{L}\p{N}_.-]*$/u.test(name);
const plainNames = (pairs: readonly Pair[]): readonly Pair[] =>
  pairs.slice(0, MOST_DECLARED).filter(({ key, colon }) => colon && isPlainName(key.text));

/** Of so many vars, blocks or params is known. */
const MOST_DECLARED = 2000;

const unique = (words: readonly Word[]): readonly Word[] =>
  [...new Map(words.toReversed().map((word) => [word.label, word])).values()].reverse();

/** What the text itself gives a name, as opposed to what every expression knows. */
export const WRITTEN: readonly string[] = ['var', 'param', 'column'];

const valueWord = ({ key, value }: Pair, what: 'var' | 'param' | 'column'): Word => {
  const held = written(value);
  const is = what === 'param' ? (held === '' || held === 'null' ? 'must be given' : `${held} by default`) : held;
  return { label: key.text, sort: 'var', detail: what, doc: is };
};

const functions = (): readonly Word[] =>
  [...FUNCTIONS].map(([label, { doc }]) => ({ label, sort: 'var', detail: 'function', doc }));

/** What makes copies of an item; those of a block may be made where it is used. */
const COPIES: ReadonlySet<string> = new Set(['repeat', 'each']);

const shapeWords = (file: readonly Pair[], isCopied: boolean): readonly Word[] => {
  const input = `${written(at(file, 'input'))} ${written(at(file, 'inputs'))}`;
  const isKnown = (name: string): boolean =>
    name === 'i' ? isCopied : name !== 'd' || /depth|(?:\d\s*[x×,]\s*){3}/.test(input);
  return Object.entries(VALUE_DOCS)
    .filter(([label]) => isKnown(label))
    .map(([label, doc]) => ({ label, sort: 'var', detail: 'value', doc }));
};

const LONGEST = 120;

/** A value on one line, shortened where it is long. */
export const written = (value: Sketch | null | undefined): string => {
  const text = flat(value, 0);
  return text.length > LONGEST ? `${text.slice(0, LONGEST - 1)}…` : text;
};

const flat = (value: Sketch | null | undefined, depth: number): string => {
  if (!value) return '';
  if (value.sort === 'leaf') return value.text.slice(0, LONGEST);
  const [open, close] = value.sort === 'list' ? '[]' : '{}';
  if (depth > 3) return `${open}…${close}`;
  const parts =
    value.sort === 'list'
      ? value.items.slice(0, 40).map((item) => flat(item, depth + 1))
      : value.pairs
          .slice(0, 40)
          .map((pair) => `${pair.key.text.slice(0, LONGEST)}${pair.value ? `: ${flat(pair.value, depth + 1)}` : ''}`);
  return `${open}${parts.join(', ')}${close}`;
};

// --- names of layers -----------------------------------------------------------------------------------------------

/** As many names are offered as are looked through where one is unknown. */
const MOST_NAMES = 200;

/** A part of a name that is made up when the network is built: nothing behind it can be named from outside. */
const MADE_UP = '\0.';

interface Named {
  readonly name: string;
  readonly start: number;
  readonly item: Mapped;
}

interface Search {
  readonly around: ReadonlySet<Sketch>;
  readonly found: Named[];
  readonly registry: Registry;
}

/** The names seen from the offset, in the words that mean them there: those of its own list first need no prefix. */
const layerWords = (
  { steps, leaf }: Position,
  file: readonly Pair[],
  which: 'above' | 'all',
  registry: Registry,
): readonly Word[] => {
  const around = new Set<Sketch>(steps.map(({ node }) => node));
  const blocks = pairsAt(file, 'blocks');
  const block = blocks.find(({ value }) => value && around.has(value));
  const found: Named[] = [];
  const scope = namesIn(at(block ? pairsOf(block.value) : file, 'layers'), '', { around, found, registry });
  const above = found.filter(({ start, item }) => which === 'all' || (start < leaf.start && !around.has(item)));
  const inputs = plainNames(pairsAt(file, 'inputs')).map(({ key }) => key.text);
  return unique([
    ...above.slice(-MOST_NAMES).flatMap(({ name, item }): readonly Word[] => {
      const label = seenFrom(scope, name);
      return label === undefined ? [] : [{ label, sort: 'layer', detail: 'layer', doc: written(item) }];
    }),
    ...(which === 'above' ? (inputs.length > 0 ? inputs : ['input']) : []).map(
      (label): Word => ({ label, sort: 'layer', detail: 'input', doc: 'what the network reads' }),
    ),
  ]);
};

const seenFrom = (scope: string, name: string): string | undefined => {
  for (let path = scope; ; path = path.slice(0, path.slice(0, -1).lastIndexOf('.') + 1)) {
    if (name.startsWith(path)) {
      const label = name.slice(path.length);
      return isPlainName(label) ? label : undefined;
    }
    if (path === '') return undefined;
  }
};

/** Finds the names in a list of items, or in one; returns the path of the innermost names around the offset. */
const namesIn = (value: Sketch | null | undefined, path: string, search: Search): string => {
  let scope = path;
  for (const item of value?.sort === 'list' ? value.items : [value]) {
    const below =
      item?.sort === 'list'
        ? namesIn(item, path, search)
        : item?.sort === 'mapping'
          ? namesOf(item, path, search)
          : path;
    if (item && search.around.has(item)) scope = below;
  }
  return scope;
};

/** The names of an item and of what it holds. What has no name of its own adds nothing to those inside, but for copies and branches. */
const namesOf = (item: Mapped, path: string, search: Search): string => {
  const called = at(item.pairs, 'name');
  const name = called?.sort === 'leaf' && isPlainName(called.text) ? called.text : undefined;
  if (name !== undefined) search.found.push({ name: path + name, start: item.start, item });
  const isCopied = item.pairs.some(({ key }) => COPIES.has(key.text));
  const own = name === undefined ? path : `${path}${name}.`;
  const inner = isCopied ? own + MADE_UP : own;
  let scope = inner;
  for (const { key, value } of item.pairs) {
    const byName = value?.sort === 'mapping' && search.registry.find(key.text)?.role === 'merge';
    if (!byName && !HOLDS_LAYERS.has(key.text) && search.registry.find(key.text)?.role !== 'merge') continue;
    const below = byName
      ? branchesIn(value, name === undefined && !isCopied ? inner + MADE_UP : inner, search)
      : namesIn(value, inner, search);
    if (value && search.around.has(value)) scope = below;
  }
  return scope;
};

/** Keys of an item behind which layers stand, besides those of merges. */
const HOLDS_LAYERS: ReadonlySet<string> = new Set(['residual', 'sequence', 'numbered', 'aux', 'layers', 'shortcut']);

const branchesIn = (branches: Mapped, path: string, search: Search): string => {
  let scope = path;
  for (const { key, value } of branches.pairs) {
    if (!isPlainName(key.text)) continue;
    search.found.push({ name: path + key.text, start: key.start, item: branches });
    const below = namesIn(value, `${path}${key.text}.`, search);
    if (value && search.around.has(value)) scope = below;
  }
  return scope;
};
