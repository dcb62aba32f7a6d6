// A count as arithmetic to read: `(k_h*k_w*C_in/g + 1)*C_out` and `(11*11*3 + 1)*96`, from its terms. Nothing is computed beside them.

import type { Count, Term } from '../core/count.js';

type Factor = readonly [name: string, value: number];

/** The formula in letters and the same with numbers; empty for a count of nothing. */
export interface Written {
  readonly formula: string;
  readonly substituted: string;
}

/** What all terms have in common is taken out: the course's `(F*F*C + 1)*K` for weights and bias. */
export const writeCount = (count: Count): Written => {
  const terms = count.map(({ factors }) => inOrder(Object.entries(factors)));
  const [first = []] = terms;
  const common = terms.length < 2 ? [] : first.filter((factor) => terms.every((term) => has(term, factor)));
  const rest = terms.map((term) => term.filter((factor) => !has(common, factor)));
  return { formula: join(rest, common, ([name]) => name), substituted: join(rest, common, ([, value]) => `${value}`) };
};

const has = (term: readonly Factor[], [name, value]: Factor): boolean =>
  term.some((factor) => factor[0] === name && factor[1] === value);

/** Places first, then the kernel, then channels, those of the output last: as the lectures write it. */
const inOrder = (factors: readonly Factor[]): readonly Factor[] => {
  const rank = ([name]: Factor): number =>
    /^[HWDL](_|$)/.test(name) ? 0 : /^k(_|$)/.test(name) ? 1 : /^C_out/.test(name) ? 3 : 2;
  return [...factors].sort((a, b) => rank(a) - rank(b));
};

const join = (
  rest: readonly (readonly Factor[])[],
  common: readonly Factor[],
  write: (factor: Factor) => string,
): string => {
  const product = (factors: readonly Factor[]): string => factors.map(write).join('*');
  const shared = product(common);
  if (shared === '') return rest.map(product).join(' + ');
  // `(1 + 1)*C` is two times C.
  if (rest.every((factors) => factors.length === 0)) return `${rest.length}*${shared}`;
  return `(${rest.map((factors) => product(factors) || '1').join(' + ')})*${shared}`;
};

/** `weights and bias`, `gamma and beta`: what the terms are. */
export const labels = (count: Count): string => {
  const names = [...new Set(count.map((term: Term) => term.label))];
  const last = names.pop();
  return names.length > 0 ? `${names.join(', ')} and ${last}` : (last ?? '');
};
