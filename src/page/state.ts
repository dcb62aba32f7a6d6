// What the page is about, as plain values: the text, what is said of it from outside, what is selected, how views are set. A link and a
// saved page hold it. Nothing that is worked out.

import type { Dtype } from '../core/graph.js';
import type { Layout } from '../core/shape.js';

export type Setting = string | number | boolean | null;

/** Of a view, by name. */
export type Settings = Readonly<Record<string, Setting>>;

/** What is said of the spec from outside, as on the command line. */
export interface Said {
  readonly variant?: string | undefined;
  readonly set?: Readonly<Record<string, string>> | undefined;
  readonly input?: string | undefined;
  readonly batch?: number | undefined;
  readonly dtype?: Dtype | undefined;
  readonly layout?: Layout | undefined;
  readonly freeze?: readonly string[] | undefined;
  readonly pad?: 'same' | 'valid' | undefined;
}

/** One layer, by its name, and one of its units or a cell of the input by their places per spatial axis. All views share it. */
export interface Selection {
  readonly layer: string | null;
  readonly unit: readonly number[] | null;
  readonly cell: readonly number[] | null;
}

export interface State {
  /** What the spec is called: `alexnet.yaml`. */
  readonly name: string;
  readonly text: string;
  readonly said: Said;
  readonly selection: Selection;
  /** By the ids of views: what differs from their defaults. */
  readonly settings: Readonly<Record<string, Settings>>;
  /** The address of somebody's own picture, for this session: no link and no saved page holds it. */
  readonly picture?: string | null;
}

/** A text of which nothing else is said. */
export const stateOf = (name: string, text: string): State => ({
  name,
  text,
  said: {},
  selection: NOTHING_SELECTED,
  settings: {},
});

export const NOTHING_SELECTED: Selection = { layer: null, unit: null, cell: null };
