// Drawings of networks: what every drawing keeps to, over all bundled specs; what some of them look like; and that no name gets out of
// its place in any format.

import { describe, expect, it } from 'vitest';
import type { Analysis } from '../src/analysis/analysis.js';
import { DRAWING, OUTPUT_DRAWN } from '../src/commands/options.js';
import { isInput } from '../src/core/graph.js';
import { type Box, type Diagram, type Drawn, diagramOf, type Frame } from '../src/report/drawing/diagram.js';
import { graphScene } from '../src/report/drawing/graph.js';
import { type Line, layOut, type Placed } from '../src/report/drawing/layout.js';
import { textWidth } from '../src/report/drawing/measure.js';
import { colour } from '../src/report/drawing/palette.js';
import type { Ink, Mark } from '../src/report/drawing/scene.js';
import { SHADES } from '../src/report/drawing/shades.js';
import { STYLES } from '../src/report/drawing/styles.js';
import { dot } from '../src/report/formats/dot.js';
import { mermaid } from '../src/report/formats/mermaid.js';
import { sceneSvg } from '../src/report/formats/scene-svg.js';
import { sceneTikz } from '../src/report/formats/scene-tikz.js';
import { bundled, specIndex } from './bundled.js';
import { run } from './fake-io.js';

const specs = Object.entries(specIndex()).flatMap(([name, { variant }]) => (variant === undefined ? [name] : []));

const framesIn = (parts: readonly Drawn[]): readonly Frame[] =>
  parts.flatMap((part) => (part.type === 'frame' ? [part, ...framesIn(part.parts)] : []));

const boxesIn = (parts: readonly Drawn[]): readonly Box[] =>
  parts.flatMap((part) => (part.type === 'frame' ? boxesIn(part.parts) : [part]));

const tall = { box: () => [100, 40] as const, room: () => 26, heading: () => ({ left: 60, right: 20, height: 20 }) };

type Corners = readonly [left: number, top: number, right: number, bottom: number];

const corners = ({ at: [x, y], size: [w, h] }: Placed<unknown>): Corners => [x, y, x + w, y + h];

const overlap = (a: Corners, b: Corners): boolean => a[0] < b[2] && b[0] < a[2] && a[1] < b[3] && b[1] < a[3];

const inside = (a: Corners, b: Corners): boolean =>
  a[0] >= b[0] - 0.01 && a[1] >= b[1] - 0.01 && a[2] <= b[2] + 0.01 && a[3] <= b[3] + 0.01;

const isOn = ([x, y]: readonly [number, number], [left, top, right, bottom]: Corners): boolean =>
  x >= left - 0.01 &&
  x <= right + 0.01 &&
  y >= top - 0.01 &&
  y <= bottom + 0.01 &&
  (Math.abs(x - left) < 0.01 || Math.abs(x - right) < 0.01 || Math.abs(y - top) < 0.01 || Math.abs(y - bottom) < 0.01);

const place = ([x, y]: readonly [number, number]): string => `${x.toFixed(1)} ${y.toFixed(1)}`;

