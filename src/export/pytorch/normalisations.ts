// Normalisations in PyTorch, and the factors and addends that are learned without one.

import { channels, product } from '../../core/shape.js';
import { type StepOf, Unsaid } from '../model.js';
import { type Call, type Code, call, python, read, SELF, slot } from './code.js';
import { has, type Piece, shapesOf } from './piece.js';
import { perPlace } from './windows.js';

/** PyTorch has both, weight and bias, or none: one of them alone is made by taking the other away. */
const affine = (step: StepOf<'normalise'>): { readonly learns: boolean; readonly after: readonly Code[] } => {
  const [weight, bias] = [has(step, 'weight'), has(step, 'bias')];
  const without = (name: string): readonly Code[] => [python`${SELF}.register_parameter("${name}", None)`];
  if (weight === bias) return { learns: weight, after: [] };
  return { learns: true, after: without(weight ? 'bias' : 'weight') };
};

const plain = python`${SELF}(${read()})`;

export const normalise = (step: StepOf<'normalise'>): readonly Piece[] | Unsaid => {
  const { input } = shapesOf(step);
  const { over, groups = 1, eps, rms = false, elementwise = false, momentum = 0.1 } = step.operator;
  const C = channels(input);
  const { learns, after } = affine(step);
  const epsilon = slot('eps', eps, 1e-5);
  if (rms) return rootMeanSquare(step);
  if (over === 'batch') {
    const rank = Math.max(1, input.length - 1);
    if (!has(step, 'running_mean'))
      return new Unsaid('it has no running statistics, and PyTorch would take those of the batch');
    const make = call(`nn.BatchNorm${rank}d`, [slot('num_features', C)], {
      eps: epsilon,
      momentum: slot('momentum', momentum, 0.1),
      affine: slot('affine', learns, true),
    });
    return [{ apply: plain, make, after }];
  }
  if (over === 'channels') {
    if (elementwise && input.length > 1) return new Unsaid('a weight for each value, and means over channels alone');
    return [{ apply: perPlace(input.length), make: layerNorm([C], epsilon, learns), after }];
  }
  if (elementwise) {
    if (groups !== 1) return new Unsaid('PyTorch has no group normalisation with a weight for each value');
    return [{ apply: plain, make: layerNorm(input, epsilon, learns), after }];
  }
  const each = groups === C && input.length > 1;
  const make = each
    ? call(`nn.InstanceNorm${input.length - 1}d`, [slot('num_features', C)], {
        eps: epsilon,
        affine: slot('affine', learns, false),
      })
    : call('nn.GroupNorm', [slot('num_groups', groups), slot('num_channels', C)], {
        eps: epsilon,
        affine: slot('affine', learns, true),
      });
  return [{ apply: plain, make, after }];
};

const layerNorm = (shape: readonly number[], eps: Code, learns: boolean): Call =>
  call(
    'nn.LayerNorm',
    [shape.length === 1 ? slot('normalized_shape', shape[0] ?? 1) : slot('normalized_shape', shape)],
    { eps, elementwise_affine: slot('elementwise_affine', learns, true) },
  );

const rootMeanSquare = (step: StepOf<'normalise'>): readonly Piece[] | Unsaid => {
  const { input } = shapesOf(step);
  const { over, groups = 1, eps, elementwise = false } = step.operator;
  const all = over === 'group' && groups === 1;
  if (
    (over !== 'channels' && !all) ||
    (all && input.length > 1 && !elementwise) ||
    (!all && elementwise && input.length > 1)
  )
    return new Unsaid('a root mean square over groups of channels');
  const shape = all ? input : [channels(input), ...input.slice(1).map(() => 1)];
  const dims = all ? input.map((_, axis) => axis + 1) : [1];
  const make = call('RMSNorm', [slot('shape', [channels(input), ...(all ? input.slice(1) : [])])], {
    dims: slot('dims', dims, [1]),
    rank: slot('rank', shape.length),
    eps: slot('eps', eps, 1e-5),
    weight: slot('weight', has(step, 'weight'), true),
    bias: slot('bias', has(step, 'bias'), false),
  });
  return [{ apply: plain, make, extra: 'RMSNorm' }];
};

