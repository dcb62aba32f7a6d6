// The time of a batch on devices as JSON: `cnncalc/estimate/1`, and its records.

import type { Analysis } from '../../analysis/analysis.js';
import { SOURCE } from '../../analysis/devices.js';
import {
  type Answer,
  estimateOn,
  imagesPerSecond,
  lineEstimate,
  lineLoad,
  lineShare,
  offOf,
} from '../../analysis/estimate.js';
import type { Line } from '../../analysis/outline.js';
import { diagnosticJson, diagnostics } from './parts.js';
import * as s from './schema.js';

const loadFields = () => ({
  macs: s.figure('multiply-accumulates for one image'),
  outputs: s.figure('outputs, for one image, of whatever multiplies: what timm counts as activations'),
});

const milliseconds = (description: string) => s.orNull(s.number(`${description}, in milliseconds; null where unknown`));

export const estimateSchema = () =>
  s.ofNetwork('estimate', 'the time of a batch on devices', {
    settings: s.object('how it is told of', { batch: s.whole('images at once', 1) }),
    ...loadFields(),
    convolutional: s.flag('false where it has attention or steps in time, which the rates were not fitted to'),
    devices: s.list(
      'the one that was asked for, or all',
      s.object('a device', {
        name: s.text('as it is asked for'),
        hardware: s.text('what it is'),
        setting: s.text('precision, order of the values in memory, and with what it was timed'),
        source: s.orNull(s.text('where the timings are from; null of this machine, which was timed now')),
        batch: s.whole('images at once in the timings: the middle one', 1),
        timings: s.whole('how many were fitted', 1),
        rates: s.object('what it does in a second', {
          flops: s.number('floating point operations, two for each multiply-accumulate'),
          outputs: s.number('outputs'),
        }),
        error: s.orNull(
          s.object('how far such estimates are off, of networks that the fit had not seen; null where nobody looked', {
            median: s.number('the median of |estimate / measured - 1|'),
            within: s.number('the share of those within a factor of 1.5'),
          }),
        ),
        ms: milliseconds('the batch'),
        imagesPerSecond: s.orNull(s.number('throughput; null where unknown')),
        arithmetic: s.orNull(s.number('the share of it for arithmetic; the rest is for outputs; null where unknown')),
        blocks: s.optional(
          s.list(
            'of this machine: what was timed; absent of others',
            s.object('a block of layers', {
              name: s.text('what it is like'),
              ...loadFields(),
              ms: milliseconds('one image'),
            }),
          ),
        ),
      }),
    ),
    layers: s.list(
      'on the device; none where none is named',
      s.object('a layer, or those below one name under --depth', {
        name: s.text('its name'),
        ...loadFields(),
        ms: milliseconds('the batch'),
        share: s.orNull(s.number('of the whole; null where unknown')),
      }),
    ),
    diagnostics: diagnostics(),
  });

type EstimateJson = s.Described<ReturnType<typeof estimateSchema>>;

export const estimateJson = (
  { graph, diagnostics: found }: Analysis,
  answer: Answer,
  lines: readonly Line[],
  origin: Omit<s.Origin, 'graph'>,
): EstimateJson => ({
  ...s.envelope('estimate', { ...origin, graph }),
  settings: { batch: answer.batch },
  macs: answer.whole?.macs ?? null,
  outputs: answer.whole?.outputs ?? null,
  convolutional: !answer.attends,
  devices: answer.targets.map((target) => {
    const { name, hardware, setting, table, batch, networks, rates, blocks } = target;
    const estimate = estimateOn(answer, target);
    return {
      name,
      hardware,
      setting,
      source: table && `${SOURCE}, ${table}`,
      batch,
      timings: networks,
      rates,
      error: offOf(target, answer.attends),
      ms: estimate && 1000 * estimate.seconds,
      imagesPerSecond: imagesPerSecond(answer, estimate),
      arithmetic: estimate && estimate.arithmetic / estimate.seconds,
      ...(blocks && {
        blocks: blocks.map((block) => ({
          name: block.name,
          macs: block.macs,
          outputs: block.outputs,
          ms: 1000 * block.seconds,
        })),
      }),
    };
  }),
  layers: lines.map((line) => {
    const load = lineLoad(line, answer);
    const own = lineEstimate(line, answer);
    return {
      name: line.name,
      macs: load?.macs ?? null,
      outputs: load?.outputs ?? null,
      ms: own && 1000 * own.seconds,
      share: lineShare(line, answer),
    };
  }),
  diagnostics: found.map(diagnosticJson),
});

/** Devices, then layers, each with its type. */
export const linesOf = ({ devices, layers }: EstimateJson): readonly object[] => [
  ...devices.map((device) => ({ type: 'device', ...device })),
  ...layers.map((layer) => ({ type: 'layer', ...layer })),
];
