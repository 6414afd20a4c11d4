import type { EngineFiles } from '#contracts/api/engine-files';
import type { OutrightError } from '#kernel/errors';
import type { Projection } from '#kernel/projection';
import type { Clock } from './clock/clock.port.js';
import type { ContactRegistry } from './contact-registry/contact-registry.port.js';
import type { DeadLetters } from './dead-letters/dead-letters.port.js';
import type { EventFeed } from './event-feed/event-feed.port.js';
import type { EventStore } from './event-store/event-store.port.js';
import type { KeyVault } from './key-vault/key-vault.port.js';
import type { Leases } from './leases/leases.port.js';
import type { Projecting } from './reactions/projecting.js';
import type { ReadModelStore } from './read-models/read-model.port.js';
import type { KeyProvider } from './secrets/key-provider.port.js';
import type { WakeUps } from './wake-ups/wake-ups.port.js';

export interface Degradation {
  readonly what: string;
  readonly failure: OutrightError;
}

/** How far behind the parts of an engine are. */
export interface EngineLags {
  /** Commits that the published log does not have yet. */
  readonly unpublishedCommits: number;
  readonly oldestUnpublishedSeconds: number;
  /** How long ago the oldest wake-up that was not called was due. */
  readonly oldestWakeUpSeconds: number;
}

export interface ServiceState {
  readonly service: string;
  readonly up: boolean;
}

/** What runs below the product. Nothing above knows which one it is: one file on one machine, or services. */
export interface Engine extends EngineFiles {
  readonly clock: Clock;
  readonly keyProvider: KeyProvider;
  readonly store: EventStore;
  readonly feed: EventFeed;
  readonly deadLetters: DeadLetters;
  readonly registry: ContactRegistry;
  readonly readModels: ReadModelStore;
  readonly vault: KeyVault;
  readonly wakeUps: WakeUps;
  readonly leases: Leases;
  /** Keeps the read models of these projections up to date; not begun yet. */
  projecting(projections: readonly Projection[]): Projecting;
  /** Why the engine writes nothing any more, if so. */
  failure(): unknown;
  /** @throws OutrightError where a service that would know does not answer */
  lags(): Promise<EngineLags>;
  /** Services that it stands on; none on one machine. */
  services(): readonly ServiceState[];
  /** What works less well while the engine goes on. */
  degradations(): readonly Degradation[];
  close(): Promise<void>;
}
