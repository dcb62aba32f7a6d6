// Words of Python: what may be a name, names for variables, and each once. No code.

export const KEYWORDS = new Set(
  (
    'False None True and as assert async await break class continue def del elif else except finally for from global if import in is ' +
    'lambda nonlocal not or pass raise return try while with yield'
  ).split(' '),
);

/** Letters, digits and underscores, and the same after Python has made one form of letters that look alike. */
export const isWord = (name: string): boolean =>
  /^[\p{L}_][\p{L}\p{Nd}_]*$/u.test(name) && name.normalize('NFKC') === name;

/** A word for a variable or a parameter: of what a name consists of, in small letters; none that is reserved. */
export const variable = (name: string, reserved: ReadonlySet<string>): string => {
  const word = name
    .normalize('NFKC')
    .replace(/[^\p{L}\p{Nd}]+/gu, '_')
    .replace(/^_+|_+$/g, '')
    .toLowerCase();
  const started = /^\p{Nd}/u.test(word) || word === '' ? `x${word}` : word;
  if (!isWord(started)) return 'x_';
  return KEYWORDS.has(started) || reserved.has(started) ? `${started}_` : started;
};

/** The name, or with a number behind it where it is taken; taken from then on. */
export const free = (name: string, taken: Set<string>): string => {
  let own = name;
  for (let n = 2; taken.has(own); n += 1) own = `${name}${/\d$/.test(name) ? '_' : ''}${n}`;
  taken.add(own);
  return own;
};
