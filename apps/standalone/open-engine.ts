import type { Clock } from '#engine/clock/clock.port';
import type { Engine } from '#engine/engine.port';
import type { OutrightError } from '#kernel/errors';
import type { LoadedConfig } from '#tenancy/nest/config-file';
import type { JsonLog } from './log.js';
import { modelThreadFor } from './model-thread.js';
import type { ProcessRole } from './process-roles.js';
import { secretsFolderOf, servicesOf } from './services.js';

export interface EngineChoice {
  readonly config: LoadedConfig;
  readonly clock: Clock;
  readonly log: JsonLog;
  readonly passphrase: string | undefined;
  readonly roles: readonly ProcessRole[];
  readonly work?: boolean | undefined;
  /** A consumer failed for good: the process should end and be started again. */
  readonly onFailed?: ((failure: OutrightError) => void) | undefined;
}

/** Rings of the sending desk, which has its connections in this process. */
const LOCAL_WAKE_UPS = ['delivery-pace'];

/** The engine that the installation names. Only the drivers of that one are loaded. */
export async function openEngine({ config, clock, log, passphrase, roles, work, onFailed }: EngineChoice): Promise<Engine> {
  const onWakeUpFailed = (topic: string, error: unknown) => log.failure(`wake-up ${topic}`, error);
  if (config.distributed === undefined) {
    const { openEmbeddedEngine } = await import('#engine/embedded/embedded-engine');
    return openEmbeddedEngine({
      dataFolder: config.data, clock, passphrase, modelThread: modelThreadFor(work), onWakeUpFailed, onCheckpointsFailed: (error) => log.failure('checkpoints', error),
    });
  }
  const { openDistributedEngine } = await import('#engine/distributed/distributed-engine');
  const authorityOnly = roles.every((role) => role === 'recipient');
  return openDistributedEngine({
    ...servicesOf(config.distributed), dataFolder: config.data, secretsFolder: secretsFolderOf(config), clock, passphrase, works: roles.includes('worker'), authorityOnly,
    localWakeUps: LOCAL_WAKE_UPS, onWakeUpFailed,
    admission: {
      away: (failure) => log.warn(`${failure.message} Started without it: opt-outs, the gate, legal clocks and erasures go on; publication, read models, process managers and campaigns wait for it and begin by themselves.`, 'kafka'),
      back: () => log.log('Kafka answers; what waited for it begins.', 'kafka'),
      failed: (failure) => {
        log.failure('kafka', failure);
        // Leaving asks nobody but MongoDB.
        if (!authorityOnly) onFailed?.(failure);
      },
    },
    feed: {
      failed: (consumer, failure) => {
        log.failure(`consumer ${consumer}`, failure);
        onFailed?.(failure);
      },
    },
  });
}
