// Why no value gives what is expected: which expectation fails, the arithmetic with the unknown in it, what comes nearest.

import { samePlace } from '../core/diagnostic.js';
import { isInput, type Node, operatorsOf } from '../core/graph.js';
import { isTransposed } from '../core/operator.js';
import { listed } from '../core/quantity.js';
import { spatial } from '../core/shape.js';
import { slideQuotient } from '../core/window.js';
import type { Blank } from '../lang/blanks.js';
import { layersOf, rangeOf } from './ranges.js';
import type { Searched, Tried } from './search.js';
import type { Target } from './trial.js';

/** One sentence, and the nearest tries as another. */
export const reasonOf = ({ stretch, tried, complete }: Searched): string => {
  const { blanks } = stretch;
  if (blanks.length === 0) {
    const [missed] = tried.flatMap(({ trial }) => trial.targets.filter(({ sign }) => sign !== 0));
    return missed ? `whatever stands in the blanks, ${missed.of} is ${missed.found}` : 'no choice can be computed';
  }
  const expected = [...new Set(tried.flatMap(({ trial }) => trial.targets.map(({ of }) => of)))];
  const meeting = expected.map((of) => ({ of, by: tried.find(({ trial }) => isMet(trial.targets, of)) }));
  const never = meeting.filter(({ by }) => !by).map(({ of }) => of);
  const range = blanks.length === 1 ? blanks.map((blank) => ` from ${rangeOf(blank)?.text}`).join('') : '';
  const names = isOneLayer(blanks)
    ? listed(
        blanks.map(({ option }) => option),
        'or',
      )
    : 'choice';
  const searched = complete ? '' : ' among the choices that were tried (there are too many to try all)';
  if (never.length === 0 && meeting.length > 1)
    return `${meeting.map(({ of, by }) => `${by ? described(by, blanks) : ''} gives ${of}`).join(', ')}; no ${names} gives ${meeting.length > 2 ? 'all of them' : 'both'}${searched}`;
  const sum = isOneLayer(blanks) && never.some((of) => of.startsWith('out ')) ? formula(tried[0], blanks) : null;
  const near = nearest(tried, never, blanks);
  return [
    `no ${names}${range} gives ${listed(never.length > 0 ? never : expected, 'and')}${searched}${sum === null ? '' : `: ${sum}`}`,
    ...(near.length === 0 ? [] : [`nearest: ${near.join(', ')}`]),
  ].join('; ');
};

const isMet = (targets: readonly Target[], of: string): boolean =>
  targets.every((target) => target.of !== of || target.sign === 0) && targets.some((target) => target.of === of);

/** The two that miss least, of those that give different things. */
const nearest = (tried: readonly Tried[], never: readonly string[], blanks: readonly Blank[]): readonly string[] => {
  const known = tried.flatMap((one) => {
    const missed = one.trial.targets.filter(({ of }) => never.length === 0 || never.includes(of));
    const off = missed.reduce((all, target) => all + target.off, 0);
    const found = [...new Set(missed.map((target) => target.found))].join(' and ');
    return one.trial.failure === null && Number.isFinite(off) ? [{ one, off, found }] : [];
  });
  const texts = new Map<string, string>();
  for (const { one, found } of known.sort((a, b) => a.off - b.off)) {
    if (!texts.has(found)) texts.set(found, `${described(one, blanks)} gives ${found}`);
    if (texts.size === 2) break;
  }
  return [...texts.values()];
};

const described = ({ fillings, trial }: Tried, blanks: readonly Blank[]): string =>
  listed(
    blanks.flatMap((blank) => {
      const filling = fillings.get(blank);
      const layer = isOneLayer(blanks) ? '' : `${layersOf(trial.analysis, blank)[0]?.name ?? blank.name} `;
      return filling ? [`${layer}${blank.option} ${filling === 'same' ? filling : filling.join('x')}`] : [];
    }),
    'and',
  );

const isOneLayer = ([first, ...rest]: readonly Blank[]): boolean => rest.every(({ item }) => item === first?.item);

/** The layer's arithmetic with letters for what is unknown: `(224 - 11 + 2*0)/S + 1`. */
const formula = (tried: Tried | undefined, blanks: readonly Blank[]): string | null => {
  const [first] = blanks;
  if (!tried || !first || first.of !== 'layer') return null;
  const { nodes } = tried.trial.analysis.graph;
  const [node] = layersOf(tried.trial.analysis, first);
  const read: Node | undefined = nodes[node?.inputs[0] ?? -1];
  const [w] = node?.facts?.windows ?? [];
  const [size] = spatial(read?.facts?.output ?? []);
  if (!node?.facts || !w || size === undefined || w.before !== w.after) return null;
  if (isTransposed(operatorsOf(node, read?.facts?.output ?? []))) return null;
  const own = blanks.filter(({ item }) => samePlace(item, first.item));
  const letter = (option: string, value: number | string, sign: string): number | string =>
    own.some((blank) => blank.option === option) ? sign : value;
  const dilated = w.dilation === 1 && letter('dilation', '', 'D') === '';
  const kernel = letter('kernel', w.kernel, 'K');
  const covered = dilated ? kernel : `(${letter('dilation', w.dilation, 'D')}*(${kernel} - 1) + 1)`;
  const n = read && isInput(read) && blanks.some(({ of }) => of === 'input') ? 'N' : size;
  const padding = letter('padding', w.before, 'P');
  // A pool's padding of none is not written, as the layer's own line does not.
  const padded = padding === 0 && node.kind.role === 'pool' ? null : `2*${padding}`;
  return `${slideQuotient(n, covered, padded, letter('stride', w.stride, 'S'))} + 1`;
};
