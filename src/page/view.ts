// What a view of the page is: a function from what is known of a network to HTML, and what becomes of its settings when somebody
// points, clicks or types. No DOM: app/ brings the events here and the HTML to the screen.

import type { Analysis } from '../analysis/analysis.js';
import type { Edit, Place } from '../core/diagnostic.js';
import type { Source } from '../report/page.js';
import type { Html } from './html.js';
import type { Selection, Settings, State } from './state.js';

/** All that a view is a function of. A model is made anew whenever the text changes, and its analysis with it. */
export interface Model {
  readonly state: State;
  /** With everything that is wrong, and what lint says. */
  readonly analysis: Analysis;
  readonly source: Source;
}

/** What somebody did to an element of a view that has `data-do="DEED"`. */
export interface Deed {
  /** The other `data-…` of the element, and of what it was done to within it; of a table's cell its `row` and `column`, from 0. */
  readonly data: Readonly<Record<string, string | undefined>>;
  /** What a field holds now: its text, or the value of what is chosen; of a box that is ticked `on`, else empty; of a picture's file an address of it. */
  readonly value: string;
  /**
   * Of an SVG picture with `data-point="DEED"`: where in its view box it is pointed at; null where the pointer left it. `pressed`
   * is true of a click. Such a picture hears keys, too.
   */
  readonly at: readonly [x: number, y: number] | null;
  readonly pressed: boolean;
  /** `ArrowLeft`, `Enter`, of a key that went down on a picture. */
  readonly key: string | null;
}

/** What comes of a deed; what is absent stays. */
export interface Change<S extends Settings = Settings> {
  readonly settings?: Partial<S>;
  readonly selection?: Partial<Selection>;
  /** What is said of the spec from outside; undefined takes it back. */
  readonly said?: State['said'];
  /** To the text. */
  readonly edits?: readonly Edit[];
  /** A place of the text that is to be looked at. */
  readonly reveal?: Place;
  readonly picture?: string | null;
  /** For the clipboard; a file to save. */
  readonly copy?: string;
  readonly save?: { readonly name: string; readonly type: string; readonly content: string };
}

export interface View<S extends Settings = Settings> {
  /** Of its section, and of its settings in a link. */
  readonly id: string;
  readonly title: string;
  /** Its settings where nobody said otherwise; a link may hold values of the same types. */
  readonly defaults: S;
  /** It shows where somebody points: the unit and the cell that are selected, and the picture. */
  readonly follows?: 'pointer';
  /** What stands below its title. On paper and without script too: what only works with script has the class `live`. */
  readonly render: (model: Model, settings: S) => Html | Promise<Html>;
  /** By the names that its HTML has in `data-do` and `data-point`; null where nothing comes of it. */
  readonly deeds?: Readonly<
    Record<string, (model: Model, settings: S, deed: Deed) => Change<S> | Promise<Change<S>> | null>
  >;
}

/** Declares a view, keeping the types of its settings. */
export const view = <const S extends Settings>(declared: View<S>): View<S> => declared;
