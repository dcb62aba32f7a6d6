// What layers are called elsewhere: the functions of PyTorch and the activations of Keras among them. Words that differ in capitals,
// underscores, `2d` and a trailing `Layer` stand once. Of several rows with a word, the first that can be written is meant.

import { noKindRows } from './no-kinds.js';
import { type Elsewhere, join, row } from './row.js';

const innerAxes = 'axes are numbered without the batch, channels first';
const ofSequences = 'the whole sequence comes out';

const weights = (): readonly Elsewhere[] => [
  row(
    'conv',
    'Conv2d LazyConv2d conv_tbc | Conv2D Convolution2D | Conv ConvInteger QLinearConv | convolutional | Convolution | convolution2dLayer | cnn convolve convlayer',
    { item: '{conv: 16, kernel: 3}' },
  ),
  row('conv', '| | | | | groupedConvolution2dLayer | groupconv groupedconv', {
    item: '{conv: 64, kernel: 3, groups: 2}',
    note: '`filters` are those of all groups together; channel by channel it is `depthwise`',
  }),
  row(
    'conv',
    'Conv2dNormActivation ConvNormActivation BasicConv2d | | | | | | ConvBNReLU ConvBNActivation ConvBN ConvModule ConvBlock',
    { item: '{conv: 16, kernel: 3, bias: false, norm: bn, act: relu}' },
  ),
  row('conv', '| | | | | | dilatedconv atrousconv', { item: '{conv: 16, kernel: 3, dilation: 2}' }),
  row('conv', '| | | | | | pointwise pointwiseconv conv1x1', { item: '{conv: 16, kernel: 1}' }),
  row('conv', 'PatchEmbed | | | | | patchEmbeddingLayer | patchify', {
    item: '{conv: 64, kernel: 16, stride: 16}',
    note: 'one convolution that steps from patch to patch',
  }),
  row(
    'convtranspose',
    'ConvTranspose2d LazyConvTranspose2d | Conv2DTranspose Convolution2DTranspose | ConvTranspose | deconvolutional | Deconvolution | transposedConv2dLayer | deconvolution upconv transposedconv convtransposed tconv convT',
    { item: '{convtranspose: 16, kernel: 2, stride: 2}' },
  ),
  row(
    'depthwise',
    '| DepthwiseConv2D | | | ConvolutionDepthwise DepthwiseConvolution | | dwconv depthwiseconv depthwiseconvolution channelwiseconv',
    { item: '{depthwise: 3}' },
  ),
  row('separable', '| SeparableConv2D SeparableConvolution2D | | | | | sepconv separableconv dsconv', {
    item: '{separable: 16, kernel: 3}',
  }),
  row(
    'fc',
    'Linear LazyLinear addmm | Dense | Gemm | connected conn | InnerProduct | fullyConnectedLayer | fullyconnected full mlp denselayer ip',
    { item: '{fc: 10}' },
  ),
  row(
    'attention',
    'MultiheadAttention multi_head_attention_forward scaled_dot_product_attention | MultiHeadAttention Attention | Attention MultiHeadAttention | | | selfAttentionLayer attentionLayer | selfattention mha sdpa',
    {
      item: '{attention: 8}',
      note: 'its projections are learned with it; Keras’s Attention and the function have none',
    },
  ),
  row(
    'attention',
    'TransformerEncoderLayer TransformerEncoder TransformerDecoderLayer TransformerDecoder Transformer | TransformerEncoder TransformerDecoder | | | | | transformerblock',
    {
      item: '{residual: [{layernorm, over: c}, {attention: 8}]}',
      whole: true,
      note: 'one half of a layer; the other is a residual of two dense layers at every place, with an activation between',
    },
  ),
  row('lstm', 'LSTM LSTMCell | LSTM LSTMCell | LSTM | lstm | LSTM LSTMUnit | lstmLayer | ltsm', {
    item: '{lstm: 64}',
    note: ofSequences,
  }),
  row('lstm', '| Bidirectional | | | | bilstmLayer | bilstm', { item: '{lstm: 64, bidirectional: true}' }),
  row('gru', 'GRU GRUCell | GRU GRUCell | GRU | gru | | gruLayer |', { item: '{gru: 64}', note: ofSequences }),
  row(
    'rnn',
    'RNN RNNCell RNNBase RNNCellBase | SimpleRNN SimpleRNNCell RNN | RNN | rnn | RNN RNNUnit | | recurrent elman',
    {
      item: '{rnn: 64}',
      note: ofSequences,
    },
  ),
  row('embedding', 'Embedding | Embedding | | | Embed | wordEmbeddingLayer | lookuptable', {
    item: '{embedding: 64, words: 1000}',
    note: 'a learned row for each number that comes in',
  }),
  row(
    'parameter',
    'Parameter ParameterList ParameterDict | PositionEmbedding | | implicit implicit_add implicit_mul | Parameter | positionEmbeddingLayer embeddingConcatenationLayer | positionembedding positionalembedding posembed clstoken classtoken learned',
    { item: '{parameter: 1x64}', note: 'a learned tensor, to be added or to be put in front' },
  ),
  row('biasadd', '| BiasAdd | | | Bias | | biaslayer', {
    note: 'a bias per channel; that of a layer with weights is its own `bias`',
  }),
];

