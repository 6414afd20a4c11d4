/** One result per key, so that equal inputs are computed once and give one object; forgets everything when the keys outgrow `most`. */
export function perKey<K, V>(make: (key: K) => V, most = 4_096): (key: K) => V {
  const known = new Map<K, V>();
  return (key) => {
    const found = known.get(key);
    if (found !== undefined) return found;
    const made = make(key);
    if (known.size >= most) known.clear();
    known.set(key, made);
    return made;
  };
}

/** As `perKey`, over two keys. */
export function perPair<A, B, V>(make: (a: A, b: B) => V): (a: A, b: B) => V {
  const byFirst = perKey((a: A) => perKey((b: B) => make(a, b)));
  return (a, b) => byFirst(a)(b);
}
