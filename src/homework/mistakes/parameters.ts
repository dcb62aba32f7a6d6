// Mistakes in counting parameters: biases, channels, filters, groups, and layers that learn other numbers or nothing.

import { type Count, factorsOf, only, replaced, type Sort, term, total, without } from '../../core/count.js';
import { isInput } from '../../core/graph.js';
import { channels, elements, product, spatial } from '../../core/shape.js';
import { count, type Key } from '../quantities.js';
import { biases, type Part, weights } from '../world.js';
import { ALEXNET, type Around, input, isWeighted, type Mistake, number, ONE, reweighed, WEIGHTED } from './mistake.js';

export const WEIGHTS: readonly Mistake[] = [
  {
    id: 'forgot-bias',
    about: ['params', 'trainable'],
    hint: 'these are the weights alone; this sheet counts biases too',
    example: {
      network: ALEXNET,
      asks: 'conv1.params',
      answer: '34848',
    },
    wrong: (part, { conventions }) => (conventions.bias && biases(part).length > 0 ? [count(weights(part))] : []),
  },
  {
    id: 'one-bias',
    about: ['params', 'trainable', 'biases'],
    hint: 'a single bias for the whole layer; how many filters or units have one of their own?',
    example: { network: ['300x300x3', '{fc: 100, name: f}'], asks: 'f.params', answer: '27,000,001' },
    wrong: (part, { quantity }) =>
      biases(part).length === 0 ? [] : [count([...(quantity === 'biases' ? [] : weights(part)), ONE])],
  },
  {
    id: 'bias-per-weight',
    about: ['params', 'trainable', 'biases'],
    hint: 'a bias belongs to a filter or unit, not to each of its weights',
    example: { network: ['64x64x3', '{conv: 100, kernel: 5, name: c}'], asks: 'c.biases', answer: '7500' },
    wrong: (part, { quantity }) =>
      biases(part).length === 0
        ? []
        : [count(quantity === 'biases' ? weights(part) : [...weights(part), ...weights(part)])],
  },
  {
    id: 'forgot-channels',
    about: [...WEIGHTED, 'macs', 'flops'],
    hint: 'a filter reaches through all channels of its input',
    example: { network: ['64x64x3', '{conv: 100, kernel: 5, name: c}'], asks: 'c.params', answer: '2,600' },
    wrong: (part, { quantity }) =>
      isWeighted(part) && part.facts.windows
        ? reweighed(part, quantity, (terms) => without(terms, 'input channels'))
        : [],
  },
  {
    id: 'forgot-filters',
    about: [...WEIGHTED, 'macs', 'flops'],
    hint: 'this is a single filter; how many are there?',
    example: { network: ['64x64x3', '{conv: 100, kernel: 5, name: c}'], asks: 'c.params', answer: '76' },
    wrong: (part, { quantity }) =>
      isWeighted(part) && part.facts.windows
        ? reweighed(part, quantity, (terms) => without(terms, 'output channels'))
        : [],
  },
  {
    id: 'groups-ignored',
    about: [...WEIGHTED, 'macs', 'flops'],
    hint: 'the filters do not see all channels of the input: they work in groups',
    example: {
      network: ['27x27x96', '{conv: 256, kernel: 5, padding: 2, groups: 2, name: c}'],
      asks: 'c.params',
      answer: '614656',
    },
    wrong: (part, { quantity }) => {
      const { facts } = part;
      if (!isWeighted(part) || !facts.windows) return [];
      const full = { C_out: channels(facts.output), C_in: channels(input(part)) };
      return reweighed(part, quantity, (terms) =>
        only(terms.slice(0, 1), 'kernel', 'output place', 'input place').map((t) => term({ ...t.factors, ...full })),
      );
    },
  },
  {
    id: 'forgot-pointwise',
    about: [...WEIGHTED, 'macs', 'flops'],
    hint: 'a part of this layer is missing: it has more than one set of weights',
    example: {
      network: ['32x32x64', '{separable: 128, kernel: 3, bias: false, name: c}'],
      asks: 'c.params',
      answer: '576',
    },
    wrong: (part, { quantity }) =>
      weights(part).length < 2 || !isWeighted(part)
        ? []
        : weights(part).flatMap((_, i) => reweighed(part, quantity, (terms) => terms.filter((_, j) => i !== j))),
  },
  {
    id: 'bias-where-none',
    about: ['params', 'trainable', 'biases'],
    hint: 'this layer is said to have no bias',
    example: {
      network: ['32x32x3', '{conv: 16, kernel: 3, bias: false, name: c}'],
      asks: 'c.params',
      answer: '448',
    },
    wrong: (part, { quantity }) =>
      isWeighted(part) && biases(part).length === 0
        ? [number((quantity === 'biases' ? 0 : total(weights(part))) + channels(part.facts.output))]
        : [],
  },
  {
    id: 'biases-in-weights',
    about: ['weights'],
    hint: 'biases are no weights: leave them out',
    example: { network: ['32x32x64', '{conv: 64, kernel: 3, name: c}'], asks: 'c.weights', answer: '9C^2 + C' },
    wrong: (part) => (biases(part).length > 0 ? [count([...weights(part), ...biases(part)])] : []),
  },
  {
    id: 'no-weight-sharing',
    about: [...WEIGHTED, 'biases'],
    hint: 'the same filters serve every place of the output: weights are shared',
    example: {
      network: ALEXNET,
      asks: 'conv1.params',
      answer: '105,705,600',
    },
    wrong: (part, { quantity }) => {
      if (!isWeighted(part) || !part.facts.windows) return [];
      const places = product(spatial(part.facts.output));
      const [own, shifts] = [total(weights(part)), total(biases(part))];
      if (quantity === 'biases') return [number(places * shifts)];
      return [number(places * (own + shifts)), number(places * own), number(places * own + shifts)];
    },
  },
  {
    id: 'fc-forgot-channels',
    about: [...WEIGHTED, 'macs', 'flops', 'in_features'],
    hint: 'the flattened volume has channels too',
    example: { network: ['300x300x3', '{fc: 100, name: f}'], asks: 'f.params', answer: '9,000,100' },
    wrong: (part, { quantity }) => denseOver(part, quantity, product(spatial(input(part)))),
  },
  {
    id: 'fc-forgot-places',
    about: [...WEIGHTED, 'macs', 'flops', 'in_features'],
    hint: 'the flattened volume has height and width too, not channels alone',
    example: { network: ['7x7x512', '{fc: 10, name: f}'], asks: 'f.in_features', answer: '512' },
    wrong: (part, { quantity }) => denseOver(part, quantity, channels(input(part))),
  },
  {
    id: 'grey-for-colour',
    about: [...WEIGHTED, 'macs', 'flops', 'in', 'in_features'],
    hint: 'the picture is in colour: how many channels has it?',
    example: { network: ['300x300x3', '{fc: 100, name: f}'], asks: 'f.in', answer: '300x300x1' },
    wrong: (part, around) => inColours(part, around, 3, 1),
  },
  {
    id: 'colour-for-grey',
    about: [...WEIGHTED, 'macs', 'flops', 'in', 'in_features'],
    hint: 'the picture is grey: how many channels has it?',
    example: { network: ['28x28x1', '{conv: 32, kernel: 3, name: c}'], asks: 'c.params', answer: '896' },
    wrong: (part, around) => inColours(part, around, 1, 3),
  },
];