const pools = (): readonly Elsewhere[] => [
  row(
    'maxpool',
    'MaxPool2d | MaxPooling2D MaxPool2D | MaxPool | maxpool | Pooling | maxPooling2dLayer | pool pooling pooling2d subsampling downsample',
    { item: '{maxpool: 2}' },
  ),
  row(
    'avgpool',
    'AvgPool2d | AveragePooling2D AvgPool2D | AveragePool | local_avgpool local_avg | | averagePooling2dLayer | meanpool averagepooling',
    { item: '{avgpool: 2}', note: 'Caffe’s Pooling with `pool: AVE`' },
  ),
  row(
    'gap',
    '| GlobalAveragePooling2D GlobalAvgPool2D | GlobalAveragePool | avgpool avg | | globalAveragePooling2dLayer | globalavgpool globalpool globalpooling globalaverage',
    { note: 'Darknet’s [avgpool] is over all places, `avgpool` here is not' },
  ),
  row('gmp', '| GlobalMaxPooling2D GlobalMaxPool2D | GlobalMaxPool | | | globalMaxPooling2dLayer | globalmax'),
  row(
    'adaptiveavgpool',
    'AdaptiveAvgPool2d | AdaptiveAveragePooling2D | | | | adaptiveAveragePooling2dLayer | adaptivepool adaptivepooling',
    { item: '{adaptiveavgpool: 1}' },
  ),
  row('adaptivemaxpool', 'AdaptiveMaxPool2d | AdaptiveMaxPooling2D | | | | |', { item: '{adaptivemaxpool: 1}' }),
  join('unpool', 'MaxUnpool2d | | MaxUnpool | | Unpooling | maxUnpooling2dLayer | unpooling unpool', {
    item: '{unpool: 2, from: [a, b]}',
    note: 'b is what the maxpool read; where it does not matter where the maxima were, `{upsample: 2}` gives the same shape',
  }),
];

const norms = (): readonly Elsewhere[] => [
  row(
    'batchnorm',
    'BatchNorm2d SyncBatchNorm LazyBatchNorm2d FrozenBatchNorm2d | BatchNormalization | BatchNormalization | batchnorm | BatchNorm | batchNormalizationLayer | batchnormalisation norm',
    { note: 'Caffe’s BatchNorm learns nothing; its Scale behind it is part of `batchnorm` here' },
  ),
  row(
    'layernorm',
    'LayerNorm | LayerNormalization | LayerNormalization | | | layerNormalizationLayer | layernormalisation layernorm2d',
    { note: 'over channels and places, as in the lectures; `{layernorm, over: c}` is over the channels alone' },
  ),
  row('groupnorm', 'GroupNorm | GroupNormalization | GroupNormalization | | | groupNormalizationLayer |', {
    item: '{groupnorm: 32}',
  }),
  row(
    'instancenorm',
    'InstanceNorm2d LazyInstanceNorm2d | | InstanceNormalization | | MVN | instanceNormalizationLayer | instancenormalisation',
    { note: 'learns nothing by default; `affine: true` has a scale and a shift per channel' },
  ),
  row('rmsnorm', 'RMSNorm | RMSNormalization | RMSNormalization SimplifiedLayerNormalization | | | |'),
  row(
    'lrn',
    'LocalResponseNorm CrossMapLRN2d | | LRN | lrn | LRN | crossChannelNormalizationLayer | localresponsenormalization responsenorm',
  ),
];

