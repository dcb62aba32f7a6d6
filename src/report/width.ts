// How wide texts are on a terminal, and how they are broken into lines: between words, never inside one. No tables, no colours.

import stringWidth from 'string-width';

// biome-ignore lint/suspicious/noControlCharactersInRegex: a terminal's colours begin with one
const COLOURS = /\u001b\[[\d;]+m/g;

/** Columns that a text takes on a terminal, colours left out. Few texts have more than ASCII, lines and bars. */
export const displayWidth = (text: string): number => {
  const bare = text.includes('\u001b') ? text.replace(COLOURS, '') : text;
  return /^[ -~×·…─-▟✓✗]*$/.test(bare) ? bare.length : stringWidth(bare);
};

export const widest = (texts: readonly string[]): number =>
  texts.reduce((most, text) => Math.max(most, displayWidth(text)), 0);

/** Chinese and Japanese have no blanks: a line may end behind each of their letters, but not before closing punctuation. */
const LETTER = /[\u2e80-\u30ff\u3400-\u9fff\uf900-\ufaff\uff00-\uff60]/;
const AFTER_LETTER =
  /(?<=[\u2e80-\u30ff\u3400-\u9fff\uf900-\ufaff\uff00-\uff60])(?![\u3001\u3002\uff01\uff09\uff0c\uff1a\uff1b\uff1f\u300d\u300f])/;

const pieces = (word: string): readonly string[] => (LETTER.test(word) ? word.split(AFTER_LETTER) : [word]);

/** The lines of a text, none wider than `width` unless a word is; all but the first begin with `hang`. */
export const wrap = (text: string, width: number, hang = ''): string[] => {
  if (displayWidth(text) <= width) return [text];
  const [lead = ''] = /^ */.exec(text) ?? [];
  const lines: string[] = [];
  let line = lead;
  let used = lead.length;
  let isEmpty = true;
  for (const word of text.slice(lead.length).split(' ')) {
    for (const [i, piece] of pieces(word).entries()) {
      const wide = displayWidth(piece);
      const gap = isEmpty || i > 0 ? '' : ' ';
      if (!isEmpty && used + gap.length + wide > width) {
        lines.push(line);
        line = hang + piece;
        used = hang.length + wide;
      } else {
        line += gap + piece;
        used += gap.length + wide;
      }
      isEmpty = false;
    }
  }
  return [...lines, line];
};

/** The widest of what {@link wrap} does not break. */
export const longestWord = (text: string): number => {
  let most = 0;
  for (const word of text.split(' ')) for (const piece of pieces(word)) most = Math.max(most, displayWidth(piece));
  return most;
};

/** The beginning of a text that takes at most so many columns. */
export const beginning = (text: string, columns: number): string => {
  let kept = '';
  let used = 0;
  for (const letter of text) {
    used += displayWidth(letter);
    if (used > columns) break;
    kept += letter;
  }
  return kept;
};

/** The end of a text that takes at most so many columns. */
export const ending = (text: string, columns: number): string => {
  const letters = [...text];
  let first = letters.length;
  for (let used = 0; first > 0; first -= 1) {
    used += displayWidth(letters[first - 1] ?? '');
    if (used > columns) break;
  }
  return letters.slice(first).join('');
};
