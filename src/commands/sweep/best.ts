// Which networks of a sweep are kept: those that no other beats, the first of an order. All others are forgotten as they come.

import { type Objective, paretoFront } from '../../sweep/front.js';
import { isFigure, type Network, SWEEP_FIGURES, valueIn } from '../../sweep/network.js';
import type { OptionsOf } from '../command.js';
import type { COMMANDS } from '../commands.js';
import { UsageError } from '../output.js';

type BestOptions = Pick<OptionsOf<typeof COMMANDS.sweep.options>, 'pareto' | 'top' | 'sort' | 'reverse'>;

/** What is kept of networks as they come. */
export interface Chosen {
  readonly add: (network: Network) => void;
  readonly networks: () => readonly Network[];
}

/** Undefined where all are kept, in their order. Throws a UsageError. */
export const chosenBy = ({ pareto, top, sort, reverse }: BestOptions): Chosen | undefined => {
  if (top !== undefined && sort === undefined)
    throw new UsageError(
      '--top takes the first of an order, and there is none',
      'add --sort params, or another figure',
    );
  if (reverse && sort === undefined) throw new UsageError('--reverse turns the order of --sort, and there is none');
  const order = sort === undefined ? undefined : orderBy(sort, reverse === true);
  if (pareto) {
    const front = frontOf(pareto.map(readObjective));
    return {
      add: front.add,
      networks: () => {
        const found = front.networks();
        return order ? found.toSorted(order).slice(0, top) : found;
      },
    };
  }
  return order && firstBy(order, top ?? Number.POSITIVE_INFINITY);
};

type Order = (a: Network, b: Network) => number;

/** The largest first, words by the alphabet, what is unknown last. */
const orderBy = (name: string, isReversed: boolean): Order => {
  const sign = isReversed ? -1 : 1;
  return (a, b) => {
    const [x, y] = [valueIn(a, name) ?? null, valueIn(b, name) ?? null];
    if (x === null || y === null) return Number(x === null) - Number(y === null);
    if (typeof x === 'number' && typeof y === 'number') return sign * (y - x);
    return sign * textOf(x).localeCompare(textOf(y), 'en');
  };
};

const textOf = (value: unknown): string => (typeof value === 'string' ? value : JSON.stringify(value));

/** Keeps no more than twice as many as are wanted. */
const firstBy = (order: Order, most: number): Chosen => {
  let kept: Network[] = [];
  const cut = () => {
    kept = kept.toSorted(order).slice(0, most);
  };
  return {
    add: (network) => {
      kept.push(network);
      if (kept.length >= 2 * most + 64) cut();
    },
    networks: () => {
      cut();
      return kept;
    },
  };
};

/** How the better end of a figure may be called. */
const ENDS = { least: 'least', min: 'least', most: 'most', max: 'most' } as const;

/** `params`, `rf:most`: what is wanted of a figure, by default what is usually wanted of it. Throws a UsageError. */
export const readObjective = (text: string): Objective => {
  const [, name = '', end] = /^(.*?)(?::(least|most|min|max))?$/.exec(text) ?? [];
  if (name.includes(':'))
    throw new UsageError(`"${text}": of a figure the least or the most is best`, 'write params:least, or rf:most');
  if (end !== undefined) return { name, best: ENDS[end as keyof typeof ENDS] };
  return { name, best: isFigure(name) ? SWEEP_FIGURES[name].best : 'least' };
};

/** What a network has of each; null where that is no number. */
export const numbersIn = (network: Network, objectives: readonly Objective[]): readonly (number | null)[] =>
  objectives.map(({ name }) => {
    const value = valueIn(network, name);
    return typeof value === 'number' ? value : null;
  });

/** The networks that no other beats. */
export const frontOf = (objectives: readonly Objective[]): Chosen => {
  const front = paretoFront<Network>(objectives);
  return {
    add: (network) => front.add(numbersIn(network, objectives), network),
    networks: () => front.points().map(({ item }) => item),
  };
};
