// What is worked out once for each value that it is worked out of, and forgotten with it.

/** The same, remembered for as long as its argument is. */
export const once = <K extends object, V>(work: (of: K) => V): ((of: K) => V) => {
  const known = new WeakMap<K, V>();
  return (of) => {
    const before = known.get(of);
    if (before !== undefined) return before;
    const value = work(of);
    known.set(of, value);
    return value;
  };
};
