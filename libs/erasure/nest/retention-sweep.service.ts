import { Inject, Injectable } from '@nestjs/common';
import { StartErasure } from '#contracts/api/erasures';
import { TOKENS } from '#contracts/api/tokens';
import type { Tenancy } from '#contracts/api/tenancy';
import type { RecordedEvent } from '#kernel/recorded-event';
import { wishOf } from '../domain/contact-wish.js';
import { erasureDue, EXPIRY_HOURS } from '../domain/erasure-clock.js';
import { lifetimeVerdict, personLifetime } from '../domain/expiry.js';
import { ErasureCases } from './erasure-cases.js';
import { StartErasureHandler } from './start-erasure.handler.js';

export interface SweepResult {
  readonly started: number;
  readonly settled: number;
  /** Streams that could not be looked at; they stay due. */
  readonly failures: readonly unknown[];
}

const PAGE = 200;

/**
 * Looks at the streams whose clock has come, on the authority and not on a projection: ends the data of people whose retention is
 * over, at the anniversary instant (RET-02), and finds wishes that no reaction has taken up.
 */
@Injectable()
export class RetentionSweep {
  constructor(
    @Inject(ErasureCases) private readonly cases: ErasureCases,
    @Inject(StartErasureHandler) private readonly start: StartErasureHandler,
    @Inject(TOKENS.tenancy) private readonly tenancy: Tenancy,
  ) {}

  async run(now: Date = this.cases.log.clock.now(), ending?: AbortSignal): Promise<SweepResult> {
    const result = { started: 0, settled: 0, failures: [] as unknown[] };
    for (const category of ['contact', 'prospect'] as const) {
      const seen = new Set<string>();
      for (;;) {
        const page = await this.cases.log.store.due(now, PAGE + seen.size, category);
        const news = page.filter(({ streamId }) => !seen.has(streamId));
        if (news.length === 0) break;
        for (const { streamId } of news) {
          if (ending?.aborted === true) return result;
          seen.add(streamId);
          try {
            result[await this.look(category, streamId, now)] += 1;
          } catch (error) {
            result.failures.push(error);
          }
        }
      }
    }
    return result;
  }

  private async look(category: 'contact' | 'prospect', streamId: string, now: Date): Promise<'started' | 'settled'> {
    const events = await this.cases.log.load(streamId);
    const version = events.at(-1)?.streamVersion ?? 0;
    const outcome = category === 'contact' ? await this.honour(events) : await this.lifetime(events, now);
    if (outcome !== 'erasing') await this.cases.wake(streamId, version, outcome === 'started' ? null : outcome);
    return outcome === 'started' || outcome === 'erasing' ? 'started' : 'settled';
  }

  /** Starts what a wish on this contact's stream asks for, whatever was started before: the earliest receipt counts. */
  async honour(events: readonly RecordedEvent[]): Promise<'started' | null> {
    const wish = wishOf(events);
    if (wish === undefined) return null;
    const receivedAt = new Date(wish.receivedAt);
    const dueAt = wish.dueAt === undefined ? this.due(receivedAt) : new Date(wish.dueAt);
    await this.start.execute(new StartErasure({ prospectId: wish.prospectId, trigger: wish.trigger, receivedAt, dueAt }));
    return 'started';
  }

  private async lifetime(events: readonly RecordedEvent[], now: Date): Promise<'started' | 'erasing' | Date | null> {
    const person = personLifetime(events);
    const { prospectId, erasure } = person;
    if (prospectId === undefined) return null;
    if (erasure !== undefined) {
      if ((await this.cases.load(erasure.caseId)).state.request !== undefined) return null;
      // A crash came between the start and the case.
      const receivedAt = new Date(erasure.receivedAt);
      const dueAt = erasure.trigger === 'expired' ? erasureDue(receivedAt, EXPIRY_HOURS) : this.due(receivedAt);
      await this.start.execute(new StartErasure({ prospectId, trigger: erasure.trigger, receivedAt, dueAt }));
      return 'started';
    }
    const verdict = lifetimeVerdict(person, now, this.tenancy.setting('retention.marketing'), this.tenancy.setting('legalTz'));
    if (verdict.kind !== 'expired') return verdict.kind === 'kept' ? verdict.until : null;
    await this.start.execute(new StartErasure({ prospectId, trigger: 'expired', receivedAt: verdict.at, dueAt: erasureDue(verdict.at, EXPIRY_HOURS) }));
    return 'erasing';
  }

  private due(receivedAt: Date): Date {
    return erasureDue(receivedAt, this.tenancy.setting('optout.erasureMaxHours'));
  }
}
