// ONNX operators that compute nothing: other shapes and orders, parts of tensors, tensors one behind the other.

import { product } from '../../../core/shape.js';
import { type Call, Unsaid, type Value } from '../call.js';
import { dimsOf, type Flow, flowIn, inMemory, layoutFor, transposed } from '../flow.js';
import {
  constant,
  expandedConstant,
  isLearned,
  isOrder,
  joinedConstants,
  MOST_FOLDED,
  reshapedConstant,
  scattered,
  slicePlaces,
  spreadDims,
  takenOf,
  targetDims,
  transposedConstant,
  whole,
} from '../fold.js';
import { isFloat } from '../tensors.js';
import { lettered, withSize } from './axes.js';
import type { Translation } from './translation.js';

/** The same values under other sizes. */
const withDims = (call: Call, dims: readonly number[]): Value => {
  const value = call.value(0);
  if ('constant' in value) {
    if (product(value.constant.dims) !== product(dims))
      throw new Unsaid(`${value.constant.dims.join('x')} values cannot be ${dims.join('x')}`);
    return { constant: reshapedConstant(value.constant, dims) };
  }
  const flow = call.resized(value.flow, dims, layoutFor(value.flow, dims));
  // A vector is what dense layers read, and what people expect behind this.
  const isVector = dims.length === 2 && dims[0] === 1;
  return { flow: isVector ? { ...call.arranged(flow, [[1]]), label: call.name } : flow };
};

const reshape: Translation = (call) => {
  const dims = call.dims(0);
  const target = call.numbersOr(1, 'shape') ?? [];
  const sizes = targetDims(dims, target, call.int('allowzero', 0) === 1) ?? call.around.withoutBatch(dims, target);
  if (!sizes) throw new Unsaid(`${dims.join('x')} values cannot be ${target.join('x')}`);
  return withDims(call, sizes);
};

const flatten: Translation = (call) => {
  const dims = call.dims(0);
  const given = call.int('axis', 1);
  const axis = given === dims.length ? given : call.axis(given, dims.length);
  return withDims(call, [product(dims.slice(0, axis)), product(dims.slice(axis))]);
};

const squeeze: Translation = (call) => {
  const dims = call.dims(0);
  const axes =
    call.numbersOr(1, 'axes')?.map((axis) => call.axis(axis, dims.length)) ??
    dims.flatMap((size, axis) => (size === 1 ? [axis] : []));
  if (axes.some((axis) => dims[axis] !== 1)) throw new Unsaid(`it leaves out axes of ${dims.join('x')}`);
  const value = call.value(0);
  const left = dims.filter((_, axis) => !axes.includes(axis));
  if ('constant' in value) return { constant: reshapedConstant(value.constant, left) };
  return { flow: { ...value.flow, axes: value.flow.axes.filter((_, axis) => !axes.includes(axis)) } };
};

const unsqueeze: Translation = (call) => {
  const dims = call.dims(0);
  const given = call.numbersOr(1, 'axes') ?? [];
  const rank = dims.length + given.length;
  const axes = given.map((axis) => call.axis(axis, rank));
  const value = call.value(0);
  const spread = <T>(all: readonly T[], one: T): readonly T[] => {
    const rest = [...all];
    return Array.from({ length: rank }, (_, axis) => (axes.includes(axis) ? one : (rest.shift() ?? one)));
  };
  if ('constant' in value) return { constant: reshapedConstant(value.constant, spread(dims, 1)) };
  return { flow: { ...value.flow, axes: spread(value.flow.axes, -1) } };
};

const transpose: Translation = (call) => {
  const value = call.value(0);
  const rank = call.dims(0).length;
  const order = call.ints('perm') ?? Array.from({ length: rank }, (_, axis) => rank - 1 - axis);
  if (!isOrder(order) || order.length !== rank) throw new Unsaid(`${order.join(', ')} is no order of ${rank} axes`);
  if ('constant' in value) return { constant: transposedConstant(value.constant, order) };
  return { flow: { ...transposed(value.flow, order), label: call.name } };
};

