// Devices by name: their two rates, fitted to public tables of throughput, and how far such a fit is off on networks that it had not
// seen. The numbers are printed by tests/bench/devices.js; what is fitted and how is rates.ts.
//
// Every table is of timm (Apache License 2.0), who timed its networks in batches as large as fit, on a CPU one image at a time. Of a
// table convolutional networks are fitted, whose multiply-accumulates and outputs stand in it. Held out are families: half of them is
// estimated from the other half.

import type { Off, Rates } from './rates.js';

export interface Device {
  /** As it is asked for. */
  readonly name: string;
  readonly hardware: string;
  /** Precision, order of the values in memory, and with what it was timed. */
  readonly setting: string;
  /** The file of {@link SOURCE}. */
  readonly table: string;
  /** Images at once, of the middle row. */
  readonly batch: number;
  /** How many rows were fitted: networks, some of them at several sizes. */
  readonly networks: number;
  readonly rates: Rates;
  readonly heldOut: Off;
  /** The same rates on the networks of the table that are not convolutional, most of them with attention. */
  readonly attending: Off;
}

/** Where the tables are. */
export const SOURCE = 'huggingface/pytorch-image-models, results/, aa4b585';

export const DEVICES: readonly Device[] = [
  {
    name: 'rtx3090',
    hardware: 'RTX 3090',
    setting: 'AMP, NCHW, PyTorch 2.4.0, CUDA 12.4',
    table: 'benchmark-infer-amp-nchw-pt240-cu124-rtx3090.csv',
    batch: 1024,
    networks: 841,
    rates: { flops: 6.689e13, outputs: 5.028e10 },
    heldOut: { median: 0.09181, within: 0.9358 },
    attending: { median: 0.3013, within: 0.7207 },
  },
  {
    name: 'rtx3090-nhwc',
    hardware: 'RTX 3090',
    setting: 'AMP, NHWC, PyTorch 2.4.0, CUDA 12.4',
    table: 'benchmark-infer-amp-nhwc-pt240-cu124-rtx3090.csv',
    batch: 1024,
    networks: 831,
    rates: { flops: 7.114e13, outputs: 5.863e10 },
    heldOut: { median: 0.1236, within: 0.9158 },
    attending: { median: 0.2284, within: 0.8101 },
  },
  {
    name: 'rtx4090',
    hardware: 'RTX 4090',
    setting: 'AMP, NCHW, PyTorch 2.9.1, CUDA 12.8',
    table: 'benchmark-infer-amp-nchw-pt291-cu128-4090.csv',
    batch: 1024,
    networks: 911,
    rates: { flops: 1.187e14, outputs: 6.465e10 },
    heldOut: { median: 0.09416, within: 0.9319 },
    attending: { median: 0.3655, within: 0.5429 },
  },
  {
    name: 'rtx4090-nhwc',
    hardware: 'RTX 4090',
    setting: 'AMP, NHWC, PyTorch 2.4.0, CUDA 12.4',
    table: 'benchmark-infer-amp-nhwc-pt240-cu124-rtx4090.csv',
    batch: 512,
    networks: 843,
    rates: { flops: 1.438e14, outputs: 7.012e10 },
    heldOut: { median: 0.1398, within: 0.9039 },
    attending: { median: 0.3088, within: 0.6286 },
  },
  {
    name: 'rtx4090-compiled',
    hardware: 'RTX 4090',
    setting: 'AMP, NCHW, compiled, PyTorch 2.9.1, CUDA 12.8',
    table: 'benchmark-infer-amp-nchw-pt291-cu128-4090-dynamo.csv',
    batch: 1024,
    networks: 910,
    rates: { flops: 1.994e14, outputs: 1.037e11 },
    heldOut: { median: 0.1262, within: 0.9418 },
    attending: { median: 0.2237, within: 0.784 },
  },
  {
    name: 'rtx5090',
    hardware: 'RTX 5090',
    setting: 'AMP, NCHW, PyTorch 2.9.1, CUDA 13.0',
    table: 'benchmark-infer-amp-nchw-pt291-cu130-5090.csv',
    batch: 1024,
    networks: 911,
    rates: { flops: 1.661e14, outputs: 9.129e10 },
    heldOut: { median: 0.09802, within: 0.9265 },
    attending: { median: 0.2964, within: 0.6343 },
  },
  {
    name: 'rtx5090-compiled',
    hardware: 'RTX 5090',
    setting: 'AMP, NCHW, compiled, PyTorch 2.9.1, CUDA 13.0',
    table: 'benchmark-infer-amp-nchw-pt291-cu130-5090-dynamo.csv',
    batch: 1024,
    networks: 911,
    rates: { flops: 2.319e14, outputs: 1.775e11 },
    heldOut: { median: 0.1248, within: 0.921 },
    attending: { median: 0.1811, within: 0.8829 },
  },
  {
    name: 'rtxpro6000',
    hardware: 'RTX PRO 6000 Max-Q',
    setting: 'AMP, NCHW, PyTorch 2.9.1, CUDA 13.0',
    table: 'benchmark-infer-amp-nchw-pt291-cu130-pro6000maxq.csv',
    batch: 2048,
    networks: 911,
    rates: { flops: 1.98e14, outputs: 8.328e10 },
    heldOut: { median: 0.08974, within: 0.9396 },
    attending: { median: 0.3375, within: 0.5655 },
  },
  {
    name: 'rtxpro6000-compiled',
    hardware: 'RTX PRO 6000 Max-Q',
    setting: 'AMP, NCHW, compiled, PyTorch 2.9.1, CUDA 13.0',
    table: 'benchmark-infer-amp-nchw-pt291-cu130-pro6000maxq-dynamo.csv',
    batch: 2048,
    networks: 911,
    rates: { flops: 2.701e14, outputs: 1.569e11 },
    heldOut: { median: 0.1399, within: 0.9363 },
    attending: { median: 0.2243, within: 0.8302 },
  },
  {
    name: 'rtxpro6000-bf16-compiled',
    hardware: 'RTX PRO 6000 Max-Q',
    setting: 'bfloat16, NCHW, compiled, PyTorch 2.9.1, CUDA 13.0',
    table: 'benchmark-infer-bf16-nchw-pt291-cu130-pro6000maxq-dynamo.csv',
    batch: 2048,
    networks: 911,
    rates: { flops: 2.729e14, outputs: 1.528e11 },
    heldOut: { median: 0.1389, within: 0.9276 },
    attending: { median: 0.265, within: 0.7496 },
  },
  {
    name: 'i7-12700h',
    hardware: 'Core i7-12700H',
    setting: 'float32, NCHW, compiled, PyTorch 2.4.0',
    table: 'benchmark-infer-fp32-nchw-pt240-cpu-i7_12700h-dynamo.csv',
    batch: 1,
    networks: 844,
    rates: { flops: 3.586e11, outputs: 9.175e8 },
    heldOut: { median: 0.1218, within: 0.9182 },
    attending: { median: 0.127, within: 0.941 },
  },
  {
    name: 'i9-10940x',
    hardware: 'Core i9-10940X',
    setting: 'float32, NCHW, compiled, PyTorch 2.4.0',
    table: 'benchmark-infer-fp32-nchw-pt240-cpu-i9_10940x-dynamo.csv',
    batch: 1,
    networks: 841,
    rates: { flops: 1.84e12, outputs: 9.57e8 },
    heldOut: { median: 0.3072, within: 0.6302 },
    attending: { median: 0.3794, within: 0.5966 },
  },
];
