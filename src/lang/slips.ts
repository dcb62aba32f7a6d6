// Slips that YAML answers with errors about something else, or reads as something else: found in the text by their look, told in the words
// of whoever made them, and mended, so that nothing else is said of them. What the mended text says is read by yaml.ts.

import type { Code } from '../core/codes.js';
import { lastUpTo } from './last.js';
import { NO_COLON, NO_SPACE } from './meant.js';
import { HOLDS_TEXT, type Line, type Outline, outline, QUOTED } from './outline.js';

/** A change of the text, in offsets. */
export interface Change {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

/** One cause, however often it is in the text. */
export interface Slip {
  readonly code: Code;
  readonly message: string;
  readonly help: string;
  /** What is pointed at. */
  readonly start: number;
  readonly end: number;
  readonly changes: readonly Change[];
}

/** What a text is to be. */
export type TextOf = 'spec' | 'sheet';

type Look = (text: string, seen: Outline, of: TextOf) => readonly Slip[];

/** Letters of Chinese words, as keys of sheets have them: `参数量`. */
const HAN = '\u4e00-\u9fff';
/** A key as people write them: a word, or one in quotes. */
const KEY = String.raw`(?:[\w${HAN}][\w${HAN}.-]{0,60}|${QUOTED}+)`;
/** A key that is no number: `12:30` is a time. */
const WORD = String.raw`(?:[A-Za-z_${HAN}][\w${HAN}.-]{0,60}|${QUOTED}+)`;

/** What is at fault where the same was done several times. */
const times = (n: number): string => (n > 1 ? `, in ${n} places` : '');

const slip = (
  code: Code,
  message: string,
  help: string,
  changes: readonly Change[],
  at?: Pick<Change, 'start' | 'end'>,
  count = changes.length,
): Slip[] => {
  const [first] = changes;
  if (!first) return [];
  const { start, end } = at ?? first;
  return [{ code, message: `${message}${times(count)}`, help, start, end: Math.max(end, start + 1), changes }];
};

const contentOf = (text: string, { first, end }: Line): string => text.slice(first, end);

// --- signs of other keyboards -----------------------------------------------------------------------------------------

const PLAIN_SIGNS: Readonly<Record<string, string>> = {
  '\uff1a': ':',
  '\uff0c': ',',
  '\u3001': ',',
  '\uff1b': ',',
  '\uff5b': '{',
  '\uff5d': '}',
  '\uff3b': '[',
  '\uff3d': ']',
  '\u3010': '[',
  '\u3011': ']',
  '\uff03': '#',
  '\u201c': '"',
  '\u201d': '"',
  '\u201e': '"',
  '\u201f': '"',
  '\u2018': "'",
  '\u2019': "'",
  '\u00a0': ' ',
  '\u2007': ' ',
  '\u202f': ' ',
  '\u3000': ' ',
  '\u200b': '',
};
const SIGNS = new RegExp(`[${Object.keys(PLAIN_SIGNS).join('')}]`, 'g');

/** What to write for the signs of other keyboards that mean something where they stand. */
const plainSigns = (text: string, seen: Outline): readonly Change[] => {
  let line: Line | undefined;
  let quotes = false;
  return [...seen.masked.matchAll(SIGNS)].flatMap(({ 0: sign, index }) => {
    const own = lineAt(seen.lines, index);
    if (own !== line) {
      line = own;
      quotes = own !== undefined && ROUND_QUOTES.test(contentOf(seen.masked, own));
    }
    const plain = PLAIN_SIGNS[sign] ?? '';
    if (!own || !isMeantAs(plain, index, own, quotes, seen)) return [];
    const spaced = (plain === ':' || plain === ',') && !/\s/.test(text[index + 1] ?? ' ') ? `${plain} ` : plain;
    return [{ start: index, end: index + 1, text: spaced }];
  });
};

const wideSigns: Look = (text, seen) => {
  const found = plainSigns(text, seen);
  const brackets = found.filter((change) => /[{}[\]]/.test(change.text));
  // What a comma means hangs on the brackets around it.
  const bracketed = brackets.length > 0 ? MendedText.of(text).with(brackets).text : text;
  const inside = brackets.length > 0 ? plainSigns(bracketed, outline(bracketed)) : [];
  const changes = brackets.length > 0 ? [...brackets, ...inside].sort((a, b) => a.start - b.start) : found;
  const [first] = changes;
  if (!first) return [];
  const signs = [...new Set(changes.map(({ start }) => text[start] ?? ''))];
  const blanks = signs.filter((sign) => /[\s\u200b]/.test(sign));
  if (blanks.length === signs.length)
    return slip('yaml/sign', `this blank is no space (${signs.map(codeOf).join(', ')})`, 'type a plain space', changes);
  const wide = signs.filter((sign) => !blanks.includes(sign));
  const quoted = listed(wide.map((sign) => `"${sign}"`));
  const are = wide.length > 1 ? 'are' : 'is';
  const message = `${quoted} ${are} of another keyboard (${wide.map(codeOf).join(', ')})`;
  const plain = [...new Set(wide.map((sign) => PLAIN_SIGNS[sign] ?? ''))];
  const written = listed(plain.map((sign) => WITH_SPACE[sign] ?? sign));
  const example = plain.some((sign) => sign in WITH_SPACE) ? mendedLine(text, seen, changes) : undefined;
  return slip(
    'yaml/sign',
    message,
    `write ${written}${example === undefined ? '' : `, as in \`${example}\``}`,
    changes,
  );
};

/** Behind these a space has to stand, which wide signs bring along. */
const WITH_SPACE: Readonly<Record<string, string>> = {
  ':': '`: ` (a colon and a space)',
  ',': '`, ` (a comma and a space)',
};

const codeOf = (sign: string): string => `U+${sign.charCodeAt(0).toString(16).toUpperCase().padStart(4, '0')}`;

const listed = (words: readonly string[]): string => {
  const [last = '', ...before] = [...words].reverse();
  return before.length > 0 ? `${before.reverse().join(', ')} and ${last}` : last;
};

/** Longer lines are no examples. */
const MOST_EXAMPLE = 60;

/** The first line that is changed, as it is then, without its dash. */
const mendedLine = (text: string, { lines }: Outline, changes: readonly Change[]): string | undefined => {
  const [first] = changes;
  const line = first && lineAt(lines, first.start);
  if (!line || line.end - line.first > MOST_EXAMPLE) return undefined;
  const own = changes.filter(({ start, end }) => start >= line.first && end <= line.end);
  const pieces = own.map((change, i) => text.slice(own[i - 1]?.end ?? line.first, change.start) + change.text);
  const whole = `${pieces.join('')}${text.slice(own.at(-1)?.end ?? line.first, line.end)}`;
  return whole.replace(/^(?:-\s+)*/, '').trim();
};

/** A value in the quotes of a book. */
const ROUND_QUOTES = /[:,[{]\s{0,9}[\u2018-\u201f][^\u2018-\u201f]{0,200}[\u2018-\u201f]\s{0,9}(?=[,}\]]|$)/;

/** Whether a sign stands where the plain one would mean something. */
const isMeantAs = (plain: string, at: number, line: Line, quotes: boolean, seen: Outline): boolean => {
  const { masked, within } = seen;
  const before = masked.slice(Math.max(line.first, at - MOST_BEFORE), at);
  const text = textAround(at, before, line, seen);
  if (plain === '"' || plain === "'") {
    if (!quotes || (text && !text.isQuoted)) return false;
    const opens = /[:,[{-]\s{0,9}$/.test(before.slice(-10));
    return opens || /^.\s{0,9}(?:[,}\]\n:]|$)/.test(masked.slice(at, at + 11));
  }
  if (plain === ',')
    return (within(at) === '[' && !text) || (within(at) === '{' && BEFORE_KEY.test(masked.slice(at, at + 90)));
  // A colon stands behind a key; what stands behind another colon is a value, such as a layer's name.
  return !text && (plain !== ':' || (BEHIND_KEY.test(before) && !BEHIND_VALUE.test(before)));
};

const MOST_BEFORE = 200;
const TEXT_ON_LINE = new RegExp(String.raw`^(?:-\s+)*${HOLDS_TEXT}\s{0,9}:\s+`);
const TEXT_IN_BRACES = new RegExp(String.raw`[{,\uff0c]\s{0,9}${HOLDS_TEXT}\s{0,9}:\s+([^,{}[\]]*)$`);
const BEHIND_KEY = new RegExp(String.raw`(?:^|[{[,\uff0c\s])${KEY}\s{0,9}$`);
const BEFORE_KEY = new RegExp(String.raw`^.\s{0,9}[\w${HAN}${QUOTED}]{1,60}\s{0,9}[:\uff1a]`);
const KEY_BEHIND_COMMA = new RegExp(String.raw`\uff0c\s{0,9}[\w${HAN}]{1,60}\s{0,9}$`);
const BEHIND_VALUE = new RegExp(String.raw`[:\uff1a]\s{0,9}${KEY}\s{0,9}$`);

/** The text around a sign, where a key holds one: a name may hold any sign. `before`: what stands before the sign on its line. */
const textAround = (
  at: number,
  before: string,
  line: Line,
  { masked }: Outline,
): { readonly isQuoted: boolean } | undefined => {
  const key = line.depth === 0 ? TEXT_ON_LINE.exec(masked.slice(line.first, line.first + 80)) : null;
  const start = line.first + (key?.[0].length ?? 0);
  if (key && at >= start && !/[{[]/.test(masked[start] ?? ''))
    return { isQuoted: /^[\u2018-\u201f][^\u2018-\u201f]{0,200}[\u2018-\u201f]$/.test(masked.slice(start, line.end)) };
  const [, held] = TEXT_IN_BRACES.exec(before) ?? [];
  // `name: a，kernel：3`: what stands behind the comma is a key.
  if (held === undefined || KEY_BEHIND_COMMA.test(held)) return undefined;
  const whole = masked.slice(at - held.length, at + MOST_BEFORE);
  return { isQuoted: /^[\u2018-\u201f][^\u2018-\u201f]{0,200}[\u2018-\u201f]\s{0,9}[,}]/.test(whole) };
};

const lineAt = (lines: readonly Line[], offset: number): Line | undefined =>
  lines[lastUpTo(offset, lines.length, (i) => lines[i]?.start ?? 0)];

// --- keys and their values --------------------------------------------------------------------------------------------

const NO_EQUALS = 'a colon parts a word from its value, not "="';

const FLOW_PAIR = new RegExp(
  String.raw`([{,]\s*)([A-Za-z_${HAN}][\w${HAN}.-]{0,60})(:(?=[^\s,}\]])|\s*=(?!=)\s*)`,
  'g',
);

/** `{conv:16, kernel=3}` */
const runTogetherInBraces: Look = (text, { masked, within }) => {
  const spaces: Change[] = [];
  const colons: Change[] = [];
  for (const { 0: whole, 1: before = '', 2: word = '', 3: between = '', index } of masked.matchAll(FLOW_PAIR)) {
    const end = index + whole.length;
    if (within(end - 1) !== '{') continue;
    const from = index + before.length + word.length;
    (between.includes('=') ? colons : spaces).push({ start: from, end: from + between.length, text: ': ' });
  }
  return [...afterKey(text, spaces, NO_SPACE), ...afterKey(text, colons, NO_EQUALS)];
};

const afterKey = (text: string, changes: readonly Change[], message: string): readonly Slip[] => {
  const [first] = changes;
  if (!first) return [];
  const before = text.slice(Math.max(0, first.start - 82), first.start);
  const key = /(?:[\w\u4e00-\u9fff.-]{1,80}|"[^"\n]{0,78}"|'[^'\n]{0,78}')$/.exec(before)?.[0] ?? '';
  const value = /^[^\s,}\]]{0,40}/.exec(text.slice(first.end, first.end + 40))?.[0] ?? '';
  const at = { start: first.start - key.length, end: first.end + value.length };
  return slip('yaml/colon', `${message} in "${text.slice(at.start, at.end)}"`, `write ${key}: ${value}`, changes, at);
};

const LINE_PAIR = new RegExp(String.raw`^((?:-\s+)*)(${WORD})(:(?=[^\s:/\\,;])|\s*=(?!=)\s*)`);

/** `input:32x32x3`, `kernel = 3` on lines of their own. */
const runTogetherOn = (text: string, masked: string, lines: readonly Line[]): readonly Slip[] => {
  const spaces: Change[] = [];
  const colons: Change[] = [];
  for (const line of lines) {
    const [, before = '', word = '', between = ''] =
      (line.depth === 0 && LINE_PAIR.exec(contentOf(masked, line))) || [];
    if (word === '') continue;
    const start = line.first + before.length + word.length;
    (between.includes('=') ? colons : spaces).push({ start, end: start + between.length, text: ': ' });
  }
  return [...afterKey(text, spaces, NO_SPACE), ...afterKey(text, colons, NO_EQUALS)];
};

const runTogetherOnLines: Look = (text, { masked, lines }) => runTogetherOn(text, masked, lines);

/** `- conv:16` with `kernel:3` below it: YAML reads them as one word. */
const runTogetherBelowDash: Look = (text, { masked, lines }) => {
  const joined: Line[] = [];
  let dash: Line | undefined;
  lines.forEach((line, i) => {
    const before = LINE_PAIR.exec(contentOf(masked, line))?.[1];
    const below = dash && before === '' && line.first - line.start > dash.first - dash.start;
    if (below && dash && joined.at(-1) !== lines[i - 1]) joined.push(dash);
    if (below) joined.push(line);
    else dash = before ? line : undefined;
  });
  return runTogetherOn(text, masked, joined);
};

/** `layers` above a list, `kernel 3` between options: the colon is missing. */
const noColon: Look = (text, { masked, lines }) => {
  const changes: Change[] = [];
  lines.forEach((line, i) => {
    const content = contentOf(masked, line);
    const next = lines[i + 1];
    if (line.depth > 0) return;
    const indent = line.first - line.start;
    const nests =
      next &&
      (next.first - next.start > indent ||
        (next.first - next.start === indent && /^-\s/.test(contentOf(masked, next))));
    const [, dashes = '', word = '', value] =
      /^((?:-\s+)*)([A-Za-z_]\w{0,60})(?:\s+([\w.]{1,60}))?$/.exec(content) ?? [];
    if (word === '' || (value === undefined && (!nests || dashes !== '')) || (dashes !== '' && !nests)) return;
    const start = line.first + dashes.length + word.length;
    const end = value === undefined ? start : line.end - value.length;
    changes.push({ start, end, text: value === undefined ? ':' : ': ' });
  });
  const [first] = changes;
  if (!first) return [];
  const line = lineAt(lines, first.start);
  const at = { start: line?.first ?? first.start, end: line?.end ?? first.end };
  const written = text.slice(at.start, at.end);
  const mended = `${text.slice(at.start, first.start)}${first.text}${text.slice(first.end, at.end)}`;
  return slip('yaml/colon', `${NO_COLON} in "${written}"`, `write ${mended}`, changes, at);
};

const LINE_OPTIONS = new RegExp(String.raw`^((?:-\s+)+)(${KEY}:\s+[^,:{}[\]]+(?:,\s*${KEY}(?::\s+[^,:{}[\]]+)?)+),?$`);

/** `- conv: 16, kernel: 3`: several options on a line stand in braces. */
const noBraces: Look = (text, { masked, lines }) => {
  const found = lines.flatMap((line) => {
    const [, dashes = '', options = ''] =
      (line.depth === 0 && line.end - line.first < 500 && LINE_OPTIONS.exec(contentOf(masked, line))) || [];
    return options === '' || !/,[^,]*:/.test(options)
      ? []
      : [{ start: line.first + dashes.length, end: line.first + dashes.length + options.length }];
  });
  const [first] = found;
  if (!first) return [];
  const changes = found.flatMap(({ start, end }) => [
    { start, end: start, text: '{' },
    { start: end, end, text: '}' },
  ]);
  const help = `write {${text.slice(first.start, first.end)}}`;
  const message = 'several options on one line stand in braces';
  return slip('yaml/missing-char', message, help, changes, first, found.length);
};

const LINE_TEXT = new RegExp(String.raw`^((?:-\s+)*${KEY}:\s+)([^{\[|>"'\s].*)$`);

/** `name: Net: the best`: text with a colon in it stands in quotes. */
const colonInText: Look = (text, { masked, lines }) => {
  const changes = lines.flatMap((line) => {
    const [, key = '', value = ''] = (line.depth === 0 && LINE_TEXT.exec(contentOf(masked, line))) || [];
    if (!value || !/:(?:\s|$)/.test(value)) return [];
    const start = line.first + key.length;
    return [{ start, end: line.end, text: JSON.stringify(text.slice(start, line.end)) }];
  });
  const [first] = changes;
  return first ? slip('yaml/colon', 'a text with a colon in it stands in quotes', `write ${first.text}`, changes) : [];
};

const PLAIN_BRACKETS = /([:,]\s+)([A-Za-z_]\w{0,40}[[{][^,[\]{}\n]{0,80}[\]}][^,[\]{}\n]{0,80})(?=[,}\]])/g;

/** `{conv: widths[1]}`: in braces, a value with brackets in it stands in quotes. */
const bracketsInValue: Look = (text, { masked, within }) => {
  const changes = [...masked.matchAll(PLAIN_BRACKETS)].flatMap(({ 1: before = '', 2: value = '', index }) => {
    const start = index + before.length;
    const end = start + value.trimEnd().length;
    return within(start - 1) === '{' ? [{ start, end, text: `"${text.slice(start, end)}"` }] : [];
  });
  const [first] = changes;
  return first
    ? slip('yaml/missing-char', 'a value with brackets in it stands in quotes', `write ${first.text}`, changes)
    : [];
};

// --- commas and dashes ------------------------------------------------------------------------------------------------

/** `input: 32x32x3,`: what stands on a line of its own has no comma behind it. */
const commaAtEnd: Look = (text, seen) => {
  const { masked, lines } = seen;
  const goesOn = linesOfText(seen);
  const changes = lines.flatMap((line, i) => {
    const content = contentOf(masked, line);
    if (
      !/[^\s,;][,;]+$/.test(content.slice(-20)) ||
      !/^(?:-\s|.{1,80}:(?:[\s,;]|$))/.test(content) ||
      TEXT_ON_LINE.test(content.slice(0, 80))
    )
      return [];
    const next = lines[i + 1];
    const isClosed = line.depth === 0 && (next?.depth ?? 0) === 0 && !opensMore(content);
    if (!isClosed || (next && goesOn.has(next))) return [];
    const signs = /[,;]+$/.exec(content.slice(-20))?.[0].length ?? 0;
    return [{ start: line.end - signs, end: line.end, text: '' }];
  });
  const [first] = changes;
  return slip(
    'yaml/extra-char',
    `a "${text.slice(first?.start, first?.end)}" too many stands at the end of a line`,
    'leave it out: where a line ends, nothing parts it from the next',
    changes,
  );
};

/** Lines with which the value of a key goes on, as it may over lines that are further in than its key: `n: max(3,` and `4)`. */
const linesOfText = ({ masked, lines }: Outline): ReadonlySet<Line> => {
  const found = new Set<Line>();
  // Where the last key begins, and whether it has its value.
  let column: number | undefined;
  let hasValue = false;
  for (const line of lines) {
    if (line.depth > 0) continue;
    const content = contentOf(masked, line);
    const written = line.first - line.start;
    const isBelow = column !== undefined && written > column && !/:(?:\s|$)/.test(content);
    if (isBelow && hasValue) {
      found.add(line);
      continue;
    }
    const dashes = /^(?:-\s+)*/.exec(content)?.[0].length ?? 0;
    const value = /^[^\s:]{1,80}\s{0,9}:(?:\s+|$)(.?)/.exec(content.slice(dashes, dashes + 200));
    if (value) {
      column = written + dashes;
      hasValue = /[^"'[{|>&*!\ue000]/.test(value[1] ?? '');
    } else if (isBelow && BEGINS_VALUE.test(content)) hasValue = true;
    else column = undefined;
  }
  return found;
};

/** What begins a value below its key, and neither an item nor brackets. */
const BEGINS_VALUE = /^[\w(.]/;

const opensMore = (content: string): boolean => content.split(/[{[]/).length > content.split(/[}\]]/).length;

/** `-relu`, `* relu`, `– relu` */
const oddDashes: Look = (text, seen) => {
  const { masked, lines } = seen;
  const goesOn = linesOfText(seen);
  const changes = lines.flatMap((line, i) => {
    if (line.depth > 0 || goesOn.has(line)) return [];
    const content = contentOf(masked, line);
    const [, bullet = '', space = ''] = /^([\u2010-\u2015\u2212\u2022\u25cf\u00b7*+-])(\s*)/.exec(content) ?? [];
    if (bullet === '' || (bullet === '-' && (space !== '' || !/^-[A-Za-z_{\ue000]/.test(content)))) return [];
    if ((bullet === '*' || bullet === '+') && space === '') return [];
    const before = lines[i - 1];
    const follows = before && /^[-*\u2010-\u2015\u2212\u2022\u25cf\u00b7+]|:$/.test(contentOf(masked, before));
    return bullet === '-' && !follows
      ? []
      : [{ start: line.first, end: line.first + bullet.length, text: space === '' ? '- ' : '-' }];
  });
  const [first] = changes;
  if (!first) return [];
  const sign = text[first.start] ?? '';
  const message =
    sign === '-' ? 'a space is missing behind the dash' : `an item begins with a dash and a space, not with "${sign}"`;
  return slip('yaml/dash', message, 'write - and a space', changes);
};

const NO_COMMA = new RegExp(String.raw`(:\s+[^\s,:{}[\]]+)([\s;]+)(?=${KEY}:(?:\s|$))`, 'g');

/** `{conv: 16 kernel: 3}`, `{conv: 16; kernel: 3}` */
const noComma: Look = (text, { masked, within }) => {
  const changes = [...masked.matchAll(NO_COMMA)].flatMap(({ 0: whole, 1: value = '', index }) => {
    const start = index + value.length;
    const end = index + whole.length;
    return within(index) === '{' && !masked.slice(start, end).includes('\n')
      ? [{ start: value.endsWith(';') ? start - 1 : start, end, text: ', ' }]
      : [];
  });
  const [first] = changes;
  if (!first) return [];
  const semicolon = text.slice(first.start, first.end).includes(';');
  return slip(
    'yaml/missing-char',
    semicolon ? 'a comma parts options, not ";"' : 'a comma is missing between two options',
    'write a comma',
    changes,
  );
};

/** `{a: 1,, b: 2}` */
const twoCommas: Look = (_, { masked }) => {
  const changes = [...masked.matchAll(/,(\s{0,20},)+/g)].map(({ 0: all, index }) => ({
    start: index + 1,
    end: index + all.length,
    text: '',
  }));
  return slip('yaml/extra-char', 'two commas stand behind each other', 'leave one out', changes);
};

// --- comments ---------------------------------------------------------------------------------------------------------

const SURE_COMMENT = /^(|.*?[}\]\ue000,]\s+)(\/\/|%|--(?=\s)|\/\*|\*\/|\*(?=\s))/;
const ANY_COMMENT = /^(|.*?[}\]\ue000,]\s+|.*?\s(?=\/\/\s))(\/\/|%|--(?=\s)|\/\*|\*\/|\*(?=\s))/;

/** `// so`, `% so`, `-- so` on a line of its own, or behind what ends with a bracket or a quote. */
const oddComments: Look = (text, { masked, lines, within }) => {
  const comment = (line: Line, sign: RegExp): readonly Change[] => {
    const [, before = '', mark = ''] = sign.exec(contentOf(masked, line)) ?? [];
    const start = line.first + before.length;
    return mark === '' || within(start) !== '' ? [] : [{ start, end: start + mark.length, text: '#' }];
  };
  const sure = lines.flatMap((line) => comment(line, SURE_COMMENT));
  // Whoever writes one of them writes others, too; alone it may be a division.
  const changes = sure.length === 0 ? [] : lines.flatMap((line) => comment(line, ANY_COMMENT));
  const [first] = changes;
  return slip(
    'yaml/comment',
    `a comment begins with #, not with ${text.slice(first?.start, first?.end)}`,
    'write # before a comment',
    changes,
  );
};

// --- brackets, quotes, documents --------------------------------------------------------------------------------------

const brackets: Look = (text, { masked, lines, unpaired }) => {
  const [first] = unpaired;
  if (!first) return [];
  const { sign, at } = first.bracket;
  const point = { start: at, end: at + 1 };
  if (first.what === 'open') {
    const close = first.signs === ']' ? endOfList(masked, at + 1, first.close) : first.close;
    const changes = [{ start: close, end: close, text: first.signs }];
    return slip(
      'yaml/missing-char',
      `this ${sign} is never closed`,
      `write ${first.signs} where it ends`,
      changes,
      point,
    );
  }
  const line = lineAt(lines, at);
  const opening = sign === '}' ? '{' : '[';
  const start = line && unopened(masked.slice(line.first, at), opening, first.what === 'extra');
  const closes = first.what === 'extra' || /[}\]]/.test(text.slice(at + 1, line?.end));
  if (line && start !== undefined && closes) {
    const changes = [{ start: line.first + start, end: line.first + start, text: opening }];
    return slip(
      'yaml/missing-char',
      `no ${opening} opens what this ${sign} closes`,
      `write ${opening} where it begins`,
      changes,
      point,
    );
  }
  if (first.what === 'extra')
    return slip('yaml/extra-char', `nothing is open that this ${sign} would close`, 'leave it out', [
      { ...point, text: '' },
    ]);
  const { wanted, opened } = first;
  return slip('yaml/missing-char', `this ${sign} would close a ${opened.sign}`, `write ${wanted}`, [
    { ...point, text: wanted },
  ]);
};

/** `[a, b, name: sum}`: a list of values ends before the options that follow. */
const endOfList = (masked: string, start: number, close: number): number => {
  const inside = withoutInner(masked.slice(start, close));
  const option = new RegExp(`,\\s*${KEY}:\\s`).exec(inside)?.index ?? -1;
  return option > 0 && !/:\s/.test(inside.slice(0, option)) ? start + option : close;
};

/** Where a bracket is missing in what stands before its end: before the options of an item, or before the values of a key. */
const unopened = (before: string, opening: string, alone: boolean): number | undefined => {
  const flat = withoutInner(before);
  if (opening === '{' && alone) {
    const dashes = /^(?:-\s+)*/.exec(flat)?.[0].length ?? 0;
    const key = new RegExp(`^${KEY}:\\s+(?=${KEY}:\\s)`).exec(flat.slice(dashes))?.[0].length ?? 0;
    if (key > 0) return dashes + key;
    return new RegExp(`^${KEY}(?::\\s[^,]*)?,\\s*${KEY}(?:[:,\\s]|$)`).test(flat.slice(dashes)) ? dashes : undefined;
  }
  const [whole, value = ''] = new RegExp(`${KEY}:\\s+([^:{}[\\]]*)$`).exec(flat) ?? [];
  return opening === '[' && whole !== undefined && value.includes(',') ? flat.length - value.length : undefined;
};

/** What stands in brackets that are closed again, as dots. */
const withoutInner = (text: string): string => {
  let flat = text;
  for (let i = 0; i < 10 && /[{[]/.test(flat); i += 1)
    flat = flat.replace(/\{[^{}[\]]*\}|\[[^{}[\]]*\]/g, (inner) => '.'.repeat(inner.length));
  return flat;
};

/** `{` on a line of its own below an item: its dash is missing. */
const noDash: Look = (_, { masked, lines }) => {
  const changes = lines.flatMap((line, i) => {
    const column = line.first - line.start;
    if (line.depth > 0 || !/[{[]/.test(masked[line.first] ?? '')) return [];
    const before = lines[i - 1];
    if (!before || /(?::|^-|-)$/.test(contentOf(masked, before))) return [];
    const isItem = (one: Line): boolean =>
      one.depth === 0 && /^-\s/.test(contentOf(masked, one)) && one.first - one.start <= column;
    const item = lines.slice(Math.max(0, i - 50), i).findLast(isItem);
    return item ? [{ start: line.start, end: line.first, text: `${' '.repeat(item.first - item.start)}- ` }] : [];
  });
  const [first] = changes;
  const at = first && { start: first.end, end: first.end + 1 };
  return slip('yaml/dash', 'a dash is missing before this item', 'write - and a space', changes, at);
};

/** Lines that are an item each, `{conv: 16}` or `relu`, with no dash before them, one below the other. */
interface Bare {
  readonly items: readonly Line[];
  readonly before: Line | undefined;
}

const bareItems = (text: string, { masked, lines }: Outline): Bare | undefined => {
  const isItem = (line: Line | undefined, i: number): boolean =>
    line !== undefined &&
    line.depth === 0 &&
    (lines[i + 1]?.depth ?? 0) === 0 &&
    /^(?:\{.*\}[,;]?|[a-z]\w{0,40})$/.test(contentOf(masked, line));
  const from = lines.findIndex((line, i) => isItem(line, i) && masked[line.first] === '{');
  const first = lines[from];
  if (!first) return undefined;
  const column = first.first - first.start;
  const length = lines
    .slice(from)
    .findIndex((line, i) => !isItem(line, from + i) || line.first - line.start !== column);
  const items = lines.slice(from, length < 0 ? lines.length : from + length);
  const before = lines[from - 1];
  const isNetwork = /[{,]\s*["']?(?:layers|inputs?)["']?\s*:/.test(contentOf(text, first));
  // One value may stand below its key, and one alone is the whole file.
  const isValue = items.length < 2 && (!before || /:$/.test(contentOf(masked, before)));
  const isBelowItem = before !== undefined && (before.depth > 0 || /^-(?:\s|$)/.test(contentOf(masked, before)));
  return isNetwork || isValue || isBelowItem ? undefined : { items, before };
};

/** `{conv: 16}` above `{maxpool: 2}`, below `layers:` or with nothing above them that says what they are. */
const noDashes: Look = (text, seen, of) => {
  const bare = of === 'spec' ? bareItems(text, seen) : undefined;
  const first = bare?.items[0];
  if (!bare || !first) return [];
  const { items, before } = bare;
  const at = { start: first.first, end: first.end };
  const isBelowKey = before !== undefined && /:$/.test(contentOf(seen.masked, before));
  const changes = items.map(({ first: start }) => ({ start, end: start, text: '- ' }));
  if (isBelowKey) return slip('yaml/dash', 'a dash is missing before this item', 'write - and a space', changes, at);
  if (/^layers\s*:/m.test(seen.masked)) return [];
  const key = 'layers:\n';
  const above =
    first.start === first.first
      ? changes.map((change, i) => (i === 0 ? { ...change, text: `${key}${change.text}` } : change))
      : [{ start: first.start, end: first.start, text: key }, ...changes];
  const message = 'layers stand here without their key, and without a dash before each';
  const help = `write - and a space before each, and layers: above them${inputAbove(seen)}`;
  return slip('spec/no-layers', message, help, above, at, 1);
};

/** What else is to be written above layers: told with what else is missing there. */
const inputAbove = ({ masked }: Outline): string =>
  /^inputs?\s*[:=]/m.test(masked) ? '' : ', and input: 224x224x3 above that';

/** `vars {n: 3}`: no colon before a bracket. */
const noColonBeforeBracket: Look = (text, { masked }) =>
  behindWord(text, [...masked.matchAll(/(?:[{,][ \t]*|^[ \t]*(?:-[ \t]+)*)[A-Za-z_]\w{0,60}(?=[ \t]{1,9}[{[])/gm)]);

/** As {@link noColonBeforeBracket}, of keys of the file: YAML takes all up to the next colon for the key. */
const noColonOfFile: Look = (text, { masked, lines }) => {
  const found = lines.flatMap((line) => {
    const isKey = line.depth === 0 && line.first === line.start;
    const match = isKey && /^[A-Za-z_]\w{0,60}(?=[ \t]{1,9}[{[])/.exec(contentOf(masked, line));
    return match ? [{ 0: match[0], index: line.first }] : [];
  });
  return behindWord(text, found);
};

const behindWord = (
  text: string,
  found: readonly { readonly 0: string; readonly index: number }[],
): readonly Slip[] => {
  const ends = found.map(({ 0: whole, index }) => index + whole.length);
  const changes = ends.map((end) => ({ start: end, end, text: ':' }));
  const [first] = changes;
  if (!first) return [];
  const word = /\w{1,60}$/.exec(text.slice(Math.max(0, first.start - 60), first.start))?.[0] ?? '';
  const at = { start: first.start - word.length, end: first.start };
  return slip('yaml/colon', `${NO_COLON} behind "${word}"`, `write ${word}:`, changes, at);
};

const openQuote: Look = (text, { openQuote: quote, lines }) => {
  if (!quote) return [];
  const line = lineAt(lines, quote.at);
  const newline = text.indexOf('\n', quote.at);
  const stop = newline < 0 ? text.length : newline;
  const rest = text.slice(quote.at + 1, stop).trimEnd();
  const inBraces = (line?.depth ?? 0) > 0 || /[{[][^}\]]*$/.test(text.slice(line?.first ?? quote.at, quote.at));
  const length = inBraces ? rest.search(/[,}\]]/) : rest.length;
  const end = quote.at + 1 + (length < 0 ? rest.length : length);
  return slip(
    'yaml/missing-char',
    'this quote is never closed',
    `write ${text.slice(quote.at, end)}${quote.sign}`,
    [{ start: end, end, text: quote.sign }],
    { start: quote.at, end },
  );
};

/** Longer texts are not taken out line by line. */
const MOST_LINES = 2000;

const secondDocument: Look = (text, seen, of) => {
  const { masked, lines, second } = seen;
  if (of === 'spec' && bareItems(text, seen)) return [];
  // Directives stand before the first document.
  const directives = text[lines[0]?.first ?? 0] === '%';
  const mark = lines.find(
    (line, i) =>
      i > 0 &&
      !directives &&
      line.depth === 0 &&
      /^---(?:\s|$)/.test(contentOf(masked, line)) &&
      line.first === line.start,
  );
  const start = second ?? mark?.first;
  if (start === undefined) return [];
  const rest = lines.filter(({ end }) => end > start);
  const changes = rest.slice(0, MOST_LINES).map(({ first, end }) => ({ start: Math.max(first, start), end, text: '' }));
  if (rest.length > MOST_LINES) changes.push({ start, end: text.length, text: '' });
  const what = of === 'spec' ? 'network' : of;
  const help = `a file holds one ${what}: leave the others out`;
  // It is one, however many lines there are to take out.
  return slip('yaml/multiple-docs', `a second ${what} begins here`, help, changes, undefined, 1);
};

// --- indentation ------------------------------------------------------------------------------------------------------

const tabs: Look = (text, { lines }) => {
  const changes = lines.flatMap(({ start, first, depth }) => {
    const blank = text.slice(start, first);
    return depth === 0 && blank.includes('\t') ? [{ start, end: first, text: blank.replaceAll('\t', '  ') }] : [];
  });
  const [first] = changes;
  return slip(
    'yaml/tab-as-indent',
    'a tab stands before the text of this line',
    'indent with spaces',
    changes,
    first && { start: first.start, end: first.end },
  );
};

interface Column {
  readonly column: number;
  readonly of: 'list' | 'keys';
}

/** What stands below a line that is moved, moves with it. */
interface Shift {
  readonly from: number;
  readonly by: number;
}

const KEY_LINE = new RegExp(String.raw`^(${KEY}(?:[ .\w-]{0,60})?)\s*:(\s|$)`);

/** A dash or a key in a column of its own: it is put where those beside it begin. */
const indentation: Look = (text, { masked, lines }) => {
  const found: (Change & { readonly from: number; readonly to: number; readonly what: string; readonly at: number })[] =
    [];
  let stack: Column[] = [];
  let opens = true;
  let shift: Shift | undefined;
  const shallow = lines.find(({ depth, first, start }) => depth === 0 && first === start);
  for (const line of lines) {
    if (line.depth > 0) continue;
    const content = contentOf(masked, line);
    const written = line.first - line.start;
    if (shift && written <= shift.from) shift = undefined;
    let column: number = written + (shift?.by ?? 0);
    const isDash = /^-(?:\s|$)/.test(content);
    const key = isDash ? null : KEY_LINE.exec(content);
    const of = isDash ? 'list' : 'keys';
    let moved = shift !== undefined;
    if (!isDash && !key) {
      // Text that goes on, or a value below its key.
      if (moved) found.push({ ...moveTo(line, column), from: written, to: column, what: '', at: line.first });
      opens = false;
      continue;
    }
    const fits = stack.some((one) => one.column === column && one.of === of);
    const top = stack.at(-1);
    const nests =
      opens && (top === undefined || column > top.column || (isDash && column === top.column && top.of === 'keys'));
    // The first line may be the one that is further in than all others.
    const root =
      stack.length === 0 && column > 0 && shallow !== undefined && KEY_LINE.test(contentOf(masked, shallow)) && !isDash;
    if (root || (!fits && !nests)) {
      const to = root ? 0 : nearestColumn(stack, column, of);
      if (to !== undefined) {
        found.push({
          ...moveTo(line, to),
          from: written,
          to,
          what: isDash ? 'dash' : (key?.[1] ?? ''),
          at: line.first,
        });
        shift = { from: written, by: to - written };
        column = to;
        moved = false;
      }
    }
    if (moved) found.push({ ...moveTo(line, column), from: written, to: column, what: '', at: line.first });
    stack = stack.filter(
      (one) =>
        one.column < column ||
        (one.column === column && (one.of === of || one.of === 'keys') && !(one.of === 'keys' && of === 'keys')),
    );
    if (!stack.some((one) => one.column === column && one.of === of)) stack.push({ column, of });
    opens = openEnd(content, column, stack);
  }
  const causes = found.filter(({ what }) => what !== '');
  const [first] = causes;
  if (!first) return [];
  const { what, to, from, at } = first;
  const count = causes.length > 1 ? `; so do ${causes.length - 1} more` : '';
  return [
    {
      code: 'yaml/bad-indent',
      message:
        what === 'dash'
          ? `this dash stands in column ${from + 1}, those of its list in column ${to + 1}${count}`
          : `"${masked.slice(at, at + what.length) === what ? text.slice(at, at + what.length) : what}" begins in column ${from + 1}, what stands beside it in column ${to + 1}${count}`,
      help: `begin it in column ${to + 1}`,
      start: at,
      end: at + (what === 'dash' ? 1 : what.length),
      changes: found.map(({ start, end, text: spaces }) => ({ start, end, text: spaces })),
    },
  ];
};

const moveTo = ({ start, first }: Line, column: number): Change => ({
  start,
  end: first,
  text: ' '.repeat(Math.max(0, column)),
});

/** Of the columns in which such lines begin the nearest, and of two the one further in. */
const nearestColumn = (stack: readonly Column[], column: number, of: Column['of']): number | undefined => {
  const same = stack.filter((one) => one.of === of).map((one) => one.column);
  return same.reduce<number | undefined>(
    (best, one) => (best === undefined || Math.abs(one - column) <= Math.abs(best - column) ? one : best),
    undefined,
  );
};

/** What a line opens within itself is added to the columns; true where its last key or dash holds nothing yet. */
const openEnd = (content: string, column: number, stack: Column[]): boolean => {
  let at = 0;
  for (let dash = /^-(\s+|$)/.exec(content); dash; dash = /^-(\s+|$)/.exec(content.slice(at))) {
    at += dash[0].length;
    const rest = content.slice(at);
    if (rest === '') return true;
    if (/^-(\s|$)/.test(rest)) stack.push({ column: column + at, of: 'list' });
  }
  const key = KEY_LINE.exec(content.slice(at));
  if (!key) return false;
  if (at > 0) stack.push({ column: column + at, of: 'keys' });
  return (
    content.slice(at + key[0].length).trim() === '' || /^(?:&\S+|!\S+)$/.test(content.slice(at + key[0].length).trim())
  );
};

/** A list below keys that have their values: `layers:` is missing above it. */
const noKeyOfList: Look = (_, seen, of) => {
  const { masked, lines } = seen;
  if (of !== 'spec' || /^layers\s*:/m.test(masked)) return [];
  const i = lines.findIndex((line) => line.first === line.start && /^-\s/.test(contentOf(masked, line)));
  const [line, before] = [lines[i], lines[i - 1]];
  if (!line || !before || line.depth > 0 || /:$/.test(contentOf(masked, before))) return [];
  const changes = [{ start: line.start, end: line.start, text: 'layers:\n' }];
  const help = `write layers: above it${inputAbove(seen)}`;
  const at = { start: line.first, end: line.end };
  return slip('spec/no-layers', 'a list stands here without its key', help, changes, at);
};

/** What is looked for in every text, because YAML may read it as something else. */
const ALWAYS: readonly Look[] = [
  secondDocument,
  noDashes,
  wideSigns,
  oddDashes,
  runTogetherInBraces,
  runTogetherBelowDash,
  noColonOfFile,
  commaAtEnd,
];

/** What is looked for where YAML finds a text wrong, one after the other: each counts where the text is less wrong without it. */
const WHERE_WRONG: readonly Look[] = [
  openQuote,
  tabs,
  oddComments,
  brackets,
  noDash,
  noColonBeforeBracket,
  noBraces,
  noComma,
  twoCommas,
  bracketsInValue,
  runTogetherOnLines,
  noColon,
  noKeyOfList,
  indentation,
  colonInText,
];

/** A text with changes made in it, which remembers where everything was before them. */
export class MendedText {
  private constructor(
    readonly text: string,
    /** Stretches by where they begin now, and where they began. */
    private readonly stretches: readonly { readonly now: number; readonly before: number; readonly fixed: boolean }[],
  ) {}

  static of(text: string): MendedText {
    return new MendedText(text, [{ now: 0, before: 0, fixed: false }]);
  }

  with(changes: readonly Change[]): MendedText {
    const ordered = [...changes].sort((a, b) => a.start - b.start || a.end - b.end);
    const pieces: string[] = [];
    const stretches: { now: number; before: number; fixed: boolean }[] = [];
    let [now, from] = [0, 0];
    const keep = (until: number): void => {
      const first = this.indexAt(from);
      for (let i = first; i < this.stretches.length; i += 1) {
        const one = this.stretches[i];
        if (!one || (one.now >= until && i > first)) break;
        const begin = Math.max(one.now, from);
        if (begin > until) break;
        stretches.push({ now: now + begin - from, before: this.before(begin), fixed: one.fixed });
      }
      pieces.push(this.text.slice(from, until));
      now += until - from;
    };
    for (const { start, end, text } of ordered) {
      if (start < from) continue;
      keep(start);
      if (text !== '') {
        stretches.push({ now, before: this.before(start), fixed: true });
        pieces.push(text);
        now += text.length;
      }
      from = end;
    }
    keep(this.text.length);
    return new MendedText(pieces.join(''), stretches);
  }

  /** Where an offset of the text was before all changes. */
  before(offset: number): number {
    const stretch = this.stretches[this.indexAt(offset)];
    if (!stretch) return offset;
    return stretch.fixed ? stretch.before : stretch.before + (offset - stretch.now);
  }

  private indexAt(offset: number): number {
    return Math.max(
      0,
      lastUpTo(offset, this.stretches.length, (i) => this.stretches[i]?.now ?? 0),
    );
  }
}

/** How wrong YAML finds a text: how often, and where first. */
export interface Wrong {
  readonly count: number;
  readonly first: number;
}

/** So many characters are read again, all tries together, to see whether a text is less wrong without a slip. */
const MOST_READ = 512 * 1024;
const MOST_ROUNDS = 2;

/** A text without its slips, and what they were, in places of the text as it was written. */
export const mend = (
  written: string,
  of: TextOf,
  wrongness: (text: string) => Wrong | undefined,
): { readonly mended: MendedText; readonly slips: readonly Slip[] } => {
  let mended = MendedText.of(written);
  let slips: readonly Slip[] = [];
  // One text is looked at again and again.
  let outlined = { text: written, seen: outline(written) };
  const look = (looks: readonly Look[], text: string): readonly Slip[] => {
    if (outlined.text !== text) outlined = { text, seen: outline(text) };
    return looks.flatMap((one) => one(text, outlined.seen, of));
  };
  const without = (found: readonly Slip[]): MendedText => mended.with(found.flatMap(({ changes }) => changes));
  const take = (found: readonly Slip[], next: MendedText): void => {
    slips = [...slips, ...found.map((one) => asWritten(one, mended))];
    mended = next;
  };
  const always = look(ALWAYS, written);
  if (always.length > 0) take(always, without(always));
  let wrong = wrongness(mended.text);
  let room = MOST_READ;
  for (let round = 0; wrong && round < MOST_ROUNDS; round += 1) {
    const before = slips.length;
    for (const one of WHERE_WRONG) {
      const found = wrong && room > written.length ? look([one], mended.text) : [];
      if (!wrong || found.length === 0) continue;
      const next = without(found);
      room -= next.text.length;
      const left = wrongness(next.text);
      if (left && left.count >= wrong.count && next.before(left.first) <= mended.before(wrong.first)) continue;
      take(found, next);
      wrong = left;
    }
    if (slips.length === before) break;
  }
  return { mended, slips };
};

const asWritten = (found: Slip, text: MendedText): Slip => ({
  ...found,
  start: text.before(found.start),
  end: Math.max(text.before(found.start) + 1, text.before(found.end)),
  changes: found.changes.map((change) => ({
    ...change,
    start: text.before(change.start),
    end: text.before(change.end),
  })),
});