/** Places along an axis: all of them, a run, or every so many-th. */
const sliced = (call: Call, flow: Flow, axis: number, places: readonly number[], name: string): Flow => {
  const size = dimsOf(flow)[axis] ?? 1;
  const [first = 0, second = first + 1] = places;
  const step = places.length > 1 ? second - first : 1;
  if (places.length === size && first === 0 && step === 1) return flow;
  if (places.length === 0) throw new Unsaid('it takes nothing');
  if (step < 1) throw new Unsaid('it turns an axis round');
  const last = places.at(-1) ?? first;
  const { flow: laid, letter, place } = lettered(call, flow, [axis]);
  const run = last - first + 1;
  const start = first > 0 ? { start: first } : {};
  const along = letter(axis) === 'c' ? {} : { axis: letter(axis) };
  const cut = run === size ? laid.row : call.row('slice', { channels: run, ...start, ...along }, [laid.row], { name });
  if (step === 1) return withSize(laid, cut, axis, places.length);
  const at = place(axis) - 1;
  if (at < 0) throw new Unsaid('it takes every so many-th channel');
  const axes = (call.shape(laid.row) ?? []).length - 1;
  const stride = Array.from({ length: axes }, (_, i) => (i === at ? step : 1));
  // A pool of one cell takes it as it is.
  const row = call.row('maxpool', { kernel: 1, stride }, [cut], { name: `${name}.every${step}` });
  return withSize(laid, row, axis, places.length);
};

const slice: Translation = (call) => {
  const isOld = call.opset < 10;
  const dims = call.dims(0);
  const starts = (isOld ? call.ints('starts') : call.numbers(1)) ?? [];
  const ends = (isOld ? call.ints('ends') : call.numbers(2)) ?? [];
  const axes = ((isOld ? call.ints('axes') : call.numbers(3)) ?? starts.map((_, i) => i)).map((axis) =>
    call.axis(axis, dims.length),
  );
  const steps = isOld ? undefined : call.numbers(4);
  let value = call.value(0);
  for (const [i, axis] of axes.entries()) {
    const places = slicePlaces(dims[axis] ?? 1, starts[i] ?? 0, ends[i] ?? 0, steps?.[i] ?? 1);
    if ('constant' in value) {
      const taken = takenOf(value.constant, axis, places, true);
      if (!taken) throw new Unsaid('it takes a part of a stored tensor');
      value = { constant: taken };
    } else value = { flow: sliced(call, value.flow, axis, places, i === 0 ? call.name : `${call.name}.${axis}`) };
  }
  return value;
};

const split: Translation = (call) => {
  const dims = call.dims(0);
  const axis = call.axis(call.int('axis', 0), dims.length);
  const size = dims[axis] ?? 1;
  const count = call.node.outputs.length;
  const each = Math.ceil(size / count);
  const sizes = call.numbersOr(1, 'split') ?? Array.from({ length: count }, (_, i) => Math.min(each, size - i * each));
  if (sizes.reduce((sum, n) => sum + n, 0) !== size) throw new Unsaid(`it splits ${size} into ${sizes.join(' and ')}`);
  let from = 0;
  return sizes.map((n, i): Value => {
    const start = from;
    from += n;
    const places = Array.from({ length: n }, (_, at) => start + at);
    const value = call.value(0);
    if ('constant' in value) {
      const taken = takenOf(value.constant, axis, places, true);
      if (!taken) throw new Unsaid('it splits a stored tensor');
      return { constant: taken };
    }
    if (!call.isUsed(i)) return value;
    return { flow: sliced(call, value.flow, axis, places, `${call.name}.${i}`) };
  });
};

/** One index takes a place, a run of them a slice, an input of indices looks rows up in a stored table. */
const gather: Translation = (call) => {
  const dims = call.dims(0);
  const axis = call.axis(call.int('axis', 0), dims.length);
  const table = call.constant(0);
  const indices = call.constant(1);
  // Rows of a learned table, by numbers that come in or are fixed: positions in a window, of which there are fewer than pairs.
  if (table && (!indices || (table.learned !== undefined && table.isFloat && product(indices.dims) > 1)))
    return lookUp(call, axis);
  const numbers = call.numbers(1) ?? [];
  const size = dims[axis] ?? 1;
  const places = numbers.map((n) => (n < 0 ? n + size : n));
  const shape = indices?.dims ?? [];
  if (places.some((n) => n < 0 || n >= size)) throw new Unsaid(`it takes place ${numbers.join(', ')} of ${size}`);
  if (table) {
    const taken = takenOf(table, axis, places, true);
    if (!taken) throw new Unsaid('it takes a part of a stored tensor');
    return { constant: reshapedConstant(taken, [...dims.slice(0, axis), ...shape, ...dims.slice(axis + 1)]) };
  }
  const isRun = places.every((n, i) => n === (places[0] ?? 0) + i);
  if (shape.length > 1 || !isRun) throw new Unsaid(`it takes places ${places.slice(0, 8).join(', ')} of an axis`);
  const flow = call.flow(0);
  if (shape.length === 1) return { flow: sliced(call, flow, axis, places, call.name) };
  if (size === 1) return { flow: { ...flow, axes: flow.axes.filter((_, i) => i !== axis) } };
  const { flow: laid, letter } = lettered(call, flow, [axis]);
  const row = call.row('take', { index: places[0] ?? 0, axis: letter(axis) }, [laid.row]);
  const left = withSize(laid, row, axis, 1);
  return { flow: { ...left, axes: left.axes.filter((_, i) => i !== axis) } };
};

