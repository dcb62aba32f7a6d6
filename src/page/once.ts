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

/** What was made last of a value for a key, remembered for as long as that value is; another key takes its place. */
export const lastOf = <K extends object, V>(): ((of: K, key: string, make: () => V) => V) => {
  const last = new WeakMap<K, { readonly key: string; readonly made: V }>();
  return (of, key, make) => {
    const before = last.get(of);
    if (before?.key === key) return before.made;
    const made = make();
    last.set(of, { key, made });
    return made;
  };
};
