// A receptive field measured by running the network, beside the one that was computed. Blocks only.

import type { View } from '../../analysis/view.js';
import { axisWord } from '../../core/shape.js';
import { agrees, computedRanges, type Measured, type Range } from '../../run/influence.js';
import type { Page } from '../page.js';

export const measuredPage = (view: View, measured: Measured | null): Page => {
  const title = { type: 'heading', text: `${view.node.name}, measured` } as const;
  if (!measured || !view.unit) return [title, { type: 'text', text: NOTHING }];
  const same = agrees(view, measured);
  return [
    title,
    {
      type: 'text',
      text: `The network is run ${measured.runs} times on images that are 1 on one side of a line and 0 on the other; the line moves until unit ${view.unit.at.join(', ')} just notices. Every layer has its own windows and sizes, but one channel where one can stand for all, weights of 1, and values cut to 0 or 1, so that nothing cancels or fades.`,
    },
    {
      type: 'facts',
      entries: [
        { label: 'measured', text: rangesText(measured.ranges) },
        { label: 'computed', text: rangesText(computedRanges(view)) },
      ],
    },
    {
      type: 'text',
      text: same ? 'What is measured is what was computed.' : 'What is measured is not what was computed.',
      ...(!same && { tone: 'error' as const }),
    },
  ];
};

const NOTHING = 'A unit of this layer sees everything: there is nothing to measure.';

const rangesText = (ranges: readonly Range[]): string =>
  ranges.includes(null)
    ? 'nothing'
    : ranges.map((range, axis) => `${axisWord(ranges.length, axis)} ${range?.first} to ${range?.last}`).join(', ');
