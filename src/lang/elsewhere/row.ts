// A row of the tables of other frameworks' words. The rows are beside it, who looks them up is elsewhere.ts.

export const FRAMEWORKS = ['PyTorch', 'Keras', 'ONNX', 'Darknet', 'Caffe', 'MATLAB'] as const;

/** One thing, what it is called in each framework, and what is written for it here. */
export interface Elsewhere {
  /** A kind or an option; of several options the one that the kind has. Empty where there is nothing to write. */
  readonly here: readonly string[];
  /** The whole item, where a kind alone is none: `{upsample: 2}`. */
  readonly item?: string;
  /** Options that a kind takes along to be what the word means: `mode: bilinear`. */
  readonly along?: string;
  /** The item takes the place of several, so that its kind alone says something else. */
  readonly whole?: true;
  /** It joins layers: a and b in its item are any two. */
  readonly joins?: true;
  /** What there is to know of it. */
  readonly note?: string;
  /** Of what there is no word for here: it has figures, which an opaque item can state. Else it is left out. */
  readonly opaque?: true;
  /** Words of each framework, in the order of {@link FRAMEWORKS}. */
  readonly words: readonly (readonly string[])[];
  /** What people write besides. */
  readonly loose: readonly string[];
}

type More = Pick<Elsewhere, 'item' | 'along' | 'whole' | 'joins' | 'note' | 'opaque'>;

/** `here`, the words of each framework between bars, then what people write besides. */
export const row = (here: string, words: string, more: More = {}): Elsewhere => {
  const columns = words.split('|').map(apart);
  return {
    here: apart(here),
    words: FRAMEWORKS.map((_, i) => columns[i] ?? []),
    loose: columns[FRAMEWORKS.length] ?? [],
    ...more,
  };
};

const apart = (text: string): readonly string[] => text.split(/\s+/).filter((word) => word !== '');

/** What is no layer here: it is left out. */
export const leftOut = (note: string, words: string): Elsewhere => row('', words, { note });

/** What is a layer, but none that there is here. */
export const noWord = (note: string, words: string): Elsewhere => row('', words, { note, opaque: true });

/** What joins several layers. */
export const join = (here: string, words: string, more: More = {}): Elsewhere =>
  row(here, words, { item: `{${here}: [a, b]}`, joins: true, ...more });
