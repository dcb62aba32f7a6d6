// The style "volumes": a network as boxes to scale from left to right, as in the figures of AlexNet and LeNet. What is shown is
// stages.ts, one volume is volume.ts, what stands between two is volume-links.ts.

import type { Analysis } from '../../analysis/analysis.js';
import { formatShape } from '../../core/shape.js';
import { titleOf } from '../title.js';
import { textWidth } from './measure.js';
import type { Mark, Point, Scene } from './scene.js';
import { type Stage, stagesOf } from './stages.js';
import { moved, type Placed, solid } from './volume.js';
import { arcMark, arcsOf, joined } from './volume-links.js';
import { type Scale, scaleOf } from './volume-scale.js';
import { textsOf } from './volume-texts.js';

const GAP = 30;
const MARGIN = 16;
const LINE = 14;

export const volumes = (analysis: Analysis): Scene => {
  const stages = stagesOf(analysis);
  const scale = scaleOf(stages);
  const drawn = stages.map((stage) => solid(stage, scale));
  const arcs = arcsOf(stages);
  const above = Math.max(0, ...drawn.map(({ top }) => -top));
  const below = Math.max(0, ...drawn.map(({ bottom }) => bottom));
  const room = arcs.length === 0 ? 0 : 24 + 13 * Math.max(...arcs.map(({ level }) => level));
  const axis = MARGIN + room + above;
  const foot = axis + below + 14;
  let right = MARGIN;
  const placed = drawn.map((one, i): Placed => {
    const texts = textsOf(one.stage);
    const wide = Math.max(...texts.map(({ text, size }) => textWidth(text, size)));
    const own = one.right - one.left;
    // Names may reach below the gaps, and boxes stand as close as their lines allow.
    const half = Math.max(own / 2 + (i === 0 ? 0 : GAP / 2), wide / 2 + 5);
    const centre = right + half;
    right = centre + half;
    const by: Point = [centre - (one.left + one.right) / 2, axis];
    const labels = texts.map(
      ({ text, size, bold, title, ink }, line): Mark => ({
        type: 'text',
        at: [centre, foot + 12 + line * LINE],
        anchor: 'middle',
        text,
        size,
        ...(bold && { bold }),
        ...(ink && { ink }),
        ...(title !== undefined && { title }),
      }),
    );
    return moved({ ...one, marks: [...one.marks] }, by, labels);
  });
  const lines = Math.max(...stages.map((stage) => textsOf(stage).length), 1);
  const width = right + MARGIN;
  return {
    title: titleOf(analysis.graph),
    description: described(stages, analysis, scale),
    size: [width, foot + 12 + lines * LINE + MARGIN - 8],
    marks: [
      ...arcs.flatMap(({ from, to, level }) => arcMark(placed[from], placed[to], MARGIN + room - 10 - 13 * level)),
      ...placed.map(({ stage, marks }): Mark => ({ type: 'group', ...keyed(stage), marks })),
      ...placed.flatMap((to, i) =>
        i > 0 && to.stage.reads.includes(i - 1) ? joined(placed[i - 1], to, analysis, scale.power) : [],
      ),
    ],
  };
};

/** Who points at a volume means the layer that makes it. */
const keyOf = ({ makers: [maker] }: Stage): string => maker.name;

/** Inputs are no layers. */
const keyed = (stage: Stage): { readonly key?: string } => (stage.sort === 'input' ? {} : { key: keyOf(stage) });

/** The key of the volume in which a layer is drawn; undefined where none is. */
export const volumeOf = (analysis: Analysis, layer: string): string | undefined => {
  const stage = stagesOf(analysis).find(({ nodes }) => nodes.some(({ name }) => name === layer));
  return stage && keyOf(stage);
};

const described = (stages: readonly Stage[], { graph }: Analysis, { power }: Scale): string => {
  const told = stages
    .slice(0, 24)
    .map(
      ({ name, output, count }) =>
        `${name}${count > 1 ? ` x${count}` : ''} ${output ? formatShape(output, graph.layout) : '?'}`,
    );
  const roots = power === 1 ? '' : ' Edges are drawn by their square roots.';
  return `${told.join(', ')}${stages.length > told.length ? ', …' : ''}.${roots}`;
};
