// What kinds, options, keys and types of numbers are called elsewhere, and what to write for them here: PyTorch, Keras, ONNX, Darknet,
// Caffe, MATLAB. The one table of such words; docs/words.md is made of it. It is read only where a word is unknown.

export const FRAMEWORKS = ['PyTorch', 'Keras', 'ONNX', 'Darknet', 'Caffe', 'MATLAB'] as const;

/** A row of the table: one thing, what it is called in each framework, and what is written for it here. */
export interface Elsewhere {
  /** A kind or an option; of several options the one that the kind has. Empty where there is nothing to write. */
  readonly here: readonly string[];
  /** Options that a kind takes along to be what the word means: `mode: bilinear`. */
  readonly along?: string;
  /** The whole item, where a kind alone is none: `{upsample: 2}`. */
  readonly item?: string;
  /** Words of each framework, in the order of {@link FRAMEWORKS}. */
  readonly words: readonly (readonly string[])[];
  /** What people write besides. */
  readonly loose: readonly string[];
  /** What there is to know of it. */
  readonly note?: string;
}

type More = Pick<Elsewhere, 'along' | 'item' | 'note'>;

/** `here`, the words of each framework between bars, then what people write besides. */
const row = (here: string, words: string, more: More = {}): Elsewhere => {
  const columns = words.split('|').map((column) => column.split(' ').filter((word) => word !== ''));
  return {
    here: here.split(' ').filter((word) => word !== ''),
    words: FRAMEWORKS.map((_, i) => columns[i] ?? []),
    loose: columns[FRAMEWORKS.length] ?? [],
    ...more,
  };
};

