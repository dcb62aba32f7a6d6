// What a sheet may ask of a layer or of the whole network, by the names of its columns, and what is right. No answers here.

import { rowOf } from '../analysis/analysis.js';
import { isExact } from '../analysis/receptive-field.js';
import { sizeOf } from '../analysis/track-measures.js';
import { type Count, isFrozen, term, total } from '../core/count.js';
import { FIGURES } from '../core/figures.js';
import type { Statement } from '../core/layer.js';
import { channels, elements, type Shape, spatial } from '../core/shape.js';
import { exactPlaces } from '../core/window.js';
import type { Conventions } from './conventions.js';
import {
  averagedAxes,
  bytesPerValue,
  COPIES,
  computesLinearly,
  largestBatch,
  matrix,
  ofWindows,
  ratio,
  statisticsInTest,
  termsOf,
  values,
} from './measures.js';
import { inTraining } from './training.js';
import type { WordForm } from './words.js';
import { biases, frozen, type Subject, scaleAndShift, weights } from './world.js';

/** A right answer, or one that a mistake would give. */
export type Key =
  | { readonly form: 'count'; readonly count: Count }
  | { readonly form: 'number'; readonly number: number }
  /** Channels first. */
  | { readonly form: 'shape'; readonly shape: Shape }
  /** Per axis, or the sides of a matrix. */
  | { readonly form: 'sizes'; readonly sizes: readonly number[] }
  /** Everything; as sizes, those of the network's input. */
  | { readonly form: 'global'; readonly sizes: readonly number[] }
  | { readonly form: 'fit'; readonly places: readonly number[] }
  /** Padding that is no number. */
  | { readonly form: 'word'; readonly word: 'same' }
  /** Choices that the form has, in words.ts. */
  | { readonly form: 'words'; readonly words: readonly string[] };

export type Form = 'shape' | 'sizes' | 'count' | 'bytes' | 'ratio' | 'fit' | WordForm;

/** What the sheet says besides, that one quantity needs. */
export interface Surroundings {
  readonly conventions: Conventions;
  /** Bytes that a batch may take, and what is kept while it runs. */
  readonly memoryLimit: number | null;
  readonly training: keyof typeof COPIES;
}

interface AnyAsked {
  readonly name: string;
  readonly aliases: readonly string[];
  readonly form: Form;
  readonly doc: string;
  /** Nobody can say where a layer does not state that. */
  readonly needs?: Statement;
  /** Of several layers it is the sum of theirs. */
  readonly adds?: true;
  readonly key: (subject: Subject, around: Surroundings) => Key | null;
}

export const number = (n: number | null): Key | null => (n === null ? null : { form: 'number', number: n });
export const count = (terms: Count): Key => ({ form: 'count', count: terms });
const sizes = (numbers: readonly number[] | null | undefined): Key | null =>
  numbers && numbers.length > 0 ? { form: 'sizes', sizes: numbers } : null;

export const words = (choices: readonly string[] | null): Key | null => choices && { form: 'words', words: choices };

