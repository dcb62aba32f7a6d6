// What a peer has no operator for, or what the benchmark does not bring to it: no failure, but nothing to compare.

export class Unsupported extends Error {
  constructor(what) {
    super(`not compared: ${what}`);
  }
}