// Built when it is first asked for: most runs never do.
const kindRows = (): readonly Elsewhere[] => [
  row(
    'conv',
    'Conv2d LazyConv2d | Conv2D Convolution2D | Conv | convolutional | Convolution | convolution2dLayer | cnn convolve convlayer',
  ),
  row(
    'convtranspose',
    'ConvTranspose2d | Conv2DTranspose | ConvTranspose | deconvolutional | Deconvolution | transposedConv2dLayer | deconvolution upconv transposedconv tconv convT',
  ),
  row(
    'depthwise',
    '| DepthwiseConv2D | | | ConvolutionDepthwise DepthwiseConvolution | groupedConvolution2dLayer | dwconv depthwiseconv',
  ),
  row('separable', '| SeparableConv2D | | | | | sepconv separableconv'),
  row(
    'fc',
    'Linear LazyLinear | Dense | Gemm | connected | InnerProduct | fullyConnectedLayer | fullyconnected full mlp denselayer',
  ),
  row(
    'maxpool',
    'MaxPool2d | MaxPooling2D MaxPool2D | MaxPool | | Pooling | maxPooling2dLayer | pool pooling pooling2d subsampling',
    { item: '{maxpool: 2}' },
  ),
  row(
    'avgpool',
    'AvgPool2d | AveragePooling2D AvgPool2D | AveragePool | | | averagePooling2dLayer | meanpool averagepooling',
    { item: '{avgpool: 2}' },
  ),
  row(
    'gap',
    '| GlobalAveragePooling2D GlobalAvgPool2D | GlobalAveragePool | | | globalAveragePooling2dLayer | globalavgpool globalpool globalpooling',
  ),
  row('gmp', '| GlobalMaxPooling2D GlobalMaxPool2D | GlobalMaxPool | | | globalMaxPooling2dLayer |'),
  row('adaptiveavgpool', 'AdaptiveAvgPool2d | | | | | | adaptivepool', { item: '{adaptiveavgpool: 1}' }),
  row('adaptivemaxpool', 'AdaptiveMaxPool2d | | | | | |', { item: '{adaptivemaxpool: 1}' }),
  row(
    'batchnorm',
    'BatchNorm2d SyncBatchNorm LazyBatchNorm2d | BatchNormalization | BatchNormalization | | BatchNorm | batchNormalizationLayer | batchnormalisation norm',
    { note: 'Caffe’s BatchNorm learns nothing; its Scale behind it is part of `batchnorm` here' },
  ),
  row(
    'layernorm',
    'LayerNorm | LayerNormalization | LayerNormalization | | | layerNormalizationLayer | layernormalisation',
    { note: 'over channels and places, as in the lectures; `{layernorm, over: c}` is over the channels alone' },
  ),
  row('groupnorm', 'GroupNorm | GroupNormalization | GroupNormalization | | | groupNormalizationLayer |', {
    item: '{groupnorm: 32}',
  }),
  row('instancenorm', 'InstanceNorm2d | | InstanceNormalization | | | instanceNormalizationLayer |'),
  row('rmsnorm', 'RMSNorm | RMSNormalization | RMSNormalization | | | |'),
  row(
    'lrn',
    'LocalResponseNorm | | LRN | | LRN | crossChannelNormalizationLayer | localresponsenormalization responsenorm',
  ),
  row('relu', 'ReLU | ReLU | Relu | | ReLU | reluLayer | rectifier rectifiedlinear'),
  row('relu6', 'ReLU6 | | | | | clippedReluLayer | clippedrelu'),
  row('leakyrelu', 'LeakyReLU RReLU | LeakyReLU | LeakyRelu | leaky | | leakyReluLayer | lrelu'),
  row('prelu', 'PReLU | PReLU | PRelu | | PReLU | |'),
  row('elu', 'ELU | ELU | Elu | | ELU | eluLayer |'),
  row('gelu', 'GELU | | Gelu | | | geluLayer |'),
  row('silu', 'SiLU | | Swish | swish | Swish | swishLayer |'),
  row('sigmoid', 'Sigmoid | | Sigmoid | logistic | Sigmoid | sigmoidLayer |'),
  row('tanh', 'Tanh | | Tanh | | TanH | tanhLayer |'),
  row('hardswish', 'Hardswish | | HardSwish | hardswish | | | hswish hardsilu'),
  row('hardsigmoid', 'Hardsigmoid | | HardSigmoid | | | | hsigmoid'),
  row('hardtanh', 'Hardtanh | | | | | | htanh'),
  row('softplus', 'Softplus | | Softplus | | | softplusLayer |'),
  row('softmax', 'Softmax Softmax2d | Softmax | Softmax | | Softmax SoftmaxWithLoss | softmaxLayer |'),
  row('logsoftmax', 'LogSoftmax | | LogSoftmax | | | |'),
  row('identity', 'Identity | Activation | Identity | linear | | | noop nop pass', {
    note: 'Keras’s Activation holds the name of one: write that name',
  }),
  row(
    'dropout',
    'Dropout Dropout2d AlphaDropout | Dropout SpatialDropout2D | Dropout | | Dropout | dropoutLayer spatialDropoutLayer |',
    { item: '{dropout: 0.5}' },
  ),
  row('droppath', 'DropPath StochasticDepth | StochasticDepth | | | | | dropconnect', { item: '{droppath: 0.1}' }),
  row('flatten', 'Flatten | Flatten | Flatten | | Flatten | flattenLayer | flat view ravel'),
  row('reshape', 'Unflatten | Reshape | Reshape | | Reshape | |', { item: '{reshape: h*w*c}' }),
  row('permute', '| Permute | Transpose | | Permute | | transpose', { item: '{permute: [1, 2, 0]}' }),
  row('zeropad', 'ZeroPad2d ConstantPad2d | ZeroPadding2D | Pad | | | | padding zeropadding', { item: '{zeropad: 1}' }),
  row('reflectpad', 'ReflectionPad2d | | | | | | reflectionpadding', { item: '{reflectpad: 1}' }),
  row('replicatepad', 'ReplicationPad2d | | | | | | edgepad', { item: '{replicatepad: 1}' }),
  row('circularpad', 'CircularPad2d | | | | | |', { item: '{circularpad: 1}' }),
  row('crop', 'CenterCrop | Cropping2D | | crop | Crop | crop2dLayer | cropping centercrop', { item: '{crop: 1}' }),
  row('slice', 'split chunk narrow | | Split Slice | | Slice | | split', {
    item: '{slice: c // 2}',
    note: 'one `slice` for each part, the others with `start:`',
  }),
  row('shuffle', 'ChannelShuffle | | | | ShuffleChannel | |', { item: '{shuffle: 2}' }),
  row('pixelshuffle', 'PixelShuffle | | DepthToSpace | | | depthToSpace2dLayer | depthtospace subpixel', {
    item: '{pixelshuffle: 2}',
  }),
  row('pixelunshuffle', 'PixelUnshuffle | | SpaceToDepth | reorg | Reorg | spaceToDepthLayer | spacetodepth focus', {
    item: '{pixelunshuffle: 2}',
  }),
  row(
    'upsample',
    'Upsample UpsamplingNearest2d interpolate | UpSampling2D Resizing | Resize Upsample | upsample | Interp | resize2dLayer | upscale unpool nearest',
    { item: '{upsample: 2}' },
  ),
  row('upsample', 'UpsamplingBilinear2d | | | | | | bilinear bilinearupsample', {
    item: '{upsample: 2, mode: bilinear}',
    along: 'mode: bilinear',
  }),
  row('add', 'Add | Add | Add Sum | shortcut | Eltwise | additionLayer | plus sum', { item: 'add' }),
  row('mul', 'Mul | Multiply | Mul | scale_channels sam | Scale | multiplicationLayer | times product'),
  row('maximum', 'Maximum | Maximum | Max | | | |'),
  row('average', '| Average | Mean | | | |'),
  row(
    'concat',
    'cat concat Concat | Concatenate | Concat | route | Concat | concatenationLayer depthConcatenationLayer | concatenation merge join',
  ),
  row('sequence', 'Sequential ModuleList | Sequential | | | | | seq block group', {
    note: 'a list of layers: `sequence: […]`; `numbered: […]` calls them 0, 1, 2 as PyTorch does',
  }),
  row('residual', '| | | | | | skip resblock residualblock', {
    note: 'a list of layers that is added to what came in: `residual: […]`',
  }),
  row('se', 'SqueezeExcitation SEBlock | | | | | | squeezeexcite squeezeandexcitation', { item: '{se: 16}' }),
  row('mul', 'GLU | | | | | |', {
    item: '{mul: [{slice: c // 2}, [{slice: c // 2, start: c // 2}, sigmoid]]}',
    note: 'half of the channels, times the sigmoid of the others',
  }),
  row('mul', 'SwiGLU | | | | | | geglu reglu', {
    item: '{mul: [{slice: c // 2}, [{slice: c // 2, start: c // 2}, silu]]}',
    note: 'half of the channels, times the `silu` of the others',
  }),
  row('', 'MaxUnpool2d | | MaxUnpool | | | maxUnpooling2dLayer | unpooling', {
    note: 'nothing here goes back to where a maximum was; `{upsample: 2}` and `convtranspose` give the same shape',
  }),
  row('lstm', 'LSTM LSTMCell | LSTM | LSTM | lstm | LSTM | lstmLayer |', { item: '{lstm: 64}' }),
  row('lstm', '| Bidirectional | | | | bilstmLayer | bilstm', {
    along: 'bidirectional: true',
    item: '{lstm: 64, bidirectional: true}',
  }),
  row('gru', 'GRU GRUCell | GRU | GRU | gru | | gruLayer |', { item: '{gru: 64}' }),
  row('rnn', 'RNN RNNCell | SimpleRNN | RNN | rnn | RNN | | recurrent elman', { item: '{rnn: 64}' }),
  row('', '| ConvLSTM2D | | crnn | | | convlstm', {
    note: 'recurrent convolutions have no word here: `{opaque: ConvLSTM, out: …, params: …}` stands for one',
  }),
  row(
    '',
    'MultiheadAttention TransformerEncoderLayer Transformer | Attention MultiHeadAttention | Attention MultiHeadAttention | | | selfAttentionLayer attentionLayer | selfattention mha nonlocal',
    { note: 'attention has no word here' },
  ),
  row(
    'parameter',
    'Parameter ParameterList | | Constant Initializer | | Parameter | | positionembedding pos_embed clstoken cls_token classtoken learned',
    {
      item: '{parameter: 1x768}',
    },
  ),
  row('embedding', 'Embedding EmbeddingBag | Embedding | Gather | | Embed | wordEmbeddingLayer | lookup table', {
    item: '{embedding: 64, words: 10000}',
    note: 'its input holds whole numbers from 0, one a place',
  }),
  row('opaque', '| Lambda | | | Python | functionLayer | custom lambda unknown blackbox', {
    item: '{opaque: NAME, out: 100x6, params: 0}',
    note: 'a layer there is no word for, by what is stated of it',
  }),
  row('', '| Input InputLayer | | net network | Input Data | imageInputLayer inputLayer | placeholder inputs', {
    note: 'what the network reads stands at the top of the file: `input: 224x224x3`',
  }),
  row(
    '',
    'CrossEntropyLoss MSELoss | | | yolo region detection cost | Accuracy EuclideanLoss | classificationLayer regressionLayer | loss output',
    { note: 'a loss and what decodes outputs are no layers: leave it out' },
  ),
];

