// Whether a text is well-formed XML, as far as our writers go: elements, attributes, texts, and the five entities. No schema.

const TAG = /<(\/?)([a-z][\w:-]*)((?:\s+[\w:-]+="[^"<]*")*)\s*(\/?)>/gi;
const LOOSE = /&(?!(?:amp|lt|gt|quot|apos|#\d+|#x[\da-f]+);)|[<>]/i;

/** What is wrong with it; null where nothing is. */
export const misformed = (text: string): string | null => {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: XML has none
  if (/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/.test(text)) return 'a control character';
  const open: string[] = [];
  let at = 0;
  let roots = 0;
  for (const match of text.matchAll(TAG)) {
    const [whole, closing, name = '', attributes = '', empty] = match;
    const between = text.slice(at, match.index);
    at = match.index + whole.length;
    if (LOOSE.test(between) || LOOSE.test(attributes)) return `${between}${attributes}`;
    if (open.length === 0 && between.trim() !== '') return `text outside: ${between}`;
    const names = [...attributes.matchAll(/([\w:-]+)=/g)].map(([, key]) => key);
    if (new Set(names).size < names.length) return `an attribute twice: ${whole}`;
    if (closing) {
      if (open.pop() !== name) return `${whole} closes another element`;
    } else {
      if (open.length === 0) roots += 1;
      if (!empty) open.push(name);
    }
  }
  if (open.length > 0) return `<${open.at(-1)}> is not closed`;
  return roots === 1 && text.slice(at).trim() === '' ? null : 'not one element';
};
