// Darknet: .cfg files as networks, .weights as their tensors. What the sections compute is held against Darknet's own loops, written down in
// fixtures/import/darknet/make.py.

import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readDarknet } from '../src/import/darknet.js';
import { analyze, parse } from '../src/index.js';
import { run } from './fake-io.js';
import { broken, findingsOf, imported, keepPromises, rowsOf } from './imported-text.js';

const fixtures = new URL('fixtures/import/darknet/', import.meta.url);
const bytes = (name: string): Uint8Array => new Uint8Array(readFileSync(new URL(name, fixtures)));
const text = (name: string): string => new TextDecoder().decode(bytes(name));
const spec = (name: string) => analyze(parse(readFileSync(new URL(`../specs/${name}.yaml`, import.meta.url), 'utf8')));

const cfg = (body: string, beside: Readonly<Record<string, Uint8Array>> = {}) =>
  imported(readDarknet, body, { layout: 'hwc', beside });

/** `[net]` of 8x12x4 and the sections behind it, each on one line: `[maxpool] size=2 stride=2`. */
const net = (...sections: readonly string[]): string =>
  ['[net] height=8 width=12 channels=4', ...sections].map((line) => line.replaceAll(' ', '\n')).join('\n\n');

const rows = (...sections: readonly string[]): readonly string[] => rowsOf(cfg(net(...sections)).analysis);

describe('whole networks', () => {
  const conv = (filters: number, size: number, stride = 1) =>
    `[convolutional] batch_normalize=1 filters=${filters} size=${size} stride=${stride} pad=1 activation=leaky`;
  const boxes = '[convolutional] filters=255 size=1 stride=1 pad=1 activation=linear';
  const yolo = '[yolo] mask=0,1,2 classes=80 num=9';
  const times = (n: number, of: readonly string[]) => Array.from({ length: n }, () => of).flat();
  const stage = (ch: number, n: number) => [
    conv(ch, 3, 2),
    ...times(n, [conv(ch / 2, 1), conv(ch, 3), '[shortcut] from=-3 activation=linear']),
  ];
  const neck = (ch: number) => [conv(ch, 1), conv(2 * ch, 3), conv(ch, 1), conv(2 * ch, 3), conv(ch, 1)];
  const head = (ch: number) => [conv(ch, 3), boxes, yolo];
  const up = (ch: number, skip: number) => [
    '[route] layers=-4',
    conv(ch, 1),
    '[upsample] stride=2',
    `[route] layers=-1,${skip}`,
  ];
  const large = (size: number, ...sections: readonly string[]) =>
    net(...sections).replace('height=8\nwidth=12\nchannels=4', `height=${size}\nwidth=${size}\nchannels=3`);

  const yolov3 = large(
    416,
    conv(32, 3),
    ...stage(64, 1),
    ...stage(128, 2),
    ...stage(256, 8),
    ...stage(512, 8),
    ...stage(1024, 4),
    ...neck(512),
    ...head(1024),
    ...up(256, 61),
    ...neck(256),
    ...head(512),
    ...up(128, 36),
    ...neck(128),
    ...head(256),
  );

  it('YOLOv3 has the figures that Darknet prints, and those of the bundled spec', () => {
    const { analysis } = cfg(yolov3);
    const { totals, graph } = analysis;
    const bundled = spec('yolov3').totals;
    expect(findingsOf(analysis)).toEqual([]);
    expect(totals).toMatchObject({ params: bundled.params, macs: bundled.macs, buffers: bundled.buffers });
    // What yolov3.weights holds, and the billions of operations in Darknet's last line.
    expect((totals.params ?? 0) + (totals.buffers ?? 0)).toBe(62_001_757);
    expect(((totals.macs ?? 0) * 2) / 1e9).toBeCloseTo(65.86, 2);
    expect(graph.outputs.map((id) => graph.nodes[id]?.facts?.output)).toEqual([
      [255, 13, 13],
      [255, 26, 26],
      [255, 52, 52],
    ]);
  });

  it('is as large as --input says', async () => {
    const { out } = await run(['net.cfg', '--input', '608', '--get', 'totals.macs'], { files: { 'net.cfg': yolov3 } });
    expect((Number(out) * 2) / 1e9).toBeCloseTo(140.69, 2);
  });

  it('tiny YOLOv3 is the bundled one', () => {
    const pool = (stride: number) => `[maxpool] size=2 stride=${stride}`;
    const tiny = large(
      416,
      ...[16, 32, 64, 128, 256].flatMap((ch) => [conv(ch, 3), pool(2)]),
      conv(512, 3),
      pool(1),
      conv(1024, 3),
      conv(256, 1),
      ...head(512),
      ...up(128, 8),
      ...head(256),
    );
    const { params, macs, buffers } = cfg(tiny).analysis.totals;
    const bundled = spec('yolov3-tiny').totals;
    expect([params, macs, buffers]).toEqual([bundled.params, bundled.macs, bundled.buffers]);
  });
});

