// Answers that are words: which there are for each form, and how people write them, in English and Chinese. No numbers.

export type WordForm = 'axes' | 'statistics' | 'whether';

/** What may stand at the beginning of the rest of an answer, and which words it is; none, where it only joins others. */
type Piece = readonly [written: RegExp, words: readonly string[] | ((match: RegExpExecArray) => readonly string[])];

const JOINS: readonly Piece[] = [
  [/^(?:the|and|of|in|as|over|with|by|from|while|during|at)\b/, []],
  [/^(?:以及|还有|和|与|及|跟|同|在|上|用|使用|的|时|阶段|期间)/, []],
  [/^[,;:&+(){}[\]=]/, []],
];

/** `N, H, W`. `C/g` is the channels of a group, where the answer does not say how many groups. */
const AXES: readonly Piece[] = [
  // What is no part of the list: `but not over N`, `for each image and channel`.
  [/^(?:但|而)?不(?:跨|对|包括|含)(?:样本|批次|批量|通道)?(?:维度?)?(?: ?\(? ?[nc](?![a-z/]) ?\)?)?/, []],
  [/^(?:but )?not (?:over |across )?(?:n|c|the batch|the channels|samples|images)\b/, []],
  [/^(?:for|per|of) (?:each|every) (?:(?:image|sample|channel|group|place|each|every|and|of)\b ?)+/, []],
  [/^(?:组内|每组|各组|每个组|同组)的?(?:特征|通道)?(?:维度?)?(?: ?\(? ?c ?\)?)?/, ['C/g']],
  [/^c ?\/ ?(\d+)/, ([, groups]) => [`C/${groups}`]],
  [/^c ?\/ ?[a-z]\b/, ['C/g']],
  [/^channels? (?:of|in|within) (?:a|the|each|one) group\b/, ['C/g']],
  [/^groups?(?: of channels)?\b/, ['C/g']],
  [/^(?:batch(?:es)?|images?|samples?)\b/, ['N']],
  [/^(?:批量|批次|批|样本)(?:大小)?(?:维度?)?/, ['N']],
  [/^(?:channels?|features?)\b/, ['C']],
  [/^(?:特征|通道)(?:维度?)?/, ['C']],
  [/^(?:space|spatial|places|pixels|positions)\b/, ['H', 'W']],
  [/^空间(?:维度?|位置)?/, ['H', 'W']],
  [/^(?:height|rows)\b|^高度?/, ['H']],
  [/^(?:width|columns)\b|^宽度?/, ['W']],
  [/^(?:length|steps)\b|^长度?/, ['L']],
  [/^(?:dims?|dimensions?|axes|axis)\b/, []],
  // Letters may stand side by side, or with an x between: NHW, HxW.
  [/^[nchwdl](?=[nchwdlx]*(?![a-z]))/, ([letter]) => [letter.toUpperCase()]],
  [/^[x×*]/, []],
  ...JOINS,
];

/** By what mean and variance it is normalised at test time. Words of two choices are no answer. */
const STATISTICS: readonly Piece[] = [
  [
    /^(?:running|moving) (?:means?|averages?|statistics) (?:of|over) (?:the )?(?:training )?batch(?:es)?\b/,
    ['running'],
  ],
  [/^(?:running|moving|accumulated|stored|kept)\b/, ['running']],
  [/^(?:滑动|移动|运行|累计|累积|全局)/, ['running']],
  [/^(?:mini-?)?batch(?:es)?(?:'s)?(?![a-z])/, ['batch']],
  [/^(?:小?批次|小?批量|批)/, ['batch']],
  [/^(?:same|unchanged|own)\b/, ['same']],
  [/^(?:相同|一致|一样|不变|(?:每个|单个|该|当前)?(?:样本|图像)(?:自己|自身)?|自身)/, ['same']],
  [/^(?:(?:its|each|image|sample|image's|sample's|current|training|test|testing)(?![a-z']))/, []],
  [/^(?:means?|averages?|variances?|statistics|stats|estimates?)\b/, []],
  [/^(?:平均值?|均值|方差|统计量?|当前|训练|测试|得到|保存|完全)/, []],
  ...JOINS,
];

/** All the words of an answer, each once; null where something else stands among them. */
const found = (text: string, pieces: readonly Piece[]): ReadonlySet<string> | null => {
  const words = new Set<string>();
  for (let rest = text; rest !== ''; ) {
    let length = 0;
    for (const [written, means] of pieces) {
      const match = written.exec(rest);
      if (!match) continue;
      for (const word of typeof means === 'function' ? means(match) : means) words.add(word);
      length = match[0].length;
      break;
    }
    if (length === 0) return null;
    rest = rest.slice(length).trimStart();
  }
  return words;
};

const ORDER = 'NCDHWL';
const placeOf = (axis: string): number => ORDER.indexOf(axis.charAt(0));

/** The words of an answer; null where it is none of the choices. `text` has no full-width letters any more. */
export const wordsIn = (text: string, form: Exclude<WordForm, 'whether'>): readonly string[] | null => {
  const words = found(text.toLowerCase().trim(), form === 'axes' ? AXES : STATISTICS);
  if (!words || words.size === 0 || (form === 'statistics' && words.size > 1)) return null;
  return [...words].sort((a, b) => placeOf(a) - placeOf(b));
};

/** Whether a word alone is an axis: YAML cuts `N, H, W` at its commas. */
export const isAxis = (text: string): boolean => wordsIn(text.normalize('NFKC'), 'axes') !== null;

/** In any order; the channels of a group are those of all its groups, however many there are. */
export const sameWords = (given: readonly string[], wanted: readonly string[]): boolean => {
  const matches = (one: string, other: string): boolean => one === other || (one === 'C/g' && other.startsWith('C/'));
  return (
    given.length === wanted.length &&
    given.every((one) => wanted.some((other) => matches(one, other))) &&
    wanted.every((other) => given.some((one) => matches(one, other)))
  );
};
