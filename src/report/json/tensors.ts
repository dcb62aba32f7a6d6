// The tensors of a file of weights as JSON, `cnncalc/tensors/1`.

import { elementsIn, isBuffer, type NamedTensor, totalsOf } from '../../core/stored.js';
import * as s from './schema.js';

export const tensorsSchema = () =>
  s.result('tensors', 'the tensors of a file of weights', {
    source: s.text('the file, or <stdin>'),
    format: s.text('what the file is'),
    tensors: s.list(
      'in the order of the file; --only leaves some out',
      s.object('a tensor', {
        name: s.text('as the file has it'),
        shape: s.list('in the order of its program', s.whole('along an axis')),
        dtype: s.text('the type of its numbers: F32, F16, BF16, I64'),
        values: s.figure('how many numbers it has'),
        buffer: s.flag('it has the name of a buffer: running statistics and their counter, which are not learned'),
      }),
    ),
    totals: s.object('of all tensors in it', {
      tensors: s.whole('how many there are'),
      values: s.figure('of parameters and buffers'),
      params: s.figure('values that are learned, by their names'),
      buffers: s.figure('values that are not'),
    }),
  });

export const tensorsJson = (
  all: readonly NamedTensor[],
  shown: readonly NamedTensor[],
  { version, source, format }: { readonly version: string; readonly source: string; readonly format: string },
): s.Described<ReturnType<typeof tensorsSchema>> => ({
  schema: 'cnncalc/tensors/1',
  version,
  source,
  format,
  tensors: shown.map((one) => ({
    name: one.name,
    shape: one.shape,
    dtype: one.dtype,
    values: elementsIn(one),
    buffer: isBuffer(one.name),
  })),
  totals: { tensors: all.length, ...totalsOf(all) },
});
