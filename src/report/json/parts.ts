// What several results have in common: places, diagnostics, shapes, fields, figures; how each is written, and its schema.

import { exceeds, type Field, isExact, type Tracks } from '../../analysis/receptive-field.js';
import { type Cell, isEmpty } from '../../analysis/track.js';
import {
  axesOf,
  centerOf,
  endsOf,
  paddingOf,
  phasesOf,
  sizeOf,
  strideOf,
  widthOf,
} from '../../analysis/track-measures.js';
import { OPERATIONS, type Operation, type Operations } from '../../core/count.js';
import type { Diagnostic } from '../../core/diagnostic.js';
import { FIGURES, type Figure, GROUPS, type Nested, nested } from '../../core/figures.js';
import { LAYOUTS, type Shape } from '../../core/shape.js';
import * as s from './schema.js';

const positionFields = { line: s.whole('from 1', 1), column: s.whole('from 1, in UTF-16 units', 1) };

export const position = (description: string) => s.object(description, positionFields);

const place = (description: string) =>
  s.object(description, { ...positionFields, length: s.optional(s.whole('in UTF-16 units, on the line')) });

export const diagnostic = s.once(() =>
  s.named(
    'diagnostic',
    s.object('something wrong, or worth knowing', {
      code: { ...s.text('stable: shape/kernel-too-large'), pattern: '^[a-z0-9-]+/[a-z0-9-]+$' } as s.Schema<string>,
      severity: s.word('how bad it is', ['error', 'warning', 'note']),
      message: s.text('one sentence, for people; its words may change'),
      at: s.orNull(place('where in the spec')),
      help: s.optional(s.text('what to do')),
      edits: s.optional(
        s.list(
          'the help, carried out: absent where it is advice',
          s.object('what to write instead of a stretch', {
            at: place('where in the spec; a length of 0 is a place to write at'),
            text: s.text('what to write there'),
          }),
        ),
      ),
      related: s.optional(
        s.list(
          'other places that have to do with it',
          s.object('a place', { at: place('where in the spec'), message: s.text('what is there') }),
        ),
      ),
    }),
  ),
);

const SIZES = "sizes without the batch, channels last but under layout chw, the spec's or --layout";
export const shape = (description: string) => s.list(`${description}: ${SIZES}`, s.whole('a size', 1));
export const shapeIfKnown = (description: string) =>
  s.orNull(s.about(`${description}: ${SIZES}; null where unknown`, shape(description)));

/** Of results whose shapes --layout turns. */
export const layoutSettings = s.once(() =>
  s.object('how they are told of', {
    layout: s.word('the order of the sizes in shapes', LAYOUTS),
  }),
);

export const diagnostics = s.once(() =>
  s.list('what is wrong with the spec; all there is where it cannot be read', diagnostic()),
);

export const tensor = s.once(() =>
  s.named('tensor', s.object('a named tensor', { name: s.text('its name'), shape: shapeIfKnown('its shape') })),
);

const perAxis = (description: string, items: s.Schema<number>) =>
  s.orNull(s.list(`${description}, per spatial axis (h, w); null where the field is global`, items));

const cellsSchema = s.once(() =>
  s.list(
    'the cells',
    s.object('a cell', { start: s.integer('its first input cell'), size: s.whole('how many it sees') }),
  ),
);

const fieldFields = s.once(() => ({
  size: perAxis('input cells that one output cell sees; the largest, where it depends on the cell', s.whole('cells')),
  stride: perAxis('input cells between the fields of neighbouring cells; the mean, where it varies', s.number('cells')),
  padding: perAxis("how far the first cell's field reaches over the edge of the input", s.number('cells')),
  center: perAxis("the middle of the first cell's field, in input cells", s.number('from 0')),
  global: s.flag('every cell sees the whole input'),
  exact: s.flag('false marks a bound: no cell sees more, and some may see less'),
  sizeMin: s.optional(s.list('the smallest field per axis; absent where all cells see as much', s.whole('cells'))),
  phases: s.optional(
    s.list(
      'per axis every cell of one period, or of the layer where there is none; none where it depends on several axes of the layer; absent where all cells see alike',
      cellsSchema(),
    ),
  ),
  ends: s.optional(
    s.list(
      'per axis the cells at both ends of the layer that the numbers above do not hold for, as beside a border of copies; absent where they hold for all',
      s.object('the first and the last cells, in order', { first: cellsSchema(), last: cellsSchema() }),
    ),
  ),
  axes: s.optional(
    s.list(
      "per axis of the input the axes of the layer along which the field moves, its places' own counted from 0; absent where they are the same",
      s.list('one, but for places folded into several', s.whole('from 0')),
    ),
  ),
}));

/** What tracksJson writes. */
export const field = s.once(() =>
  s.named(
    'field',
    s.object(
      'a receptive field: output cell i sees input cells i*stride - padding to i*stride - padding + size - 1',
      fieldFields(),
    ),
  ),
);