const TABLE = [
  {
    name: 'out',
    aliases: [
      'output',
      'shape',
      'volume',
      'output shape',
      'output size',
      'output volume',
      'activation shape',
      'out shape',
      'output volume size',
      'feature map',
      'feature map size',
      'output feature map',
      'output dim',
      'activation volume',
      '输出',
      '输出尺寸',
      '输出大小',
      '输出形状',
      '特征图',
      '特征图尺寸',
      '特征图大小',
      '出力',
      'Ausgabe',
      'Ausgabegröße',
      'Ausgabevolumen',
    ],
    form: 'shape',
    doc: 'the output volume: 55x55x96',
    key: ({ result }) => ({ form: 'shape', shape: result.facts.output }),
  },
  {
    name: 'height',
    aliases: ['H', 'output height', 'out height', '高', '高度', 'Höhe'],
    form: 'sizes',
    doc: 'the height of the output alone',
    key: ({ result }) => sizes(spatial(result.facts.output).slice(-2, -1)),
  },
  {
    name: 'width',
    aliases: ['W', 'output width', 'out width', 'length', '宽', '宽度', 'Breite'],
    form: 'sizes',
    doc: 'the width of the output alone; of a sequence, its length',
    key: ({ result }) => sizes(spatial(result.facts.output).slice(-1)),
  },
  {
    name: 'in',
    aliases: [
      'input',
      'input shape',
      'input size',
      'input volume',
      'in shape',
      '输入',
      '输入尺寸',
      '输入大小',
      '输入形状',
      'Eingabe',
    ],
    form: 'shape',
    doc: 'the volume the layer reads',
    key: ({ parts: [first] }) => (first.inputs[0] ? { form: 'shape', shape: first.inputs[0] } : null),
  },
  {
    name: 'in_features',
    aliases: ['flatten', 'in features', 'input features', 'flattened size', 'flattened'],
    form: 'count',
    doc: 'values the layer reads: the length of the flattened input',
    key: ({ parts: [first] }) => (first.inputs[0] ? number(elements(first.inputs[0])) : null),
  },
  {
    name: 'params',
    aliases: [
      'parameters',
      'param',
      'trainable parameters and biases',
      'parameter',
      '参数',
      '参数量',
      '参数个数',
      '参数数量',
      'パラメータ数',
      'Parameteranzahl',
    ],
    needs: 'params',
    form: 'count',
    adds: true,
    doc: 'parameters, by the conventions of bias and batchnorm',
    key: (subject, { conventions }) =>
      count(
        termsOf(subject, (part) => [
          ...weights(part),
          ...(conventions.bias ? biases(part) : []),
          ...(conventions.batchnorm === 4 ? (part.facts.buffers ?? []) : []),
          ...(conventions.instancenorm === 2 ? scaleAndShift(part) : []),
        ]),
      ),
  },
  {
    name: 'weights',
    aliases: ['weight', '权重', 'Gewichte'],
    needs: 'params',
    form: 'count',
    adds: true,
    doc: 'parameters without biases',
    key: (subject) => count(termsOf(subject, weights)),
  },
  {
    name: 'biases',
    aliases: ['bias', '偏置', 'Biase'],
    needs: 'params',
    form: 'count',
    adds: true,
    doc: 'biases alone',
    key: (subject) => count(termsOf(subject, biases)),
  },
  {
    name: 'trainable',
    aliases: ['learned', 'trainable parameters', 'trainable params', 'learnable parameters', 'learnable params'],
    needs: 'params',
    form: 'count',
    adds: true,
    doc: FIGURES.trainable.doc,
    key: (subject) => count(termsOf(subject, ({ facts }) => facts.params?.filter((one) => !isFrozen(one)))),
  },
  {
    name: 'nontrainable',
    aliases: [
      'non-trainable',
      'buffers',
      'non-trainable parameters',
      'non-trainable params',
      '不可训练参数',
      '不可训练参数量',
    ],
    form: 'count',
    adds: true,
    doc: 'frozen parameters, and running statistics of batch norm',
    key: (subject) => count(termsOf(subject, (part) => [...frozen(part), ...(part.facts.buffers ?? [])])),
  },
  {
    name: 'frozen',
    aliases: ['frozen parameters', 'frozen params'],
    form: 'count',
    adds: true,
    doc: FIGURES.frozen.doc,
    key: (subject) => count(termsOf(subject, frozen)),
  },
  {
    name: 'macs',
    aliases: [
      'mac',
      'multiply-accumulates',
      'mult-adds',
      'multiplications',
      'multiply adds',
      'madds',
      'multadds',
      '乘加',
      '乘加次数',
      'Multiplikationen',
    ],
    needs: 'macs',
    form: 'count',
    adds: true,
    doc: 'multiply-accumulates; operations where the sheet says `count: flops`',
    key: (subject, { conventions }) =>
      count(termsOf(subject, ({ facts }) => (conventions.count === 'flops' ? doubled(facts.macs) : facts.macs))),
  },
  {
    name: 'flops',
    aliases: ['flop', 'operations', '计算量', '运算量'],
    needs: 'macs',
    form: 'count',
    adds: true,
    doc: 'two operations per multiply-accumulate, and those of pools, norms and activations or not; multiply-accumulates where the sheet says `count: macs`',
    key: (subject, { conventions }) =>
      count(termsOf(subject, ({ facts }) => (conventions.count === 'macs' ? facts.macs : doubled(facts.macs)))),
  },
  {
    name: 'activations',
    aliases: ['elements', 'neurons', 'values', 'activation size'],
    form: 'count',
    doc: FIGURES.activations.doc,
    key: (subject, { conventions }) => number(values(subject, conventions)),
  },
  {
    name: 'memory',
    aliases: ['size', '内存', '显存', 'Speicher'],
    needs: 'params',
    form: 'bytes',
    doc: 'bytes of the output; of the total: bytes of the parameters',
    key: (subject, { conventions }) =>
      number(
        subject.whole
          ? (subject.analysis.totals.bytes.params ?? Number.NaN)
          : values(subject, conventions) * bytesPerValue(subject),
      ),
  },
  {
    name: 'activation_memory',
    aliases: [],
    form: 'bytes',
    doc: 'bytes of all outputs',
    key: (subject, { conventions }) => number(values(subject, conventions) * bytesPerValue(subject)),
  },
  {
    name: 'kept',
    aliases: ['kept for backward', 'saved for backward'],
    form: 'bytes',
    doc: 'bytes that training keeps for the way back, images apart',
    key: (subject) => number(inTraining(subject, ({ kept }) => kept)),
  },
  {
    name: 'backward',
    aliases: ['backward macs'],
    needs: 'macs',
    form: 'count',
    doc: 'multiply-accumulates of the way back, for one image',
    key: (subject) => number(inTraining(subject, ({ backwardMacs }) => backwardMacs)),
  },
  {
    name: 'rf',
    aliases: [
      'receptive field',
      'receptive_field',
      'receptiveField',
      'field',
      'receptive fields',
      '感受野',
      '受容野',
      'rezeptives Feld',
    ],
    form: 'sizes',
    doc: 'receptive field in cells of the input: 11 or 11x11',
    key: ({ result, analysis }) => {
      const local = rowOf(analysis, result.node.id)?.field?.local;
      if (!local || !isExact(local)) return null;
      if (local === 'global') return { form: 'global', sizes: spatial(analysis.graph.nodes[0]?.facts?.output ?? []) };
      return sizes(local.map((track) => sizeOf(track).size));
    },
  },
  {
    name: 'kernel',
    aliases: ['filter', 'kernel size', 'filter size', 'F', 'k', '卷积核', '卷积核大小', 'kernels', 'Kern'],
    form: 'sizes',
    doc: 'size of the kernel; of a dense layer: as a convolution',
    key: (subject) => sizes(ofWindows(subject, (w) => w.kernel)),
  },
  {
    name: 'stride',
    aliases: ['S', 's', 'strides', '步长', '步幅', 'Schrittweite'],
    form: 'sizes',
    doc: 'stride',
    key: (subject) => sizes(ofWindows(subject, (w) => w.stride)),
  },
  {
    name: 'padding',
    aliases: ['pad', 'P', 'p', '填充', 'Auffüllung'],
    form: 'sizes',
    doc: 'padding on one side',
    key: (subject) =>
      sizes(ofWindows(subject, (w) => (w.before === w.after ? w.before : null))) ??
      (subject.main.node.args?.['padding'] === 'same' && subject.main.facts.windows
        ? { form: 'word', word: 'same' }
        : null),
  },
  {
    name: 'dilation',
    aliases: ['D', 'd', 'dilation rate', '膨胀率', '空洞率'],
    form: 'sizes',
    doc: 'dilation, counted as the sheet says',
    key: (subject, { conventions }) => sizes(ofWindows(subject, (w) => w.dilation - 1 + conventions.dilation)),
  },
  {
    name: 'filters',
    aliases: [
      'K',
      'units',
      'channels',
      'C',
      'C_out',
      'out channels',
      'output channels',
      'output depth',
      '通道',
      '通道数',
      '卷积核个数',
      'Kanäle',
    ],
    form: 'count',
    doc: 'channels of the output',
    key: ({ result }) => number(channels(result.facts.output)),
  },
  {
    name: 'fits',
    aliases: ['fit'],
    form: 'fit',
    doc: 'does the window fit in whole steps: yes, no, or the fraction',
    key: ({ main: { facts, inputs } }) => {
      const places = facts.windows?.map((w, axis) => exactPlaces(inputs[0]?.[axis + 1] ?? 0, w));
      return places ? { form: 'fit', places } : null;
    },
  },
  {
    name: 'im2col',
    aliases: [],
    form: 'sizes',
    doc: 'the matrix of input patches: 363x3025',
    key: (subject) => {
      const m = matrix(subject);
      return m && sizes([m.row, m.places]);
    },
  },
  {
    name: 'filter_matrix',
    aliases: [],
    form: 'sizes',
    doc: 'the matrix of filters: 96x363',
    key: (subject) => {
      const m = matrix(subject);
      return m && sizes([m.filters, m.row]);
    },
  },
  {
    name: 'product',
    aliases: ['im2col_out'],
    form: 'sizes',
    doc: 'the product of both: 96x3025',
    key: (subject) => {
      const m = matrix(subject);
      return m && sizes([m.filters, m.places]);
    },
  },
  {
    name: 'ratio',
    aliases: ['权重之比', '比例'],
    needs: 'params',
    form: 'ratio',
    doc: 'weights as a share of those of one convolution that sees as much: 0.55, 55%, 45% fewer',
    key: (subject) => number(ratio(subject)),
  },
  {
    name: 'batch',
    aliases: [],
    needs: 'params',
    form: 'count',
    doc: 'images at once that fit into the memory_limit of the sheet',
    key: (subject, { memoryLimit, training }) =>
      number(
        memoryLimit === null || !subject.whole
          ? null
          : largestBatch(subject, memoryLimit, COPIES[training], training === 'inference' ? 1 : 2),
      ),
  },
  {
    name: 'weightLayers',
    aliases: ['layers', 'depth', '层数', '网络层数'],
    form: 'count',
    doc: FIGURES.weightLayers.doc,
    // Of the whole alone: no layer has a depth, and it is no sum over them.
    key: ({ analysis, whole }) => (whole ? number(analysis.totals.weightLayers) : null),
  },
  {
    name: 'axes',
    aliases: [
      'averaged over',
      'normalised over',
      'normalized over',
      'over',
      'dims',
      '归一化范围',
      '归一化的轴',
      '归一化轴',
      '归一化维度',
    ],
    form: 'axes',
    doc: 'of a normalisation: the axes over which mean and variance are taken: N, H, W',
    key: ({ main }) => words(averagedAxes(main)),
  },
  {
    name: 'test',
    aliases: ['in test', 'at test time', 'test time', 'testing', 'inference', '测试', '测试时', '测试阶段', '推理时'],
    form: 'statistics',
    doc: 'of a normalisation: by what mean and variance it normalises at test time: running, batch or same',
    key: ({ main }) => words(statisticsInTest(main)),
  },
  {
    name: 'linear',
    aliases: ['is linear', 'linear in test', '线性', '是否线性'],
    form: 'whether',
    doc: 'whether every layer of it is linear at test time, but for a fixed addend, so that one could do the same: yes or no',
    key: (subject) => words(computesLinearly(subject)),
  },
] as const satisfies readonly AnyAsked[];

