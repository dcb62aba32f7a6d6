// What a layer kind is, and what it says about one layer: the interface every file in layers/ fills in. No kinds here.

import type { Args, ArgsOf, Plain as PlainValue } from './args.js';
import type { Count, OperationCount, TensorCount } from './count.js';
import type { Problem } from './diagnostic.js';
import type { Operator } from './operator.js';
import type { AxisReach, Moves, Reach, Reads } from './reach.js';
import type { Layout, Sentence, Shape } from './shape.js';
import type { Sum, Window } from './window.js';

/**
 * What a kind is for. Whoever must know asks this, never the kind's name.
 * `weights` have a kernel or a weight matrix and count as the network's layers (AlexNet 8); `scale` learns without one;
 * of an `opaque` one there is known what the spec states, and not what it computes.
 */
export type Role =
  | 'input'
  | 'weights'
  | 'norm'
  | 'activation'
  | 'pool'
  | 'merge'
  | 'shape'
  | 'regularisation'
  | 'scale'
  | 'opaque';

/** What a layer of which nothing else is known may state. */
export type Statement = 'params' | 'macs';

/** What one layer is and costs, for one image. Counts are data (see count.ts); absent means none. */
export interface Facts {
  /** Channels first, no batch. */
  readonly output: Shape;
  /** Weights and biases. */
  readonly params?: TensorCount;
  /** Running statistics: kept, not learned. */
  readonly buffers?: TensorCount;
  /** Multiply-accumulates; a bias is not counted. */
  readonly macs?: Count;
  /** Other operations. */
  readonly ops?: OperationCount;
  /** Which input cells an output cell sees, all channels together; absent = its own cell. Of several inputs, of the first alone. */
  readonly reach?: Reach;
  /** What comes out is the learned tensor itself: it lies with the weights, and is no activation. */
  readonly learned?: true;
  /** Of a layer that only moves values: where they go, channels and places alike. */
  readonly moves?: Moves;
  /** A cell sees no more than `reach` says, and maybe less, or elsewhere. */
  readonly atMost?: true;
  /** What nobody knows of this layer, for it is not stated: figures that hang on it are unknown. */
  readonly unstated?: readonly Statement[];
  /** Which input channels an output channel reads; absent = its own, of a layer that moves values as they go. */
  readonly channels?: 'all' | AxisReach;
  /** How each input is read, of a layer that reads them differently or along other axes; then `reach` and `channels` are absent. */
  readonly reads?: readonly Reads[];
  /** The axis along which the inputs stand one behind the other in the output, the channels being 0. */
  readonly stacked?: number;
  /** The windows along each axis with padding in cells, where the layer slides one. */
  readonly windows?: readonly Window[];
  /** What the reader should know about this row: `flattens 6x6x256 to 9,216`. */
  readonly note?: Sentence;
  /** The shape arithmetic: sums, axis by axis where there are windows, and sentences. Worked out only when somebody reads it. */
  readonly why?: (layout: Layout) => readonly (Sum | string)[];
}

/** One step of a compound kind: a plain layer, by the names the kind gives its parts. */
export interface Part {
  readonly name: string;
  readonly kind: string;
  readonly options: Readonly<Record<string, PlainValue>>;
  /** Parts read, by name; `input` is what the compound reads, `input2` what it reads besides. Absent = the part before. */
  readonly from?: readonly string[];
}

interface Description<A extends Args> {
  /** One sentence for the docs. */
  readonly doc: string;
  readonly role: Role;
  readonly aliases?: readonly string[];
  /** The option that stands at the kind key: `filters` in `conv: 96`. */
  readonly main?: string & keyof A;
  readonly args: A;
  /**
   * How many tensors it reads. Default one. What reads none is not read by the item behind it either, unless that names it:
   * the values that come from before go past it.
   */
  readonly inputs?: 'none' | 'one' | 'many';
  /** Takes `norm`, `act` and `drop` beside its own options. */
  readonly sugar?: true;
  /** A composition of the functions is one function: two such layers in a row collapse into one. */
  readonly linear?: true;
  /** What the table's cell says besides the name: `96 11x11 / 4`. */
  readonly label?: (args: ArgsOf<A>) => string;
  /**
   * Specs in the form of the docs: items under a line `input: …`, with `# => shape, params n` or `# error: code` behind.
   * They are printed in docs/layers.md and run as tests.
   */
  readonly examples: readonly string[];
}

interface Plain<A extends Args> extends Description<A> {
  readonly analyze: (args: ArgsOf<A>, inputs: readonly [Shape, ...Shape[]]) => Facts | Problem;
  /**
   * What the layer computes, given what `analyze` said of it; several operators run one behind the other. Only of an opaque
   * layer nobody knows.
   */
  readonly execute?: (args: ArgsOf<A>, facts: Facts, input: Shape) => Operator | readonly Operator[];
}

interface Compound<A extends Args> extends Description<A> {
  readonly expand: (args: ArgsOf<A>, input: Shape, inputs: readonly Shape[]) => readonly Part[] | Problem;
}

/** A kind as the registry holds it, its arguments' types forgotten. `name` is the file's. */
export interface LayerKind extends Description<Args> {
  readonly name: string;
  readonly analyze?: (args: never, inputs: readonly [Shape, ...Shape[]]) => Facts | Problem;
  readonly execute?: (args: never, facts: Facts, input: Shape) => Operator | readonly Operator[];
  readonly expand?: (args: never, input: Shape, inputs: readonly Shape[]) => readonly Part[] | Problem;
}

/** A kind before its first use: a run meets few of the kinds, and describes no others. */
export type Definition = () => Omit<LayerKind, 'name'>;

/** Declares a kind, with `args` typing the arguments of `analyze`. */
export const layer = <const A extends Args>(describe: () => Plain<A> | Compound<A>): Definition =>
  describe as unknown as Definition;

/** The kinds by name and alias. */
export interface Registry {
  readonly names: readonly string[];
  /** What kinds have as options, each once. */
  readonly options: ReadonlySet<string>;
  /** All of them, described: for who lists or searches them. */
  readonly kinds: readonly LayerKind[];
  readonly find: (nameOrAlias: string) => LayerKind | undefined;
}

/**
 * A registry of kinds by name, each with its aliases, and of the options that they have: names are looked up without describing
 * any kind.
 */
export const registry = (
  table: Readonly<Record<string, readonly [Definition, ...aliases: readonly string[]]>>,
  options: readonly string[],
): Registry => {
  const names = Object.keys(table);
  const meant = new Map<string, string>();
  for (const name of names) {
    meant.set(name, name);
    for (const [i, alias] of table[name]?.entries() ?? []) if (i > 0) meant.set(alias as string, name);
  }
  const described = new Map<string, LayerKind>();
  const find = (nameOrAlias: string): LayerKind | undefined => {
    const known = described.get(nameOrAlias);
    if (known) return known;
    const name = meant.get(nameOrAlias);
    const define = name === undefined ? undefined : table[name]?.[0];
    if (name === undefined || !define) return undefined;
    const kind = described.get(name) ?? { ...define(), name };
    described.set(name, kind).set(nameOrAlias, kind);
    return kind;
  };
  return {
    names,
    options: new Set(options),
    get kinds() {
      return names.flatMap((name) => find(name) ?? []);
    },
    find,
  };
};
