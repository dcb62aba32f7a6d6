// A network of another program's file as the text of a spec. Which text a spec of one's own has, its file says.

import type { Graph } from '../core/graph.js';
import { parse } from '../lang/parse.js';
import { type Remarks, specOf } from '../lang/spec/spec.js';
import { layers } from '../layers/index.js';
import { oneLine } from '../report/page.js';
import { UsageError } from './output.js';

/** Throws a UsageError where no text is read as the same network. */
export const specTextOf = (graph: Graph, name: string, remarks: Remarks): string => {
  const { text, because } = specOf(graph, layers, (written) => parse(written, { registry: layers }), remarks);
  if (text !== null) return text;
  throw new UsageError(
    `${name} cannot be written as a spec that is read as the same network: ${oneLine(because)}`,
    'the other commands take it as it is',
  );
};
