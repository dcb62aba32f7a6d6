// Lines of Python broken as Black breaks them: at the last bracket, what is in it on one line, or else one item a line. No code is made.

/** Black's own. */
const LENGTH = 88;
const INDENT = 4;

const OPENING = '([{';
const CLOSING = ')]}';

/** A statement at a depth of indentation, in as many lines as it takes. */
export const laid = (statement: string, depth: number): readonly string[] => {
  const indent = depth * INDENT;
  const spaced = spacedSlices(statement);
  if (indent + spaced.length <= LENGTH) return lines(spaced, indent, false);
  // Several values without a bracket get one.
  const [, word, values] = /^(return )([^()[\]]+, [^()[\]]+)$/.exec(spaced) ?? [];
  if (word !== undefined) return lines(`${word}(${values})`, indent, false);
  const [, targets, rest = ''] = /^([^()[\]=]+, [^()[\]=]+)( = .*)$/.exec(spaced) ?? [];
  if (targets === undefined || indent + targets.length < LENGTH) return lines(spaced, indent, false);
  const margin = ' '.repeat(indent);
  return [`${margin}(`, ...targets.split(', ').map((target) => `${margin}    ${target},`), `${margin})${rest}`];
};

/** A colon between ends that are more than a word has spaces around it. */
const spacedSlices = (text: string): string =>
  text.replace(
    /\[([^[\]]*self\.[^[\]]*)\]/g,
    (_, inside: string) => `[${inside.split(', ').map(spacedSlice).join(', ')}]`,
  );

const spacedSlice = (range: string): string => {
  const [from = '', to, ...more] = range.split(':');
  if (to === undefined || more.length > 0 || !range.includes('self.')) return range;
  return `${from} : ${to}`.trim();
};

const lines = (text: string, indent: number, isInside: boolean): readonly string[] => {
  const whole = ' '.repeat(indent) + text;
  if (whole.length <= LENGTH) return [whole];
  const items = isInside ? split(text) : [text];
  if (items.length > 1) return spread(items, indent);
  const broken = atLastBracket(text, indent);
  if (!broken) return [whole];
  const { head, body, tail, isAtom } = broken;
  const inner = indent + INDENT;
  const parts = split(body);
  const mustSpread = isAtom && parts.length > 1;
  const oneLine = ' '.repeat(inner) + body;
  const inside =
    body === ''
      ? []
      : !mustSpread && oneLine.length <= LENGTH
        ? [oneLine]
        : parts.length > 1
          ? spread(parts, inner)
          : lines(body, inner, true);
  return [' '.repeat(indent) + head, ...inside, ...lines(tail, indent, false)];
};

/** One item a line. A comprehension and a sum are one item in several lines, and have no comma. */
const spread = (parts: readonly string[], indent: number): readonly string[] => {
  const isOne = parts.slice(1).every((part) => /^(?:for |[+-] |\.)/.test(part));
  return parts.flatMap((part) => lines(isOne ? part : `${part},`, indent, true));
};

/** The items between commas; or what is before a `for` and what begins with it, or the addends of a sum. */
const split = (text: string): readonly string[] => {
  for (const [sign, kept] of SIGNS) {
    const pieces = cuts(text, (rest) => (rest.startsWith(sign) ? sign.length - kept : 0));
    if (pieces.length > 1) return pieces;
  }
  // What is done in turn with what comes out of a call; done once, it stays where it is.
  const turns = cuts(text, (rest, before) => (/^\.\w/.test(rest) && /[)\]]/.test(before) ? KEPT : 0));
  return turns.length > 2 ? turns : [text];
};

/** What items stand between, and how much of it begins the next. */
const SIGNS: readonly (readonly [sign: string, kept: number])[] = [
  [', ', 0],
  [' for ', 4],
  [' + ', 2],
];

/** Nothing stands between two pieces. */
const KEPT = -1;

/** The pieces of a text outside of brackets and quotes; `length` of what stands between two of them, 0 for no cut. */
const cuts = (text: string, length: (rest: string, before: string) => number): readonly string[] => {
  const pieces: string[] = [];
  let from = 0;
  walk(text, (at, depth) => {
    const taken = depth === 0 ? length(text.slice(at, at + 5), text[at - 1] ?? '') : 0;
    if (taken === 0) return;
    pieces.push(text.slice(from, at));
    from = at + Math.max(taken, 0);
  });
  return [...pieces, text.slice(from)];
};

/** Every sign that is in no quotes, with how many brackets are open before it. */
const walk = (text: string, visit: (at: number, depth: number) => void): void => {
  let depth = 0;
  let isQuoted = false;
  for (let at = 0; at < text.length; at += 1) {
    const sign = text[at] as string;
    if (isQuoted) {
      if (sign === '\\') at += 1;
      else if (sign === '"') isQuoted = false;
      continue;
    }
    if (sign === '"') isQuoted = true;
    visit(at, depth);
    if (OPENING.includes(sign)) depth += 1;
    else if (CLOSING.includes(sign)) depth -= 1;
  }
};

interface Broken {
  readonly head: string;
  readonly body: string;
  readonly tail: string;
  /** A list or a tuple, and no call. */
  readonly isAtom: boolean;
}

/** At the last bracket before which the line is short enough. */
const atLastBracket = (text: string, indent: number): Broken | undefined => {
  const pairs: { open: number; close: number }[] = [];
  const open: number[] = [];
  walk(text, (at) => {
    const sign = text[at] as string;
    if (OPENING.includes(sign)) open.push(at);
    else if (CLOSING.includes(sign)) {
      // What is closed here and opened in a line before is no pair.
      const from = open.pop();
      if (from !== undefined && open.length === 0) pairs.push({ open: from, close: at });
    }
  });
  const found = pairs.toReversed().find(({ open: at, close }) => close > at + 1 && indent + at + 1 <= LENGTH);
  if (!found) return undefined;
  const before = text[found.open - 1] ?? ' ';
  return {
    head: text.slice(0, found.open + 1),
    body: text.slice(found.open + 1, found.close),
    tail: text.slice(found.close),
    isAtom: !/[\p{L}\p{Nd}_\])"]/u.test(before),
  };
};
