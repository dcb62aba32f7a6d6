// What normalisation is good for, measured: sizes of values and gradients through a stack, as a table and as curves; gradients at the
// weights; the noise of a batch's statistics.

import { formatShape, type Shape, spatial } from '../../core/shape.js';
import type { BatchNoise, Followed, Initialisation, Noise, Sizes } from '../../run/depth.js';
import { heading } from '../cells.js';
import type { Block, Cell, Curves, CurvesRow, Page, Section } from '../page.js';

export interface DepthSetting {
  readonly input: Shape;
  readonly batch: number;
  readonly depth: number;
  readonly groups: number;
  readonly followed: readonly Followed[];
  readonly noise: Noise;
}

const FROM: Readonly<Record<Initialisation, string>> = { small: 'half of He', he: 'He', large: 'twice He' };

export const depthPage = (setting: DepthSetting): Page => [
  {
    type: 'heading',
    text: `normalisation through ${setting.depth} layers`,
    dim: `on ${setting.batch} ${setting.batch === 1 ? 'image' : 'images'} of ${formatShape(setting.input)}`,
  },
  {
    type: 'text',
    text: `Each layer is a convolution ${spatial(setting.input)
      .map(() => 3)
      .join(
        'x',
      )} with as many filters as channels, a normalisation or none, and relu; images go on from their other side, so that no zeros come in. Weights are He's (variance 2 / fan-in), half or twice as large. Noise of size 1 goes in, and at the end stands a gradient of size 1. Sizes are root mean squares.`,
  },
  sizes(setting),
  depthCurves(setting),
  {
    type: 'facts',
    entries: [
      {
        label: 'none',
        text: `a layer multiplies sizes by about the factor of its weights, forwards and back: over ${setting.depth} layers they vanish or explode, unless the initialisation fits`,
      },
      {
        label: 'batch',
        text: `whatever the weights are multiplied by, outputs and gradients stay as they are. But on its way back the gradient grows by ${growthOf(setting)} a layer, in wide layers by sqrt(pi/(pi - 1)) = 1.21: very deep stacks without shortcuts do not train (Yang et al., 2019)`,
      },
      {
        label: 'layer, group',
        text: `free of the initialisation too; ${setting.groups} groups of channels here`,
      },
    ],
  },
  ...weightsPage(setting),
  ...noisePage(setting),
];

const sizeText = (n: number): string => {
  if (n !== 0 && (n < 1e-2 || n >= 1e4)) return n.toExponential(1).replace('+', '');
  return n >= 100 ? n.toFixed(0) : n.toPrecision(2);
};

/** The first layer, the middle one and the last. */
const shownOf = (depth: number): readonly number[] => [...new Set([1, Math.ceil(depth / 2), depth])];

/** By initialisation, one below the other. */
const sectionsOf = (followed: readonly Followed[]): readonly Section[] =>
  followed.flatMap(({ initialisation }, row) =>
    followed[row - 1]?.initialisation === initialisation ? [] : [{ row, title: FROM[initialisation] }],
  );

const sizes = ({ depth, followed }: DepthSetting): Block => {
  const [shown, back] = [shownOf(depth), shownOf(depth).toReversed()];
  const column = (key: string) => (layer: number) =>
    heading(`${key}-${layer}`, `${key} ${layer}`, {
      align: 'right',
      drop: layer === 1 || layer === depth ? 0 : 1,
    });
  const cells = (layers: readonly Sizes[], at: readonly number[], of: (sizes: Sizes) => number): readonly Cell[] =>
    at.map((layer) => {
      const found = layers[layer - 1];
      return { text: found ? sizeText(of(found)) : '' };
    });
  return {
    type: 'table',
    columns: [heading('norm', 'normalised'), ...shown.map(column('out')), ...back.map(column('gradient'))],
    rows: followed.map(({ norm, layers }) => [
      { text: norm },
      ...cells(layers, shown, ({ output }) => output),
      ...cells(layers, back, ({ gradient }) => gradient),
    ]),
    sections: sectionsOf(followed),
  };
};

