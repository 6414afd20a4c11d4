const LIMIT = 4096;

/** One result per key, so that equal inputs give one object; forgets everything when the keys outgrow the limit. */
export function perKey<K, V>(make: (key: K) => V): (key: K) => V {
  const known = new Map<K, V>();
  return (key) => {
    const found = known.get(key);
    if (found !== undefined) return found;
    if (known.size >= LIMIT) known.clear();
    const made = make(key);
    known.set(key, made);
    return made;
  };
}

/** As `perKey`, over two keys. */
export function perPair<A, B, V>(make: (a: A, b: B) => V): (a: A, b: B) => V {
  const byFirst = perKey((a: A) => perKey((b: B) => make(a, b)));
  return (a, b) => byFirst(a)(b);
}
