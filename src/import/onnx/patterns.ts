// What exporters write as several nodes and everybody knows under one name: GELU, layer and group normalisation, Mish, LRN. A pattern
// is the formula; where it is found, one node of ONNX's own stands in place of its nodes.

import { product } from '../../core/shape.js';
import type { Attribute, GraphProto, NodeProto } from './model.js';

/**
 * A formula as a tree: an operator, what is read (`x`), a number, a scalar to be kept (`$eps`), a tensor of constants (`#w`), or
 * something that is looked at later (`~n`).
 */
type Formula =
  | { readonly is: 'node'; readonly op: string; readonly inputs: readonly Formula[] }
  | { readonly is: 'read' | 'scalar' | 'tensor' | 'any'; readonly name: string }
  | { readonly is: 'number'; readonly value: number };

const SIGNS: Readonly<Record<string, 'scalar' | 'tensor' | 'any'>> = { $: 'scalar', '#': 'tensor', '~': 'any' };

const parse = (text: string): Formula => {
  const tokens = text.match(/[A-Za-z]\w*\(|[$#~]?[a-z]\w*|-?[\d.]+(?:e-?\d+)?|\)/g) ?? [];
  let at = 0;
  const read = (): Formula => {
    const token = tokens[at++] ?? '';
    if (!token.endsWith('('))
      return /^[-\d.]/.test(token)
        ? { is: 'number', value: Number(token) }
        : { is: SIGNS[token[0] ?? ''] ?? 'read', name: token };
    const inputs: Formula[] = [];
    while (tokens[at] !== ')' && at < tokens.length) inputs.push(read());
    at += 1;
    return { is: 'node', op: token.slice(0, -1), inputs };
  };
  return read();
};

interface Found {
  readonly reads: ReadonlyMap<string, string>;
  readonly scalars: ReadonlyMap<string, number>;
  readonly nodes: readonly NodeProto[];
}

/** The one node in place of them; null where it only looked so. */
type Made = (found: Found, values: Values) => Pick<NodeProto, 'op' | 'inputs' | 'attributes'> | null;

const attributes = (...all: readonly Partial<Attribute>[]): Map<string, Attribute> =>
  new Map(all.map((one) => [one.name ?? '', { name: '', floats: [], ints: [], strings: [], ...one }]));

const simple =
  (op: string, ...given: readonly Partial<Attribute>[]): Made =>
  ({ reads }) => ({ op, inputs: [reads.get('x') ?? ''], attributes: attributes(...given) });

const HALF_ERF = ['Div(x 1.4142135)', 'Mul(x 0.70710678)'].map((inner) => `Add(Erf(${inner}) 1)`);
const INNER_TANH = ['Pow(x 3)', 'Mul(x Mul(x x))', 'Mul(Mul(x x) x)'].flatMap((cube) => [
  `Tanh(Mul(Add(x Mul(${cube} 0.044715)) 0.7978845))`,
]);
const CENTRED = 'Sub(x ReduceMean(x))';
const SQUARES = [`Pow(${CENTRED} 2)`, `Mul(${CENTRED} ${CENTRED})`];
const NORMED = SQUARES.flatMap((squares) => [
  `Div(${CENTRED} Sqrt(Add(ReduceMean(${squares}) $eps)))`,
  `Mul(${CENTRED} Reciprocal(Sqrt(Add(ReduceMean(${squares}) $eps))))`,
  `Mul(${CENTRED} Div(1 Sqrt(Add(ReduceMean(${squares}) $eps))))`,
]);
const RMS = ['Pow(x 2)', 'Mul(x x)'].flatMap((squares) => [
  `Div(x Sqrt(Add(ReduceMean(${squares}) $eps)))`,
  `Mul(x Reciprocal(Sqrt(Add(ReduceMean(${squares}) $eps))))`,
  `Mul(x Div(1 Sqrt(Add(ReduceMean(${squares}) $eps))))`,
]);
const GROUPED = 'Reshape(InstanceNormalization(Reshape(x #from) #ones #zeros) ~to)';
const affine = (formulas: readonly string[]): readonly string[] => [
  ...formulas.map((one) => `Add(Mul(${one} #w) #b)`),
  ...formulas.map((one) => `Mul(${one} #w)`),
  ...formulas,
];

const normalisation =
  (op: string): Made =>
  ({ reads, scalars, nodes }, values) => {
    const means = nodes.filter((node) => node.op === 'ReduceMean').map((node) => values.axesOf(node));
    const [axes] = means;
    if (!axes || means.some((other) => String(other) !== String(axes))) return null;
    const inputs = ['x', '#w', '#b'].flatMap((name) => reads.get(name) ?? []);
    return {
      op,
      inputs,
      attributes: attributes({ name: 'axes', ints: [...axes] }, { name: 'epsilon', f: scalars.get('$eps') ?? 0 }),
    };
  };

const groups: Made = ({ reads, nodes }, values) => {
  const shape = values.numbers(reads.get('#from') ?? '');
  const norm = nodes.find((node) => node.op === 'InstanceNormalization');
  const [scale, shift] = ['#ones', '#zeros'].map((name) => values.numbers(reads.get(name) ?? ''));
  const count = shape?.[1] ?? 0;
  if (!norm || count < 1 || !scale?.every((n) => n === 1) || !shift?.every((n) => n === 0)) return null;
  return {
    op: 'GroupNormalization',
    inputs: ['x', '#w', '#b'].flatMap((name) => reads.get(name) ?? []),
    attributes: attributes(
      { name: 'num_groups', i: count },
      { name: 'epsilon', f: norm.attributes.get('epsilon')?.f ?? 1e-5 },
    ),
  };
};

/** What only renames axes on the way from the squares to their mean. */
const RENAMES: readonly string[] = ['Reshape', 'Squeeze', 'Unsqueeze', 'Identity', 'Pad', 'Cast'];

/** The mean over neighbouring channels, which PyTorch lays along an axis of their own; how it gets there differs by version. */
const localResponse: Made = ({ reads, scalars }, values) => {
  const x = reads.get('x') ?? '';
  const up = (name: string): NodeProto | undefined => {
    const maker = values.makerOf(name);
    if (maker?.op === 'If') {
      const inner = [...maker.attributes.values()].flatMap(({ g }) => g?.nodes ?? []);
      return up(inner.find(({ op }) => op === 'Squeeze')?.inputs[0] ?? '');
    }
    return maker && RENAMES.includes(maker.op) ? up(maker.inputs[0] ?? '') : maker;
  };
  const pool = up(reads.get('~mean') ?? '');
  if (pool?.op !== 'AveragePool') return null;
  const [size = 0, ...others] = pool.attributes.get('kernel_shape')?.ints ?? [];
  const square = up(pool.inputs[0] ?? '');
  // Without padding of its own it is PyTorch's, which pads in front of it.
  const pads = pool.attributes.get('pads')?.ints ?? [];
  const before = pads.some((n) => n > 0) ? (pads[0] ?? 0) : size;
  if (square?.op !== 'Mul' || square.inputs.some((name) => name !== x) || others.some((n) => n !== 1)) return null;
  return {
    op: 'LRN',
    inputs: [x],
    attributes: attributes(
      { name: 'size', i: size },
      { name: 'alpha', f: scalars.get('$alpha') ?? 0 },
      { name: 'beta', f: scalars.get('$beta') ?? 0 },
      { name: 'bias', f: scalars.get('$k') ?? 0 },
      // Where the size is even PyTorch leans to the channels before, ONNX to those behind.
      { name: 'leans', s: 2 * before >= size - 1 ? 'before' : 'behind' },
    ),
  };
};

/** Padding with less than any value is that of the pool behind it. */
const widePool: Made = ({ reads, scalars, nodes }, values) => {
  const [pool] = nodes;
  const pads = values.numbers(reads.get('#pads') ?? '');
  if (!pool || !pads || scalars.get('$fill') !== Number.NEGATIVE_INFINITY || pool.outputs.length > 1) return null;
  const [before, after] = [pads.slice(0, pads.length / 2), pads.slice(pads.length / 2)];
  const isOfPlaces = [...before.slice(0, 2), ...after.slice(0, 2)].every((n) => n === 0) && pads.every((n) => n >= 0);
  const isPadded = (pool.attributes.get('pads')?.ints ?? []).some((n) => n > 0) || pool.attributes.has('auto_pad');
  if (!isOfPlaces || isPadded) return null;
  const own = { name: 'pads', floats: [], strings: [], ints: [...before.slice(2), ...after.slice(2)] };
  return { op: 'MaxPool', inputs: [reads.get('x') ?? ''], attributes: new Map([...pool.attributes, ['pads', own]]) };
};

/** A product with a stored matrix, and a bias for each of its columns. */
const linear: Made = ({ reads }, values) => {
  const [weight, bias] = ['#w', '#b'].map((name) => values.dimsOf(reads.get(name) ?? '') ?? []);
  if (weight?.length !== 2 || bias?.length !== 1 || weight[1] !== bias[0]) return null;
  return { op: 'Linear', inputs: ['x', '#w', '#b'].map((name) => reads.get(name) ?? ''), attributes: new Map() };
};

const SIXTH = 0.16666667;

/** The largest first: a formula may stand in another. */
const PATTERNS: readonly (readonly [Made, readonly string[]])[] = [
  [normalisation('LayerNormalization'), affine(NORMED)],
  [groups, affine([GROUPED])],
  [normalisation('RMSNormalization'), [...RMS.map((one) => `Mul(${one} #w)`), ...RMS]],
  [
    simple('Gelu'),
    HALF_ERF.flatMap((erf) => [`Mul(Mul(x ${erf}) 0.5)`, `Mul(x Mul(${erf} 0.5))`, `Mul(Mul(x 0.5) ${erf})`]),
  ],
  [
    simple('Gelu', { name: 'approximate', s: 'tanh' }),
    INNER_TANH.flatMap((tanh) => [
      `Mul(Mul(x Add(${tanh} 1)) 0.5)`,
      `Mul(x Mul(Add(${tanh} 1) 0.5))`,
      `Mul(Mul(x 0.5) Add(${tanh} 1))`,
    ]),
  ],
  [simple('Mish'), ['Mul(x Tanh(Softplus(x)))']],
  [simple('Swish'), ['Mul(x Sigmoid(x))']],
  [
    simple('HardSwish'),
    [
      'Div(Mul(x Clip(Add(x 3) 0 6)) 6)',
      'Mul(x Div(Clip(Add(x 3) 0 6) 6))',
      `Mul(Mul(x Clip(Add(x 3) 0 6)) ${SIXTH})`,
      `Mul(x Mul(Clip(Add(x 3) 0 6) ${SIXTH}))`,
    ],
  ],
  [
    ({ reads, nodes }) => {
      const gate = nodes.find((node) => node.op === 'HardSigmoid');
      const [alpha = 0.2, beta = 0.5] = ['alpha', 'beta'].map((name) => gate?.attributes.get(name)?.f);
      if (Math.abs(alpha - 1 / 6) > 1e-6 || beta !== 0.5) return null;
      return { op: 'HardSwish', inputs: [reads.get('x') ?? ''], attributes: new Map() };
    },
    ['Mul(x HardSigmoid(x))'],
  ],
  [linear, ['Add(MatMul(x #w) #b)']],
  [widePool, ['MaxPool(Pad(x #pads $fill))']],
  [
    ({ reads, scalars }) => ({
      op: 'ThresholdedRelu',
      inputs: [reads.get('x') ?? ''],
      attributes: attributes(
        { name: 'alpha', f: scalars.get('$limit') ?? 0 },
        { name: 'value', f: scalars.get('$value') ?? 0 },
      ),
    }),
    ['Where(Greater(x $limit) x $value)'],
  ],
  [localResponse, ['Div(x Pow(Add(Mul(~mean $alpha) $k) $beta))']],
];

/** The formulas by the operator of their last node. */
const BY_OPERATOR: ReadonlyMap<string, readonly (readonly [Formula, Made])[]> = (() => {
  const found = new Map<string, (readonly [Formula, Made])[]>();
  for (const [made, formulas] of PATTERNS)
    for (const text of formulas) {
      const formula = parse(text);
      const op = formula.is === 'node' ? formula.op : '';
      found.set(op, [...(found.get(op) ?? []), [formula, made]]);
    }
  return found;
})();

const AFFINE: readonly string[] = ['#w', '#b'];

const COMMUTES: readonly string[] = ['Add', 'Mul'];

/** What is known of a graph's values before anything is translated: small constants. */
export interface Values {
  readonly numbers: (name: string) => readonly number[] | undefined;
  /** The sizes of a constant; undefined where it is none. */
  readonly dimsOf: (name: string) => readonly number[] | undefined;
  readonly axesOf: (node: NodeProto) => readonly number[] | undefined;
  readonly makerOf: (name: string) => NodeProto | undefined;
}

/** The nodes with one in place of all that a pattern is made of. */
export const recognised = (graph: GraphProto, values: Values): readonly NodeProto[] => {
  const uses = new Map<string, number>();
  for (const name of graph.nodes.flatMap(({ inputs }) => inputs)) uses.set(name, (uses.get(name) ?? 0) + 1);
  for (const { name } of graph.outputs) uses.set(name, (uses.get(name) ?? 0) + 1);
  const gone = new Set<NodeProto>();
  const instead = new Map<NodeProto, NodeProto>();
  for (const node of [...graph.nodes].reverse()) {
    if (gone.has(node) || node.domain !== '') continue;
    for (const [formula, made] of BY_OPERATOR.get(node.op) ?? []) {
      const match = new Match(values);
      if (!match.node(node, formula) || !match.isAlone(node, uses)) continue;
      const one = made(match, values);
      if (!one) continue;
      for (const part of match.nodes) gone.add(part);
      instead.set(node, { name: node.name, domain: '', outputs: node.outputs, ...one });
      break;
    }
  }
  return graph.nodes.flatMap((node) => instead.get(node) ?? (gone.has(node) ? [] : [node]));
};

/** One attempt to find a formula at a node. */
class Match implements Found {
  reads = new Map<string, string>();
  scalars = new Map<string, number>();
  nodes: NodeProto[] = [];

  constructor(private readonly values: Values) {}

  node(node: NodeProto, formula: Formula): boolean {
    if (formula.is !== 'node' || node.op !== formula.op || node.domain !== '') return false;
    if (this.nodes.includes(node)) return true;
    const { inputs } = formula;
    // Axes and pads became inputs in later versions.
    if (node.inputs.length < inputs.length && node.op !== 'Clip') return false;
    if (node.inputs.slice(inputs.length).some((name) => name !== '' && this.values.dimsOf(name) === undefined))
      return false;
    const orders =
      COMMUTES.includes(node.op) && inputs.length === 2
        ? [
            [0, 1],
            [1, 0],
          ]
        : [inputs.map((_, i) => i)];
    for (const order of orders) {
      const before = { reads: new Map(this.reads), scalars: new Map(this.scalars), nodes: [...this.nodes] };
      this.nodes.push(node);
      if (order.every((from, i) => this.value(this.inputOf(node, from), inputs[i] as Formula))) return true;
      ({ reads: this.reads, scalars: this.scalars, nodes: this.nodes } = before);
    }
    return false;
  }

  /** An input by its number, or what was an attribute in its place: the bounds of Clip. */
  private inputOf(node: NodeProto, i: number): string | number {
    if (node.op === 'Clip' && i > 0 && node.inputs[i] === undefined)
      return node.attributes.get(i === 1 ? 'min' : 'max')?.f ?? Number.NaN;
    return node.inputs[i] ?? '';
  }

  private value(name: string | number, formula: Formula): boolean {
    if (formula.is === 'number') {
      const known = typeof name === 'number' ? name : this.scalar(name);
      return known !== undefined && Math.abs(known - formula.value) <= 1e-4 * Math.abs(formula.value);
    }
    if (typeof name === 'number') return false;
    if (formula.is === 'node') {
      const maker = this.values.makerOf(name);
      return maker !== undefined && this.node(maker, formula);
    }
    if (formula.is === 'scalar') {
      const known = this.scalar(name);
      if (known !== undefined) this.scalars.set(formula.name, known);
      return known !== undefined;
    }
    if (formula.is === 'any') {
      this.reads.set(formula.name, name);
      return true;
    }
    const dims = this.values.dimsOf(name);
    if ((formula.is === 'tensor') !== (dims !== undefined)) return false;
    // A factor of one value is no scale that was learned per channel.
    if (dims && product(dims) === 1 && AFFINE.includes(formula.name)) return false;
    const known = this.reads.get(formula.name);
    this.reads.set(formula.name, known ?? name);
    return known === undefined || known === name;
  }

  private scalar(name: string): number | undefined {
    const numbers = this.values.numbers(name);
    return numbers?.length === 1 ? numbers[0] : undefined;
  }

  /** Nobody else reads what is computed on the way. */
  isAlone(last: NodeProto, uses: ReadonlyMap<string, number>): boolean {
    const inside = new Map<string, number>();
    for (const name of this.nodes.flatMap(({ inputs }) => inputs)) inside.set(name, (inside.get(name) ?? 0) + 1);
    return this.nodes.every(
      (node) => node === last || node.outputs.every((name) => (uses.get(name) ?? 0) === (inside.get(name) ?? 0)),
    );
  }
}
