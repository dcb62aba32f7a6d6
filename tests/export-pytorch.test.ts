// Networks as code for PyTorch: what was recorded of modules that PyTorch ran (fixtures/export/check_pytorch.py), and what the code is
// like. What cannot be said is refused by the layer's name.

import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { Tensor } from '../src/core/kernels.js';
import { modelOf } from '../src/export/model.js';
import { pytorch } from '../src/export/pytorch.js';
import { analyze, parse } from '../src/index.js';
import { reference } from '../src/kernels/reference.js';
import { networkOf } from '../src/run/network.js';
import { initialised } from '../src/run/weights.js';
import { bundled, eachNetwork } from './bundled.js';
import { plain, run } from './fake-io.js';
import { difference } from './operators.js';

const codeOf = (name: string, analysis: ReturnType<typeof analyze>): string =>
  pytorch(modelOf(analysis, initialised(analysis, 0), name), { given: false, beside: undefined }).content as string;

const code = (text: string): string => codeOf('net.yaml', analyze(parse(text)));

interface Numbers {
  readonly shape: readonly number[];
  readonly data: readonly number[];
}

interface Recorded {
  readonly spec: string;
  readonly code: string;
  readonly inputs: readonly Numbers[];
  readonly outputs: readonly Numbers[];
}

const recorded: readonly Recorded[] = readFileSync(new URL('fixtures/export/pytorch.jsonl', import.meta.url), 'utf8')
  .trim()
  .split('\n')
  .map((line) => JSON.parse(line));

const tensor = ({ shape, data }: Numbers): Tensor => ({ shape, data: Float32Array.from(data) });

/** As check_pytorch.py does: what is one number everywhere would do nothing. */
const trained = ({ shape, data }: Tensor): Tensor => ({
  shape,
  data: data.every((value) => value === data[0])
    ? data.map((value, i) => Math.fround(value + Math.fround(0.2 * Math.sin(1 + i))))
    : data,
});

describe('code that PyTorch ran', () => {
  it.each(recorded.map((one) => [one.spec, one] as const))('%s', async (spec, { code: was, inputs, outputs }) => {
    const text = readFileSync(new URL(`fixtures/export/specs/${spec}`, import.meta.url), 'utf8');
    const analysis = analyze(parse(text));
    // Other code has to be run and recorded anew: check_pytorch.py specs/*.yaml --record pytorch.jsonl.
    expect(codeOf(spec, analysis)).toBe(was);
    const tensors = new Map([...initialised(analysis, 0)].map(([name, one]) => [name, trained(one)]));
    const network = networkOf(analysis, tensors);
    if (!network) throw new Error(`${spec} is not analysed`);
    const options = { batch: 1, threads: 1, precision: 'exact', core: 'auto' } as const;
    const session = await reference(() => 0).open(network, options);
    const given = new Map(network.inputs.map(({ id }, i) => [id, tensor(inputs[i] as Numbers)]));
    const made = await session.run(given);
    for (const [i, id] of network.outputs.entries()) {
      const [got, wanted] = [made.outputs.get(id) as Tensor, tensor(outputs[i] as Numbers)];
      expect(difference({ ...got, shape: wanted.shape }, wanted), `output ${i}`).toBeLessThan(1e-5);
    }
  });
});

/** The lines of a class, without those around it. */
const classIn = (text: string, name: string): string => text.split(`\nclass ${name}(`)[1]?.split('\n\n\n')[0] ?? '';

const HEAD = 'input: 8x8x3\nlayers:\n';

