import type { CommitRequest, CommitResult, EventStore } from '#engine/event-store/event-store.port';

/** The store, with word to the relay of this process that there is something to publish. */
export function tellingOf(store: EventStore, appended: () => void): EventStore {
  const tell = <T>(result: T): T => {
    appended();
    return result;
  };
  return {
    load: (streamId, afterVersion) => store.load(streamId, afterVersion),
    loadText: (streamId, afterVersion) => store.loadText(streamId, afterVersion),
    snapshot: (streamId, fold) => store.snapshot(streamId, fold),
    append: (commit: CommitRequest): Promise<CommitResult> => store.append(commit).then(tell),
    appendMany: (commits: readonly CommitRequest[]): Promise<CommitResult[]> => store.appendMany(commits).then(tell),
    head: (streamId) => store.head(streamId),
    heads: (afterStreamId, limit) => store.heads(afterStreamId, limit),
    due: (at, limit, category) => store.due(at, limit, category),
    durable: () => store.durable(),
    nextDue: (after) => store.nextDue(after),
  };
}
