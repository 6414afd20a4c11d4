import type { Clock } from '#engine/clock/clock.port';
import { MovableClock } from '#engine/clock/movable.clock';
import { openEmbeddedEngine, type EmbeddedEngine } from '#engine/embedded/embedded-engine';
import { EventLog } from '#engine/event-log/event-log';
import { PersonalData } from '#engine/event-log/personal-data';
import type { EventMeta } from '#engine/event-log/event-codec';
import type { ModelThread } from '#engine/read-models/thread/model-link';
import { tempFolder } from './temp-folder.js';

export const TEST_START = new Date('2026-11-02T09:00:00.000Z');

export interface TestEngine {
  readonly engine: EmbeddedEngine;
  readonly log: EventLog;
  readonly personal: PersonalData;
  readonly clock: Clock & { advance(milliseconds: number): void; advanceTo(instant: Date): void };
  readonly folder: string;
  readonly meta: EventMeta;
}

/** A real embedded engine in a temporary folder, with a clock that is moved by hand. */
export async function testEngine(folder = tempFolder('engine'), clock = new MovableClock(TEST_START), modelThread?: ModelThread): Promise<TestEngine> {
  const engine = await openEmbeddedEngine({ dataFolder: folder, clock, modelThread });
  const log = new EventLog(engine.store, engine.vault, clock);
  return {
    engine, log, clock, folder, personal: new PersonalData(engine.vault),
    meta: { tenantId: 'main', actor: { kind: 'system', id: 'test' }, policyVersion: 'test-1' },
  };
}