const activations = (): readonly Elsewhere[] => [
  row('relu', 'ReLU | ReLU | Relu | relu | ReLU | reluLayer | rectifier rectifiedlinear'),
  row('relu6', 'ReLU6 | relu6 | | relu6 | ReLU6 | clippedReluLayer | clippedrelu', {
    note: 'MATLAB’s has a ceiling of its own; here it is 6',
  }),
  row('leakyrelu', 'LeakyReLU RReLU | LeakyReLU | LeakyRelu | leaky relie | | leakyReluLayer | lrelu', {
    note: 'its slope is 0.01; Keras’s is 0.3, Darknet’s 0.1, that of RReLU 0.229 on average: `{leakyrelu: 0.1}`',
  }),
  row('prelu', 'PReLU | PReLU | PRelu | | PReLU | preluLayer |'),
  row('elu', 'ELU | ELU | Elu | elu | ELU | eluLayer |'),
  row('celu', 'CELU | celu | Celu | | | |'),
  row('selu', 'SELU | selu | Selu | selu | | |'),
  row('gelu', 'GELU | gelu | Gelu | gelu | | geluLayer |'),
  row('mish', 'Mish | mish | Mish | mish | Mish | |'),
  row('silu', 'SiLU | silu swish | Swish | swish | Swish | swishLayer |'),
  row('sigmoid', 'Sigmoid | sigmoid | Sigmoid | logistic | Sigmoid | sigmoidLayer |'),
  row('tanh', 'Tanh | tanh | Tanh | tanh | TanH | tanhLayer | hyperbolictangent'),
  row('hardswish', 'Hardswish | hard_swish hard_silu | HardSwish | | | | hswish hardsw'),
  row('hardsigmoid', 'Hardsigmoid | hard_sigmoid | HardSigmoid | | | | hsigmoid hardsig', {
    note: 'of slope 1/6, as PyTorch’s and Keras 3’s; of ONNX and Keras 2 `alpha: 0.2`, where they say nothing',
  }),
  row('hardtanh', 'Hardtanh | hard_tanh | | hardtan | | | htanh'),
  row('softplus', 'Softplus | softplus | Softplus | | | softplusLayer |'),
  row('softsign', 'Softsign | softsign | Softsign | | | |'),
  row('softmax', 'Softmax Softmax2d | Softmax | Softmax | softmax soft | Softmax SoftmaxWithLoss | softmaxLayer |'),
  row('logsoftmax', 'LogSoftmax | log_softmax | LogSoftmax | | | |'),
  row('logsigmoid', 'LogSigmoid | log_sigmoid | | | | |'),
  row('neg', 'Softmin | | | | | |', { item: '{sequence: [neg, softmax]}', whole: true }),
  row('sub', 'Tanhshrink | tanh_shrink | | | | |', {
    item: '{sub: [[], [tanh]]}',
    whole: true,
    note: 'what comes in, less its hyperbolic tangent',
  }),
  row('softshrink', 'Softshrink | soft_shrink | Shrink | | | |'),
  row('hardshrink', 'Hardshrink | hard_shrink | | | | |'),
  row('threshold', 'Threshold | threshold | ThresholdedRelu | | Threshold | | thresholdrelu', {
    item: '{threshold: 0.1}',
  }),
  row('clip', 'clamp clip clamp_min clamp_max | | Clip | | Clip | | clamping', {
    item: '{clip, low: 0, high: 1}',
    note: '`low`, `high`, or one of them',
  }),
  row('glu', 'GLU | glu | | | | |', { note: 'half of the channels, times the sigmoid of the others' }),
  row('mul', 'SwiGLU | | | | | | geglu reglu', {
    item: '{mul: [{slice: c // 2}, [{slice: c // 2, start: c // 2}, silu]]}',
    whole: true,
    note: 'half of the channels, times the `silu` of the others; GEGLU has `gelu` there, ReGLU `relu`',
  }),
];

