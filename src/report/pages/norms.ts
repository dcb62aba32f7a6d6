// The normalisations side by side: what each averages, as a table and as blocks of cells, and when it is used; then executed.

import { type Averaging, axesOf } from '../../core/averaging.js';
import { grouped, powerAbove } from '../../core/quantity.js';
import { axisNames, channels, formatShape, product, type Shape, spatial } from '../../core/shape.js';
import type { Deviation, Normalised } from '../../run/normalised.js';
import type { Normalisation } from '../../run/norms.js';
import { heading } from '../cells.js';
import type { Block, Cell, Page, Solid, Solids } from '../page.js';

export interface NormsSetting {
  readonly input: Shape;
  readonly batch: number;
  readonly norms: readonly Normalisation[];
  readonly executed: Normalised;
}

export const normsPage = (setting: NormsSetting): Page => [
  {
    type: 'heading',
    text: 'normalisations',
    dim: `on ${setting.batch} ${setting.batch === 1 ? 'image' : 'images'} of ${formatShape(setting.input)}`,
  },
  {
    type: 'text',
    text: 'Each takes the mean of a set of values away from them and divides them by their deviation; they differ in which values make a set. Then gamma scales and beta shifts each channel (layer: each value).',
  },
  table(setting),
  normsFigure(setting),
  {
    type: 'text',
    text: 'Some lecture notes list C among the axes of instance normalisation. Averaged over C, H and W of each image it would be layer normalisation; instance normalisation averages over H and W, for each image and each channel.',
    tone: 'dim',
  },
  { type: 'facts', entries: setting.norms.map(({ name }) => ({ label: name, text: WHEN[name] ?? '' })) },
  ...executedPage(setting),
];

/** When each is used. */
const WHEN: Readonly<Record<string, string>> = {
  batch: 'convolutional networks trained with many images at once; at test time it folds into the layer before it',
  layer: 'recurrent networks and small batches, where the images of a batch may not mix',
  'layer-c': 'transformers and ConvNeXt: each place by itself',
  instance: 'style transfer: it takes away the contrast of each image; learns nothing unless asked (affine: true, 2C)',
  group: 'detection and segmentation, where few images fit into memory',
  rms: 'large transformers: as layer-c, without the mean',
  lrn: 'AlexNet and GoogLeNet; VGG found that it does not help',
};

const table = ({ input, norms }: NormsSetting): Block => ({
  type: 'table',
  columns: [
    heading('name', ''),
    heading('over', 'over'),
    heading('means', 'means', { align: 'right' }),
    heading('values', 'values', { align: 'right' }),
    heading('params', 'params', { align: 'right' }),
    heading('buffers', 'buffers', { align: 'right' }),
    heading('test', 'in test'),
    heading('others', 'sees others'),
  ],
  rows: norms.map((norm): readonly Cell[] => {
    const { averaging, params, buffers } = norm;
    const counted = (n: number | undefined): Cell => ({ text: n === undefined ? '' : grouped(n) });
    return [
      { text: norm.name },
      { text: axesText(norm, input) },
      counted(averaging?.sets),
      counted(averaging?.values ?? norm.window ?? undefined),
      counted(params),
      counted(buffers),
      { text: buffers > 0 ? 'running means' : 'the same' },
      { text: averaging?.batch ? 'yes' : 'no' },
    ];
  }),
});

/** `N, H, W`; of a local response the channels around each value. */
const axesText = ({ averaging, window }: Normalisation, input: Shape): string =>
  averaging ? axesOf(averaging, input).join(', ') : `${window} of C`;

// --- figures -----------------------------------------------------------------------------------------------------------

/** As much is drawn of each direction. */
const DRAWN = { images: 4, channels: 8, places: 4 } as const;

export const normsFigure = ({ input, batch, norms }: Omit<NormsSetting, 'executed'>): Solids => {
  const [all, places] = [channels(input), product(spatial(input))];
  const shown = {
    images: Math.min(batch, DRAWN.images),
    channels: Math.min(all, DRAWN.channels),
    places: Math.min(places, DRAWN.places),
  };
  const of = (n: number, whole: number): string => (n === whole ? `${whole}` : `${n} of ${whole}`);
  return {
    type: 'solids',
    solids: norms.map((norm) => solid(norm, shown, input)),
    legend: [
      `across: ${of(shown.channels, all)} channels (C); down: ${of(shown.places, places)} places (${axisNames(input.length - 1).join(' x ')});`,
      `back: ${of(shown.images, batch)} images (N). Cells of one shade that touch share one mean.`,
    ],
  };
};

