/** Where messages are composed and sent apart from the event loop. */
export interface SendingThread {
  /** The module that the thread runs. */
  readonly module: URL;
  /** What it is told at its start; can be cloned to a thread. */
  readonly setup: unknown;
  /** Node options, for a thread that runs uncompiled sources. */
  readonly execArgv?: readonly string[];
}