describe('sections', () => {
  it.each<readonly [name: string, sections: readonly string[], rows: readonly string[]]>([
    [
      'convolution: pad is half of the kernel, logistic where nothing is said',
      [
        '[convolutional] filters=6 size=5 pad=1 padding=9',
        '[conv] filters=2 size=2 padding=1 stride_x=2 stride_y=1 activation=linear',
      ],
      ['conv0 conv 8x12x6 606', 'conv0.act sigmoid 8x12x6 0', 'conv1 conv 9x7x2 50'],
    ],
    [
      'convolution: groups, dilation, normalisation instead of a bias',
      ['[convolutional] filters=8 size=3 pad=1 groups=4 dilation=2 batch_normalize=1 activation=relu'],
      ['conv0 conv 8x12x8 72', 'conv0.norm batchnorm 8x12x8 16', 'conv0.act relu 8x12x8 0'],
    ],
    [
      'convolution: antialiasing takes the stride over',
      ['[convolutional] filters=2 size=3 pad=1 stride=2 antialiasing=1 activation=linear'],
      [
        'conv0 conv 8x12x2 74',
        'conv0.blur_pad zeropad 10x14x2 0',
        'conv0.blur1 avgpool 9x13x2 0',
        'conv0.blur2 avgpool 4x6x2 0',
      ],
    ],
    [
      'deconvolution',
      ['[deconvolutional] filters=2 size=4 stride=2 padding=1 activation=linear'],
      ['deconv0 convtranspose 16x24x2 130'],
    ],
    [
      'pools: the odd cell behind, as large as before with stride 1',
      [
        '[maxpool] size=2 stride=1',
        '[max] size=3 stride=2',
        '[maxpool] stride=2',
        '[local_avgpool] size=3 stride=1',
        '[avg]',
      ],
      [
        'maxpool0 maxpool 8x12x4 0',
        'maxpool1 maxpool 4x6x4 0',
        'maxpool2 maxpool 2x3x4 0',
        'avgpool3 avgpool 2x3x4 0',
        'avgpool4 gap 1x1x4 0',
      ],
    ],
    [
      'pools: over channels',
      ['[maxpool] maxpool_depth=1 out_channels=2'],
      ['maxpool0.slice1 slice 8x12x2 0', 'maxpool0.slice2 slice 8x12x2 0', 'maxpool0 maximum 8x12x2 0'],
    ],
    [
      'routes: from the first section on and back from here; one alone is no row',
      [
        '[maxpool] size=1',
        '[upsample] stride=1',
        '[route] layers=0',
        '[route] layers=-1,1',
        '[route] layers=-1 groups=2 group_id=1',
      ],
      ['maxpool0 maxpool 8x12x4 0', 'upsample1 upsample 8x12x4 0', 'route3 concat 8x12x8 0', 'route4 slice 8x12x4 0'],
    ],
    [
      'shortcuts: fewer channels are filled up, more are left out, larger maps are picked from',
      [
        '[maxpool] size=1',
        '[conv] filters=6 size=1 activation=linear',
        '[shortcut] from=0 activation=linear',
        '[conv] filters=2 size=1 stride=2 activation=linear',
        '[shortcut] from=-2 activation=leaky',
      ],
      [
        'maxpool0 maxpool 8x12x4 0',
        'conv1 conv 8x12x6 30',
        'shortcut2.channels zeropad 8x12x6 0',
        'shortcut2 add 8x12x6 0',
        'conv3 conv 4x6x2 14',
        'shortcut4.places maxpool 4x6x6 0',
        'shortcut4.channels slice 4x6x2 0',
        'shortcut4 add 4x6x2 0',
        'shortcut4.act leakyrelu 4x6x2 0',
      ],
    ],
    [
      'shortcuts: a learned number for each, or for each channel of each',
      [
        '[maxpool] size=1',
        '[maxpool] size=1',
        '[shortcut] from=-2 weights_type=per_channel activation=linear',
        '[shortcut] from=-2 weights_type=per_feature weights_normalization=relu activation=linear',
      ],
      [
        'maxpool0 maxpool 8x12x4 0',
        'maxpool1 maxpool 8x12x4 0',
        'shortcut2.weight0 layerscale 8x12x4 4',
        'shortcut2.weight1 layerscale 8x12x4 4',
        'shortcut2 add 8x12x4 0',
        'shortcut3.weight0 parameter 1 1',
        'shortcut3.scaled0 mul 8x12x4 0',
        'shortcut3.weight1 parameter 1 1',
        'shortcut3.scaled1 mul 8x12x4 0',
        'shortcut3 add 8x12x4 0',
      ],
    ],
    [
      'gates',
      ['[maxpool] size=1', '[avgpool]', '[scale_channels] from=-2 activation=logistic', '[sam] from=0'],
      [
        'maxpool0 maxpool 8x12x4 0',
        'avgpool1 gap 1x1x4 0',
        'scale2 mul 8x12x4 0',
        'scale2.act sigmoid 8x12x4 0',
        'sam3 mul 8x12x4 0',
      ],
    ],
    [
      'reorg of YOLOv2 and reorg3d',
      ['[reorg] stride=2', '[reorg] stride=2 reverse=1', '[reorg3d] stride=2', '[reorg] stride=1'],
      [
        'reorg0.view reshape 16x24x1 0',
        'reorg0.places pixelunshuffle 8x12x4 0',
        'reorg0.order shuffle 8x12x4 0',
        'reorg0 reshape 4x6x16 0',
        'reorg1.order shuffle 4x6x16 0',
        'reorg1.places pixelshuffle 8x12x4 0',
        'reorg2.places pixelunshuffle 4x6x16 0',
        'reorg2.order shuffle 4x6x16 0',
      ],
    ],
    [
      'dense layers, behind which a convolution sees one place',
      [
        '[connected] output=10 batch_normalize=1 activation=relu',
        '[conv] filters=3 size=1 activation=linear',
        '[softmax]',
      ],
      [
        'fc0 fc 10 3840',
        'fc0.norm batchnorm 10 20',
        'fc0.act relu 10 0',
        'conv1.image reshape 1x1x10 0',
        'conv1 conv 1x1x3 33',
        'softmax2 softmax 1x1x3 0',
      ],
    ],
    [
      'upsampling: scaled, and the other way round, which adds up',
      ['[upsample] stride=2 scale=0.5', '[upsample] stride=-4'],
      [
        'upsample0 upsample 16x24x4 0',
        'upsample0.scale times 16x24x4 0',
        'upsample1 avgpool 4x6x4 0',
        'upsample1.scale times 4x6x4 0',
      ],
    ],
    [
      'crop and its pixels from -1 to 1; dropout; activation alone; losses are no rows',
      ['[crop] crop_height=4 crop_width=5', '[dropout] probability=.3', '[activation] activation=tanh', '[cost]'],
      [
        'crop0 crop 4x5x4 0',
        'crop0.doubled times 4x5x4 0',
        'crop0.moved plus 4x5x4 0',
        'dropout1 dropout 4x5x4 0',
        'act2 tanh 4x5x4 0',
      ],
    ],
    [
      'implicit tensors of YOLOR',
      [
        '[implicit_mul] filters=4',
        '[route] layers=-1',
        '[conv] filters=4 size=1 activation=linear',
        '[shift_channels] from=0',
      ],
      ['implicit0 parameter 1x1x4 4', 'conv2 conv 1x1x4 20', 'shift3 add 1x1x4 0'],
    ],
    [
      'layers that no kind computes have their parameters all the same',
      ['[local] filters=2 size=3 activation=linear', '[crnn] hidden=2 output=3 pad=1', '[lstm] output=5'],
      ['local0 opaque 6x10x2 4440', 'crnn1 opaque 6x10x3 133', 'lstm2 opaque 5 3740'],
    ],
  ])('%s', (_, sections, expected) => expect(rows(...sections)).toEqual(expected));

  it('shares weights, and the statistics of their normalisation', () => {
    const conv = '[convolutional] filters=4 size=3 pad=1 batch_normalize=1';
    const { analysis } = cfg(net(conv, `${conv} share_index=-1`, conv));
    expect(analysis.totals).toMatchObject({ params: 2 * (144 + 8), buffers: 2 * 8 });
  });

  it('freezes what stands before stopbackward=1', () => {
    const conv = '[convolutional] filters=4 size=1';
    const { totals } = cfg(net(conv, conv, `${conv} stopbackward=1`)).analysis;
    expect(totals).toMatchObject({ params: 60, trainable: 20 });
  });

  it('takes a detection head for the map before it, and refuses to read what the head makes', () => {
    const map = '[convolutional] filters=18 size=1 activation=linear';
    const fits = cfg(
      net(map, '[yolo] mask=0,1,2 classes=1', '[route] layers=0', map, '[yolo] classes=80 num=3'),
    ).analysis;
    expect(fits.graph.outputs.map((id) => fits.graph.nodes[id]?.name)).toEqual(['conv0', 'conv3']);
    expect(fits.diagnostics.map(({ code, message }) => `${code} ${message}`)).toEqual([
      'import/file [yolo] is made for 255 channels, and the map before it has 18',
    ]);
    const { diagnostics } = cfg(net(map, '[yolo] mask=0,1,2 classes=1', map)).analysis;
    expect(diagnostics.map(({ message }) => message)).toEqual([
      expect.stringContaining('it reads what section 1 makes'),
    ]);
  });

  it.each<readonly [what: string, section: string, finding: string]>([
    ['a section of another program', '[attention] heads=4', 'import/file 5:1'],
    ['a number that is none', '[convolutional] filters=many', 'import/file 6:1'],
    ['a number of more than 32 bits', '[convolutional] filters=99999999999', 'import/file 6:1'],
    ['a stride of 0', '[maxpool] size=2 stride=0', 'import/file 7:1'],
    ['a section that is not there yet', '[route] layers=1', 'import/file 5:1'],
    ['itself', '[route] layers=0', 'import/file 5:1'],
    ['a section before the first', '[shortcut] from=-3', 'import/file 5:1'],
    ['no section at all', '[route] groups=1', 'import/file 5:1'],
    ['an activation that Darknet has not', '[convolutional] filters=1 activation=gelo', 'import/file 7:1'],
    ['a kernel that does not fit', '[convolutional] filters=1 size=99', 'shape/kernel-too-large 5:1'],
    ['groups that do not divide', '[convolutional] filters=3 size=1 groups=3', 'shape/groups 5:1'],
    ['[net] a second time', '[net] width=3', 'import/file 5:1'],
    ['sizes in a line of its own', 'size 3', 'import/file 5:1'],
  ])('tells of %s', (_, section, finding) => {
    const body = `[net]\nheight=8\nwidth=12\nchannels=4\n${section.startsWith('[') ? section.replaceAll(' ', '\n') : section}\n`;
    expect(findingsOf(cfg(body).analysis)).toContain(finding);
  });

  it('reads its odd ways of writing', () => {
    const body =
      '\ufeff# comment\r\n[network]\r\nwidth = 12\nheight=8\nchannels=4\n; another\n[convolutional] # first\nfilters=3#three\nfilters=5\nsize=1\nactivation=linear\n';
    expect(rowsOf(cfg(body).analysis)).toEqual(['conv0 conv 8x12x3 15']);
    expect(rowsOf(cfg(body.replaceAll('\r', '').replaceAll('\n', '\r')).analysis)).toEqual(['conv0 conv 8x12x3 15']);
  });

  it('asks for a size that it leaves open', () => {
    expect(findingsOf(cfg('[net]\nheight=8\nwidth=12\n[avgpool]\n').analysis)).toEqual(['import/open-size 1:1']);
    expect(rowsOf(cfg('[net]\ninputs=256\n[gru]\noutput=4\n').analysis)).toEqual(['gru0 opaque 4 3144']);
  });
});

