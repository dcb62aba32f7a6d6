// The receptive fields of a network as a table, and what one layer sees: the steps with their numbers, a unit, a figure.

import type { Analysis } from '../../analysis/analysis.js';
import type { Line } from '../../analysis/outline.js';
import { exceeds, isExact } from '../../analysis/receptive-field.js';
import { type AxisStep, firstBeyond, type Step } from '../../analysis/steps.js';
import { type Cell as Interval, isEmpty } from '../../analysis/track.js';
import { axesOf, centerOf, sizeOf, widthOf } from '../../analysis/track-measures.js';
import type { InputFields, View } from '../../analysis/view.js';
import { grouped, listed } from '../../core/quantity.js';
import { axisWord, formatShape, type Layout, product, spatial } from '../../core/shape.js';
import { atMost, heading } from '../cells.js';
import { type Column, rowsOf, type Setting } from '../columns.js';
import type { Block, Cell, Heading, Page } from '../page.js';
import { titleOf } from '../title.js';
import { fieldFigure } from './rf-figure.js';

interface Entry {
  readonly label: string;
  readonly text: string;
  readonly dim?: string;
}

const short = (n: number): string => String(Number(n.toFixed(4)));
const volume = (sizes: readonly number[]): string => sizes.map(short).join('x');
/** Once where all axes agree. */
const once = (values: readonly string[]): string =>
  values.every((value) => value === values[0]) ? (values[0] ?? '') : values.join(', ');

/** The table of the fields in one input, and where they outgrow it. */
export const fieldsPage = (
  analysis: Analysis,
  { input, fields }: InputFields,
  lines: readonly Line[],
  columns: readonly Column[],
  setting: Setting,
): Page => {
  const { graph } = analysis;
  const { layout } = setting;
  const shape = input.facts?.output ?? [];
  const seen = lines.map((line): Line => ({ ...line, field: fields[line.rows.at(-1)?.node.id ?? -1] ?? null }));
  const beyond = firstBeyond(graph, fields, input);
  // A layer that reads what has a field, and has none itself, has one that could not be listed.
  const known = graph.nodes.every(
    ({ id, facts, inputs }) => facts && (fields[id] || !inputs.some((read) => fields[read])),
  );
  return [
    {
      type: 'heading',
      text: titleOf(graph),
      dim: `receptive fields in ${input.name} ${formatShape(shape, layout)}`,
    },
    { type: 'table', columns, rows: rowsOf(seen, columns, setting) },
    {
      type: 'facts',
      entries: [
        beyondFact(
          beyond.map((node) => node?.name ?? null),
          known,
        ),
      ],
    },
  ];
};

const beyondFact = (names: readonly (string | null)[], known: boolean): Entry => {
  const label = 'exceeds the input';
  const words = names.map((_, axis) => axisWord(names.length, axis));
  if (names.every((name) => name === null))
    return !known ? { label, text: '?' } : { label, text: 'nowhere', dim: '(a global field covers it and no more)' };
  if (names.every((name) => name === names[0])) return { label, text: `from ${names[0]} on` };
  const parts = names.map((name, axis) =>
    name === null ? `never in ${words[axis]}` : `in ${words[axis]} from ${name} on`,
  );
  return { label, text: parts.join(', ') };
};

/** Everything about one layer's view of one input. */
export const viewPage = (analysis: Analysis, view: View, layout: Layout): Page => {
  const { node, input, field, steps, unit } = view;
  const shape = (output: readonly number[] | undefined): string => (output ? formatShape(output, layout) : '?');
  return [
    {
      type: 'heading',
      text: `${analysis.graph.name ? `${titleOf(analysis.graph)}, ` : ''}${node.name}`,
      dim: `${shape(node.facts?.output)}, of ${input.name} ${shape(input.facts?.output)}`,
    },
    {
      type: 'formula',
      lines: [
        { text: 'r <- r + (k-1)*d*j', dim: 'the field, in cells of the input' },
        { text: 'j <- j*s', dim: "the step to the neighbour's field" },
        { text: 'p <- p + pad*j', dim: 'how far the first field reaches over the edge' },
      ],
    },
    ...stepTables(steps),
    { type: 'facts', entries: [...fieldFacts(view), ...(unit ? unitFacts(unit, isExact(field.local)) : [])] },
    ...(unit && field.local !== 'global' ? [fieldFigure(view, unit.at)] : []),
  ];
};

