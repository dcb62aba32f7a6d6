// The lines a layer says of its shape, taken apart into formula, numbers and result. The lines are the layer's own.

import { grouped } from '../core/quantity.js';
import { extent, slideQuotient, slideText, spread, spreadText, type Window } from '../core/window.js';
import type { Unnamed } from './step.js';

/** A line of the layer's own that is a sum, `H: 30 + 2 + 2 = 34`; others are sentences. */
export const SUM = /^(?:(\w): )?([^a-z]*) = (\d+)$/;

export const lineSum = (line: string): Unnamed => {
  const [, axis = 'size', substituted = '', value = ''] = SUM.exec(line) ?? [];
  return {
    quantity: 'out',
    title: axis,
    formula: '',
    substituted,
    value: Number(value),
    shown: grouped(Number(value)),
    convention: '',
  };
};

/** The ways a layer may have written its line, the one that says most first. */
const STYLES = [false, true].flatMap((unpadded) => [false, true].map((ceil) => ({ ceil, unpadded })));

/** Which arithmetic gave the layer's line, in letters: the one whose line it is. */
export const windowSum = (
  line: string,
  size: number,
  w: Window,
  out: number,
): Pick<Unnamed, 'formula' | 'substituted' | 'value' | 'convention'> => {
  const text = line.replace(/^\w+: /, '');
  const substituted = text.slice(0, text.lastIndexOf(' = '));
  const kernel = w.dilation === 1 ? 'k' : '(d*(k - 1) + 1)';
  const padding = w.before === w.after ? '2p' : 'p_before + p_after';
  const whole = Number.isInteger((size + w.before + w.after - extent(w)) / w.stride);
  const common = { substituted, value: out };
  for (const style of STYLES) {
    if (text !== slideText(size, w, style)) continue;
    const { ceil, unpadded } = style;
    const quotient = slideQuotient('n', kernel, unpadded ? null : padding, 's');
    return {
      ...common,
      formula: `${whole ? quotient : `${ceil ? 'ceil' : 'floor'}(${quotient})`} + 1`,
      convention: whole
        ? ''
        : ceil
          ? 'a last window may hang over the end'
          : 'it does not come out whole: frameworks round down, some courses call it invalid',
    };
  }
  const extra = out - spread(size, w);
  if (text !== spreadText(size, w, extra)) return { ...common, formula: '', convention: '' };
  return {
    ...common,
    formula: `(n - 1)*s - ${w.before === w.after ? padding : `(${padding})`} + ${kernel.replace(/^\((.*)\)$/, '$1')}${extra ? ' + output padding' : ''}`,
    convention: 'transposed: the convolution formula the other way round',
  };
};
