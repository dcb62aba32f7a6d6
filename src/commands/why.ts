// cnncalc why [CODE]: what a diagnostic or a lint rule means. Its text is the documentation's, which the package holds.

import { suggestion } from '../core/suggest.js';
import type { Io } from '../io.js';
import { codesPage, type Explanation, explanationsIn, whyPage } from '../report/pages/why.js';
import { version } from '../version.js';
import type { COMMANDS } from './commands.js';
import { UsageError } from './output.js';
import { ownText } from './text.js';
import type { Work } from './work.js';

export const run: Work<typeof COMMANDS.why> = async ({ code }, _, output, io) => {
  const all = explanations(io);
  const asked = code === undefined ? all : meant(code.replace(/^\[(.*)\]$/, '$1'), all);
  const [first] = asked;
  if (!first || code === undefined || asked.length > 1) output.hint('cnncalc why CODE has more about one');
  await output.print({
    page: () => (first && asked.length === 1 ? whyPage(first) : codesPage(asked)),
    json: async () => (await import('../report/json/why.js')).whyJson(asked, version),
  });
  return 0;
};

/** A code, or all of a family: `shape`, `pad/*`. */
const meant = (code: string, all: readonly Explanation[]): readonly Explanation[] => {
  const family = `${code.replace(/\/\*?$/, '')}/`;
  const found = all.filter((one) => one.code === code);
  const asked = found.length > 0 ? found : all.filter((one) => one.code.startsWith(family));
  if (asked.length > 0) return asked;
  const codes = all.map((one) => one.code);
  throw new UsageError(`there is no code "${code}"`, suggestion(code, codes, 'codes'));
};

/** Of all codes there are. Throws Unreadable where the documentation is not there. */
export const explanations = (io: Io): readonly Explanation[] => {
  const [diagnostics, lint] = ['diagnostics.md', 'lint.md'].map((file) =>
    ownText(io.docs + file, `the documentation of the codes (${file})`, io).text.replaceAll('\r\n', '\n'),
  );
  return explanationsIn(diagnostics ?? '', lint ?? '');
};
