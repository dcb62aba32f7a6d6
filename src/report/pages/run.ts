// What a run was like: layer by layer the time, the algorithm, the speed; memory; what came out. No execution here.

import type { Analysis } from '../../analysis/analysis.js';
import { type Line, outline } from '../../analysis/outline.js';
import { isInput } from '../../core/graph.js';
import { grouped, humanBytes } from '../../core/quantity.js';
import { formatShape, type Layout, type Shape, sum } from '../../core/shape.js';
import { algorithmNames, type Execution, gflops, type Ran } from '../../run/execute.js';
import { ranked, type Statistics } from '../../run/statistics.js';
import { heading, perSecond, time } from '../cells.js';
import { layerOf } from '../columns.js';
import type { Block, Cell, Page } from '../page.js';
import { titleOf } from '../title.js';

export interface RunSetting {
  readonly layout: Layout;
  readonly batch: number;
  /** Where they come from. */
  readonly weights: string;
  readonly data: string;
  readonly stats: boolean;
  /** The slowest layers first, with the sum of their shares. */
  readonly profile: boolean;
  readonly runs: number;
  /** How many of the largest outputs are listed. */
  readonly top?: number;
  /** The names of the outputs. */
  readonly labels?: readonly string[];
  /** Names folded to that many parts. */
  readonly depth?: number;
  /** Keeps layers whose name it accepts. */
  readonly only?: (name: string) => boolean;
}

export const runPage = (analysis: Analysis, execution: Execution, setting: RunSetting): Page => {
  const { graph } = analysis;
  const inputs = graph.nodes
    .filter(isInput)
    .map(({ name, facts }) => `${name} ${facts ? formatShape(facts.output, setting.layout) : '?'}`);
  const { batch, weights, data, depth, only } = setting;
  const dim = [...inputs, ...(batch > 1 ? [`batch ${batch}`] : []), `weights: ${weights}`, `data: ${data}`].join(', ');
  const ran = new Map(execution.layers.map((layer) => [layer.node.id, layer]));
  const lines = outline(analysis, { ...(depth !== undefined && { depth }), ...(only && { only }) }).map((line) =>
    ranOf(line, ran, batch),
  );
  return [
    { type: 'heading', text: titleOf(graph), dim },
    layers(analysis, execution, lines, setting),
    ...(setting.stats ? [statistics(lines)] : []),
    ...(setting.top === undefined ? [] : scores(analysis, execution, setting.top, setting.labels)),
    { type: 'facts', entries: facts(analysis, execution, setting) },
  ];
};

/** A line of the report: one layer, or those below one name. */
interface RanLine {
  readonly line: Line;
  readonly ms: number;
  readonly speed: number | null;
  readonly algorithm: string;
  readonly shape: Shape;
  readonly matches: boolean;
  /** Of the last layer: what comes out of the line. */
  readonly statistics: Statistics | null;
}

const ranOf = (line: Line, ran: ReadonlyMap<number, Ran>, batch: number): RanLine => {
  const all = line.rows.flatMap(({ node }) => ran.get(node.id) ?? []);
  const last = all.at(-1);
  const ms = sum(all.map((layer) => layer.ms));
  return {
    line,
    ms,
    speed: gflops(line.figures?.macs ?? 0, batch, ms),
    algorithm: algorithmsOf(all).join(', '),
    shape: last?.shape ?? line.output ?? [],
    matches: all.every(({ matches }) => matches),
    statistics: last?.statistics ?? null,
  };
};

/** What is fused into a layer says so where it has a line of its own. */
const algorithmsOf = (layers: readonly Ran[]): readonly string[] => {
  const all = layers.flatMap(({ algorithms }) => algorithms);
  const own = all.filter(({ fusedInto }) => fusedInto === undefined);
  return algorithmNames(own.length > 0 ? own : all);
};

/** Thousand millions a second, to two digits at least. */
const rate = (speed: number | null): string =>
  speed === null ? '' : speed >= 1 ? speed.toFixed(1) : String(Number(speed.toPrecision(2)));

const layers = (
  analysis: Analysis,
  { ms: total, layers: ran, core }: Execution,
  lines: readonly RanLine[],
  { layout, batch, profile }: RunSetting,
): Block => {
  const busy = sum(ran.map(({ ms }) => ms));
  const share = (ms: number): number => (busy > 0 ? ms / busy : 0);
  const shown = profile ? lines.filter(({ ms }) => ms > 0).sort((a, b) => b.ms - a.ms) : lines;
  // Of all threads together. Winograd's algorithm does less than the multiply-accumulates that are counted, and may be above.
  const peak = (core.peakGflops ?? 0) * core.threads;
  const ofPeak = (speed: number | null): string =>
    speed === null || peak === 0 ? '' : `${Math.round((100 * speed) / peak)}%`;
  let before = 0;
  return {
    type: 'table',
    columns: [
      heading('name', 'name', { shorten: 4 }),
      heading('layer', 'layer', { drop: 5 }),
      heading('output', 'output', { align: 'right', drop: 3 }),
      heading('ms', 'ms', { align: 'right' }),
      heading('share', 'share', { drop: 6 }),
      ...(profile ? [heading('sum', 'sum', { align: 'right' })] : []),
      heading('gflops', 'GFLOP/s', { align: 'right', drop: 2 }),
      ...(profile ? [heading('peak', 'of peak', { align: 'right', drop: 3 })] : []),
      heading('algorithm', 'algorithm', { drop: 1 }),
    ],
    rows: shown.map(({ line, ms, speed, algorithm, shape, matches }): readonly Cell[] => {
      before += share(ms);
      const size = formatShape(shape, layout);
      return [
        { text: line.name },
        { text: layerOf(line) },
        matches ? { text: size } : { text: `${size}, not as inferred`, alarm: true },
        { text: ms > 0 ? time(ms) : '' },
        { text: `${Math.round(100 * share(ms))}%`, bar: share(ms) },
        ...(profile ? [{ text: `${Math.round(100 * before)}%` }] : []),
        { text: rate(speed) },
        ...(profile ? [{ text: ofPeak(speed) }] : []),
        { text: algorithm },
      ];
    }),
    foot: [
      [
        { text: 'total' },
        { text: '' },
        { text: '' },
        { text: time(total) },
        { text: '' },
        ...(profile ? [{ text: '' }] : []),
        { text: rate(gflops(analysis.totals.macs ?? 0, batch, total)) },
        ...(profile ? [{ text: ofPeak(gflops(analysis.totals.macs ?? 0, batch, total)) }] : []),
        { text: '' },
      ],
    ],
  };
};

