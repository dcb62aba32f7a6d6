// Darknet's sections by their names: what rows each comes to. The rows themselves are in the files beside this.

import type { Layer } from './layer.js';
import { added, multiplied, route, shortcut } from './merges.js';
import {
  avgpool,
  crop,
  implicit,
  localAvgpool,
  maxpool,
  normalization,
  reorg,
  reorg3d,
  softmax,
  upsample,
} from './shapes.js';
import { crnn, gated, local, rnn } from './uncomputed.js';
import { batchnorm, connected, convolutional, deconvolutional } from './weighted.js';

interface Sort {
  /** What its rows are called, with its index behind. */
  readonly name: string;
  /** Gives the row that comes out of it. */
  readonly rows: (layer: Layer) => number;
}

/** A detection head: the map that it reads is an output of the network, and it says itself how many channels that has. */
interface Head {
  readonly name: string;
  /** Channels of the map by the settings of the section, where they are fixed. */
  readonly channels: ((layer: Layer) => number) | undefined;
}

const passed = (layer: Layer): number => layer.before;

const SORTS: readonly (readonly [types: string, sort: Sort])[] = [
  ['convolutional conv', { name: 'conv', rows: convolutional }],
  ['deconvolutional deconv', { name: 'deconv', rows: deconvolutional }],
  ['connected conn', { name: 'fc', rows: connected }],
  ['batchnorm', { name: 'norm', rows: batchnorm }],
  ['local', { name: 'local', rows: local }],
  ['rnn', { name: 'rnn', rows: rnn }],
  ['gru', { name: 'gru', rows: gated('gated recurrent layer', 3) }],
  ['lstm', { name: 'lstm', rows: gated('long short-term memory', 4) }],
  ['crnn', { name: 'crnn', rows: crnn }],
  ['maxpool max', { name: 'maxpool', rows: maxpool }],
  ['local_avgpool local_avg', { name: 'avgpool', rows: localAvgpool }],
  ['avgpool avg', { name: 'avgpool', rows: avgpool }],
  ['route', { name: 'route', rows: route }],
  ['shortcut', { name: 'shortcut', rows: shortcut }],
  ['sam', { name: 'sam', rows: multiplied }],
  ['scale_channels', { name: 'scale', rows: multiplied }],
  ['control_channels', { name: 'scale', rows: multiplied }],
  ['shift_channels', { name: 'shift', rows: added }],
  ['upsample', { name: 'upsample', rows: upsample }],
  ['reorg', { name: 'reorg', rows: reorg }],
  ['reorg3d', { name: 'reorg', rows: reorg3d }],
  ['softmax soft', { name: 'softmax', rows: softmax }],
  ['dropout', { name: 'dropout', rows: (layer) => layer.add('dropout', { rate: layer.s.real('probability', 0.2) }) }],
  ['crop', { name: 'crop', rows: crop }],
  ['normalization lrn', { name: 'lrn', rows: normalization }],
  ['activation', { name: 'act', rows: (layer) => layer.activated(layer.before, 'linear', '') }],
  ['logistic logxent', { name: 'sigmoid', rows: (layer) => layer.add('sigmoid') }],
  ['implicit implicit_add', { name: 'implicit', rows: implicit(0) }],
  ['implicit_mul', { name: 'implicit', rows: implicit(1) }],
  ['empty silence', { name: 'empty', rows: passed }],
];

const HEADS: readonly (readonly [type: string, head: Head])[] = [
  ['yolo', { name: 'yolo', channels: (layer) => anchors(layer) * (layer.s.count('classes', 20) + 5) }],
  ['Gaussian_yolo', { name: 'yolo', channels: (layer) => anchors(layer) * (layer.s.count('classes', 20) + 9) }],
  [
    'region',
    {
      name: 'region',
      channels: ({ s }) => s.count('num', 1) * (s.count('classes', 20) + s.count('coords', 4, 0) + 1),
    },
  ],
  ['detection', { name: 'detection', channels: undefined }],
];

/** How many of its anchors a head uses: those that its mask names, or all. */
const anchors = ({ s }: Layer): number => (s.has('mask') ? s.wholes('mask').length : s.count('num', 1));

/** Losses: at test time they do nothing. */
export const LOSSES: ReadonlySet<string> = new Set(['cost', 'contrastive']);

export const sortOf: ReadonlyMap<string, Sort> = new Map(
  SORTS.flatMap(([types, sort]) => types.split(' ').map((type) => [type, sort] as const)),
);

export const headOf: ReadonlyMap<string, Head> = new Map(HEADS);
