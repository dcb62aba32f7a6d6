// cnncalc kinds [NAME]: the kinds of layers, or one of them with its options and examples, by whatever word a framework has for it.

import { helpOf } from '../core/diagnostic.js';
import { elsewhere, isSaid } from '../lang/elsewhere.js';
import { meantKind } from '../lang/meant.js';
import { takesSugar } from '../lang/vocabulary.js';
import { STRUCTURES, SUGAR } from '../lang/words.js';
import { layers } from '../layers/index.js';
import { kindPage, kindsPage, type ListedKind, wordPage } from '../report/pages/kinds.js';
import { version } from '../version.js';
import type { COMMANDS } from './commands.js';
import { UsageError } from './output.js';
import type { Work } from './work.js';

export const run: Work<typeof COMMANDS.kinds> = async ({ name }, _, output) => {
  if (name === undefined) {
    await output.print({ page: () => kindsPage(listedKinds), json: () => json(listedKinds) });
    output.hint('cnncalc kinds NAME has the options and examples of one');
    return 0;
  }
  const own = listed(name);
  const rows = own ? [] : elsewhere('kinds', name).filter((row) => row.here.length > 0 && isSaid(row, kindNames));
  const found = own ?? rows.flatMap(({ here }) => here.flatMap((kind) => listed(kind) ?? []))[0];
  if (!found) throw new UsageError(`there is no kind of layer "${name}"`, optionHelp(name) ?? kindHelp(name));
  await output.print({
    page: () => [
      ...wordPage(
        name,
        rows.map(({ here: [kind = ''], item = kind, note }) => ({ item, note })),
      ),
      ...kindPage(found),
    ],
    json: () => json([found]),
  });
  return 0;
};

const json = async (asked: readonly ListedKind[]) =>
  (await import('../report/json/kinds.js')).kindsJson(asked, version);

export const listedKinds: readonly ListedKind[] = layers.kinds.map((kind) => ({
  kind,
  takes: takesSugar(kind) ? SUGAR : [],
}));

const listed = (name: string): ListedKind | undefined => {
  const found = layers.find(name);
  return listedKinds.find(({ kind }) => kind === found);
};

const kindNames = [...layers.kinds.flatMap(({ name, aliases = [] }) => [name, ...aliases]), ...STRUCTURES];

const kindHelp = (name: string): string => helpOf(meantKind(name, 'item', kindNames).remedy);

/** What to say of a word for an option; none where it is one for a kind, too. */
const optionHelp = (name: string): string | undefined => {
  if (elsewhere('kinds', name).length > 0) return undefined;
  const rows = elsewhere('options', name);
  const options = [...new Set([name, ...rows.flatMap(({ here }) => here)])].flatMap((option) => {
    const kinds = layers.kinds.filter(({ args }) => Object.hasOwn(args, option)).map((kind) => kind.name);
    return kinds.length > 0 ? [`${option} is an option of ${kinds.join(', ')}`] : [];
  });
  const none = rows.find(({ here }) => here.length === 0);
  return options.length > 0 ? options.join('; ') : none && `an option that there is not: ${none.note}`;
};
