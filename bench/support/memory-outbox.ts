import type { Outbox, OutboxCommit } from '#engine/event-feed/outbox';

/** Commits page by page, without a store: what is left is the relay's own work. */
export function memoryOutbox(): Outbox & { fill(pages: readonly (readonly OutboxCommit[])[]): void } {
  let pages: readonly (readonly OutboxCommit[])[] = [];
  return {
    fill: (given) => void (pages = given),
    next: async () => ({ commits: pages[0] ?? [], all: pages.length === 0 }),
    markPublished: async () => void (pages = pages.slice(1)),
    count: async () => pages.length,
    age: async () => 0,
    waiting: async () => pages.flat(),
    stillWaiting: async () => pages.flat(),
  };
}