const optionRows = (): readonly Elsewhere[] => [
  row(
    'filters units',
    'out_channels out_features | filters units | | filters output | num_output | numFilters outputSize | out outputs num_filters n_filters features channels nodes neurons hidden width output_dim output_channels out_ch dim',
  ),
  row(
    'kernel',
    'kernel_size | kernel_size pool_size | kernel_shape | size | kernel_size | filterSize poolSize | ksize k f window filter_size kernel_sizes filter',
  ),
  row('stride', 'stride | strides | strides | stride | stride | Stride | s step steps'),
  row('padding', 'padding | padding | pads auto_pad | pad padding | pad | Padding | p pads'),
  row(
    'dilation',
    'dilation | dilation_rate | dilations | dilation | dilation | DilationFactor | atrous atrous_rate rate d',
  ),
  row('groups', 'groups num_groups | groups | group num_groups | groups | group | numGroups | g n_groups cardinality'),
  row('bias', 'bias | use_bias | | | bias_term | | has_bias with_bias biases'),
  row('act', '| activation | | activation | | | activation_function activation_fn act_fn act_layer nonlinearity func'),
  row(
    'norm',
    '| | | batch_normalize | | | batch_norm use_bn normalization normalisation norm_layer batch_normalization',
  ),
  row(
    'drop rate',
    'p | rate dropout | ratio | probability | dropout_ratio | | dropout_rate drop_rate drop_prob keep_prob',
  ),
  row('factor', 'scale_factor upscale_factor downscale_factor | | scales blocksize | stride | | | scale ratio times'),
  row('output', 'output_size | | | | | OutputSize | out_size'),
  row('size', 'size output_size | | sizes | | local_size | WindowChannelSize | target_size out_size n'),
  row('multiplier', '| depth_multiplier | | | | |  channel_multiplier'),
  row(
    'slope slopes',
    'negative_slope num_parameters | alpha negative_slope | alpha | | negative_slope | | leak leakiness',
  ),
  row('ceil', 'ceil_mode | | ceil_mode | | ceil_mode | | round_up'),
  row('eps', 'eps | epsilon | epsilon | | eps | Epsilon |'),
  row('affine', 'affine elementwise_affine | | | | | | learnable'),
  row('mode', 'mode | interpolation | mode | | | Method | method'),
  row('order', 'dims | dims | perm | | order | |'),
  row('to', 'unflattened_size | target_shape | shape | | shape | | new_shape'),
  row('reduction', 'squeeze_channels | | | | | | squeeze se_ratio r'),
  row('name', '| name | name | | name top | Name | id label title as called'),
  row('from', '| | | layers | bottom | | input inputs source src previous prev after of'),
  row('repeat', '| | | | | | n repeats times count num_layers num_blocks copies', {
    note: 'the item that many times',
  }),
  row(
    '',
    'in_channels in_features num_features normalized_shape | input_dim input_shape axis | | | axis | NumChannels | in in_ch input_channels channels_in num_channels dim_in',
    { note: 'what comes in is known' },
  ),
  row(
    '',
    'inplace device dtype return_indices track_running_stats dim start_dim | data_format kernel_initializer bias_initializer kernel_regularizer trainable | | | weight_filler bias_filler param engine in_place | WeightsInitializer BiasInitializer | initializer init regularizer weight_decay lr',
    { note: 'no figure depends on it' },
  ),
];

