// Records as CSV (RFC 4180) or TSV: one header, one line per record, raw figures. Unknown is `?`.

import { visible } from '../page.js';

type Records = readonly (readonly string[])[];

/** What a spreadsheet takes for the beginning of a formula, also behind spaces and as wide letters. */
const FORMULA = /^\s*[=+\-@\uff1d\uff0b\uff0d\uff20]./u;

const NUMBER = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?$/i;

/**
 * A spreadsheet would compute a name such as `=HYPERLINK(...)` or `-1+1`: with an apostrophe before it, it shows the name (the
 * advice of OWASP's page on CSV injection). Numbers stay what they are. Control characters, tabs and line breaks become spaces.
 */
const inert = (field: string): string => {
  const text = visible(field);
  // A tab or a line break in front is passed over as a space is.
  return FORMULA.test(text) && !NUMBER.test(text) ? `'${text}` : text;
};

const quote = (field: string): string => (/[",]/.test(field) ? `"${field.replaceAll('"', '""')}"` : field);

export const csv = (records: Records): string =>
  records.map((record) => `${record.map((field) => quote(inert(field))).join(',')}\n`).join('');

export const tsv = (records: Records): string => records.map((record) => `${record.map(inert).join('\t')}\n`).join('');
