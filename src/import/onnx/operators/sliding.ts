// Windows as ONNX says them: kernels, strides, paddings by name or in numbers; and as options here. No rows.

import type { Plain } from '../../../core/args.js';
import { toSides } from '../../../core/window.js';
import { type Call, Unsaid } from '../call.js';
import { dimsOf, type Flow } from '../flow.js';

export interface Sliding {
  readonly kernel: readonly number[];
  readonly stride: readonly number[];
  readonly dilation: readonly number[];
  readonly pads: readonly (readonly [number, number])[];
}

export const ones = (count: number): readonly number[] => new Array<number>(count).fill(1);

/** As many numbers as there are axes, or what an operator has without them. */
export const perAxis = (numbers: readonly number[] | undefined, axes: number, fallback: number): readonly number[] => {
  if (numbers && numbers.length !== axes)
    throw new Unsaid(`${numbers.length} numbers stand where there are ${axes} axes`);
  return numbers ?? new Array<number>(axes).fill(fallback);
};

/** ONNX has all beginnings, then all ends. */
export const pairs = (pads: readonly number[]): readonly (readonly [number, number])[] =>
  pads.slice(0, pads.length / 2).map((before, axis) => [before, pads[axis + pads.length / 2] ?? 0] as const);

/** A sum of padding divided over both sides: `SAME_UPPER` leans to the end, `SAME_LOWER` to the beginning. */
export const divided = (sum: number, leansToEnd: boolean): readonly [number, number] => {
  const [less, more] = [Math.floor(sum / 2), Math.ceil(sum / 2)];
  return leansToEnd ? [less, more] : [more, less];
};

export const slidingOf = (call: Call, kernel: readonly number[], sizes: readonly number[]): Sliding => {
  const stride = perAxis(call.ints('strides'), kernel.length, 1);
  const dilation = perAxis(call.ints('dilations'), kernel.length, 1);
  const auto = call.text('auto_pad', 'NOTSET');
  const pads =
    auto === 'SAME_UPPER' || auto === 'SAME_LOWER'
      ? sizes.map((size, axis) => {
          const [step = 1, extent = 1] = [stride[axis], ((kernel[axis] ?? 1) - 1) * (dilation[axis] ?? 1) + 1];
          const sum = (Math.ceil(size / step) - 1) * step + extent - size;
          return divided(Math.max(0, sum), auto === 'SAME_UPPER');
        })
      : pairs(
          auto === 'VALID'
            ? perAxis(undefined, 2 * kernel.length, 0)
            : perAxis(call.ints('pads'), 2 * kernel.length, 0),
        );
  if (pads.flat().some((n) => n < 0)) throw new Unsaid('it pads less than nothing');
  return { kernel, stride, dilation, pads };
};

/** Numbers along the axes, once where they are all the same. */
export const once = (numbers: readonly number[]): Plain =>
  numbers.every((n) => n === numbers[0]) ? (numbers[0] ?? 1) : numbers;

export const paddingOf = (pads: Sliding['pads']): Plain => {
  const flat = pads.flat();
  if (flat.every((n) => n === flat[0])) return flat[0] ?? 0;
  return pads.every(([before, after]) => before === after) ? pads.map(([before]) => before) : toSides(pads);
};

/** Options that differ from what they are without being said. */
export const said = (options: Readonly<Record<string, readonly [value: Plain, usual: Plain]>>): Record<string, Plain> =>
  Object.fromEntries(
    Object.entries(options).flatMap(([name, [value, usual]]) => (value === usual ? [] : [[name, value]])),
  );

export const placesOf = (flow: Flow): readonly number[] => dimsOf(flow).slice(2);
