// cnncalc equiv A B: two specs or stacks side by side; with --find the stacks that see as much as one.

import type { Analysis } from '../analysis/analysis.js';
import { analyze } from '../analysis/analyze.js';
import { type Equivalence, equivalence, measure, type Side } from '../analysis/equivalence.js';
import { LARGEST_FIELD, smallerStacks } from '../analysis/smaller-stacks.js';
import { sizeOf, strideOf } from '../analysis/track-measures.js';
import { type Diagnostic, exitCode } from '../core/diagnostic.js';
import { isInput } from '../core/graph.js';
import { channels as channelsOf, spatial } from '../core/shape.js';
import type { Io } from '../io.js';
import { build } from '../lang/file.js';
import { layers } from '../layers/index.js';
import type { Scene } from '../report/drawing/scene.js';
import type { Ran } from '../report/pages/equiv-run.js';
import { version } from '../version.js';
import type { OptionsOf } from './command.js';
import type { COMMANDS } from './commands.js';
import { analyzed, type Loaded, type LoadOptions } from './load.js';
import { ArgumentsError, type Output, UsageError } from './output.js';
import type { Printer } from './print.js';
import { withProgress } from './progress.js';
import { type Kernel, looksLikeStack, readStack, stackSpec, stackText } from './stack.js';
import type { Work } from './work.js';

type EquivOptions = OptionsOf<typeof COMMANDS.equiv.options>;

/** What the two are fed: the same where they leave it open. */
interface Feed {
  readonly channels: number;
  readonly size: readonly [number, number];
  /** The size was asked for, not assumed: it is not enlarged for a kernel that does not fit. */
  readonly fixed: boolean;
}

const CHANNELS = 64;
const SIZE = 32;

export const run: Work<typeof COMMANDS.equiv> = async ({ a, b }, options, output, io) => {
  if (options.find && options.svg !== undefined)
    throw new ArgumentsError('--svg draws two stacks, and --find lists many', 'leave one of them out');
  if (options.find) return find(a, b, options, output, io);
  if (b === undefined)
    throw new ArgumentsError(
      'equiv compares two: a second stack or spec is missing',
      `write cnncalc equiv ${a} 7x7, or cnncalc equiv ${a} --find`,
    );
  const given = [await read(a, output, io), await read(b, output, io)];
  const feed = feedFor(given, options);
  const sides: Measured[] = [];
  for (const one of given) {
    const side = sideOf(one, feed, options, output);
    if ('unknown' in side) {
      await output.printFailure(async () =>
        (await import('../report/json/equiv.js')).equivFailureJson(side.unknown, version),
      );
      return 2;
    }
    sides.push(side);
  }
  const [left, right] = sides;
  if (!left || !right) return 2;
  const result = equivalence(left.side, right.side);
  if (options.svg !== undefined) (await import('./draw.js')).drawTo(options.svg, await sceneOf(result), io);
  const ran = result.equivalent && options.run !== false ? await runs(sides, io) : [];
  await output.print({
    page: async () => (await import('../report/pages/equiv.js')).equivPage(result, ran),
    json: async () => (await import('../report/json/equiv.js')).equivJson(result, ran, version),
    scene: () => sceneOf(result),
  });
  return result.equivalent ? 0 : 1;
};

const sceneOf = async (result: Equivalence): Promise<Scene> => {
  const figure = (await import('../report/pages/equiv-figure.js')).equivFigure(result);
  if (!figure)
    throw new UsageError('there is no height and width to draw', 'give networks of convolutions over images');
  return (await import('../report/drawing/planes.js')).planesScene(figure);
};

/** Those of the two that are stacks, run against the one kernel that they come to. */
const runs = async (sides: readonly Measured[], io: Io): Promise<readonly Ran[]> => {
  const { runStack, stackToRun } = await import('./equiv-run.js');
  const ran: Ran[] = [];
  for (const { side, run } of sides) {
    const execution = await runStack(side.name, 'kernels' in run ? stackToRun(run.kernels, side.input) : run, io);
    if (execution) ran.push(execution);
  }
  return ran;
};

// --- what is compared --------------------------------------------------------------------------------------------------

/** A stack's kernels, or a spec with its first analysis. */
type Given =
  | { readonly kernels: readonly Kernel[] }
  | { readonly spec: string; readonly loaded: Loaded; readonly analysis: Analysis };

const read = async (text: string, output: Output, io: Io): Promise<Given> => {
  if (looksLikeStack(text) && !io.stat(text)) return { kernels: readStack(text) };
  return { spec: text, ...(await analyzed(text, {}, output, io)) };
};

/** A stack is fed what the spec beside it has. */
const feedFor = (given: readonly Given[], { channels, input }: EquivOptions): Feed => {
  const shape = given
    .flatMap((one) => ('analysis' in one ? (one.analysis.graph.nodes.find(isInput)?.facts?.output ?? []) : []))
    .slice(0, 3);
  const [height, width] = spatial(shape);
  const size = input ?? (height !== undefined && width !== undefined ? ([height, width] as const) : undefined);
  return {
    channels: channels ?? (shape.length === 3 ? channelsOf(shape) : CHANNELS),
    size: size ?? [SIZE, SIZE],
    fixed: size !== undefined,
  };
};

