// What sheets and hints say in Chinese: the one table of it, by the English text, which stands where it is said. `--lang` chooses. What
// is read in Chinese stands in quantities.ts, words.ts and given.ts.

import type { QuantityName } from './quantities.js';

export const LANGUAGES = ['en', 'zh'] as const;
export type Language = (typeof LANGUAGES)[number];

export const isLanguage = (text: string): text is Language => (LANGUAGES as readonly string[]).includes(text);

/** The text in that language; what the table has not stays as it is: layers, letters of axes. */
export const say = (text: string, language: Language): string =>
  language === 'zh' && Object.hasOwn(CHINESE, text) ? (CHINESE[text] ?? text) : text;

/** What is asked, by a name that a sheet may have; those that no sheet asks for keep their own. */
const NAMES: Partial<Record<QuantityName, string>> = {
  out: '输出尺寸',
  params: '参数量',
  nontrainable: '不可训练参数',
  weights: '权重',
  macs: '乘加次数',
  rf: '感受野',
  ratio: '权重之比',
  weightLayers: '层数',
  axes: '归一化范围',
  test: '测试时',
  linear: '是否线性',
};

export const nameIn = (name: QuantityName, language: Language): string =>
  (language === 'zh' ? NAMES[name] : undefined) ?? name;

/** Like English hints they have no digit and no sign of comparison. */
export const CHINESE: Readonly<Record<string, string>> = {
  // --- words that are answers ---
  running: '滑动平均',
  batch: '当前批次',
  same: '与训练相同',
  yes: '是',
  no: '否',

  // --- the sheet ---
  'put your answers where a _ stands, and run: cnncalc check THIS_FILE':
    '把答案写在 _ 的位置，然后运行：cnncalc check 本文件',
  'One line per layer; put your answers where a _ stands, and run: cnncalc check SPEC THIS_FILE':
    '每层一行；把答案写在 _ 的位置，然后运行：cnncalc check 网络文件 本文件',
  'How many layers with weights has it?': '这个网络有多少个带权重的层？',
  'Four normalisations of a batch of volumes: N images, H rows, W columns, C channels; group norm has three groups.':
    '四种归一化作用于同一批特征图：N 为样本数，C 为通道数，H、W 为高和宽；组归一化把通道分成三组。',
  'axes: over which of N, C, H, W does each take its mean and variance? C/g are the channels of a group.':
    '归一化范围：均值和方差是在 N、C、H、W 中的哪些维度上求的？组内的通道写作 C/g。',
  'params: how many numbers does it learn? As in the lecture, all have gamma and beta; in layer norm these have the shape of what it averages.':
    '参数量：这一层要学习多少个参数？与课件一致，四种归一化都带 γ 和 β；层归一化的 γ、β 与它求均值的范围形状相同。',
  'nontrainable: how many running statistics does it keep?': '不可训练参数：这一层保存了多少个滑动统计量？',
  'test: by what does it normalise at test time: running (averages kept while training), batch (the one at hand), same (as in training)?':
    '测试时：用什么均值和方差做归一化？从“滑动平均”（训练时累计的）、“当前批次”、“与训练相同”中选一个。',
  'linear: is it a linear operation at test time, yes or no?': '是否线性：测试阶段它是不是线性操作？填“是”或“否”。',
  'How AlexNet begins: images of 227x227x3; CONV1 has 96 filters 11x11 at stride 4, POOL1 is 3x3 at stride 2.':
    'AlexNet 的前两层：输入图像为 227x227x3；CONV1 有 96 个 11x11 的卷积核，步长为 4；POOL1 为 3x3 池化，步长为 2。',
  'out: which volume does each layer make? params: how many parameters has it, biases too?':
    '输出尺寸：每一层的输出是多大？参数量：每一层有多少个参数（包括偏置）？',
  'VGG: three 3x3 convolutions at stride 1 without padding, each with a ReLU, from C to C channels; here C is 64.':
    'VGG：三个 3x3 卷积层，步长为 1，不填充，每层之后接 ReLU，输入、输出都是 C 个通道，这里取 C = 64。',
  'out: the volume after each. rf: what it sees of the input, a side.':
    '输出尺寸：每一层的输出是多大？感受野：每一层在输入上看到的区域边长是多少？',
  'weights: of all three, without biases; a number, or a formula in C. ratio: as a share of those of one convolution that sees as much.':
    '权重：三层一共有多少个权重（不计偏置）？写数字，或写成 C 的式子。权重之比：它是感受野相同的单个卷积层权重的几分之几？',
  'linear: could one convolution compute the same as all three with their ReLUs, yes or no?':
    '是否线性：连同 ReLU 在内，这三层能不能用一个卷积层等价地代替？填“是”或“否”。',
  'One 7x7 convolution in their place, at stride 1 without padding.':
    '换成一个 7x7 卷积层，步长为 1，不填充。各项分别是多少？',

  // --- verdicts without a mistake ---
  '; or: ': '；或者：',
  '; and: ': '；另外：',
  'right for your own earlier answer': '按你前面的答案来算，这一步是对的',
  'not right, and no mistake that is known: work it out again': '答案不对，也不属于常见错误，请重新算一遍',
  'a volume is asked': '这里问的是输出的尺寸',
  'right where sizes are rounded down, as frameworks do; this sheet calls it invalid':
    '按框架的做法向下取整是对的；但本题规定不能整除就算无效',
  'some courses call it invalid; this sheet rounds down, as frameworks do':
    '有些课程把这种情况算作无效；本题和框架一样向下取整',
  'right together with the normalisation and activation after it; this row is the layer alone':
    '连同后面的归一化和激活一起算是对的；这一行只问该层本身',
  'right for the layer alone; this row is the layer together with its normalisation and activation':
    '只算该层本身是对的；这一行要连同它的归一化和激活一起算',

  // --- other conventions ---
  'right where weights only are counted; this sheet counts biases too': '只计权重是对的；本题偏置也要计入',
  'right where biases are counted; this sheet counts weights only': '计入偏置是对的；本题只计权重',
  'right where running statistics are counted; this sheet counts what is learned':
    '把滑动统计量也计入是对的；本题只计要学习的参数',
  'right for what is learned; this sheet counts running statistics too':
    '只计要学习的参数是对的；本题滑动统计量也要计入',
  'right where instance norm learns nothing, as in frameworks; this sheet gives it a scale and a shift':
    '在框架里实例归一化默认没有参数，这样答是对的；本题按课件给它缩放和平移参数',
  'right where instance norm has a scale and a shift per channel, as in the lecture; here it learns nothing':
    '按课件每个通道有缩放和平移参数是对的；本题中它没有要学习的参数',
  'right with binary kilobytes; this sheet has decimal ones (write KiB or MiB for binary ones)':
    '按二进制的 KB 算是对的；本题用十进制（二进制请写 KiB 或 MiB）',
  'right with decimal kilobytes; this sheet has binary ones': '按十进制的 KB 算是对的；本题用二进制',
  'right for operations; this sheet counts a multiplication and its addition as one':
    '按运算次数算是对的；本题把一次乘法和相应的加法合计为一次',
  'right for multiply-accumulates; this sheet counts multiplication and addition apart':
    '按乘加次数算是对的；本题把乘法和加法分开计',
  'right without the values of the input; this sheet counts them too': '不计输入的元素是对的；本题输入也要计入',
  'right with the values of the input; this sheet counts what layers make': '计入输入的元素是对的；本题只计各层的输出',
  'right where activations make values of their own; on this sheet they overwrite what they read':
    '激活函数另占存储时是对的；本题中激活函数原地覆盖输入',
  'right where activations overwrite what they read; on this sheet they make values of their own':
    '激活函数原地覆盖输入时是对的；本题中激活函数另占存储',
  'right without the input, where activations make values of their own; this sheet counts otherwise':
    '不计输入、激活函数另占存储时是对的；本题的算法不同',
  'right with the input, where activations overwrite what they read; this sheet counts otherwise':
    '计入输入、激活函数原地覆盖时是对的；本题的算法不同',
  'right in bytes; a number without a unit is in kilobytes on this sheet': '以字节计是对的；本题不写单位时以 KB 计',
  'right in bytes; a number without a unit is in elements on this sheet': '以字节计是对的；本题不写单位时以元素个数计',
  'right in kilobytes; a number without a unit is in bytes on this sheet': '以 KB 计是对的；本题不写单位时以字节计',
  'right in kilobytes; a number without a unit is in elements on this sheet':
    '以 KB 计是对的；本题不写单位时以元素个数计',
  'right in elements; a number without a unit is in bytes on this sheet': '以元素个数计是对的；本题不写单位时以字节计',
  'right in elements; a number without a unit is in kilobytes on this sheet':
    '以元素个数计是对的；本题不写单位时以 KB 计',

  // --- what cannot be read ---
  'this is too long for an answer': '答案太长了',
  'this is no volume; write height x width x depth, a whole number each':
    '这不是尺寸；请写成 高x宽x通道数，每项都是整数',
  'this is no size; write a whole number, or one per axis with an x between':
    '这不是大小；请写一个整数，或每个方向一个、中间用 x 隔开',
  'this is no formula in C; write sums and products of numbers and C, with ^ for powers':
    '这不是 C 的式子；请用数字和 C 的加法、乘法来写，乘方用 ^',
  'is the comma a decimal point? write a point instead': '逗号是小数点吗？小数点请写成英文句点',
  'this is no number; write digits, with K, M or G behind them where it is rounded':
    '这不是数；请写数字，取近似值时在后面加 K、M 或 G',
  'this is no share; write a fraction, a percentage, or a percentage and the word fewer':
    '这不是比例；请写小数、分数或百分数',
  'these are no axes; write letters: N images, C channels, H rows, W columns, and C/g for the channels of a group':
    '看不出是哪些维度；请写字母：N 样本、C 通道、H 高、W 宽，组内的通道写作 C/g',
  'this is none of the choices; write running, batch or same':
    '不在可选的答案之内；请写“滑动平均”、“当前批次”或“与训练相同”',
  'this is no answer to whether it is so; write yes or no': '请回答“是”或“否”',

  // --- mistakes: parameters ---
  'these are the weights alone; this sheet counts biases too': '这只是权重的个数；本题偏置也要计入',
  'a single bias for the whole layer; how many filters or units have one of their own?':
    '整层只算了一个偏置；有多少个卷积核（或神经元）各有自己的偏置？',
  'a bias belongs to a filter or unit, not to each of its weights':
    '偏置是每个卷积核（或神经元）一个，不是每个权重一个',
  'a filter reaches through all channels of its input': '每个卷积核都要贯穿输入的所有通道',
  'this is a single filter; how many are there?': '这只是一个卷积核的；一共有多少个卷积核？',
  'the filters do not see all channels of the input: they work in groups': '卷积核并不看输入的全部通道：这里是分组卷积',
  'a part of this layer is missing: it has more than one set of weights': '漏了这一层的一部分：它不止一组权重',
  'this layer is said to have no bias': '题目说明了这一层没有偏置',
  'biases are no weights: leave them out': '偏置不算权重：不要计入',
  'the same filters serve every place of the output: weights are shared':
    '输出的每个位置用的是同一组卷积核：权重是共享的',
  'the flattened volume has channels too': '展平时，通道也要算进去',
  'the flattened volume has height and width too, not channels alone': '展平时，除了通道，高和宽也要算进去',
  'the picture is in colour: how many channels has it?': '输入是彩色图像：它有几个通道？',
  'the picture is grey: how many channels has it?': '输入是灰度图像：它有几个通道？',
  'a pool computes a maximum or a mean; what is there to learn?': '池化只是取最大值或平均值，有什么需要学习的吗？',
  'the running statistics are kept, not learned: this sheet counts what is learned':
    '滑动均值和滑动方差是统计出来的，不是学出来的；本题只计要学习的参数',
  'something per channel is missing: what is learned, and what is kept while training?':
    '每个通道少算了一样：哪些是学习得到的，哪些是训练时累计下来的？',
  'batch norm has its numbers per channel, not per place': '批量归一化的参数是每个通道一份，不是每个位置一份',
  'every channel has numbers of its own, not the layer as a whole': '每个通道都有自己的一份参数，不是整层共用一份',
  'after normalising it scales and shifts, by numbers that are learned':
    '归一化之后还要缩放和平移，这两个系数是学习得到的',
  'a scale and a shift belong to a channel; groups share mean and variance only':
    '缩放和平移是每个通道一份；组内共用的只是均值和方差',
  'this layer norm has a scale and a shift for every value, not for every channel':
    '这里的层归一化是每个元素有一对缩放和平移参数，不是每个通道一对',
  'this normalisation has a scale and a shift per channel, not for every value':
    '这种归一化是每个通道有一对缩放和平移参数，不是每个元素一对',

  // --- mistakes: volumes ---
  'the depth of the output is the number of filters, not that of the input':
    '输出的通道数等于卷积核的个数，不等于输入的通道数',
  'each filter adds up what it sees in all channels, and makes one channel of it':
    '每个卷积核把所有通道的结果加在一起，只得到一个通道',
  'padding goes around height and width; channels are not padded': '填充只加在高和宽的四周，通道方向不填充',
  'a pool takes each channel by itself': '池化对每个通道单独进行',
  'a volume has a depth besides height and width': '输出除了高和宽，还有通道数',
  'a window that hangs over the end is not used here: round the other way': '超出边界的窗口在这里不算：取整的方向反了',
  'a last window that would start in the padding is not used': '起点落在填充里的最后一个窗口不算',
  'this layer lets a last window hang over the end: round the other way':
    '这一层允许最后一个窗口超出边界：取整的方向反了',
  'the first position counts too: the formula ends with one more': '起始位置也要算一个：公式最后还要加一',
  'padding is added on both sides': '填充是两侧都要加的',
  'the padding is missing': '漏了填充',
  'that is the padding of both sides together; per side it is another number': '这是两侧填充之和；这里问的是单侧的填充',
  'a position is there or not: what is left over at the end is not used': '位置数只能是整数：末尾剩下的部分不用',
  'padding same keeps the size at a stride of one only; otherwise the size is divided by the stride':
    'same 填充只在步长为一时保持大小不变；否则大小要除以步长',
  'padding same keeps the size at a stride of one only; otherwise the size is multiplied by the stride':
    'same 填充只在步长为一时保持大小不变；否则大小要乘以步长',
  'a transposed convolution makes the volume larger: its formula is the other way round':
    '转置卷积使特征图变大：公式要反过来用',
  'this convolution is no transposed one: its formula is the other way round': '这是普通卷积，不是转置卷积：公式用反了',
  'that is the volume the layer makes; what it reads is asked': '这是该层的输出；这里问的是它的输入',
  'the kernel is missing from the formula: each place needs room for a whole window':
    '公式里漏了卷积核的大小：每个位置都要放得下一整个窗口',
  'this is how many values there are; a volume is written as height x width x depth':
    '这是元素的总数；尺寸要写成 高x宽x通道数',
  'with that input the first kernel and stride do not come out whole: work out the first layer backwards':
    '用这个输入，第一层的卷积核和步长不能整除：请从第一层的输出倒推',

  // --- mistakes: receptive fields ---
  'kernels are not multiplied: each layer adds what its kernel reaches beyond one cell':
    '感受野不是卷积核大小的乘积：每一层只增加卷积核比一个格子多出来的部分',
  'neighbouring windows overlap: each layer adds its kernel less one':
    '相邻的窗口互相重叠：每一层增加的是卷积核大小减一',
  'dilation is counted from one here: an ordinary convolution has dilation one, not zero':
    '这里的膨胀率从一算起：普通卷积的膨胀率是一，不是零',
  'the dilation is missing: the taps of the kernel stand apart': '漏了膨胀率：卷积核的各点之间有间隔',
  'a stride is missing: after it, a step is worth several cells of the input':
    '漏了步长：经过它之后，走一步相当于输入上的好几格',
  "a layer's own stride counts for the layers after it, not for itself": '一层的步长影响的是后面各层，不影响它自己',
  'that is what the layer sees of the layer before; the receptive field is what it sees of the input':
    '这是它在上一层看到的范围；感受野指的是在输入上看到的范围',
  'that is an area; the length of a side is asked': '这是面积；这里问的是边长',
  'a layer on the way from the input is missing': '从输入到这里漏了一层',

  // --- mistakes: costs ---
  'a filter is applied once per place of the output, not of the input':
    '卷积核在输出的每个位置各算一次，不是输入的每个位置',
  'a multiplication and its addition are one multiply-accumulate': '一次乘法加上相应的一次加法，合起来算一次乘加',
  'each multiply-accumulate is a multiplication and an addition': '每次乘加包括一次乘法和一次加法',
  'adding a bias is no multiplication: leave the biases out': '加偏置不是乘法：偏置不要计入',
  'the filters are applied at every place of the output': '卷积核要在输出的每个位置都算一次',
  'these are values; how many bytes is each?': '这是元素个数；每个元素占多少字节？',
  'that is the volume the layer reads; what it makes is asked': '这是该层的输入；这里问的是它的输出',
  'every channel has its values, not one of them': '每个通道都有自己的元素，不能只算一个通道',
  'the pools before it make the volume smaller: is one of them missing?': '前面的池化会缩小特征图：是不是漏了一个？',
  'a convolution before it has no padding, and makes the volume smaller': '前面有一个卷积没有填充，会缩小特征图',
  'a layer before it has a padding, which keeps the volume larger': '前面有一层带填充，特征图不会缩小那么多',
  'a convolution before it has a stride, which makes the volume smaller': '前面有一个卷积的步长不是一，会缩小特征图',
  'before it a window does not fit in whole steps: what is left over at the end is not used':
    '前面有一层的窗口不能整除：末尾剩下的部分不用',

  'what is it a share of: is that what is left, or what is saved?':
    '想一想这是谁的占比：是剩下的部分，还是省去的部分？',

  // --- mistakes: sums and writing ---
  'the two sides of the equals sign are not the same: work the sum out again': '等号两边不相等：请重新计算',
  'the input is a volume too, and takes memory': '输入也是特征图，同样占内存',
  "this is what a lecture's notes print; their own column adds up to another number":
    '这是某份课程讲义上印的数；把讲义自己那一列加起来，得到的是另一个数',
  'the number is right for the other kind of kilobyte': '按另一种 KB 来算，这个数是对的',
  'while training, gradients and what the optimiser remembers take memory too':
    '训练时，梯度和优化器保存的状态也占内存',
  'one layer is missing from the sum': '求和时漏了一层',
  'rounded? then write it with a K, M or G, or with about before it; a bare number is taken as exact':
    '这是近似值吗？请在后面加 K、M 或 G，或在前面写“约”；只写数字会按精确值判分',
  'the digits are right, the size is not: is a K, M or G missing, or one too many?':
    '数字对，数量级不对：是不是少写或多写了 K、M、G？',

  // --- mistakes: normalisation ---
  'some notes write it so, but then all channels would share a mean: what has a mean of its own here?':
    '有些笔记是这样写的，但这样一来所有通道就共用一个均值了：这种归一化里，什么各有自己的均值？',
  'this normalisation does the same for an image alone: does it look at others?':
    '只有一个样本时，这种归一化也照样进行：它会看别的样本吗？',
  'so each image would be normalised by itself: where does this normalisation have its name from?':
    '这样就成了每个样本单独归一化：想想这种归一化为什么叫这个名字？',
  'so each channel would have a mean of its own: is that what this normalisation does?':
    '这样每个通道就各有各的均值了：这种归一化是这样做的吗？',
  'right for vectors; this layer reads volumes: what else have those?':
    '对向量来说是对的；但这一层的输入是特征图：特征图还有哪些维度？',
  'these are what has a mean of its own; asked is over what each mean is taken':
    '这些维度上各有各的均值；这里问的是每个均值在哪些维度上求',
  'then the result for an image would hang on those beside it: what does the layer keep while training?':
    '那样的话，一个样本的结果就会受同批其他样本影响：训练时这一层累计了什么？',
  'has this normalisation any running statistics?': '这种归一化保存滑动统计量吗？',
  'at test time mean and variance are fixed numbers: what is left of the formula?':
    '测试时均值和方差都是固定的数：公式还剩下什么？',
  'it divides by a deviation of what it reads: of doubled values, does it make doubled ones?':
    '它要除以输入自身的标准差：输入加倍，输出也会加倍吗？',
  'to see the same is not to compute the same: what stands behind each convolution?':
    '感受野相同，不等于函数相同：每个卷积后面还有什么？',
};
