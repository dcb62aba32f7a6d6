// The time of a batch on devices: a line for each, or of one device a line for each layer; and what such an estimate is worth. Every
// column of both tables, once.

import type { Analysis } from '../../analysis/analysis.js';
import { SOURCE } from '../../analysis/devices.js';
import {
  type Answer,
  type Estimate,
  estimateOn,
  imagesPerSecond,
  lineEstimate,
  lineLoad,
  lineShare,
  offOf,
  type Target,
} from '../../analysis/estimate.js';
import type { Line } from '../../analysis/outline.js';
import { FACTOR, type Off } from '../../analysis/rates.js';
import { isInput } from '../../core/graph.js';
import { human, listed } from '../../core/quantity.js';
import { formatShape } from '../../core/shape.js';
import { heading, perSecond, short, someOf, time } from '../cells.js';
import { type Column, layerOf, rowsOf } from '../columns.js';
import type { Block, Fact, Page } from '../page.js';
import { titleOf } from '../title.js';

const percent = (share: number): string => `${(100 * share).toFixed(share < 0.1 ? 1 : 0)}%`;

const number = <Of>(
  key: string,
  title: string,
  value: (of: Of, answer: Answer) => number | null,
  rest: Partial<Column<Of, Answer>> = {},
): Column<Of, Answer> => ({ ...heading(key, title, { align: 'right' }), value, ...rest });

const word = <Of>(
  key: string,
  value: (of: Of) => string,
  rest: Partial<Column<Of, Answer>> = {},
): Column<Of, Answer> => ({ ...heading(key, key), value, ...rest });

const share = (value: number) => ({ text: percent(value) });

/** All columns of the table of devices. Where there is no room what they were timed with goes first. */
export const DEVICE_COLUMNS: readonly Column<Target, Answer>[] = [
  word('device', ({ name }) => name),
  word('hardware', ({ hardware }) => hardware, { drop: 4 }),
  word('setting', ({ setting }) => setting, { drop: 5 }),
  number('ms', 'ms', (target, answer) => msOf(estimateOn(answer, target)), { cell: (ms) => ({ text: time(ms) }) }),
  number('images-per-second', 'images/s', (target, answer) => imagesPerSecond(answer, estimateOn(answer, target)), {
    cell: (n) => ({ text: perSecond(n) }),
  }),
  number(
    'arithmetic',
    'arithmetic',
    (target, answer) => {
      const estimate = estimateOn(answer, target);
      return estimate && estimate.arithmetic / estimate.seconds;
    },
    { cell: share, drop: 3 },
  ),
  number('off', 'off by', (target, { attends }) => offOf(target, attends)?.median ?? null, { cell: share }),
  number('within', `within ${FACTOR}x`, (target, { attends }) => offOf(target, attends)?.within ?? null, {
    cell: share,
    drop: 2,
  }),
];

const msOf = (estimate: Estimate | null): number | null => estimate && 1000 * estimate.seconds;

/** All columns of the table of layers. */
export const LAYER_COLUMNS: readonly Column<Line, Answer>[] = [
  word('name', ({ name }) => name, { shorten: 4 }),
  word('layer', layerOf, { drop: 3 }),
  number('macs', 'MACs', (line, answer) => lineLoad(line, answer)?.macs ?? null, { cell: short, drop: 2 }),
  number('outputs', 'outputs', (line, answer) => lineLoad(line, answer)?.outputs ?? null, { cell: short, drop: 1 }),
  number('ms', 'ms', (line, answer) => msOf(lineEstimate(line, answer)), { cell: (ms) => ({ text: time(ms) }) }),
  number('share', 'share', lineShare, {
    align: 'left',
    cell: (value) => ({ text: `${Math.round(100 * value)}%`, bar: value }),
    unknown: { text: '' },
  }),
];

export const estimatePage = (analysis: Analysis, answer: Answer, lines: readonly Line[]): Page => {
  const { graph } = analysis;
  const [target, ...others] = answer.targets;
  const inputs = graph.nodes
    .filter(isInput)
    .map(({ name, facts }) => `${name} ${facts ? formatShape(facts.output, graph.layout) : '?'}`);
  const dim = [...inputs, `batch ${answer.batch}`].join(', ');
  return [
    { type: 'heading', text: titleOf(graph), dim },
    ...(target && others.length === 0
      ? [...layers(answer, lines), { type: 'facts' as const, entries: facts(answer, target) }]
      : [devices(answer), { type: 'facts' as const, entries: commonFacts(answer) }]),
    ...doubts(analysis, answer),
  ];
};

