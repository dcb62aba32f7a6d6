// Graph -> Analysis: figures per row, totals, fields, memory, and whether what the spec expects holds. No formatting.

import type { Diagnostic } from '../core/diagnostic.js';
import { isInput, type Node, type Parsed } from '../core/graph.js';
import type { Facts } from '../core/layer.js';
import type { Analysis, Figures, Row } from './analysis.js';
import { brokenExpectations } from './expect.js';
import { exactOf, figuresOf, known, refused, totalsOf } from './figures.js';
import { receptiveFields } from './receptive-field.js';

/** Adds up what the layers say of themselves. Never throws; what is unknown is null. */
export const analyze = ({ graph, diagnostics }: Parsed): Analysis => {
  const inputs = graph.nodes.filter(isInput);
  const tooLarge: Diagnostic[] = [];
  const refuse = (message: string, node: Node | undefined): void => {
    const at = node?.at;
    const sentence = `${message} is past 2^53, where integers are no longer exact`;
    tooLarge.push({
      code: 'count/too-large',
      severity: 'error',
      message: sentence,
      help: 'check the sizes',
      ...(at && { at }),
    });
  };
  const fields = new Map(inputs.map((input) => [input.id, receptiveFields(graph, input.id)] as const));
  const layers = graph.nodes.filter((node) => !isInput(node));
  // Copies of a layer share their facts, and with them their figures.
  const figures = new Map<Facts, Figures | null>();
  for (const node of layers) {
    if (!node.facts || figures.has(node.facts)) continue;
    const exact = exactOf(figuresOf(node.facts, graph));
    figures.set(node.facts, exact.figures);
    if (exact.refused !== null) refuse(`${node.name}: ${exact.refused}`, node);
  }
  // Of several inputs the first that a layer sees.
  const fieldOf = ({ id }: Node): Row['field'] => {
    for (const input of inputs) {
      const field = fields.get(input.id)?.[id];
      if (field) return field;
    }
    return null;
  };
  const figuresIn = ({ facts, uncounted }: Node): Figures | null => (facts && !uncounted && figures.get(facts)) || null;
  const rows = layers.map((node, i): Row => ({ index: i + 1, node, figures: figuresIn(node), field: fieldOf(node) }));
  // No rows because nothing could be read is not a network that costs nothing.
  const readable = rows.length > 0 || diagnostics.every((d) => d.severity !== 'error');
  const { figures: sums, unknown } = known(rows);
  const totals = totalsOf(graph, readable && unknown === 0 ? sums : null);
  for (const { key, node } of refused(totals, graph, rows))
    refuse(`the total of ${key}`, node ?? graph.nodes[totals.peakAt ?? -1]);
  const found = [...diagnostics, ...tooLarge, ...brokenExpectations(graph, rows, totals)];
  return { graph, rows, totals, fields, diagnostics: found };
};
