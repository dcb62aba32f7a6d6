// Two networks side by side: do they see the same, and at what price? Figures and what differs; the sentences are report/'s.

import { type Count, isBias, total } from '../core/count.js';
import { isInput, type Node } from '../core/graph.js';
import { channels, type Shape, sameShape, spatial } from '../core/shape.js';
import type { Analysis } from './analysis.js';
import { commonChannels, type Polynomial, polynomial } from './polynomial.js';
import { isExact, type Tracks } from './receptive-field.js';
import { widestPath } from './steps.js';
import type { Track } from './track.js';
import { paddingOf, sizeOf, strideOf } from './track-measures.js';
import { cellsRead } from './unit.js';

/** One of two, measured. */
export interface Side {
  readonly name: string;
  readonly input: Shape;
  readonly output: Shape;
  readonly field: Tracks;
  /** The sizes from the input through every layer that slides a window, on the path that sees most. */
  readonly trace: readonly (readonly number[])[];
  /** The fields of the same layers; null once everything is seen. */
  readonly growth: readonly (readonly number[] | null)[];
  /** The channels that all layers have; null where they differ, and counts are no polynomials. */
  readonly channels: number | null;
  readonly weights: { readonly inChannels: Polynomial; readonly number: number };
  /** With biases and whatever else is learned. */
  readonly params: { readonly inChannels: Polynomial; readonly number: number };
  readonly macs: number;
  readonly weightLayers: number;
  readonly nonlinearities: number;
  /** The cells of the field that are really read; null where everything is seen. */
  readonly reads: number | null;
  /**
   * How many of the outermost cells zero padding between the layers changes, on the side where most do: cells outside an
   * inner layer, which a single kernel would have computed from the input. Null where that depends on strides.
   */
  readonly borderCells: number | null;
  /** Whether zeros are padded between the layers, not only around the input. */
  readonly padsBetween: boolean;
}

export interface Equivalence {
  readonly a: Side;
  readonly b: Side;
  readonly sameReceptiveField: boolean;
  /** The same step between fields, and the same place of the first: unit for unit the same cells. */
  readonly samePlaces: boolean;
  readonly sameInputShape: boolean;
  readonly sameOutputShape: boolean;
  /** All of these. */
  readonly equivalent: boolean;
}

/** Null where the network could not be analysed in full. */
export const measure = (name: string, analysis: Analysis): Side | null => {
  const { graph, rows, totals, fields } = analysis;
  const input = graph.nodes.find((node) => isInput(node) && fields.get(node.id)?.[graph.outputs[0] ?? -1]);
  const last = graph.nodes[graph.outputs[0] ?? -1];
  const inInput = input && fields.get(input.id);
  const field = last && inInput?.[last.id];
  if (!input?.facts || !last?.facts || !field || totals.params === null || totals.macs === null) return null;
  const path = widestPath(graph, inInput, last).filter((node) => isInput(node) || slides(node));
  const learned = rows.flatMap(({ node }) => node.facts?.params ?? []);
  const weights = learned.filter((term) => !isBias(term));
  const growth = path.slice(1).map((node) => sizesOf(inInput[node.id]?.local ?? 'global'));
  const common = commonChannels([...learned, { factors: { C: channels(input.facts.output) } }]);
  const local = field.local;
  const counted = (count: Count) => ({ inChannels: polynomial(count, common), number: total(count) });
  return {
    name,
    input: input.facts.output,
    output: last.facts.output,
    field: local,
    trace: path.map((node) => spatial(node.facts?.output ?? [])),
    growth,
    channels: common,
    weights: counted(weights),
    params: counted(learned),
    macs: totals.macs,
    weightLayers: rows.filter(({ node }) => node.kind.role === 'weights').length,
    nonlinearities: rows.filter(({ node }) => node.kind.role === 'activation' && !node.kind.linear).length,
    reads: local === 'global' ? null : cellsRead(graph, inInput, input, last),
    borderCells: borderCells(local, growth),
    padsBetween: path.slice(2).some((node) => node.facts?.windows?.some(({ before, after }) => before + after > 0)),
  };
};

const slides = ({ kind, facts }: Node): boolean => kind.role === 'weights' || kind.role === 'pool' || !!facts?.reach;

const sizesOf = (tracks: Tracks): readonly number[] | null =>
  tracks === 'global' ? null : tracks.map((track) => sizeOf(track).size);

const borderCells = (field: Tracks, growth: Side['growth']): number | null => {
  if (field === 'global' || field.some((track) => strideOf(track) !== 1)) return null;
  const inner = growth.slice(0, -1);
  return field.reduce((most, track, axis) => {
    const sizes = inner.map((size) => size?.[axis] ?? 1).filter((size) => size > 1);
    return sizes.reduce((all, size) => Math.max(all, Math.floor((sizeOf(track).size - size) / 2)), most);
  }, 0);
};

export const equivalence = (a: Side, b: Side): Equivalence => {
  const sameReceptiveField = agree(a.field, b.field, (track) => [sizeOf(track).size, sizeOf(track).sizeMin]);
  const samePlaces = agree(a.field, b.field, (track) => [strideOf(track), paddingOf(track)]);
  const sameInputShape = sameShape(a.input, b.input);
  const sameOutputShape = sameShape(a.output, b.output);
  return {
    a,
    b,
    sameReceptiveField,
    samePlaces,
    sameInputShape,
    sameOutputShape,
    equivalent: sameReceptiveField && samePlaces && sameInputShape && sameOutputShape,
  };
};

const agree = (a: Tracks, b: Tracks, figures: (track: Track) => readonly number[]): boolean => {
  if (a === 'global' || b === 'global') return a === b;
  // Bounds may agree where fields do not.
  if (!isExact(a) || !isExact(b)) return false;
  return sameShape(a.flatMap(figures), b.flatMap(figures));
};