const merges = (): readonly Elsewhere[] => [
  join('add', 'add | Add | Add Sum | shortcut | Eltwise | additionLayer | plus sum addition elementwiseadd'),
  join('sub', 'sub subtract | Subtract | Sub | | | | minus difference'),
  join(
    'mul',
    'mul multiply | Multiply | Mul | scale_channels sam | Eltwise | multiplicationLayer | times product elementwisemultiply gate',
  ),
  join('div', 'div divide true_divide | | Div | | | | division quotient'),
  join('maximum', 'maximum max | Maximum | Max | | Eltwise | | maxout', { note: 'Darknet’s [max] is `maxpool`' }),
  join('minimum', 'minimum min | Minimum | Min | | | |'),
  join('average', '| Average | Mean | | | |'),
  join(
    'concat',
    'cat concat concatenate hstack vstack | Concatenate | Concat | route | Concat | concatenationLayer depthConcatenationLayer | concatenation merge',
  ),
  join('matmul', 'matmul mm bmm baddbmm | Dot | MatMul MatMulInteger QLinearMatMul | | | | dotproduct', {
    note: 'a product with learned weights is `fc`',
  }),
  row('residual', '| | | | | | skip resblock residualblock', {
    item: '{residual: [relu]}',
    note: 'a list of layers that is added to what came in',
  }),
];

const shapes = (): readonly Elsewhere[] => [
  row('flatten', 'Flatten ravel | Flatten | Flatten | | Flatten | flattenLayer | flat view'),
  row('reshape', 'Unflatten reshape view | Reshape | Reshape | | Reshape | reshapeLayer |', {
    item: '{reshape: h*w*c}',
  }),
  row('reshape', 'squeeze unsqueeze | | Squeeze Unsqueeze | | | | expanddims', {
    item: '{reshape: h*w*c}',
    note: 'axes of size 1 come and go by their sizes',
  }),
  row('permute', 'transpose permute movedim swapaxes | Permute | Transpose | | Permute | permuteLayer |', {
    item: '{permute: [1, 2, 0]}',
    note: innerAxes,
  }),
  row('zeropad', 'ZeroPad2d ConstantPad2d pad | ZeroPadding2D | Pad | | Pad | | padding zeropadding constantpad', {
    item: '{zeropad: 1}',
  }),
  row('reflectpad', 'ReflectionPad2d | | | | | | reflectionpadding mirrorpad', { item: '{reflectpad: 1}' }),
  row('replicatepad', 'ReplicationPad2d | | | | | | edgepad', { item: '{replicatepad: 1}' }),
  row('circularpad', 'CircularPad2d | | | | | | wrappad periodicpad', { item: '{circularpad: 1}' }),
  row('crop', 'CenterCrop | Cropping2D CenterCrop | CenterCropPad | crop | Crop | crop2dLayer | cropping', {
    item: '{crop: 1}',
    note: 'says what is cut off each side, not what is left',
  }),
  row('slice', 'split chunk narrow tensor_split unbind | | Split Slice | | Slice | |', {
    item: '{slice: c // 2}',
    note: 'one `slice` for each part, the others with `start:`; Caffe’s Split copies, which needs nothing here',
  }),
  row('take', 'select index_select take | | Gather | | | indexing1dLayer | lasttimestep', {
    item: '{take: -1, axis: w}',
    note: 'one index of an axis; a table that is learned is an `embedding`',
  }),
  row('shuffle', 'ChannelShuffle | | | | ShuffleChannel | |', { item: '{shuffle: 2}' }),
  row('pixelshuffle', 'PixelShuffle | | DepthToSpace | | | depthToSpace2dLayer | depthtospace subpixel', {
    item: '{pixelshuffle: 2}',
  }),
  row('pixelunshuffle', 'PixelUnshuffle | | SpaceToDepth | reorg reorg3d | Reorg | spaceToDepthLayer | spacetodepth', {
    item: '{pixelunshuffle: 2}',
  }),
  row(
    'upsample',
    'Upsample UpsamplingNearest2d upsample_nearest interpolate | UpSampling2D Resizing | Resize Upsample | upsample | Upsample | resize2dLayer | upscale nearest rescale',
    { item: '{upsample: 2}' },
  ),
  row('upsample', 'UpsamplingBilinear2d upsample_bilinear | | | | Interp | | bilinear bilinearupsample', {
    item: '{upsample: 2, mode: bilinear}',
    along: 'mode: bilinear',
    note: 'PyTorch’s nn.Bilinear, a learned product of two vectors, has no word here',
  }),
  row(
    'reduce',
    'mean sum amax amin max min norm | | ReduceMean ReduceMax ReduceSum ReduceL2 | | Reduction | | reduce',
    { item: '{reduce: mean, over: w}', note: 'mean, max, sum or l2, over any of c, d, h, w' },
  ),
];