/** A layer on the picture itself, which has other channels than it was taken to have. */
function inColours(part: Part, { quantity, subject }: Around, own: number, taken: number): readonly (Key | null)[] {
  const read = input(part);
  const before = subject.analysis.graph.nodes[part.node.inputs[0] ?? -1];
  if (!before || !isInput(before) || read.length < 3 || channels(read) !== own) return [];
  if (quantity === 'in') return [{ form: 'shape', shape: [taken, ...spatial(read)] }];
  if (quantity === 'in_features') return [number(taken * product(spatial(read)))];
  if (!isWeighted(part)) return [];
  const sizes = part.facts.windows ? [taken] : [taken * product(spatial(read))];
  return reweighed(part, quantity, (terms) => replaced(terms, 'input channels', sizes));
}

export const NORMS_AND_POOLS: readonly Mistake[] = [
  {
    id: 'pool-has-weights',
    about: [...WEIGHTED, 'macs'],
    hint: 'a pool computes a maximum or a mean; what is there to learn?',
    example: {
      network: ALEXNET,
      asks: 'pool1.params',
      answer: '864',
    },
    wrong: ({ node, facts, inputs: [read = []] }) => {
      if (node.kind.role !== 'pool' || !facts.windows) return [];
      const cells = product(facts.windows.map((w) => w.kernel));
      const C = channels(read);
      return [cells, cells + 1, cells * C, cells * C + 1, (cells + 1) * C, cells * C * C, (cells * C + 1) * C].map(
        number,
      );
    },
  },
  {
    id: 'bn-four-per-channel',
    about: ['params', 'trainable'],
    hint: 'the running statistics are kept, not learned: this sheet counts what is learned',
    example: { network: ['112x112x64', '{bn, name: b}'], asks: 'b.params', answer: '256' },
    wrong: ({ facts }, { conventions, quantity }) =>
      facts.buffers && (conventions.batchnorm === 2 || quantity === 'trainable')
        ? [count([...(facts.params ?? []), ...facts.buffers])]
        : [],
  },
  {
    id: 'bn-two-missing',
    about: ['params', 'trainable', 'nontrainable'],
    hint: 'something per channel is missing: what is learned, and what is kept while training?',
    example: { network: ['112x112x64', '{bn, name: b}'], asks: 'b.params', answer: '64' },
    wrong: ({ facts }, { conventions, quantity }) => {
      if (!facts.buffers || facts.buffers.length === 0) return [];
      const half = quantity === 'nontrainable' ? facts.buffers : (facts.params ?? []);
      return [
        ...(conventions.batchnorm === 4 && quantity === 'params' ? [count(facts.params ?? [])] : []),
        count(half.slice(0, 1)),
      ];
    },
  },
  {
    id: 'bn-per-pixel',
    about: ['params', 'trainable', 'nontrainable'],
    hint: 'batch norm has its numbers per channel, not per place',
    example: { network: ['112x112x64', '{bn, name: b}'], asks: 'b.params', answer: '1605632' },
    wrong: ({ facts }) => {
      if (!facts.buffers || facts.buffers.length === 0) return [];
      const places = product(spatial(facts.output));
      const C = channels(facts.output);
      return [C * places, places].flatMap((n) => [number(2 * n), number(4 * n)]);
    },
  },
  {
    id: 'bn-in-all',
    about: ['params', 'trainable', 'nontrainable'],
    hint: 'every channel has numbers of its own, not the layer as a whole',
    example: { network: ['112x112x64', '{bn, name: b}'], asks: 'b.params', answer: '2' },
    wrong: ({ facts }) => ((facts.buffers ?? []).length > 0 ? [number(2), number(4)] : []),
  },
  {
    id: 'norm-learns-nothing',
    about: ['params', 'trainable'],
    hint: 'after normalising it scales and shifts, by numbers that are learned',
    example: { network: ['112x112x64', '{bn, name: b}'], asks: 'b.params', answer: '0' },
    wrong: ({ node, facts }) => (node.kind.role === 'norm' && total(facts.params) > 0 ? [number(0)] : []),
  },
  {
    id: 'gn-per-group',
    about: ['params', 'trainable'],
    hint: 'a scale and a shift belong to a channel; groups share mean and variance only',
    example: { network: ['8x8x6', '{gn: 3, name: n}'], asks: 'n.params', answer: '6' },
    wrong: ({ node, facts: { params = [], buffers } }) => {
      const groups = node.args?.['groups'];
      return node.kind.role === 'norm' && typeof groups === 'number' && params.length > 0 && !buffers
        ? [number(params.length * groups), number(groups)]
        : [];
    },
  },
  {
    id: 'ln-per-channel',
    about: ['params', 'trainable'],
    hint: 'this layer norm has a scale and a shift for every value, not for every channel',
    example: { network: ['8x8x6', '{ln, name: n}'], asks: 'n.params', answer: '12' },
    wrong: ({ node, facts: { params = [], buffers } }) =>
      node.kind.role === 'norm' && !buffers && sortsOf(params).includes('output place')
        ? [count(without(params, 'output place'))]
        : [],
  },
  {
    id: 'norm-per-value',
    about: ['params', 'trainable'],
    hint: 'this normalisation has a scale and a shift per channel, not for every value',
    example: { network: ['8x8x6', '{gn: 3, name: n}'], asks: 'n.params', answer: '768' },
    wrong: ({ node, facts: { params = [], buffers, output } }) => {
      const perChannel = params.length > 0 && sortsOf(params).every((sort) => sort === 'channels');
      return node.kind.role === 'norm' && !buffers && perChannel ? [number(params.length * elements(output))] : [];
    },
  },
];

const sortsOf = (terms: Count): readonly Sort[] => terms.flatMap(factorsOf).map(({ sort }) => sort);

/** A dense layer (or flatten) that reads another number of values. */
function denseOver(part: Part, quantity: string, features: number): readonly Key[] {
  if (part.facts.windows || input(part).length < 2 || features === elements(input(part))) return [];
  if (quantity === 'in_features') return [number(features)];
  return isWeighted(part) ? reweighed(part, quantity, (terms) => replaced(terms, 'input channels', [features])) : [];
}
