// What becomes of a state: a view's settings in it, a change to it, a state out of what a link or a file says. Nothing is worked out.

import { DTYPES, type Dtype } from '../core/graph.js';
import { LAYOUTS } from '../core/shape.js';
import { NOTHING_SELECTED, type Said, type Selection, type Settings, type State } from './state.js';
import type { Change, View } from './view.js';

/** What holds for a view: its defaults, but for what the state says. */
export const settingsOf = <S extends Settings>(
  { settings }: State,
  { id, defaults }: Pick<View<S>, 'id' | 'defaults'>,
): S => ({
  ...defaults,
  ...(settings[id] as Partial<S> | undefined),
});

/** The state after a change that came from a view. Edits of the text are the editor's. */
export const changed = (
  state: State,
  { id }: Pick<View, 'id'>,
  { settings, selection, said, picture }: Change,
): State => ({
  ...state,
  ...(settings && { settings: { ...state.settings, [id]: { ...state.settings[id], ...(settings as Settings) } } }),
  ...(selection && { selection: { ...state.selection, ...selection } }),
  ...(said && { said: { ...state.said, ...said } }),
  ...(picture !== undefined && { picture }),
});

/** What a link and a saved page hold of a state. */
export const kept = ({ name, text, said, selection, settings }: State): Omit<State, 'picture'> => ({
  name,
  text,
  said,
  selection,
  settings,
});

type Fields = Readonly<Record<string, unknown>>;

const fieldsOf = (value: unknown): Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Fields) : {};

/** A state as JSON says it, whoever wrote that; null where it is none. What is not of its type is left out. */
export const readState = (value: unknown, views: readonly View[]): State | null => {
  const { name, text, said, selection, settings } = fieldsOf(value);
  if (typeof text !== 'string') return null;
  return {
    name: typeof name === 'string' ? name : 'net.yaml',
    text,
    said: readSaid(fieldsOf(said)),
    selection: readSelection(fieldsOf(selection)),
    settings: Object.fromEntries(
      views.flatMap(({ id, defaults }) => {
        const read = readSettings(fieldsOf(fieldsOf(settings)[id]), defaults);
        return Object.keys(read).length > 0 ? [[id, read]] : [];
      }),
    ),
  };
};

/** Of a default that is null any value is one. */
const readSettings = (given: Fields, defaults: Settings): Settings =>
  Object.fromEntries(
    Object.entries(given).filter((entry): entry is [string, Settings[string]] => {
      const [key, value] = entry;
      if (!Object.hasOwn(defaults, key)) return false;
      const usual = defaults[key];
      if (value === null) return usual === null;
      return isSetting(value) && (usual === null || typeof value === typeof usual);
    }),
  );

const isSetting = (value: unknown): boolean =>
  typeof value === 'string' || typeof value === 'boolean' || Number.isFinite(value);

const textOr = <T>(value: unknown, otherwise: T): string | T => (typeof value === 'string' ? value : otherwise);

/** A word of some; undefined for anything else. */
export const oneOf = <W extends string>(value: unknown, words: readonly W[]): W | undefined =>
  words.find((word) => word === value);

const readSaid = ({ variant, set, input, batch, dtype, layout, freeze, pad }: Fields): Said => {
  const vars = Object.entries(fieldsOf(set)).filter((entry): entry is [string, string] => typeof entry[1] === 'string');
  const frozen = Array.isArray(freeze) ? freeze.filter((name) => typeof name === 'string') : [];
  return {
    variant: textOr(variant, undefined),
    set: vars.length > 0 ? Object.fromEntries(vars) : undefined,
    input: textOr(input, undefined),
    batch: Number.isSafeInteger(batch) && Number(batch) > 0 ? Number(batch) : undefined,
    dtype: oneOf(dtype, Object.keys(DTYPES) as Dtype[]),
    layout: oneOf(layout, LAYOUTS),
    freeze: frozen.length > 0 ? frozen : undefined,
    pad: oneOf(pad, ['same', 'valid']),
  };
};

/** More axes no layer has. */
const MOST_AXES = 8;

const readPlace = (value: unknown): readonly number[] | null =>
  Array.isArray(value) && value.length <= MOST_AXES && value.every((n) => Number.isSafeInteger(n)) ? value : null;

const readSelection = ({ layer, unit, cell }: Fields): Selection => ({
  ...NOTHING_SELECTED,
  layer: textOr(layer, null),
  unit: readPlace(unit),
  cell: readPlace(cell),
});
