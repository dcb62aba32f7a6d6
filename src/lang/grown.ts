// Rows that an importer gives one by one -> Graph: names made to fit, inputs with what is said from outside, weights shared and frozen.
// What rows are is rows.ts; where they come from is import/.

import { Findings } from '../core/findings.js';
import { EMPTY_GRAPH, type Graph, isInput, type Parsed, shapeOf, unread } from '../core/graph.js';
import type { Growing, GrowingInput, GrowingRow, Grown } from '../core/growing.js';
import { formatShape, fromLayout, type Layout, type Shape } from '../core/shape.js';
import type { StoredTensor } from '../core/stored.js';
import type { ParseOptions } from './file.js';
import { Freezing } from './freeze.js';
import { completedSizes, exampleOf, MOST_INPUTS, parseSizes } from './input.js';
import { BUDGET } from './limits.js';
import { Names } from './names.js';
import { Rows } from './rows.js';
import { Sharing } from './share.js';
import { Work } from './work.js';

/** What is written of a name that a file of another program has: letters, digits, `_`, `-` and the dots between scopes. */
const wordOf = (name: string): string => {
  const parts = name.split(/[./\\:]+/).map((part) => part.replace(/[^\p{L}\p{N}_-]+/gu, '_').slice(0, LONGEST_PART));
  const word = parts.filter((part) => part !== '').join('.');
  return word.slice(0, LONGEST);
};

const LONGEST_PART = 200;
const LONGEST = 1000;

/** What comes of a file: the network, and the tensors in it by the names of its parameters. */
export interface GrownNetwork {
  readonly parsed: Parsed;
  readonly tensors: ReadonlyMap<string, StoredTensor>;
  /** By input: the axes of arrays as the other program takes them; see {@link GrowingInput}. */
  readonly orders: ReadonlyMap<string, readonly number[]>;
  /** What rows are called, by their names in the file, where those cannot be written here: files of weights have them. */
  readonly renamed: ReadonlyMap<string, string>;
  /** Who wrote it. */
  readonly origin: string;
}

class Growth implements Growing {
  readonly tensors = new Map<string, StoredTensor>();
  readonly orders = new Map<string, readonly number[]>();
  readonly renamed = new Map<string, string>();
  /** Names, with how many more of each there are. */
  private readonly taken = new Map<string, number>();
  private readonly rows: Rows;
  private readonly sharing: Sharing;
  private readonly freezing: Freezing;

  /** `layout`: the order in which the other program writes shapes, and its users read them. */
  constructor(
    private readonly options: ParseOptions,
    private readonly layout: Layout,
    private readonly findings: Findings,
  ) {
    const most = { ...BUDGET, ...options.most };
    const work = new Work(findings, most.work);
    const names = new Names(new Set(), findings, work, options.match);
    this.rows = new Rows(options.registry, names, 'chw', options.layout ?? layout, findings, most);
    this.sharing = new Sharing(this.rows.nodes, names, findings, work);
    this.freezing = new Freezing(this.rows.nodes, findings);
  }

  inputs(inputs: readonly GrowingInput[]): readonly number[] {
    const { input } = this.options;
    if (input !== undefined && inputs.length > 1)
      this.findings.about('--input', () =>
        this.findings.error(
          'input/several',
          `the network has ${inputs.length} inputs, and this sets the only one`,
          undefined,
          'leave it out',
        ),
      );
    if (inputs.length > MOST_INPUTS)
      this.findings.error('input/several', `the network has ${inputs.length} inputs; at most ${MOST_INPUTS} are read`);
    return inputs.map((one, i) => {
      const name = this.free(one.name, 'input');
      if (one.order) this.orders.set(name, one.order);
      this.rows.input(name, i < MOST_INPUTS ? this.inputShape(one) : null);
      return this.rows.nodes.length - 1;
    });
  }

  /** What the file says, with what is said from outside where it leaves sizes open. */
  private inputShape({ name, sizes, at }: GrowingInput): Shape | null {
    const { input: said } = this.options;
    if (said !== undefined) return this.findings.about('--input', () => this.said(said, sizes));
    const known = sizes.filter((size) => size !== null);
    const order = (all: readonly (number | string | null)[]): string =>
      formatShape(all.map((size) => size ?? '?') as never, this.options.layout ?? this.layout);
    if (known.length < sizes.length) {
      const example = sizes.map((size, axis) => size ?? (axis === 0 ? 3 : 224));
      this.findings.error(
        'import/open-size',
        `the file leaves open how large ${name} is: ${order(sizes)}`,
        at,
        `say it with --input, as in --input ${order(example)}`,
      );
      return null;
    }
    if (known.length < 1 || known.length > 4 || known.some((size) => !Number.isSafeInteger(size) || size < 1)) {
      this.findings.error(
        'input/axes',
        `an input has 1 to 3 axes besides its channels, each of at least 1; ${name} is ${known.length === 0 ? 'a single number' : order(known)}`,
        at,
        'say another shape with --input',
      );
      return null;
    }
    return known;
  }

