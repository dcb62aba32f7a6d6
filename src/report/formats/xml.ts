// Text as XML takes it, in elements and attributes. No documents.

const ESCAPES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };

// biome-ignore lint/suspicious/noControlCharactersInRegex: XML has none
const CONTROL = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g;

export const xml = (text: string): string =>
  text.replace(CONTROL, ' ').replace(/[&<>"]/g, (sign) => ESCAPES[sign] ?? sign);