/** Even sizes have the odd neighbour before the channel in PyTorch: behind it is before it, the channels turned round. */
export const lrn = (step: StepOf<'lrn'>): readonly Piece[] => {
  const { size, alpha, beta, k, behind = false } = step.operator;
  const named = {
    size: slot('size', size),
    alpha: slot('alpha', alpha, 1e-4),
    beta: slot('beta', beta, 0.75),
    k: slot('k', k, 1),
  };
  const turned = behind && size % 2 === 0;
  const isVector = step.output.length === 1;
  if (!turned && !isVector)
    return [{ apply: call('F.local_response_norm', [read()], named), module: call('nn.LocalResponseNorm', [], named) }];
  // It wants a place for its channels.
  const [before, behindIt] = [turned ? '.flip(1)' : '', isVector ? '.unsqueeze(2)' : ''];
  const after = `${isVector ? '.squeeze(2)' : ''}${turned ? '.flip(1)' : ''}`;
  return [{ apply: python`${call('F.local_response_norm', [python`${read()}${before}${behindIt}`], named)}${after}` }];
};

/** Weight and bias of each channel; none of them is a module of PyTorch. */
export const scale = (step: StepOf<'scale'>): readonly Piece[] => {
  const { output } = shapesOf(step);
  const make = call('Scale', [slot('num_features', channels(output))], {
    rank: slot('rank', output.length),
    init: slot('init', step.operator.init, 1),
    weight: slot('weight', has(step, 'weight'), true),
    bias: slot('bias', has(step, 'bias'), false),
  });
  return [{ apply: plain, make, extra: 'Scale' }];
};

/** The same tensor for every image. */
export const parameter = (step: StepOf<'parameter'>): readonly Piece[] => {
  const { output } = shapesOf(step);
  const isFixed = (step.node.facts?.buffers ?? []).length > 0;
  const name = isFixed ? 'Fixed' : 'Learned';
  const make = call(name, [slot('shape', output)], { init: slot('init', step.operator.init, 0) });
  return [{ apply: python`${SELF}(${read()})`, make, extra: name }];
};

export const prelu = (step: StepOf<'prelu'>): readonly Piece[] => {
  const weight = step.learned.find(({ tensor }) => tensor === 'weight');
  const make = call('nn.PReLU', [], {
    num_parameters: slot('num_parameters', product(weight?.shape ?? []), 1),
    init: slot('init', step.operator.init, 0.25),
  });
  return [{ apply: plain, make }];
};

const GATED = { rnn: 'nn.RNN', gru: 'nn.GRU', lstm: 'nn.LSTM' } as const;

export const recurrent = (step: StepOf<'recurrent'>): readonly Piece[] | Unsaid => {
  const { input, output } = shapesOf(step);
  const { cell, layers, bidirectional, last, bend } = step.operator;
  const units = channels(output) / (bidirectional ? 2 : 1);
  const biases = step.learned.filter(({ tensor }) => tensor.startsWith('bias')).length;
  if (biases !== 0 && biases !== 2 * layers * (bidirectional ? 2 : 1))
    return new Unsaid("PyTorch's recurrent layers have two biases in each direction, or none");
  const make = call(GATED[cell], [slot('input_size', channels(input)), slot('hidden_size', units)], {
    num_layers: slot('num_layers', layers, 1),
    nonlinearity: cell === 'rnn' ? slot('nonlinearity', bend, 'tanh') : undefined,
    bias: slot('bias', biases > 0, true),
    batch_first: 'True',
    bidirectional: slot('bidirectional', bidirectional, false),
  });
  const states: Piece = { apply: python`${SELF}(${read()}.transpose(1, 2))[0]`, make };
  if (!last) return [{ ...states, apply: python`${SELF}(${read()}.transpose(1, 2))[0].transpose(1, 2)` }];
  const shaped = output.length === 1 ? '' : '.unsqueeze(-1)';
  if (!bidirectional) return [{ ...states, apply: python`${SELF}(${read()}.transpose(1, 2))[0][:, -1]${shaped}` }];
  const size = slot('hidden_size', units);
  return [
    states,
    { apply: python`torch.cat([${read()}[:, -1, :${size}], ${read()}[:, 0, ${size}:]], dim=1)${shaped}` },
  ];
};

export const embedding = (step: StepOf<'embedding'>): readonly Piece[] => {
  const { input, output } = shapesOf(step);
  const weight = step.learned.find(({ tensor }) => tensor === 'weight');
  const make = call('nn.Embedding', [
    slot('num_embeddings', weight?.shape[0] ?? 1),
    slot('embedding_dim', channels(output)),
  ]);
  const numbers = input.length === 1 ? '' : '.squeeze(1)';
  return [{ apply: python`${SELF}(${read()}${numbers}.long()).movedim(-1, 1)`, make }];
};
