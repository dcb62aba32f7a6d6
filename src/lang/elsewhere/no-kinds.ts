// Layers of elsewhere that are no kinds here: why, and whether they are left out or have no word. What has one is kinds.ts.

import { type Elsewhere, leftOut, noWord } from './row.js';

const left = (): readonly Elsewhere[] => [
  leftOut(
    'what the network reads stands at the top of the file: `input: 224x224x3`',
    `| Input InputLayer InputSpec | | net network | Input Data ImageData DummyData HDF5Data MemoryData WindowData |
      inputLayer imageInputLayer image3dInputLayer sequenceInputLayer featureInputLayer pointCloudInputLayer | placeholder inputs`,
  ),
  leftOut(
    'a loss and what decodes outputs are no layers: leave it out',
    `BCELoss BCEWithLogitsLoss CTCLoss CosineEmbeddingLoss CrossEntropyLoss GaussianNLLLoss HingeEmbeddingLoss HuberLoss KLDivLoss L1Loss MSELoss
      MarginRankingLoss MultiLabelMarginLoss MultiLabelSoftMarginLoss MultiMarginLoss NLLLoss PoissonNLLLoss SmoothL1Loss SoftMarginLoss
      TripletMarginLoss TripletMarginWithDistanceLoss binary_cross_entropy binary_cross_entropy_with_logits cross_entropy kl_div
    | | NegativeLogLikelihoodLoss SoftmaxCrossEntropyLoss
    | yolo Gaussian_yolo region detection cost contrastive
    | Accuracy EuclideanLoss HingeLoss InfogainLoss ContrastiveLoss MultinomialLogisticLoss SigmoidCrossEntropyLoss MultiBoxLoss DetectionOutput
      PriorBox HDF5Output
    | classificationLayer regressionLayer pixelClassificationLayer dicePixelClassificationLayer focalLossLayer rcnnBoxRegressionLayer
      yolov2OutputLayer yolov2TransformLayer rpnClassificationLayer rpnSoftmaxLayer ssdMergeLayer
    | loss output outputs`,
  ),
  leftOut(
    'it changes pictures before the network reads them: leave it out',
    `| AugMix AutoContrast ContrastLimitedAdaptiveHistogramEqualization CutMix Equalization MaxNumBoundingBoxes MixUp Pipeline RandAugment
      RandomBrightness RandomColorDegeneration RandomColorJitter RandomContrast RandomCrop RandomElasticTransform RandomErasing RandomFlip
      RandomGaussianBlur RandomGrayscale RandomHue RandomInvert RandomPerspective RandomPosterization RandomRotation RandomSaturation
      RandomSharpness RandomShear RandomTranslation RandomZoom Solarization
    | ImageDecoder | | | | augmentation`,
  ),
  leftOut(
    'it prepares data before the network reads them: leave it out',
    `one_hot | CategoryEncoding Discretization HashedCrossing Hashing IndexLookup IntegerLookup StringLookup TextVectorization MelSpectrogram
      STFTSpectrogram
    | TfIdfVectorizer StringNormalizer StringConcat StringSplit RegexFullMatch MelWeightMatrix BlackmanWindow HammingWindow HannWindow OneHot
    | | | |`,
  ),
  leftOut(
    'it acts in training only, and no figure depends on it: leave it out',
    '| GaussianNoise ActivityRegularization | Bernoulli | | | | noise dropblock regularizer regularization',
  ),
  leftOut(
    'it is about how weights are learned, not what a layer is: leave it out',
    'spectral_norm | SpectralNormalization | | | | | spectralnorm',
  ),
  leftOut(
    'it is an option of layers with weights here: leave it out, and write `weight_norm: true` beside the layer',
    'weight_norm | WeightNormalization | | | | | weightnorm',
  ),
  leftOut(
    'shapes are known here, and tensors that differ meet by themselves: leave it out',
    `contiguous clone detach to float half cuda cpu size shape arange zeros ones linspace meshgrid | Masking | Cast CastLike Constant ConstantOfShape Expand EyeLike Range Shape Size Optional OptionalGetElement
      OptionalHasElement SequenceAt SequenceConstruct SequenceEmpty SequenceErase SequenceInsert SequenceLength SequenceMap SplitToSequence
      ConcatFromSequence
    | | | sequenceFoldingLayer sequenceUnfoldingLayer |`,
  ),
  leftOut(
    'types of numbers change no count; `dtype:` stands at the top of the file',
    '| | QuantizeLinear DequantizeLinear DynamicQuantizeLinear | | | | quantize dequantize quantstub dequantstub',
  ),
  leftOut(
    'fixed values that are added change no figure: leave it out',
    '| SinePositionEncoding | | | | sinusoidalPositionEncodingLayer | positionalencoding',
  ),
  leftOut(
    'write what it holds: a network here is a list of layers',
    'Module DataParallel | Layer Wrapper Model Functional Lambda TimeDistributed | If Loop Scan | | Python | functionLayer | layer nn',
  ),
  leftOut(
    'say which: `batchnorm`, `layernorm`, or `lrn`, as Darknet’s [normalization] is; Keras’s Normalization prepares data and is left out',
    '| Normalization | | normalization | | | normalisation',
  ),
  leftOut(
    'a block of several layers: write its layers, under `blocks:` where there are many of it',
    `| | | | | | Bottleneck BasicBlock InvertedResidual MBConv FusedMBConv Fire FireModule Inception InceptionModule DenseBlock Transition ASPP
      SPP SPPF C3 C2f CSP CBAM ECA FPN FeaturePyramidNetwork Focus Encoder Decoder Head Backbone Neck`,
  ),
];

