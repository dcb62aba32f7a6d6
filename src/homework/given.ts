// How answers are written, and what each stands for: the grammar of answers, and its table for docs/homework.md. No grading.

import type { Polynomial } from '../analysis/polynomial.js';
import { parseQuantity, type Quantity } from '../core/quantity.js';
import { type Layout, product } from '../core/shape.js';
import type { Form } from './quantities.js';
import { isSymbolic, parsePolynomial, workedOut } from './symbolic.js';
import { type WordForm, wordsIn } from './words.js';

/** `beside`: what stands on the other sides of an `=`, which must fit as well. */
export type Given =
  | { readonly is: 'unanswered' }
  | { readonly is: 'unreadable'; readonly why: string /** Where in the text, from 0. */; readonly at: number }
  /** `unit` where bytes were written as such, with the power of a thousand its prefix stands for. */
  | {
      readonly is: 'number';
      readonly quantity: Quantity;
      readonly unit?: { readonly power: number; readonly binary: boolean };
      readonly beside?: readonly Given[];
    }
  /** `order` where the text says which is which; `whole` where the commas may group the thousands of one number. */
  | { readonly is: 'sizes'; readonly sizes: readonly number[]; readonly order?: Layout; readonly whole?: number }
  | { readonly is: 'symbolic'; readonly polynomial: Polynomial; readonly beside?: readonly Given[] }
  | { readonly is: 'word'; readonly word: 'yes' | 'no' | 'global' | 'same' | 'valid' }
  /** One or more of the choices that the form has, in words.ts. */
  | { readonly is: 'words'; readonly words: readonly string[] }
  /** The two sides of an `=` are not the same. */
  | { readonly is: 'differing' };

interface Way {
  readonly form: Form;
  readonly written: readonly string[];
  /** What every one of them is read as: `34500 to 35500`; tests compare. */
  readonly reads: string;
  readonly doc: string;
}

