import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { Inject, Injectable } from '@nestjs/common';
import { z } from 'zod';
import type { EngineFiles } from '#contracts/api/engine-files';
import { TOKENS } from '#contracts/api/tokens';
import type { Clock } from '#engine/clock/clock.port';
import { syncFolder, writeDurably } from '#engine/embedded/durable-file';

const alarm = z.object({ since: z.iso.datetime(), foundBy: z.enum(['verification', 'checkpoint']), findings: z.number().int().positive() });
export type RaisedAlarm = Readonly<z.infer<typeof alarm>>;

/**
 * Stands from the first sign that recorded history was changed until a whole verification finds nothing (SEC-06). It is kept beside the
 * log, so that a restart does not silence it.
 */
@Injectable()
export class IntegrityAlarm {
  private readonly path: string;
  private raised: RaisedAlarm | undefined;

  constructor(@Inject(TOKENS.engine) engine: Pick<EngineFiles, 'folder'>, @Inject(TOKENS.clock) private readonly clock: Clock) {
    this.path = join(engine.folder.path, 'integrity-alarm.json');
    this.raised = this.read();
  }

  standing(): RaisedAlarm | undefined {
    return this.raised;
  }

  raise(foundBy: RaisedAlarm['foundBy'], findings: number): void {
    const before = this.raised;
    if (before !== undefined && before.findings >= findings) return;
    this.raised = { since: before?.since ?? this.clock.now().toISOString(), foundBy, findings };
    writeDurably(this.path, `${JSON.stringify(this.raised)}\n`);
  }

  end(): void {
    if (this.raised === undefined) return;
    this.raised = undefined;
    rmSync(this.path, { force: true });
    syncFolder(join(this.path, '..'));
  }

  /** A file that cannot be read is an alarm too. */
  private read(): RaisedAlarm | undefined {
    if (!existsSync(this.path)) return undefined;
    try {
      return alarm.parse(JSON.parse(readFileSync(this.path, 'utf8')));
    } catch {
      return { since: this.clock.now().toISOString(), foundBy: 'verification', findings: 1 };
    }
  }
}
