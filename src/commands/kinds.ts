// cnncalc kinds [NAME]: the kinds of layers, or one of them with its options and examples.

import { suggestion } from '../core/suggest.js';
import { takesSugar } from '../lang/item.js';
import { SUGAR } from '../lang/words.js';
import { layers } from '../layers/index.js';
import { kindPage, kindsPage, type ListedKind } from '../report/pages/kinds.js';
import { version } from '../version.js';
import type { COMMANDS } from './commands.js';
import { UsageError } from './output.js';
import type { Work } from './work.js';

export const run: Work<typeof COMMANDS.kinds> = async ({ name }, _, output) => {
  const asked = name === undefined ? listedKinds : listedKinds.filter(({ kind }) => kind === layers.find(name));
  const [first] = asked;
  if (!first) throw new UsageError(`there is no kind of layer "${name}"`, suggestion(name ?? '', kindNames, 'kinds'));
  await output.print({
    page: () => (name === undefined ? kindsPage(asked) : kindPage(first)),
    json: async () => (await import('../report/json/kinds.js')).kindsJson(asked, version),
  });
  if (name === undefined) output.hint('cnncalc kinds NAME has the options and examples of one');
  return 0;
};

export const listedKinds: readonly ListedKind[] = layers.kinds.map((kind) => ({
  kind,
  takes: takesSugar(kind) ? SUGAR : [],
}));

const kindNames = layers.kinds.flatMap(({ name, aliases = [] }) => [name, ...aliases]);