/** The ways of writing, as docs/homework.md lists them. */
export const WAYS: readonly Way[] = [
  {
    form: 'count',
    written: [
      '34944',
      '34,944',
      '34 944',
      "34'944",
      '34_944',
      '３４９４４',
      '34,944 (incl. bias)',
      '34,944 params',
      '34944个参数',
    ],
    reads: '34944',
    doc: 'that number exactly; units, words and remarks in parentheses may stand behind',
  },
  {
    form: 'count',
    written: ['35K', '3.5e4', '3.5E4', '3.5 × 10^4', '3.5·10⁴', '35 thousand', '35 Tsd.', '3.5万', '35 K params'],
    reads: '34500 to 35500',
    doc: 'what rounds to it: 34,500 up to 35,500',
  },
  {
    form: 'count',
    written: ['~448M', '≈448M', 'about 448M', 'approx. 448M', 'ca. 448 Mio', '约448M', '4.48亿左右', '448M or so'],
    reads: '443000000 to 453000000',
    doc: 'two digits count',
  },
  {
    form: 'count',
    written: ['1.161.600', '1.161.600,0'],
    reads: '1161600',
    doc: 'German, where it can be nothing else',
  },
  {
    form: 'count',
    written: ['62,4M', '34,9K'],
    reads: 'unreadable',
    doc: 'not read: a decimal comma is not guessed at',
  },
  {
    form: 'count',
    written: [
      '(11*11*3 + 1)*96',
      '(11x11x3+1) x 96',
      '11²·3·96 + 96',
      '69888/2',
      '$(11 \\cdot 11 \\cdot 3 + 1) \\times 96$',
      '(11*11*3 + 1)*96 = 34,944',
      '(F*F*C + 1)*K = (11*11*3 + 1)*96 = 34,944',
      'params = 34944',
      '=34848+96',
    ],
    reads: '34944',
    doc: 'its result; of an `=` both sides are checked',
  },
  {
    form: 'count',
    written: ['(11*11*3 + 1)*96 = 35K'],
    reads: '34500 to 35500',
    doc: 'the rounded result, where the sum fits too',
  },
  { form: 'count', written: ['none', 'N/A', 'no parameters', '无', 'keine'], reads: '0', doc: '0' },
  {
    form: 'shape',
    written: [
      '55x55x96',
      '[55x55x96]',
      '55 × 55 × 96',
      '55 55 96',
      '(55, 55, 96)',
      '（55，55，96）',
      '５５×５５×９６',
      '55*55*96',
      '55 by 55 by 96',
      '55²×96',
      '$55\\times55\\times96$',
      '[None, 55, 55, 96]',
      'torch.Size([55, 55, 96])',
      '55x55x96 = 290400',
    ],
    reads: '55x55x96',
    doc: 'a volume; `96x55x55` too, unless the sheet says its layout',
  },
  {
    form: 'shape',
    written: ['96@55x55', '55x55@96', 'H=55, W=55, C=96', 'C: 96, H: 55, W: 55', '96 maps of 55x55', '高55宽55通道96'],
    reads: '55x55x96 in hwc',
    doc: 'a volume that says its order',
  },
  {
    form: 'shape',
    written: ['[1, 96, 55, 55]', 'torch.Size([1, 96, 55, 55])', '1x96x55x55'],
    reads: '1x96x55x55',
    doc: 'a volume with a batch before it',
  },
  {
    form: 'shape',
    written: ['(55-3)/2+1 = 27', '(55 - 3)/2 + 1', '\\frac{55-3}{2}+1', '⌊(56-3)/2⌋ + 1 = 27'],
    reads: '27',
    doc: 'one side of a volume, worked out',
  },
  {
    form: 'sizes',
    written: ['11', '11x11', '11 pixels', '11×11 px'],
    reads: '11',
    doc: 'a size, or one for each axis',
  },
  { form: 'sizes', written: ['same', 'padding: same'], reads: 'same', doc: 'padding by its word; `valid` too' },
  {
    form: 'bytes',
    written: ['784 KiB', '784 kibibytes'],
    reads: '802304 to 803328',
    doc: 'bytes, in units of 1024',
  },
  {
    form: 'bytes',
    written: ['803 KB', '803 kilobytes'],
    reads: '802500 to 803500',
    doc: 'KB is 1000 bytes unless the sheet says 1024',
  },
  {
    form: 'count',
    written: ['27C^2', '3*(9C²)', '27C2', '27·C·C', '$27C^2$'],
    reads: '27C^2',
    doc: 'a formula in C, the channels of the input; weights only unless the sheet says otherwise',
  },
  {
    form: 'ratio',
    written: ['45% fewer', '45 % less', '45％ weniger', '少45％', '减少了 45%'],
    reads: '0.545 to 0.555',
    doc: 'a share',
  },
  { form: 'ratio', written: ['27/49', '27C²/49C²'], reads: '0.550520408 to 0.551520408', doc: 'a share, worked out' },
  { form: 'ratio', written: ['0.55', '55%', '0,55'], reads: '0.545 to 0.555', doc: 'a share' },
  {
    form: 'axes',
    written: [
      'N, H, W',
      '(N, H, W)',
      'NHW',
      'N×H×W',
      'W, H and N',
      'batch, height, width',
      '［Ｎ，Ｈ，Ｗ］',
      'N、H、W',
      '批量维度（N）和空间维度（H, W）',
    ],
    reads: 'N, H, W',
    doc: 'axes, in any order: images, rows and columns',
  },
  {
    form: 'axes',
    written: ['H, W', 'HW', 'spatial', 'H and W, for each image and channel', '空间维度（H，W），但不跨样本（N）'],
    reads: 'H, W',
    doc: 'rows and columns alone',
  },
  {
    form: 'axes',
    written: ['C/g, H, W', 'C/G, H, W', 'channels of a group, H, W', '组内的特征维度（C）、空间维度（H, W）'],
    reads: 'C/g, H, W',
    doc: 'the channels of a group; `C/3` says how many groups',
  },
  {
    form: 'statistics',
    written: [
      'running',
      'running averages',
      'moving average',
      'the running mean and variance',
      '滑动平均',
      '累计均值和方差',
    ],
    reads: 'running',
    doc: 'what was kept while training',
  },
  {
    form: 'statistics',
    written: ['batch', 'the batch', 'batch statistics', '当前批次', '当前批次的均值和方差'],
    reads: 'batch',
    doc: 'what the batch at hand has',
  },
  {
    form: 'statistics',
    written: ['same', 'the same', 'same as in training', 'its own statistics', '与训练相同', '一致'],
    reads: 'same',
    doc: 'what each image has by itself, in training and test',
  },
  { form: 'whether', written: ['yes', 'true', 'ja', '是', '是的'], reads: 'yes', doc: 'yes' },
  { form: 'whether', written: ['no', 'No: the ReLUs', 'nein', '否', '不是'], reads: 'no', doc: 'no' },
  {
    form: 'count',
    written: ['_', '?', '-', '—', ''],
    reads: 'unanswered',
    doc: 'not answered',
  },
];

