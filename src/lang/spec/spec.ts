// Graph -> the text of a spec as a person would have written it: scopes, sugar, branches, blocks. What comes out is read again and
// compared; where it is not the same network, less is folded. The plainest form, a layer a line, is write.ts.

import { type Graph, isInput, type Parsed, unread } from '../../core/graph.js';
import type { Registry } from '../../core/layer.js';
import { formatShape, sameShape } from '../../core/shape.js';
import { write } from '../write.js';
import { type Block, type Folded, withBlocks } from './blocks.js';
import { combined } from './combine.js';
import { type Gathered, gathered } from './defaults.js';
import { inlined } from './inline.js';
import type { Item } from './item.js';
import { referred } from './refer.js';
import { type Network, networkOf } from './rows.js';
import { difference } from './same.js';
import { linesOf } from './text.js';
import { treeOf } from './tree.js';
import { inputText, word } from './words.js';

export interface Remarks {
  /** Lines of comment above all. */
  readonly above?: readonly string[];
  /** What the whole comes to, which the spec then holds of itself. */
  readonly expect?: Readonly<Record<string, number>>;
}

/** A text that is read as the network; or why there is none. */
export type Spec =
  | {
      readonly text: string;
      /** Why less is folded than could be, if it is. */
      readonly because?: string;
    }
  | { readonly text: null; readonly because: string };

/** Reads a text as it will be read. */
type Reader = (text: string) => Parsed;

export const specOf = (graph: Graph, registry: Registry, read: Reader, remarks: Remarks = {}): Spec => {
  if (graph.nodes.some(({ args, facts, uncounted }) => !args || !facts || uncounted))
    return { text: null, because: 'it has layers that could not be analysed' };
  let because: string | undefined;
  const forms = [
    () => textOf(graph, remarks, (items, network) => inlined(withBlocks(items, network, registry))),
    () => textOf(graph, remarks, (items) => ({ items, blocks: [] })),
    () => write(graph) ?? '',
  ];
  for (const form of forms) {
    const text = form();
    const wrong = misread(text, graph, read);
    if (wrong === undefined) return { text, ...(because !== undefined && { because }) };
    because ??= wrong;
  }
  return { text: null, because: because ?? '' };
};

/** What a text is read as otherwise than meant. */
const misread = (text: string, graph: Graph, read: Reader): string | undefined => {
  const { graph: again, diagnostics } = read(text);
  const error = diagnostics.find(({ severity }) => severity === 'error');
  return error ? `${error.code}: ${error.message} (line ${error.at?.line})` : difference(graph, again);
};

/**
 * Merges that turn out to be read by name are written without branches, and keep their names. Where that makes others be read by name
 * so often, they keep their branches, and are read by the names that they get.
 */
const TRIES = 3;

const textOf = (graph: Graph, remarks: Remarks, fold: (items: readonly Item[], network: Network) => Folded): string => {
  const network = networkOf(graph);
  const stated = sameIds(graph.outputs, unread(graph.nodes)) ? [] : graph.outputs;
  const plain = new Set<number>();
  for (let tries = 1; ; tries += 1) {
    const counted = tries > TRIES;
    if (counted) plain.clear();
    const tree = treeOf(network, (items) => combined(items, network, plain));
    const { items, outputs, unnameable } = referred(tree, network, stated, counted);
    if (unnameable.size === 0 || counted)
      return written(graph, remarks, gathered(fold(items, network), network), outputs, network);
    for (const id of unnameable) plain.add(id);
  }
};

const written = (
  graph: Graph,
  { above = [], expect = {} }: Remarks,
  { items, blocks, defaults }: Gathered,
  outputs: readonly string[],
  network: Network,
): string => {
  const { layout } = graph;
  const inputs = graph.nodes.filter(isInput);
  const [input] = inputs;
  const expected = Object.entries(expect).map(([figure, value]) => `${figure}: ${value}`);
  return [
    ...above.map((line) => `# ${line}`),
    ...(graph.name ? [`name: ${word(graph.name)}`] : []),
    ...(layout === 'chw' ? ['layout: chw'] : []),
    ...(inputs.length === 1 && input?.name === 'input'
      ? [`input: ${inputText(input.facts?.output ?? [], layout)}`]
      : ['inputs:', ...inputs.map(({ name, facts }) => `  ${word(name)}: ${inputText(facts?.output ?? [], layout)}`)]),
    ...(graph.batch === 1 ? [] : [`batch: ${graph.batch}`]),
    ...(graph.dtype === 'f32' ? [] : [`dtype: ${graph.dtype}`]),
    ...(outputs.length > 0 ? [`outputs: [${outputs.map(word).join(', ')}]`] : []),
    ...(expected.length > 0 ? [`expect: {${expected.join(', ')}}`] : []),
    ...defaultLines(defaults),
    ...blockLines(blocks),
    'layers:',
    ...linesOf(items, 2, shapeRemarks(items, network)),
    '',
  ].join('\n');
};

const defaultLines = (defaults: Gathered['defaults']): readonly string[] => {
  const lines = [...defaults].map(
    ([kind, options]) => `${kind}: {${[...options].map(([name, text]) => `${name}: ${text}`).join(', ')}}`,
  );
  const [only, ...more] = lines;
  if (only === undefined) return [];
  return more.length === 0 ? [`defaults: {${only}}`] : ['defaults:', ...lines.map((line) => `  ${line}`)];
};

const blockLines = (blocks: readonly Block[]): readonly string[] =>
  blocks.length === 0
    ? []
    : [
        'blocks:',
        ...blocks.flatMap(({ name, params, items }) => [
          `  ${name}:`,
          ...(params.length === 0
            ? []
            : [`    params: {${params.map((param) => `${param.name}: ${param.fallback}`).join(', ')}}`]),
          '    layers:',
          ...linesOf(items, 6),
        ]),
      ];

/** Behind an item stands what comes out of it, where that is another size than before. */
const shapeRemarks = (items: readonly Item[], { nodes, layout }: Network): ((item: Item) => string) => {
  const remarks = new Map<Item, string>();
  let before = nodes[0]?.facts?.output ?? [];
  for (const item of items) {
    const shape = nodes[item.result]?.facts?.output ?? [];
    if (!sameShape(shape, before)) remarks.set(item, formatShape(shape, layout));
    before = shape;
  }
  return (item) => remarks.get(item) ?? '';
};

const sameIds = (a: readonly number[], b: readonly number[]): boolean =>
  a.length === b.length && a.every((id, i) => id === b[i]);
