/** Most subject references that one AccessLogged may name. */
export const REFS_PER_EVENT = 1000;

/** The stream of one UTC day, so that no stream grows without end. */
export function accessStream(at: Date): string {
  return `access-${at.toISOString().slice(0, 10)}`;
}

export function inChunks<T>(items: readonly T[], size = REFS_PER_EVENT): T[][] {
  const chunks: T[][] = [];
  for (let start = 0; start < items.length; start += size) chunks.push(items.slice(start, start + size));
  return chunks;
}
