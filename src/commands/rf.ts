// cnncalc rf SPEC [LAYER]: receptive fields per layer; of one layer the steps, what a unit sees, a figure.

import type { Analysis } from '../analysis/analysis.js';
import { type Effective, effectiveField, isGate } from '../analysis/effective.js';
import { lint } from '../analysis/lint/lint.js';
import { inputFields, middleOf, type View, viewsOf } from '../analysis/view.js';
import { exitCode } from '../core/diagnostic.js';
import type { Node } from '../core/graph.js';
import { Refusal } from '../core/kernels.js';
import { formatShape, type Layout, spatial } from '../core/shape.js';
import { suggestion } from '../core/suggest.js';
import type { Io } from '../io.js';
import { recordsOf, type Setting } from '../report/columns.js';
import type { Scene } from '../report/drawing/scene.js';
import type { ViewedUnit } from '../report/json/rf.js';
import type { Page } from '../report/page.js';
import type { Measured } from '../run/influence.js';
import { version } from '../version.js';
import type { OptionsOf } from './command.js';
import type { COMMANDS } from './commands.js';
import { analyzed, type Loaded } from './load.js';
import { type Output, UsageError, writeFile } from './output.js';
import type { Printer, Result } from './print.js';
import { withProgress } from './progress.js';
import { glob, settingAsked, type TableOf, tableAsked } from './table.js';
import type { Work } from './work.js';

type RfOptions = OptionsOf<typeof COMMANDS.rf.options>;

export const run: Work<typeof COMMANDS.rf> = async ({ spec, layer }, options, output, io) => {
  const once = () => fieldsOf(spec, layer, options, output, io);
  return options.watch ? (await import('./watch.js')).watch([spec], io, once) : once();
};

const fieldsOf = async (
  spec: string,
  layer: string | undefined,
  options: RfOptions,
  output: Printer,
  io: Io,
): Promise<number> => {
  const table = tableAsked(options);
  const { loaded, analysis: plain } = await analyzed(spec, options, output, io);
  const analysis = { ...plain, diagnostics: [...plain.diagnostics, ...lint(plain, 'rf')] };
  const node = wanted(analysis, layer, options, output);
  if (node && options.unit) checkUnit(node, options.unit, analysis.graph.layout);
  const shown = node ? await viewed(analysis, node, options, io) : [];
  if (node?.facts && shown.length === 0)
    output.hint(`${node.name}: its receptive field is not known; it has too many phases to list`);
  const only = await glob(options, analysis, output);
  const scene = async (): Promise<Scene> => {
    const last = node ? undefined : lastSeeing(analysis, output);
    const drawn = last ? await viewed(analysis, last, options, io) : shown;
    const one = await sceneOf(analysis, drawn);
    if (one) return one;
    output.diagnostics(analysis.diagnostics, loaded, 'brief');
    throw new UsageError('there is no field to draw', 'name a layer before the first that sees everything');
  };
  if (options.svg !== undefined) await writeSvg(options.svg, shown, scene, io);
  await output.print({
    ...formsOf(analysis, await settingAsked(analysis, options), table, shown, loaded, only),
    scene,
  });
  output.diagnostics(analysis.diagnostics, loaded, 'brief');
  const code = exitCode(analysis.diagnostics, options.strict === true);
  return code === 0 && (await disagrees(shown)) ? 1 : code;
};

/** The layer's views of every input, each with what else was asked for. */
const viewed = async (analysis: Analysis, node: Node, options: RfOptions, io: Io): Promise<readonly ViewedUnit[]> => {
  const shown: ViewedUnit[] = [];
  for (const view of viewsOf(analysis, node, options.unit)) {
    const at = options.unit ?? middleOf(view.node);
    shown.push({
      view,
      at,
      ...(options.effective && { effective: effectiveOf(analysis, view, at) }),
      ...(options.measure && { measured: await measureUnit(analysis, view, options, io) }),
    });
  }
  return shown;
};

const effectiveOf = ({ graph, fields }: Analysis, { input, node }: View, at: readonly number[]): Effective | null =>
  effectiveField(graph, fields.get(input.id) ?? [], input, node, at);

/** By running the network; null where the unit sees everything. */
const measureUnit = async (
  analysis: Analysis,
  { unit, input, node }: View,
  options: RfOptions,
  io: Io,
): Promise<Measured | null> => {
  if (!unit) return null;
  const { measure } = await import('../run/influence.js');
  const { backendFor } = await import('./backend.js');
  const { graph, fields } = analysis;
  const inInput = fields.get(input.id) ?? [];
  const gate = (reader: number, read: number): boolean => {
    const [to, from] = [graph.nodes[reader], graph.nodes[read]];
    return to !== undefined && from !== undefined && isGate(to, from, inInput);
  };
  try {
    return await withProgress('measuring', options, io, (bar) =>
      measure(analysis, input.id, { id: node.id, at: unit.at }, gate, (steps) => backendFor({ steps }, io, bar)),
    );
  } catch (error) {
    if (error instanceof Refusal) throw new UsageError(`${error.message} [${error.code}]`, error.help);
    throw error;
  }
};

const disagrees = async (shown: readonly ViewedUnit[]): Promise<boolean> => {
  if (shown.every(({ measured }) => !measured)) return false;
  const { agrees } = await import('../run/influence.js');
  return shown.some(({ view, measured }) => measured && !agrees(view, measured));
};