/** What fieldJson writes. */
export const receptiveField = s.once(() =>
  s.named(
    'receptiveField',
    s.object('the receptive field over all paths, in cells of an input', {
      ...fieldFields(),
      exceedsInput: s.flag('larger than the input along some axis'),
      local: s.optional(
        s.about(
          'without the gates (squeeze-and-excitation) that alone make it global; absent where there are none',
          field(),
        ),
      ),
      least: s.optional(
        s.about(
          'on the path that sees least: the identities of a residual network; absent where all see as much',
          field(),
        ),
      ),
    }),
  ),
);

const operations = s.once(() =>
  s.named(
    'operations',
    s.object(
      FIGURES.ops.doc,
      Object.fromEntries(OPERATIONS.map((sort) => [sort, s.whole(`number of ${sort} operations`)])) as {
        readonly [O in Operation]: s.Schema<number>;
      },
    ),
  ),
);

type Group = keyof typeof GROUPS;

type FigureFields<Left = never> = {
  readonly [K in Exclude<keyof Nested<typeof FIGURES>, Group | Left>]: s.Schema<
    (K extends 'ops' ? Operations : number) | null
  >;
} & { readonly [G in Group]: s.Schema<Readonly<Record<string, number | null>> | null> };

/** What only the whole network has. */
type WholeOnly = {
  [K in keyof typeof FIGURES]: 'of' extends keyof (typeof FIGURES)[K] ? never : K;
}[keyof typeof FIGURES];

/** A group is null of a layer that failed; of the whole, each of its figures may be. */
const figureFields = (of: 'layer' | 'whole'): FigureFields => {
  const table = Object.entries<Figure>(FIGURES).filter(([, figure]) => of === 'whole' || figure.of);
  const fields = nested(table, ([, { parts, doc, inReport = doc, inLayer = inReport }]) => {
    if (parts) return s.orNull(operations());
    return s.figure(of === 'whole' ? inReport : inLayer);
  }) as Record<string, Parameters<typeof s.object>[1]>;
  const groups = Object.entries(GROUPS).map(([name, doc]) => {
    const group = fields[name] ?? {};
    return [name, of === 'whole' ? s.object(doc, group) : s.orNull(s.object(`${doc}; null where unknown`, group))];
  });
  return { ...fields, ...Object.fromEntries(groups) } as FigureFields;
};

/** The figures of a layer, and of the whole network; a result has those that it needs. */
export const layerFields: () => FigureFields<WholeOnly> = s.once(() => figureFields('layer'));
export const totalsFields = s.once(() => figureFields('whole'));

export const atLeast = s.once(() =>
  s.optional(
    s.object('what the rows that state it come to, where others do not or are unknown; absent where all do', {
      params: s.figure('parameters'),
      macs: s.figure('multiply-accumulates'),
    }),
  ),
);

export const differenceFields = {
  maxAbsDiff: s.measured('the largest difference of two values'),
  largest: s.measured('the largest value of both, which says how much that is'),
  equal: s.flag('as far as float32 goes: within 1e-4 of the largest value'),
};

/** A field with respect to an input of that shape: the full one, and where they differ the local and the least. */
export const fieldJson = (field: Field, input: Shape): s.Described<ReturnType<typeof receptiveField>> => {
  const { full, local, least } = field;
  return {
    ...tracksJson(full),
    exceedsInput: exceeds(local, input).includes(true),
    ...(local !== full && { local: tracksJson(local) }),
    ...(least !== local && { least: tracksJson(least) }),
  };
};

export const tracksJson = (tracks: Tracks): s.Described<ReturnType<typeof field>> => {
  // A vector's field has no axes: a dense layer sees everything.
  if (tracks === 'global' || tracks.length === 0)
    return { size: null, stride: null, padding: null, center: null, global: true, exact: true };
  const phases = tracks.map(phasesOf);
  return {
    size: tracks.map((track) => sizeOf(track).size),
    stride: tracks.map(strideOf),
    padding: tracks.map(paddingOf),
    center: tracks.map(centerOf),
    global: false,
    exact: isExact(tracks),
    ...(phases.some((cells) => cells.length > 1) && {
      sizeMin: tracks.map((track) => sizeOf(track).sizeMin),
      phases: phases.map((cells, axis) => (tracks[axis] && axesOf(tracks[axis]).length > 1 ? [] : cellsJson(cells))),
    }),
    ...(tracks.some((track) => endsOf(track)) && {
      ends: tracks.map((track) => {
        const { first, last } = endsOf(track) ?? { first: [], last: [] };
        return { first: cellsJson(first), last: cellsJson(last) };
      }),
    }),
    ...(tracks.some((track, axis) => axesOf(track).some((own) => own !== axis)) && { axes: tracks.map(axesOf) }),
  };
};

const cellsJson = (cells: readonly Cell[]) =>
  cells.map((cell) => ({ start: isEmpty(cell) ? 0 : cell.lo, size: widthOf(cell) }));

export const diagnosticJson = ({ code, severity, message, at, help, edits, related }: Diagnostic) => ({
  code,
  severity,
  message,
  at: at ? { ...at } : null,
  ...(help && { help }),
  ...(edits && { edits: edits.map((edit) => ({ at: { ...edit.at }, text: edit.text })) }),
  ...(related &&
    related.length > 0 && { related: related.map((other) => ({ at: { ...other.at }, message: other.message })) }),
});
