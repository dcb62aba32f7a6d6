// The lint rules: their comments, their numbers, what silences them, the command, and every warning about a bundled network with
// the reason why it may stay. That the examples in the comments say what they announce is docs.test.ts.

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { analyze } from '../src/analysis/analyze.js';
import { lint, ruleIds } from '../src/analysis/lint/lint.js';
import { parse } from '../src/lang/parse.js';
import { layers } from '../src/layers/index.js';
import { bundled, eachNetwork } from './bundled.js';
import { specsIn } from './executed.js';
import { run } from './fake-io.js';
import { ruleNames } from './generate.js';
import { commentOf, HEADINGS } from './lint-page.js';
import { net } from './spec-text.js';

const linted = (text: string) => lint(analyze(parse(text, { registry: layers })));
const codes = (text: string): readonly string[] => linted(text).map(({ code }) => code);
describe.each(ruleNames())('%s', (id) => {
  const comment = commentOf(id);
  it('says what it does, why, and shows it', () => {
    const headings = [...comment.matchAll(/^## (.*)$/gm)].map((match) => match[1]);
    expect(headings).toEqual(HEADINGS);
    expect(comment).toMatch(/^Use instead:$/m);
  });
  it('speaks in its first example and in none after that', () => {
    const [first, ...others] = specsIn(comment).map(({ text }) => codes(text));
    expect(new Set(first)).toEqual(new Set([id]));
    expect(others.length).toBeGreaterThan(0);
    expect(others.flat()).toEqual([]);
  });
  it('is in the registry, and in no other place', () =>
    expect(ruleIds.filter((known) => known === id)).toHaveLength(1));
});

interface Firing {
  /** Names of networks, as a person types them. */
  readonly spec: RegExp;
  readonly rule: string;
  /** How many items are warned of. */
  readonly count: number;
  readonly because: string;
}

/** Every warning about a bundled network, and why the network is right to have it. */
const FIRINGS: readonly Firing[] = [
  {
    spec: /^(alexnet.*|zfnet|vgg.*|yolov1)$/,
    rule: 'fc/dominates',
    count: 1,
    because: 'the first dense layer after the last pool is most of AlexNet, ZFNet, VGG and YOLO',
  },
  {
    spec: /^vgg\d+_bn$/,
    rule: 'norm/bias-before',
    count: 1,
    because: "torchvision's VGG with batch norm keeps the biases of the one without",
  },
  {
    spec: /^hrnet/,
    rule: 'norm/bias-before',
    count: 2,
    because: "the authors' heads keep the biases that their streams leave out",
  },
  {
    spec: /^(squeezenext|sqnxt)/,
    rule: 'norm/bias-before',
    count: 8,
    because: 'its convolutions have biases before batch norm, as the parameters of the paper include',
  },
  {
    spec: /^(squeezenext|sqnxt)/,
    rule: 'stride/exceeds-kernel',
    count: 1,
    because: 'stages begin with a 1x1 convolution of stride 2, beside a shortcut that skips the same',
  },
  {
    spec: /^convmixer/,
    rule: 'norm/after-activation',
    count: 3,
    because: "the paper's order: convolution, activation, batch norm",
  },
  {
    spec: /^alexnet-paper$/,
    rule: 'groups/unmixed',
    count: 1,
    because: 'conv4 and conv5 stay on their GPUs, which meet in conv3 and in the dense layers only',
  },
  {
    spec: /^nin-imagenet$/,
    rule: 'fit/fraction',
    count: 1,
    because: "the authors' Caffe model crops 224 and gets 54 out of 54.25",
  },
  {
    spec: /^nin-imagenet$/,
    rule: 'spec/alexnet-224',
    count: 1,
    because: "its first layer is AlexNet's, on 224",
  },
  {
    spec: /^squeezenet/,
    rule: 'fit/fraction',
    count: 1,
    because: 'its first convolution has no padding and fits 109.5 or 111.5 times into 224',
  },
  {
    spec: /^(m11|m18)$/,
    rule: 'fit/fraction',
    count: 1,
    because: 'the fourth pool of 4 meets a length of 125',
  },
  {
    spec: /^(m3|m5|m11|m18)$/,
    rule: 'rf/smaller-than-input',
    count: 1,
    because:
      'they listen to a fraction of a second at a time and average over 4 seconds, which is the point of the paper',
  },
  {
    spec: /^(r3d_18|c3d)$/,
    rule: 'fit/kernel-exceeds-input',
    count: 2,
    because: '16 frames are 2 in its last stage, whose kernels span 3',
  },
  {
    spec: /^r2plus1d_18$/,
    rule: 'fit/kernel-exceeds-input',
    count: 1,
    because: 'as in r3d_18, in the kernels along time',
  },
  {
    spec: /^deeplabv3/,
    rule: 'fit/kernel-exceeds-input',
    count: 1,
    because:
      'at its rate of 36 few taps meet the map; the paper shows it (section 3.3) and adds a pooled branch for it',
  },
  {
    spec: /^fcn8s$/,
    rule: 'pad/too-much',
    count: 1,
    because: 'pads 100 so that any size goes through, and crops it off at the end',
  },
  {
    spec: /^alexnet-eecs498$/,
    rule: 'fit/fraction',
    count: 1,
    because: "27.5 windows, rounded down, as in the course's own table",
  },
  {
    spec: /^mnist-keras$/,
    rule: 'fit/fraction',
    count: 1,
    because: "Keras's own example pools 11x11 by 2",
  },
  {
    spec: /^mnist-pytorch$/,
    rule: 'fc/dominates',
    count: 1,
    because: "PyTorch's own example pools once before its dense layers",
  },
  {
    spec: /^cifar10-quick$/,
    rule: 'act/none-between',
    count: 1,
    because: "Caffe's model has no activation between its two dense layers",
  },
  {
    spec: /^historians$/,
    rule: 'act/none-between',
    count: 1,
    because: 'the exam asks for weights and biases and leaves activations unsaid',
  },
  {
    spec: /^(yolov2-tiny-voc|yolov3-tiny)$/,
    rule: 'pad/even-kernel-same',
    count: 1,
    because: "Darknet's pool of 2 with stride 1 keeps 13x13 by an odd cell at the end",
  },
  {
    spec: /^(xception|yolov3|yolov3-tiny|hrnet.*)$/,
    rule: 'rf/misaligned',
    count: 1,
    because: 'as their notes say: branches of different centres under SAME, or beside enlarged maps',
  },
  {
    spec: /^yolov8.?$/,
    rule: 'rf/misaligned',
    count: 4,
    because: 'nearest neighbours beside maps of twice the size, in both directions of the pyramid',
  },
  {
    spec: /^ssd300_vgg16$/,
    rule: 'rf/exceeds-input',
    count: 1,
    because: 'its last maps of 5x5, 3x3 and 1x1 are for objects as large as the image',
  },
  {
    spec: /^ssd300_vgg16$/,
    rule: 'fit/kernel-exceeds-input',
    count: 1,
    because: 'its heads have kernels of 3 on all maps, the last of which is one cell',
  },
  {
    spec: /^siamese$/,
    rule: 'fc/dominates',
    count: 1,
    because: 'the dense layer of 4,096 units reads all of the last maps, as in its figure',
  },
  {
    spec: /^attention_unet$/,
    rule: 'norm/bias-before',
    count: 6,
    because: 'the program it is taken from keeps the biases before batch norm',
  },
  {
    spec: /^unetpp$/,
    rule: 'norm/bias-before',
    count: 2,
    because: 'as is usual in copies of the U-Net, which had biases and no batch norm',
  },
  {
    spec: /^unetpp$/,
    rule: 'rf/misaligned',
    count: 1,
    because: 'maps enlarged with align_corners are stretched a little, from corner to corner',
  },
  {
    spec: /^pointnet$/,
    rule: 'norm/bias-before',
    count: 10,
    because: 'all programs that are in use keep the biases before batch norm',
  },
  {
    spec: /^pointnet_paper$/,
    rule: 'norm/bias-before',
    count: 12,
    because: 'as in pointnet',
  },
  {
    spec: /^pointnet/,
    rule: 'rf/smaller-than-input',
    count: 1,
    because: 'each point is read by itself, so that their order does not matter: the point of the paper',
  },
  {
    spec: /^pilotnet$/,
    rule: 'fit/fraction',
    count: 3,
    because: 'the sizes of its figure: 66x200 is 31x98, 14x47, 5x22',
  },
  {
    spec: /^wavenet$/,
    rule: 'graph/dead',
    count: 1,
    because: 'what the last layer passes on is counted by everybody and read by nobody',
  },
  {
    spec: /^vae$/,
    rule: 'norm/bias-before',
    count: 3,
    because: 'the program it is taken from keeps the biases before batch norm',
  },
  {
    spec: /^vae$/,
    rule: 'deconv/checkerboard',
    count: 2,
    because: 'kernels of 3 at steps of 2, as it is in most autoencoders',
  },
  {
    spec: /^resnet\d+_v1$/,
    rule: 'stride/exceeds-kernel',
    count: 1,
    because: 'the flaw of v1: the stride of a bottleneck in its 1x1 convolution, beside a shortcut that skips the same',
  },
  {
    spec: /^(senet|se_resnet\d+)$/,
    rule: 'stride/exceeds-kernel',
    count: 1,
    because: "built on ResNet v1, as the authors' Caffe models are",
  },
  {
    spec: /^mobilenet_v3_small$/,
    rule: 'act/none-between',
    count: 1,
    because: 'a linear bottleneck from 16 to 16 channels, so not narrower than what it reads',
  },
  {
    spec: /^repvgg_a0_deploy$/,
    rule: 'rf/exceeds-input',
    count: 1,
    because:
      'fourteen 3x3 convolutions at 14x14 as in a residual network, of which folding has left no shortcut to see',
  },
  {
    spec: /^three-3x3$/,
    rule: 'act/none-between',
    count: 1,
    because: 'it compares weights and views; the lecture says what the missing activations are for',
  },
];

describe('the bundled networks', () => {
  const found = eachNetwork().map((name) => ({ name, findings: lint(bundled(name)) }));

  it.each(found)('$name gets no other warnings than those with a reason', ({ name, findings }) => {
    const counts = new Map<string, number>();
    for (const { code } of findings) counts.set(code, (counts.get(code) ?? 0) + 1);
    const unlisted = [...counts].filter(
      ([rule, count]) =>
        !FIRINGS.some((firing) => firing.spec.test(name) && firing.rule === rule && firing.count === count),
    );
    const lines = unlisted.map(
      ([rule, count]) =>
        `  { spec: /^${name}$/, rule: '${rule}', count: ${count}, because: '' },\n${findings
          .filter(({ code }) => code === rule)
          .map(({ message }) => `    // ${message}\n`)
          .join('')}`,
    );
    expect(unlisted, `mend the network, or the rule, or say in FIRINGS why it may stay:\n${lines.join('')}`).toEqual(
      [],
    );
  });

  it.each(FIRINGS)('$rule does fire on $spec', ({ spec, rule, count }) => {
    const named = found.filter(({ name }) => spec.test(name));
    expect(named.some(({ findings }) => findings.filter(({ code }) => code === rule).length === count)).toBe(true);
  });
});

describe('the numbers are right', () => {
  const cases: readonly (readonly [text: string, code: string, says: RegExp])[] = [
    [
      net('224x224x3', '{conv: 96, kernel: 11, stride: 4}'),
      'fit/fraction',
      /54\.25 windows of 11 .* 224, so the last row and column are/,
    ],
    [
      net('224x224x3', '{conv: 96, kernel: 11, stride: 4}'),
      'fit/fraction',
      /padding: 2, or an input that fits: 223x223 or 227x227/,
    ],
    [net('9x7x3', '{maxpool: 2}'), 'fit/fraction', /4\.5 windows of 2 fit into the height of 9, so the last row is/],
    [net('11x11x3', '{maxpool: 4}'), 'fit/fraction', /2\.75 windows .* the last 3 rows and columns are .*ceil: true/],
    [net('1x1x8', '{conv: 8, kernel: 3, padding: 1}'), 'fit/kernel-exceeds-input', /only 1 of its 9 places/],
    [
      net('2x2x8', '{conv: 8, kernel: 5, padding: 2}'),
      'fit/kernel-exceeds-input',
      /larger than the height and width of 2.* only 9 of its 25 places/,
    ],
    [
      net('32x32x3', '{conv: 8, kernel: 3, padding: 2}'),
      'pad/too-much',
      /height and width of 32 becomes 34.*padding: 1/,
    ],
    [net('32x32x3', '{conv: 8, kernel: 1, padding: 1}'), 'pad/too-much', /nothing but padding.*padding: 0/],
    [net('9x9x3', '{conv: 8, kernel: 2, padding: same}'), 'pad/even-kernel-same', /adds 0 before and 1 after/],
    [
      net('32x32x3', '{conv: 8, kernel: 3, dilation: 2, padding: 1}'),
      'pad/ignores-dilation',
      /covers 5 cells: 30 are left of a height and width of 32.*padding: 2/,
    ],
    [net('8x8x3', '{conv: 16, kernel: 3, norm: bn}'), 'norm/bias-before', /16 biases/],
    [
      net('6x6x256', '{fc: 4096}', 'relu', '{fc: 10}'),
      'fc/dominates',
      /37,752,832 of the 37,793,802 parameters \(100%\)/,
    ],
    [net('8x8x4', '{deconv: 4, kernel: 5, stride: 3}'), 'deconv/checkerboard', /of 1 or 2 inputs.*kernel: 6/],
    [net('8x8x4', '{deconv: 4, kernel: 2, stride: 3}'), 'deconv/checkerboard', /of 0 or 1 inputs.*kernel: 3/],
    [net('64x64x3', '{conv: 8, kernel: 3}', 'gap'), 'rf/smaller-than-input', /3x3 of the 64x64x3/],
    [net('64x64x3', '{conv: 8, kernel: 3}', '{adaptiveavgpool: 9}', 'gap'), 'rf/smaller-than-input', /10x10 of the 64/],
    [
      net('8x8x4', '{conv: 16, kernel: 3}', '{pixelshuffle: 2}', '{fc: 10}', 'softmax'),
      'act/none-between',
      /one linear map, a dense layer of 10 units/,
    ],
    [
      net('100x4', '{residual: [{conv: 4, kernel: 3, padding: [0, 2], act: relu}]}'),
      'rf/misaligned',
      /different centres: \(1\) and \(0\)|different centres: \(0\) and \(1\)/,
    ],
    [net('9x9x3', '{maxpool: 2, stride: 3}'), 'stride/exceeds-kernel', /skips 1 of every 3 cells/],
    [
      net('4x4x3', '{conv: 8, kernel: 3}', '{conv: 8, kernel: 2}', 'relu'),
      'act/none-between',
      /a convolution of 8 4x4 kernels/,
    ],
    [net('784', '{fc: 9, act: relu, drop: 0.5}'), 'act/relu-last', /ends in fc1\.act.*9 outputs of fc1/],
    [net('784', '{fc: 9, act: relu, drop: 0.9}', '{fc: 2}'), 'dropout/rate', /drops 0\.9 .* keeps 0\.1/],
  ];
  it.each(cases)('%s %s', (text, code, says) => {
    const found = linted(text).filter((d) => d.code === code);
    expect(found.map(({ message, help }) => `${message} (${help})`).join('\n')).toMatch(says);
    expect(found).toHaveLength(1);
  });

  const window = fc.record({
    size: fc.integer({ min: 1, max: 20 }),
    kernel: fc.integer({ min: 1, max: 6 }),
    stride: fc.integer({ min: 1, max: 5 }),
    dilation: fc.integer({ min: 1, max: 3 }),
    before: fc.integer({ min: 0, max: 4 }),
    after: fc.integer({ min: 0, max: 4 }),
  });
  it('windows are judged as counting them one by one does', () => {
    fc.assert(
      fc.property(window, ({ size, kernel, stride, dilation, before, after }) => {
        const covered = dilation * (kernel - 1) + 1;
        const room = size + before + after - covered;
        fc.pre(room >= 0);
        const text = net(
          `${size}x1`,
          `{conv: 1, kernel: ${kernel}, stride: ${stride}, dilation: ${dilation}, padding: [${before}, ${after}]}`,
        );
        const starts = Array.from({ length: Math.floor(room / stride) + 1 }, (_, i) => i * stride - before);
        const touched = (start: number) => Array.from({ length: kernel }, (_, tap) => start + tap * dilation);
        const isCell = (cell: number) => cell >= 0 && cell < size;
        const found = new Set(codes(text));
        const end = Math.max(...starts.map((start) => start + covered));
        expect(found.has('fit/fraction')).toBe(stride <= covered && end < size);
        expect(found.has('fit/kernel-exceeds-input')).toBe(covered > size);
        expect(found.has('stride/exceeds-kernel')).toBe(starts.length > 1 && stride > covered);
        const blind = starts.some((start) => start + covered <= 0 || start >= size);
        if (blind) expect(found.has('pad/too-much')).toBe(true);
        const live = Array.from({ length: kernel }, (_, tap) =>
          starts.some((start) => isCell(touched(start)[tap] ?? -1)),
        ).filter(Boolean).length;
        if (covered > size && live < kernel)
          expect(
            linted(text)
              .map(({ message }) => message)
              .join(),
          ).toContain(`only ${live} of its ${kernel} places`);
      }),
      { numRuns: 500 },
    );
  });
});

describe('rules keep silent', () => {
  const cases: readonly (readonly [why: string, text: string])[] = [
    ['ResNet’s stem cuts padding off, no cell', net('224x224x3', '{conv: 8, kernel: 7, stride: 2, padding: 3}')],
    ['ceil reads all', net('11x11x3', '{maxpool: 2, ceil: true}')],
    [
      'a strided 1x1 shortcut beside a body that reads all',
      net('8x8x4', '{residual: [{conv: 8, kernel: 3, stride: 2, padding: 1}]}'),
    ],
    ['depthwise and pointwise are factors', net('8x8x4', '{depthwise: 3}', '{conv: 8, kernel: 1}', 'relu')],
    ['1x3 and 3x1 are factors', net('8x8x4', '{conv: 8, kernel: 1x3}', '{conv: 8, kernel: 3x1}', 'relu')],
    ['a bottleneck is a factor', net('8x8x16', '{conv: 4, kernel: 1}', '{conv: 16, kernel: 1}', 'relu')],
    ['a pooled gate sees all on purpose', net('64x64x16', '{conv: 16, kernel: 3, act: relu}', 'se')],
    ['group normalisation keeps some of a bias', net('8x8x4', '{conv: 8, kernel: 3, norm: {groupnorm: 2}}')],
    [
      'a strong pool before a dense layer',
      net('28x28x1', '{conv: 8, kernel: 5, act: relu}', '{maxpool: 4}', '{fc: 10}'),
    ],
    ['LRN behind a ReLU, as in AlexNet', net('8x8x4', '{conv: 8, kernel: 3, act: relu}', 'lrn')],
    [
      'a gate of strips sees whole rows on purpose',
      net(
        '12x12x4',
        '{conv: 4, kernel: 3, padding: 1, act: relu, name: a}',
        '{reduce: mean, over: w}',
        '{conv: 4, kernel: 1, act: sigmoid, name: g}',
        '{mul: [a, g]}',
      ),
    ],
    ['softmax as a gate', net('8x8x4', '{conv: 4, kernel: 1, name: a}', 'softmax', '{mul: [a, softmax1]}')],
    ['a ReLU that another layer reads', net('784', '{fc: 64, act: relu, drop: 0.5}', '{fc: 10}')],
    ['ReLU behind a convolution at the end', net('8x8x4', '{conv: 4, kernel: 1, act: relu}')],
    [
      'causal branches end at the same cell',
      net('100x4', '{residual: [{conv: 4, kernel: 3, padding: [2, 0], act: relu}]}'),
    ],
    [
      'causal by its word, dilated',
      net('100x4', '{residual: [{conv: 4, kernel: 3, padding: causal, dilation: 8, act: relu}]}'),
    ],
    [
      'places of two maps in one list, where none meets another',
      net(
        '8x8x4',
        '{conv: 4, kernel: 3, stride: 2, padding: same, name: a}',
        '{reshape: [h*w, c], name: rows}',
        '{conv: 4, kernel: 3, stride: 2, padding: 1, from: a, act: relu}',
        '{reshape: [h*w, c], name: fewer}',
        '{concat: [rows, fewer], axis: w}',
      ),
    ],
    [
      'constants behind an activation',
      net('8x8x4', '{conv: 8, kernel: 1, act: relu}', '{times: 0.5}', 'biasadd', '{conv: 4, kernel: 1}'),
    ],
    [
      'causal and dilated, along one axis of an image',
      net('100x6x4', '{residual: [{conv: 4, kernel: 3x3, dilation: 4x1, padding: [8, 1, 0, 1], act: relu}]}'),
    ],
    [
      'a volume is enlarged between two convolutions',
      net(
        '8x8x4',
        '{conv: 16, kernel: 3}',
        '{pixelshuffle: 2}',
        '{conv: 8, kernel: 3}',
        '{upsample: 2}',
        '{conv: 8, kernel: 3}',
        'relu',
      ),
    ],
    [
      'places move between two convolutions',
      net('8x6x4', '{conv: 8, kernel: 3}', '{permute: [0, 2, 1]}', '{conv: 8, kernel: 3x1}', 'relu'),
    ],
    [
      'a channel shuffle written as reshapes',
      net(
        '8x8x4',
        '{conv: 4, kernel: 1, groups: 2, act: relu}',
        '{reshape: [2, 8, 8, 2]}',
        '{permute: [1, 0, 2, 3]}',
        '{reshape: [8, 8, 4]}',
        '{conv: 4, kernel: 1, groups: 2, act: relu}',
      ),
    ],
    [
      'a bound may be more than cells see',
      net(
        '6x4x1',
        '{conv: 2, kernel: 5x3, padding: 2x1, act: relu}',
        '{reshape: 4x6x2}',
        '{conv: 2, kernel: 3, act: relu}',
      ),
    ],
    ['an input nobody could read', 'input: 3x224x224\nlayers: [{conv: 8, kernel: 11, stride: 4}]'],
  ];
  it.each(cases)('%s', (_, text) => expect(linted(text)).toEqual([]));

  it('where the spec says so: everywhere, by family, on one item with all that it makes', () => {
    const cut = '{maxpool: 2, stride: 2}';
    const twice = net('11x11x3', cut, cut);
    expect(codes(twice)).toEqual(['fit/fraction', 'fit/fraction']);
    for (const ignore of ['fit/fraction', '[fit/fraction]', 'fit/*', '[pad/*, fit/*]'])
      expect(codes(`lint: {ignore: ${ignore}}\n${twice}`)).toEqual([]);
    expect(codes(`lint: {ignore: pad/*}\n${twice}`)).toHaveLength(2);
    expect(linted(net('11x11x3', '{maxpool: 2, lint: {ignore: fit/*}}', cut)).map(({ at }) => at?.line)).toEqual([4]);
    expect(codes(net('11x11x3', `{sequence: [${cut}, ${cut}], lint: {ignore: fit/*}}`))).toEqual([]);
    const block = `blocks: {down: {layers: [${cut}]}}\n`;
    expect(codes(block + net('11x11x3', '{down: , lint: {ignore: fit/*}}'))).toEqual([]);
    expect(codes(block + net('11x11x3', '{down: , repeat: 2}'))).toEqual(['fit/fraction']);
    expect(codes(block + net('11x11x3', '{down: , repeat: 2, lint: {ignore: fit/*}}'))).toEqual([]);
  });

  it('but not about a rule that there is not', () => {
    const [finding] = linted(`lint: {ignore: [fit/fractions]}\n${net('8x8x3', 'relu')}`);
    expect(finding).toMatchObject({
      code: 'lint/unknown-rule',
      severity: 'warning',
      at: { line: 1, column: 17 },
      help: 'did you mean fit/fraction?',
    });
  });
});

it('copies are told once, with their number', () => {
  const [finding, ...others] = linted(net('32x32x3', '{conv: 8, kernel: 3, norm: bn, act: relu, repeat: 5}'));
  expect(finding?.message).toContain('the first of 5 such layers');
  expect(others).toEqual([]);
});

describe('the command', () => {
  const files = {
    'good.yaml': net('32x32x3', '{conv: 16, kernel: 3, act: relu}'),
    'odd.yaml': net(
      '33x33x3',
      '{maxpool: 2, name: p}',
      '{conv: 16, kernel: 1, padding: 1, act: relu}',
      '{maxpool: 4}',
      '{fc: 10, drop: 0.9}',
    ),
    'wrong.yaml': net('33x33x3', '{maxpool: 2}', '{conv: 16, kernel: 99}'),
    'expects.yaml': net('224x224x3', '{conv: 96, kernel: 11, stride: 4, expect: {out: 55x55x96}}'),
    'broken.yaml': 'layers: [',
  };
  const lintOf = (...argv: readonly string[]) => run(['lint', ...argv], { files });

  it.each([
    [['good.yaml'], 0, /^nothing to warn of: \d+ rules over 2 layers\n$/],
    [['odd.yaml'], 0, /odd\.yaml:3:5: warning: p: 16\.5 windows.*\^{5,}.*help: write ceil: true.*\n5 warnings: /s],
    [['odd.yaml', '--strict'], 1, /5 warnings/],
    [['good.yaml', '--strict'], 0, /nothing/],
    [['wrong.yaml'], 1, /shape\/kernel-too-large.*1 error, 1 warning: /s],
    [['expects.yaml'], 1, /expect\/broken.*spec\/alexnet-224|spec\/alexnet-224.*expect\/broken/s],
    [['odd.yaml', '--input', '32x32x3'], 0, /\n4 warnings: /],
    [['INPUT 32x32x3; CONV-5-6; CONV-5-6'], 0, /nothing/],
    [['broken.yaml'], 2, /^$/],
    [['nowhere.yaml'], 2, /^$/],
  ] as const)('%j ends with %i', async (argv, code, out) => {
    const ran = await lintOf(...argv);
    expect(ran.out).toMatch(out);
    expect(ran.code, ran.err).toBe(code);
    if (code === 2) expect(ran.err).toMatch(/error: /);
  });

  it('as JSON', async () => {
    const { out, code } = await lintOf('odd.yaml', '--json');
    const report = JSON.parse(out);
    expect(code).toBe(0);
    expect(report).toMatchObject({ schema: 'cnncalc/lint/1', model: { source: 'odd.yaml' } });
    expect(report.findings[0]).toEqual({
      code: 'fit/fraction',
      severity: 'warning',
      message: expect.stringContaining('16.5 windows'),
      at: { line: 3, column: 5, length: expect.any(Number) },
      help: expect.stringContaining('ceil: true'),
    });
    expect(JSON.parse((await lintOf('nowhere.yaml', '--json')).out).findings).toMatchObject([{ code: 'file/missing' }]);
  });

  it('the summary is brief about it, after the table', async () => {
    const { out, err, code } = await run(['odd.yaml'], { files });
    expect(code).toBe(0);
    expect(out).toContain('weight layers');
    expect(err.split('\n')).toEqual([
      expect.stringMatching(/^odd\.yaml:3:5: warning: .*\[fit\/fraction\] and 1 more$/),
      expect.stringMatching(/\[pad\/too-much\]$/),
      expect.stringMatching(/\[dropout\/last\]$/),
      'also dropout/rate; what to write instead: cnncalc lint odd.yaml; what a code means: cnncalc why CODE',
      '',
    ]);
  });

  it('the summary under --strict, -q and --json, and with errors', async () => {
    expect((await run(['odd.yaml', '--strict'], { files })).code).toBe(1);
    expect((await run(['odd.yaml', '-q'], { files })).err).toBe('');
    const { diagnostics } = JSON.parse((await run(['odd.yaml', '--json'], { files })).out);
    expect(diagnostics.map(({ code }: { code: string }) => code)).toEqual([
      'fit/fraction',
      'pad/too-much',
      'fit/fraction',
      'dropout/last',
      'dropout/rate',
    ]);
    const { err } = await run(['wrong.yaml'], { files });
    expect(err).toContain('shape/kernel-too-large');
    expect(err).not.toContain('fit/fraction');
    expect((await run(['expects.yaml'], { files })).err).toContain('spec/alexnet-224');
  });
});