const none = (): readonly Elsewhere[] => [
  noWord(
    'attention of this sort has no word here',
    '| AdditiveAttention GroupedQueryAttention GroupQueryAttention | GroupQueryAttention RotaryEmbedding | | | | nonlocal linearattention windowattention',
  ),
  noWord(
    'a recurrent layer of this sort has no word here',
    '| ConvLSTM2D StackedRNNCells | | crnn conv_lstm history | | lstmProjectedLayer gruProjectedLayer peepholeLSTMLayer neuralODELayer | mamba ssm',
  ),
  noWord('weights that differ from place to place have no word here', '| LocallyConnected2D | | local | | |'),
  noWord(
    'where it looks depends on what it sees, which has no word here',
    `grid_sample affine_grid DeformConv2d PSRoIAlign MultiScaleRoIAlign | | DeformConv GridSample AffineGrid RoiAlign MaxRoiPool | | ROIPooling | roiMaxPooling2dLayer roiAlignLayer
      | deformconv deformableconv dcn roipool roialign spatialtransformer`,
  ),
  noWord(
    'a product of this sort has no word here',
    'Bilinear einsum dot outer | EinsumDense QuantizedDense TernaryDense | Einsum Det Inverse | | | quadraticLayer | bilinearform',
  ),
  noWord(
    'pooling of this sort has no word here',
    'LPPool2d FractionalMaxPool2d EmbeddingBag AdaptiveLogSoftmaxWithLoss | | LpPool GlobalLpPool | | SPP | | stochasticpool mixedpool',
  ),
  noWord(
    'patches that are laid out as vectors have no word here',
    'Unfold Fold im2col | ReconstructPatches2D | Col2Im ImageToCol | | Im2col | |',
  ),
  noWord(
    'a norm or distance of vectors has no word here',
    `CosineSimilarity PairwiseDistance normalize pdist cdist | UnitNormalization | LpNormalization MeanVarianceNormalization | l2norm
      | Normalize | | l2normalize`,
  ),
  noWord(
    'a reduction of this sort has no word here',
    `prod std var logsumexp cumsum argmax topk | | ReduceL1 ReduceMin ReduceProd ReduceLogSum ReduceLogSumExp ReduceSumSquare ArgMax ArgMin CumSum
      TopK NonMaxSuppression | | ArgMax | regionProposalLayer | nms argmin`,
  ),
  noWord(
    'a function of this sort has no word here',
    `sin cos sign round floor where gumbel_softmax erf masked_fill triu tril log2 log10 log1p expm1 ceil lerp | squareplus sparse_plus sparse_sigmoid sparsemax
    | Acos Acosh And Asin Asinh Atan Atanh BitShift BitwiseAnd BitwiseNot BitwiseOr BitwiseXor Ceil Cos Cosh Equal Erf Floor Greater
      GreaterOrEqual Hardmax IsInf IsNaN Less LessOrEqual Mod Not Or Round Sign Sin Sinh Tan Where Xor
    | loggy plse stair ramp lhtan hard_mish | | complexToRealLayer realToComplexLayer |`,
  ),
  noWord(
    'picking, repeating and ordering of values has no word here',
    `stack repeat tile expand gather scatter roll flip unique | RepeatVector ReversibleEmbedding | Compress GatherElements GatherND Gather NonZero
      ReverseSequence Scatter ScatterElements ScatterND Tile Trilu Unique | | BatchReindex Filter Tile | |`,
  ),
  noWord(
    'random values have no word here',
    'rand randn | | Multinomial RandomNormal RandomNormalLike RandomUniform RandomUniformLike | | | | sampling reparameterize',
  ),
  noWord(
    'transforms of signals have no word here',
    '| | DFT STFT | | | stftLayer istftLayer cwtLayer icwtLayer modwtLayer | fft wavelet',
  ),
];

export const noKindRows = (): readonly Elsewhere[] => [...left(), ...none()];
