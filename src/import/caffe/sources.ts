// What the network of a .prototxt reads: inputs that it declares, and the tops of layers that read nothing. Sizes that the text leaves to the
// data are open; the batch is left out.

import type { Place } from '../../core/diagnostic.js';
import type { Findings } from '../../core/findings.js';
import { Fields, Mistakes } from './fields.js';
import type { Definition } from './net.js';
import type { Message } from './prototxt.js';

type Sizes = readonly (number | null)[];

export interface SourceBlob {
  readonly name: string;
  readonly sizes: Sizes;
  readonly at: Place | undefined;
}

/** All that could be read, in the order of the text. */
export const sourcesOf = (
  net: Message,
  definitions: readonly Definition[],
  findings: Findings,
): readonly SourceBlob[] => [
  ...declared(net, findings),
  ...definitions.flatMap((one) => (isSource(one) ? one.tops.map((name, i) => blobOf(one, name, i)) : [])),
];

const blobOf = ({ type, fields, mistakes, at }: Definition, name: string, top: number): SourceBlob => {
  const sizes = (READERS.get(type) ?? unsaid)(fields, top);
  return { name, sizes: mistakes.broken ? unsaid() : sizes, at };
};

export const isSource = ({ bottoms, type, tops }: Definition): boolean =>
  bottoms.length === 0 && tops.length > 0 && type !== 'parameter';

/** `input: "data"` with `input_shape` or four `input_dim` each. */
const declared = (net: Message, findings: Findings): readonly SourceBlob[] => {
  const mistakes = new Mistakes(findings, undefined);
  const fields = new Fields(net, mistakes);
  const shapes = fields.all('input_shape');
  const sizes = fields.wholes('input_dim');
  return fields
    .scalars('input')
    .map(({ text, place }, i) => ({
      name: text,
      sizes: withoutBatch(shapes[i]?.wholes('dim') ?? sizes.slice(4 * i, 4 * i + 4)),
      at: place,
    }))
    .map((blob) => (mistakes.broken ? { ...blob, sizes: unsaid() } : blob));
};

/** 1x3x227x227 as 3x227x227; nothing said is everything open. */
const withoutBatch = (sizes: readonly number[]): Sizes =>
  sizes.length === 0 ? [null, null, null] : sizes.length === 1 ? [1] : sizes.slice(1);

const AXES = ['channels', 'height', 'width'];

/** The shape of a top, or the only one, which is that of all. */
const shapeAt = (param: Fields, key: string, top: number): Sizes =>
  withoutBatch((param.messageAt(key, top) ?? param.messageAt(key, 0))?.wholes('dim') ?? []);

const unsaid = (): Sizes => [null, null, null];

/** Pictures: as large as they are cut, with as many channels as colours are spoken of. What stands beside them is one number each. */
const pictures =
  (param: string) =>
  (fields: Fields, top: number): Sizes => {
    if (top > 0) return [1];
    const [transform, own] = [fields.within('transform_param'), fields.within(param)];
    const cropped = transform.whole('crop_size', 0) || own.whole('crop_size', 0);
    const means = transform.scalars('mean_value').length;
    const channels =
      transform.flag('force_color', false) || own.flag('force_encoded_color', false) || means === 3 ? 3 : null;
    const grey = transform.flag('force_gray', false) ? 1 : null;
    const colours = param === 'image_data_param' ? (own.flag('is_color', true) ? 3 : 1) : null;
    const sizes = ['new_height', 'new_width'].map((key) => cropped || own.whole(key, 0) || null);
    return [grey ?? channels ?? colours, ...sizes];
  };

const READERS: ReadonlyMap<string, (fields: Fields, top: number) => Sizes> = new Map([
  ['input', (fields, top) => shapeAt(fields.within('input_param'), 'shape', top)],
  [
    'memorydata',
    (fields, top) => {
      const param = fields.within('memory_data_param');
      return top > 0 ? [1] : AXES.map((key) => param.whole(key, 0) || null);
    },
  ],
  [
    'dummydata',
    (fields, top) => {
      const param = fields.within('dummy_data_param');
      if (param.has('shape')) return shapeAt(param, 'shape', top);
      return AXES.map((key) => param.wholeAt(key, top) ?? param.wholeAt(key, 0) ?? null);
    },
  ],
  ['data', pictures('data_param')],
  ['annotateddata', pictures('data_param')],
  ['imagedata', pictures('image_data_param')],
  ['windowdata', pictures('window_data_param')],
]);
