import { Inject, Injectable } from '@nestjs/common';
import { z } from 'zod';
import type { EngineFiles } from '#contracts/api/engine-files';
import { TOKENS } from '#contracts/api/tokens';
import type { Clock } from '#engine/clock/clock.port';

const alarm = z.object({ since: z.iso.datetime(), foundBy: z.enum(['verification', 'checkpoint']), findings: z.number().int().positive() });
export type RaisedAlarm = Readonly<z.infer<typeof alarm>>;

const NAME = 'integrity-alarm.json';

/**
 * Stands from the first sign that recorded history was changed until a whole verification finds nothing (SEC-06). It is kept beside the
 * log, so that a restart does not silence it and every process of the installation tells it.
 */
@Injectable()
export class IntegrityAlarm {
  private readonly blobs: EngineFiles['blobs'];

  constructor(@Inject(TOKENS.engine) engine: Pick<EngineFiles, 'blobs'>, @Inject(TOKENS.clock) private readonly clock: Clock) {
    this.blobs = engine.blobs;
  }

  /** What cannot be understood is an alarm too. */
  async standing(): Promise<RaisedAlarm | undefined> {
    const bytes = await this.blobs.read(NAME);
    if (bytes === undefined) return undefined;
    try {
      return alarm.parse(JSON.parse(bytes.toString('utf8')));
    } catch {
      return { since: this.clock.now().toISOString(), foundBy: 'verification', findings: 1 };
    }
  }

  async raise(foundBy: RaisedAlarm['foundBy'], findings: number): Promise<void> {
    const before = await this.standing();
    if (before !== undefined && before.findings >= findings) return;
    const raised: RaisedAlarm = { since: before?.since ?? this.clock.now().toISOString(), foundBy, findings };
    await this.blobs.write(NAME, Buffer.from(`${JSON.stringify(raised)}\n`));
  }

  async end(): Promise<void> {
    await this.blobs.remove(NAME);
  }
}