/** Four digits, however large or small. */
const number = (value: number): string => {
  const size = Math.abs(value);
  return size !== 0 && (size >= 1e5 || size < 1e-3) ? value.toExponential(2) : String(Number(value.toPrecision(4)));
};

const statistics = (lines: readonly RanLine[]): Block => ({
  type: 'table',
  columns: [
    heading('name', 'name', { shorten: 1 }),
    ...['mean', 'deviation', 'min', 'max', 'zeros'].map((title) => heading(title, title, { align: 'right' })),
  ],
  rows: lines.map(({ line, statistics: found }): readonly Cell[] => [
    { text: line.name },
    ...(found
      ? [
          ...[found.mean, found.deviation, found.min, found.max].map((value) => ({
            text: number(value),
            ...(found.notFinite > 0 && { alarm: true as const }),
          })),
          found.notFinite > 0
            ? { text: `${grouped(found.notFinite)} not finite`, alarm: true as const }
            : { text: `${(100 * found.zeros).toFixed(found.zeros > 0 && found.zeros < 0.1 ? 1 : 0)}%` },
        ]
      : Array<Cell>(5).fill({ text: '?', alarm: true })),
  ]),
});

/** The largest scores of each output and image, with their softmax. */
const scores = (
  { graph }: Analysis,
  { outputs }: Execution,
  top: number,
  labels: readonly string[] | undefined,
): Block[] => {
  const found = [...outputs].flatMap(([id, tensor]) =>
    ranked(tensor, top).map((best, image) => ({ output: graph.nodes[id]?.name ?? '', image, best })),
  );
  if (found.length === 0)
    return [
      { type: 'text', text: 'No output is a vector of scores, of which some could be the largest.', tone: 'dim' },
    ];
  const [images, several] = [found.some(({ image }) => image > 0), outputs.size > 1];
  return [
    {
      type: 'table',
      columns: [
        ...(several ? [heading('output', 'output')] : []),
        ...(images ? [heading('image', 'image', { align: 'right' })] : []),
        heading('rank', 'top', { align: 'right' }),
        heading('class', 'class', { align: 'right' }),
        ...(labels ? [heading('label', 'label')] : []),
        heading('value', 'value', { align: 'right' }),
        heading('share', 'softmax', { align: 'right' }),
      ],
      rows: found.flatMap(({ output, image, best }) =>
        best.map(({ index, value, share }, rank): readonly Cell[] => [
          ...(several ? [{ text: output }] : []),
          ...(images ? [{ text: `${image}` }] : []),
          { text: `${rank + 1}` },
          { text: `${index}` },
          ...(labels ? [{ text: labels[index] ?? '?' }] : []),
          { text: number(value) },
          { text: `${(100 * share).toFixed(1)}%` },
        ]),
      ),
    },
  ];
};

const facts = (
  { graph }: Analysis,
  { core, peakBytes, memory, predicted, ms, outputs }: Execution,
  { batch, runs }: RunSetting,
): readonly { label: string; text: string; dim?: string }[] => {
  const { weights, activations } = predicted;
  const simd = core.simd ? [core.build ?? (core.relaxed ? 'relaxed SIMD' : 'SIMD')] : [];
  const each = [
    ...(runs > 1 ? [`median of ${runs} runs`] : []),
    ...(batch > 1 ? [`${time(ms / batch)} ms an image`] : []),
    `${perSecond((1000 * batch) / ms)} images a second`,
  ];
  return [
    { label: 'time', text: `${time(ms)} ms`, dim: `(${each.join(', ')})` },
    {
      label: 'memory',
      text: `${humanBytes(peakBytes)} at most`,
      dim: `(${parts(memory)}predicted: ${humanBytes(weights)} of weights, ${humanBytes(activations)} of activations, in f32)`,
    },
    {
      label: 'core',
      text: [core.backend, ...simd, core.threads > 1 ? `${core.threads} threads` : 'one thread'].join(', '),
      ...(core.peakGflops && { dim: `(${rate(core.peakGflops)} GFLOP/s a thread in a trial)` }),
    },
    ...[...outputs].map(([id, { shape }]) => ({
      label: 'output',
      text: `${graph.nodes[id]?.name} [${shape.join(', ')}]`,
      dim: shape.length > 2 ? '(images, channels, places)' : '(images, units)',
    })),
  ];
};

/** What the memory is for; weights packed for Winograd's algorithm take up to four times as much. */
const parts = (memory: Execution['memory']): string =>
  memory === undefined
    ? ''
    : `${humanBytes(memory.weights)} of packed weights, ${humanBytes(memory.activations)} of activations, ${humanBytes(memory.workspaces)} of workspaces; `;
