// The parts of a network whose blanks are found together: up to the next item that expects something.

import type { Place } from '../core/diagnostic.js';
import type { Node } from '../core/graph.js';
import type { Blank, Unfinished } from '../lang/blanks.js';
import { lookup, type Value } from '../lang/values.js';
import type { Wanted } from './trial.js';

/** The items up to the next one that expects something: their blanks are found together. */
export interface Stretch {
  readonly blanks: readonly Blank[];
  /** Position of its last item in the list of layers. */
  readonly upTo: number;
  readonly last: boolean;
}

/** Strides and padding are seen in volumes only: a stretch with them goes on to the next volume that is expected. */
const SEEN_IN_VOLUMES: readonly string[] = ['stride', 'padding'];

export const stretchesOf = (
  { file, blanks }: Unfinished,
  wanted: readonly Wanted[],
  nodes: readonly Node[],
): readonly Stretch[] => {
  const layers = lookup(file, 'layers');
  const items = layers?.type === 'list' ? layers.items : [];
  const ends = items.map((item) => expectationsIn(item));
  for (const { layer, expectation } of wanted) {
    const at = nodes.findLast(({ name }) => name === layer || name.startsWith(`${layer}.`))?.at;
    ends[items.findLastIndex(({ place }) => at && place && begins(place, at))]?.add(expectation.quantity);
  }
  const final = Math.max(0, items.length - 1);
  const stretches: Stretch[] = [];
  let from = -1;
  for (const upTo of items.length === 0 ? [0] : items.keys()) {
    const own = blanks.filter(({ index }) => index > from && index <= upTo);
    const needsVolume = own.some(({ option }) => SEEN_IN_VOLUMES.includes(option));
    const volumesLater = ends.slice(upTo + 1).some((expected) => expected.has('out'));
    const ended = ends[upTo]?.has('out') || (ends[upTo]?.size !== 0 && !(needsVolume && volumesLater));
    if (upTo !== final && (!ended || own.length === 0)) continue;
    stretches.push({ blanks: own, upTo, last: upTo === final });
    from = upTo;
  }
  return stretches;
};

/** Whether what begins at one place may hold what begins at another. */
const begins = (item: Place, at: Place): boolean =>
  item.line < at.line || (item.line === at.line && item.column <= at.column);

/** The figures that are expected in an item and in what is below it. */
const expectationsIn = (value: Value, found = new Set<string>()): Set<string> => {
  if (value.type === 'list') for (const item of value.items) expectationsIn(item, found);
  for (const { key, value: inner } of value.type === 'mapping' ? value.entries : []) {
    if (key.text === 'expect' && inner.type === 'mapping') for (const entry of inner.entries) found.add(entry.key.text);
    else expectationsIn(inner, found);
  }
  return found;
};
