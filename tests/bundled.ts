// The bundled networks by name, each read and analysed once for all files of tests. No assertions.

import { readdirSync, readFileSync } from 'node:fs';
import type { Analysis } from '../src/analysis/analysis.js';
import { analyze } from '../src/analysis/analyze.js';
import type { Bundled } from '../src/commands/load.js';
import type { Parsed } from '../src/core/graph.js';
import { parse } from '../src/lang/parse.js';
import { layers } from '../src/layers/index.js';

const specs = new URL('../specs/', import.meta.url);

const parsed = (file: string, variant?: string) =>
  parse(readFileSync(new URL(file, specs), 'utf8'), { registry: layers, ...(variant !== undefined && { variant }) });

const read = new Map<string, Parsed>();

let known: Readonly<Record<string, Bundled>> | undefined;

/** Every bundled network by name, file by file: the files' stems, and the variants in them. */
export const specIndex = (): Readonly<Record<string, Bundled>> => {
  known ??= readIndex();
  return known;
};

const readIndex = (): Record<string, Bundled> => {
  const index: Record<string, Bundled> = {};
  const files = readdirSync(specs).filter((name) => name.endsWith('.yaml'));
  for (const stem of files.map((file) => file.replace(/\.yaml$/, '')).sort()) {
    const file = `${stem}.yaml`;
    index[stem] = { file };
    const whole = parsed(file);
    const { variants } = whole.graph;
    for (const variant of variants) index[variant] = { file, variant };
    // The family's own name stands for the first.
    for (const name of [stem, ...variants.slice(0, 1)]) read.set(name, whole);
  }
  return index;
};

/** Each network once: the name of a family stands for its first variant, which has a name of its own. */
export const eachNetwork = (): readonly string[] => {
  const all = Object.entries(specIndex());
  const families = new Set(all.flatMap(([, { file, variant }]) => (variant === undefined ? [] : [file])));
  return all.flatMap(([name, { file, variant }]) => (variant === undefined && families.has(file) ? [] : [name]));
};

/** As its spec is read, without its figures. */
export const bundledParsed = (name: string): Parsed => {
  const { file, variant } = specIndex()[name] ?? { file: `${name}.yaml` };
  const before = read.get(name);
  if (before) return before;
  const one = parsed(file, variant);
  read.set(name, one);
  return one;
};

const analysed = new Map<Parsed, Analysis>();

/** A network as its spec has it; of a family's own name the first variant. */
export const bundled = (name: string): Analysis => {
  const spec = bundledParsed(name);
  const before = analysed.get(spec);
  if (before) return before;
  const analysis = analyze(spec);
  analysed.set(spec, analysis);
  return analysis;
};