/** Nobody's answer is longer. What follows looks at an answer as often as it likes: none is long. */
const LONGEST = 200;

const UNANSWERED: Given = { is: 'unanswered' };
const unreadable = (why: string, at = 0): Given => ({ is: 'unreadable', why, at });

/** Reads an answer to a question of that form. */
export const readGiven = (written: string, form: Form): Given => {
  if (written.length > LONGEST) return unreadable('this is too long for an answer');
  const text = plainly(written);
  if (/^(_+|\?+|-+|null|~|)$/.test(text)) return UNANSWERED;
  if (form === 'axes' || form === 'statistics') return readWords(text, form);
  const { bare, order } = withoutRemark(text);
  const word = wordIn(bare, form);
  if (word) return word;
  const read = sidesOf(bare, form).map((side) => ({ side, given: readSide(side, form) }));
  // A formula in letters before the sum is nobody's mistake: (N - F)/S + 1 = (55 - 3)/2 + 1.
  const known = read.filter(
    ({ side, given }, i) => given.is !== 'unreadable' || i === read.length - 1 || !/\p{L}/u.test(side),
  );
  const failed = known.find(({ given }) => given.is === 'unreadable')?.given;
  if (failed?.is === 'unreadable') return { ...failed, at: placeOf(written, form) };
  const sides = known.map(({ given }) => given);
  const [last = UNANSWERED] = sides.slice(-1);
  const all = sides.length > 1 ? compared(sides, form) : last;
  return order && all.is === 'sizes' && all.sizes.length > 1 ? { ...all, order } : all;
};

const readWords = (text: string, form: Exclude<WordForm, 'whether'>): Given => {
  const bare = text.replace(/^[\p{L}][\p{L}\s_]*[:=]\s*/u, '');
  const words = wordsIn(bare, form);
  return words ? { is: 'words', words } : unreadable(NO_CHOICE[form]);
};

const NO_CHOICE: Readonly<Record<WordForm, string>> = {
  axes: 'these are no axes; write letters: N images, C channels, H rows, W columns, and C/g for the channels of a group',
  statistics: 'this is none of the choices; write running, batch or same',
  whether: 'this is no answer to whether it is so; write yes or no',
};

// --- letters ---------------------------------------------------------------------------------------------------------------

const SUPERSCRIPTS = '⁰¹²³⁴⁵⁶⁷⁸⁹';

const LETTERS: Readonly<Record<string, string>> = {
  ...Object.fromEntries([...'−–—‐‑‒'].map((dash) => [dash, '-'])),
  ...Object.fromEntries([...'·⋅∙•∗'].map((dot) => [dot, '*'])),
  ...Object.fromEntries([...'≈∼〜≃≅'].map((about) => [about, '~'])),
  ...Object.fromEntries([...'’‘ʼ`'].map((mark) => [mark, "'"])),
  '✕': '×',
  '⨯': '×',
  '÷': '/',
  '⁄': '/',
  '、': ',',
  '⟨': '(',
  '⟩': ')',
  '【': '(',
  '】': ')',
  '→': '=',
  '⇒': '=',
};

