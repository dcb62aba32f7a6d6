// The receptive field measured by running the network: equal to the computed one on random networks and on known ones.

import fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import type { Analysis } from '../src/analysis/analysis.js';
import { isGate } from '../src/analysis/effective.js';
import { viewsOf } from '../src/analysis/view.js';
import { spatial } from '../src/core/shape.js';
import { reference } from '../src/kernels/reference.js';
import { type Host, wasm } from '../src/kernels/wasm.js';
import { agrees, computedRanges, measure } from '../src/run/influence.js';
import { core, run } from './fake-io.js';
import { anyNetwork, network, SORTS, WITH_CHOICES } from './random-network.js';

// Networks are run, on machines that may be busy.
vi.setConfig({ testTimeout: 60_000 });

const plainly = reference(() => 0);
let turns = 0;
/** Which of the builds is faster takes no time to find out. */
const fast = wasm({ ...core, now: () => (turns += 1000) } as Host);

/** Of some units of the last layer. */
const check = async ({ analysis, text }: { readonly analysis: Analysis; readonly text: string }): Promise<void> => {
  const last = analysis.graph.nodes.at(-1);
  const sizes = spatial(last?.facts?.output ?? []);
  for (const share of [0, 0.5, 1]) {
    const at = sizes.map((size) => Math.round(share * (size - 1)));
    for (const view of last ? viewsOf(analysis, last, at) : []) {
      if (!view.unit) continue;
      const fields = analysis.fields.get(view.input.id) ?? [];
      const { nodes } = analysis.graph;
      const gate = (to: number, from: number) => isGate(nodes[to] ?? view.node, nodes[from] ?? view.node, fields);
      const measured = await measure(
        analysis,
        view.input.id,
        { id: view.node.id, at },
        gate,
        // What a backend computes is another's test; here the core is asked things that no network of the zoo asks.
        () => (share === 0 ? fast : plainly),
      );
      const what = JSON.stringify([measured?.ranges, computedRanges(view)]);
      expect(measured && agrees(view, measured), `${text}unit ${at}: ${what}`).toBe(true);
    }
  }
};

describe('on random networks', () => {
  it.each([
    [1, 40],
    [2, 25],
  ] as const)('with %i axes', async (axes, numRuns) => {
    await fc.assert(fc.asyncProperty(network(axes, [...SORTS, 'aligned'], { most: 4, dense: true }), check), {
      numRuns,
    });
  });
  it.each([
    [1, 40],
    [2, 40],
    [3, 25],
  ] as const)('of every kind, with %i axes', async (axes, numRuns) => {
    await fc.assert(fc.asyncProperty(anyNetwork(axes, WITH_CHOICES, 5), check), { numRuns });
  });
});

describe('cnncalc rf --measure', () => {
  it.each([
    'alexnet conv3 --unit 0,12',
    'resnet50 layer2 --input 160x160x3',
    'vgg16 features.21 --input 112x112x3',
    'mobilenet_v3_small features.7',
    'shufflenet_v2_x0_5 stage3 --input 160x160x3',
    'googlenet inception4a --input 160x160x3',
    'unet --input 188x188x1 --unit 0,0',
  ])('%s', async (argv) => {
    const { code, out, err } = await run(['rf', ...argv.split(' '), '--measure', '--width', '80']);
    expect(err + out).toContain('What is measured is what was computed.');
    expect(code).toBe(0);
  });
  it('as JSON', async () => {
    const { out } = await run(['rf', 'alexnet', 'conv3', '--unit', '0,12', '--measure', '--json']);
    expect(JSON.parse(out).layer.measured).toEqual({
      reached: { first: [0, 160], last: [66, 226] },
      agrees: true,
      runs: 8,
    });
  });
  it('refuses what would take minutes', async () => {
    const { code, err } = await run(['rf', 'vgg16', 'features.2', '--input', '9000x9000x3', '--measure']);
    expect(code).toBe(2);
    expect(err).toContain('give a smaller --input');
  });
  it('has nothing to say where everything is seen', async () => {
    expect((await run(['rf', 'alexnet', 'fc6', '--measure'])).out).toContain('sees everything');
  });
});

// What unpool reads has another size than what comes out, and is its data, though a gate before it has seen everything.
it('of unpool behind a gate', async () => {
  const text = `
input: 2x1
layers:
  - {identity, name: a}
  - {reduce: mean, over: w, from: a, name: gate}
  - {add: [a, gate], name: b}
  - {maxpool: 2, stride: 1, from: b, name: pool}
  - {unpool: 2, stride: 1, from: [pool, b], name: c}
`;
  const { out } = await run(['rf', 'net.yaml', 'c', '--unit', '0', '--measure'], { files: { 'net.yaml': text } });
  expect(out).toContain('What is measured is what was computed.');
  expect(out).toContain('measured  length 0 to 1');
});