/** Every row in one box; who reads whom, in both directions, but for what a copy has of the copy before it. */
const keepsNetwork = ({ graph, rows }: Analysis, { parts, boxes, edges }: Diagram): void => {
  expect(boxes.flatMap((box) => box.rows.map(({ index }) => index)).sort((a, b) => a - b)).toEqual(
    rows.map(({ index }) => index),
  );
  expect(
    boxesIn(parts)
      .map(({ id }) => id)
      .sort((a, b) => a - b),
  ).toEqual(boxes.map((_, id) => id));
  const boxOf: (Box | undefined)[] = [];
  for (const box of boxes) for (const { node } of box.rows) boxOf[node.id] = box;
  for (const [i, node] of graph.nodes.filter(isInput).entries()) boxOf[node.id] = boxes[i];
  const repeated = framesIn(parts).filter(({ times }) => times > 1);
  const groups = repeated.map((frame) => new Set(boxesIn(frame.parts)));
  const isRepeated = (box: Box): boolean => box.times > 1 || groups.some((group) => group.has(box));
  const drawn = new Set(edges.map(({ from, to }) => `${from} ${to}`));
  const read = new Set<string>();
  const missing: string[] = [];
  for (const { id, inputs } of graph.nodes)
    for (const source of inputs) {
      const [a, b] = [boxOf[source], boxOf[id]];
      if (!a || !b) throw new Error(`node ${source} or ${id} is in no box`);
      if (a === b) continue;
      read.add(`${a.id} ${b.id}`);
      const isCarried = groups.some((group) => group.has(a) && group.has(b));
      if (!isCarried && !drawn.has(`${a.id} ${b.id}`)) missing.push(`${a.name} to ${b.name}`);
    }
  expect(missing).toEqual([]);
  for (const id of graph.outputs)
    expect(edges.some(({ from, to }) => from === boxOf[id]?.id && boxes[to]?.sort === 'output')).toBe(true);
  for (const { from, to } of edges) {
    const target = boxes[to] as Box;
    if (target.sort === 'output' || isRepeated(target)) continue;
    expect(read, `${boxes[from]?.name} to ${target.name}`).toContain(`${from} ${to}`);
  }
};

/** Nothing covers anything, and every edge can be followed with a finger. */
const keepsPlaces = async (diagram: Diagram): Promise<void> => {
  const { size, boxes, frames, lines } = await layOut(diagram, tall);
  const page: Corners = [0, 0, ...size];
  const spots = boxes.map((box) => ({ ...box.of, corners: corners(box) }));
  const edges = frames.map((frame) => ({
    ...frame.of,
    corners: corners(frame),
    own: new Set(boxesIn(frame.of.parts)),
  }));
  expect(boxes.map(({ of }) => of.id).sort((a, b) => a - b)).toEqual(diagram.boxes.map((_, id) => id));
  expect([...spots, ...edges].filter((spot) => !inside(spot.corners, page))).toEqual([]);
  const wrong: string[] = [];
  for (const [i, a] of spots.entries())
    for (const b of spots.slice(0, i)) if (overlap(a.corners, b.corners)) wrong.push(`${a.name} lies on ${b.name}`);
  for (const [i, a] of edges.entries()) {
    for (const [j, box] of boxes.entries()) {
      const spot = spots[j]?.corners ?? page;
      if (a.own.has(box.of) ? !inside(spot, a.corners) : overlap(spot, a.corners))
        wrong.push(`${box.of.name} and the frame ${a.name}`);
    }
    for (const b of edges.slice(0, i))
      if (overlap(a.corners, b.corners) && !inside(a.corners, b.corners) && !inside(b.corners, a.corners))
        wrong.push(`the frames ${a.name} and ${b.name}`);
  }
  const spotOf = new Map(spots.map(({ id, corners }) => [id, corners]));
  const byValue = new Map<number, Line[]>();
  for (const line of lines) byValue.set(line.link.value, [...(byValue.get(line.link.value) ?? []), line]);
  for (const [from, own] of byValue) {
    const followed = reachable(own, spotOf.get(from) ?? page);
    for (const { to } of diagram.edges.filter((edge) => edge.from === from)) {
      const target = spotOf.get(to) ?? page;
      const arrives = followed.some(
        ({ arrow, link, points }) => arrow && link.readers.includes(to) && isOn(points.at(-1) ?? [0, 0], target),
      );
      if (!arrives) wrong.push(`no line from ${diagram.boxes[from]?.name} to ${diagram.boxes[to]?.name}`);
    }
  }
  expect(new Set(diagram.edges.map(({ from }) => from)).size).toBe(byValue.size);
  // What goes past others goes through none of them.
  for (const { points, smooth } of lines)
    for (const [i, [x1, y1]] of points.entries()) {
      const [x0, y0] = points[i - 1] ?? [x1, y1];
      // Smooth lines bend only between layers.
      if (smooth && x0 !== x1) continue;
      const stretch: Corners = [Math.min(x0, x1), Math.min(y0, y1), Math.max(x0, x1), Math.max(y0, y1)];
      for (const { name, corners } of spots)
        if (overlap(stretch, [corners[0] + 0.5, corners[1] + 0.5, corners[2] - 0.5, corners[3] - 0.5]))
          wrong.push(`a line through ${name}`);
    }
  expect(wrong).toEqual([]);
};