const fileRows = (): readonly Elsewhere[] => [
  row('input', '| input_shape | | | | | input_size in_shape image_size img_size imgsz image shape size'),
  row(
    'layers',
    '| | | | layer | Layers | network model architecture arch net body features sequential modules structure graph nodes layres',
  ),
  row('batch', '| batch_size | | batch | | MiniBatchSize | batchsize bs'),
  row('layout', '| data_format | | | | | format order dim_order channel_order memory_format'),
  row('dtype', '| | | | | | precision data_type datatype type'),
  row('vars', '| | | | | | variables var constants params parameters define let'),
  row('blocks', '| | | | | | block functions macros templates'),
  row('defaults', '| | | | | | default'),
  row('note', '| | | | | | comment comments description notes doc'),
  row('name', '| | | | | | title model_name'),
];

/** Types of numbers, as they are called elsewhere. */
export const DTYPES_ELSEWHERE: Readonly<Record<string, readonly string[]>> = {
  f32: ['float32', 'float', 'fp32', 'single', 'torch.float32', 'tf.float32'],
  f16: ['float16', 'half', 'fp16', 'torch.float16', 'torch.half', 'tf.float16', 'mixed_float16'],
  bf16: ['bfloat16', 'brain', 'torch.bfloat16', 'tf.bfloat16', 'mixed_bfloat16'],
  int8: ['i8', 'uint8', 'u8', 'qint8', 'quint8', 'torch.int8', 'torch.uint8', 'byte', 'char'],
};

