// The networks of a sweep by two of their figures, and which of them no other beats. How that is drawn is report/.

import type { Axis, Scatter, ScatterPoint } from '../../report/page.js';
import { setText } from '../../report/pages/sweep.js';
import { cloudOf } from '../../sweep/cloud.js';
import type { Objective } from '../../sweep/front.js';
import { isFigure, type Network, SWEEP_FIGURES, type SweepFigure } from '../../sweep/network.js';
import { UsageError } from '../output.js';
import { frontOf, numbersIn, readObjective } from './best.js';

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
  const front = frontOf(pareto?.map(readObjective) ?? [x, y]);
  const cloud = cloudOf<string>();
  return {
    add: (network) => {
      const [right = null, up = null] = numbersIn(network, [x, y]);
      cloud.add(right, up, labelOf(network));
      front.add(network);
    },
    best: front.networks,
    scatter: () => {
      const items = front.networks();
      const told = namesApart(items);
      const best = items.flatMap((item) => {
        const [right, up] = numbersIn(item, [x, y]);
        return typeof right === 'number' && typeof up === 'number'
          ? [{ x: right, y: up, label: labelOf(item, told), isFront: true }]
          : [];
      });
      // What lies under a point of the front is not seen.
      const taken = new Set(best.map(placeOf));
      const kept = cloud.points();
      const others = kept.flatMap(({ item: label, x: right, y: up }) => {
        const point = { x: right, y: up, label, isFront: false };
        return taken.has(placeOf(point)) ? [] : [point];
      });
      const isThinned = kept.length < cloud.total();
      return { x: axisOf(x), y: axisOf(y), points: [...others, ...best], ...(isThinned && { total: cloud.total() }) };
    },
  };
};

const placeOf = ({ x, y }: Pick<ScatterPoint, 'x' | 'y'>): string => `${x} ${y}`;

const axisOf = ({ name, best }: Objective): Axis => {
  const figure: SweepFigure | undefined = isFigure(name) ? SWEEP_FIGURES[name] : undefined;
  return { name: figure?.title ?? name, best, ...(figure?.unit && { unit: figure.unit }) };
};

/** What some of them set otherwise than the first: the rest would only make labels long. */
const namesApart = ([first, ...others]: readonly Network[]): ReadonlySet<string> | undefined => {
  const names = Object.keys(first?.set ?? {});
  const apart = names.filter((name) => others.some(({ set }) => String(set[name]) !== String(first?.set[name])));
  return apart.length > 0 ? new Set(apart) : undefined;
};

/** What is set, or else what it is called. */
const labelOf = (network: Network, told?: ReadonlySet<string>): string => {
  const { id, name, index, set } = network;
  const shown = told ? Object.fromEntries(Object.entries(set).filter(([key]) => told.has(key))) : set;
  return (typeof id === 'string' && id) || setText({ set: shown }) || name || `#${index}`;
};