/** The lines that can be followed from a box: each begins where another ends. */
const reachable = (lines: readonly Line[], from: Corners): readonly Line[] => {
  const reached = new Set<string>();
  const followed = new Set<Line>();
  for (let found = true; found; ) {
    found = false;
    for (const line of lines) {
      const [start = [0, 0], end = [0, 0]] = [line.points[0], line.points.at(-1)];
      if (followed.has(line) || (!isOn(start, from) && !reached.has(place(start)))) continue;
      followed.add(line);
      reached.add(place(end));
      found = true;
    }
  }
  return [...followed];
};

type Group = Extract<Mark, { type: 'group' }>;

/** No text leaves the box that it is in, or the page. */
const keepsTexts = (marks: readonly Mark[], size: readonly [number, number]): void => {
  const leaves = (mark: Mark, [left, , right]: Corners): boolean => {
    if (mark.type !== 'text') return false;
    const { at, anchor = 'start', text, size = 12, bold = false } = mark;
    const width = textWidth(text, size, bold);
    const start = at[0] - (anchor === 'start' ? 0 : anchor === 'end' ? width : width / 2);
    return start < left || start + width > right + 0.01;
  };
  const outside = marks.filter((mark) => leaves(mark, [0, 0, ...size]));
  for (const { marks: inner } of marks.filter((mark): mark is Group => mark.type === 'group')) {
    const rects = inner.flatMap((mark) => (mark.type === 'rect' ? [corners({ of: null, ...mark })] : []));
    // A box is wider than the stripe in it, and before the copies behind it.
    const [box = [0, 0, 0, 0]] = rects.sort((a, b) => b[2] - b[0] - (a[2] - a[0]) || a[0] - b[0]);
    outside.push(...inner.filter((mark) => leaves(mark, box)));
  }
  expect(outside).toEqual([]);
};

