// The list of the bundled networks as JSON: `cnncalc/zoo/1`, the same figures as in their reports.

import { arrange, type Layout } from '../../core/shape.js';
import type { Listed, Remarked } from '../pages/zoo.js';
import { layoutSettings, shapeIfKnown, totalsFields } from './parts.js';
import * as s from './schema.js';

export const zooSchema = () => {
  const { params, buffers, macs, weightLayers } = totalsFields();
  return s.result('zoo', 'the bundled networks', {
    settings: layoutSettings(),
    networks: s.list(
      'those that were asked for',
      s.object('a network', {
        name: s.text('what it is called on the command line'),
        file: s.text('that holds it'),
        variant: s.orNull(s.text('which of the file; null where it has none')),
        network: s.text('as the file calls it; a family has one name'),
        inputShapes: s.list('one per input', shapeIfKnown('what it reads')),
        params,
        buffers,
        macs,
        weightLayers,
        receptiveField: s.orNull(
          s.object('of the last feature map; null where no layer has one', {
            size: s.list('per spatial axis (h, w)', s.whole('input cells')),
          }),
        ),
        source: s.orNull(s.text('where the totals that it is held to come from; null where the file does not say')),
        notes: s.optional(s.list('why others publish other figures; absent without --why', s.text('a note'))),
      }),
    ),
  });
};

export const zooJson = (
  all: readonly (Listed | Remarked)[],
  { version, layout }: { readonly version: string; readonly layout: Layout },
): s.Described<ReturnType<typeof zooSchema>> => ({
  schema: 'cnncalc/zoo/1',
  version,
  settings: { layout },
  networks: all.map((listed) => ({
    name: listed.name,
    file: listed.file,
    variant: listed.variant,
    network: listed.network,
    inputShapes: listed.inputs.map((shape) => shape && arrange(shape, layout)),
    params: listed.params,
    buffers: listed.buffers,
    macs: listed.macs,
    weightLayers: listed.weightLayers,
    receptiveField: listed.field && { size: listed.field },
    source: listed.source,
    ...('notes' in listed && { notes: listed.notes }),
  })),
});
