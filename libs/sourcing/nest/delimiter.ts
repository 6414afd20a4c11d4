import { csvFailure, MAX_RECORD_BYTES } from './csv-failure.js';

const CANDIDATES = [',', ';', '\t'] as const;
export type Delimiter = (typeof CANDIDATES)[number];

/**
 * The delimiter that stands most often in the header line, outside quotes; a comma where there is none. Lines without text come before it.
 * @param start the file's first bytes, at least its first line
 */
export function detectDelimiter(start: Buffer): Delimiter {
  const counts = new Map<string, number>();
  let quoted = false;
  let seen = false;
  for (const character of start.subarray(0, MAX_RECORD_BYTES).toString('utf8')) {
    if (character === '"') quoted = !quoted;
    else if (!quoted && (character === '\n' || character === '\r')) {
      if (seen) return most(counts);
      counts.clear();
    } else {
      seen ||= character === '\t' || character.trim() !== '';
      if (!quoted) counts.set(character, (counts.get(character) ?? 0) + 1);
    }
  }
  if (start.length >= MAX_RECORD_BYTES) {
    throw csvFailure('csv-row-too-long', 1, `the header line is longer than ${MAX_RECORD_BYTES / 1024} KB.`, 'Make sure that this is a CSV file with a header line.');
  }
  return most(counts);
}

function most(counts: ReadonlyMap<string, number>): Delimiter {
  return [...CANDIDATES].sort((a, b) => (counts.get(b) ?? 0) - (counts.get(a) ?? 0))[0] ?? ',';
}
