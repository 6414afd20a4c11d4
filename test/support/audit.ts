import type { Projection } from '#kernel/projection';
import { AccessLogService } from '#access/nest/access-log.service';
import { CheckpointService } from '#audit/nest/checkpoint.service';
import { ExportService } from '#audit/nest/export.service';
import { IntegrityAlarm } from '#audit/nest/integrity-alarm';
import { ReplayService } from '#audit/nest/replay.service';
import { StoreChecks } from '#audit/nest/store-checks';
import { VerifyService } from '#audit/nest/verify.service';
import type { EmbeddedEngine } from '#engine/embedded/embedded-engine';
import { EmbeddedReadModels } from '#engine/read-models/embedded.read-models';
import { steadyTenancy } from './contacts.js';
import type { TestEngine } from './engine.js';

/** The audit context on a real engine, without Nest. */
export function auditOf({ engine: whole, log, clock, personal }: TestEngine, options: { mirror?: string; projections?: readonly Projection[]; tampered?: Pick<EmbeddedEngine, 'feed' | 'store'> } = {}) {
  const engine = { ...whole, ...options.tampered };
  const installation = { checkpointMirror: options.mirror };
  const alarm = new IntegrityAlarm(engine, clock);
  const checkpoints = new CheckpointService(engine.feed, engine.keyProvider, clock, engine, installation, alarm);
  const verifier = new VerifyService(engine.feed, engine.store, engine.keyProvider, engine, new StoreChecks(engine.registry, engine.vault, personal, steadyTenancy), installation, alarm);
  const accessLog = new AccessLogService(log, steadyTenancy);
  return {
    checkpoints, verifier, accessLog, alarm,
    exporter: new ExportService(engine.feed, engine.store, engine.vault, engine.keyProvider, clock, steadyTenancy, engine, accessLog, checkpoints, verifier),
    replays: new ReplayService(engine.feed, options.projections ?? [], () => new EmbeddedReadModels(':memory:'), clock),
  };
}
