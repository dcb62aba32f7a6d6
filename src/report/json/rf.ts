// The receptive fields as JSON, `cnncalc/rf/1`: per layer, and of one layer the steps and what a unit sees.

import type { Analysis } from '../../analysis/analysis.js';
import { type Effective, effectiveCells, halfSide } from '../../analysis/effective.js';
import { isExact } from '../../analysis/receptive-field.js';
import { firstBeyond, type Step } from '../../analysis/steps.js';
import { type Cell, isEmpty } from '../../analysis/track.js';
import { widthOf } from '../../analysis/track-measures.js';
import { inputFields, type View } from '../../analysis/view.js';
import { arrange, type Layout, type Shape } from '../../core/shape.js';
import type { Measured } from '../../run/influence.js';
import { agrees } from '../../run/influence.js';

import { diagnostic, diagnosticJson, fieldJson, layoutSettings, receptiveField, shapeIfKnown } from './parts.js';
import * as s from './schema.js';

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

const fieldIfKnown = (description: string) => s.orNull(s.about(`${description}; null where unknown`, receptiveField()));

const range = {
  first: s.list('the first cell, per axis', s.integer('from 0; negative in the padding')),
  last: s.list('the last cell, per axis', s.integer('from 0')),
};

const rectangleSchema = (description: string) =>
  s.object(description, { ...range, size: s.list('how many cells, per axis', s.whole('cells')) });

const extentSchema = (description: string) =>
  s.object(description, {
    size: s.whole('r, the largest where it depends on the cell'),
    stride: s.number('j, to the field of the next cell; the mean where it varies'),
    padding: s.number('p, how far the first field reaches over the edge'),
  });

const stepSchema = s.object('a layer that changes the field', {
  layer: s.text('its name'),
  global: s.flag('from here on everything is seen'),
  axes: s.list(
    'per spatial axis; empty where everything is seen',
    s.object('what it does along an axis', {
      window: s.orNull(
        s.object('the window that it slides; null where it enlarges or joins', {
          kernel: s.whole('k'),
          stride: s.whole('s'),
          dilation: s.whole('d'),
          padding: s.integer('before the first cell; negative where cells are cut off'),
        }),
      ),
      before: extentSchema('the field of what it reads'),
      after: extentSchema('its own field'),
      formula: s.flag(
        'r + (k-1) d j, j s and p + padding j give what is there; not where the field depends on the cell',
      ),
      phases: s.whole('how many cells see differently, before they repeat', 1),
      exact: s.flag('false: after is a bound'),
    }),
  ),
  branches: s.optional(
    s.list(
      'what it joins; absent where it reads one layer',
      s.object('a branch', {
        name: s.text('of the layer read'),
        size: s.orNull(s.list('of its field per axis; null where it sees everything', s.whole('input cells'))),
      }),
    ),
  ),
});

const effectiveSchema = s.object(
  'how strongly the input cells move a unit, as the size of the gradient over random networks',
  {
    at: s.list('the unit, per axis', s.whole('from 0')),
    strongest: s.list('the input cell that moves it most: row, column', s.whole('from 0')),
    cells: s.whole('how many move it by more than 4.55% of the strongest'),
    side: s.number('of a square of as many cells'),
    half: s.whole('side of the smallest square around the strongest that holds half of the squared gradient', 1),
    rows: s.list('of every row, through the strongest cell', s.number('relative to the strongest')),
    columns: s.list('of every column, through the strongest cell', s.number('relative to the strongest')),
  },
);

const measuredSchema = s.object('which input cells move a unit, by running the network', {
  reached: s.orNull(s.object('those within which all of them lie; null where none does', range)),
  agrees: s.flag('these are the cells that were computed'),
  runs: s.whole('how often the network was run'),
});

const viewSchema = s.object('what a layer sees of an input', {
  name: s.text('of the layer'),
  kind: s.text('the kind of layer: conv'),
  outputShape: shapeIfKnown('what comes out'),
  input: s.text('which input'),
  receptiveField: receptiveField(),
  path: s.list('from the input to the layer, where the field is widest, gates left out', s.text('a layer')),
  steps: s.list('the layers on it that change the field', stepSchema),
  unit: s.orNull(
    s.object('a unit, and what it sees; null where every unit sees everything', {
      at: s.list('its place in the layer, per axis: as --unit says, else the middle', s.whole('from 0')),
      center: s.orNull(
        s.list(
          'the middle of its field, per axis; null where it sees nothing or only a bound is known',
          s.number('input cells from 0'),
        ),
      ),
      unclipped: s.orNull(rectangleSchema('its field, over the edges of the input; null where it sees nothing')),
      clipped: s.orNull(rectangleSchema('what of it lies in the input; null where nothing does')),
      reached: s.orNull(
        rectangleSchema('the cells within which all lie that reach it by some path; null where none does, or unknown'),
      ),
      paddingCells: s.whole('cells of the field outside the input'),
    }),
  ),
  effective: s.optional(s.orNull(s.about('absent without --effective; null where unknown', effectiveSchema))),
  measured: s.optional(
    s.orNull(
      s.about('absent without --measure; null where the unit sees everything or a layer cannot be run', measuredSchema),
    ),
  ),
});

