// The networks of a sweep by two of their figures, and which of them no other beats. How that is drawn is report/.

import type { Axis, Scatter } from '../../report/page.js';
import { setText } from '../../report/pages/sweep.js';
import { cloudOf } from '../../sweep/cloud.js';
import { type Objective, paretoFront } from '../../sweep/front.js';
import { isFigure, type Network, SWEEP_FIGURES, type SweepFigure, valueIn } from '../../sweep/network.js';
import { UsageError } from '../output.js';
import { readObjective } from './best.js';

export interface Plot {
  readonly add: (network: Network) => void;
  readonly scatter: () => Scatter;
  /** Those on the front. */
  readonly best: () => readonly Network[];
}

/** Without names the first two that are to be best, or else params against MACs. */
const USUAL = ['macs', 'params'];

/** Throws a UsageError where these are not two. */
export const plotOf = (names: readonly string[] | undefined, pareto: readonly string[] | undefined): Plot => {
  const usual = pareto && pareto.length > 1 ? pareto.slice(0, 2) : USUAL;
  const [x, y, ...more] = (names ?? usual).map(readObjective);
  if (!x || !y || more.length > 0)
    throw new UsageError('--plot takes two figures, the one to the right and the one up', 'write --plot macs,params');
  const objectives = pareto?.map(readObjective) ?? [x, y];
  const front = paretoFront<Network>(objectives);
  const cloud = cloudOf<string>();
  const numbers = (network: Network, wanted: readonly Objective[]): readonly (number | null)[] =>
    wanted.map(({ name }) => {
      const value = valueIn(network, name);
      return typeof value === 'number' ? value : null;
    });
  return {
    add: (network) => {
      const [right = null, up = null] = numbers(network, [x, y]);
      cloud.add(right, up, labelOf(network));
      front.add(numbers(network, objectives), network);
    },
    best: () => front.points().map(({ item }) => item),
    scatter: () => {
      const best = front.points().flatMap(({ item }) => {
        const [right, up] = numbers(item, [x, y]);
        return typeof right === 'number' && typeof up === 'number'
          ? [{ x: right, y: up, label: labelOf(item), isFront: true }]
          : [];
      });
      const onFront = new Set(best.map(({ label }) => label));
      const others = cloud
        .points()
        .flatMap(({ item: label, ...at }) => (onFront.has(label) ? [] : [{ ...at, label, isFront: false }]));
      return { x: axisOf(x), y: axisOf(y), points: [...others, ...best], total: cloud.total() };
    },
  };
};

const axisOf = ({ name, best }: Objective): Axis => {
  const figure: SweepFigure | undefined = isFigure(name) ? SWEEP_FIGURES[name] : undefined;
  return { name: figure?.title ?? name, best, ...(figure?.unit && { unit: figure.unit }) };
};

/** What is set, or else what it is called. */
const labelOf = (network: Network): string => {
  const { id, name, index } = network;
  return (typeof id === 'string' && id) || setText(network) || name || `#${index}`;
};
