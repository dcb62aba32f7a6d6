// What can execute a network: the interface between run/ and the backends in kernels/. No backend here, nothing that runs.

import type { Code } from './codes.js';
import type { Operator } from './operator.js';
import type { Shape } from './shape.js';

/** Values in PyTorch's order, the batch first: [N, C, ...spatial] or [N, features]. Learned tensors have no batch. */
export interface Tensor {
  readonly shape: readonly number[];
  /** Of weights it may be read from a file or made when it is asked for: take it once, and keep to `shape` for the sizes. */
  readonly data: Float32Array;
  /** Puts the values there, where `data` would make them somewhere else first. */
  readonly write?: (into: Float32Array) => void;
  /** Of what is random and nothing else: whoever draws the same numbers need not ask for them. */
  readonly drawn?: Drawn;
}

/** Numbers between -reach and reach, each as likely as any other: (2 x - 1) * reach of those of `generator(seed)`, in core/random.ts. */
export interface Drawn {
  readonly seed: number;
  readonly reach: number;
}

/** Those of a recurrent layer, by what they are multiplied with, the layer of the stack and the direction: `weight_hh_l0_reverse`. */
export type RecurrentName = `${'weight' | 'bias'}_${'ih' | 'hh'}_${Direction}`;
/** Of the stack of a recurrent layer: the layer, from 0, and whether it reads backwards. */
export type Direction = `l${number}${'' | '_reverse'}`;

type PlainName = 'weight' | 'bias' | 'running_mean' | 'running_var';

/** The learned tensors of a layer and its running statistics, as PyTorch calls them. */
export type TensorName = PlainName | RecurrentName;

/** Something for each tensor that a layer has. */
export type ByTensor<T> = { readonly [Name in PlainName]?: T } & { readonly [Name in RecurrentName]: T };

/** One layer to execute. Shapes are channels first, for one image. */
export interface Step {
  /** The node's id in the graph. Steps come in the order of execution. */
  readonly id: number;
  readonly name: string;
  readonly operator: Operator;
  /** Ids of the steps or inputs read. */
  readonly inputs: readonly number[];
  readonly inputShapes: readonly Shape[];
  readonly output: Shape;
  readonly weights: ByTensor<Tensor>;
  /** Multiply-accumulates for one image, counted directly. */
  readonly macs: number;
}

/** A network ready to run: what the analysis knows, and its weights. */
export interface Network {
  readonly inputs: readonly { readonly id: number; readonly name: string; readonly shape: Shape }[];
  readonly steps: readonly Step[];
  /** Ids whose values are wanted. */
  readonly outputs: readonly number[];
}

export interface SessionOptions {
  /** Images per run. */
  readonly batch: number;
  readonly threads: number;
  /** `exact`: direct algorithms only; `careful`: those within 1e-5 of a layer's largest value; `auto`: those within 2e-5, whole networks within 1e-4. */
  readonly precision: 'auto' | 'careful' | 'exact';
  /** The build of the core, or the best that this machine passes. */
  readonly core: 'auto' | 'simd' | 'relaxed' | 'revec';
  /** Nothing is fused and every step's output can be looked at; batch normalisation takes the batch's own statistics. */
  readonly training?: boolean;
  /** Nothing is fused, and an {@link Onlooker} sees every step. */
  readonly observed?: boolean;
  /** What the core reaches is measured first, which takes a moment. */
  readonly peak?: boolean;
}

/** How a step was computed: by the loops that define it, or by what the core has for it. */
export type Algorithm =
  | 'reference'
  | 'direct'
  | 'gemm'
  | 'gemm 1x1'
  | 'grouped'
  | 'depthwise'
  | 'lines'
  | 'winograd 2x2'
  | 'winograd 2x2 of 5x5'
  | 'winograd 4x4'
  | 'by phases'
  | 'dense'
  | 'max pool'
  | 'mean pool'
  | 'max unpool'
  | 'reduction'
  | 'resample'
  | 'recurrent'
  | 'elementwise'
  | 'copy'
  | 'no work';

/** What became of one step. */
export interface Timing {
  readonly id: number;
  readonly ms: number;
  readonly algorithm: Algorithm;
  /** The step that it was computed together with, whose algorithm this is. */
  readonly fusedInto?: number;
}

/** The running statistics of a batch normalisation. */
export interface Running {
  readonly running_mean: Tensor;
  readonly running_var: Tensor;
}

export interface Outcome {
  readonly outputs: ReadonlyMap<number, Tensor>;
  readonly timings: readonly Timing[];
  /** Updated running statistics by step id, of training only. */
  readonly statistics?: ReadonlyMap<number, Running>;
}

/** Who looks on while a batch runs. What it throws ends the run. */
export interface Onlooker {
  /** After each step of an observed session, with a reader of its output. */
  readonly observe?: (id: number, read: () => Tensor, timing: Timing) => void;
  /** After each step; where a promise comes back it is waited for, so that others get their turn. */
  readonly progress?: (done: number, steps: number) => Promise<void> | undefined;
}

export interface Session {
  /** What runs it: for the report and its JSON. */
  readonly core: {
    readonly backend: string;
    readonly simd: boolean;
    readonly relaxed: boolean;
    readonly threads: number;
    readonly build?: string;
    /** What the core reaches on this machine with one thread, 10^9 operations a second, by a trial at the start, if it was wanted. */
    readonly peakGflops?: number;
  };
  /** Bytes held at most: weights as packed, activations, workspaces. */
  readonly peakBytes: number;
  /** What they are for: tensors as packed (Winograd's are up to four times as many), activations, what each thread works in. */
  readonly memory?: { readonly weights: number; readonly activations: number; readonly workspaces: number };
  /**
   * Runs the batch. `inputs` by id, [N, ...shape] each. May be called again; what it returned stays valid. In training `running` has
   * the running statistics before it, by step id; absent, they are those among the tensors.
   */
  readonly run: (
    inputs: ReadonlyMap<number, Tensor>,
    onlooker?: Onlooker,
    running?: ReadonlyMap<number, Running>,
  ) => Promise<Outcome>;
  /** Lets go of memory and threads. */
  readonly close: () => void;
}

export interface Backend {
  readonly name: 'wasm' | 'reference';
  /** Plans, allocates, packs the weights. Rejects with a {@link Refusal} where it cannot, before anything large is allocated. */
  readonly open: (network: Network, options: SessionOptions) => Promise<Session>;
}

/** What a chain of steps computed in training, and the gradients of a number that hangs on its end: before each step, and at the end. */
export interface Passed {
  readonly values: readonly Float64Array[];
  /** With respect to those values. */
  readonly gradients: readonly Float64Array[];
  /** With respect to the `weight` of each step, where it has one. */
  readonly weights: readonly (Float64Array | undefined)[];
}

/** Forwards and back through steps that each read the one before: the batch, and the gradient with respect to what comes out. */
export type Passes = (steps: readonly Step[], input: Tensor, last: Tensor) => Passed;

/** Why a network is not run, as a sentence with the numbers: thrown by `open`, shown by the command. */
export class Refusal extends Error {
  constructor(
    readonly code: Code,
    message: string,
    readonly help?: string,
  ) {
    super(message);
  }
}
