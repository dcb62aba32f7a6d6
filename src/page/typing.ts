// What Enter and Backspace write in the text of a spec, as in the lists of other editors: indents go on, and so do dashes. No editor.

/** So many characters before the cursor are taken away, and what stands there instead. */
export interface Typed {
  readonly back: number;
  readonly insert: string;
}

/** What Enter writes between what stands on a line before the cursor and after it. */
export const atEnter = (before: string, after: string): Typed => {
  const [, indent = '', dashes = ''] = /^(\s*)((?:-\s+)*)/.exec(before) ?? [];
  const content = indent.length + dashes.length;
  const code = withoutComment(before).trimEnd();
  const isEnd = withoutComment(after).trim() === '';
  if (code.trim() === '') return breaking(before.trim() === '' ? before.length : indent.length);
  // A dash alone, and Enter again: the list is at its end.
  if (code.length <= content && dashes !== '' && isEnd)
    return { back: before.length - lastDash(indent, dashes), insert: '' };
  const open = openBracket(code);
  if (open !== null) return breaking(open + 1);
  if (!isEnd) return breaking(content);
  if (/:\s+[|>][-+\d]*$/.test(code)) return breaking(content + STEP);
  if (code.endsWith(':')) return breaking(content + STEP, dashes !== '' || LISTS.test(code));
  return dashes === '' ? breaking(content) : breaking(lastDash(indent, dashes), true);
};

/**
 * What Backspace does behind a dash with nothing after it: the dash goes, the cursor stays, and options of the item above can be
 * written. Null where it takes a letter away, as everywhere.
 */
export const atBackspace = (before: string, after: string): Typed | null => {
  const [, dash] = /^\s*(?:-\s+)*(-\s+)$/.exec(before) ?? [];
  return dash === undefined || after.trim() !== '' ? null : { back: dash.length, insert: ' '.repeat(dash.length) };
};

const STEP = 2;

/** Below these keys stand layers. */
const LISTS = /^\s*(?:layers|sequence|residual|shortcut|concat|add|numbered|aux):$/;

const breaking = (indent: number, item = false): Typed => ({
  back: 0,
  insert: `\n${' '.repeat(indent)}${item ? '- ' : ''}`,
});

/** Where the last of several dashes on a line stands. */
const lastDash = (indent: string, dashes: string): number => indent.length + dashes.lastIndexOf('-');

/** The last bracket that is not closed again; null where all are. Those in quotes are text. */
const openBracket = (code: string): number | null => {
  const open: number[] = [];
  for (const { 0: found, index } of code.matchAll(/"(?:[^"\\]|\\.)*"|'[^']*'|[[\]{}]/g)) {
    if (found === '[' || found === '{') open.push(index);
    else if (found === ']' || found === '}') open.pop();
  }
  return open.at(-1) ?? null;
};

const withoutComment = (text: string): string => text.replace(/(^|\s)#.*$/, '');
