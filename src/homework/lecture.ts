// The questions of a lecture on normalisation, AlexNet and VGG, in its order: networks and what is asked of them. The Chinese stands in
// chinese.ts, how a sheet is written in quiz.ts.

import type { Stated } from './conventions.js';
import type { QuantityName } from './quantities.js';

export interface LectureQuestion {
  readonly name: string;
  /** What stands above it: one sentence or more a line. */
  readonly about: readonly string[];
  /** The text of a spec, or the name of a bundled network. */
  readonly spec: readonly [string, ...string[]];
  readonly asks: Readonly<Record<string, readonly QuantityName[]>>;
}

/** The lecture gives instance norm a gamma and a beta for each channel; in frameworks it has none unless asked. */
export const STATED: Stated = { instancenorm: 2 };

const NORM: readonly QuantityName[] = ['axes', 'params', 'test', 'linear'];

const depthOf = (name: string, spec: string): LectureQuestion => ({
  name,
  about: ['How many layers with weights has it?'],
  spec: [spec],
  asks: { total: ['weightLayers'] },
});

export const LECTURE: readonly LectureQuestion[] = [
  {
    name: 'norms',
    about: [
      'Four normalisations of a batch of volumes: N images, H rows, W columns, C channels; group norm has three groups.',
      'axes: over which of N, C, H, W does each take its mean and variance? C/g are the channels of a group.',
      'params: how many numbers does it learn? As in the lecture, all have gamma and beta; in layer norm these have the shape of what it averages.',
      'nontrainable: how many running statistics does it keep?',
      'test: by what does it normalise at test time: running (averages kept while training), batch (the one at hand), same (as in training)?',
      'linear: is it a linear operation at test time, yes or no?',
    ],
    spec: [
      'input: 8x8x6',
      'layers:',
      '  - {batchnorm, name: batch}',
      '  - {layernorm, name: layer}',
      '  - {instancenorm, name: instance}',
      '  - {groupnorm: 3, name: group}',
    ],
    asks: {
      batch: ['axes', 'params', 'nontrainable', 'test', 'linear'],
      layer: NORM,
      instance: NORM,
      group: NORM,
    },
  },
  {
    name: 'alexnet',
    about: [
      'How AlexNet begins: images of 227x227x3; CONV1 has 96 filters 11x11 at stride 4, POOL1 is 3x3 at stride 2.',
      'out: which volume does each layer make? params: how many parameters has it, biases too?',
    ],
    spec: [
      'input: 227x227x3',
      'layers:',
      '  - {conv: 96, kernel: 11, stride: 4, name: conv1}',
      '  - {maxpool: 3, stride: 2, name: pool1}',
    ],
    asks: { conv1: ['out', 'params'], pool1: ['out', 'params'] },
  },
  depthOf('alexnet-depth', 'alexnet'),
  depthOf('vgg16-depth', 'vgg16'),
  depthOf('vgg19-depth', 'vgg19'),
  {
    name: 'three',
    about: [
      'VGG: three 3x3 convolutions at stride 1 without padding, each with a ReLU, from C to C channels; here C is 64.',
      'out: the volume after each. rf: what it sees of the input, a side.',
      'weights: of all three, without biases; a number, or a formula in C. ratio: as a share of those of one convolution that sees as much.',
      'linear: could one convolution compute the same as all three with their ReLUs, yes or no?',
    ],
    spec: [
      'input: 32x32x64',
      'layers:',
      '  - {conv: 64, kernel: 3, act: relu, name: a}',
      '  - {conv: 64, kernel: 3, act: relu, name: b}',
      '  - {conv: 64, kernel: 3, act: relu, name: c}',
    ],
    asks: { a: ['out', 'rf'], b: ['out', 'rf'], c: ['out', 'rf'], total: ['weights', 'ratio', 'linear'] },
  },
  {
    name: 'seven',
    about: ['One 7x7 convolution in their place, at stride 1 without padding.'],
    spec: ['input: 32x32x64', 'layers:', '  - {conv: 64, kernel: 7, name: d}'],
    asks: { d: ['out', 'rf', 'weights'] },
  },
];