  /** `256` and `256x256` with the channels of the file. */
  private said(text: string, own: readonly (number | null)[]): Shape | null {
    const layout = this.options.layout ?? this.layout;
    const sizes = parseSizes(text);
    const shape = sizes && fromLayout(completedSizes(sizes, own, layout) ?? sizes, layout);
    if (shape && shape.length <= 4 && shape.every((size) => Number.isSafeInteger(size) && size >= 1)) return shape;
    const { one, order } = exampleOf(layout);
    this.findings.error('input/unreadable', `"${text}" is no shape`, undefined, `write ${one}: ${order}`);
    return null;
  }

  add(row: GrowingRow): number {
    const { kind, at, options = {}, reads, sharedWith, frozen = false } = row;
    const name = this.free(row.name, kind);
    if (name !== row.name && !this.renamed.has(row.name)) this.renamed.set(row.name, name);
    const id = this.findings.within(name, () => {
      const added = this.rows.add({
        kind: this.rows.kind(kind),
        given: { options: new Map(Object.entries(options)) },
        name,
        reads,
        item: { place: at, keyPlace: at },
        written: 'chw',
        placeOf: () => at,
      });
      const own = { first: added, last: added };
      if (sharedWith !== undefined && this.rows.nodes[added]?.facts)
        this.sharing.rowByRow(own, { first: sharedWith, last: sharedWith }, this.name(sharedWith), at);
      if (frozen) this.freezing.say(own, { frozen, place: at }, 'item');
      return added;
    });
    if (sharedWith === undefined)
      for (const [tensor, stored] of Object.entries(row.tensors ?? {})) this.tensors.set(`${name}.${tensor}`, stored);
    return id;
  }

  unknown({ name, kind, at }: Pick<GrowingRow, 'name' | 'kind' | 'at'>): number {
    return this.rows.pushUnknown(this.free(name, kind), kind, at, undefined);
  }

  shape(row: number): Shape | null {
    return shapeOf(this.rows.nodes[row]);
  }

  name(row: number): string {
    return this.rows.nodes[row]?.name ?? '';
  }

  /** Once all rows are there. */
  graph({ name, outputs, notes = [] }: Grown): Graph {
    const { nodes } = this.rows;
    const { batch = 1, dtype = 'f32', freeze = [], match, layout = this.layout } = this.options;
    this.freezing.apply(freeze, match);
    return {
      ...EMPTY_GRAPH,
      name,
      batch,
      dtype,
      layout,
      nodes,
      outputs:
        outputs.length > 0 ? [...new Set(outputs)].filter((id) => nodes[id] && !isInput(nodes[id])) : unread(nodes),
      notes,
    };
  }

  /** The name as it can be written in a spec, which nothing else has. */
  private free(written: string, kind: string): string {
    const word = wordOf(written);
    // A number alone would be a position, and a word of YAML no name.
    const base = /^-?\d+$/.test(word) ? `${kind}_${word}` : word || kind;
    let name = base;
    let count = this.taken.get(base) ?? 0;
    while (this.taken.has(name)) {
      count += 1;
      name = `${base}_${count + 1}`;
    }
    this.taken.set(base, count);
    if (name !== base) this.taken.set(name, 0);
    return name;
  }
}

/** The network that `grow` makes of a file, row by row; what it tells is in the findings. Nothing where a limit stopped it. */
export const grown = (
  options: ParseOptions,
  layout: Layout,
  grow: (network: Growing, findings: Findings) => Grown | undefined,
): GrownNetwork => {
  const findings = new Findings();
  const growth = new Growth(options, layout, findings);
  const result = findings.unlessStopped(() => grow(growth, findings));
  const graph = result ? growth.graph(result) : { ...EMPTY_GRAPH, layout: options.layout ?? layout };
  const { tensors, orders, renamed } = growth;
  return { parsed: { graph, diagnostics: findings.inOrder }, tensors, orders, renamed, origin: result?.origin ?? '' };
};
