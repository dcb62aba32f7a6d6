// The list of the bundled networks as JSON: `cnncalc/zoo/1`, the same figures as in their reports.

import { arrange, type Layout } from '../../core/shape.js';
import type { Listed, Remarked } from '../pages/zoo.js';

export const zooJson = (
  all: readonly (Listed | Remarked)[],
  { version, layout }: { readonly version: string; readonly layout: Layout },
) => ({
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
    // Of the last feature map; null where no layer has one.
    receptiveField: listed.field && { size: listed.field },
    source: listed.source,
    ...('notes' in listed && { notes: listed.notes }),
  })),
});
