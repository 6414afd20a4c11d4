export interface BenchOptions {
  /** A tenth of the size, for a first look. Never written down. */
  readonly quick: boolean;
  /** Sizes that take long: a million events. */
  readonly long: boolean;
  /** Speed of a core beside the machine on which the absolute targets were set. */
  readonly speed: number;
}

export interface BenchResult {
  /** Whether the target holds; undefined where there is none. */
  readonly ok: boolean | undefined;
  /** Ratio first, then min–median–max of both sides, sizes and durability. */
  readonly text: string;
}

export interface Benchmark {
  readonly id: string;
  readonly title: string;
  /** It runs on Kafka, MongoDB and Redis as `npm run services:up` starts them; the text names what stood in for a server. */
  readonly needsServices?: boolean;
  readonly run: (options: BenchOptions) => Promise<readonly BenchResult[]>;
}