/** Those that take any time, or nobody knows how much. */
const layers = (answer: Answer, lines: readonly Line[]): readonly Block[] => {
  const shown = lines.filter((line) => lineLoad(line, answer)?.outputs !== 0);
  return shown.length === 0
    ? []
    : [{ type: 'table', columns: LAYER_COLUMNS, rows: rowsOf(shown, LAYER_COLUMNS, answer) }];
};

const devices = (answer: Answer): Block => ({
  type: 'table',
  columns: DEVICE_COLUMNS,
  rows: rowsOf(answer.targets, DEVICE_COLUMNS, answer),
});

const facts = (answer: Answer, target: Target): readonly Fact[] => {
  const { whole, batch, attends } = answer;
  const { rates, hardware, setting, table } = target;
  const estimate = estimateOn(answer, target);
  const off = offOf(target, attends);
  return [
    { label: 'device', text: hardware, dim: `(${setting})` },
    ...(whole && estimate
      ? [
          {
            label: 'time',
            text: `${time(1000 * estimate.seconds)} ms`,
            dim: `(${time((1000 * estimate.seconds) / batch)} ms an image, ${perSecond(batch / estimate.seconds)} images a second)`,
          },
          {
            label: 'arithmetic',
            text: percent(estimate.arithmetic / estimate.seconds),
            dim: `(2 x ${human(whole.macs)} operations an image, ${human(rates.flops)} a second)`,
          },
          {
            label: 'memory',
            text: percent(estimate.memory / estimate.seconds),
            dim: `(${human(whole.outputs)} outputs an image, ${human(rates.outputs)} a second)`,
          },
        ]
      : [{ label: 'time', text: '?' }]),
    { label: 'error', ...errorText(target, off, estimate, attends) },
    { label: 'batch', text: timedWith(target) },
    ...(target.blocks
      ? [
          {
            label: 'measured',
            text: target.blocks.map(({ name, seconds }) => `${name} ${time(1000 * seconds)} ms`).join(', '),
          },
        ]
      : []),
    ...(table === null ? [] : [{ label: 'source', text: table, dim: `(${SOURCE})` }]),
  ];
};

const errorText = (target: Target, off: Off | null, estimate: Estimate | null, attends: boolean) => {
  if (!off) return { text: 'nobody measured it for such a network' };
  const band = estimate
    ? `: ${time((1000 * estimate.seconds) / FACTOR)} to ${time(1000 * estimate.seconds * FACTOR)} ms here`
    : '';
  const of = target.blocks
    ? `of ${target.networks} blocks of layers, each estimated from the others`
    : attends
      ? 'of the networks in the table that are not convolutional'
      : `of ${target.networks} timings, each estimated from other networks' timings`;
  return {
    text: `${percent(off.median)} in the median, ${percent(off.within)} within a factor of ${FACTOR}${band}`,
    dim: `(${of})`,
  };
};

const timedWith = ({ batch }: Target): string =>
  batch === 1
    ? 'timed one image at a time; a batch is so many times as long'
    : `timed with ${batch} images at once, as a rule; small batches take longer for an image than this`;

/** Below so many images at once a GPU is rarely busy. */
const SMALL = 32;

const commonFacts = ({ attends }: Answer): readonly Fact[] => [
  {
    label: 'error',
    text: `off by: in the median; within ${FACTOR}x: how many are`,
    dim: attends
      ? '(of the networks in the tables that are not convolutional)'
      : "(of each table's convolutional networks, estimated from other networks' timings)",
  },
  {
    label: 'batch',
    text: 'GPUs were timed with batches as large as fit: small ones take longer for an image; CPUs with one image',
  },
  { label: 'source', text: SOURCE },
];

/** What is not known, and what the numbers are not made for. */
const doubts = ({ rows, totals }: Analysis, { whole, loads, attends, batch, targets }: Answer): readonly Block[] => {
  const unknown = rows.filter(({ node }) => !loads.get(node.id)).map(({ node }) => node.name);
  const told = [
    ...(whole
      ? []
      : [
          unknown.length > 0
            ? `The time is not known: nobody knows how much ${someOf(unknown)} multiplies.`
            : totals.macs === null
              ? 'The time is not known: the multiply-accumulates of the whole are not.'
              : 'The time is not known: nothing here multiplies, and what else takes time is not estimated.',
        ]),
    ...(attends
      ? [
          `The rates are fitted to convolutional networks, and this one ${listed(['has attention', 'steps in time'], 'or')}: the error is that of other networks, where it is known.`,
        ]
      : []),
    ...(whole && batch < SMALL && targets.some((target) => target.batch > 1)
      ? [`${batch === 1 ? 'One image is' : `${batch} images are`} a small batch: on a GPU it takes longer than this.`]
      : []),
  ];
  return told.map((text): Block => ({ type: 'text', text, tone: 'warning' }));
};
