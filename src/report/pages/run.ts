// What a run was like: layer by layer the time, the algorithm, the speed; memory; what came out. No execution here.

import type { Analysis } from '../../analysis/analyze.js';
import { isInput } from '../../core/graph.js';
import { grouped, humanBytes } from '../../core/quantity.js';
import { formatShape, type Layout, sameShape } from '../../core/shape.js';
import type { Execution, Ran } from '../../run/execute.js';
import type { Block, Cell, Heading, Page } from '../page.js';

export interface RunSetting {
  readonly layout: Layout;
  readonly batch: number;
  /** Where they come from. */
  readonly weights: string;
  readonly data: string;
  readonly stats: boolean;
  /** How many of the largest outputs are listed. */
  readonly top?: number;
  /** The names of the outputs. */
  readonly labels?: readonly string[];
}

export const runPage = (analysis: Analysis, execution: Execution, setting: RunSetting): Page => {
  const { graph } = analysis;
  const inputs = graph.nodes
    .filter(isInput)
    .map(({ name, facts }) => `${name} ${facts ? formatShape(facts.output, setting.layout) : '?'}`);
  const { batch, weights, data } = setting;
  const dim = [...inputs, ...(batch > 1 ? [`batch ${batch}`] : []), `weights: ${weights}`, `data: ${data}`].join(', ');
  return [
    { type: 'heading', text: graph.variant ?? (graph.name || 'network'), dim },
    layers(analysis, execution, setting),
    ...(setting.stats ? [statistics(execution)] : []),
    ...(setting.top === undefined ? [] : largest(execution, setting.top, setting.labels)),
    { type: 'facts', entries: facts(analysis, execution, batch) },
  ];
};

const heading = (key: string, title: string, align: Heading['align'], rest: Partial<Heading> = {}): Heading => ({
  key,
  title,
  align,
  drop: 0,
  ...rest,
});

/** Milliseconds to three digits. */
const time = (ms: number): string => (ms >= 100 ? ms.toFixed(0) : ms >= 10 ? ms.toFixed(1) : ms.toFixed(2));

/** 2 x multiply-accumulates a second, in thousand millions. */
export const gflops = (macs: number, batch: number, ms: number): number | null =>
  macs > 0 && ms > 0 ? (2 * macs * batch) / ms / 1e6 : null;

/** Whether what came out has the shape that was worked out; a layer that was fused has no output of its own. */
export const shapeMatches = ({ shape, node }: Ran): boolean =>
  shape === null || sameShape(shape, node.facts?.output ?? []);

const layers = (analysis: Analysis, { layers: ran, ms: total }: Execution, { layout, batch }: RunSetting): Block => {
  const macs = new Map(analysis.rows.map(({ node, figures }) => [node.id, figures?.macs ?? 0]));
  const busy = ran.reduce((sum, { ms }) => sum + ms, 0);
  return {
    type: 'table',
    columns: [
      heading('name', 'name', 'left', { shorten: 4 }),
      heading('layer', 'layer', 'left', { drop: 5 }),
      heading('output', 'output', 'right'),
      heading('ms', 'ms', 'right'),
      heading('share', 'share', 'left', { drop: 6 }),
      heading('gflops', 'GFLOP/s', 'right', { drop: 2 }),
      heading('algorithm', 'algorithm', 'left', { drop: 1 }),
    ],
    rows: ran.map((layer): readonly Cell[] => {
      const { node, ms, algorithm } = layer;
      const speed = gflops(macs.get(node.id) ?? 0, batch, ms);
      const shape = formatShape(layer.shape ?? node.facts?.output ?? [], layout);
      const label = node.args && node.kind.label?.(node.args as never);
      return [
        { text: node.name },
        { text: [node.kind.name, label].filter(Boolean).join(' ') },
        shapeMatches(layer) ? { text: shape } : { text: `${shape}, not as inferred`, alarm: true },
        { text: ms > 0 ? time(ms) : '' },
        { text: '', bar: busy > 0 ? ms / busy : 0 },
        { text: speed === null ? '' : speed.toFixed(1) },
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
        { text: gflops(analysis.totals.macs ?? 0, batch, total)?.toFixed(1) ?? '' },
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

const statistics = ({ layers: ran }: Execution): Block => ({
  type: 'table',
  columns: [
    heading('name', 'name', 'left', { shorten: 1 }),
    ...['mean', 'deviation', 'min', 'max', 'zeros'].map((title) => heading(title, title, 'right')),
  ],
  rows: ran.map(({ node, statistics: found }): readonly Cell[] => [
    { text: node.name },
    ...(found
      ? [
          ...[found.mean, found.deviation, found.min, found.max].map((value) => ({
            text: number(value),
            ...(!Number.isFinite(value) && { alarm: true as const }),
          })),
          { text: `${(100 * found.zeros).toFixed(found.zeros > 0 && found.zeros < 0.1 ? 1 : 0)}%` },
        ]
      : Array<Cell>(5).fill({ text: '?', alarm: true })),
  ]),
});

/** The largest values of the first output, per image. */
const largest = ({ outputs }: Execution, top: number, labels?: readonly string[]): Block[] => {
  const [first] = outputs.values();
  if (!first) return [];
  const [images = 1] = first.shape;
  const length = first.data.length / images;
  return Array.from({ length: images }, (_, image): Block => {
    const values = [...first.data.subarray(image * length, (image + 1) * length)].map((value, i) => ({ value, i }));
    const best = values.sort((a, b) => b.value - a.value).slice(0, top);
    return {
      type: 'facts',
      entries: best.map(({ value, i }, rank) => ({
        label: `${images > 1 ? `image ${image}, ` : ''}top ${rank + 1}`,
        text: labels?.[i] ?? `output ${i}`,
        dim: `(${number(value)})`,
      })),
    };
  });
};

const facts = ({ totals }: Analysis, { core, peakBytes, ms, outputs }: Execution, batch: number) => {
  const { params, peakActivations } = totals.bytes;
  const predicted = params === null || peakActivations === null ? '?' : humanBytes(params + peakActivations);
  const [name, made] = [...outputs][0] ?? [];
  const simd = core.simd ? [core.build ?? (core.relaxed ? 'relaxed SIMD' : 'SIMD')] : [];
  return [
    {
      label: 'time',
      text: `${time(ms)} ms`,
      dim: `(${batch > 1 ? `${time(ms / batch)} ms an image, ` : ''}${grouped(Math.max(1, Math.round((1000 * batch) / ms)))} images a second)`,
    },
    {
      label: 'memory',
      text: `${humanBytes(peakBytes)} at most`,
      dim: `(${predicted} predicted: parameters and peak activations in f32)`,
    },
    {
      label: 'core',
      text: [core.backend, ...simd, core.threads > 1 ? `${core.threads} threads` : 'one thread'].join(', '),
    },
    ...(name === undefined || !made
      ? []
      : [{ label: 'output', text: `[${made.shape.join(', ')}]`, dim: '(images, channels, height, width)' }]),
  ];
};