// --- steps -------------------------------------------------------------------------------------------------------------

const STEP_COLUMNS: readonly Heading[] = [
  heading('layer', 'layer', { shorten: 1 }),
  ...['k', 's', 'd', 'pad'].map((key) => heading(key, key, { align: 'right', drop: 1 })),
  heading('r', 'r', { dropRemarks: 2 }),
  heading('j', 'j'),
  heading('p', 'p', { drop: 3 }),
];

/** One table where all axes go alike, else one for each. */
const stepTables = (steps: readonly Step[]): readonly Block[] => {
  const axes = Math.max(1, ...steps.map((step) => step.axes.length));
  const tables = Array.from({ length: axes }, (_, axis) => steps.map((step) => stepCells(step, axis)));
  const alike = tables.every((table) => JSON.stringify(table) === JSON.stringify(tables[0]));
  return (alike ? tables.slice(0, 1) : tables).flatMap((rows, axis): readonly Block[] => [
    ...(alike ? [] : [{ type: 'text' as const, text: axisWord(axes, axis) }]),
    { type: 'table', columns: STEP_COLUMNS, rows },
  ]);
};

const stepCells = ({ node, axes, branches }: Step, axis: number): readonly Cell[] => {
  const texts = (...parts: readonly string[]): readonly Cell[] => parts.map((text) => ({ text }));
  const step = axes[axis];
  if (!step) return texts(node.name, '', '', '', '', 'all of the input', '', '');
  const { window, before, after, formula, phases, exact } = step;
  const numbers = window
    ? [window.kernel, window.stride, window.dilation, window.padding].map(String)
    : ['', '', '', ''];
  if (!exact)
    return [...texts(node.name, ...numbers), { text: `<=${short(after.size)}`, dim: '(a bound)' }, ...texts('', '')];
  if (window && formula) return texts(node.name, ...numbers, ...worked(step, window));
  const sizes = branches.map(({ size }) => (size ? short(size[axis] ?? 1) : 'all')).join(', ');
  const moved = node.facts?.moves && !node.facts.reach ? 'the places move' : '';
  const why =
    branches.length > 0 ? `hull of branches with ${sizes}` : moved || (phases > 1 ? `largest of ${phases} phases` : '');
  return [
    ...texts(node.name, ...numbers),
    { text: short(after.size), ...(why && { dim: `(${why})` }) },
    ...texts(scaled(before.stride, after.stride), short(after.padding)),
  ];
};

const worked = (
  { before, after }: AxisStep,
  { kernel, stride, dilation, padding }: NonNullable<AxisStep['window']>,
): readonly string[] => [
  `${short(before.size)} + (${kernel}-1)*${dilation}*${short(before.stride)} = ${short(after.size)}`,
  `${short(before.stride)}*${stride} = ${short(after.stride)}`,
  `${short(before.padding)} ${padding < 0 ? '-' : '+'} ${Math.abs(padding)}*${short(before.stride)} = ${short(after.padding)}`,
];

/** `8/2 = 4` where a layer enlarges. */
const scaled = (before: number, after: number): string => {
  const factor = before / after;
  return after > 0 && factor > 1 && Number.isInteger(factor)
    ? `${short(before)}/${factor} = ${short(after)}`
    : short(after);
};

// --- result ------------------------------------------------------------------------------------------------------------

