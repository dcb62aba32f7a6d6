// The bundled networks by name, each analysed once for all files of tests. No assertions.

import { readdirSync, readFileSync } from 'node:fs';
import type { Analysis } from '../src/analysis/analysis.js';
import { analyze } from '../src/analysis/analyze.js';
import type { Bundled } from '../src/commands/load.js';
import { parse } from '../src/lang/parse.js';
import { layers } from '../src/layers/index.js';

const specs = new URL('../specs/', import.meta.url);

const parsed = (file: string, variant?: string) =>
  parse(readFileSync(new URL(file, specs), 'utf8'), { registry: layers, ...(variant !== undefined && { variant }) });

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
    const { variants } = parsed(file).graph;
    for (const variant of variants) index[variant] = { file, variant };
  }
  return index;
};

const analysed = new Map<string, Analysis>();

/** A network as its spec has it; of a family's own name the first variant. */
export const bundled = (name: string): Analysis => {
  const before = analysed.get(name);
  if (before) return before;
  const { file, variant } = specIndex()[name] ?? { file: `${name}.yaml` };
  const analysis = analyze(parsed(file, variant));
  analysed.set(name, analysis);
  return analysis;
};