const pointwise = (): readonly Elsewhere[] => [
  row('abs', 'abs absolute | | Abs | | AbsVal | |'),
  row('exp', 'exp | exponential | Exp | | Exp | |'),
  row('log', 'log | log | Log | | Log | |'),
  row('sqrt', 'sqrt | sqrt | Sqrt | | | | squareroot'),
  row('neg', 'neg negative | | Neg | | | | negate'),
  row('pow', 'pow square | | Pow | | Power | | power squared', { item: '{pow: 2}' }),
  row('pow', 'reciprocal | | Reciprocal | | | | inverse', { item: '{pow: -1}' }),
  row('pow', 'rsqrt | | | | | |', { item: '{pow: -0.5}' }),
  row('times', '| Rescaling | ImageScaler | | | scalingLayer | constantfactor', {
    item: '{times: 1/255}',
    note: 'a number; one per channel that is learned is `layerscale`',
  }),
  row('plus', '| | | | | | constantterm offset', { item: '{plus: 1}' }),
  row('layerscale', 'LayerScale | LayerScale | | | Scale | | affine learnedscale', {
    note: 'learns a factor per channel; behind Caffe’s BatchNorm, Scale is part of `batchnorm`',
  }),
  row('se', 'SqueezeExcitation SEBlock SEModule SqueezeExcite | | | | | | squeezeandexcitation', { item: '{se: 16}' }),
  row(
    'identity',
    'Identity | Identity linear | Identity | linear empty silence | Silence | identityLayer | noop nop pass none',
  ),
  row('identity', '| Activation | | activation | | | act activate', {
    note: 'Activation holds the name of one: write that name',
  }),
];

const dropouts = (): readonly Elsewhere[] => [
  row(
    'dropout',
    'Dropout Dropout2d AlphaDropout FeatureAlphaDropout | Dropout SpatialDropout2D AlphaDropout GaussianDropout | Dropout | dropout | Dropout | dropoutLayer spatialDropoutLayer | drop',
    { item: '{dropout: 0.5}' },
  ),
  row('droppath', 'DropPath StochasticDepth | DropPath StochasticDepth | | | | | dropconnect', {
    item: '{droppath: 0.1}',
  }),
];

const groups = (): readonly Elsewhere[] => [
  row('sequence', 'Sequential ModuleList ModuleDict Container | Sequential | | | | networkLayer | seq block group', {
    item: '{sequence: [relu]}',
    note: 'a list of layers; `numbered: […]` calls them 0, 1, 2 as PyTorch does',
  }),
];

const unknown = (): readonly Elsewhere[] => [
  row('opaque', '| Lambda | | | Python | functionLayer | opaque custom blackbox', {
    item: '{opaque: Name, out: 32x32x64}',
    note: 'what the language has no word for, with what is known of it',
  }),
];

export const kindRows = (): readonly Elsewhere[] => [
  ...weights(),
  ...pools(),
  ...norms(),
  ...activations(),
  ...dropouts(),
  ...merges(),
  ...shapes(),
  ...pointwise(),
  ...groups(),
  ...unknown(),
  ...noKindRows(),
];