/** The tables by what they are about. */
export const ELSEWHERE = { kinds: kindRows, options: optionRows, keys: fileRows } as const;

type About = keyof typeof ELSEWHERE;

/**
 * A word without what frameworks add to it: `nn.Conv2d`, `Conv2D`, `conv_2d` and `[conv]` are `conv`, `reluLayer` is `relu`, and the
 * arguments of a call are left out.
 */
export const bareWord = (word: string): string =>
  word
    .slice(0, MOST)
    .replace(/\(.*$/s, '')
    .replace(/^\[|\]$/g, '')
    .replace(/^(?:\w+\.)+/, '')
    .replace(/[\s_-]/g, '')
    .toLowerCase()
    .replace(/[123]d/, '')
    .replace(/(?<=.)layer$/, '');

/** Longer ones are no words. */
const MOST = 100;

const found = new Map<About, ReadonlyMap<string, readonly Elsewhere[]>>();

const rowsOf = (about: About): ReadonlyMap<string, readonly Elsewhere[]> => {
  const known = found.get(about);
  if (known) return known;
  const rows = new Map<string, Elsewhere[]>();
  for (const one of ELSEWHERE[about]())
    for (const bare of new Set([...one.words.flat(), ...one.loose].map(bareWord)))
      rows.set(bare, [...(rows.get(bare) ?? []), one]);
  found.set(about, rows);
  return rows;
};

/** What a word of another framework may be here, the likeliest first; none where no framework is known to have it. */
export const elsewhere = (about: About, word: string): readonly Elsewhere[] => rowsOf(about).get(bareWord(word)) ?? [];

/** A type of numbers as it is called here. */
export const dtypeElsewhere = (word: string): string | undefined =>
  Object.keys(DTYPES_ELSEWHERE).find((here) => DTYPES_ELSEWHERE[here]?.includes(word.toLowerCase()));
