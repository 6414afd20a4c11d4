/** Read models that are kept up to date from the feed, wherever that is done. */
export interface Projecting {
  start(): Promise<void>;
  /** Resolves when the read models have seen everything that is in the log now. */
  caughtUp(): Promise<void>;
  stop(): Promise<void>;
}