const lookUp = (call: Call, axis: number): Value => {
  const table = call.weight(0);
  const [words = 1, dim = 1, more] = table.dims;
  if (axis !== 0 || more !== undefined) throw new Unsaid('it looks up no rows');
  const flow = call.flow(1);
  const ids = dimsOf(flow);
  const places = inMemory(flow);
  const vector = call.arranged(flow, [places.length > 0 ? places : [0]]);
  const row = call.learned('embedding', { dim, words }, [vector.row], { weight: table.stored }, table);
  const dims = [...ids, dim];
  return { flow: flowIn(row, dims, [ids.length, ...places]) };
};

const concat: Translation = (call) => {
  if (call.count === 1) return call.value(0);
  const values = Array.from({ length: call.count }, (_, i) => call.value(i));
  const constants = values.flatMap((value) => ('constant' in value ? [value.constant] : []));
  if (constants.length === values.length) {
    const all = joinedConstants(constants, call.int('axis', 1));
    if (!all) throw new Unsaid('it joins stored tensors');
    return { constant: all };
  }
  const rank = call.dims(0).length;
  const axis = call.axis(call.int('axis', 1), rank);
  // Stored tensors are laid as those that come in.
  const computed = values.flatMap((value) => ('flow' in value ? [value.flow] : []));
  const order = inMemory(largestOf(computed));
  const layout = order.includes(axis) ? order : [...order, axis];
  const flows = values.map((value) => ('flow' in value ? value.flow : call.parameter(value.constant, layout)));
  return {
    flow: behindEachOther(
      call,
      flows.filter((flow) => product(dimsOf(flow)) > 0),
      axis,
    ),
  };
};

const largestOf = (flows: readonly Flow[]): Flow =>
  flows.reduce((largest, flow) => (product(flow.parts) > product(largest.parts) ? flow : largest));

/** Tensors one behind the other along an axis, all laid as the largest of them lies. */
const behindEachOther = (call: Call, flows: readonly Flow[], axis: number): Flow => {
  const all = flows.map(dimsOf);
  const dims = (all[0] ?? []).map((size, i) =>
    i === axis ? all.reduce((sum, one) => sum + (one[axis] ?? 1), 0) : size,
  );
  if (all.some((one) => one.some((size, i) => i !== axis && size !== dims[i])))
    throw new Unsaid(`${all.map((one) => one.join('x')).join(' and ')} do not lie behind each other`);
  const order = inMemory(largestOf(flows));
  const layout = order.includes(axis) ? order : [...order, axis];
  const own = flows.map((flow) => lettersOf(call, flow, axis));
  const [first] = own;
  const isPlain = first !== undefined && own.every((one) => one === first);
  if (!isPlain && layout.length > 4) throw new Unsaid(`it has ${layout.length} axes, and there are 4 here`);
  const laid = isPlain
    ? flows
    : flows.map((flow) =>
        call.arranged(
          flow,
          layout.map((one) => [one]),
        ),
      );
  const letters = ['c', ...(['', 'w', 'hw', 'dhw'][layout.length - 1] ?? '')];
  const letter = isPlain ? (first.split(' ')[0] ?? 'c') : (letters[layout.indexOf(axis)] ?? 'c');
  const row = call.row(
    'concat',
    letter === 'c' ? {} : { axis: letter },
    laid.map((flow) => flow.row),
  );
  return flowIn(row, dims, layout);
};

/** The letter of an axis, and how else the row lies: where it is the same for all, nothing has to be laid anew. */
const lettersOf = (call: Call, flow: Flow, axis: number): string | undefined => {
  if ((flow.axes[axis] ?? -1) < 0) return undefined;
  const shape = call.shape(flow.row);
  const { parts } = flow;
  if (!shape || shape.filter((n) => n !== 1).join() !== parts.join()) return undefined;
  const { letter, place } = lettered(call, flow, [axis]);
  return `${letter(axis)} ${inMemory(flow).join()} ${shape.map((n, i) => (i === place(axis) ? '' : n)).join('x')}`;
};

