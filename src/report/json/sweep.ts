// The lines of a sweep as JSON, and all of them together: `cnncalc/sweep/1`.

import type { Network } from '../../sweep/network.js';
import { tensor, totalsFields } from './parts.js';
import * as s from './schema.js';

export const sweepSchema = () => {
  const { params, macs, activations, trainable, frozen, buffers, flops, weightLayers } = totalsFields();
  return s.result('sweep', 'networks of a sweep, in the order in which they were asked for', {
    networks: s.list(
      'one per combination, or per line',
      s.object('a network; a line of --jsonl', {
        type: s.word('what the line is', ['network']),
        index: s.whole('as the line says; or else its number, from 1'),
        id: s.optional({
          description: 'given back as the line has it; so is whatever begins with x-',
        } as s.Schema<unknown>),
        name: s.optional(s.text('how the line names its spec, or what that calls itself')),
        set: s.record('what the line sets: vars, variant, input, batch, dtype', {
          description: 'a number, a word, or a list of them',
        } as s.Schema<unknown>),
        params,
        macs,
        activations,
        peakActivations: s.orNull(s.whole('bytes of the outputs alive at once while the rows run in order')),
        outputs: s.list('what it gives', tensor()),
        receptiveField: s.optional(
          s.object('of the last feature map; absent where no layer has one', {
            size: s.list('per spatial axis (h, w)', s.number('input cells')),
          }),
        ),
        // What is there where it is asked for; paths into the report stand under themselves.
        trainable: s.optional(trainable),
        frozen: s.optional(frozen),
        buffers: s.optional(buffers),
        flops: s.optional(flops),
        weightLayers: s.optional(weightLayers),
        rf: s.optional(s.orNull(s.number('the largest of the sizes of the receptive field'))),
        memory: s.optional(s.orNull(s.whole('bytes of parameters and peak activations'))),
        error: s.optional(s.text('the code of the first failure; figures that hang on it are null')),
        message: s.optional(s.text('what is wrong, for people')),
        help: s.optional(s.text('what to do about it')),
      }),
    ),
  });
};

export const sweepJson = (networks: readonly Network[], version: string) => ({
  schema: 'cnncalc/sweep/1' as const,
  version,
  networks,
});
