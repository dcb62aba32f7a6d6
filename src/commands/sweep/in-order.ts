// Work shared out among those who can do it, and its results in the order of the work. What the work is is not known here.

/** What is begun before the first result is waited for, for each who works: enough that none is ever idle. */
const AHEAD = 3;

/**
 * The result of each item, in their order, as soon as it is there: also while the next item is waited for. No more is read than is
 * worked on. `stopped` ends the reading; what was begun is finished.
 */
export async function* inOrder<T, R>(
  items: AsyncIterable<T>,
  workers: readonly ((item: T) => Promise<R>)[],
  stopped: Promise<unknown>,
): AsyncIterable<R> {
  const most = workers.length === 1 ? 1 : AHEAD * workers.length;
  const busy = workers.map(() => 0);
  const begin = (item: T): Promise<R> => {
    const least = busy.indexOf(Math.min(...busy));
    busy[least] = (busy[least] ?? 0) + 1;
    const done = () => {
      busy[least] = (busy[least] ?? 0) - 1;
    };
    const result = (workers[least] as (typeof workers)[number])(item);
    result.then(done, done);
    return result;
  };
  const source = items[Symbol.asyncIterator]();
  let isStopped = false;
  let wake = (): void => {};
  stopped.then(() => {
    isStopped = true;
    wake();
  });
  const end: IteratorResult<T> = { done: true, value: undefined };
  const next = (): Promise<IteratorResult<T>> =>
    new Promise((resolve, reject) => {
      wake = () => resolve(end);
      if (isStopped) resolve(end);
      else source.next().then(resolve, reject);
    });
  const pending: Promise<R>[] = [];
  try {
    let coming: Promise<IteratorResult<T>> | undefined = next();
    while (coming || pending.length > 0) {
      const [first] = pending;
      const isFull = pending.length === most || !coming;
      // What is ready is given on before more is begun: whoever reads slowly is not written ahead of.
      const come = await Promise.race([
        ...(first ? [first.then(() => undefined)] : []),
        ...(coming && !isFull ? [coming] : []),
      ]);
      if (!come) {
        pending.shift();
        yield await (first as Promise<R>);
      } else if (come.done) coming = undefined;
      else {
        pending.push(begin(come.value));
        coming = next();
      }
    }
  } finally {
    for (const result of pending) result.catch(() => {});
    // A reader that waits for what never comes is not waited for.
    void source.return?.();
  }
}
