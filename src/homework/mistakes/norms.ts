// Mistakes in what a normalisation averages, what it uses at test time, and what is linear: answers that are words.

import { axisNames } from '../../core/shape.js';
import { averagedAxes, statisticsInTest } from '../measures.js';
import { type Key, words } from '../quantities.js';
import type { Part } from '../world.js';
import type { Example, Mistake } from './mistake.js';

/** The normalisations that the mistakes are made in. */
const NORMS: Example['network'] = [
  '8x8x6',
  '{bn, name: batch}',
  '{ln, name: layer}',
  '{in, name: instance}',
  '{gn: 3, name: group}',
];

/** Other axes, from those that are right: images, rows of channels as the layer has them, places. */
const otherAxes = (part: Part, change: (axes: Axes) => readonly string[]): readonly (Key | null)[] => {
  const all = averagedAxes(part);
  if (!all) return [];
  const places = all.filter((axis) => axis !== 'N' && !axis.startsWith('C'));
  const axes: Axes = { all, places, channels: all.find((axis) => axis.startsWith('C')), batch: all.includes('N') };
  const other = change(axes);
  return other.length > 0 ? [words(other)] : [];
};

interface Axes {
  readonly all: readonly string[];
  readonly places: readonly string[];
  /** `C`, or `C/3` of groups. */
  readonly channels: string | undefined;
  readonly batch: boolean;
}

export const WORDS: readonly Mistake[] = [
  {
    id: 'channels-averaged',
    about: ['axes'],
    hint: 'some notes write it so, but then all channels would share a mean: what has a mean of its own here?',
    example: { network: NORMS, asks: 'instance.axes', answer: 'C, H, W' },
    wrong: (part) =>
      otherAxes(part, ({ all, channels }) =>
        channels === 'C' ? [] : ['C', ...all.filter((axis) => axis !== channels)],
      ),
  },
  {
    id: 'batch-averaged',
    about: ['axes', 'test'],
    hint: 'this normalisation does the same for an image alone: does it look at others?',
    example: { network: NORMS, asks: 'layer.axes', answer: 'N, H, W' },
    wrong: (part, { quantity }) => {
      if (quantity === 'test') return statisticsInTest(part)?.[0] === 'same' ? [words(['batch'])] : [];
      return [
        ...otherAxes(part, ({ all, batch }) => (batch ? [] : ['N', ...all])),
        // Those of batch norm.
        ...otherAxes(part, ({ places, batch }) => (batch ? [] : ['N', ...places])),
      ];
    },
  },
  {
    id: 'batch-left-out',
    about: ['axes'],
    hint: 'so each image would be normalised by itself: where does this normalisation have its name from?',
    example: { network: NORMS, asks: 'batch.axes', answer: 'H, W' },
    wrong: (part) => otherAxes(part, ({ all, batch }) => (batch ? all.filter((axis) => axis !== 'N') : [])),
  },
  {
    id: 'channels-left-out',
    about: ['axes'],
    hint: 'so each channel would have a mean of its own: is that what this normalisation does?',
    example: { network: NORMS, asks: 'group.axes', answer: 'H, W' },
    wrong: (part) => otherAxes(part, ({ all, channels }) => (channels ? all.filter((axis) => axis !== channels) : [])),
  },
  {
    id: 'places-left-out',
    about: ['axes'],
    hint: 'right for vectors; this layer reads volumes: what else have those?',
    example: { network: NORMS, asks: 'batch.axes', answer: 'N' },
    wrong: (part) =>
      otherAxes(part, ({ all, places }) => (places.length > 0 ? all.filter((axis) => !places.includes(axis)) : [])),
  },
  {
    id: 'axes-kept',
    about: ['axes'],
    hint: 'these are what has a mean of its own; asked is over what each mean is taken',
    example: { network: NORMS, asks: 'batch.axes', answer: 'C' },
    wrong: (part) =>
      otherAxes(part, ({ places, channels, batch }) => [
        ...(batch ? [] : ['N']),
        ...(channels === 'C' ? [] : [channels ?? 'C']),
        ...(places.length > 0 ? [] : axisNames(part.facts.output.length - 1)),
      ]),
  },
  {
    id: 'batch-in-test',
    about: ['test'],
    hint: 'then the result for an image would hang on those beside it: what does the layer keep while training?',
    example: { network: NORMS, asks: 'batch.test', answer: 'batch' },
    wrong: (part) => (statisticsInTest(part)?.[0] === 'running' ? [words(['batch']), words(['same'])] : []),
  },
  {
    id: 'running-in-test',
    about: ['test'],
    hint: 'has this normalisation any running statistics?',
    example: { network: NORMS, asks: 'layer.test', answer: 'running averages' },
    wrong: (part) => (statisticsInTest(part)?.[0] === 'same' ? [words(['running'])] : []),
  },
  {
    id: 'fixed-in-test',
    about: ['linear'],
    hint: 'at test time mean and variance are fixed numbers: what is left of the formula?',
    example: { network: NORMS, asks: 'batch.linear', answer: 'no' },
    wrong: (part) => (statisticsInTest(part)?.[0] === 'running' ? [words(['no'])] : []),
  },
  {
    id: 'divides-by-itself',
    about: ['linear'],
    hint: 'it divides by a deviation of what it reads: of doubled values, does it make doubled ones?',
    example: { network: NORMS, asks: 'layer.linear', answer: 'yes' },
    wrong: (part) => (statisticsInTest(part)?.[0] === 'same' ? [words(['yes'])] : []),
  },
  {
    id: 'same-view-same-function',
    about: ['linear'],
    hint: 'to see the same is not to compute the same: what stands behind each convolution?',
    example: {
      network: ['32x32x64', '{conv: 64, kernel: 3}', 'relu', '{conv: 64, kernel: 3}', 'relu', '{conv: 64, kernel: 3}'],
      asks: 'total.linear',
      answer: 'yes',
    },
    wrong: (_, { subject: { parts } }) =>
      parts.length > 1 && parts.some(({ node }) => node.kind.role === 'activation') ? [words(['yes'])] : [],
  },
];
