import { isLong } from './sizes.js';

const OFTEN_MS = 15_000;

/** One line for whoever watches a long run. */
export function progress(text: string): void {
  if (isLong()) process.stderr.write(`${new Date().toISOString().slice(11, 19)}  ${text}\n`);
}

/** A line every so often while something takes its time. @returns how to end it */
export function watching(text: () => string): () => void {
  const timer = setInterval(() => progress(text()), OFTEN_MS);
  timer.unref();
  return () => clearInterval(timer);
}

/** The line that tells what a suite has shown. */
export function summary(suite: string, counts: Readonly<Record<string, number | string>>): void {
  process.stderr.write(`${suite}: ${Object.entries(counts).map(([what, count]) => `${what} ${count}`).join(', ')}\n`);
}