const solid = (
  norm: Normalisation,
  shown: { readonly images: number; readonly channels: number; readonly places: number },
  input: Shape,
): Solid => {
  const range = (n: number) => Array.from({ length: n }, (_, i) => i);
  return {
    title: norm.name,
    note: axesText(norm, input),
    cells: range(shown.images).map((n) =>
      range(shown.places).map((p) => range(shown.channels).map((c) => shadeOf(norm, n, c, p, shown.channels))),
    ),
  };
};

/** Sets that touch, also at a corner, have different shades: no normalisation cuts along more than two directions. */
const shadeOf = (
  { averaging, window }: Normalisation,
  n: number,
  c: number,
  p: number,
  channels: number,
): number | null => {
  if (averaging) return shade(averaging, n, c, p);
  // One window, around a channel in the middle of the front.
  const middle = Math.floor((channels - 1) / 2);
  return n === 0 && p === 0 && Math.abs(c - middle) <= (window ?? 1) / 2 ? 3 : null;
};

const shade = ({ setOf }: Averaging, n: number, c: number, p: number): number => {
  const [image, run, place] = setOf(n, c, p);
  return (image + 2 * (run + place)) % 4;
};

// --- executed ----------------------------------------------------------------------------------------------------------

const executedPage = ({ norms, executed }: NormsSetting): Page => {
  const { batch, affine } = executed;
  const sets = norms.filter(({ averaging, rms }) => averaging && !rms).map(({ name }) => name);
  const moments = (text: (moment: Normalised['batch']['moments'][number]) => number): readonly Cell[] =>
    batch.moments.map((moment) => ({ text: fixed(text(moment)) }));
  return [
    {
      type: 'heading',
      text: 'executed',
      dim: 'the largest |mean| over the sets of each normalisation',
    },
    {
      type: 'table',
      columns: [
        heading('name', 'normalised by'),
        ...sets.map((name) => heading(name, name, { align: 'right' })),
        heading('deviation', '|dev - 1|', { align: 'right' }),
      ],
      rows: norms.map(({ name }): readonly Cell[] => {
        const row = executed.norms.find((measured) => measured.name === name);
        return [
          { text: name },
          ...sets.map((set) => ({ text: small(row?.means[set] ?? 0) })),
          { text: row?.own ? small(row.own.deviation) : '' },
        ];
      }),
    },
    {
      type: 'text',
      text: 'Seeded noise, whose mean and size differ from image to image and from channel to channel. Means become 0 over the sets of the normalisation itself, and over larger sets that are made of whole ones of it. The last column is about its own sets: deviations become 1 but for eps (rms: root mean squares).',
    },
    {
      type: 'heading',
      text: 'training and test',
      dim: `batch, channel 0, drawn with mean ${batch.drawn.mean} and variance ${batch.drawn.variance}`,
    },
    {
      type: 'formula',
      lines: [
        {
          text: `running <- ${Number((1 - batch.momentum).toFixed(4))}*running + ${batch.momentum}*batch`,
          dim: 'from mean 0 and variance 1',
        },
      ],
    },
    {
      type: 'table',
      columns: [
        heading('what', 'after batches'),
        ...batch.moments.map(({ batches }) => heading(`${batches}`, `${batches}`, { align: 'right' })),
      ],
      rows: [
        [{ text: 'running mean' }, ...moments(({ running }) => running.mean)],
        [{ text: "the batch's mean" }, ...moments((moment) => moment.batch.mean)],
        [{ text: 'running variance' }, ...moments(({ running }) => running.variance)],
        [{ text: "the batch's variance" }, ...moments((moment) => moment.batch.variance)],
      ],
    },
    {
      type: 'facts',
      entries: [
        {
          label: 'variance',
          text: `${batch.biased.toFixed(4)} divided by n, by which the first batch is divided; ${batch.unbiased.toFixed(4)} by n - 1, which the running variance takes`,
        },
        { label: 'in test', text: testText(batch.test) },
        {
          label: 'gamma, beta',
          text: `with gamma ${affine.gamma} and beta ${affine.beta} the deviation is ${fixed(affine.deviation)} and the mean ${fixed(affine.mean)}`,
        },
      ],
    },
  ];
};

const testText = ({ mean, deviation }: Deviation): string =>
  `with the running statistics, an unseen batch has means up to ${fixed(mean)} and deviations within ${fixed(deviation)} of 1: it is not normalised by itself`;

const fixed = (n: number): string => n.toFixed(2);

/** `0.93`, or `<1e-7` where it is rounding. */
const small = (n: number): string => (n === 0 ? '0' : n < 1e-3 ? `<${powerAbove(n)}` : n.toFixed(2));
