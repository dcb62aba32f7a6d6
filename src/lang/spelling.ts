// Values as they are spelled elsewhere: `(3, 3)`, `1,024`, `50%`, `3X3`, `None`, `３`. What to write for them here. Asked only where a
// text is no expression, where it is no shape, or where YAML took a value apart.

/** What is wrong with a value and what to write instead of it. */
export interface Spelling {
  readonly message: string;
  readonly instead: string;
}

/** Longer ones are no slips. */
const MOST = 60;

/** Digits and letters as they stand on an ASCII keyboard. */
const narrow = (text: string): string =>
  text.replace(/[\uff01-\uff5e]/g, (sign) => String.fromCharCode(sign.charCodeAt(0) - 0xfee0)).replace(/\u3000/g, ' ');

/** A value that is neither a number nor an expression, as it would be here; undefined where nobody can tell. */
export const spelledElsewhere = (written: string): Spelling | undefined => {
  if (written.length > MOST) return undefined;
  const text = narrow(written).trim();
  if (/^\d{1,3}(,\d{3})+$/.test(text))
    return { message: `numbers have no commas here: "${text}"`, instead: text.replaceAll(',', '') };
  const tuple = /^[([{]?\s*(\d+(?:\s*[,;]\s*\d+)*)\s*,?\s*[)\]}]?$/.exec(text)?.[1];
  if (tuple !== undefined && /\D/.test(text))
    return { message: `"${text}" is how Python writes several numbers`, instead: tuple.split(/\s*[,;]\s*/).join('x') };
  if (/^\d+(\s*[xX×✕✖╳]\s*\d+)+$/.test(text))
    return {
      message: `sizes are joined by a small x, not as in "${written}"`,
      instead: text.match(/\d+/g)?.join('x') ?? '',
    };
  const percent = /^(\d+(?:\.\d+)?)\s*%$/.exec(text)?.[1];
  if (percent !== undefined)
    return { message: `a share is a number: "${text}"`, instead: String(Number(percent) / 100) };
  const [, number, unit] = /^(\d+)\s*([A-Za-z]+)$/.exec(text) ?? [];
  if (number !== undefined && unit !== undefined) {
    const times = unit === 'k' || unit === 'K' ? 1000 : 1;
    return { message: `a number stands alone, without "${unit}"`, instead: String(Number(number) * times) };
  }
  if (text === 'None' || text === 'nil' || text === 'NULL')
    return { message: `nothing is called null here, not ${text}`, instead: 'null' };
  if (text !== written.trim())
    return { message: `"${written}" is of the wide signs of another keyboard`, instead: text };
  return undefined;
};

/** The sizes in a shape of any spelling: `(32, 32, 3)`, `32X32X3`, `None x 32 x 32 x 3`; a batch in front is left out. */
export const sizesIn = (written: string): readonly string[] | undefined => {
  if (written.length > MOST) return undefined;
  const text = narrow(written).replace(/^\s*(?:torch\.Size|tf\.TensorShape|Size|shape)\s*/, '');
  if (
    !/^[\s([{<]*(?:None|\?|-1|N|B|\d+)(?:\s*(?:[,;xX×*✕ ]|by|@)\s*\d+)*\s*(?:,\s*)?[)\]}>]*\s*(?:px|pixels)?$/.test(
      text,
    )
  )
    return undefined;
  const sizes = text.match(/\d+/g) ?? [];
  const batch = /^[\s([{<]*-1/.test(text) ? 1 : 0;
  return sizes.length > batch ? sizes.slice(batch) : undefined;
};
