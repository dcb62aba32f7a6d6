// Work shared out among those who can do it, and its results in the order of the work. What the work is is not known here.

/** Who does a piece of work. One who is `here` does it at once and keeps the others waiting: that is done where they have enough. */
export interface Worker<T, R> {
  readonly work: (item: T) => Promise<R>;
  readonly isHere?: boolean;
}

/** Pieces that are given to each ahead, so that none is ever idle. */
const AHEAD = 3;

/**
 * The result of each item, in their order, as soon as it is there: also while the next item is waited for. No more is read than is
 * worked on. `stopped` ends it: results that are there are given, others are not waited for.
 */
export async function* inOrder<T, R>(
  items: AsyncIterable<T>,
  workers: readonly Worker<T, R>[],
  stopped: Promise<unknown>,
): AsyncIterable<R> {
  const most = workers.length === 1 ? 1 : AHEAD * workers.length;
  const source = items[Symbol.asyncIterator]();
  const begun: Begun<R>[] = [];
  const busy = workers.map(({ isHere }) => (isHere ? AHEAD - 1 : 0));
  let [isStopped, isAsked, isOver] = [false, false, false];
  let come: { readonly item: T } | undefined;
  let failed: { readonly error: unknown } | undefined;
  /** Something has happened. Nothing can between looking and waiting. */
  let ring = (): void => {};
  const happens = (): Promise<void> =>
    new Promise((resolve) => {
      ring = resolve;
    });
  const begin = (item: T): void => {
    const least = busy.indexOf(Math.min(...busy));
    const one: Begun<R> = { isDone: false, result: (workers[least] as Worker<T, R>).work(item) };
    busy[least] = (busy[least] ?? 0) + 1;
    const done = () => {
      one.isDone = true;
      busy[least] = (busy[least] ?? 0) - 1;
      ring();
    };
    one.result.then(done, done);
    begun.push(one);
  };
  const ask = (): void => {
    isAsked = true;
    source.next().then(
      ({ done, value }) => {
        isAsked = false;
        if (done) isOver = true;
        else come = { item: value };
        ring();
      },
      (error) => {
        failed = { error };
        ring();
      },
    );
  };
  stopped.then(() => {
    isStopped = true;
    ring();
  });
  try {
    for (;;) {
      const [head] = begun;
      // What is there is given on before more is begun: whoever reads slowly is not written ahead of.
      if (head?.isDone) {
        begun.shift();
        yield await head.result;
      } else if (isStopped || (isOver && !head)) return;
      else if (failed) throw failed.error;
      else if (come && begun.length < most) {
        const { item } = come;
        come = undefined;
        begin(item);
      } else {
        if (!come && !isAsked && !isOver) ask();
        await happens();
      }
    }
  } finally {
    // A reader that waits for what never comes is not waited for.
    void source.return?.();
  }
}

interface Begun<R> {
  readonly result: Promise<R>;
  isDone: boolean;
}
