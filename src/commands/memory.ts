// cnncalc memory SPEC: what inference and training hold, layer by layer; the largest batch that fits.

import type { Analysis } from '../analysis/analysis.js';
import { stretchesBy } from '../analysis/training/checkpoint.js';
import { type Fit, fitOf } from '../analysis/training/fit.js';
import { type MemoryPlan, type PlanSetting, planOf, USUAL } from '../analysis/training/plan.js';
import { exitCode } from '../core/diagnostic.js';
import type { Io } from '../io.js';
import { recordsOf, settingOf } from '../report/columns.js';
import { version } from '../version.js';
import type { OptionsOf } from './command.js';
import type { COMMANDS } from './commands.js';
import { analyzed } from './load.js';
import { type Output, UsageError } from './output.js';
import type { Printer, Result } from './print.js';
import { glob, patternOf, type TableOf, tableAsked } from './table.js';
import type { Work } from './work.js';

type MemoryOptions = OptionsOf<typeof COMMANDS.memory.options>;

export const run: Work<typeof COMMANDS.memory> = async ({ spec }, options, output, io) => {
  const once = () => planned(spec, options, output, io);
  return options.watch ? (await import('./watch.js')).watch([spec], io, once) : once();
};

const planned = async (spec: string, options: MemoryOptions, output: Printer, io: Io): Promise<number> => {
  const table = tableAsked(options);
  const { loaded, analysis } = await analyzed(spec, options, output, io);
  const setting = await settingAsked(analysis, options);
  const plan = planOf(analysis, setting);
  const fit = options.fit === undefined ? undefined : fitOf(analysis, setting, options.fit);
  const only = await glob(options, analysis, output);
  await output.print(formsOf(analysis, plan, fit, table, loaded.name, only, output));
  output.diagnostics(analysis.diagnostics, loaded, 'brief');
  return exitCode(analysis.diagnostics, options.strict === true);
};

const settingAsked = async (analysis: Analysis, options: MemoryOptions): Promise<PlanSetting> => {
  const { optimizer = USUAL.optimizer, amp = USUAL.amp, torch = USUAL.torch } = options;
  const setting = { batch: analysis.graph.batch, optimizer, amp, torch };
  return options.checkpoint ? { ...setting, checkpoint: await blocksNamed(options.checkpoint, analysis) } : setting;
};

/** Throws a UsageError where no layer is meant by one of them. */
const blocksNamed = async (globs: readonly string[], { rows }: Analysis): Promise<(name: string) => boolean> => {
  const all = await Promise.all(globs.map((one) => patternOf(one, 'checkpoint')));
  all.forEach((fits, i) => {
    const stretchOf = stretchesBy(fits);
    if (rows.length > 0 && rows.every(({ node }) => stretchOf(node) === undefined))
      throw new UsageError(
        `--checkpoint ${globs[i]}: no block or layer has such a name`,
        'cnncalc SPEC lists the names; what stands before a dot is a block',
      );
  });
  return (name) => all.some((fits) => fits(name));
};

const COLUMNS = ['name', 'layer', 'output', 'kept', 'backward', 'why'];

const formsOf = (
  analysis: Analysis,
  plan: MemoryPlan,
  fit: Fit | undefined,
  tableOf: TableOf,
  source: string,
  only: ((name: string) => boolean) | undefined,
  output: Output,
): Result => {
  const setting = settingOf(analysis, analysis.graph.layout, plan);
  const table = (sugar: 'apart' | 'folded') => tableOf(analysis, COLUMNS, sugar, setting, only);
  const json = async () =>
    (await import('../report/json/memory.js')).memoryJson(analysis, plan, fit, only, { version, source });
  return {
    page: async () => {
      if (analysis.rows.length === 0) return [];
      const { columns, lines } = table('folded');
      return (await import('../report/pages/memory.js')).memoryPage(analysis, plan, fit, lines, columns, setting);
    },
    json,
    lines: async () => {
      const { layers, inference, training, backward, fit } = await json();
      return [
        ...layers.map((record) => ({ type: 'layer', ...record })),
        { type: 'totals', inference, training, backward, ...(fit && { fit }) },
      ];
    },
    records: () => {
      const { columns, lines } = table('apart');
      return recordsOf(lines, columns, setting);
    },
    scene: async () => {
      if (plan.alive.length === 0) {
        output.hint('what is kept is not known, and there is nothing to draw');
        return null;
      }
      return (await import('../report/drawing/staircase.js')).staircase(analysis, plan);
    },
  };
};
