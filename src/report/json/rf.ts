// The receptive fields as JSON, `cnncalc/rf/1`: per layer, and of one layer the steps and what a unit sees.

import type { Analysis } from '../../analysis/analysis.js';
import { type Effective, effectiveCells, halfSide } from '../../analysis/effective.js';
import { firstBeyond, type Step } from '../../analysis/steps.js';
import { type Cell, isEmpty, widthOf } from '../../analysis/track.js';
import { inputFields, type View } from '../../analysis/view.js';
import { arrange, type Layout, type Shape } from '../../core/shape.js';
import type { Measured } from '../../run/influence.js';
import { agrees } from '../../run/influence.js';
import { diagnosticJson, fieldJson } from './report.js';

export interface RfSetting {
  readonly version: string;
  readonly source: string;
  readonly layout: Layout;
  /** Keeps layers whose name it accepts. */
  readonly only?: ((name: string) => boolean) | undefined;
}

/** A view, and beside it what else was asked for: how strongly each cell moves the unit, what was measured. */
export interface ViewedUnit {
  readonly view: View;
  readonly at: readonly number[];
  readonly effective?: Effective | null;
  readonly measured?: Measured | null;
}

export const rfJson = (analysis: Analysis, views: readonly ViewedUnit[], setting: RfSetting) => {
  const { graph } = analysis;
  const inputs = inputFields(analysis);
  const shape = (output: Shape | undefined) => (output ? arrange(output, setting.layout) : null);
  const fieldsIn = (id: number) =>
    inputs.map(({ input, fields }) => {
      const field = fields[id];
      return [input.name, field ? fieldJson(field, input.facts?.output ?? []) : null] as const;
    });
  const rows = setting.only ? analysis.rows.filter(({ node }) => setting.only?.(node.name)) : analysis.rows;
  const [first, ...others] = views.map(({ view, at, effective, measured }) => ({
    ...viewJson(view, shape(view.node.facts?.output)),
    ...(effective !== undefined && { effective: effective && effectiveJson(effective, at) }),
    ...(measured !== undefined && { measured: measured && measuredJson(view, measured) }),
  }));
  return {
    schema: 'cnncalc/rf/1',
    version: setting.version,
    model: { name: graph.name, source: setting.source, variant: graph.variant },
    inputs: inputs.map(({ input, fields }) => ({
      name: input.name,
      shape: shape(input.facts?.output),
      exceededFrom: firstBeyond(graph, fields, input).map((node) => node?.name ?? null),
    })),
    layers: rows.map(({ index, node }) => {
      const fields = fieldsIn(node.id);
      return {
        index,
        name: node.name,
        kind: node.kind.name,
        outputShape: shape(node.facts?.output),
        receptiveField: fields.find(([, field]) => field)?.[1] ?? null,
        ...(inputs.length > 1 && { receptiveFields: Object.fromEntries(fields) }),
      };
    }),
    ...(first && { layer: first }),
    ...(others.length > 0 && { otherInputs: others }),
    diagnostics: analysis.diagnostics.map(diagnosticJson),
  };
};

const viewJson = ({ node, input, field, path, steps, unit }: View, outputShape: readonly number[] | null) => ({
  name: node.name,
  kind: node.kind.name,
  outputShape,
  input: input.name,
  receptiveField: fieldJson(field, input.facts?.output ?? []),
  path: path.map(({ name }) => name),
  steps: steps.map(stepJson),
  unit: unit && {
    at: unit.at,
    unclipped: rectangle(unit.seen.unclipped),
    clipped: rectangle(unit.seen.clipped),
    reached: unit.seen.reached && rectangle(unit.seen.reached),
    paddingCells: unit.seen.paddingCells,
  },
});

/** `rows` and `columns` are the profiles through the strongest cell, relative to it. */
const effectiveJson = (effective: Effective, at: readonly number[]) => {
  const { height, width, values } = effective;
  const [row, column] = [Math.floor(values.indexOf(1) / width), values.indexOf(1) % width];
  const at4 = (y: number, x: number): number => Number((values[y * width + x] ?? 0).toPrecision(4));
  return {
    at,
    strongest: [row, column],
    cells: effectiveCells(effective),
    side: Number(Math.sqrt(effectiveCells(effective)).toFixed(2)),
    half: halfSide(effective),
    rows: Array.from({ length: height }, (_, y) => at4(y, column)),
    columns: Array.from({ length: width }, (_, x) => at4(row, x)),
  };
};

const measuredJson = (view: View, measured: Measured) => {
  const { ranges, runs } = measured;
  const found = ranges.includes(null)
    ? null
    : { first: ranges.map((range) => range?.first), last: ranges.map((range) => range?.last) };
  return { reached: found, agrees: agrees(view, measured), runs };
};

const stepJson = ({ node, axes, branches }: Step) => ({
  layer: node.name,
  global: axes.length === 0,
  axes: axes.map(({ window, before, after, formula, phases }) => ({
    window: window && { ...window },
    before: { ...before },
    after: { ...after },
    formula,
    phases,
  })),
  ...(branches.length > 0 && { branches: branches.map(({ name, size }) => ({ name, size })) }),
});

/** First and last cell per axis, and how many; null where nothing is seen. */
const rectangle = (cells: readonly Cell[]) =>
  cells.some(isEmpty)
    ? null
    : { first: cells.map(({ lo }) => lo), last: cells.map(({ hi }) => hi), size: cells.map(widthOf) };
