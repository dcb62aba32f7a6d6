// A count as arithmetic to read: `(k_h*k_w*C_in/g + 1)*C_out` and `(11*11*3 + 1)*96`, from its terms. Nothing is computed beside them.

import { type Count, type Factor, factorsOf, type Sort, type TensorCount } from '../core/count.js';
import { listed } from '../core/quantity.js';

/** The formula in letters and the same with numbers; empty for a count of nothing. */
export interface Written {
  readonly formula: string;
  readonly substituted: string;
}

/** What all terms have in common is taken out: the course's `(F*F*C + 1)*K` for weights and bias. */
export const writeCount = (count: Count): Written => {
  const terms = count.map((term) => [...factorsOf(term)].sort((a, b) => ORDER[a.sort] - ORDER[b.sort]));
  const [first = []] = terms;
  const common = terms.length < 2 ? [] : first.filter((factor) => terms.every((term) => has(term, factor)));
  const rest = terms.map((term) => term.filter((factor) => !has(common, factor)));
  return {
    formula: join(rest, common, ({ name }) => name),
    substituted: join(rest, common, ({ value }) => `${value}`),
  };
};

const has = (term: readonly Factor[], { name, value }: Factor): boolean =>
  term.some((factor) => factor.name === name && factor.value === value);

/** Places first, then the kernel, then channels, those of the output last: as the lectures write it. */
const ORDER: Readonly<Record<Sort, number>> = {
  'output place': 0,
  'input place': 0,
  kernel: 1,
  channels: 2,
  'input channels': 2,
  number: 2,
  'output channels': 3,
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
export const labels = (count: TensorCount): string => listed([...new Set(count.map(({ label }) => label))]);
