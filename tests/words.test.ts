// Words of other frameworks: whatever they have for a layer or an option gets advice that works when it is written, or a reason, and never
// a neighbour that only looks like it. The lists are in fixtures: PyTorch's by a script, the others by hand (Keras 3, ONNX's opset 22).

import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { type Diagnostic, helpOf } from '../src/core/diagnostic.js';
import { bareWord, ELSEWHERE, elsewhere, isSaid } from '../src/lang/elsewhere.js';
import { meantKind, meantOption, meantSugar } from '../src/lang/meant.js';
import { parse } from '../src/lang/parse.js';
import { takesSugar } from '../src/lang/vocabulary.js';
import { ITEM_KEYS, OPTION_ALIASES, STRUCTURES, SUGAR } from '../src/lang/words.js';
import { layers } from '../src/layers/index.js';
import { edited } from './edited.js';
import { run } from './fake-io.js';
import { WRITTEN } from './words-page.js';

interface Words {
  readonly layers: readonly string[];
  /** Activations and functions, which stand where layers do. */
  readonly functions?: readonly string[];
  readonly options?: readonly string[];
}

const fixture = (name: string) => JSON.parse(readFileSync(new URL(`fixtures/${name}.json`, import.meta.url), 'utf8'));
const FRAMEWORK_WORDS: readonly (readonly [string, Words])[] = [
  ['PyTorch', fixture('torch_words')],
  ...Object.entries<Words>(fixture('framework_words')),
];

const errorsOf = (text: string): readonly Diagnostic[] =>
  parse(text, { registry: layers }).diagnostics.filter(({ severity }) => severity === 'error');
const shown = ({ code, message }: Diagnostic): string => `${code}: ${message}`;

/** The errors of layers on one of the inputs that a layer may need: a picture as wide as deep, a sequence, a row of numbers. */
const errorsOn = (items: string): readonly string[] => {
  const all = ['64x64x64', '{length: 64, channels: 64}', '64', '{length: 64, channels: 1}'].map((input) =>
    errorsOf(`input: ${input}\nlayers:\n${items}`).map(shown),
  );
  return all.find((errors) => errors.length === 0) ?? all[0] ?? [];
};

const kindNames = layers.kinds.flatMap((kind) => [kind.name, ...(kind.aliases ?? [])]);
const names = [...kindNames, ...STRUCTURES];
const isOption = (word: string): boolean => WRITTEN.options.some((name) => bareWord(name) === bareWord(word));

describe('what there is not yet', () => {
  const missing = (about: keyof typeof ELSEWHERE): readonly string[] => [
    ...new Set(
      ELSEWHERE[about]()
        .flatMap(({ here }) => here)
        .filter((name) => !(WRITTEN[about] as readonly string[]).includes(name)),
    ),
  ];
  // Rows of the table that come true with the kind or option: take its name out here when it is there.
  it('kinds', () => expect(missing('kinds').join(' ')).toBe(''));
  it('options', () => expect(missing('options').join(' ')).toBe(''));
  it('keys of a file', () => expect(missing('keys').join(' ')).toBe(''));
});

it('a row whose kind there is not yet is offered with it, and not before', () => {
  for (const row of ELSEWHERE.kinds().filter((one) => !isSaid(one, names)))
    for (const word of [...row.words.flat(), ...row.loose]) {
      expect(row.here, word).not.toContain(meantKind(word, 'item', names).name);
      const then = [...names, ...row.here];
      if (elsewhere('kinds', word).find((one) => isSaid(one, then)) === row)
        expect(row.here, word).toContain(meantKind(word, 'item', then).name);
    }
});

describe('a layer of another framework', () => {
  it.each(FRAMEWORK_WORDS)('%s: every one has advice or a reason', (_, { layers: all, functions = [] }) => {
    const silent = [...all, ...functions].filter(
      (word) => !names.includes(bareWord(word)) && elsewhere('kinds', word).length === 0,
    );
    expect(silent).toEqual([]);
  });
  it.each(FRAMEWORK_WORDS)('%s: none has a neighbour', (_, { layers: all, functions = [] }) => {
    for (const word of [...all, ...functions]) {
      const { name, leave, remedy } = meantKind(word, 'item', names);
      expect(helpOf(remedy), word).not.toContain('did you mean');
      expect(name !== undefined || leave === true, word).toBe(true);
      const sugar = meantSugar(word, ['relu', 'elu', 'selu', 'silu'], 'act');
      expect(helpOf(sugar), word).not.toContain('did you mean');
    }
  });

  const written = ELSEWHERE.kinds().filter((row) => row.here.length > 0 && isSaid(row, names));
  it.each(written.map((row) => ({ row, item: row.item ?? row.here[0] ?? '' })))('$item can be written', ({ item }) => {
    expect(
      errorsOn(
        `  - {${item.startsWith('{unpool') ? 'maxpool: 2' : 'relu'}, name: a}\n  - {tanh, name: b, from: input}\n  - ${item}\n`,
      ),
    ).toEqual([]);
  });
  const words = [...new Set(ELSEWHERE.kinds().flatMap((row) => [...row.words.flat(), ...row.loose]))];
  it.each(words.filter((word) => !names.includes(word)))('%s as an item, and with what the help writes', (word) => {
    const text = `input: 32x32x64\nlayers:\n  - ${word}\n`;
    const [error, ...more] = errorsOf(text);
    expect([error?.code, more]).toEqual(['item/unknown-kind', []]);
    expect(error?.help).not.toContain('did you mean');
    if (error?.edits && !kindNames.includes(bareWord(word)))
      expect(errorsOn(edited(text, error.edits).replace(/^.*\nlayers:\n/, ''))).toEqual([]);
  });
});

