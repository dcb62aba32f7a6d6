// Mistakes in counting parameters: biases, channels, filters, groups, and layers that learn other numbers or nothing.

import { type Count, factorsOf, only, replaced, type Sort, term, without } from '../../core/count.js';
import { channels, elements, product, spatial } from '../../core/shape.js';
import { count, type Key } from '../quantities.js';
import { biases, type Part, weights } from '../world.js';
import { input, isWeighted, type Mistake, number, ONE, reweighed, WEIGHTED } from './mistake.js';

export const WEIGHTS: readonly Mistake[] = [
  {
    id: 'forgot-bias',
    about: ['params', 'trainable'],
    hint: 'these are the weights alone; this sheet counts biases too',
    wrong: (part, { conventions }) => (conventions.bias && biases(part).length > 0 ? [count(weights(part))] : []),
  },
  {
    id: 'one-bias',
    about: ['params', 'trainable', 'biases'],
    hint: 'a single bias for the whole layer; how many filters or units have one of their own?',
    wrong: (part, { quantity }) =>
      biases(part).length === 0 ? [] : [count([...(quantity === 'biases' ? [] : weights(part)), ONE])],
  },
  {
    id: 'bias-per-weight',
    about: ['params', 'trainable', 'biases'],
    hint: 'a bias belongs to a filter or unit, not to each of its weights',
    wrong: (part, { quantity }) =>
      biases(part).length === 0
        ? []
        : [count(quantity === 'biases' ? weights(part) : [...weights(part), ...weights(part)])],
  },
  {
    id: 'forgot-channels',
    about: [...WEIGHTED, 'macs', 'flops'],
    hint: 'a filter reaches through all channels of its input',
    wrong: (part, { quantity }) =>
      isWeighted(part) && part.facts.windows
        ? reweighed(part, quantity, (terms) => without(terms, 'input channels'))
        : [],
  },
  {
    id: 'forgot-filters',
    about: [...WEIGHTED, 'macs', 'flops'],
    hint: 'this is a single filter; how many are there?',
    wrong: (part, { quantity }) =>
      isWeighted(part) && part.facts.windows
        ? reweighed(part, quantity, (terms) => without(terms, 'output channels'))
        : [],
  },
  {
    id: 'groups-ignored',
    about: [...WEIGHTED, 'macs', 'flops'],
    hint: 'the filters do not see all channels of the input: they work in groups',
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
    wrong: (part, { quantity }) =>
      weights(part).length < 2 || !isWeighted(part)
        ? []
        : weights(part).flatMap((_, i) => reweighed(part, quantity, (terms) => terms.filter((_, j) => i !== j))),
  },
  {
    id: 'fc-forgot-channels',
    about: [...WEIGHTED, 'macs', 'flops', 'in_features'],
    hint: 'the flattened volume has channels too',
    wrong: (part, { quantity }) => denseOver(part, quantity, product(spatial(input(part)))),
  },
  {
    id: 'fc-forgot-places',
    about: [...WEIGHTED, 'macs', 'flops', 'in_features'],
    hint: 'the flattened volume has height and width too, not channels alone',
    wrong: (part, { quantity }) => denseOver(part, quantity, channels(input(part))),
  },
];

export const NORMS_AND_POOLS: readonly Mistake[] = [
  {
    id: 'pool-has-weights',
    about: [...WEIGHTED, 'macs'],
    hint: 'a pool computes a maximum or a mean; what is there to learn?',
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
    wrong: ({ facts }, { conventions, quantity }) =>
      facts.buffers && (conventions.batchnorm === 2 || quantity === 'trainable')
        ? [count([...(facts.params ?? []), ...facts.buffers])]
        : [],
  },
  {
    id: 'bn-two-missing',
    about: ['params', 'trainable', 'nontrainable'],
    hint: 'something per channel is missing: what is learned, and what is kept while training?',
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
    wrong: ({ facts }) => {
      if (!facts.buffers || facts.buffers.length === 0) return [];
      const places = product(spatial(facts.output));
      const C = channels(facts.output);
      return [C * places, places].flatMap((n) => [number(2 * n), number(4 * n)]);
    },
  },
  {
    id: 'ln-per-channel',
    about: ['params', 'trainable'],
    hint: 'this layer norm has a scale and a shift for every value, not for every channel',
    wrong: ({ node, facts: { params = [], buffers } }) =>
      node.kind.role === 'norm' && !buffers && sortsOf(params).includes('output place')
        ? [count(without(params, 'output place'))]
        : [],
  },
  {
    id: 'norm-per-value',
    about: ['params', 'trainable'],
    hint: 'this normalisation has a scale and a shift per channel, not for every value',
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