const LATEX: readonly (readonly [RegExp, string])[] = [
  [/\\(?:text|mathrm|mathbf|mathit|operatorname|mbox)\s*\{([^{}]*)\}/g, '$1'],
  [/\\[dt]?frac\s*\{([^{}]*)\}\s*\{([^{}]*)\}/g, '(($1)/($2))'],
  [/\\lfloor/g, '⌊'],
  [/\\rfloor/g, '⌋'],
  [/\\lceil/g, '⌈'],
  [/\\rceil/g, '⌉'],
  [/\\times/g, '×'],
  [/\\(?:cdot|ast)/g, '*'],
  [/\\div/g, '/'],
  [/\\(?:approx|sim)/g, '~'],
  [/\\(?:left|right|big|Big)(?![a-z])/g, ''],
  [/\\[,;:!\s]/g, ' '],
  [/\{,\}/g, ','],
  [/\\%/g, '%'],
  [/\^\s*\{([^{}]*)\}/g, '^$1'],
  [/\\[()[\]]|\$/g, ''],
  [/\{([^{}]*)\}/g, '$1'],
];

/** Full-width letters, superscripts, typographic signs, LaTeX and Markdown, all as plain text. */
const plainly = (written: string): string => {
  let text = written.replace(/[⁰¹²³⁴-⁹]+/g, (run) => `^${[...run].map((one) => SUPERSCRIPTS.indexOf(one)).join('')}`);
  text = [...text.normalize('NFKC')].map((letter) => LETTERS[letter] ?? letter).join('');
  if (/[\\$]/.test(text)) for (const [pattern, by] of LATEX) text = text.replace(pattern, by);
  return text
    .replace(/\s+/g, ' ')
    .trim()
    .replace(/^(?:\*\*|['"*])+(?=[^*'"])/, '')
    .replace(/(?:\*\*|['"*])+$/, '')
    .replace(/(?<=[^.\s])\s*[.;,。]$/, '')
    .trim();
};

// --- words -----------------------------------------------------------------------------------------------------------------

const NOTHING =
  /^(none|nothing|nil|n\/?a|n\. ?a\.?|not applicable|no (?:(?:learnable|trainable) )?(?:parameters|params|weights|biases)|无|無|没有|沒有|なし|keine?|keine (?:Parameter|Gewichte)|nichts|entfällt)$/i;
const NO =
  /^(no|invalid|(?:doesn't|does not|doesnt) fit|not valid|false|nein|ungültig|passt nicht|否|不是|不对|不|不能|不行|いいえ)(?=$|[\s,:;(])/i;
const YES = /^(yes|fits|it fits|true|ja|passt|是的|是|对|能|可以|はい)(?=$|[\s,:;(])/i;
const GLOBAL =
  /^(global|all|everything|(?:the )?(?:whole|entire|full) (?:input|image|picture)|alles|das ganze Bild|全局|全图|整个(?:输入|图像))$/i;

const wordIn = (text: string, form: Form): Given | null => {
  if (NOTHING.test(text)) {
    if (form === 'count' || form === 'bytes') return exactly(text, 0);
    if (!/^(no|none)\b/i.test(text)) return UNANSWERED;
  }
  if (form === 'sizes') {
    const [, word] = /^(?:(?:padding|pad|p)\s*[:=]?\s*)?['"]?(same|valid)['"]?$/i.exec(text) ?? [];
    if (word) return { is: 'word', word: word.toLowerCase() as 'same' | 'valid' };
  }
  if (NO.test(text)) return { is: 'word', word: 'no' };
  if (YES.test(text) || /^valid$/i.test(text)) return { is: 'word', word: 'yes' };
  return GLOBAL.test(text) ? { is: 'word', word: 'global' } : null;
};

/** `34,944 (incl. bias)`: words in parentheses at the end; `(HWC)` among them says the order. */
const withoutRemark = (text: string): { readonly bare: string; readonly order?: Layout } => {
  const [, bare, remark = ''] = /^(.*\S)\s*[([]([^()[\]]*)[)\]]$/.exec(text) ?? [];
  // A function's argument and a factor are no remarks: floor(27.5), 9(C), Size([…]).
  if (bare === undefined || !/\p{L}{2}|\p{Script=Han}/u.test(remark) || /^[\dCcXx\s*×+^-]+$/.test(remark)) {
    const [, size] = /^(.*\d.*\S)\s*\(\s*[HhCc]\s*[x×*,]?\s*[HhWw]\s*[x×*,]?\s*[WwCc]\s*\)$/.exec(text) ?? [];
    if (size === undefined) return { bare: text };
  }
  const letters = remark.toLowerCase().replace(/[^\p{L}]/gu, '');
  const order: Layout | undefined =
    letters === 'hwc' || letters === 'chw'
      ? letters
      : letters === 'hxwxc'
        ? 'hwc'
        : letters === 'cxhxw'
          ? 'chw'
          : undefined;
  const kept = bare ?? text;
  if (!/[\d\p{L}]/u.test(kept) || (/\p{L}$/u.test(kept) && /(size|shape|array|floor|ceil|tuple|list)$/i.test(kept)))
    return { bare: text };
  return order ? { bare: kept, order } : { bare: kept };
};

// --- sides of an equation --------------------------------------------------------------------------------------------------

/** The sides of `=`, `=>` and of a `~` in the middle; a label before a colon goes. */
const sidesOf = (text: string, form: Form): readonly string[] => {
  if ((form === 'shape' || form === 'sizes') && labelled(text)) return [text];
  const sides = text
    .replace(/^[\p{L}#][\p{L}\s_#]*:\s*/u, '')
    .split(/\s*(?:[=-]>|:?=+)\s*|(?<=[\d)]\s?)(?=~)/)
    .map((side) => side.trim())
    .filter((side) => side !== '');
  return sides.length > 0 ? sides : [text];
};

const readSide = (text: string, form: Form): Given => {
  if (form === 'shape' || form === 'sizes' || form === 'fit')
    return (
      readSizes(text) ??
      unreadable(
        form === 'shape'
          ? 'this is no volume; write height x width x depth, a whole number each'
          : 'this is no size; write a whole number, or one per axis with an x between',
      )
    );
  if (form === 'whether') return unreadable(NO_CHOICE[form]);
  if (form === 'ratio') return readRatio(text);
  if (isSymbolic(text)) {
    const polynomial = parsePolynomial(text);
    return polynomial
      ? { is: 'symbolic', polynomial }
      : unreadable('this is no formula in C; write sums and products of numbers and C, with ^ for powers');
  }
  return readNumber(text, form);
};

/** What several sides say together: the last, if the others say the same. */
const compared = (sides: readonly Given[], form: Form): Given => {
  const sizes = sides.flatMap((side) => (side.is === 'sizes' ? [side] : []));
  if (sizes.length === sides.length) {
    const whole = sizes.findLast((one) => one.sizes.length > 1) ?? sizes.at(-1);
    const agrees = ({ sizes: one }: (typeof sizes)[number]): boolean =>
      one.length > 1
        ? one.join() === whole?.sizes.join()
        : [...(whole?.sizes ?? []), product(whole?.sizes ?? [])].some((n) => isRounded(one[0] ?? 0, n));
    return whole && sizes.every(agrees) ? whole : { is: 'differing' };
  }
  const last = sides.at(-1) ?? UNANSWERED;
  const others = sides.slice(0, -1);
  if (last.is !== 'number') return last;
  if (others.some((other) => other.is === 'number' && !agree(other, last))) return { is: 'differing' };
  return form === 'bytes' ? last : { ...last, beside: others };
};

/** Whether a number is another, or what it is rounded to. */
const isRounded = (exact: number, n: number): boolean =>
  Math.abs(exact - n) < 1e-9 || Math.floor(exact) === n || Math.ceil(exact) === n;

type Number_ = Extract<Given, { is: 'number' }>;

/** As far as both are known; of bytes, with the unit that only one of them has. */
const agree = (one: Number_, other: Number_): boolean => {
  const near = (a: Quantity, b: Quantity, scale: number): boolean => {
    const slack = 1e-9 * Math.abs(b.high);
    return (
      (a.low * scale <= b.high + slack && b.low - slack <= a.high * scale) ||
      (a.low === a.high && b.low === b.high && Math.floor(a.low * scale) === b.low)
    );
  };
  const { unit } = other;
  const scales = unit && !one.unit ? [1, 1000 ** unit.power, 1024 ** unit.power] : [1];
  return scales.some((scale) => near(one.quantity, other.quantity, scale));
};

// --- numbers ---------------------------------------------------------------------------------------------------------------

const exactly = (text: string, n: number): Number_ => ({ is: 'number', quantity: { text, low: n, high: n } });

const ABOUT =
  /^(?:about|approximately|approx\.?|around|roughly|circa|ca\.?|some|nearly|almost|etwa|rund|ungefähr|fast|environ|约|大约|大概|約|およそ|~=?)\s*/i;
const ABOUT_BEHIND = /\s*(?:or so|approximately|approx\.?|左右|上下|ほど|程度)$/i;

/** Words for powers of ten behind a number, the longer ones first. */
const SCALES: readonly (readonly [RegExp, string])[] = [
  [/\s*(?:thousands?|Tausend|Tsd\.?|千)$/i, 'K'],
  [/\s*(?:millions?|Millionen|Mio\.?|mln\.?|百万)$/i, 'M'],
  [/\s*(?:billions?|Milliarden|Mrd\.?|bn|十亿)$/i, 'G'],
  [/\s*千万$/, 'e7'],
  [/\s*[万萬]$/, 'e4'],
  [/\s*[亿億]$/, 'e8'],
];

const UNITS =
  /\s*(?:(?:trainable|learnable|learned|total|in total)\s+)*(?:in total|parameters?|params?|weights?|biases|bias terms?|macs?|madds?|flops?|ops|(?:multiply|mult)[ -](?:adds?|accumulates?)|operations|elements|values|neurons|units|filters|channels|activations|Parametern?|Gewichte|Werte|个?参数|個?パラメータ|个|個)$/i;
const BYTES = /\s*(?:bytes?|字节|Bytes?|octets?)$/i;
const BYTE_WORDS = /\s*(kilo|mega|giga|tera|kibi|mebi|gibi|tebi|k|m|g)(?:\s*-?bytes?)$/i;
const BYTE_PREFIXES: Readonly<Record<string, string>> = {
  kilo: 'K',
  mega: 'M',
  giga: 'G',
  tera: 'T',
  kibi: 'Ki',
  mebi: 'Mi',
  gibi: 'Gi',
  tebi: 'Ti',
  k: 'K',
  m: 'M',
  g: 'G',
};

/** German numbers that can be nothing else: two points or more, a point and then a comma, a German word behind a comma. */
const germanAsEnglish = (text: string): string => {
  if (/^~?\d{1,3}(?:\.\d{3}){2,}(?:,\d+)?(?!\d)/.test(text) || /^~?\d{1,3}(?:\.\d{3})+,\d+(?!\d)/.test(text)) {
    const english = text.replaceAll('.', '').replace(',', '.');
    return english.replace(/\.0+$/, '');
  }
  if (
    /^~?0,\d/.test(text) ||
    /^~?\d+,\d{1,2}\s*(?:Tausend|Tsd|Mio|Millionen|Mrd|Milliarden)/.test(text) ||
    /^~?\d+,\d+\s*[x×*]\s*10\s*\^/.test(text)
  )
    return text.replace(',', '.');
  return text;
};

const readNumber = (written: string, form: Form): Given => {
  const vague = ABOUT.test(written) || ABOUT_BEHIND.test(written);
  let text = germanAsEnglish(written.replace(ABOUT, '').replace(ABOUT_BEHIND, ''));
  if (/^\d+,\d{1,2}\s*[kmg]?i?b?$/i.test(text))
    return unreadable('is the comma a decimal point? write a point instead');
  if (form === 'bytes' || !UNITS.test(text))
    text = text
      .replace(BYTE_WORDS, (_, prefix: string) => ` ${BYTE_PREFIXES[prefix.toLowerCase()]}B`)
      .replace(BYTES, ' B');
  text = text.replace(UNITS, '');
  for (const [pattern, suffix] of SCALES) text = text.replace(pattern, suffix);
  const bare = text.replace(/^(\d+(?:\.\d+)?)\s*[x×*]\s*10\s*(?:\^|\*\*)\s*(\d+)$/i, '$1e$2');
  const quantity = parseQuantity(vague ? `~${bare}` : bare);
  // The sum instead of its result: (11*11*3 + 1)*96.
  const sum = quantity ? null : workedOut(text);
  if (sum !== null) return exactly(text, sum);
  if (!quantity) return unreadable('this is no number; write digits, with K, M or G behind them where it is rounded');
  const prefix = /([kmgtp]?)(i?)b$/i.exec(bare);
  if (!quantity.unit || form !== 'bytes') return { is: 'number', quantity };
  const power = ' kmgtp'.indexOf((prefix?.[1] ?? '').toLowerCase() || ' ');
  return { is: 'number', quantity, unit: { power, binary: prefix?.[2] !== '' } };
};

/** `0.55`, `55%`, `45% fewer`, `1/9`, `27C^2/49C^2`, `9x fewer`; in Chinese the word may stand in front. */
const readRatio = (written: string): Given => {
  const text = germanAsEnglish(written.replace(ABOUT, '').replace(ABOUT_BEHIND, ''))
    .replace(/^(\d+)\s*\*?\s*(C(?:\^?\d)?)\s*([/:])\s*(\d+)\s*\*?\s*\2$/i, '$1$3$4')
    .replace(/^(?:减少|节省|少)了?\s*(.*)$/, '$1 少');
  const match =
    /^(\d+(?:\.\d+)?)(?:\s*[/:]\s*(\d+(?:\.\d+)?))?\s*(%|x|×|times|mal|倍)?\s*(fewer|less|saved|smaller|weniger|kleiner|少)?(?: (?:parameters|params|weights))?$/i.exec(
      text,
    );
  if (!match) return unreadable('this is no share; write a fraction, a percentage, or a percentage and the word fewer');
  const [, whole = '', below, sign = '', fewer] = match;
  const value = Number(whole) / Number(below ?? 1);
  const digits = below ? 3 : (whole.split('.')[1]?.length ?? 0);
  const half = 0.5 / 10 ** digits;
  const bounds: readonly [number, number] = [value - half, value + half];
  const turned: readonly [number, number] =
    sign === '%'
      ? fewer
        ? [1 - bounds[1] / 100, 1 - bounds[0] / 100]
        : [bounds[0] / 100, bounds[1] / 100]
      : fewer
        ? [1 / bounds[1], 1 / bounds[0]]
        : bounds;
  return { is: 'number', quantity: { text, low: turned[0], high: turned[1] } };
};

// --- volumes ---------------------------------------------------------------------------------------------------------------

/** Names of the axes before their sizes, by the letter that the order of a volume has for them. */
const AXES: Readonly<Record<string, string>> = {
  h: 'h',
  height: 'h',
  höhe: 'h',
  高: 'h',
  高度: 'h',
  w: 'w',
  width: 'w',
  breite: 'w',
  宽: 'w',
  宽度: 'w',
  幅: 'w',
  c: 'c',
  ch: 'c',
  channels: 'c',
  channel: 'c',
  depth: 'c',
  k: 'c',
  kanäle: 'c',
  tiefe: 'c',
  通道: 'c',
  通道数: 'c',
  深度: 'c',
  n: 'n',
  b: 'n',
  batch: 'n',
};

/** `H=55, W=55, C=96`, in any order: as height x width x channels. */
const labelled = (text: string): readonly number[] | null => {
  const bare = withoutBrackets(text);
  const pair = /\s*([\p{L}]+)\s*[=:]?\s*(\d+)\s*(?:[,;x×*]|$)?/gu;
  const found = [...bare.matchAll(pair)];
  if (found.length < 2 || bare.replace(pair, '').trim() !== '') return null;
  const sizes = new Map(found.map(([, name = '', size]) => [AXES[name.toLowerCase()], Number(size)]));
  sizes.delete('n');
  const [h, w, c] = ['h', 'w', 'c'].map((axis) => sizes.get(axis));
  return sizes.size === 3 && h !== undefined && w !== undefined && c !== undefined ? [h, w, c] : null;
};

/** Brackets around it, and the word that a program prints before them: `torch.Size([…])`. */
const withoutBrackets = (text: string): string => {
  let bare = text.replace(/^[A-Za-z_][\w.]*\s*(?=[([{]).(.*)[)\]}]$/, '$1');
  for (let more = true; more; ) {
    const [, inner] = /^[[({]\s*([^()[\]{}]*|[[({].*[\])}])\s*,?\s*[\])}]$/.exec(bare) ?? [];
    more = inner !== undefined;
    bare = inner ?? bare;
  }
  return bare.trim();
};

const readSizes = (text: string): Given | null => {
  const named = labelled(text);
  if (named) return { is: 'sizes', sizes: named, order: 'hwc' };
  const bare = withoutBrackets(text)
    .replace(/\s*(?:pixels?|px|cells|Pixel|像素)$/i, '')
    .replace(/(\d+)\s*\^\s*2(?!\d)/g, '$1x$1')
    .replace(/(\d+)\s*\^\s*3(?!\d)/g, '$1x$1x$1')
    .replace(/\s+by\s+/gi, 'x')
    .replace(/,$/, '');
  // LeCun's way, and in words.
  const maps = /^(\d+)\s*(?:@|(?:feature )?(?:maps?|channels?)(?: of(?: size)?)?|个)\s*(\d.*)$/i.exec(bare);
  const behind =
    /^(\d.*?)\s*(?:@\s*(\d+)|(?:,|with|and)?\s*(\d+)\s*(?:feature )?(?:maps|channels|filters|通道))$/i.exec(bare);
  const depth = maps?.[1] ?? behind?.[2] ?? behind?.[3];
  const places = maps?.[2] ?? behind?.[1];
  if (depth !== undefined && places !== undefined) {
    const sizes = numbersIn(places);
    return sizes && { is: 'sizes', sizes: [...sizes, Number(depth)], order: 'hwc' };
  }
  const sizes = numbersIn(bare.replace(/^(?:none|null|n|-1|\?|batch(?:[ _]size)?|b)\s*[x×*,]\s*/i, ''));
  if (sizes) {
    const whole = /^\d{1,3}(?:,\d{3})+$/.test(bare) ? Number(bare.replaceAll(',', '')) : null;
    // No size begins with a 0: 1,024 is one number.
    if (whole !== null && /,0/.test(bare)) return { is: 'sizes', sizes: [whole] };
    return whole === null ? { is: 'sizes', sizes } : { is: 'sizes', sizes, whole };
  }
  const worked = bare.split(/\s*[x×]\s*/).map((part) => (/^\d+$/.test(part) ? Number(part) : workedOut(part)));
  return worked.every((n) => n !== null) ? { is: 'sizes', sizes: worked } : null;
};

const numbersIn = (text: string): readonly number[] | null => {
  const parts = text.trim().split(/\s*[x×*,;]\s*|\s+/i);
  return parts.every((part) => /^\d+(\.\d+)?$/.test(part)) ? parts.map(Number) : null;
};

/** Where the first letter stands that such an answer has not. */
const placeOf = (written: string, form: Form): number => {
  const comma = /^~?\d+,\d{1,2}\s*[kmg]?i?b?$/i.test(written.trim()) ? written.indexOf(',') : -1;
  if (comma >= 0) return comma;
  const fine =
    form === 'shape' || form === 'sizes' || form === 'fit'
      ? /[\d\sx×*,.()[\]²^]/i
      : form === 'ratio'
        ? /[\d\s.%/~x×]/i
        : /[\d\s.,'_~≈kmgtpbie+]/i;
  const at = [...written].findIndex((letter) => !fine.test(letter.normalize('NFKC')));
  return at < 0 ? 0 : at;
};
