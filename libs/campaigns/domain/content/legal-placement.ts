const HAS_LEGAL = /\{\{~?\s*>\s*legal\s*~?\}\}/;

/** The text source with the legal block: at the end where the author placed none (SND-02). */
export function completeText(source: string): string {
  return HAS_LEGAL.test(source) ? source : `${source.replace(/\s+$/, '')}\n{{> legal}}`;
}

/** The html source with the legal block: before the last `</body>`, or `</html>`, or at the end. */
export function completeHtml(source: string): string {
  if (HAS_LEGAL.test(source)) return source;
  const lower = source.toLowerCase();
  const end = lower.lastIndexOf('</body>');
  const at = end !== -1 ? end : lower.lastIndexOf('</html>');
  return at === -1 ? `${source}{{> legal}}` : `${source.slice(0, at)}{{> legal}}${source.slice(at)}`;
}
