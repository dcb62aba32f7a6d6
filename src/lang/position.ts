// Where in a text an offset stands: the lists and mappings around it, from the outside in, and the word there. What may stand there is
// file-form.ts.

import { sketch } from './sketch.js';
import type { Leaf, Listed, Mapped, Pair, Sketch } from './sketch-parts.js';

/** One list or mapping around the offset, and where in it that is. */
export type Step =
  | { readonly node: Listed }
  | { readonly node: Mapped; readonly pair: Pair; readonly part: 'key' | 'value' };

export interface Position {
  readonly root: Sketch;
  readonly steps: readonly Step[];
  readonly leaf: Leaf;
  /** Of the word, what stands before the offset and what behind it. */
  readonly before: string;
  readonly behind: string;
  /** Where the word begins in the text, its opening quote not counted. */
  readonly start: number;
  /** What must stand before a value here: a blank behind a colon. */
  readonly lead: '' | ' ';
  /** On its line, what stands before it: blanks and dashes, where it is on a line of its own. */
  readonly dashed: boolean;
}

/** Nobody writes longer texts by hand, and reading them would take long. */
const MOST = 1 << 20;

/** Stands for the word that is about to be written. No text has it; where one does, nothing but a wrong word comes of it. */
const MARK = '\ue001';

/** The place in a text at which something is being written, be it a blank one. Null in comments, blocks of text, and outside of the text. */
export const cursorAt = (text: string, offset: number): Position | null => {
  const isColon = /[\p{L}\p{N}_]:/u.test(text.slice(Math.max(0, offset - 2), offset));
  return find(text, offset, isColon ? ` ${MARK}` : MARK);
};

/** The place of what is written at an offset. Null also where nothing is. */
export const positionAt = (text: string, offset: number): Position | null => find(text, offset, '');

const find = (text: string, offset: number, mark: string): Position | null => {
  if (text.length > MOST || !Number.isInteger(offset) || offset < 0 || offset > text.length) return null;
  const skipped = text.charCodeAt(0) === 0xfeff ? 1 : 0;
  const at = Math.max(0, offset - skipped);
  const own = text.slice(skipped);
  // YAML ends a line at a lone carriage return too.
  const lines = (mark === '' ? own : own.slice(0, at) + mark + own.slice(at)).replace(/\r(?!\n)/g, '\n');
  const root = sketch(lines);
  const lead = mark.startsWith(' ') ? ' ' : '';
  const wanted = at + lead.length;
  const found = root && descend(root, wanted);
  if (!found) return null;
  const { steps, leaf } = found;
  const first = leaf.start + (leaf.quoted ? 1 : 0);
  if (wanted < first || wanted > first + leaf.text.length || (leaf.quoted && lead !== '')) return null;
  const behind = leaf.text.slice(wanted - first + (mark === '' ? 0 : 1));
  const lineStart = lines.lastIndexOf('\n', leaf.start - 1) + 1;
  return {
    root,
    steps,
    leaf,
    before: leaf.text.slice(0, wanted - first),
    behind,
    start: first - lead.length + skipped,
    lead,
    dashed: lines.slice(lineStart, leaf.start).includes('-'),
  };
};

const descend = (root: Sketch, at: number): { readonly steps: readonly Step[]; readonly leaf: Leaf } | null => {
  const steps: Step[] = [];
  let node: Sketch | null | undefined = root;
  while (node) {
    if (node.sort === 'leaf') return node.start <= at && at <= node.end ? { steps, leaf: node } : null;
    if (node.sort === 'list') {
      steps.push({ node });
      node = node.items.findLast((item) => item !== null && item.start <= at);
    } else {
      const pair: Pair | undefined = node.pairs.findLast(({ key }) => key.start <= at);
      if (!pair) return null;
      const part = at <= pair.key.end ? 'key' : 'value';
      steps.push({ node, pair, part });
      node = part === 'key' ? pair.key : pair.value;
    }
  }
  return null;
};

/** Longer names are none. */
const LONGEST = 100;

/** The name in an expression that the offset stands in or at: what is written of it before and behind, nothing where there is none. */
export const nameIn = ({
  before,
  behind,
  start,
}: Position): { readonly from: number; readonly typed: string; readonly rest: string; readonly inNumber: boolean } => {
  const near = before.slice(-LONGEST);
  const typed = /[A-Za-z_]\w*$/.exec(near)?.[0] ?? '';
  const rest = /^\w*/.exec(behind.slice(0, LONGEST))?.[0] ?? '';
  const inNumber = /[\w.]$/.test(near.slice(0, near.length - typed.length));
  return { from: start + before.length - typed.length, typed, rest, inNumber };
};
