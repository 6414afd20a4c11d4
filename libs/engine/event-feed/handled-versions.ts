/**
 * How far each consumer has handled each stream. Kafka knows how far a partition was handled, which does not tell a copy from an event:
 * a stream's version does, and it has to outlive the process, because another one takes the partition over.
 *
 * It is written after the handler and before the offset. A crash in between leaves a version that is too low, never too high: the
 * events come again, which handlers bear.
 */
export interface HandledVersions {
  /** Counts the resets of a consumer; each begins a group and versions of its own. */
  generation(consumer: string): Promise<number>;
  /** Nobody joins it before `swept`. */
  nextGeneration(consumer: string): Promise<number>;
  /** Whether the generation may still meet what Kafka keeps of an older group of its name. */
  unswept(consumer: string): Promise<boolean>;
  swept(consumer: string): Promise<void>;
  /** Streams that the group has handled nothing of are absent. */
  load(group: string, streams: readonly string[]): Promise<Map<string, number>>;
  /** Never lowers a version. @param absent streams that `load` did not find: to keep them costs less, and is right also if they were kept meanwhile */
  save(group: string, versions: ReadonlyMap<string, number>, absent?: ReadonlySet<string>): Promise<void>;
  /** A group that nobody goes on with. */
  forget(group: string): Promise<void>;
}
