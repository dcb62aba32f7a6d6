// cnncalc explain SPEC [LAYER]: every number of a layer worked out.

import type { Analysis } from '../analysis/analysis.js';
import { exitCode } from '../core/diagnostic.js';
import { suggestion } from '../core/suggest.js';
import { explain } from '../explain/explain.js';
import type { Io } from '../io.js';
import { someOf } from '../report/cells.js';
import { explainJson } from '../report/json/explain.js';
import { explainPage } from '../report/pages/explain.js';
import { version } from '../version.js';
import type { OptionsOf } from './command.js';
import type { COMMANDS } from './commands.js';
import { analyzed } from './load.js';
import { UsageError } from './output.js';
import type { Printer, Result } from './print.js';
import { glob } from './table.js';
import type { Work } from './work.js';

type ExplainOptions = OptionsOf<typeof COMMANDS.explain.options>;

export const run: Work<typeof COMMANDS.explain> = async ({ spec, layer }, options, output, io) => {
  const once = () => explained(spec, layer, options, output, io);
  return options.watch ? (await import('./watch.js')).watch([spec], io, once) : once();
};

const explained = async (
  spec: string,
  layer: string | undefined,
  options: ExplainOptions,
  output: Printer,
  io: Io,
): Promise<number> => {
  const { loaded, analysis } = await analyzed(spec, options, output, io);
  const [named, matches] = [chosen(analysis, layer), await glob(options, analysis, output)];
  const only = (name: string) => named(name) && (matches?.(name) ?? true);
  const tell = () => output.diagnostics(analysis.diagnostics, loaded, 'brief');
  await output.print(formsOf(analysis, loaded.name, only, tell));
  tell();
  return exitCode(analysis.diagnostics, options.strict === true);
};

/**
 * The explanations of the layers whose names are accepted, of a network from that source. Where they have nothing to draw, `tell`
 * says before that what is wrong with the network.
 */
export const formsOf = (
  analysis: Analysis,
  source: string,
  only?: (name: string) => boolean,
  tell: () => void = () => {},
): Result => {
  const { layout } = analysis.graph;
  const layers = explain(analysis, layout, only);
  return {
    page: () => explainPage(layers, analysis.graph, layout),
    json: () => explainJson(layers, analysis.diagnostics, { version, source, graph: analysis.graph }),
    scene: async () => {
      const { kernelScene } = await import('../report/drawing/kernel.js');
      const scene = kernelScene(analysis, layout, only);
      if (scene) return scene;
      tell();
      const names = layers.map(({ name }) => name);
      throw new UsageError(
        `no window to draw: ${someOf(names)} ${names.length === 1 ? 'slides' : 'slide'} none over ${names.length === 1 ? 'its' : 'their'} input`,
        'name a convolution or a pool',
      );
    },
  };
};

/** A layer by its name, with what stands below it: its sugar, or the rows of a block. */
const chosen = ({ rows }: Analysis, layer: string | undefined): ((name: string) => boolean) => {
  if (layer === undefined) return () => true;
  const fits = (name: string): boolean => name === layer || name.startsWith(`${layer}.`);
  const names = rows.map(({ node }) => node.name);
  if (names.length > 0 && !names.some(fits))
    throw new UsageError(`there is no layer "${layer}"`, suggestion(layer, names, 'layers'));
  return fits;
};
