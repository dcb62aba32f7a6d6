// The arguments that programs give layers by their place, by the names that those arguments have there. What a name is here is options.ts.

/** `Conv1d` and `Conv3d` are written as `Conv2d` is. What comes in first is known, and stands here so that it is counted. */
const PLACES: Readonly<Record<string, string>> = {
  // PyTorch.
  Conv2d: 'in_channels out_channels kernel_size stride padding dilation groups bias',
  LazyConv2d: 'out_channels kernel_size stride padding dilation groups bias',
  ConvTranspose2d: 'in_channels out_channels kernel_size stride padding output_padding groups bias dilation',
  MaxPool2d: 'kernel_size stride padding dilation return_indices ceil_mode',
  AvgPool2d: 'kernel_size stride padding ceil_mode count_include_pad divisor_override',
  AdaptiveAvgPool2d: 'output_size',
  AdaptiveMaxPool2d: 'output_size',
  Linear: 'in_features out_features bias',
  LazyLinear: 'out_features bias',
  BatchNorm2d: 'num_features eps momentum affine',
  InstanceNorm2d: 'num_features eps momentum affine',
  GroupNorm: 'num_groups num_channels eps affine',
  LayerNorm: 'normalized_shape eps elementwise_affine',
  Dropout: 'p inplace',
  Dropout2d: 'p inplace',
  ReLU: 'inplace',
  ReLU6: 'inplace',
  SiLU: 'inplace',
  LeakyReLU: 'negative_slope inplace',
  ELU: 'alpha inplace',
  Softmax: 'dim',
  Flatten: 'start_dim end_dim',
  PixelShuffle: 'upscale_factor',
  ZeroPad2d: 'padding',
  // Keras.
  Conv2D: 'filters kernel_size strides padding',
  Conv2DTranspose: 'filters kernel_size strides padding',
  SeparableConv2D: 'filters kernel_size strides padding',
  DepthwiseConv2D: 'kernel_size strides padding',
  MaxPooling2D: 'pool_size strides padding',
  MaxPool2D: 'pool_size strides padding',
  AveragePooling2D: 'pool_size strides padding',
  AvgPool2D: 'pool_size strides padding',
  Dense: 'units activation use_bias',
  SpatialDropout2D: 'rate',
  UpSampling2D: 'size',
  ZeroPadding2D: 'padding',
  BatchNormalization: 'axis momentum epsilon center scale',
};

/** The names of the arguments of a call by their place; undefined where nobody knows them. */
export const argumentsByPlace = (word: string): readonly string[] | undefined => {
  const key = word.replace(/[13](?=[dD])/, '2');
  return Object.hasOwn(PLACES, key) ? PLACES[key]?.split(' ') : undefined;
};
