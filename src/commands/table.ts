// Which rows and columns of a table of layers are asked for: --columns, --depth, --only, --sort.

import type { Analysis } from '../analysis/analysis.js';
import { type Line, outline } from '../analysis/outline.js';
import { suggestion } from '../core/suggest.js';
import { reason } from '../io.js';
import { COLUMNS, type Column, type Setting, settingOf, usualColumns } from '../report/columns.js';
import type { OptionsOf } from './command.js';
import type { TABLE } from './options.js';
import { type Output, UsageError } from './output.js';

type TableOptions = OptionsOf<[typeof TABLE]>;

const column = (key: string): Column => {
  const found = COLUMNS.find((c) => c.key === key);
  if (found) return found;
  throw new UsageError(
    `there is no column "${key}"`,
    suggestion(
      key,
      COLUMNS.map((c) => c.key),
      'columns',
    ),
  );
};

/** Columns asked for by name stay, however narrow the terminal; only their remarks may go. */
const chosen = (keys: readonly string[]): readonly Column[] =>
  (keys.length === 1 && keys[0] === 'all' ? COLUMNS : keys.map(column)).map((c) => ({ ...c, drop: 0 }));

/** More than anybody writes; what it matches is searched for in every name. */
const LONGEST = 1000;

/** Which names a pattern with wildcards fits, or has below it. Throws a UsageError where it is none. */
export const patternOf = async (only: string, option = 'only'): Promise<(name: string) => boolean> => {
  const { match } = await import('../lang/match.js');
  try {
    if (only.length > LONGEST) throw new RangeError(`it has more than ${LONGEST} characters`);
    return match(only, 'across');
  } catch (error) {
    throw new UsageError(`--${option} ${only.slice(0, 40)}${only.length > 40 ? '…' : ''}: ${reason(error)}`);
  }
};

/** `layer2.*` matches across dots; a name without wildcards matches itself and what stands below it. */
export const glob = async (
  { only }: Pick<TableOptions, 'only'>,
  { rows }: Analysis,
  output: Output,
): Promise<((name: string) => boolean) | undefined> => {
  if (only === undefined) return undefined;
  const matches = await patternOf(only);
  if (rows.length > 0 && !rows.some(({ node }) => matches(node.name)))
    output.hint(`--only ${only}: no layer has such a name`);
  return matches;
};

/** What of a network is in the table: `usual` are its columns where none are named, and whether sugar has lines of its own. */
export type TableOf = (
  analysis: Analysis,
  usual: readonly string[],
  sugar: 'apart' | 'folded',
  setting: Setting,
  only: ((name: string) => boolean) | undefined,
) => { readonly columns: readonly Column[]; readonly lines: readonly Line[] };

/** What a table is read with. What training keeps is worked out where one of its columns asks for it, and loaded by nobody else. */
export const settingAsked = async (analysis: Analysis, { columns, sort }: TableOptions): Promise<Setting> => {
  const asked = [...(columns ? chosen(columns) : []), ...(sort === undefined ? [] : [column(sort)])];
  if (!asked.some(({ trained }) => trained)) return settingOf(analysis);
  return (await import('../report/trained.js')).settingFor(analysis, asked);
};

/** The table that is asked for. Throws a UsageError for a column that there is not, before there is a network. */
export const tableAsked = ({ columns, depth, rows, sort }: TableOptions): TableOf => {
  const named = columns && chosen(columns);
  const by = sort === undefined ? undefined : column(sort);
  return (analysis, usual, sugar, setting, only) => {
    const lines = outline(analysis, {
      sugar: rows === 'all' ? 'apart' : sugar,
      ...(depth !== undefined && { depth }),
      ...(only && { only }),
      ...(by && { sort: by.rank ?? ((line: Line) => by.value(line, setting)) }),
    });
    return { columns: named ?? usualColumns(usual, lines), lines };
  };
};
