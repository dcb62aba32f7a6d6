// What the core exports: instructions, each cut into tasks that any thread may take in any order. Every task writes its own
// part of the output, so that results do not depend on who does what.

import { convolve } from './convolve';
import { dense } from './dense';
import { depthwise } from './depthwise';
import { draw } from './draw';
import { affine, combine, respond } from './elementwise';
import {
  Adaptive, Affine, check, Combine, Convolve, Copy, Dense, Depthwise, Draw, Embed, Gather, Kind, Multiply, Normalise, Pack, Panel, Pool, Recur, Reduce,
  Resample, Respond, Scatter, Softmax, Transform, Unpool, Winograd,
} from './instructions';
import { COLUMNS, ROWS } from './microkernel';
import { copy, embed, gather, resample, scatter } from './move';
import { multiply, panel } from './multiply';
import { pack, transform } from './pack';
import { adaptive, pool, unpool } from './pool';
import { recur } from './recur';
import { normalise, reduce, softmax } from './sets';
import { winograd } from './winograd';

/** The microkernel's block of results: packing and planning follow it. */
export function rows(): i32 {
  return ROWS;
}

export function columns(): i32 {
  return COLUMNS;
}

/** Tasks [first, last) of the instruction at `op`; `scratch` is the thread's own memory. */
export function perform(kind: i32, op: usize, first: i32, last: i32, scratch: usize): void {
  for (let task = first; task < last; task++) one(kind, op, task, scratch);
}

/**
 * Tasks as long as there are any. `left`: how many have not been taken; who takes one counts it down, and only then reads what
 * there is to do: `job`, the kind, the instruction and its number of tasks, stands until `done` has counted all tasks.
 */
export function share(left: usize, job: usize, done: usize, scratch: usize): void {
  let seen = atomic.load<i32>(left);
  while (seen > 0) {
    const before = atomic.cmpxchg<i32>(left, seen, seen - 1);
    if (before == seen) {
      one(load<i32>(job), load<usize>(job, 4), load<i32>(job, 8) - seen, scratch);
      atomic.add<i32>(done, 1);
      seen = atomic.load<i32>(left);
    } else seen = before;
  }
}

function one(kind: i32, op: usize, task: i32, scratch: usize): void {
  if (!ASC_NO_ASSERT) check(kind, op);
  switch (kind) {
    case Kind.convolve: return convolve(changetype<Convolve>(op), task, scratch);
    case Kind.winograd: return winograd(changetype<Winograd>(op), task, scratch);
    case Kind.depthwise: return depthwise(changetype<Depthwise>(op), task, scratch);
    case Kind.pool: return pool(changetype<Pool>(op), task, scratch);
    case Kind.adaptive: return adaptive(changetype<Adaptive>(op), task, scratch);
    case Kind.dense: return dense(changetype<Dense>(op), task, scratch);
    case Kind.affine: return affine(changetype<Affine>(op), task, scratch);
    case Kind.combine: return combine(changetype<Combine>(op), task, scratch);
    case Kind.copy: return copy(changetype<Copy>(op), task, scratch);
    case Kind.scatter: return scatter(changetype<Scatter>(op), task, scratch);
    case Kind.gather: return gather(changetype<Gather>(op), task, scratch);
    case Kind.resample: return resample(changetype<Resample>(op), task, scratch);
    case Kind.embed: return embed(changetype<Embed>(op), task, scratch);
    case Kind.unpool: return unpool(changetype<Unpool>(op), task, scratch);
    case Kind.reduce: return reduce(changetype<Reduce>(op), task, scratch);
    case Kind.recur: return recur(changetype<Recur>(op), task, scratch);
    case Kind.multiply: return multiply(changetype<Multiply>(op), task, scratch);
    case Kind.respond: return respond(changetype<Respond>(op), task, scratch);
    case Kind.softmax: return softmax(changetype<Softmax>(op), task, scratch);
    case Kind.panel: return panel(changetype<Panel>(op), task, scratch);
    case Kind.pack: return pack(changetype<Pack>(op), task, scratch);
    case Kind.transform: return transform(changetype<Transform>(op), task, scratch);
    case Kind.normalise: return normalise(changetype<Normalise>(op), task, scratch);
    case Kind.draw: return draw(changetype<Draw>(op), task, scratch);
    default: unreachable();
  }
}
