// Darknet's .weights files: a version, a count of images, then nothing but float32 in the order of the layers. They hold no names and no
// shapes: what is where follows from the network, and whether it does from the length alone.

import type { Findings } from '../../core/findings.js';
import { product } from '../../core/shape.js';
import { permuted, reshaped, type StoredTensor } from '../../core/stored.js';
import { type Bytes, FLOAT32, readNumbers } from '../../files/bytes.js';

const FLOAT = FLOAT32.width;

/** Weights of convolutions and dense layers that stand the other way round: inputs first. */
const turned = (tensor: StoredTensor, shape: readonly number[]): StoredTensor => {
  const [first = 1, ...rest] = shape;
  return reshaped(permuted(reshaped(tensor, [product(rest), first]), [1, 0]), shape);
};

/** Takes tensor by tensor from the file, in its order. Without a file it gives none. */
export class Weights {
  private at = 0;
  private lost = false;
  private readonly begin: number;
  private readonly given: { load?: unknown }[] = [];
  readonly version: string;
  /** Files of the first versions have dense weights by inputs. */
  private readonly byInputs: boolean;

  constructor(
    private readonly bytes: Bytes | null,
    private readonly name: string,
  ) {
    const header = new DataView(new ArrayBuffer(12));
    const beginning = bytes?.read(0, 12) ?? new Uint8Array();
    beginning.forEach((byte, i) => void header.setUint8(i, byte));
    const [major, minor, revision] = [0, 4, 8].map((offset) => header.getInt32(offset, true)) as [
      number,
      number,
      number,
    ];
    this.version = `${major}.${minor}.${revision}`;
    this.byInputs = major > 1000 || minor > 1000;
    // The count of images seen has 64 bits from version 0.2 on.
    this.begin = major * 10 + minor >= 2 && !this.byInputs ? 20 : 16;
  }

  get present(): boolean {
    return this.bytes !== null;
  }

  /** The next tensor of that shape, in PyTorch's order; `flipped` where the file has its inputs first. */
  take(shape: readonly number[], flipped = false): StoredTensor | undefined {
    const [{ bytes }, offset, count] = [this, this.begin + this.at * FLOAT, product(shape)];
    this.at += count;
    if (!bytes) return undefined;
    const load = (into?: Float32Array) => readNumbers(bytes, offset, count, FLOAT32, { into });
    const stored: StoredTensor = { shape, dtype: 'F32', load };
    return this.handed(flipped ? turned(stored, shape) : stored);
  }

  /** The weights of a dense layer. */
  takeDense(shape: readonly number[]): StoredTensor | undefined {
    return this.take(shape, this.byInputs);
  }

  /** The next numbers, one for each of `parts`, as `change` makes them of all. */
  takeTogether(
    shape: readonly number[],
    parts: number,
    change: (values: Float32Array, part: number) => Float32Array,
  ): readonly (StoredTensor | undefined)[] {
    const [{ bytes }, offset, count] = [this, this.begin + this.at * FLOAT, product(shape) * parts];
    this.at += count;
    if (!bytes) return new Array(parts).fill(undefined);
    const all = () => readNumbers(bytes, offset, count, FLOAT32);
    return Array.from({ length: parts }, (_, part) =>
      this.handed({ shape, dtype: 'F32', load: () => change(all(), part) }),
    );
  }

  /** From here on nobody knows where anything stands: a mistake left the network unknown. */
  lose(): void {
    this.lost = true;
  }

  /** Numbers of a layer that cannot be computed here. */
  skip(count: number): void {
    this.at += count;
  }

  private handed(stored: StoredTensor): StoredTensor {
    const own = { ...stored };
    this.given.push(own);
    return own;
  }

  /** Holds what the network needs against what the file has. Where they differ, the file is another network's, and nothing of it is used. */
  close(findings: Findings): void {
    if (!this.bytes) return;
    const [needs, has] = [this.begin + this.at * FLOAT, this.bytes.size];
    if (needs === has && !this.lost) return;
    // Whether it fits is known only here, and the rows have their tensors by then.
    for (const tensor of this.given) delete tensor.load;
    if (this.lost) return;
    findings.warning(
      'import/file',
      `${this.name} has ${has} bytes, and this network needs ${needs}: ${this.begin} and ${FLOAT} for each of ${this.at} numbers`,
      undefined,
      'it belongs to another network, or is cut off; its values are not used',
    );
  }
}
