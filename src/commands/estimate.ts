// cnncalc estimate SPEC --device NAME: the time of a batch on a device, with the error that such an estimate has.

import { DEVICES } from '../analysis/devices.js';
import { type Answer, attends, loadsOf, type Target, wholeOf } from '../analysis/estimate.js';
import { outline } from '../analysis/outline.js';
import { exitCode } from '../core/diagnostic.js';
import { suggestion } from '../core/suggest.js';
import type { Io } from '../io.js';
import { recordsOf } from '../report/columns.js';
import { DEVICE_COLUMNS, estimatePage, LAYER_COLUMNS } from '../report/pages/estimate.js';
import { version } from '../version.js';
import type { OptionsOf } from './command.js';
import type { COMMANDS } from './commands.js';
import { analyzed } from './load.js';
import { UsageError } from './output.js';
import { glob } from './table.js';
import type { Work } from './work.js';

type EstimateOptions = OptionsOf<typeof COMMANDS.estimate.options>;

/** What is measured where no table is asked. */
const THIS = 'this';

/** Images at once where nobody says: what a device needs to be busy. */
const BATCH = 256;

export const run: Work<typeof COMMANDS.estimate> = async ({ spec }, options, output, io) => {
  // Before there is a network: a name that is wrong ends the command.
  const tabled = devicesNamed(options.device);
  const { loaded, analysis } = await analyzed(spec, options, output, io);
  const { graph, diagnostics } = analysis;
  const only = await glob(options, analysis, output);
  const loads = loadsOf(analysis);
  let targets = tabled;
  try {
    if (isThis(options)) targets = [await measured(options, io)];
  } catch (error) {
    return (await import('./executed.js')).endedBy(error);
  }
  const answer: Answer = {
    whole: wholeOf(analysis, loads),
    loads,
    batch: options.batch ?? (graph.batch > 1 ? graph.batch : BATCH),
    attends: attends(analysis),
    targets,
  };
  const { depth } = options;
  const isOne = options.device !== undefined;
  const lines = isOne
    ? outline(analysis, { sugar: 'folded', ...(depth !== undefined && { depth }), ...(only && { only }) })
    : [];
  if (options.threads !== undefined && !isThis(options))
    output.hint('--threads without effect: it is of --device this');
  if (!isOne && (depth !== undefined || only)) output.hint('--depth and --only without effect: name a --device');
  const json = async () => {
    const { estimateJson } = await import('../report/json/estimate.js');
    return estimateJson(analysis, answer, lines, { version, source: loaded.name });
  };
  await output.print({
    page: () =>
      analysis.rows.length === 0 && exitCode(diagnostics, false) > 0 ? [] : estimatePage(analysis, answer, lines),
    json,
    lines: async () => (await import('../report/json/estimate.js')).linesOf(await json()),
    records: () =>
      isOne ? recordsOf(lines, LAYER_COLUMNS, answer) : recordsOf(answer.targets, DEVICE_COLUMNS, answer),
  });
  output.diagnostics(diagnostics, loaded, 'brief');
  return exitCode(diagnostics, options.strict === true);
};

const isThis = ({ device }: EstimateOptions): boolean => device?.toLowerCase() === THIS;

/** All where none is named; none where it is to be measured. */
const devicesNamed = (name: string | undefined): readonly Target[] => {
  if (name === undefined) return DEVICES;
  const asked = DEVICES.filter((device) => device.name === name.toLowerCase());
  if (asked.length > 0 || isThis({ device: name })) return asked;
  const names = [...DEVICES.map((device) => device.name), THIS];
  throw new UsageError(`there is no device "${name}"`, suggestion(name, names, 'devices'));
};

const measured = async (options: EstimateOptions, io: Io): Promise<Target> =>
  (await import('./this-device.js')).thisDevice(options, io);