describe('an option of another framework', () => {
  it.each(FRAMEWORK_WORDS)('%s: every one has advice or a reason', (_, { options = [] }) => {
    expect(options.filter((word) => !isOption(word) && elsewhere('options', word).length === 0)).toEqual([]);
  });
  it.each(layers.kinds)('$name has no neighbour for a word that is known', (kind) => {
    const allowed = Object.keys(kind.args);
    for (const word of FRAMEWORK_WORDS.flatMap(([, { options = [] }]) => options)) {
      if (elsewhere('options', word).length === 0) continue;
      const { remedy } = meantOption(word, allowed, 'options');
      expect(helpOf(remedy), word).not.toContain('did you mean');
    }
  });
  const hosts = [
    'conv: 8, kernel: 1',
    'fc: 8',
    'maxpool: 2',
    'avgpool: 2',
    'gap',
    'dropout: 0.5',
    'leakyrelu',
    'hardtanh',
    'gelu',
    'upsample: 2',
    'batchnorm',
    'layernorm',
    'groupnorm: 4',
    'adaptiveavgpool: 1',
    'lrn: 5',
    'reshape: 262144',
    'permute: [0, 1, 2]',
    'slice: 8',
    'crop: 1',
    'se: 4',
    'depthwise: 3',
    'matmul: [a, b]',
    'concat: [a, b]',
    'attention: 4',
    'lstm: 8',
  ];
  const rows = ELSEWHERE.options().filter((row) => isSaid(row, WRITTEN.options));
  it.each(rows.map((row) => ({ row, here: row.here.join(' ') || row.note })))('$here', ({ row }) => {
    const host = hosts.find((one) => {
      const kind = layers.find(/^\w+/.exec(one)?.[0] ?? '');
      return row.here.some((here) => kind?.args[here]) || (row.here.length === 0 && one.startsWith('conv'));
    });
    for (const word of [...row.words.flat(), ...row.loose]) {
      const text = `input: 64x64x64\nlayers:\n  - {relu, name: a}\n  - {tanh, name: b}\n  - {${host ?? 'conv: 8, kernel: 1'}, ${word}: 2}\n`;
      for (const { edits, help } of errorsOf(text).filter(({ code }) => code === 'option/unknown')) {
        expect(edits, `${text}${help}`).toBeDefined();
        expect(errorsOf(edited(text, edits ?? [])).map(({ code }) => code)).not.toContain('option/unknown');
      }
    }
  });
});

