// What options, keys of a file and types of numbers are called elsewhere. Of several rows with a word, the first whose option the kind has
// is meant; a row without one says why there is none.

import { type Elsewhere, leftOut, row } from './row.js';

const given = (): readonly Elsewhere[] => [
  row(
    'filters units',
    `out_channels out_features hidden_size embedding_dim | filters units output_dim | hidden_size | filters output hidden
    | num_output | NumFilters NumFiltersPerGroup OutputSize NumHiddenUnits
    | out outputs num_filters n_filters features channels nodes neurons hidden width output_channels out_ch dim`,
  ),
  row(
    'kernel',
    `kernel_size | kernel_size pool_size | kernel_shape | size | kernel_size kernel_h kernel_w | FilterSize PoolSize
    | ksize k f window filter_size kernel_sizes filter`,
  ),
  row(
    'stride',
    'stride | strides | strides | stride stride_x stride_y | stride stride_h stride_w | Stride | s step steps',
  ),
  row('padding', 'padding | padding | pads auto_pad | pad padding | pad pad_h pad_w | Padding PaddingSize | p pads'),
  row('amount', '| cropping | | | offset | |'),
  row(
    'dilation',
    'dilation | dilation_rate | dilations | dilation | dilation | DilationFactor | atrous atrous_rate rate d',
  ),
  row('groups', 'groups num_groups | groups | group num_groups | groups | group | NumGroups | g n_groups cardinality'),
  row('bias', 'bias | use_bias | | | bias_term | | has_bias with_bias biases'),
  row('qkv_bias', '| use_bias | | | | HasBias | attention_bias'),
  row(
    'act',
    'activation nonlinearity | activation | | activation | | | activation_function activation_fn act_fn act_layer func',
    {
      note: 'with the name of one: `act: relu`',
    },
  ),
  row(
    'norm',
    '| | | batch_normalize | | | batch_norm use_bn normalization normalisation norm_layer batch_normalization',
    {
      note: 'with the name of one: `norm: bn`',
    },
  ),
  row(
    'drop rate',
    'p dropout | rate dropout | ratio | probability | dropout_ratio | Probability | dropout_rate drop_rate drop_prob',
    {
      note: 'the share that is dropped',
    },
  ),
  row('', '| | | | | | keep_prob', { note: 'here it is the share that is dropped: 1 less it' }),
  row(
    'factor',
    'scale_factor upscale_factor downscale_factor | | scales blocksize | stride | | Scale | scale ratio times',
  ),
  row('output', 'output_size | output_size | output_shape | | | OutputSize | out_size'),
  row('size', 'size output_size | | sizes size | | local_size | WindowChannelSize OutputSize | target_size out_size n'),
  row('channels', '| | split num_outputs | | slice_point | | keep count'),
  row('start', 'offset | | starts | | | | begin first from_channel'),
  row('multiplier', '| depth_multiplier | | | | | channel_multiplier'),
  row(
    'slope slopes',
    'negative_slope num_parameters | alpha negative_slope | alpha | | negative_slope | Scale | leak leakiness',
  ),
  row('low', 'min_val min_value lower | min_value | min | | min | | minimum floor'),
  row('high', 'max_val max_value upper | max_value | max | | max | Ceiling | maximum ceiling'),
  row('ceil', 'ceil_mode | | ceil_mode | | ceil_mode round_mode | | round_up'),
  row('divisor', 'divisor_override | | | | | |'),
  row('keepdims', 'keepdim | keepdims | keepdims | | | |'),
  row('align_corners', 'align_corners | | | | | |', { note: 'true or false' }),
  row('coordinates', '| | coordinate_transformation_mode | | | GeometricTransformMode |'),
  row('rounding', '| | nearest_mode | | | NearestRoundingMode |'),
  row('cubic', '| | cubic_coeff_a | | | |'),
  row('eps', 'eps layer_norm_eps | epsilon | epsilon | | eps | Epsilon | eps_value'),
  row('scale', '| scale | | | | |', { note: 'false where there is none' }),
  row('shift', '| center | | | | |', { note: 'false where there is none' }),
  row('affine', 'affine elementwise_affine | scale center | | | | | learnable', {
    note: 'both of them, scale and shift',
  }),
  row('k', '| | bias | | k | K |'),
  row('approximate', 'approximate | approximate | approximate | | | Approximation |'),
  row('mode', 'mode | interpolation | mode | | | Method | method'),
  row('order', 'dims | dims | perm | | order | |'),
  row('to', 'unflattened_size | target_shape | shape | | shape | | new_shape'),
  row('reduction', 'squeeze_channels | | | | | | squeeze se_ratio ratio r'),
  row('heads', 'num_heads nhead | num_heads num_query_heads | q_num_heads kv_num_heads | | | NumHeads | n_heads'),
  row('bidirectional', 'bidirectional | go_backwards | direction | | | | bidir', { note: 'true for both directions' }),
  row('layers', 'num_layers | | | | | |'),
  row('over', 'normalized_shape dim | axis | axis axes | | axis | OperationDimension | dims axes', {
    note: 'axes by their letters: c, d, h, w',
  }),
  row('axis', 'dim | axis | axis | | axis concat_dim slice_dim | | along', {
    note: 'an axis by its letter: c, d, h or w',
  }),
  row('frozen', 'requires_grad | trainable | | | propagate_down | | freeze', {
    note: 'the other way round: `frozen: true` where nothing is learned',
  }),
  row('share', '| | | share_index | | | shared tied tie'),
  row('name', '| name | name | | name top | Name | id label title as called'),
  row('from', '| | | layers | bottom | | input inputs source src previous prev after of'),
  row(
    'repeat',
    'num_encoder_layers num_decoder_layers | | | | | | n repeats times count num_layers num_blocks copies',
    {
      note: 'the item that many times',
    },
  ),
];

