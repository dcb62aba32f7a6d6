// What may stand at a place of a spec: the keys of a mapping, what is wanted behind each, the words of a value. The forms of single values
// are here, those of items in item-form.ts, that of the file in file-form.ts.

import { EXPECT_DOCS, LINT_DOCS } from './described.js';
import { EXPECTED, isTotal } from './expect.js';
import type { Pair } from './sketch-parts.js';

/** A word that may stand somewhere. */
export interface Word {
  readonly label: string;
  /** What it is another word for. */
  readonly name?: string;
  readonly sort: 'key' | 'kind' | 'option' | 'value' | 'block' | 'layer' | 'var';
  /** What it belongs to, of what sort it is: a few words. */
  readonly detail: string;
  readonly doc: string;
  /** More of it, for who asks. */
  readonly lines?: () => readonly string[];
  /** As a key it takes a value: behind it, or on the lines below. */
  readonly takes?: 'value' | 'lines';
}

/** What may stand at a place. `others` are the pairs of the same mapping besides the one in question. */
export interface Form {
  readonly keys?: (others: readonly Pair[]) => readonly Word[];
  /** Keys that name what the text itself declares. */
  readonly declared?: (key: string) => Word | undefined;
  /** The name of a key by which it can be given once. */
  readonly canonical?: (others: readonly Pair[]) => (key: string) => string;
  readonly behind?: (key: string, others: readonly Pair[]) => Form | undefined;
  /** The elements of a list. */
  readonly element?: () => Form;
  /** Words that are a value by themselves. */
  readonly words?: () => readonly Word[];
  /** Names that may stand anywhere in it: it is an expression. */
  readonly values?: () => readonly Word[];
}

/** Anything: nothing is known of it. */
export const ANYTHING: Form = {};

/** Words with what each means. */
export const valueWords = (docs: Readonly<Record<string, string>>, detail: string): readonly Word[] =>
  Object.entries(docs).map(([label, doc]) => ({ label, sort: 'value', detail, doc }));

/** What a truth value may be; `doc`: what it is about. */
export const truths = (doc: string): readonly Word[] => valueWords({ true: doc, false: doc }, 'true or false');

/** A value or a list of such. */
export const listable = (form: Form): Form => ({ ...form, element: () => form });

const keyWords = (docs: Readonly<Record<string, string>>, detail: string): readonly Word[] =>
  Object.entries(docs).map(([label, doc]) => ({ label, sort: 'key', detail, doc, takes: 'value' }));

/** A mapping of such keys, and of the form behind each. */
export const mapping = (
  docs: Readonly<Record<string, string>>,
  detail: string,
  behind: (key: string) => Form | undefined = () => ANYTHING,
): Form => ({ keys: () => keyWords(docs, detail), behind });

/** What `expect:` holds, of the whole or of an item. */
export const expectation = (of: 'total' | 'item'): Form => {
  const { rf, ...others } = EXPECT_DOCS;
  const { out, ...texts } = others;
  const figures = EXPECTED.filter(([, figure]) => of === 'total' || !isTotal(figure));
  const docs = Object.fromEntries(figures.map(([key, { doc }]) => [key, doc]));
  return mapping({ out, ...docs, ...(of === 'item' && { rf }), ...texts }, 'expected');
};

/** What `lint:` holds. */
export const LINT: Form = mapping(LINT_DOCS, 'of lint');
