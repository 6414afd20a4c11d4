import type { ModelThread } from '#engine/read-models/thread/model-link';

/**
 * A served installation keeps its read models on a thread of their own. A single command is over before a thread would pay, and
 * uncompiled sources, which only tests run, cannot be loaded by one.
 */
export function modelThreadFor(work = true): ModelThread | undefined {
  if (!work || import.meta.url.endsWith('.ts')) return undefined;
  return { module: new URL('./read-models.worker.js', import.meta.url) };
}
