// A network of Darknet: its .cfg file, section by section, and the .weights file beside it. What the text says is darknet/cfg.ts, what a
// section comes to darknet/sections.ts.

import type { Findings } from '../core/findings.js';
import type { Growing, Grown } from '../core/growing.js';
import { readCfg, type Section, Settings } from './darknet/cfg.js';
import { Layer, type Network, UNKNOWN } from './darknet/layer.js';
import { headOf, LOSSES, sortOf } from './darknet/sections.js';
import { Weights } from './darknet/weights.js';
import type { ForeignFile, Importer } from './format.js';
import { withLines } from './lines.js';
import { Opaques } from './opaque.js';

export const readDarknet: Importer = (file, growing, findings): Grown | undefined => {
  const text = file.text();
  if (text === null) {
    findings.error('import/file', 'the .cfg file is no text, or has more than 64 MiB');
    return undefined;
  }
  const [net, ...sections] = readCfg(withLines(text), findings);
  if (!net || !/^net(?:work)?$/.test(net.type)) {
    findings.error('import/file', 'a .cfg file of Darknet begins with a section [net]', net?.place);
    return undefined;
  }
  const input = inputOf(net, growing, findings);
  const weights = weightsOf(file);
  const network: Network = {
    growing,
    findings,
    opaques: new Opaques(),
    weights,
    made: [],
    heads: new Set(),
    outputs: [],
    learned: new Map(),
    strange: new Set(),
    frozenBefore: sections.findLastIndex(({ settings }) => settings.get('stopbackward')?.value === '1'),
  };
  let last = input;
  for (const [index, section] of sections.entries()) {
    last = rowsOf(section, index, last, network);
    network.made.push(last);
    if (last === UNKNOWN || !growing.shape(last)) weights.lose();
  }
  network.opaques.tell(findings);
  weights.close(findings);
  return {
    name: file.name,
    outputs: network.outputs,
    origin: weights.present ? `Darknet, weights of version ${weights.version}` : 'Darknet',
    notes: notesOf(network),
  };
};

const weightsOf = ({ name, beside }: ForeignFile): Weights => {
  const path = `${name}.weights`;
  return new Weights(name === '' ? null : beside(path), path);
};

const inputOf = (net: Section, growing: Growing, findings: Findings): number => {
  const s = new Settings(net, findings);
  const size = (key: string): number | null => {
    const written = s.whole(key, 0);
    // What could not be read is not known.
    return s.broken || written === 0 ? null : written;
  };
  const sizes = ['channels', 'height', 'width'].map(size);
  const inputs = size('inputs') ?? 0;
  // A network without pictures has nothing but the number of its values.
  const vector = inputs > 0 && sizes.every((size) => size === null);
  const [row = UNKNOWN] = growing.inputs([{ name: 'input', sizes: vector ? [inputs] : sizes, at: net.place }]);
  return row;
};

/** The row that comes out of a section; of a loss and a detection head what it reads. */
const rowsOf = (section: Section, index: number, last: number, network: Network): number => {
  const s = new Settings(section, network.findings);
  const of = (name: string) => new Layer(s, index, `${name}${index}`, network, last);
  const sort = sortOf.get(section.type);
  if (sort) return sort.rows(of(sort.name));
  const head = headOf.get(section.type);
  if (head) {
    const layer = of(head.name);
    const row = layer.before;
    if (head.channels) told(layer, row, head.channels(layer));
    network.heads.add(index);
    network.outputs.push(row);
    return row;
  }
  if (LOSSES.has(section.type)) {
    network.heads.add(index);
    return last;
  }
  return unknown(of(section.type || 'section'), section);
};

/** Darknet refuses a head that does not fit the map before it. */
const told = ({ network, s }: Layer, row: number, wanted: number): void => {
  const [channels] = (row === UNKNOWN ? null : network.growing.shape(row)) ?? [];
  if (channels === undefined || channels === wanted) return;
  network.findings.warning(
    'import/file',
    `[${s.section.type}] is made for ${wanted} channels, and the map before it has ${channels}`,
    s.at,
    `write filters=${wanted} in the section before it, or other classes= and mask= here`,
  );
};

/** A sort of section that nobody here knows: neither what it makes nor how large that is. */
const unknown = (layer: Layer, { type }: Section): number =>
  layer.s.fail(
    `there is no section [${type}] here, and how large its output is the file does not say`,
    undefined,
    undefined,
  ) ?? layer.add('opaque', { operation: type || '[]' });

const notesOf = ({ outputs }: Network): readonly string[] =>
  outputs.length === 0
    ? []
    : [
        `The outputs are the maps that the detection heads read. What a head does with them, a sigmoid of some channels and boxes from the rest, is not computed.`,
      ];
