// Networks of Keras: what TensorFlow.js makes of the same files, and what is said of those that cannot be read. The files are made by
// tests/bench/keras.js.

import { describe, expect, it } from 'vitest';
import { formatShape } from '../src/core/shape.js';
import { executed, fixture } from './keras-files.js';

describe.each(['lenet', 'quantised', 'blocks', 'flats', 'words', 'twins', 'heads', 'volume'])('%s', (name) => {
  const { network, expected } = fixture(name);
  const { analysis } = network;

  it('has the shapes and parameters that TensorFlow.js has', () => {
    expect(network.parsed.diagnostics).toEqual([]);
    const found = expected.layers.map(({ name: layer, shape }) => {
      const rows = analysis.rows.filter(({ node }) => node.name === layer || node.name.startsWith(`${layer}.`));
      const sizes = formatShape(rows.at(-1)?.node.facts?.output ?? [])
        .split('x')
        .map(Number);
      return {
        name: layer,
        // Sizes that TensorFlow.js leaves open are not compared.
        shape: shape && sizes.map((n, i) => (shape[i] === null ? null : n)),
        params: rows.reduce((sum, { figures }) => sum + (figures?.params ?? 0) + (figures?.buffers ?? 0), 0),
      };
    });
    expect(found).toEqual(expected.layers);
    expect((analysis.totals.params ?? 0) + (analysis.totals.buffers ?? 0)).toBe(expected.params);
  });

  it('computes what TensorFlow.js computes', async () => {
    const outputs = await executed(network);
    expect(outputs).toHaveLength(expected.outputs.length);
    for (const [i, { data }] of expected.outputs.entries()) {
      const largest = Math.max(...data.map(Math.abs));
      const off = Math.max(...data.map((value, at) => Math.abs(value - (outputs[i]?.[at] ?? Number.NaN))));
      expect(off / largest).toBeLessThan(1e-5);
    }
  });
});