export const fieldFacts = (view: View): readonly Entry[] => {
  const { field, input, steps } = view;
  const { full, local, least } = field;
  const size = spatial(input.facts?.output ?? []);
  const gated = full === 'global' && local !== 'global';
  if (local === 'global' || local.length === 0)
    return [{ label: 'field', text: `all of the input, ${formatShape(input.facts?.output ?? [])}` }];
  const sizes = local.map((track) => sizeOf(track));
  const larger = exceeds(local, input.facts?.output ?? []);
  const ends = steps.at(-1)?.axes.map(({ after }) => after) ?? [];
  const varies = sizes.some((s) => s.sizeMin !== s.size);
  const exact = isExact(local);
  return [
    {
      label: 'field',
      text: atMost(local, volume(sizes.map((s) => s.size))),
      ...(exact
        ? varies && {
            dim: `(the largest; it depends on the unit, and is ${volume(sizes.map((s) => s.sizeMin))} at least)`,
          }
        : { dim: '(a bound: values have moved so that it is not known which places reach a unit)' }),
    },
    ...(ends.length > 0 && exact
      ? [
          { label: 'step', text: once(ends.map(({ stride }) => short(stride))) },
          { label: 'over the edge', text: once(ends.map(({ padding }) => short(padding))) },
        ]
      : []),
    ...(exact
      ? [{ label: 'centre', text: once(local.map((track) => short(centerOf(track)))), dim: '(of unit 0)' }]
      : []),
    ...movedAxes(view),
    ...(gated ? [{ label: 'with its gates', text: 'all of the input', dim: '(they are left out above)' }] : []),
    ...(least !== local && least !== 'global'
      ? [
          {
            label: 'least',
            text: atMost(least, volume(least.map((track) => sizeOf(track).size))),
            dim: '(on the path that sees least)',
          },
        ]
      : []),
    larger.includes(true)
      ? { label: 'of the input', text: `more than it has: ${volume(size)}` }
      : {
          label: 'of the input',
          text: `${exact ? '' : 'at most '}${percent(product(sizes.map((s) => s.size)) / product(size))}`,
          dim: `(${volume(size)})`,
        },
  ];
};

/** Along which axes of the layer the field moves, where they are not those of the input. */
const movedAxes = ({ field: { local }, node }: View): readonly Entry[] => {
  if (local === 'global' || local.every((track, axis) => axesOf(track).every((own) => own === axis))) return [];
  const own = spatial(node.facts?.output ?? []).length;
  const words = local.map((track, axis) => {
    const along = axesOf(track).map((each) => axisWord(own, each));
    return `${axisWord(local.length, axis)} along ${along.length === 0 ? 'no axis' : `the layer's ${along.join(' and ')}`}`;
  });
  return [{ label: 'moves', text: words.join(', '), dim: '(the axes of the input are not those of the layer)' }];
};

const percent = (share: number): string => (share < 0.005 ? 'less than 1%' : `${Math.round(100 * share)}%`);

const WORDS = [[], ['cells'], ['rows', 'columns'], ['slices', 'rows', 'columns']] as const;

/** `rows 2 to 8 and columns 2 to 8`; of one or three axes cells, slices. */
export const placesText = (cells: readonly Interval[]): string => {
  const words = WORDS[cells.length] ?? [];
  return listed(cells.map(({ lo, hi }, axis) => `${words[axis] ?? 'cells'} ${lo} to ${hi}`));
};

const rectangle = (cells: readonly Interval[]): string =>
  cells.some(isEmpty) ? 'nothing' : `${placesText(cells)}, ${volume(cells.map(widthOf))}`;

export const unitFacts = ({ at, seen }: NonNullable<View['unit']>, exact: boolean): readonly Entry[] => {
  const { unclipped, clipped, reached, paddingCells } = seen;
  const all = product(unclipped.map(widthOf));
  const less = reached?.some(({ lo, hi }, axis) => lo !== clipped[axis]?.lo || hi !== clipped[axis]?.hi)
    ? reached
    : null;
  return [
    {
      label: `unit ${at.join(', ')}`,
      text: `sees ${exact ? '' : 'at most '}${rectangle(unclipped)}`,
      dim: '(counted from 0)',
    },
    ...(unclipped.some(isEmpty) || !exact
      ? []
      : [{ label: 'its centre', text: unclipped.map(({ lo, hi }) => short((lo + hi) / 2)).join(', ') }]),
    {
      label: 'in the image',
      text: rectangle(clipped),
      dim: `(${grouped(paddingCells)} of ${grouped(all)} cells are padding)`,
    },
    ...(less
      ? [
          {
            label: 'reached',
            text: rectangle(less),
            dim: '(a layer in between leaves cells unread, and a later one pads in their place)',
          },
        ]
      : []),
  ];
};