describe('which is meant', () => {
  it.each([
    ['nn.Conv2d', 'conv'],
    ['torch.nn.Linear', 'linear'],
    ['tf.keras.layers.Dense', 'dense'],
    ['layers.MaxPooling2D', 'maxpool'],
    ['MaxPool3d', 'maxpool'],
    ['batch_normalization', 'batchnorm'],
    ['[convolutional]', 'conv'],
    ['convolution2dLayer', 'conv'],
    ['GlobalAveragePooling1D', 'gap'],
    ['hswish', 'hardswish'],
    ['hsigmoid', 'hardsigmoid'],
    ['globalavgpool', 'gap'],
    ['multiply', 'mul'],
    ['concatenate', 'concat'],
    ['split', 'slice'],
    ['bilinear', 'upsample'],
    ['swiglu', 'mul'],
    ['F.max_pool2d', 'maxpool'],
    ['x.view', 'flatten'],
  ])('%s is %s', (word, here) => expect(meantKind(word, 'item', names).name).toBe(here));
  it.each([
    ['conv', 'use_bias', 'bias'],
    ['conv', 'activation', 'act'],
    ['conv', 'dilation_rate', 'dilation'],
    ['maxpool', 'pool_size', 'kernel'],
    ['fc', 'out_features', 'units'],
    ['upsample', 'scale_factor', 'factor'],
    ['layernorm', 'axis', 'over'],
    ['hardtanh', 'min_val', 'low'],
    ['gap', 'keepdim', 'keepdims'],
    ['se', 'ratio', 'reduction'],
    ['lrn', 'local_size', 'size'],
    ['dropout', 'p', 'rate'],
    ['pixelshuffle', 'upscale_factor', 'factor'],
    ['depthwise', 'depth_multiplier', 'multiplier'],
  ])('%s: %s is %s', (kind, word, here) => {
    const found = layers.find(kind);
    const sugar = found && takesSugar(found) ? SUGAR : [];
    const allowed = [...Object.keys(found?.args ?? {}), ...sugar, ...ITEM_KEYS];
    expect(meantOption(word, allowed, 'options').name).toBe(here);
  });
  it('conv: in_channels is left out', () =>
    expect(meantOption('in_channels', ['filters', 'kernel'], 'options')).toEqual({
      leave: true,
      remedy: 'leave it out: what comes in is known',
    }));

  const help = (word: string, kinds = names): string => helpOf(meantKind(word, 'item', kinds).remedy);
  it('what has no word is stated by an opaque item, where there are any', () => {
    expect(help('nn.DeformConv2d(3, 16)', [...names, 'opaque'])).toContain('{opaque: DeformConv2d, out: SHAPE}');
    expect(help('CrossEntropyLoss', [...names, 'opaque'])).not.toContain('opaque');
  });
  it.each(Object.entries(OPTION_ALIASES))('%s, which is read as %s, is so in the table', (alias, option) =>
    expect(elsewhere('options', alias).flatMap(({ here }) => here)).toContain(option),
  );
  it('notes name what there is', () => {
    const said = (Object.keys(ELSEWHERE) as (keyof typeof ELSEWHERE)[]).flatMap((about) =>
      ELSEWHERE[about]().filter((row) => isSaid(row, WRITTEN[about])),
    );
    const known = [...names, ...WRITTEN.options, ...WRITTEN.keys, 'blocks'];
    const named = said.flatMap(({ note = '' }) => [...note.matchAll(/`([a-z]+)\b[^`]*`/g)].map(([, word]) => word));
    expect(named.filter((word) => !known.includes(word ?? ''))).toEqual(['pool']);
  });
  it.each([
    ['cov', 'did you mean conv?'],
    ['maxpol', 'did you mean maxpool?'],
    ['rellu', 'did you mean relu?'],
    ['attenton', 'did you mean attention?'],
    ['swigl', 'write {mul: [{slice'],
    ['hardsig', 'write hardsigmoid'],
    ['denes', 'did you mean dense?'],
    ['btachnorm', 'did you mean batchnorm?'],
    ['MaxPoolng2D', 'write {maxpool: 2}'],
    ['Convolutoin2D', 'write {conv: 16, kernel: 3}'],
    ['GlobalAveragePoolin2D', 'write gap'],
    ['CrossEntropyLos', 'if it is crossentropyloss: a loss and what decodes outputs'],
  ])('%s, with a slip: %s', (word, says) => expect(help(word)).toContain(says));
  it.each([
    ['{se: 16, act: glu}', 'words and values here: relu, relu6'],
    ['{se: 16, act: swish}', 'write silu'],
    ['{conv: 8, kernel: 1, act: swiglu}', 'for act: abs'],
    ['{conv: 8, kernel: 1, act: hard_swish}', 'write hardswish'],
    ['{conv: 8, kernel: 1, act: selo}', 'did you mean selu?'],
  ])('%s: %s', (item, says) => {
    const [error, ...more] = errorsOf(`input: 8x8x64\nlayers: [${item}]\n`);
    expect([error?.help?.includes(says), more], error?.help).toEqual([true, []]);
  });
  it('defaults of a word that is known are those of no neighbour', () => {
    const [error, ...more] = errorsOf('input: 8x8x64\ndefaults: {swiglu: {alpha: 2}}\nlayers: [elu]\n');
    expect([error?.code, error?.help?.startsWith('write {mul:'), more]).toEqual(['defaults/kind', true, []]);
  });
  it('a word that nobody has', () => expect(help('zyxwv')).toContain('docs/layers.md lists the kinds'));
});

describe('cnncalc kinds WORD', () => {
  it.each([
    ['Conv2d', '`Conv2d` is `{conv: 16, kernel: 3}` here'],
    ['MaxPooling2D', 'is `{maxpool: 2}` here'],
    ['Scale', 'learns a factor per channel'],
  ])('%s', async (word, says) => {
    const { code, out } = await run(['kinds', word, '--format', 'markdown']);
    expect([code, out.replaceAll('\n', ' ').includes(says)], out).toEqual([0, true]);
    expect(out).toContain('## ');
  });
  it.each([
    ['CrossEntropyLoss', 'a loss and what decodes outputs are no layers'],
    ['Sequential', 'write {sequence: [relu]}'],
    ['kernel_size', 'kernel is an option of avgpool, conv,'],
    ['in_channels', 'an option that there is not: what comes in is known'],
    ['Erf', 'a function of this sort has no word here'],
    ['cnv', 'did you mean conv?'],
  ])('%s has no page', async (word, says) => {
    const { code, err } = await run(['kinds', word]);
    expect([code, err.replaceAll(/\s+/g, ' ').includes(says)], err).toEqual([2, true]);
  });
});