/** A row of panels for outputs and one for gradients, a panel for each initialisation. */
export const depthCurves = ({ depth, followed }: DepthSetting): Curves => {
  const row = (title: string, of: (sizes: Sizes) => number): CurvesRow => ({
    title,
    panels: Object.entries(FROM).map(([from, name]) => ({
      title: name,
      curves: followed
        .filter(({ initialisation }) => initialisation === from)
        .map(({ norm, layers }) => ({ name: norm, mark: norm.slice(0, 1), values: layers.map(of) })),
    })),
  });
  return {
    type: 'curves',
    title: `sizes of outputs and gradients through ${depth} layers`,
    rows: [row('size of outputs', ({ output }) => output), row('size of gradients', ({ gradient }) => gradient)],
    across: 'layer',
  };
};

/** `1.22 times`: the mean over the layers under batch normalisation. */
const growthOf = ({ followed }: DepthSetting): string => {
  const { layers = [] } =
    followed.find(({ norm, initialisation }) => norm === 'batch' && initialisation === 'he') ?? {};
  const [first, last] = [layers[0]?.gradient ?? 1, layers.at(-1)?.gradient ?? 1];
  return `${((first / last) ** (1 / Math.max(1, layers.length - 1))).toFixed(2)} times`;
};

// --- weights -----------------------------------------------------------------------------------------------------------

const weightsPage = ({ depth, followed }: DepthSetting): Page => {
  const layer = Math.ceil(depth / 2);
  const from = Object.values(FROM);
  const norms = [...new Set(followed.map(({ norm }) => norm))];
  return [
    { type: 'heading', text: 'gradients at the weights', dim: `of layer ${layer}, as a share of the weights` },
    {
      type: 'table',
      columns: [heading('norm', 'normalised'), ...from.map((title) => heading(title, title, { align: 'right' }))],
      rows: norms.map((norm): readonly Cell[] => [
        { text: norm },
        ...followed
          .filter((one) => one.norm === norm)
          .map(({ layers }) => {
            const { weights = 1, weightGradient = 0 } = layers[layer - 1] ?? {};
            return { text: sizeText(weightGradient / weights) };
          }),
      ]),
    },
    {
      type: 'text',
      text: 'Under a normalisation weights of twice the size get half the gradient, and a step of one learning rate changes them by a quarter of the share. A rate that is too high makes weights large, and large weights take small steps: the reason that its authors give for why higher rates are borne (Ioffe and Szegedy, 2015).',
    },
  ];
};

// --- noise -------------------------------------------------------------------------------------------------------------

const noisePage = ({ noise: { value, batches, sizes } }: DepthSetting): Page => {
  const row = (label: string, text: (size: BatchNoise) => string): readonly Cell[] => [
    { text: label },
    ...sizes.map((size) => ({ text: text(size) })),
  ];
  return [
    {
      type: 'heading',
      text: 'the noise of a batch',
      dim: `a value of ${value} in ${batches} batches of others, drawn with mean 0 and variance 1`,
    },
    {
      type: 'table',
      columns: [
        heading('what', 'values in the batch'),
        ...sizes.map(({ batch }) => heading(`${batch}`, `${batch}`, { align: 'right' })),
      ],
      rows: [
        row('normalised, mean', ({ mean }) => mean.toFixed(2)),
        row('spread', ({ spread }) => spread.toFixed(2)),
        row('spread * sqrt(n)', ({ batch, spread }) => (spread * Math.sqrt(batch)).toFixed(2)),
      ],
    },
    {
      type: 'text',
      text: `The same value comes out otherwise in every batch. The spread falls with the root of the number of values, about sqrt(${(1 + value ** 2 / 2).toFixed(1)}/n): small batches make noise, which regularises, and too much of it harms. Layer and group normalisation look at one image, and have none; batch normalisation has none at test time.`,
    },
  ];
};
