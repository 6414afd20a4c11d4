import type { BlobStore } from '#engine/blob-store/blob-store.port';
import type { CheckpointStore } from '#engine/checkpoint-store/checkpoint-store.port';
import type { ErasureLedger } from '#engine/erasure-ledger/erasure-ledger.port';
import type { Leases } from '#engine/leases/leases.port';

/** One place that holds bytes of the installation outside its folder. */
export interface HeldBytes {
  /** A code that names nobody: it may stand in an event. */
  readonly place: string;
  readonly name: string;
  readonly chunks: AsyncIterable<Buffer>;
}

/** What contexts need of the engine that runs beside its log, registry, keys and read models. */
export interface EngineFiles {
  readonly folder: {
    readonly path: string;
    /** For files that mean something to this process alone; what a process that died left there is gone by the next start. */
    readonly local: string;
    /** Whether this process speaks for the folder, as on its socket; it takes the place if that is free, and keeps it until it ends. */
    claim(): boolean;
  };
  readonly checkpoints: CheckpointStore;
  readonly erasureLedger: ErasureLedger;
  readonly blobs: BlobStore;
  readonly leases: Leases;
  /** Everything that the engine keeps outside the folder and gives to whoever asks, for byte scans. */
  elsewhere(): AsyncIterable<HeldBytes>;
  /** Destroyed and deleted bytes are gone from every file when it resolves. */
  scrub(): Promise<void>;
}
