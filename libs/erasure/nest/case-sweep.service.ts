import { Inject, Injectable } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { OutrightError } from '#kernel/errors';
import type { RecordedEvent } from '#kernel/recorded-event';
import { erasureSteps, type ErasureStepsDoc } from '../process-managers/erasure-steps.process-manager.js';
import { ErasureCases } from './erasure-cases.js';

/** How long a case is left to the process manager, which hears of it sooner. */
const PROMPT_MS = 60_000;
const PAGE = 200;
/** Looks at one case in one run: the clock and the steps, the search, the end. */
const ROUNDS = 4;

/**
 * Drives open cases from their own streams, as the process manager does from the published log. That makes erasures prompt, this keeps
 * their clock: nothing that is due by law waits for a broker or a read model (INV-05).
 */
@Injectable()
export class CaseSweep {
  constructor(@Inject(ErasureCases) private readonly cases: ErasureCases, @Inject(CommandBus) private readonly commands: Pick<CommandBus, 'execute'>) {}

  /** @throws OutrightError `erasure-sweep-failed` when every case was looked at; those that failed stay due */
  async run(now: Date = this.cases.log.clock.now(), ending?: AbortSignal): Promise<void> {
    const seen = new Set<string>();
    const failures: unknown[] = [];
    for (;;) {
      const page = await this.cases.log.store.due(new Date(now.getTime() - PROMPT_MS), PAGE + seen.size, 'case');
      const news = page.filter(({ streamId }) => !seen.has(streamId));
      if (news.length === 0) break;
      for (const { streamId } of news) {
        if (ending?.aborted === true) return;
        seen.add(streamId);
        await this.look(streamId).catch((error: unknown) => failures.push(error));
      }
    }
    if (failures.length > 0) throw failed(failures);
  }

  private async look(caseId: string): Promise<void> {
    const { log } = this.cases;
    for (let round = 0; round < ROUNDS; round++) {
      const events = await log.load(caseId);
      const version = events.at(-1)?.streamVersion ?? 0;
      const doc = events.reduce(fold, undefined);
      if (doc === undefined) return;
      const now = log.clock.now();
      if (doc.owed === 0 || Date.parse(doc.nextAt) > now.getTime()) return this.cases.wake(caseId, version, doc.owed === 0 ? null : new Date(doc.nextAt));
      for (const command of erasureSteps.due(doc, now)) await this.commands.execute(command);
      if ((await log.store.head(caseId))?.version === version) return;
    }
  }
}

function fold(doc: ErasureStepsDoc | undefined, event: RecordedEvent): ErasureStepsDoc | undefined {
  return erasureSteps.handlers[event.type]?.(event)[0]?.change(doc) ?? doc;
}

function failed(failures: readonly unknown[]): OutrightError {
  return new OutrightError(`${failures.length} erasure cases could not be worked on.`, {
    code: 'erasure-sweep-failed', rule: 'INV-05', status: 500, retriable: true, fix: 'See the cause of the first; they are tried again each minute.', cause: failures[0],
  });
}
