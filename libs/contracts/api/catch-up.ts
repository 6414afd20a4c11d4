/** Reading one's own writes: resolves when the read models have seen everything that is in the log now. */
export interface CatchUp {
  readModels(): Promise<void>;
}