export type QuantityName = (typeof TABLE)[number]['name'];

export interface Asked extends AnyAsked {
  readonly name: QuantityName;
}

export const QUANTITIES: readonly Asked[] = TABLE.map((asked: Asked) => {
  const { needs, key } = asked;
  if (!needs) return asked;
  const isStated = ({ parts }: Subject): boolean => !parts.some(({ facts }) => facts.unstated?.includes(needs));
  return { ...asked, key: (subject, around) => (isStated(subject) ? key(subject, around) : null) };
});

/** Two operations for each. */
export const doubled = (macs: Count | undefined): Count =>
  (macs ?? []).map(({ factors }) => term({ ...factors, operations: 2 }));

const BY_NAME = new Map(
  QUANTITIES.flatMap((asked) => [asked.name, ...asked.aliases].map((name) => [name, asked] as const)),
);

/** By its name or an alias; as students head their columns, too: `# Parameters`, `Output Volume Dimensions`, `参数量`. */
export const quantityNamed = (name: string): Asked | undefined => {
  if (name.length > LONGEST_NAME) return undefined;
  const own = BY_NAME.get(name);
  if (own) return own;
  const bare = plain(name);
  return PLAINLY.get(bare) ?? PLAINLY.get(bare.replace(/ (?:dimensions?|dims?|sizes?|shape|count)$/, ''));
};

const LONGEST_NAME = 80;

const plain = (name: string): string =>
  name
    .normalize('NFKC')
    .toLowerCase()
    .replace(/[_\s]+/g, ' ')
    .trim()
    .replace(/^(?:(?:#|(?:no\.|nr\.|number|num|count|anzahl|total)(?![a-z]))(?: of)?(?: der)? ?(?:the )?)+/, '')
    .replace(/[\s#:?]+$/, '');

/** Where two quantities differ in capitals only (`D`, `d`), the first has it. */
const PLAINLY = new Map(
  [...QUANTITIES]
    .reverse()
    .flatMap((asked) => [...asked.aliases, asked.name].map((name) => [plain(name), asked] as const)),
);

/** The value of a key that is one number. */
export const numberOf = (key: Key): number | null =>
  key.form === 'number' ? key.number : key.form === 'count' ? total(key.count) : null;
