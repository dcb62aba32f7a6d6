// Mistakes in multiply-accumulates, operations, activations and memory.

import { only, replaced, term, total, without } from '../../core/count.js';
import { elements, product, spatial } from '../../core/shape.js';
import type { Conventions } from '../conventions.js';
import { bytesPerValue, ratio } from '../measures.js';
import { count } from '../quantities.js';
import { biases } from '../world.js';
import { ALEXNET, input, type Mistake, number, reweighed, twice } from './mistake.js';

/** Whether the cell holds multiplications and additions, each counted. */
const countsBoth = ({ conventions, quantity }: { conventions: Conventions; quantity: string }): boolean =>
  conventions.count === 'named' ? quantity === 'flops' : conventions.count === 'flops';

export const COSTS: readonly Mistake[] = [
  {
    id: 'input-size-for-macs',
    about: ['macs', 'flops'],
    hint: 'a filter is applied once per place of the output, not of the input',
    example: {
      network: ALEXNET,
      asks: 'conv1.macs',
      answer: '1795682592',
    },
    wrong: (part, { quantity }) => {
      const moved = replaced(part.facts.macs ?? [], 'output place', spatial(input(part)));
      return reweighed(part, quantity, () => moved).flatMap((key) => [key, ...twice(key)]);
    },
  },
  {
    id: 'flops-for-macs',
    about: ['macs', 'flops'],
    hint: 'a multiplication and its addition are one multiply-accumulate',
    example: {
      network: ALEXNET,
      asks: 'conv1.macs',
      answer: '210830400',
    },
    wrong: ({ facts: { macs = [] } }, around) => (countsBoth(around) ? [] : twice(count(macs))),
  },
  {
    id: 'macs-for-flops',
    about: ['flops', 'macs'],
    hint: 'each multiply-accumulate is a multiplication and an addition',
    example: {
      network: ALEXNET,
      asks: 'conv1.flops',
      answer: '105415200',
    },
    wrong: ({ facts: { macs = [] } }, around) => (countsBoth(around) ? [count(macs)] : []),
  },
  {
    id: 'bias-in-macs',
    about: ['macs', 'flops'],
    hint: 'adding a bias is no multiplication: leave the biases out',
    example: {
      network: ['13x13x8', '{conv: 16, kernel: 3, stride: 2, padding: 1, name: c}'],
      asks: 'c.macs',
      answer: '57,232',
    },
    wrong: (part, around) => {
      const macs = part.facts.macs ?? [];
      if (macs.length === 0 || biases(part).length === 0) return [];
      const [places] = only(macs, 'output place');
      const keys = [
        count([...macs, ...biases(part).map((t) => term({ ...t.factors, ...places?.factors }))]),
        count([...macs, ...biases(part)]),
      ];
      return countsBoth(around) ? keys.flatMap(twice) : keys;
    },
  },
  {
    id: 'forgot-places',
    about: ['macs', 'flops'],
    hint: 'the filters are applied at every place of the output',
    example: {
      network: ALEXNET,
      asks: 'conv1.macs',
      answer: '34848',
    },
    wrong: (part) =>
      part.facts.windows
        ? [count(without(part.facts.macs ?? [], 'output place', 'input place')), count(part.facts.params ?? [])]
        : [],
  },
  {
    id: 'elements-for-bytes',
    about: ['memory', 'activation_memory'],
    hint: 'these are values; how many bytes is each?',
    example: {
      network: ALEXNET,
      asks: 'conv1.memory',
      answer: '290400',
    },
    wrong: ({ facts }, { subject, conventions }) =>
      conventions.memory === 'elements'
        ? []
        : subject.whole
          ? [number(total(facts.params))]
          : [1, subject.analysis.graph.batch].map((images) => number(images * elements(facts.output))),
  },
  {
    id: 'input-for-output',
    about: ['memory', 'activations'],
    hint: 'that is the volume the layer reads; what it makes is asked',
    example: {
      network: ALEXNET,
      asks: 'pool1.memory',
      answer: '1161600',
    },
    wrong: (part, { quantity, subject }) =>
      part.inputs.length === 0 || subject.whole
        ? []
        : [number(elements(input(part)) * (quantity === 'memory' ? bytesPerValue(subject) : 1))],
  },
  {
    id: 'forgot-depth-of-values',
    about: ['memory', 'activations'],
    hint: 'every channel has its values, not one of them',
    example: {
      network: ALEXNET,
      asks: 'conv1.activations',
      answer: '3025',
    },
    wrong: ({ facts }, { quantity, subject }) =>
      facts.output.length < 2 || subject.whole
        ? []
        : [number(product(spatial(facts.output)) * (quantity === 'memory' ? bytesPerValue(subject) : 1))],
  },
  {
    id: 'saved-for-share',
    about: ['ratio'],
    hint: 'what is it a share of: is that what is left, or what is saved?',
    example: {
      network: ['32x32x64', '{conv: 64, kernel: 3}', '{conv: 64, kernel: 3}', '{conv: 64, kernel: 3}'],
      asks: 'total.ratio',
      answer: '45%',
    },
    wrong: (_, { subject }) => {
      const share = ratio(subject);
      return share ? [number(1 - share), number(1 / share)] : [];
    },
  },
];
