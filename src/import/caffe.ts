// A network of Caffe: its .prototxt, layer by layer, as it is when it is tested. What the text says is caffe/net.ts, what a layer comes to
// caffe/types.ts. The weights in a .caffemodel are not read.

import type { Findings } from '../core/findings.js';
import type { Growing, Grown } from '../core/growing.js';
import { suggestion } from '../core/suggest.js';
import { Layer, type Network, UNKNOWN } from './caffe/layer.js';
import { type Definition, definitionsOf } from './caffe/net.js';
import { type Message, readPrototxt, type Scalar } from './caffe/prototxt.js';
import { isSource, sourcesOf } from './caffe/sources.js';
import { isLeftOut, ROWS, readsFirstOnly } from './caffe/types.js';
import { isPerChannel } from './caffe/weighted.js';
import type { Importer } from './format.js';
import { withLines } from './lines.js';
import { Opaques } from './opaque.js';

export const readCaffe: Importer = (file, growing, findings): Grown | undefined => {
  const text = file.text();
  if (text === null) {
    findings.error('import/file', 'the .prototxt is no text, or has more than 64 MiB');
    return undefined;
  }
  const net = readPrototxt(withLines(text), findings);
  const definitions = definitionsOf(net, findings);
  if (definitions.length === 0) {
    findings.error('import/file', 'there is no layer in this .prototxt', undefined, solverHelp(net));
    return undefined;
  }
  const tested = definitions.filter((one) => one.tested && !isSource(one));
  const readings = readingsOf(tested);
  const layers = computed(tested, readings);
  const blobs = inputsOf(net, definitions, layers, growing, findings);
  const network: Network = {
    growing,
    findings,
    opaques: new Opaques(),
    blobs,
    masks: new Map(),
    shared: new Map(),
  };
  const scales = scalesOf(readings);
  const folded = new Set(scales.values());
  for (const definition of layers) {
    const reads = bottomsOf(definition).map((blob) => found(blob, definition, network));
    if (folded.has(definition)) {
      // Its BatchNorm has the row of both.
      const [own, [top]] = [reads[0] ?? UNKNOWN, definition.tops];
      if (top !== undefined) network.blobs.set(top, own);
      continue;
    }
    made(definition, new Layer(definition, network, reads, scales.get(definition)));
  }
  network.opaques.report(findings);
  const [name] = net.fields.get('name') ?? [];
  return { name: name && 'text' in name ? name.text : file.name, outputs: [], origin: 'Caffe' };
};

/** What a layer makes, under the names of its tops. */
const made = (definition: Definition, layer: Layer): void => {
  const { blobs } = layer.network;
  const { tops, type, written } = definition;
  if (written === '') return;
  const rows =
    ROWS.get(type)?.(layer) ?? layer.unsupported('what it does, and how large its output is, is not known here');
  const all = typeof rows === 'number' ? [rows] : rows;
  for (const [i, top] of tops.entries()) {
    const row = all[i];
    if (row === undefined) blobs.delete(top);
    else blobs.set(top, row);
  }
};

/** What the network reads of a layer's blobs. */
const bottomsOf = ({ bottoms, type }: Definition): readonly Scalar[] =>
  readsFirstOnly(type) ? bottoms.slice(0, 1) : bottoms;

/** What is meant is not far. */
const MOST_NAMES = 200;

const found = ({ text, place }: Scalar, { mistakes }: Definition, { blobs, masks }: Network): number => {
  const row = blobs.get(text);
  if (row !== undefined) return row;
  // Where the largest stood, the layer asks itself.
  if (!masks.has(text))
    mistakes.fail(`there is no blob "${text}" before this layer`, place, () =>
      suggestion(text, [...blobs.keys()].slice(-MOST_NAMES), 'blobs'),
    );
  return UNKNOWN;
};

/** The blobs that come from outside, as far as a layer of the network reads them. */
const inputsOf = (
  net: Message,
  definitions: readonly Definition[],
  layers: readonly Definition[],
  growing: Growing,
  findings: Findings,
): Map<string, number> => {
  const made = new Set<string>();
  const wanted = new Set<string>();
  for (const layer of layers) {
    for (const { text } of bottomsOf(layer)) if (!made.has(text)) wanted.add(text);
    for (const top of layer.tops) made.add(top);
  }
  // Those of the TEST phase first: a network that is only trained has no others than those of its training.
  const sources = [true, false].flatMap((tested) =>
    sourcesOf(
      tested ? net : EMPTY,
      definitions.filter((one) => one.tested === tested),
      findings,
    ),
  );
  const known = new Set<string>();
  const read = sources.filter(({ name }) => {
    const first = wanted.has(name) && !known.has(name);
    known.add(name);
    return first;
  });
  const rows = growing.inputs(read);
  return new Map(read.map(({ name }, i) => [name, rows[i] ?? UNKNOWN]));
};

const EMPTY: Message = { fields: new Map(), place: { line: 1, column: 1, length: 1 } };

/** Who reads what a layer makes, and as which of its blobs. */
type Readings = ReadonlyMap<Definition, readonly { readonly reader: Definition; readonly place: number }[]>;

/** Blobs are written over, so what a name means is followed through the text. */
const readingsOf = (layers: readonly Definition[]): Readings => {
  const makers = new Map<string, Definition>();
  const readings = new Map<Definition, { reader: Definition; place: number }[]>();
  for (const reader of layers) {
    for (const [place, { text }] of reader.bottoms.entries()) {
      const maker = makers.get(text);
      if (!maker) continue;
      const known = readings.get(maker);
      if (known) known.push({ reader, place });
      else readings.set(maker, [{ reader, place }]);
    }
    for (const top of reader.tops) makers.set(top, reader);
  }
  return readings;
};

/** The layers of the network: without those that only compare, and those whose tops are only what something is compared with. */
const computed = (layers: readonly Definition[], readings: Readings): readonly Definition[] => {
  const idle = new Set<Definition>();
  for (const layer of layers.toReversed()) {
    const read = readings.get(layer) ?? [];
    const compared = read.every(
      ({ reader, place }) => idle.has(reader) || (place > 0 && (isLeftOut(reader) || readsFirstOnly(reader.type))),
    );
    if (isLeftOut(layer)) continue;
    if (read.length > 0 && compared) idle.add(layer);
  }
  return layers.filter((layer) => !isLeftOut(layer) && !idle.has(layer));
};

/** The Scale of each BatchNorm: the only layer that reads what it makes, with a number for each channel. */
const scalesOf = (readings: Readings): ReadonlyMap<Definition, Definition> =>
  new Map(
    [...readings].flatMap(([norm, [first, second]]) =>
      norm.type === 'batchnorm' && first && !second && first.reader.type === 'scale' && isPerChannel(first.reader)
        ? [[norm, first.reader] as const]
        : [],
    ),
  );

/** What trains a network names it, and is none. */
const solverHelp = (net: Message): string => {
  const [named] = ['net', 'train_net'].flatMap((key) => net.fields.get(key) ?? []);
  return named && 'text' in named
    ? `it says how ${named.text} is trained: give that file`
    : 'give a file with layer { … } in it, such as deploy.prototxt';
};
