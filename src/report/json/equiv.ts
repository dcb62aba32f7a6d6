// Equivalence as JSON: `cnncalc/equiv/1`, and `cnncalc/equiv-find/1` for the stacks that would do as well.

import type { Equivalence, Side } from '../../analysis/equivalence.js';
import { polynomialText } from '../../analysis/polynomial.js';
import { arrange } from '../../core/shape.js';
import { compact, notEqual, verdict } from '../pages/equiv.js';
import type { Ran } from '../pages/equiv-run.js';
import { tracksJson } from './report.js';

const ratio = (a: number, b: number): number | null => (b === 0 ? null : Number((a / b).toFixed(4)));

export const equivJson = (result: Equivalence, ran: readonly Ran[], version: string) => {
  const [first, ...others] = ran.map(ranJson);
  const { a, b, sameReceptiveField, samePlaces, sameInputShape, sameOutputShape, equivalent } = result;
  const counts = (of: 'weights' | 'params') => ({
    a: polynomialText(a[of].inChannels),
    b: polynomialText(b[of].inChannels),
    atChannels: { channels: a.channels === b.channels ? a.channels : null, a: a[of].number, b: b[of].number },
    ratio: ratio(a[of].number, b[of].number),
  });
  return {
    schema: 'cnncalc/equiv/1',
    version,
    a: sideJson(a),
    b: sideJson(b),
    sameReceptiveField,
    samePlaces,
    sameInputShape,
    sameOutputShape,
    equivalent,
    // Weights alone, as the lectures compare them; with biases and all else that is learned beside it.
    params: { ...counts('weights'), withBiases: counts('params') },
    macs: { a: a.macs, b: b.macs, ratio: ratio(a.macs, b.macs) },
    nonlinearities: { a: a.nonlinearities, b: b.nonlinearities },
    trace: { a: compact(a.trace), b: compact(b.trace) },
    growth: { a: compact(a.growth), b: compact(b.growth) },
    verdict: verdict(result),
    notEqual: notEqual(result),
    ...(first && { execution: first }),
    // Where both are stacks.
    ...(others.length > 0 && { otherExecutions: others }),
  };
};

/** `map` is the largest difference of each place, row by row. */
const ranJson = ({ name, execution }: Ran) => {
  const { input, kernel, linear, withRelu, padded } = execution;
  return { stack: name, inputShape: arrange(input, 'hwc'), kernel, linear, withRelu, padded };
};

const sideJson = (side: Side) => ({
  name: side.name,
  inputShape: arrange(side.input, 'hwc'),
  outputShape: arrange(side.output, 'hwc'),
  receptiveField: tracksJson(side.field),
  channels: side.channels,
  weightLayers: side.weightLayers,
});

export const findJson = (target: Side, stacks: readonly Side[], more: number, version: string) => {
  const one = (side: Side) => ({
    stack: side.name,
    weights: polynomialText(side.weights.inChannels),
    withBiases: polynomialText(side.params.inChannels),
    atChannels: { channels: side.channels, weights: side.weights.number, withBiases: side.params.number },
    macs: side.macs,
    nonlinearities: side.nonlinearities,
    trace: compact(side.trace),
  });
  return {
    schema: 'cnncalc/equiv-find/1',
    version,
    target: one(target),
    receptiveField: tracksJson(target.field),
    stacks: stacks.map(one),
    more,
  };
};