export const rfSchema = () =>
  s.ofNetwork('rf', 'receptive fields, layer by layer', {
    settings: layoutSettings(),
    inputs: s.list(
      'what the network reads',
      s.object('an input', {
        name: s.text('its name'),
        shape: shapeIfKnown('its shape'),
        exceededFrom: s.list(
          'per axis the first layer whose field is larger than the input; null where none is',
          s.orNull(s.text('its name')),
        ),
      }),
    ),
    layers: s.list(
      'the rows in the order they run, those that --only names',
      s.object('a layer', {
        index: s.whole('from 1, inputs not counted', 1),
        name: s.text('as in the report'),
        kind: s.text('the kind of layer: conv'),
        outputShape: shapeIfKnown('what comes out'),
        receptiveField: fieldIfKnown('in the first input that it sees anything of'),
        receptiveFields: s.optional(
          s.record(
            'in each input by its name; absent where the network has one',
            fieldIfKnown('null also where nothing of it is seen'),
          ),
        ),
      }),
    ),
    layer: s.optional(
      s.about(
        'the layer asked s.about, in the first input that reaches it; absent where none was or none does',
        viewSchema,
      ),
    ),
    otherInputs: s.optional(s.list('the same layer in the others; absent where there are none', viewSchema)),
    diagnostics: s.list('what is wrong with the spec, and what lint says of its fields', diagnostic()),
  });

export const rfJson = (
  analysis: Analysis,
  views: readonly ViewedUnit[],
  setting: RfSetting,
): s.Described<ReturnType<typeof rfSchema>> => {
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
    ...s.envelope('rf', { ...setting, graph }),
    settings: { layout: setting.layout },
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

const viewJson = (
  { node, input, field, path, steps, unit }: View,
  outputShape: readonly number[] | null,
): s.Described<typeof viewSchema> => ({
  name: node.name,
  kind: node.kind.name,
  outputShape,
  input: input.name,
  receptiveField: fieldJson(field, input.facts?.output ?? []),
  path: path.map(({ name }) => name),
  steps: steps.map(stepJson),
  unit: unit && {
    at: unit.at,
    center: isExact(field.local) ? centerJson(unit.seen.unclipped) : null,
    unclipped: rectangle(unit.seen.unclipped),
    clipped: rectangle(unit.seen.clipped),
    reached: unit.seen.reached && rectangle(unit.seen.reached),
    paddingCells: unit.seen.paddingCells,
  },
});

const effectiveJson = (effective: Effective, at: readonly number[]): s.Described<typeof effectiveSchema> => {
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

const measuredJson = (view: View, measured: Measured): s.Described<typeof measuredSchema> => {
  const { ranges, runs } = measured;
  const found = ranges.flatMap((range) => range ?? []);
  const reached =
    found.length < ranges.length
      ? null
      : { first: found.map(({ first }) => first), last: found.map(({ last }) => last) };
  return { reached, agrees: agrees(view, measured), runs };
};

const stepJson = ({ node, axes, branches }: Step): s.Described<typeof stepSchema> => ({
  layer: node.name,
  global: axes.length === 0,
  axes: axes.map(({ window, before, after, formula, phases, exact }) => ({
    window: window && { ...window },
    before: { ...before },
    after: { ...after },
    formula,
    phases,
    exact,
  })),
  ...(branches.length > 0 && { branches: branches.map(({ name, size }) => ({ name, size })) }),
});

const centerJson = (cells: readonly Cell[]): readonly number[] | null =>
  cells.some(isEmpty) ? null : cells.map(({ lo, hi }) => (lo + hi) / 2);

const rectangle = (cells: readonly Cell[]): s.Described<ReturnType<typeof rectangleSchema>> | null =>
  cells.some(isEmpty)
    ? null
    : { first: cells.map(({ lo }) => lo), last: cells.map(({ hi }) => hi), size: cells.map(widthOf) };
