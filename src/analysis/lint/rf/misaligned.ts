// rf/misaligned: branches that meet although their cells see different places of the input.

import { sameShape } from '../../../core/shape.js';
import { type Branch, misalignments } from '../../receptive-field.js';
import type { Network } from '../network.js';
import type { Finding } from '../rule.js';

/**
 * ## What it does
 *
 * Warns of a merge (`add`, `concat` …) of branches whose receptive fields have different centres, or lie at different steps.
 *
 * ## Why is this bad?
 *
 * The values that meet in one cell come from different places of the image, one branch shifted against the other. Frameworks do
 * not mind as long as the shapes agree. It comes from padding or strides that differ between the branches; `same` with a stride
 * is the usual cause, since it puts the odd cell at the end (docs/receptive-field.md). Causal branches are let pass: padded before
 * their first cell only, each of their cells sees what lies behind it, and all of them end at the same place.
 *
 * ## Example
 *
 * ```yaml
 * input: 32x32x16
 * layers:
 *   - concat:                                                              # warning: rf/misaligned
 *       a: [{conv: 8, kernel: 3, stride: 2, padding: same, act: relu}]
 *       b: [{conv: 8, kernel: 1, stride: 2, act: relu}]
 * ```
 *
 * Use instead:
 *
 * ```yaml
 * input: 32x32x16
 * layers:
 *   - concat:                                                              # => 16x16x16
 *       a: [{conv: 8, kernel: 3, stride: 2, padding: 1, act: relu}]
 *       b: [{conv: 8, kernel: 1, stride: 2, act: relu}]
 * ```
 */
export default ({ analysis: { graph, fields }, of }: Network): readonly Finding[] =>
  [...fields.values()].flatMap((inOne) =>
    misalignments(graph, inOne).flatMap(({ node, branches }): Finding[] => {
      const layer = of(node);
      return layer
        ? [
            {
              layer,
              message: `${node.name} merges branches whose receptive fields ${differ(branches)}`,
              help: 'pad and stride the branches alike: padding: 1 around a 3x3 kernel, not same, where it strides',
            },
          ]
        : [];
    }),
  );

const differ = (branches: readonly Branch[]): string => {
  const all = (pick: (branch: Branch) => readonly number[]): string =>
    [...new Set(branches.map((branch) => `(${pick(branch).map(rounded).join(', ')})`))].join(' and ');
  const [first, ...rest] = branches;
  return rest.some((branch) => first && !sameShape(branch.stride, first.stride))
    ? `lie at different steps: ${all(({ stride }) => stride)} input cells`
    : `have different centres: ${all(({ center }) => center)}`;
};

const rounded = (n: number): number => Number(n.toFixed(4));