describe('weights', () => {
  const files = {
    'parts.cfg': text('parts.cfg'),
    'parts.weights': bytes('parts.weights'),
    'x.npy': bytes('parts-input.npy'),
  };
  const numbers = (raw: Uint8Array): Float32Array => new Float32Array(raw.slice(-24).buffer);

  it.each(['wasm', 'reference'])('compute what Darknet computes (%s)', async (backend) => {
    const { io, code } = await run(['run', 'parts.cfg', '--data', 'x.npy', '--save', 'y.npy', '--backend', backend], {
      files,
    });
    expect(code).toBe(0);
    const [made, wanted] = [numbers(io.files.get('y.npy') as Uint8Array), numbers(bytes('parts-output.npy'))];
    expect(Math.max(...made.map((value, i) => Math.abs(value - (wanted[i] as number))))).toBeLessThan(1e-6);
  });

  const one = net('[connected] output=2 activation=linear').replace('height=8\nwidth=12\nchannels=4', 'inputs=3');
  /** A version, a count of images in so many bytes, and float32. */
  const weights = (version: readonly number[], seen: number, values: readonly number[]): Uint8Array => {
    const file = new Uint8Array(12 + seen + 4 * values.length);
    const view = new DataView(file.buffer);
    version.forEach((n, i) => void view.setInt32(4 * i, n, true));
    values.forEach((value, i) => void view.setFloat32(12 + seen + 4 * i, value, true));
    return file;
  };
  const eight = [10, 20, 1, 2, 3, 4, 5, 6];
  const loaded = (file: Uint8Array) => {
    const { tensors, analysis } = cfg(one, { 'net.weights': file });
    const values = [...tensors].map(([name, { load }]) => [name, load ? [...load()] : null]);
    return { values: Object.fromEntries(values), findings: findingsOf(analysis) };
  };

  it.each<readonly [what: string, file: Uint8Array, weight: readonly number[]]>([
    ['version 0.2, which counts images in 64 bits', weights([0, 2, 0], 8, eight), [1, 2, 3, 4, 5, 6]],
    ['version 0.1, in 32 bits', weights([0, 1, 0], 4, eight), [1, 2, 3, 4, 5, 6]],
    ['the first files, with dense weights by inputs', weights([1001, 0, 0], 4, eight), [1, 3, 5, 2, 4, 6]],
  ])('are read of %s', (_, file, weight) =>
    expect(loaded(file)).toEqual({ values: { 'fc0.weight': weight, 'fc0.bias': [10, 20] }, findings: [] }),
  );

  it.each<readonly [what: string, file: Uint8Array]>([
    ['too short by a number', weights([0, 2, 0], 8, eight.slice(1))],
    ['too long by a number', weights([0, 2, 0], 8, [...eight, 1])],
    ['cut off in their first bytes', new Uint8Array(5)],
    ['empty', new Uint8Array()],
  ])('are not used where they are %s', (_, file) =>
    expect(loaded(file)).toEqual({ values: { 'fc0.weight': null, 'fc0.bias': null }, findings: ['import/file'] }),
  );

  it('are read in ranges, when they are asked for', () => {
    const asked: number[] = [];
    const read = (_: number, length: number): Uint8Array => {
      asked.push(length);
      return new Uint8Array(length);
    };
    const file = { size: 2e9, read };
    const { tensors } = imported(readDarknet, one, { beside: { 'net.weights': file } });
    expect(asked).toEqual([12]);
    expect(tensors.get('fc0.weight')?.load).toBeUndefined();
  });

  it('say that there are none', async () => {
    const { err, code } = await run(['run', 'parts.cfg'], { files: { 'parts.cfg': files['parts.cfg'] } });
    expect([code, err]).toEqual([
      0,
      expect.stringContaining('parts.cfg has no values for its weights: they are of seed 0'),
    ]);
  });
});

