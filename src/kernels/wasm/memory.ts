// Where everything lies: buffers given their places in one memory, those of different times in the same place. Pure.

/** A stretch of memory that is needed from one instruction to another, both included. */
export interface Buffer {
  readonly bytes: number;
  first: number;
  last: number;
  /** Known once all are placed. */
  offset: number;
}

const ALIGNMENT = 64;

export const aligned = (bytes: number): number => Math.ceil(bytes / ALIGNMENT) * ALIGNMENT;

/** Gives every buffer an offset from `start` on, the largest first, each as low as those that live at its time allow. Returns the end. */
export const arrange = (buffers: readonly Buffer[], start: number): number => {
  const placed: Buffer[] = [];
  let end = start;
  for (const buffer of [...buffers].sort((a, b) => b.bytes - a.bytes)) {
    const neighbours = placed
      .filter((other) => other.first <= buffer.last && buffer.first <= other.last)
      .sort((a, b) => a.offset - b.offset);
    let offset = start;
    for (const other of neighbours) {
      if (offset + aligned(buffer.bytes) <= other.offset) break;
      offset = Math.max(offset, other.offset + aligned(other.bytes));
    }
    buffer.offset = offset;
    placed.push(buffer);
    end = Math.max(end, offset + aligned(buffer.bytes));
  }
  return end;
};
