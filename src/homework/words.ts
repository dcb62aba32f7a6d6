// Answers that are words: which there are for each form, and how people write them, in English and Chinese. No numbers.

export type WordForm = 'axes' | 'statistics' | 'whether';

interface Choice {
  readonly word: string;
  /** As a whole, without capitals. */
  readonly written: RegExp;
}

/** What the mean and variance at test time are those of. */
const STATISTICS: readonly Choice[] = [
  {
    word: 'running',
    written:
      /^(?:the )?(?:running|moving|accumulated|stored|saved|kept)(?: (?:means?|averages?|statistics|stats|estimates?|mean and variance|means and variances))?(?: of (?:mean and variance|means and variances|the batch(?:es)?))?(?: (?:of|from|kept (?:in|while|during)|collected (?:in|while|during)) (?:the )?training)?$|^(?:训练(?:期间|时|阶段|过程中?)?(?:得到|累积|累计|积累|统计|保存)?的?)?(?:滑动|移动|运行|累计|累积|全局)的?(?:平均值?|均值|统计量)(?:和方差|\(均值[和与,]方差\))?$/,
  },
  {
    word: 'batch',
    written:
      /^(?:(?:the|that|of the|of that|those of the) )?(?:current |test |own )?(?:mini-?)?batch(?:'s)?(?: (?:means?|statistics|stats|mean and variance))?$|^(?:statistics|mean and variance) of the (?:current |test )?(?:mini-?)?batch$|^(?:当前|测试|本|这个?|该)?(?:小?批次|小?批量|批|batch)(?:数据)?的?(?:均值|统计量|均值[和与,]方差)?$/,
  },
  {
    word: 'same',
    written:
      /^(?:the )?(?:same|unchanged)(?: as (?:in|while|during) training)?$|^(?:its|the image's|the sample's|each image's|each sample's) own(?: (?:means?|statistics|mean and variance))?$|^own(?: statistics)?$|^(?:与|和|跟|同)?(?:训练)?(?:时|阶段|期间)?(?:完全)?(?:相同|一致|一样|不变)$|^(?:当前|该|每个?|自己?|自身|单个|本)?(?:样本|图像|图片|自身)(?:自己|自身)?的?(?:均值|统计量|均值[和与,]方差)$/,
  },
];

/** Axes by their letters. `C/g` is the channels of a group, where the answer does not say how many groups. */
const AXES: readonly (readonly [written: RegExp, axes: readonly string[]])[] = [
  [/^(?:组内|每组|各组|每个组|同组)的?(?:特征|通道)?(?:维度?)?(?: *\(? *c *\)?)?/, ['C/g']],
  [/^c *\/ *(\d+)/, ['C/']],
  [/^c *\/ *[a-z]\b/, ['C/g']],
  [/^(?:the )?channels? (?:of|in|within) (?:a|the|each|one) group/, ['C/g']],
  [/^(?:the )?groups?(?: of channels)?\b/, ['C/g']],
  [
    /^(?:the )?(?:batch(?:es)?|images?|samples?)\b(?: (?:axis|dimension))?|^(?:批量|批次|批|样本)(?:大小)?(?:维度?)?/,
    ['N'],
  ],
  [/^(?:the )?(?:channels?|features?)\b(?: (?:axis|dimension))?|^(?:特征|通道)(?:维度?)?/, ['C']],
  [
    /^(?:the )?(?:space|spatial(?: (?:dimensions|axes|positions))?|places|pixels|positions)\b|^空间(?:维度?|位置)?/,
    ['H', 'W'],
  ],
  [/^(?:the )?(?:height|rows)\b|^高度?/, ['H']],
  [/^(?:the )?(?:width|columns)\b|^宽度?/, ['W']],
  // Letters may stand side by side: NHW.
  [/^[nchwd](?=[nchwd]*(?![a-z]))/, []],
  [/^(?:and|over|dims?|axes|axis)\b|^(?:和|与|及|以及|还有|,|;|[x×*+&:(){}[\]]|=|在|上|轴|对| )/, []],
];

/** `but not over N`, `for each image and channel`: what is no part of the list. */
const BESIDES =
  /[,;]?\s*(?:但|而)?不(?:跨|对|包括|含)(?:样本|批次|批量|通道)?(?:维度?)?\s*(?:\(\s*[nc]\s*\))?|[,;]?\s*(?:but )?not (?:over |across )?(?:n|c|the batch|the channels|samples|images)\b|[,;]?\s*(?:for|per|of) (?:each|every) (?:image|sample|channel|group|place)(?: (?:and|of) (?:each |every )?(?:image|sample|channel|group|place))*/g;

/** As a list without repeats, in the usual order; null where something else stands among them. */
const axesIn = (text: string): readonly string[] | null => {
  const found = new Set<string>();
  for (let rest = text.replace(BESIDES, ''); rest !== ''; ) {
    const known = AXES.flatMap(([written, axes]) => {
      const match = written.exec(rest);
      return match ? [{ match, axes }] : [];
    })[0];
    if (!known || known.match[0] === '') return null;
    const { match, axes } = known;
    const letter = /^[nchwd]$/.test(match[0]) ? [match[0].toUpperCase()] : axes;
    for (const axis of letter) found.add(axis === 'C/' ? `C/${match[1]}` : axis);
    rest = rest.slice(match[0].length).trimStart();
  }
  const order = (axis: string): number => 'NCDHW'.indexOf(axis[0] ?? '');
  return found.size > 0 ? [...found].sort((a, b) => order(a) - order(b)) : null;
};

/** The words of an answer; null where it is none of the choices. `text` has no full-width letters any more. */
export const wordsIn = (text: string, form: WordForm): readonly string[] | null => {
  const plain = text.toLowerCase().trim();
  if (form === 'axes') return axesIn(plain);
  const choice = form === 'statistics' ? STATISTICS.find(({ written }) => written.test(plain)) : undefined;
  return choice ? [choice.word] : null;
};

/** Whether a word alone is an axis: YAML cuts `N, H, W` at its commas. */
export const isAxis = (text: string): boolean => axesIn(text.normalize('NFKC').toLowerCase().trim()) !== null;

/** In any order; the channels of a group are those of all its groups, however many there are. */
export const sameWords = (given: readonly string[], wanted: readonly string[]): boolean => {
  const matches = (one: string, other: string): boolean => one === other || (one === 'C/g' && other.startsWith('C/'));
  return given.length === wanted.length && given.every((one) => wanted.some((other) => matches(one, other)));
};
