import type { Doc, Projection } from './projection.js';

/**
 * A reaction that survives crashes: a projection of what is still owed, and a pure `due` that turns one owed document into
 * commands. It acts only after it has caught up with the head seen at its start; a command that fails is tried again, so every
 * command must be idempotent. Documents carry `owed` (0 or 1) and `nextAt` (ISO instant) as indexes.
 */
export interface ProcessManager<D extends Doc & { owed: 0 | 1; nextAt: string }, Command> extends Projection<D> {
  /** Commands that the document owes at `now`; an empty list leaves it waiting. */
  readonly due: (doc: D, now: Date) => readonly Command[];
}
