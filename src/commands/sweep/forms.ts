// The answers of a sweep in every form: as they come, or all together where the best of them, an order or a plot is asked for.

import { sweepJson } from '../../report/json/sweep.js';
import type { Page } from '../../report/page.js';
import { SWEEP_COLUMNS, sweepPage, sweepRecords, usualSweepColumns } from '../../report/pages/sweep.js';
import { type Network, pick } from '../../sweep/network.js';
import { version } from '../../version.js';
import { valueAt } from '../get.js';
import { UsageError } from '../output.js';
import type { Result } from '../print.js';
import type { Answered } from './answered.js';
import type { Chosen } from './best.js';
import type { SweepOptions } from './input.js';
import type { Interrupt } from './interrupt.js';
import { type Plot, plotOf } from './plot.js';

type Networks = AsyncIterable<readonly Network[]>;

/** So many networks are in one table; the next ones get one of their own. */
const ROWS = 1000;

/** What answers become, and whether nothing is written before all have come. */
export interface SweepForms {
  readonly forms: Result;
  readonly isWhole: () => boolean;
}

/** `varied` is what differs from line to line, where that is known. */
export const formsOf = (
  answered: Answered,
  chosen: Chosen | undefined,
  varied: readonly string[] | undefined,
  { columns, get, plot, pareto }: SweepOptions,
  interrupt: Interrupt,
): SweepForms => {
  let isWhole = false;
  const usual = usualSweepColumns(varied);
  const keys = (otherwise: readonly string[]): readonly string[] =>
    columns?.flatMap((key) => (key === 'all' ? [...SWEEP_COLUMNS, ...(varied ?? [])] : [key])) ?? otherwise;
  const whole = async (add: (network: Network) => void): Promise<void> => {
    isWhole = true;
    for await (const some of answered.networks())
      for (const network of some) if (network.error === undefined) add(network);
  };
  async function* best({ add, networks }: Chosen): Networks {
    await whole(add);
    const found = interrupt.isHeard ? [] : networks();
    answered.wanted = found.length;
    if (found.length > 0) yield found;
  }
  const networks = () => (chosen ? best(chosen) : answered.networks());
  const plotted = async (): Promise<Plot> => {
    const plane = plotOf(plot, pareto);
    await whole(plane.add);
    return plane;
  };
  const unplotted = () => {
    if (!plot) return networks();
    throw new UsageError('--plot is drawn, and this format has no drawings', 'say -o sweep.svg, or nothing');
  };
  const forms: Result = {
    page: async () => {
      if (!plot) return pages(networks(), keys(usual.table), answered);
      const { scatter, best: front } = await plotted();
      return interrupt.isHeard ? [] : [{ type: 'scatter', ...scatter() }, ...sweepPage(front(), keys(usual.table))];
    },
    scene: async () => {
      const { scatterScene } = await import('../../report/drawing/scatter.js');
      const { scatter } = await plotted();
      return interrupt.isHeard ? null : scatterScene(scatter());
    },
    records: () => records(unplotted(), keys(usual.records)),
    lines: () => (columns ? picked(unplotted(), keys([])) : unplotted()),
    json: async () => {
      const found = unplotted();
      if (get !== undefined && !/^(?:schema|version|networks)(?:\.|$)/.test(get)) return valued(found, get);
      isWhole = true;
      const all: Network[] = [];
      for await (const some of found) all.push(...some);
      return interrupt.isHeard ? null : sweepJson(all, version);
    },
  };
  return { forms, isWhole: () => isWhole };
};

async function* pages(networks: Networks, keys: readonly string[], answered: Answered): AsyncIterable<Page> {
  let some: Network[] = [];
  for await (const more of networks) {
    some.push(...more);
    while (some.length >= ROWS) {
      yield sweepPage(some.slice(0, ROWS), keys);
      some = some.slice(ROWS);
    }
  }
  if (some.length > 0) yield sweepPage(some, keys);
  const { wanted, asked } = answered;
  if (wanted < asked) yield [{ type: 'text', text: `${wanted} of ${asked} networks` }];
}

async function* records(networks: Networks, keys: readonly string[]) {
  const [heading = []] = sweepRecords([], keys);
  yield [heading];
  for await (const some of networks) yield sweepRecords(some, keys).slice(1);
}

async function* picked(networks: Networks, keys: readonly string[]) {
  for await (const some of networks) yield some.map((network) => pick(network, keys));
}

/** One by one, each with a value at the path. The first is left without, where it has none: then the path is wrong. */
async function* valued(networks: Networks, path: string): AsyncIterable<Network> {
  let isFirst = true;
  for await (const some of networks)
    for (const network of some) {
      yield isFirst || hasValue(network, path) ? network : { ...network, [path]: null };
      isFirst = false;
    }
}

const hasValue = (network: Network, path: string): boolean => {
  try {
    return valueAt(network, path) !== undefined;
  } catch (error) {
    if (error instanceof UsageError) return false;
    throw error;
  }
};
