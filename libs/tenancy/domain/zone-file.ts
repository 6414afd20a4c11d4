const STRING = String.raw`"(?:[^"\\]|\\.)*"`;
const TXT_LINE = new RegExp(String.raw`^(\S+)\s+(?:\d+\s+)?(?:IN\s+)?TXT\s+(${STRING}(?:\s+${STRING})*)\s*(?:;.*)?$`, 'i');

/** TXT values of a zone file by lower-case owner name without the last dot: `name [ttl] [IN] TXT "…" "…"`, one record a line (RFC 1035 section 5). */
export function readZoneFile(text: string): Map<string, string[]> {
  const records = new Map<string, string[]>();
  for (const line of text.split(/\r?\n/)) {
    const match = TXT_LINE.exec(line.trim());
    if (match === null) continue;
    const owner = (match[1] ?? '').replace(/\.$/, '').toLowerCase();
    const value = [...(match[2] ?? '').matchAll(/"((?:[^"\\]|\\.)*)"/g)].map(([, chunk]) => (chunk ?? '').replace(/\\(.)/g, '$1')).join('');
    records.set(owner, [...(records.get(owner) ?? []), value]);
  }
  return records;
}

/** One TXT line, in chunks of at most 255 characters as DNS wants them. */
export function zoneLine(name: string, value: string): string {
  const chunks = value.match(/.{1,255}/g) ?? [''];
  return `${name}. 3600 IN TXT ${chunks.map((chunk) => `"${chunk.replace(/(["\\])/g, '\\$1')}"`).join(' ')}`;
}
