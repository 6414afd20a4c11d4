import type { BlobStore } from '#engine/blob-store/blob-store.port';
import { SealedBlobs } from '#http/sealed-blobs';

const DAY_MS = 24 * 3_600_000;

export interface KeptAnswer {
  /** SHA-256 of what was asked: the same key with another request is a mistake of the caller. */
  readonly request: string;
  readonly status: number;
  readonly body: unknown;
  /** Epoch milliseconds. */
  readonly at: number;
}

/** Answers of 24 hours, readable only with the caller's own idempotency key. */
export class KeptAnswers {
  private readonly sealed: SealedBlobs;

  constructor(blobs: BlobStore, private readonly now: () => number) {
    this.sealed = new SealedBlobs(blobs, 'answers', 'outright idempotent answer');
  }

  async find(owner: string, key: string): Promise<KeptAnswer | undefined> {
    const answer = (await this.sealed.read(owner, key)) as KeptAnswer | undefined;
    return answer !== undefined && this.now() - answer.at < DAY_MS ? answer : undefined;
  }

  async keep(owner: string, key: string, answer: Omit<KeptAnswer, 'at'>): Promise<void> {
    await this.sealed.write(owner, key, { ...answer, at: this.now() });
  }

  /** Deletes what is older than a day by the machine's clock. */
  prune(): Promise<void> {
    return this.sealed.prune(DAY_MS);
  }
}
