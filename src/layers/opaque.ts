// opaque: a layer that the language has no word for, by what is stated of it.

import type { Arg } from '../core/args.js';
import { axes, optional, quantity, shape, text } from '../core/args.js';
import { tensor, term } from '../core/count.js';
import { Problem } from '../core/diagnostic.js';
import { type Facts, layer } from '../core/layer.js';
import { type Reach, UNSEEN, windowAround } from '../core/reach.js';
import { formatShape, type Shape, spatial } from '../core/shape.js';

const window = axes('', { min: 1 });

/** Sizes along the axes of what is read, or `global`. */
const seen: Arg<'global' | readonly number[]> = {
  ...window,
  doc: 'what a cell sees of what is read: 1 is its own cell, n a window of n cells around it, global everything',
  words: ['global'],
  convert: (value, count, layout) => (value === 'global' ? value : window.convert(value, count, layout)),
  schema: { anyOf: [{ enum: ['global'] }, window.schema] },
};

export default layer(() => ({
  doc: 'A layer that the language has no word for, under a name of your own. What is stated of it is counted; totals of what is not are unknown, and known from below. It cannot be run.',
  role: 'opaque',
  inputs: 'many',
  sugar: true,
  main: 'operation',
  args: {
    operation: text('what it is: DeformConv, NMS'),
    out: optional(shape('its output, written as inputs are'), 'the shape of what it reads first'),
    params: optional(quantity('its parameters: 0, 47314, 42M'), 'unknown'),
    macs: optional(quantity('its multiply-accumulates for one image'), 'unknown'),
    rf: optional(seen, 'unknown'),
  },
  label: (args) => args.operation,

  analyze({ out, params, macs, rf }, inputs) {
    const [input] = inputs;
    const output = out ?? input;
    const sees = reachOf(rf, inputs, output);
    if (sees instanceof Problem) return sees;
    const unstated = [
      ...(params === undefined ? ['params' as const] : []),
      ...(macs === undefined ? ['macs' as const] : []),
    ];
    return {
      output,
      ...(params && { params: [tensor('stated', 'weight', { stated: params })] }),
      ...(macs && { macs: [term({ stated: macs })] }),
      ...(unstated.length > 0 && { unstated }),
      channels: 'all',
      ...sees,
      why: () => [out ? 'as it is stated' : 'none is stated: that of what it reads'],
    };
  },

  examples: [
    `
input: 32x32x64
layers:
  - {opaque: DeformConv, params: 47314, macs: 42M, rf: 3, name: dcn} # => 32x32x64, params 47314, macs 42000000
  - {opaque: NMS, out: 100x6, params: 0, rf: global}                 # => 100x6, params 0
  - {opaque: Attention, rf: global}                                  # => 100x6
  - {opaque: ROIAlign, out: 7x7x64, rf: 3, from: dcn}                # => 7x7x64
  - {opaque: Boxes, out: 100x6, rf: 3, from: dcn}                    # error: option/value
`,
  ],
}));

/** What a window around the cell comes to; of several inputs nobody knows which of them it is slid over. */
const reachOf = (
  rf: 'global' | readonly number[] | undefined,
  [input, ...others]: readonly [Shape, ...Shape[]],
  output: Shape,
): Pick<Facts, 'reach' | 'atMost'> | Problem => {
  if (rf === 'global') return { reach: 'global' };
  const [read, made] = [spatial(input), spatial(output)];
  const unknown: Reach = read.map(() => UNSEEN);
  if (rf === undefined) return { reach: unknown };
  if (made.length !== read.length)
    return new Problem(
      'option/value',
      (layout) =>
        `rf cannot be a window of ${formatShape(input, layout)}, for ${formatShape(output, layout)} has other axes`,
      'write rf: global, or leave it out',
      'rf',
    );
  if (rf.every((n) => n === 1) && read.every((size, axis) => size === made[axis])) return {};
  if (others.length > 0) return { reach: unknown };
  // Only around one cell, and by an odd number, is it sure where the window lies.
  const centred = rf.every((n, axis) => n % 2 === 1 && read[axis] === made[axis]);
  return {
    reach: read.map((size, axis) => windowAround(size, made[axis] ?? 1, rf[axis] ?? 1)),
    ...(!centred && { atMost: true }),
  };
};