const none = (): readonly Elsewhere[] => [
  leftOut(
    'what comes in is known',
    `in_channels in_features in1_features in2_features num_features num_channels input_size embed_dim d_model kdim vdim normalized_shape
      num_embeddings dim start_dim end_dim
    | input_dim input_shape axis axes batch_input_shape input_length key_dim value_dim
    | axis | | axis | NumChannels InputSize NumKeyChannels NumValueChannels
    | in in_ch input_channels channels_in dim_in`,
  ),
  leftOut(
    'it says how numbers are kept or where they come from, which no figure depends on',
    `device device_ids output_device dtype inplace parameters modules values module full sparse swap
    | data_format dtype autocast batch_size
    | to storage_order value transA transB allowzero noop_with_empty_axes
    | xnor binary flipped reverse stream wait_stream antialiasing batch subdivisions
    | engine in_place phase include exclude force_backward propagate_down
    | DataFormat | format`,
  ),
  leftOut(
    'it says how weights begin and how they are learned, which no figure depends on',
    `init weight momentum track_running_stats process_group max_norm norm_type scale_grad_by_freq requires_grad
    | kernel_initializer bias_initializer depthwise_initializer pointwise_initializer embeddings_initializer gamma_initializer beta_initializer
      moving_mean_initializer moving_variance_initializer alpha_initializer recurrent_initializer kernel_regularizer bias_regularizer
      depthwise_regularizer pointwise_regularizer embeddings_regularizer gamma_regularizer beta_regularizer alpha_regularizer
      recurrent_regularizer activity_regularizer kernel_constraint bias_constraint depthwise_constraint pointwise_constraint
      embeddings_constraint gamma_constraint beta_constraint alpha_constraint recurrent_constraint lora_rank lora_alpha unit_forget_bias
      trainable momentum renorm synchronized virtual_batch_size weights
    | momentum training_mode spatial
    | learning_rate decay burn_in max_batches policy steps scales momentum stopbackward
    | weight_filler bias_filler filler param lr_mult decay_mult blobs_lr weight_decay use_global_stats moving_average_fraction
    | WeightsInitializer BiasInitializer WeightLearnRateFactor BiasLearnRateFactor WeightL2Factor BiasL2Factor Weights Bias OffsetInitializer
      ScaleInitializer Offset TrainedMean TrainedVariance MeanDecay VarianceDecay InputWeightsInitializer RecurrentWeightsInitializer
    | initializer kernel_init regularizer lr`,
  ),
  leftOut(
    'it is of training or of a loss only',
    `size_average reduce reduction ignore_index label_smoothing log_input log_target margin pos_weight blank zero_infinity delta cutoffs
      div_value head_bias n_classes
    | seed noise_shape
    | seed
    | mask anchors classes num jitter ignore_thresh truth_thresh random angle saturation exposure hue temperature
    | loss_weight loss_param
    | Seed |`,
  ),
  leftOut(
    'padding other than zeros is a layer of its own: `reflectpad`, `replicatepad`, `circularpad`',
    'padding_mode | | | | | PaddingValue |',
  ),
  leftOut(
    'the whole sequence comes out, and comes in as one image',
    `batch_first proj_size | return_sequences return_state stateful unroll reset_after recurrent_activation recurrent_dropout mask_zero time_major
    | layout linear_before_reset input_forget clip activations activation_alpha activation_beta activation_gamma
    | | | OutputMode HasStateInputs HasStateOutputs StateActivationFunction GateActivationFunction ResetGateMode |`,
  ),
  leftOut(
    'it chooses a kind: write that, as `maxpool`, `avgpool`, `gap`, `add` or `mul`',
    '| | | | pool global_pooling operation | |',
  ),
  leftOut(
    'write the layers that it is about',
    `norm_first custom_encoder custom_decoder decoder_layer encoder_layer dim_feedforward enable_nested_tensor mask_check add_bias_kv
      add_zero_attn num_chunks
    | attention_axes use_causal_mask flash_attention
    | | group_id | | AttentionMask HasPaddingMaskInput HasScoresOutput | expansion`,
  ),
  leftOut(
    'here it is as it usually is',
    `return_indices include_last_offset padding_idx recompute_scale_factor output_ratio beta threshold lambd
    | threshold crop_to_aspect_ratio pad_to_aspect_ratio fill_mode fill_value antialias
    | lambd p cubic_coeff_a exclude_outside extrapolation_value keep_aspect_ratio_policy antialias
    | | coeff norm_region stable_prod_grad num_axes
    | HasUnpoolingOutputs NearestRoundingMode |`,
  ),
];