/** A side, and what of it is run. */
interface Measured {
  readonly side: Side;
  readonly run: Analysis | { readonly kernels: readonly Kernel[] };
}

/** What stands in the way of measuring a side. */
interface Unmeasured {
  readonly unknown: readonly Diagnostic[];
}

/** The side measured, or why that cannot be done, which is told as well. */
const sideOf = (one: Given, feed: Feed, options: EquivOptions, output: Output): Measured | Unmeasured => {
  if ('kernels' in one) return { side: measureStack(one.kernels, feed), run: one };
  const { loaded } = one;
  const analysis = withFeed(one, feed, options, output);
  const side = measure(analysis.graph.name || loaded.name, analysis);
  const code = exitCode(analysis.diagnostics, false);
  if (side && code < 2) return { side, run: analysis };
  output.diagnostics(analysis.diagnostics, loaded, 'brief');
  if (code < 2) output.hint(`${loaded.name}: its receptive field is not known`);
  return { unknown: analysis.diagnostics };
};

/** The spec on the input that was asked for, with the channels of its own; with its var `channels` set. */
const withFeed = (
  { spec, loaded, analysis }: Extract<Given, { spec: string }>,
  { channels, size }: Feed,
  options: EquivOptions,
  output: Output,
): Analysis => {
  if ((!options.input && options.channels === undefined) || spec === '-') return analysis;
  const again = (said: LoadOptions) => analyze(build(loaded.read, { ...loaded.options, ...said }));
  const set = options.channels === undefined ? {} : { set: { channels: String(channels) } };
  let found = again(set);
  const hasChannels = !found.diagnostics.some(({ code }) => code === 'vars/unknown');
  if (!hasChannels) {
    output.hint(`${loaded.name} has no var called channels: --channels says nothing to it`);
    found = analysis;
  }
  if (!options.input) return found;
  return again({ ...(hasChannels && set), input: size.join('x') });
};

/** Largest input that is tried where none was asked for. */
const MOST = 1 << 20;

const measureStack = (kernels: readonly Kernel[], { channels, size, fixed }: Feed): Side => {
  for (let [height, width] = size; ; height *= 2, width *= 2) {
    const analysis = analyze(build(stackSpec(kernels, channels, [height, width]), { registry: layers }));
    const error = analysis.diagnostics.find(({ severity }) => severity === 'error');
    const side = measure(stackText(kernels), analysis);
    if (side && !error) return side;
    const tooSmall = error?.code === 'shape/kernel-too-large';
    if (!tooSmall || fixed || height > MOST)
      throw new UsageError(
        `${stackText(kernels)} on ${height}x${width}x${channels}: ${error?.message ?? 'its figures are not known'}`,
        tooSmall ? 'give a larger --input' : undefined,
      );
  }
};

// --- equiv --find ------------------------------------------------------------------------------------------------------

/** As many are shown. */
const SHOWN = 12;

const find = async (
  text: string,
  second: string | undefined,
  options: EquivOptions,
  output: Printer,
  io: Io,
): Promise<number> => {
  if (second !== undefined) throw new ArgumentsError('--find takes one stack or spec, not two', `leave ${second} out`);
  const given = await read(text, output, io);
  const measured = sideOf(given, feedFor([given], options), options, output);
  if ('unknown' in measured) {
    await output.printFailure(async () =>
      (await import('../report/json/equiv.js')).findFailureJson(measured.unknown, version),
    );
    return 2;
  }
  const { side: target } = measured;
  const { field } = target;
  const [rows, columns] = field === 'global' || field.length !== 2 ? [] : field.map((track) => sizeOf(track).size);
  if (field === 'global' || rows === undefined || columns === undefined)
    throw new UsageError(`${target.name} has no field of height and width to look for`, 'give a stack such as 7x7');
  if (field.some((track) => strideOf(track) !== 1))
    throw new UsageError(
      `${target.name} moves by more than one cell; --find looks for stacks at stride 1`,
      `write ${rows}x${columns} for its field`,
    );
  if (Math.max(rows, columns) > LARGEST_FIELD)
    throw new UsageError(
      `${rows}x${columns} is more than --find looks for`,
      `give a field of at most ${LARGEST_FIELD}`,
    );
  const all = smallerStacks([rows, columns]);
  const [height = SIZE, width = SIZE] = spatial(target.input);
  const feed: Feed = { channels: channelsOf(target.input), size: [height, width], fixed: true };
  const shown = all
    .slice(0, SHOWN)
    .map((stack) => stack.map(([height, width]): Kernel => ({ height, width, stride: 1, dilation: 1 })));
  const found = await withProgress('measuring', options, io, ({ draw }) =>
    shown.map((kernels, i) => {
      draw(i, shown.length);
      return measureStack(kernels, feed);
    }),
  );
  const stacks = found.sort((a, b) => a.weights.number - b.weights.number || a.macs - b.macs);
  const more = all.length - stacks.length;
  await output.print({
    page: async () => (await import('../report/pages/equiv.js')).findPage(target, stacks, more),
    json: async () => (await import('../report/json/equiv.js')).findJson(target, stacks, more, version),
  });
  return stacks.length > 0 ? 0 : 1;
};
