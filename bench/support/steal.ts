import { readFileSync } from 'node:fs';

/** Clock ticks of all cores since the start, or undefined where the system does not say (not Linux). */
function ticks(): { all: number; stolen: number } | undefined {
  try {
    const fields = (/^cpu +(.*)$/m.exec(readFileSync('/proc/stat', 'utf8'))?.[1] ?? '').split(' ').map(Number);
    return { all: fields.slice(0, 8).reduce((sum, field) => sum + field, 0), stolen: fields[7] ?? 0 };
  } catch {
    return undefined;
  }
}

/** Starts to watch; what it gives says how much of the cores' time others on the same host took since (man 5 proc, `steal`). */
export function watchSteal(): () => string {
  const before = ticks();
  return () => {
    const after = ticks();
    if (before === undefined || after === undefined) return 'How much time other guests of the host took is not known on this system.';
    return `Other guests of the host took ${((100 * (after.stolen - before.stolen)) / Math.max(1, after.all - before.all)).toFixed(1)} % of the cores' time during the run.`;
  };
}
