import type { Position } from '#kernel/recorded-event';

/** What a check of the history found. The texts name streams, versions and checkpoints, never a person. */
export interface Finding {
  readonly kind:
    | 'edited' | 'gap' | 'reordered' | 'duplicated' | 'misplaced' | 'broken-chain' | 'head-differs' | 'unreadable'
    | 'checkpoint-unreadable' | 'checkpoint-signature' | 'checkpoint-chain' | 'checkpoint-root' | 'checkpoint-missing' | 'checkpoint-differs'
    | 'rewritten' | 'missing-history' | 'suppression-lost' | 'key-missing' | 'key-revived';
  readonly message: string;
  readonly stream?: string;
  readonly version?: number;
  readonly position?: Position | undefined;
  readonly checkpoint?: number;
}

const KEPT = 1000;

/** Keeps the first thousand findings and counts all. */
export class Findings {
  readonly kept: Finding[] = [];
  total = 0;

  add(finding: Finding): void {
    this.total += 1;
    if (this.kept.length < KEPT) this.kept.push(finding);
  }
}
