// Records as CSV (RFC 4180) or TSV: one header, one line per record, raw figures. Unknown is `?`.

const quote = (field: string): string => (/[",\r\n]/.test(field) ? `"${field.replaceAll('"', '""')}"` : field);

export const csv = (records: readonly (readonly string[])[]): string =>
  records.map((record) => `${record.map(quote).join(',')}\n`).join('');

/** Tabs and line breaks cannot stand in a field; a name that has one gets a space instead. */
export const tsv = (records: readonly (readonly string[])[]): string =>
  records.map((record) => `${record.map((field) => field.replace(/[\t\r\n]/g, ' ')).join('\t')}\n`).join('');