/** Tags that close in their order, attributes in quotes, no sign of XML in between. */
const keepsXml = (text: string): void => {
  const open: string[] = [];
  const rest = text.replace(
    /<(\/?)(\w+)((?: [\w:-]+="[^"<&]*(?:&(?:amp|lt|gt|quot);[^"<&]*)*")*)(\/?)>/g,
    (_, closes: string, name: string, __, alone: string) => {
      if (closes) expect(open.pop()).toBe(name);
      else if (!alone) open.push(name);
      return '';
    },
  );
  expect(open).toEqual([]);
  expect(rest.replace(/&(amp|lt|gt|quot);/g, '')).not.toMatch(/[<>&]/);
};

/** A statement a line, in which strings stand in quotes. */
const keepsDot = (text: string): void => {
  const bare = text.replace(/"(?:[^"\\\n]|\\[^\n])*"/g, '""');
  const isStatement =
    /^(digraph "" \{| +subgraph cluster_[\d_]+ \{| *\}| +(n\d+( -> n\d+)?|graph|node|edge)( \[\w+=(""|\w+)(, \w+=(""|\w+))*\])?;| +\w+=(""|\w+)(; \w+=(""|\w+))*;)$/;
  expect(
    bare
      .trimEnd()
      .split('\n')
      .filter((line) => !isStatement.test(line)),
  ).toEqual([]);
  expect(text.replace(/&(amp);/g, '')).not.toContain('&');
};

const keepsMermaid = (text: string): void => {
  const [comment = '', head, ...lines] = text.trimEnd().split('\n');
  expect(comment).toMatch(/^%% [^{}]*$/);
  expect(head).toMatch(/^flowchart (TD|LR)$/);
  const label = '"(?:[^"#&<>`*_\\\\~;{}|[\\]$]|#\\d+;|<br/>)*"';
  const line = new RegExp(
    `^ +(n\\d+(\\(${label}\\)|\\(\\[${label}\\]\\))|subgraph s[\\d_]+ \\[${label}\\]|end|n\\d+ (-->|-\\.->)(\\|${label}\\|)? n\\d+|style n\\d+ [\\w:#,]+(,stroke-dasharray:5 3)?)$`,
  );
  expect(lines.filter((one) => !line.test(one))).toEqual([]);
};

const keepsTikz = (text: string): void => {
  const code = text.replace(/^%.*$/gm, '').replace(/\\[\\&%$#_{}]/g, '');
  let [depth, least] = [0, 0];
  for (const sign of code) {
    depth += sign === '{' ? 1 : sign === '}' ? -1 : 0;
    least = Math.min(least, depth);
  }
  expect([depth, least]).toEqual([0, 0]);
  expect(code.replace(/\$\\times\$/g, '')).not.toMatch(/[%$#_~^&]/);
  expect(code.split('\n').filter((line) => line.startsWith('  ') && !line.endsWith(';'))).toEqual([]);
};

it.each(specs)('%s', async (name) => {
  const analysis = bundled(name);
  const diagram = diagramOf(analysis);
  keepsNetwork(analysis, diagram);
  expect(diagram.boxes.length).toBeLessThan(100);
  await keepsPlaces(diagram);
  const scene = await graphScene(diagram);
  keepsTexts(scene.marks, scene.size);
  keepsXml(sceneSvg(scene));
  keepsTikz(sceneTikz(scene));
  keepsDot(dot(diagram));
  keepsMermaid(mermaid(diagram));
});

describe.each([
  { direction: 'right' },
  { depth: 1 },
  { depth: 2, shade: 'rf' },
  { apart: true, shade: 'none' },
] as const)('%j', (options) => {
  it.each(['resnet50', 'googlenet', 'unet', 'vit_b_16', 'ssd300_vgg16'])('%s', async (name) => {
    const analysis = bundled(name);
    const diagram = diagramOf(analysis, options);
    keepsNetwork(analysis, diagram);
    await keepsPlaces(diagram);
    const scene = await graphScene(diagram);
    keepsTexts(scene.marks, scene.size);
    // The same again, to the letter.
    expect(sceneSvg(await graphScene(diagramOf(analysis, options)))).toBe(sceneSvg(scene));
  });
});

describe('what is drawn', () => {
  const drawn = (name: string, options = {}) => {
    const diagram = diagramOf(bundled(name), options);
    const named = (name: string): Box => diagram.boxes.find((box) => box.whole === name) as Box;
    const feeds = (a: string, b: string): boolean =>
      diagram.edges.some(({ from, to }) => from === named(a).id && to === named(b).id);
    const frames = framesIn(diagram.parts).map(({ name, times }) => `${name} x${times}`);
    return { diagram, named, feeds, frames };
  };

  it('a chain whole, what stands beside a layer in its box', () => {
    const { diagram, named } = drawn('alexnet');
    expect(diagram.parts.map((part) => part.name)).toEqual(
      'input conv1 pool1 conv2 pool2 conv3 conv4 conv5 pool5 fc6 fc7 fc8 output'.split(' '),
    );
    expect(named('conv1')).toMatchObject({ label: 'conv 96 11x11 / 4 + relu', shape: '55x55x96', params: '35K' });
    expect(drawn('alexnet', { apart: true }).named('conv1')).toMatchObject({ label: 'conv 96 11x11 / 4' });
  });

  it('copies once, with what only some of them have', () => {
    const { named, feeds, frames } = drawn('resnet50');
    expect(frames).toEqual([
      'layer1.0 … layer1.2 x3',
      'layer2.0 … layer2.3 x4',
      'layer3.0 … layer3.5 x6',
      'layer4.0 … layer4.2 x3',
    ]);
    expect(named('layer2.0.downsample.0')).toMatchObject({ partial: true, note: 'in 1 of 4' });
    expect(named('layer2.0.conv2')).toMatchObject({ partial: false, note: 'first: stride 2', params: '148K' });
    expect(named('layer2.0.conv1').params).toBe('33K … 66K');
    for (const part of ['conv1', 'downsample.0', 'residual1'])
      expect(feeds('layer1.0.residual1', `layer2.0.${part}`), part).toBe(true);
  });

  it('copies that grow, from the first to the last', () => {
    const { frames, named } = drawn('densenet121');
    expect(frames).toContain('denseblock3.denselayer1 … denselayer24 x24');
    expect(named('features.denseblock1.denselayer1').shape).toBe('56x56x96 … 56x56x256');
  });

  it('what skips across frames, and in blocks that are shut', () => {
    const { feeds } = drawn('unet');
    for (const level of [1, 2, 3, 4]) expect(feeds(`enc${level}.conv2`, `dec${level}.cropped`)).toBe(true);
    const { named, feeds: shut } = drawn('unet', { depth: 1 });
    expect(shut('enc1', 'dec1')).toBe(true);
    expect(named('enc1').skips).toBe(false);
    expect(drawn('resnet50', { depth: 1 }).named('layer1')).toMatchObject({ skips: true, label: '32 layers' });
  });

  it('copies apart where something else reads one of them', async () => {
    const block = (i: number) =>
      `  - {conv: 8, kernel: 3, padding: same, name: b${i}.a}\n  - {conv: 8, kernel: 3, padding: same, name: b${i}.b}\n`;
    const spec = `input: 8x8x8\nlayers:\n${[0, 1, 2, 3].map(block).join('')}`;
    const told = async (more: string) =>
      (await run(['n.yaml', '--format', 'dot'], { files: { 'n.yaml': spec + more } })).out;
    expect(await told('')).toContain('"b0 … b3  x4"');
    const tapped = await told('  - {add, from: [b3.b, b1.b], name: sum}\n');
    expect(tapped).toContain('"b0 … b1  x2"');
    expect(tapped).toContain('"b2 … b3  x2"');
    expect(tapped.match(/-> n\d+;/g)).toHaveLength(7);
  });

  it('a mistake in the colour of alarm, and nothing for what is not known', async () => {
    const files = {
      'n.yaml': 'input: 8x8x3\nlayers:\n  - {conv: 4, kernel: 30, name: a}\n  - {fc: 2, name: b}\n',
    };
    const { code, out } = await run(['n.yaml', '--format', 'svg'], { files });
    expect(code).toBe(2);
    keepsXml(out);
    expect(out).toMatch(/class="f-box s-alarm" stroke-width="2"/);
    expect(out).toMatch(/>\? parameters, \? MACs</);
    expect(out).not.toMatch(/>0</);
  });
});

describe('large networks', () => {
  const LAYERS = 800;
  const layer = (i: number, filters: number) => `  - {conv: ${filters}, kernel: 3, padding: same, name: c${i}}\n`;
  const many = (make: (i: number) => string) => Array.from({ length: LAYERS }, (_, i) => make(i)).join('');
  it.each([
    ['all different', many((i) => layer(i, 4 + ((i * 7) % 13) + (i % 5))), /\d+ layers/],
    ['all alike', many((i) => layer(i, 8)), /"c0 … c799 {2}x800 {2}584/],
    [
      'with skips',
      many((i) => `${layer(i, 8)}  - {add, from: [c${i}, ${i > 0 ? `s${i - 1}` : 'input'}], name: s${i}}\n`),
      /"c0 … s799 {2}x800"/,
    ],
  ])('%s', async (_, layers, shown) => {
    const { out } = await run(['n.yaml', '--format', 'dot'], {
      files: { 'n.yaml': `input: 8x8x8\nlayers:\n${layers}` },
    });
    expect(out).toMatch(shown);
    expect(out.match(/^ +n\d+ \[/gm)?.length).toBeLessThan(100);
  });
});

describe('names', () => {
  const name = '"<img src=x onerror=alert(1)>" \\N & </svg> #35; %%{init} $x^2~\n`end` *网络*';
  const files = {
    'n.yaml': `name: ${JSON.stringify(name)}\ninput: 8x8x3\nlayers:\n  - {conv: 4, kernel: 3, name: 很长的名字${'长'.repeat(60)}}\n  - {conv: 4, kernel: 3, name: end}\n  - {conv: 4, kernel: 3, name: ${'W'.repeat(90)}}\n`,
  };
  it.each([
    ['svg', keepsXml],
    ['dot', keepsDot],
    ['mermaid', keepsMermaid],
    ['tikz', keepsTikz],
  ] as const)('stay text: %s', async (format, keeps) => {
    const { code, out } = await run(['n.yaml', '--format', format], { files });
    expect(code).toBe(0);
    keeps(out);
    expect(out).toContain('网络');
  });
  it('are cut in the picture and whole for whoever points at them', async () => {
    const { out } = await run(['n.yaml', '--format', 'svg'], { files });
    expect(out).toMatch(/<title>W{90};/);
    expect(out).toMatch(/>W+…W+</);
  });
});

describe('the command line', () => {
  it('has the choices that there are', () => {
    expect(DRAWING.options.shade.choices).toEqual([...Object.keys(SHADES), 'none']);
    expect(OUTPUT_DRAWN.options.style.choices.filter((style) => style !== 'plain' && style !== 'box')).toEqual(
      Object.keys(STYLES),
    );
  });
  it('convert draws the same', async () => {
    for (const form of ['svg', 'tikz', 'dot', 'mermaid']) {
      const { out } = await run(['lenet5', '--format', form, '--shade', 'macs', '--direction', 'right']);
      const { out: converted } = await run([
        'convert',
        'lenet5',
        '--to',
        form,
        '--shade',
        'macs',
        '--direction',
        'right',
      ]);
      expect(converted).toBe(out);
    }
    expect((await run(['convert', 'lenet5', '--to', 'svg', '--seed', '1'])).code).toBe(2);
  });
  it('says what a drawing cannot show, and what is no drawing', async () => {
    expect((await run(['lenet5', '--format', 'svg', '--only', 'c*', '--sort', 'rf'])).err).toContain(
      '--only, --sort without effect: a drawing has all of the network',
    );
    const { code, out, err } = await run(['lenet5', '--style', 'graph']);
    expect([code, out]).toEqual([2, '']);
    expect(err).toContain('a style of drawings');
  });
  it('draws course notation', async () => {
    const { out } = await run(['INPUT 32x32x3; CONV-5-6; POOL-2', '--format', 'mermaid']);
    expect(out).toContain('conv 6 5x5');
  });
  it('draws nothing of what cannot be read', async () => {
    for (const form of ['svg', 'tikz', 'dot', 'mermaid']) {
      const { code, out } = await run(['n.yaml', '--format', form], { files: { 'n.yaml': 'input: [' } });
      expect([code, out]).toEqual([2, '']);
    }
  });
});

describe('colours', () => {
  const channel = (hex: string, at: number): number => {
    const part = Number.parseInt(hex.slice(at, at + 2), 16) / 255;
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  };
  const luminance = (hex: string): number =>
    0.2126 * channel(hex, 1) + 0.7152 * channel(hex, 3) + 0.0722 * channel(hex, 5);
  const contrast = (a: string, b: string): number => {
    const [less = 0, more = 0] = [luminance(a), luminance(b)].sort((x, y) => x - y);
    return (more + 0.05) / (less + 0.05);
  };
  const grounds: readonly Ink[] = ['paper', 'box', ...Array.from({ length: 21 }, (_, i) => ({ shade: i / 20 }))];
  it.each(['light', 'dark'] as const)('text can be read on all that is %s', (theme) => {
    for (const ground of grounds)
      for (const ink of ['text', 'quiet'] as const)
        expect(
          contrast(colour(ink, theme), colour(ground, theme)),
          `${ink} on ${JSON.stringify(ground)}`,
        ).toBeGreaterThan(4.5);
    for (const ground of ['paper', 'box'] as const)
      expect(contrast(colour('alarm', theme), colour(ground, theme))).toBeGreaterThan(4.5);
  });
});

it('is no wider for a name of any length, of which both ends are told', async () => {
  const text = `name: "First ${'and on '.repeat(20_000)}last"\ninput: 8x8x3\nlayers:\n  - {conv: 4, kernel: 3}\n`;
  const { out } = await run(['long.yaml', '--format', 'svg'], { files: { 'long.yaml': text } });
  expect(Number(/width="(\d+)"/.exec(out)?.[1])).toBeLessThan(600);
  expect(out).toMatch(/<text [^>]*>First and on [^<]*…[^<]*<\/text>/);
});
