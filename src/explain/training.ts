// What a layer keeps in training, and what its way back costs, worked out. What it keeps is known from analysis/training.

import type { Analysis } from '../analysis/analysis.js';
import { USUAL } from '../analysis/training/plan.js';
import { type KeptRow, trainingOf } from '../analysis/training/training.js';
import { isExact, isFrozen, total } from '../core/count.js';
import type { Facts } from '../core/layer.js';
import { grouped, humanBytes } from '../core/quantity.js';
import type { Unnamed } from './step.js';

/** Those of every layer, by their place among the rows; none where a mistake leaves the batch or the type open. */
export const keptRows = ({ graph }: Analysis): readonly KeptRow[] => {
  const { batch, dtype, unknown } = graph;
  return unknown.length > 0 ? [] : trainingOf(graph, { batch, dtype, torch: USUAL.torch }).rows;
};

export const trainingSteps = (facts: Facts, row: KeptRow | undefined): Unnamed[] =>
  row ? [...keptStep(row), ...backwardStep(facts, row)] : [];

const keptStep = ({ kept, parts, why }: KeptRow): Unnamed[] =>
  kept === null || !isExact(kept)
    ? []
    : [
        {
          quantity: 'kept',
          title: 'kept in training',
          formula: parts.length > 1 ? parts.map(({ what }) => what).join(' + ') : '',
          substituted: parts.length > 1 ? parts.map(({ bytes }) => bytes).join(' + ') : '',
          value: kept,
          shown: `${grouped(kept)} bytes${kept < 1024 ? '' : `, ${humanBytes(kept)}`}`,
          convention: why,
        },
      ];

const backwardStep = ({ macs = [], params = [], unstated }: Facts, { backwardMacs }: KeptRow): Unnamed[] => {
  const forward = total(macs);
  if (forward === 0 || backwardMacs === null || !isExact(backwardMacs) || unstated?.includes('macs')) return [];
  const times = backwardMacs / forward;
  const [formula, substituted] = Number.isInteger(times) ? [`${times}*macs`, `${times}*${forward}`] : ['', ''];
  return [
    {
      quantity: 'backward',
      title: 'MACs of the way back',
      formula,
      substituted,
      value: backwardMacs,
      shown: grouped(backwardMacs),
      convention: waysBack(
        times,
        params.some((term) => !isFrozen(term)),
      ),
    },
  ];
};

const waysBack = (times: number, learns: boolean): string => {
  if (times === 0) return 'no gradient goes through it';
  if (times === 2) return 'as many for each of two gradients, one image';
  return learns
    ? 'for the gradient of its weights: what it reads needs none'
    : 'for one gradient: what else it multiplies needs none';
};
