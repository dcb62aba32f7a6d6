// cnncalc zoo: the bundled networks with their totals; where those come from, and the specs themselves.

import { analyze } from '../analysis/analyze.js';
import { listedFigures } from '../analysis/listed.js';
import type { Diagnostic } from '../core/diagnostic.js';
import { exitCode } from '../core/diagnostic.js';
import { suggestion } from '../core/suggest.js';
import type { Io } from '../io.js';
import { recordsOf } from '../report/columns.js';
import {
  DEFAULT_LIST,
  LIST_COLUMNS,
  type ListColumn,
  type Listed,
  listPage,
  type Remarked,
  whyPage,
} from '../report/pages/zoo.js';
import { version } from '../version.js';
import type { OptionsOf } from './command.js';
import type { COMMANDS } from './commands.js';
import { type Bundled, bundledSpecs, type Loaded, load } from './load.js';
import { UsageError } from './output.js';
import type { Result } from './print.js';
import { withProgress } from './progress.js';
import { patternOf } from './table.js';
import type { Work } from './work.js';

type ZooOptions = OptionsOf<typeof COMMANDS.zoo.options>;

/** Lists what is asked for by name, or all. With --why the networks are analysed, and what their specs expect is held to. */
export const run: Work<typeof COMMANDS.zoo> = async ({ names }, options, output, io) => {
  const bundled = bundledSpecs(io);
  const asked = names.length === 0 ? Object.keys(bundled) : names.flatMap((name) => namesOf(name, bundled));
  const listed = await chosen(
    [...new Set(asked)].flatMap((name) => inIndex(name, bundled)),
    options,
  );
  const all = options.why
    ? await withProgress('analysing', options, io, async ({ draw }) => {
        const networks: Analysed[] = [];
        for (const [i, one] of listed.entries()) {
          draw(i, listed.length);
          networks.push(await analysed(one, io));
        }
        return networks;
      })
    : [];
  for (const { loaded, diagnostics } of all) output.diagnostics(diagnostics, loaded, 'brief');
  await output.print(formsOf(options.why ? all.map(({ network }) => network) : listed, options));
  return exitCode(
    all.flatMap(({ diagnostics }) => diagnostics),
    options.strict === true,
  );
};

/** The name as it stands in the index; `resnet.yaml` is called `resnet` there. */
export const named = (name: string, bundled: Readonly<Record<string, Bundled>>): string => {
  const stem = name.replace(/\.ya?ml$/, '');
  if (Object.hasOwn(bundled, stem)) return stem;
  throw new UsageError(
    `there is no bundled network "${name}"`,
    suggestion(stem, Object.keys(bundled), 'bundled networks'),
  );
};

/** A network's own name, or those of everything in a file: `resnet`, `vgg16.yaml`. */
const namesOf = (name: string, bundled: Readonly<Record<string, Bundled>>): readonly string[] => {
  const stem = named(name, bundled);
  const { file, figures } = bundled[stem] ?? {};
  const isFile = name !== stem || !figures;
  return isFile ? Object.keys(bundled).filter((other) => bundled[other]?.file === file) : [stem];
};

const inIndex = (name: string, bundled: Readonly<Record<string, Bundled>>): readonly Listed[] => {
  const { file, variant, figures } = bundled[name] ?? {};
  return file && figures ? [{ name, file, variant: variant ?? null, ...figures }] : [];
};

interface Analysed {
  readonly network: Remarked;
  readonly loaded: Loaded;
  readonly diagnostics: readonly Diagnostic[];
}

/** With what the spec remarks, from the network as it is analysed now. */
const analysed = async (listed: Listed, io: Io): Promise<Analysed> => {
  const loaded = await load(
    `${io.specs}${listed.file}`,
    listed.variant === null ? {} : { variant: listed.variant },
    io,
  );
  const analysis = analyze(loaded.parsed);
  return {
    network: { ...listed, ...listedFigures(analysis), notes: analysis.graph.notes },
    loaded: { ...loaded, name: listed.file },
    diagnostics: analysis.diagnostics,
  };
};

/** What --only names, in the order of --sort. */
const chosen = async (all: readonly Listed[], { only, sort }: ZooOptions): Promise<readonly Listed[]> => {
  let kept = all;
  if (only !== undefined) {
    const fits = await patternOf(only);
    kept = all.filter(({ name }) => fits(name));
    if (kept.length === 0) throw new UsageError(`--only ${only}: no bundled network has such a name`);
  }
  if (sort === undefined) return kept;
  const by = column(sort);
  const rank = by.rank ?? ((listed: Listed) => by.value(listed, 'hwc'));
  return [...kept].sort((a, b) => {
    const [x, y] = [rank(a), rank(b)];
    return typeof x === 'number' && typeof y === 'number' ? y - x : String(x).localeCompare(String(y), 'en');
  });
};

const column = (key: string): ListColumn => {
  const found = LIST_COLUMNS.find((one) => one.key === key);
  if (found) return found;
  const keys = LIST_COLUMNS.map((one) => one.key);
  throw new UsageError(`there is no column "${key}"`, suggestion(key, keys, 'columns'));
};

const formsOf = (all: readonly (Listed | Remarked)[], options: ZooOptions): Result => {
  const { layout = 'hwc' } = options;
  const keys = options.columns ?? DEFAULT_LIST;
  const everything = keys.length === 1 && keys[0] === 'all';
  const columns = (everything ? LIST_COLUMNS : keys.map(column)).map((one) =>
    options.columns ? { ...one, drop: 0 } : one,
  );
  const remarks = all.flatMap((one) => ('notes' in one ? [one] : []));
  const json = async () => (await import('../report/json/zoo.js')).zooJson(all, { version, layout });
  return {
    page: () =>
      options.why ? whyPage(remarks, columns, layout) : listPage(all, columns, layout, options.sort === undefined),
    json,
    lines: async () => (await json()).networks.map((record) => ({ type: 'network', ...record })),
    records: () => recordsOf(all, options.columns ? columns : LIST_COLUMNS, layout),
  };
};