const expand: Translation = (call) => {
  const value = call.value(0);
  const target = call.numbers(1) ?? [];
  const dims = call.dims(0);
  const wanted = spreadDims([dims, call.around.withoutBatch(dims, target) ?? target]);
  if (!wanted) throw new Unsaid(`${dims.join('x')} is not spread to ${target.join('x')}`);
  // Something that was learned, once for each image.
  if ('constant' in value && isLearned(value.constant) && dims[0] === 1 && product(wanted) === product(dims))
    return { flow: call.parameter(reshapedConstant(value.constant, wanted)) };
  if ('constant' in value) {
    const spread = expandedConstant(value.constant, wanted);
    if (!spread) throw new Unsaid('it spreads a stored tensor');
    return { constant: spread };
  }
  const flow = {
    ...value.flow,
    axes: [...new Array<number>(wanted.length - dims.length).fill(-1), ...value.flow.axes],
  };
  if (product(wanted) === product(dims)) return { flow };
  return {
    flow: repeated(
      call,
      flow,
      wanted.map((n, axis) => n / (dimsOf(flow)[axis] ?? 1)),
    ),
  };
};

/** A tensor several times behind itself. */
const repeated = (call: Call, flow: Flow, times: readonly number[]): Flow =>
  times.reduce((current, n, axis) => {
    if (n === 1) return current;
    if (n > MOST_COPIES || !Number.isInteger(n) || n < 1) throw new Unsaid(`it repeats its input ${n} times`);
    return behindEachOther(call, new Array<Flow>(n).fill(current), axis);
  }, flow);

const MOST_COPIES = 1024;

const tile: Translation = (call) => {
  const times = call.numbers(1) ?? [];
  const value = call.value(0);
  if (times.every((n) => n === 1)) return value;
  return { flow: repeated(call, call.flow(0), times) };
};

const shapeOf: Translation = (call) => {
  const dims = call.dims(0);
  const start = call.int('start', 0);
  const end = call.int('end', dims.length);
  return { constant: whole(dims.slice(start, end)) };
};

const constantOfShape: Translation = (call) => {
  const dims = call.numbers(0) ?? [];
  const tensor = call.node.attributes.get('value')?.t;
  const count = product(dims);
  if (!(count <= MOST_FOLDED) || dims.some((n) => n < 0 || !Number.isInteger(n)))
    throw new Unsaid(`it makes ${dims.join('x')} constants`);
  const [value = 0] = tensor ? call.around.numbersOf(tensor) : [];
  return {
    constant: constant(dims, new Array<number>(count).fill(value), tensor === undefined || isFloat(tensor.type)),
  };
};

const range: Translation = (call) => {
  const [start = 0, limit = 0, step = 1] = [0, 1, 2].map((i) => call.numbers(i)?.[0]);
  const count = Math.max(0, Math.ceil((limit - start) / step));
  if (!(count <= MOST_FOLDED)) throw new Unsaid(`it counts from ${start} to ${limit} by ${step}`);
  return {
    constant: constant(
      [count],
      Array.from({ length: count }, (_, i) => start + i * step),
      false,
    ),
  };
};

/** Numbers of another type: what is cut off would be another value. */
const cast: Translation = (call) => {
  const value = call.value(0);
  const to = call.int('to', 1);
  if ('constant' in value) {
    const { numbers, ...rest } = value.constant;
    const cut = to === 9 ? numbers?.map((n) => Number(n !== 0)) : isFloat(to) ? numbers : numbers?.map(Math.trunc);
    return { constant: { ...rest, isFloat: isFloat(to), numbers: cut } };
  }
  if (!isFloat(to) && !call.around.isInput(value.flow.row)) throw new Unsaid('it cuts values to whole numbers');
  return value;
};

/** Of constants only: masks are made so. */
const scatterNd: Translation = (call) => {
  const [data, indices, updates] = [0, 1, 2].map((i) => call.constant(i));
  const made = data && indices && updates && scattered(data, indices, updates);
  if (!made) throw new Unsaid('there is no such layer here', call.dims(0));
  return { constant: made };
};

const identity: Translation = (call) => call.value(0);

export const MOVES: Readonly<Record<string, Translation>> = {
  Reshape: reshape,
  Flatten: flatten,
  Squeeze: squeeze,
  Unsqueeze: unsqueeze,
  Transpose: transpose,
  Slice: slice,
  Split: split,
  Gather: gather,
  Concat: concat,
  Expand: expand,
  Tile: tile,
  Shape: shapeOf,
  Size: (call) => ({ constant: constant([], [product(call.dims(0))], false) }),
  ConstantOfShape: constantOfShape,
  Range: range,
  ScatterND: scatterNd,
  Cast: cast,
  CastLike: identity,
  Identity: identity,
};
