// What several results have in common: places, diagnostics, shapes, fields, figures; how each is written, and its schema.

import { exceeds, type Field, isExact, type Tracks } from '../../analysis/receptive-field.js';
import {
  axesOf,
  type Cell,
  centerOf,
  endsOf,
  isEmpty,
  paddingOf,
  phasesOf,
  sizeOf,
  strideOf,
  widthOf,
} from '../../analysis/track.js';
import { OPERATIONS, type Operation, type Operations } from '../../core/count.js';
import type { Diagnostic } from '../../core/diagnostic.js';
import { FIGURES, type Figure, GROUPS, type Nested, nested } from '../../core/figures.js';
import type { Shape } from '../../core/shape.js';
import {
  about,
  type Described,
  figure,
  flag,
  integer,
  list,
  measured,
  named,
  number,
  object,
  optional,
  orNull,
  type Schema,
  text,
  whole,
  word,
} from './schema.js';

const positionFields = { line: whole('from 1', 1), column: whole('from 1, in UTF-16 units', 1) };

export const position = (description: string) => object(description, positionFields);

const place = (description: string) =>
  object(description, { ...positionFields, length: optional(whole('in UTF-16 units, on the line')) });

export const diagnostic = named(
  'diagnostic',
  object('something wrong, or worth knowing', {
    code: { ...text('stable: shape/kernel-too-large'), pattern: '^[a-z0-9-]+/[a-z0-9-]+$' } as Schema<string>,
    severity: word('how bad it is', ['error', 'warning', 'note']),
    message: text('one sentence, for people; its words may change'),
    at: orNull(place('where in the spec')),
    help: optional(text('what to write instead')),
    related: optional(
      list(
        'other places that have to do with it',
        object('a place', { at: place('where in the spec'), message: text('what is there') }),
      ),
    ),
  }),
);

const SIZES = 'sizes without the batch, channels last but under --layout chw';
export const shape = (description: string) => list(`${description}: ${SIZES}`, whole('a size', 1));
export const shapeIfKnown = (description: string) =>
  orNull(about(`${description}: ${SIZES}; null where unknown`, shape(description)));

export const tensor = named(
  'tensor',
  object('a named tensor', { name: text('its name'), shape: shapeIfKnown('its shape') }),
);

const perAxis = (description: string, items: Schema<number>) =>
  orNull(list(`${description}, per spatial axis (h, w); null where the field is global`, items));

const cellsSchema = list(
  'the cells',
  object('a cell', { start: integer('its first input cell'), size: whole('how many it sees') }),
);

const fieldFields = {
  size: perAxis('input cells that one output cell sees; the largest, where it depends on the cell', whole('cells')),
  stride: perAxis('input cells between the fields of neighbouring cells; the mean, where it varies', number('cells')),
  padding: perAxis("how far the first cell's field reaches over the edge of the input", number('cells')),
  center: perAxis("the middle of the first cell's field, in input cells", number('from 0')),
  global: flag('every cell sees the whole input'),
  exact: flag('false marks a bound: no cell sees more, and some may see less'),
  sizeMin: optional(list('the smallest field per axis; absent where all cells see as much', whole('cells'))),
  phases: optional(
    list(
      'per axis every cell of one period, or of the layer where there is none; none where it depends on several axes of the layer; absent where all cells see alike',
      cellsSchema,
    ),
  ),
  ends: optional(
    list(
      'per axis the cells at both ends of the layer that the numbers above do not hold for, as beside a border of copies; absent where they hold for all',
      object('the first and the last cells, in order', { first: cellsSchema, last: cellsSchema }),
    ),
  ),
  axes: optional(
    list(
      "per axis of the input the axes of the layer along which the field moves, its places' own counted from 0; absent where they are the same",
      list('one, but for places folded into several', whole('from 0')),
    ),
  ),
};

/** What tracksJson writes. */
export const field = named(
  'field',
  object(
    'a receptive field: output cell i sees input cells i*stride - padding to i*stride - padding + size - 1',
    fieldFields,
  ),
);

/** What fieldJson writes. */
export const receptiveField = named(
  'receptiveField',
  object('the receptive field over all paths, in cells of an input', {
    ...fieldFields,
    exceedsInput: flag('larger than the input along some axis'),
    local: optional(
      about('without the gates (squeeze-and-excitation) that alone make it global; absent where there are none', field),
    ),
    least: optional(
      about('on the path that sees least: the identities of a residual network; absent where all see as much', field),
    ),
  }),
);

const operations = named(
  'operations',
  object(
    FIGURES.ops.doc,
    Object.fromEntries(OPERATIONS.map((sort) => [sort, whole(`number of ${sort} operations`)])) as {
      readonly [O in Operation]: Schema<number>;
    },
  ),
);

type Group = keyof typeof GROUPS;

type FigureFields<Left = never> = {
  readonly [K in Exclude<keyof Nested<typeof FIGURES>, Group | Left>]: Schema<
    (K extends 'ops' ? Operations : number) | null
  >;
} & { readonly [G in Group]: Schema<Readonly<Record<string, number | null>> | null> };

/** What only the whole network has. */
type WholeOnly = {
  [K in keyof typeof FIGURES]: 'of' extends keyof (typeof FIGURES)[K] ? never : K;
}[keyof typeof FIGURES];

/** A group is null of a layer that failed; of the whole, each of its figures may be. */
const figureFields = (of: 'layer' | 'whole'): FigureFields => {
  const table = Object.entries<Figure>(FIGURES).filter(([, figure]) => of === 'whole' || figure.of);
  const fields = nested(table, ([key, { parts, doc, inReport = doc, inLayer = inReport }]) => {
    if (parts) return orNull(operations);
    return of === 'whole' ? figure(inReport) : key.includes('.') ? whole(inLayer) : figure(inLayer);
  }) as Record<string, Parameters<typeof object>[1]>;
  const groups = Object.entries(GROUPS).map(([name, doc]) => {
    const group = fields[name] ?? {};
    return [name, of === 'whole' ? object(doc, group) : orNull(object(`${doc}; null where unknown`, group))];
  });
  return { ...fields, ...Object.fromEntries(groups) } as FigureFields;
};

/** The figures of a layer, and of the whole network; a result has those that it needs. */
export const layerFields: FigureFields<WholeOnly> = figureFields('layer');
export const totalsFields = figureFields('whole');

export const differenceFields = {
  maxAbsDiff: measured('the largest difference of two values'),
  largest: measured('the largest value of both, which says how much that is'),
  equal: flag('as far as float32 goes: within 1e-4 of the largest value'),
};

/** A field with respect to an input of that shape: the full one, and where they differ the local and the least. */
export const fieldJson = (field: Field, input: Shape): Described<typeof receptiveField> => {
  const { full, local, least } = field;
  return {
    ...tracksJson(full),
    exceedsInput: exceeds(local, input).includes(true),
    ...(local !== full && { local: tracksJson(local) }),
    ...(least !== local && { least: tracksJson(least) }),
  };
};

export const tracksJson = (tracks: Tracks): Described<typeof field> => {
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

export const diagnosticJson = ({ code, severity, message, at, help, related }: Diagnostic) => ({
  code,
  severity,
  message,
  at: at ? { ...at } : null,
  ...(help && { help }),
  ...(related &&
    related.length > 0 && { related: related.map((other) => ({ at: { ...other.at }, message: other.message })) }),
});
