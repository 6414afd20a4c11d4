import type { OutrightError } from '#kernel/errors';

/** Longest graceful stop; after it the process ends as it stands, which loses nothing that was acknowledged. */
const STOP_MS = 10_000;

/**
 * What a process does when a consumer of its has failed for good (H5): it stops gracefully and ends with the failure's exit code, so that
 * whoever supervises it starts it again. A group gives its partitions to another member meanwhile.
 */
export class LastResort {
  private failure: OutrightError | undefined;
  private readonly failed: Promise<OutrightError>;
  private tell: (failure: OutrightError) => void = () => undefined;

  constructor() {
    this.failed = new Promise((resolve) => (this.tell = resolve));
  }

  /** For the composition: the first failure counts. */
  readonly onFailed = (failure: OutrightError): void => {
    if (this.failure !== undefined) return;
    this.failure = failure;
    // Also where the app never came to its end.
    setTimeout(() => process.exit(failure.exit), STOP_MS).unref();
    this.tell(failure);
  };

  /** Resolves with the failure, once there is one. */
  wait(): Promise<OutrightError> {
    return this.failed;
  }
}
