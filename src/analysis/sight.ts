// Sight the other way round: which units of a layer see a cell of the input, and what two units see both. Read off the tracks, with no
// walk through the layers.

import { product } from '../core/shape.js';
import type { Region } from './cone.js';
import { acrossAll, type Cell, EMPTY, fieldAt, isEmpty, plus, type Track, ZERO } from './track.js';
import { axesOf, widthOf } from './track-measures.js';

/** Units of a layer, as boxes that do not overlap, and how many they are. */
export interface Units {
  readonly boxes: readonly Region[];
  readonly count: number;
}

/** Nobody waits for more places that are looked at one by one, or for more boxes. */
const MOST_PLACES = 1 << 20;
const MOST_BOXES = 1 << 14;

/** The units of a layer of those sizes whose fields have the cell in them. Null where they are too many to tell one by one. */
export const unitsSeeing = (
  tracks: readonly Track[],
  sizes: readonly number[],
  cell: readonly number[],
): Units | null => {
  const groups = groupsOf(tracks, sizes);
  if (!groups) return null;
  let boxes: readonly Region[] = [sizes.map((size) => ({ lo: 0, hi: size - 1 }))];
  for (const group of groups) {
    const seeing = boxesOf(placesSeeing(group, cell), group.sizes);
    if (boxes.length * seeing.length > MOST_BOXES) return null;
    boxes = boxes.flatMap((box) =>
      seeing.map((along) => box.map((all, axis) => along[group.axes.indexOf(axis)] ?? all)),
    );
  }
  return { boxes, count: boxes.reduce((count, box) => count + product(box.map(widthOf)), 0) };
};

/** What all units of a layer see together along an axis of the input, over its edges. */
export const seenByAny = ({ strands, shape }: Track): Cell =>
  strands
    .map((strand) => strand.reduce((sum, part) => plus(sum, acrossAll(part, shape)), ZERO))
    .filter((cell) => !isEmpty(cell))
    .reduce(
      (all, { lo, hi }) => (isEmpty(all) ? { lo, hi } : { lo: Math.min(all.lo, lo), hi: Math.max(all.hi, hi) }),
      EMPTY,
    );

/** What lies in both: empty along some axis where nothing does. */
export const sharedBy = (a: Region, b: Region): Region =>
  a.map(({ lo, hi }, axis) => {
    const other = b[axis] ?? { lo, hi };
    return { lo: Math.max(lo, other.lo), hi: Math.min(hi, other.hi) };
  });

/** How many cells a region has. */
export const cellsIn = (region: Region): number => (region.some(isEmpty) ? 0 : product(region.map(widthOf)));

/** Axes of the layer along which some tracks move, and what the units at their places see: the last axis running fastest. */
interface Group {
  readonly axes: readonly number[];
  readonly sizes: readonly number[];
  readonly tracks: readonly { readonly axis: number; readonly lo: Float64Array; readonly hi: Float64Array }[];
}

/** Of tracks, which a pointer that moves asks for again and again. */
const known = new WeakMap<readonly Track[], readonly Group[] | 'too many'>();

const groupsOf = (tracks: readonly Track[], sizes: readonly number[]): readonly Group[] | null => {
  const found = known.get(tracks) ?? listed(tracks, sizes) ?? 'too many';
  known.set(tracks, found);
  return found === 'too many' ? null : found;
};

/** Tracks that move along an axis together are looked at together: of 196 patches in a row, both the row and the column. */
const listed = (tracks: readonly Track[], sizes: readonly number[]): readonly Group[] | null => {
  let sets: { readonly axes: readonly number[]; readonly members: readonly number[] }[] = [];
  for (const [member, track] of tracks.entries()) {
    const axes = axesOf(track);
    const meeting = sets.filter((set) => set.axes.some((axis) => axes.includes(axis)));
    const all = new Set([...axes, ...meeting.flatMap((set) => set.axes)]);
    sets = [
      ...sets.filter((set) => !meeting.includes(set)),
      { axes: [...all].sort((a, b) => a - b), members: [...meeting.flatMap(({ members }) => members), member] },
    ];
  }
  const groups: Group[] = [];
  for (const { axes, members } of sets) {
    const along = axes.map((axis) => sizes[axis] ?? 1);
    if (product(along) > MOST_PLACES) return null;
    groups.push({
      axes,
      sizes: along,
      tracks: members.map((axis) => ({ axis, ...fieldsAt(tracks[axis], axes, sizes) })),
    });
  }
  return groups;
};

/** What the units at all places along some axes see, at the beginning of the others, which make no difference. */
const fieldsAt = (
  track: Track | undefined,
  axes: readonly number[],
  sizes: readonly number[],
): { readonly lo: Float64Array; readonly hi: Float64Array } => {
  const count = product(axes.map((axis) => sizes[axis] ?? 1));
  const [lo, hi] = [new Float64Array(count), new Float64Array(count)];
  const at = sizes.map(() => 0);
  for (let i = 0; i < count && track; i += 1) {
    let rest = i;
    for (const axis of [...axes].reverse()) {
      at[axis] = rest % (sizes[axis] ?? 1);
      rest = Math.floor(rest / (sizes[axis] ?? 1));
    }
    const field = fieldAt(track, at);
    [lo[i], hi[i]] = [field.lo, field.hi];
  }
  return { lo, hi };
};

const placesSeeing = ({ sizes, tracks }: Group, cell: readonly number[]): Uint8Array => {
  const places = new Uint8Array(product(sizes)).fill(1);
  for (const { axis, lo, hi } of tracks) {
    const at = cell[axis] ?? 0;
    for (let i = 0; i < places.length; i += 1) if ((lo[i] ?? 1) > at || (hi[i] ?? 0) < at) places[i] = 0;
  }
  return places;
};

/** The places that are set, as few boxes as rows alike make. */
const boxesOf = (places: Uint8Array, sizes: readonly number[], from = 0): readonly Region[] => {
  const [size, ...inner] = sizes;
  if (size === undefined) return places[from] ? [[]] : [];
  const step = product(inner);
  const boxes: Region[] = [];
  let open: { readonly lo: number; readonly rest: readonly Region[]; readonly key: string } | undefined;
  for (let i = 0; i <= size; i += 1) {
    const rest = i === size ? [] : boxesOf(places, inner, from + i * step);
    const key = rest.map((box) => box.map(({ lo, hi }: Cell) => `${lo}-${hi}`).join()).join(' ');
    if (open && open.key === key && open.rest.length === rest.length) continue;
    if (open) for (const box of open.rest) boxes.push([{ lo: open.lo, hi: i - 1 }, ...box]);
    open = rest.length > 0 ? { lo: i, rest, key } : undefined;
  }
  return boxes;
};
