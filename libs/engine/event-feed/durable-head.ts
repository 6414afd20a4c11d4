import type { GroupCommitWriter } from '#engine/embedded/group-commit.writer';
import type { Db } from '#engine/embedded/sqlite';

/** The last position that a power cut cannot undo. Nothing beyond it is handed to a consumer. */
export interface DurableHead {
  now(): number;
  /** Calls back when it has moved; returns the way to stop it. */
  onMove(listener: () => void): () => void;
}

abstract class MovingHead implements DurableHead {
  private readonly listeners = new Set<() => void>();

  protected constructor(private position: number) {}

  now(): number {
    return this.position;
  }

  onMove(listener: () => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  protected move(position: number): void {
    this.position = position;
    for (const listener of this.listeners) listener();
  }
}

/** The head of a log that is written in this thread. */
export class WrittenHead extends MovingHead {
  constructor(db: Db, writer: Pick<GroupCommitWriter, 'onSync' | 'onCommit'>) {
    const select = db.prepare<[], number | null>('SELECT max(position) FROM events').pluck();
    let committed = select.get() ?? 0;
    super(committed);
    writer.onSync(() => (committed = select.get() ?? 0));
    writer.onCommit(() => this.move(committed));
  }
}

/** The head of a log that another thread writes, as far as that has told. */
export class ToldHead extends MovingHead {
  constructor(known: number) {
    super(known);
  }

  tell(position: number): void {
    this.move(position);
  }
}
