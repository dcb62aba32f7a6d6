// What a use of a block and a run of `each` are given: params and columns of values. Nothing is built here.

import type { Plain } from '../core/args.js';
import { write } from '../core/diagnostic.js';
import { type Item, option } from './item.js';
import type { ValueReader } from './reader.js';
import { IN_EXPRESSIONS, type Incoming, isReservedValue, type Scope, tellReserved } from './scope.js';
import { isNull, type Value } from './values.js';
import type { Block } from './vocabulary.js';

/**
 * The params of one use of a block, and what was written for each; undefined where one hangs on an unknown figure. Arguments are
 * evaluated where the block is used, defaults at entry and in order; both see what the copy receives. `main` is the value at a block's
 * own name.
 */
export const paramsOf = (
  block: Block,
  item: Item,
  main: Value | null,
  outside: Scope,
  file: Scope,
  incoming: Incoming,
  reader: ValueReader,
): { readonly values: ReadonlyMap<string, Plain | undefined>; readonly texts: ReadonlyMap<string, Value> } => {
  const values = new Map<string, Plain | undefined>();
  const texts = new Map<string, Value>();
  const entered = outside.entering(block.name, file, null).withValues(values, block.refused, texts);
  block.params.forEach(({ key, value: fallback }, i) => {
    const name = key.text;
    if (block.refused.has(name)) return;
    const named = option(item, name);
    if (named && i === 0 && main) {
      values.set(name, undefined);
      reader.findings.error(
        'option/twice',
        `${name} is given twice: at ${block.name} and here`,
        named.place,
        'keep one of them',
      );
      return;
    }
    const written = named ?? (i === 0 ? main : null);
    texts.set(name, written ? outside.writtenFor(written) : entered.writtenFor(fallback));
    if (written) values.set(name, reader.readWord(written, outside, incoming));
    else if (isNull(fallback))
      values.set(
        name,
        reader.findings.error(
          'block/param-missing',
          `the block ${block.name} needs ${name}`,
          item.keyPlace,
          `add ${name}: …`,
        ),
      );
    else values.set(name, reader.readWord(fallback, entered, incoming));
  });
  return { values, texts };
};

/** Names of columns that no column can have: their values are unknown. */
export const refusedColumns = ({ main }: Item): ReadonlySet<string> =>
  new Set(main?.type === 'mapping' ? main.entries.map(({ key }) => key.text).filter(isReservedValue) : []);

export interface Column {
  readonly name: string;
  readonly values: readonly Plain[];
  /** What was written for each value, where that stands in a list. */
  readonly written: readonly Value[];
}

/**
 * The columns of an `each`, all of one length. Null where one is unknown, after a reported error or because it hangs on
 * something that is.
 */
export const columnsOf = (
  item: Item,
  scope: Scope,
  incoming: Incoming,
  reader: ValueReader,
): readonly Column[] | null => {
  if (item.main?.broken) return null;
  if (item.main?.type !== 'mapping') {
    reader.findings.error(
      'each/columns',
      'each takes columns of values',
      item.main?.place ?? item.keyPlace,
      'write each: {filters: [64, 128], times: [1, 2]}',
    );
    return null;
  }
  reader.work.count(item.main.entries.length, item.main.place);
  const columns = item.main.entries.flatMap(({ key, value }) => {
    const values = reader.readWord(value, scope, incoming);
    if (isReservedValue(key.text)) tellReserved(reader.findings, 'column', key, IN_EXPRESSIONS);
    const list = scope.writtenFor(value);
    const written = list.type === 'list' ? list.items : [];
    if (Array.isArray(values))
      return [{ name: key.text, values: values as readonly Plain[], written, place: value.place }];
    else if (values !== undefined)
      reader.findings.error(
        'each/columns',
        `${key.text} is one value where a list is wanted`,
        value.place,
        value.type === 'scalar' ? write(`[${value.text}]`) : 'write a list',
      );
    return [];
  });
  if (columns.length < item.main.entries.length) return null;
  const [first] = columns;
  const uneven = columns.find((column) => column.values.length !== first?.values.length);
  if (!first || !uneven) return columns;
  reader.findings.error(
    'each/length',
    `${uneven.name} has ${uneven.values.length} values, ${first.name} has ${first.values.length}`,
    uneven.place,
    'give every column one value per copy',
  );
  return null;
};