describe('a person would have written', () => {
  it('a chain that is counted as nn.Sequential', () => {
    const text = code(
      `${HEAD}  - {numbered: [{conv: 4, kernel: 3}, relu, {maxpool: 2}, {conv: 2, kernel: 3}], name: features}\n`,
    );
    expect(text).toContain(`        self.features = nn.Sequential(
            nn.Conv2d(3, 4, kernel_size=3),
            nn.ReLU(),
            nn.MaxPool2d(kernel_size=2),
            nn.Conv2d(4, 2, kernel_size=3),
        )
`);
    expect(text).toContain('        x = self.features(x)  # 2x1x1\n');
  });

  it('copies of a block as a loop, and what differs as parameters', () => {
    const block =
      'blocks:\n  b:\n    params: {ch: null, stride: 1}\n    layers:\n      - {conv: ch, kernel: 3, stride: stride, padding: 1, name: a}\n      - {tanh, name: t}\n';
    const text = code(
      `input: 8x8x3\n${block}layers:\n  - {b: 4, name: stem}\n  - {b: 8, repeat: 4, first: {stride: 2}, name: body}\n`,
    );
    expect(text).toContain('class B(nn.Module):');
    expect(text).toContain('def __init__(self, in_channels, out_channels, stride=1):');
    expect(text).toContain('self.stem = B(3, 4)\n');
    expect(text).toContain('self.body = nn.Sequential(B(4, 8, stride=2), *[B(8, 8) for _ in range(3)])\n');
  });

  it('what stands beside a layer on its line, and shapes where they change', () => {
    const text = code(
      `${HEAD}  - {conv: 4, kernel: 3, norm: bn, act: relu, name: a}\n  - {gap}\n  - {fc: 2, name: b}\n`,
    );
    expect(classIn(text, 'Net')).toContain(
      '        x = F.relu(self.a.bn(self.a(x)))  # 4x6x6\n        x = x.mean(dim=(2, 3))  # 4\n'.replace(
        'a.bn',
        'a.norm',
      ),
    );
  });

  it('paddings that differ as F.pad, and the usual left out', () => {
    expect(code(`${HEAD}  - {conv: 4, kernel: 3, stride: 2, padding: same, name: a}\n`)).toContain(
      'x = F.pad(x, (0, 1, 0, 1))  # 3x9x9\n'.replace('  # 3x9x9', ''),
    );
    expect(code(`${HEAD}  - {maxpool: 3, stride: 2, ceil: true}\n`)).toContain(
      'F.max_pool2d(x, kernel_size=3, stride=2, ceil_mode=True)',
    );
  });

  it('inputs by name in their order, outputs as a tuple, frozen layers left alone', () => {
    const text = code(
      'inputs: {image: 8x8x3, mask: 8x8x1}\noutputs: [b, a]\nlayers:\n  - {conv: 2, kernel: 1, from: mask, name: a, frozen: true}\n  - {conv: 2, kernel: 1, from: image, name: b}\n',
    );
    expect(text).toContain('def forward(self, image, mask):');
    expect(text).toMatch(/return b, a|return image, mask|return b, mask/);
    expect(text).toContain('for name in ("a",):\n            self.get_submodule(name).requires_grad_(False)\n');
    expect(text).toContain('outputs = net(torch.zeros(1, 3, 8, 8), torch.zeros(1, 1, 8, 8))');
  });

  it('one module for shared weights', () => {
    const text = code(
      `${HEAD}  - {conv: 3, kernel: 3, padding: 1, name: a}\n  - {conv: 3, kernel: 3, padding: 1, name: b, share: a}\n`,
    );
    expect(text.match(/nn\.Conv2d/g)).toHaveLength(1);
    expect(text.match(/self\.a\(x\)/g)).toHaveLength(2);
  });

  it('the figures as asserts, the class last', () => {
    const text = code(`${HEAD}  - {fc: 10}\n`);
    expect(text).toContain('    assert parameters == 1_930, f"{parameters:,} parameters"\n');
    expect(text).toContain('    assert output.shape == (1, 10), output.shape\n');
    expect([...text.matchAll(/^class (\w+)/gm)].at(-1)?.[1]).toBe('Net');
  });
});

describe('bundled networks', () => {
  it('are the same code again, whatever was written before', () => {
    const names = ['alexnet', 'resnet50', 'googlenet', 'unet', 'vit_b_16'];
    const before = names.map((name) => codeOf(name, bundled(name)));
    expect(names.map((name) => codeOf(name, bundled(name)))).toEqual(before);
  });
  it.each(eachNetwork())('%s', (name) => {
    const text = codeOf(name, bundled(name));
    const lines = text.split('\n');
    expect(lines.filter((line) => /\s$|undefined|NaN|\[object/.test(line))).toEqual([]);
    // Titles and the names of a block's copies are as long as they are.
    expect(lines.filter((line) => !line.includes('"""') && line.length > 88)).toEqual([]);
    // What is in quotes holds no brackets that count.
    const bare = text.replace(/"""[\s\S]*?"""|"(?:\\.|[^"\\])*"/g, '');
    for (const [open, close] of ['()', '[]', '{}'])
      expect(bare.split(open as string).length).toBe(bare.split(close as string).length);
    const used = new Set([...text.matchAll(/\bself\.([A-Za-z]\w*)\(/g)].map(([, one = '']) => one));
    for (const one of used)
      expect(text, one).toMatch(new RegExp(`self\\.${one} = |def ${one}\\(|add_module|get_submodule`));
  });
});

describe('cnncalc convert', () => {
  const files = {
    'net.yaml': `name: Net\n${HEAD}  - {conv: 4, kernel: 3, name: a}\n`,
    'odd.yaml': `${HEAD}  - {avgpool: 2, dilation: 2, stride: 1, name: p}\n  - {conv: 2, kernel: 1}\n  - {upsample: 2, coordinates: asymmetric, rounding: ceil, name: u}\n`,
  };

  it('by the ending and by --to', async () => {
    const told = await run(['convert', 'net.yaml', '--to', 'pytorch'], { files });
    expect([told.code, told.err]).toEqual([0, '']);
    const { io } = await run(['convert', 'net.yaml', '-o', 'net.py'], { files });
    expect(io.files.get('net.py')).toBe(told.out);
  });

  it('all that cannot be said is told at once, and nothing is written', async () => {
    const { code: exit, out, err, io } = await run(['convert', 'odd.yaml', '-o', 'net.py'], { files });
    expect([exit, out, io.files.has('net.py')]).toEqual([2, '', false]);
    const lines = plain(err).match(/cannot say \w+/g);
    expect(lines).toEqual(['cannot say p', 'cannot say u']);
    expect(plain(err)).toContain(
      'odd.yaml:3:5: error: code for PyTorch cannot say p: PyTorch has no mean pool with dilation [export/unsaid]',
    );
  });

  it('weights have no place in code', async () => {
    const { code: exit, err } = await run(['convert', 'net.yaml', '--to', 'pytorch', '--weights', 'w.safetensors'], {
      files,
    });
    expect(exit).toBe(2);
    expect(plain(err)).toContain('code for PyTorch holds no weights');
  });
});