/** The layer by its name, or the last below that name; where only a unit or a figure is asked for, the last that has a field. */
const wanted = (
  analysis: Analysis,
  name: string | undefined,
  { unit, svg, effective, measure }: RfOptions,
  output: Output,
): Node | undefined => {
  const nodes = analysis.rows.map(({ node }) => node);
  if (name !== undefined) {
    const found =
      nodes.find((node) => node.name === name) ?? nodes.findLast((node) => node.name.startsWith(`${name}.`));
    if (found || nodes.length === 0) return found;
    throw new UsageError(
      `there is no layer "${name}"`,
      suggestion(
        name,
        nodes.map((node) => node.name),
        'layers',
      ),
    );
  }
  if (unit === undefined && svg === undefined && !effective && !measure) return undefined;
  return lastSeeing(analysis, output);
};

const lastSeeing = ({ rows }: Analysis, output: Output): Node | undefined => {
  const last = rows.findLast(({ field }) => field && field.local !== 'global' && field.local.length > 0)?.node;
  if (last) output.hint(`no layer was named; this is ${last.name}, the last that does not see everything`);
  return last;
};

const checkUnit = (node: Node, unit: readonly number[], layout: Layout): void => {
  const sizes = spatial(node.facts?.output ?? []);
  if (!node.facts || (unit.length === sizes.length && unit.every((place, axis) => place < (sizes[axis] ?? 0)))) return;
  const shape = formatShape(node.facts.output, layout);
  const help =
    sizes.length === 0
      ? 'a vector has no places: every unit sees the same'
      : `write --unit ${sizes.map((size) => Math.floor((size - 1) / 2)).join(',')}, each from 0 to ${sizes.map((size) => size - 1).join(' and ')}`;
  throw new UsageError(`${node.name} is ${shape} and has no unit ${unit.join(', ')}`, help);
};

/** The map of --effective as a picture, which is finer than shapes; else what `scene` draws. */
const writeSvg = async (
  file: string,
  [first]: readonly ViewedUnit[],
  scene: () => Promise<Scene>,
  io: Io,
): Promise<void> => {
  if (!first?.effective) return (await import('./draw.js')).drawTo(file, await scene(), io);
  const { heatSvg } = await import('../report/formats/heat-svg.js');
  const { effectiveHeat } = await import('../report/pages/rf-effective.js');
  const { encode } = await import('../files/png.js');
  writeFile(file, await heatSvg(effectiveHeat(first.view, first.at, first.effective), encode), io);
};

/** The field of every input and its cone, or the map of --effective; null where every unit sees everything. */
const sceneOf = async (analysis: Analysis, shown: readonly ViewedUnit[]): Promise<Scene | null> => {
  const { fieldScene } = await import('../report/drawing/field.js');
  const { heatScene } = await import('../report/drawing/figure.js');
  const { below } = await import('../report/drawing/marks.js');
  const { effectiveHeat } = await import('../report/pages/rf-effective.js');
  const [first, ...more] = shown.flatMap(({ view, at, effective }) =>
    effective ? heatScene(effectiveHeat(view, at, effective)) : (fieldScene(analysis, view, at) ?? []),
  );
  return first ? below(first.title, [first, ...more], 14) : null;
};

const COLUMNS = ['name', 'layer', 'output', 'rf', 'rf-stride', 'rf-padding', 'rf-center'];

const formsOf = (
  analysis: Analysis,
  setting: Setting,
  tableOf: TableOf,
  shown: readonly ViewedUnit[],
  { name: source }: Loaded,
  only: ((name: string) => boolean) | undefined,
): Result => {
  const { layout } = analysis.graph;
  const branched = analysis.rows.some(({ field }) => field && field.least !== field.local);
  const keys = branched ? [...COLUMNS, 'rf-least'] : COLUMNS;
  const table = (sugar: 'apart' | 'folded') => tableOf(analysis, keys, sugar, setting, only);
  const json = async () =>
    (await import('../report/json/rf.js')).rfJson(analysis, shown, { version, source, layout, only });
  return {
    page: () => (analysis.rows.length === 0 ? [] : pageOf(analysis, shown, table('folded'), setting)),
    json,
    lines: async () => (await json()).layers.map((record) => ({ type: 'layer', ...record })),
    records: () => {
      const { columns, lines } = table('apart');
      return recordsOf(lines, columns, setting);
    },
  };
};

const pageOf = async (
  analysis: Analysis,
  shown: readonly ViewedUnit[],
  { columns, lines }: ReturnType<TableOf>,
  setting: Setting,
): Promise<Page> => {
  const { layout } = setting;
  const { fieldsPage, viewPage } = await import('../report/pages/rf.js');
  const { effectivePage } = await import('../report/pages/rf-effective.js');
  const { measuredPage } = await import('../report/pages/rf-measured.js');
  if (shown.length === 0)
    return inputFields(analysis).flatMap((fields) => fieldsPage(analysis, fields, lines, columns, setting));
  return shown.flatMap(({ view, at, effective, measured }) => [
    ...(effective === undefined && measured === undefined ? viewPage(analysis, view, layout) : []),
    ...(effective === undefined ? [] : effectivePage(view, at, effective, layout)),
    ...(measured === undefined ? [] : measuredPage(view, measured)),
  ]);
};