describe('hostile files', () => {
  it.each<readonly [what: string, body: string]>([
    ['nothing', ''],
    ['no [net]', '[convolutional]\nfilters=3\n'],
    ['[net] twice', '[net]\nheight=8\nwidth=8\nchannels=3\n[net]\nheight=4\n'],
    ['names of prototypes', net('[__proto__] a=1', '[constructor] b=2', '[convolutional] __proto__=3 filters=2')],
    ['a section without its ]', net('[convolutional')],
    ['an empty section', '[]\n[]\n[net]\n'],
    [
      'zeros',
      net('[convolutional] filters=0 size=0', '[maxpool] size=0', '[route] layers=-1 groups=0', '[softmax] groups=0'),
    ],
    [
      'the largest numbers',
      net(
        `[convolutional] filters=${2 ** 31 - 1} size=${2 ** 31 - 1} pad=1`,
        '[upsample] stride=2147483647',
        '[upsample] stride=-2147483647',
      ),
    ],
    [
      'groups that come to fractions',
      net('[convolutional] filters=5 size=3 groups=3', '[route] layers=0 groups=3 group_id=9'),
    ],
  ])('%s', (_, body) => keepPromises(cfg(body).analysis, body));

  it.each<readonly [what: string, body: string]>([
    ['300,000 lines', `[net]\nheight=8\nwidth=8\nchannels=3\n${'momentum=0.9\n'.repeat(3e5)}`],
    ['300,000 sections', `[net]\nheight=8\nwidth=8\nchannels=3\n${'[avgpool]\n'.repeat(3e5)}`],
    ['a route of a million', net('[maxpool] size=1', `[route] layers=${'-1,'.repeat(1e6)}`)],
    ['a line of ten million signs', `[net]\nwidth=${'9'.repeat(1e7)}`],
    ['doubled and doubled', net(...Array.from({ length: 200 }, () => '[route] layers=-1,-1'), '[maxpool] size=1')],
  ])('%s in bounded time', (_, body) => {
    const start = performance.now();
    keepPromises(cfg(body).analysis, body);
    expect(performance.now() - start).toBeLessThan(20_000);
  });

  it('of any kind are told of, and never throw', () => {
    const whole = text('parts.cfg');
    const pieces = fc.constantFrom(
      '',
      '=',
      '[',
      ']',
      '-1,',
      'groups=3\n',
      '[route]\n',
      '[yolo]\n',
      '1e9',
      '\0',
      'layers=-9\n',
    );
    const change = fc.tuple(fc.nat(3), fc.double({ min: 0, max: 1, noNaN: true }), fc.nat(40), pieces);
    fc.assert(
      fc.property(fc.array(change, { minLength: 1, maxLength: 4 }), (changes) => {
        const body = changes.reduce(broken, whole);
        const { analysis, tensors } = cfg(body, { 'net.weights': bytes('parts.weights') });
        keepPromises(analysis, body);
        for (const { load, shape } of tensors.values())
          if (load) expect(load().length).toBe(shape.reduce((a, b) => a * b, 1));
      }),
      { numRuns: 300 },
    );
  });
});
