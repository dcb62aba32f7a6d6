// The notation of stacks, `3x3+3x3+3x3` or `3x3^3`, `5x5d2`, `1x7+7x1`: reading it, and writing it as a spec. No figures.

import type { Read } from '../lang/file.js';
import { unwrittenValue } from '../lang/values.js';
import { UsageError } from './output.js';

export interface Kernel {
  readonly height: number;
  readonly width: number;
  readonly stride: number;
  readonly dilation: number;
}

/** More layers than this are a slip of the keyboard. */
const MOST_LAYERS = 1000;

const TERM = /^(\d+)(?:[x×](\d+))?((?:[sd]\d+)*)(?:[\^*](\d+))?$/i;

/** Whether an argument begins as a stack does and is no path: then it is meant as one, right or wrong. */
export const looksLikeStack = (text: string): boolean => /^\s*\d+\s*[x×]\s*\d+[^./\\]*$/i.test(text);

/** The kernels in order. Throws a UsageError that says which part is none. */
export const readStack = (text: string): readonly Kernel[] => {
  const kernels = text.split('+').flatMap((part) => {
    const term = part.replace(/\s/g, '');
    const [, height, width, options = '', times = '1'] = TERM.exec(term) ?? [];
    if (height === undefined) throw noKernel(part);
    const option = (letter: string): number => Number(new RegExp(`${letter}(\\d+)`, 'i').exec(options)?.[1] ?? 1);
    const numbers = {
      height: Number(height),
      width: Number(width ?? height),
      stride: option('s'),
      dilation: option('d'),
    };
    const count = Number(times);
    if ([...Object.values(numbers), count].some((n) => n < 1 || n > 1e6)) throw noKernel(part);
    if (count > MOST_LAYERS) throw tooMany(text);
    return new Array<Kernel>(count).fill(numbers);
  });
  if (kernels.length > MOST_LAYERS) throw tooMany(text);
  return kernels;
};

const noKernel = (part: string): UsageError =>
  new UsageError(
    part.trim() === '' ? 'a stack has a kernel on both sides of a +' : `"${part.trim()}" is no kernel of a stack`,
    'write 3x3+3x3+3x3 or 3x3^3; s2 behind a kernel is its stride, d2 its dilation: 3x3s2, 3x3d2',
  );

const tooMany = (text: string): UsageError =>
  new UsageError(`${text} has more than ${MOST_LAYERS} layers`, `write at most ${MOST_LAYERS}`);

const term = ({ height, width, stride, dilation }: Kernel): string =>
  `${height}x${width}${stride > 1 ? `s${stride}` : ''}${dilation > 1 ? `d${dilation}` : ''}`;

/** More of the same than this in a row are written with a power. */
const WRITTEN_OUT = 4;

/** `3x3+3x3+3x3`; `3x3^5` where there are many. */
export const stackText = (kernels: readonly Kernel[]): string => {
  const parts: string[] = [];
  for (let i = 0; i < kernels.length; ) {
    const kernel = term(kernels[i] as Kernel);
    let count = 0;
    for (; i < kernels.length && term(kernels[i] as Kernel) === kernel; i += 1) count += 1;
    parts.push(...(count > WRITTEN_OUT ? [`${kernel}^${count}`] : new Array<string>(count).fill(kernel)));
  }
  return parts.join('+');
};

/** The stack as a spec: convolutions of C channels throughout, unpadded, a ReLU after each. */
export const stackSpec = (
  kernels: readonly Kernel[],
  channels: number,
  [height = 1, width = 1]: readonly number[],
): Read => ({
  value: unwrittenValue({
    name: stackText(kernels),
    input: { height, width, channels },
    layers: kernels.map((k) => ({
      conv: channels,
      kernel: [k.height, k.width],
      stride: k.stride,
      dilation: k.dilation,
      act: 'relu',
    })),
  }),
  diagnostics: [],
});