export const optionRows = (): readonly Elsewhere[] => [...given(), ...none()];

export const keyRows = (): readonly Elsewhere[] => [
  row(
    'input',
    '| input_shape | | | input_dim | InputSize | input_size in_shape image_size img_size imgsz image shape size',
  ),
  row(
    'layers',
    '| layers | node | | layer | Layers | network model architecture arch net body features sequential modules structure graph nodes layres',
  ),
  row('batch', '| batch_size | | batch | batch_size | MiniBatchSize | batchsize bs'),
  row('layout', '| data_format | | | | DataFormat | format order dim_order channel_order memory_format'),
  row('dtype', 'dtype | dtype | elem_type | | | | precision data_type datatype type'),
  row('vars', '| | | | | | variables var constants params parameters define let'),
  row('blocks', '| | functions | | | | block macros templates'),
  row('defaults', '| | | | | | default'),
  row('outputs', '| outputs | output | | | | outs'),
  row('note', '| | doc_string | | | | comment comments description notes doc'),
  row('name', '| name | name | | name | Name | title model_name'),
];

/** Types of numbers, as they are called elsewhere. */
export const DTYPES_ELSEWHERE: Readonly<Record<string, readonly string[]>> = {
  f32: ['float32', 'float', 'fp32', 'single', 'torch.float32', 'tf.float32'],
  f16: ['float16', 'half', 'fp16', 'torch.float16', 'torch.half', 'tf.float16', 'mixed_float16'],
  bf16: ['bfloat16', 'brain', 'torch.bfloat16', 'tf.bfloat16', 'mixed_bfloat16'],
  int8: ['i8', 'uint8', 'u8', 'qint8', 'quint8', 'torch.int8', 'torch.uint8', 'byte', 'char'],
};
