// Lines of Python broken as Black breaks them: at the last bracket, what is in it on one line, or else one item a line. No code is made.

/** Black's own. */
const LENGTH = 88;
const INDENT = 4;

const OPENING = '([{';
const CLOSING = ')]}';

/** A statement at a depth of indentation, in as many lines as it takes. */
export const laid = (statement: string, depth: number): readonly string[] => lines(statement, depth * INDENT, false);

const lines = (text: string, indent: number, isInside: boolean): readonly string[] => {
  const whole = ' '.repeat(indent) + text;
  if (whole.length <= LENGTH) return [whole];
  const items = isInside ? split(text) : [text];
  if (items.length > 1) {
    // A comma behind the last item, too: but a comprehension is one item in two lines.
    const comma = items[1]?.startsWith('for ') || /^for /.test(items[1] ?? '') ? '' : ',';
    return items.flatMap((item) => lines(item + comma, indent, false));
  }
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
          ? lines2(parts, inner)
          : lines(parts.length === 1 && !isComprehension(body) ? withComma(body, isAtom, head) : body, inner, true);
  return [' '.repeat(indent) + head, ...inside, ' '.repeat(indent) + tail];
};

/** One item alone has a comma behind it where the bracket is a call's or a list's. */
const withComma = (body: string, isAtom: boolean, head: string): string => (isAtom && head.endsWith('(') ? body : body);

const isComprehension = (body: string): boolean => split(body).length > 1 && / for /.test(body);

const lines2 = (parts: readonly string[], indent: number): readonly string[] => {
  const isLoop = parts.slice(1).every((part) => part.startsWith('for '));
  return parts.flatMap((part) => lines(isLoop ? part : `${part},`, indent, false));
};

/** The items between commas, or what is before a `for` and what begins with it. */
const split = (text: string): readonly string[] => {
  const commas = cuts(text, (rest) => (rest.startsWith(', ') ? 2 : 0));
  return commas.length > 1 ? commas : cuts(text, (rest) => (rest.startsWith(' for ') ? 1 : 0));
};

/** The pieces of a text outside of brackets and quotes; `length` of what stands between two of them, 0 for none. */
const cuts = (text: string, length: (rest: string) => number): readonly string[] => {
  const pieces: string[] = [];
  let from = 0;
  walk(text, (at, depth) => {
    const taken = depth === 0 ? length(text.slice(at, at + 5)) : 0;
    if (taken === 0) return;
    pieces.push(text.slice(from, at));
    from = at + taken;
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
      const from = open.pop() ?? 0;
      if (open.length === 0) pairs.push({ open: from, close: at });
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
