import type { GroupCommitWriter } from '#engine/embedded/group-commit.writer';
import type { Db } from '#engine/embedded/sqlite';

/** The last position that a power cut cannot undo. Nothing beyond it is handed to a consumer. */
export interface DurableHead {
  now(): number;
  /** Calls back when it has moved; returns the way to stop it. */
  onMove(listener: () => void): () => void;
}

/** The head of a log that is written in this thread. */
export class WrittenHead implements DurableHead {
  private durable: number;
  private readonly listeners = new Set<() => void>();

  constructor(db: Db, writer: Pick<GroupCommitWriter, 'onSync' | 'onCommit'>) {
    const select = db.prepare<[], number | null>('SELECT max(position) FROM events').pluck();
    this.durable = select.get() ?? 0;
    let committed = this.durable;
    writer.onSync(() => (committed = select.get() ?? 0));
    writer.onCommit(() => {
      this.durable = committed;
      for (const listener of this.listeners) listener();
    });
  }

  now(): number {
    return this.durable;
  }

  onMove(listener: () => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }
}

/** The head of a log that another thread writes, as far as that has told. */
export class ToldHead implements DurableHead {
  private readonly listeners = new Set<() => void>();

  constructor(private known: number) {}

  now(): number {
    return this.known;
  }

  tell(position: number): void {
    this.known = position;
    for (const listener of this.listeners) listener();
  }

  onMove(listener: () => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }
}
