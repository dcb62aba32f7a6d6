// The functions of one value in ONNX, of several nodes where it has no operator. Each with its numbers from the operator.

import { real } from './onnx-model.js';

/** x * f(x) with f of one node more. */
const gated = (graph, x, gate) => graph.node('Mul', [x, gate]);

/** Each takes the graph, the name of what it reads and the operator, and returns the name of what it makes. */
export const POINTWISE = {
  identity: (_graph, x) => x,
  relu: (graph, x) => graph.node('Relu', [x]),
  leakyrelu: (graph, x, { alpha }) => graph.node('LeakyRelu', [x], { alpha: real(alpha) }),
  elu: (graph, x, { alpha }) => graph.node('Elu', [x], { alpha: real(alpha) }),
  celu: (graph, x, { alpha }) => graph.node('Celu', [x], { alpha: real(alpha) }),
  selu: (graph, x) => graph.node('Selu', [x]),
  gelu: (graph, x) => {
    const erf = graph.node('Erf', [graph.node('Mul', [x, graph.scalar(Math.SQRT1_2)])]);
    const half = graph.node('Mul', [graph.node('Add', [erf, graph.scalar(1)]), graph.scalar(0.5)]);
    return gated(graph, x, half);
  },
  'gelu-tanh': (graph, x) => {
    const cubed = graph.node('Mul', [graph.node('Pow', [x, graph.scalar(3)]), graph.scalar(0.044715)]);
    const inner = graph.node('Mul', [graph.node('Add', [x, cubed]), graph.scalar(Math.sqrt(2 / Math.PI))]);
    const half = graph.node('Add', [graph.node('Tanh', [inner]), graph.scalar(1)]);
    return gated(graph, x, graph.node('Mul', [half, graph.scalar(0.5)]));
  },
  silu: (graph, x) => gated(graph, x, graph.node('Sigmoid', [x])),
  mish: (graph, x) => gated(graph, x, graph.node('Tanh', [graph.node('Softplus', [x])])),
  sigmoid: (graph, x) => graph.node('Sigmoid', [x]),
  tanh: (graph, x) => graph.node('Tanh', [x]),
  softsign: (graph, x) => graph.node('Softsign', [x]),
  // The threshold only keeps PyTorch from overflowing: beyond it the function is x to the last bit of a float.
  softplus: (graph, x, { alpha = 1 }) => {
    const scaled = graph.node('Softplus', [graph.node('Mul', [x, graph.scalar(alpha)])]);
    return graph.node('Div', [scaled, graph.scalar(alpha)]);
  },
  hardswish: (graph, x) => graph.node('HardSwish', [x]),
  hardsigmoid: (graph, x) => graph.node('HardSigmoid', [x], { alpha: real(1 / 6), beta: real(0.5) }),
  clamp: (graph, x, { alpha, beta }) => graph.node('Clip', [x, graph.scalar(alpha), graph.scalar(beta)]),
};
