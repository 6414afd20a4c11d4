import { createHash, randomBytes } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import { IntegrityAlarm, type RaisedAlarm } from '#audit/nest/integrity-alarm';
import type { CampaignRunner } from '#contracts/api/campaign-runner';
import { TOKENS } from '#contracts/api/tokens';
import type { DeadLetter } from '#engine/dead-letters/dead-letters.port';
import type { Engine } from '#engine/engine.port';
import type { MissingDataKey, PersonalData } from '#engine/event-log/personal-data';
import { codeOf } from '#engine/event-feed/handler-failure';
import { OutrightError } from '#kernel/errors';
import type { PutOff } from '#engine/event-feed/put-off';
import type { ProcessManagerRunner } from '#engine/reactions/process-manager-runner';

/** A part that does not work, or not as it should. */
export interface Down {
  readonly what: string;
  readonly why: string;
  readonly fix: string;
}

/** What is down, and what works less well. Anything unknown here also denies the send at the gate. */
@Injectable()
export class HealthService {
  /** Random per start of an installation in one process: the self-probe of publicUrl recognises its own installation by it. */
  instance = randomBytes(12).toString('hex');
  private readonly missingKeys = new Set<string>();
  private runner: ProcessManagerRunner | undefined;
  private work: Pick<PutOff, 'failure'> = { failure: undefined };
  private found: RaisedAlarm | undefined;
  private letters: readonly DeadLetter[] = [];

  constructor(
    @Inject(TOKENS.engine) private readonly engine: Engine,
    @Inject(TOKENS.personalData) personal: PersonalData,
    @Inject(IntegrityAlarm) private readonly integrity: IntegrityAlarm,
    @Inject(TOKENS.campaignRunner) private readonly sending: CampaignRunner,
  ) {
    engine.deadLetters.watch((open) => (this.letters = open));
    personal.onMissingKey((error: MissingDataKey) => this.missingKeys.add(error.message));
  }

  /** Where several processes are one installation, each of them may be the one that answers there: its mark is theirs together. */
  async identify(): Promise<void> {
    if (!this.engine.leases.shared) return;
    const { keyId } = await this.engine.keyProvider.signingKey();
    this.instance = createHash('sha256').update(`outright instance\0${keyId}`).digest('hex').slice(0, 24);
  }

  watch(runner: ProcessManagerRunner): void {
    this.runner = runner;
  }

  /** Process managers and sending, which begin when the read models have caught up. */
  watchBegin(work: Pick<PutOff, 'failure'>): void {
    this.work = work;
  }

  async down(): Promise<Down[]> {
    const found: Down[] = [];
    const failure = this.engine.failure();
    if (failure !== undefined) {
      const passing = failure instanceof OutrightError && failure.retriable;
      found.push({ what: 'log', why: failure instanceof Error ? failure.message : 'a write failed', fix: (passing ? failure.fix : undefined) ?? 'Check the disk, then restart; nothing acknowledged is lost.' });
    }
    const damage = await this.damage();
    if (damage !== undefined) {
      const seen = damage.foundBy === 'checkpoint' ? 'an event does not have its hash' : `a verification found ${damage.findings} signs of a changed history`;
      found.push({ what: 'history', why: `${seen} (SEC-06), since ${damage.since}`, fix: 'Keep a copy of the data folder, run `outright audit verify`, and treat it as a possible breach. A verification that finds nothing ends the alarm.' });
    }
    for (const why of this.missingKeys) found.push({ what: 'keys', why, fix: 'Stop sending, and restore the key store from its last backup.' });
    const failing = new Map(this.runner?.standing().filter(({ attempts }) => attempts >= 3).map((failure) => [failure.processManager, failure]));
    for (const [name, { error }] of failing) {
      found.push({ what: `process manager ${name}`, why: error instanceof OutrightError ? error.message : `a command keeps failing (${codeOf(error)})`, fix: 'See the log; it is tried again by itself.' });
    }
    for (const { consumer, failure: cause } of this.engine.feed.subscriptions()) {
      if (cause !== undefined) found.push({ what: consumer, why: cause.message, fix: cause.fix ?? 'See the log, then restart.' });
    }
    if (this.work.failure !== undefined) found.push({ what: 'process managers and sending', why: `they have not begun: ${this.work.failure.message}`, fix: this.work.failure.fix ?? 'See the log, then restart.' });
    const halt = this.sending.fault();
    if (halt !== undefined) found.push({ what: 'sending', why: `nothing is sent (${halt})`, fix: 'See the log for the cause, mend it, and resume the paused campaigns.' });
    const lag = this.readModelLag();
    if (lag > 50_000) found.push({ what: 'read models', why: `${lag} events behind the log`, fix: 'Wait until they have caught up; sending does not depend on them.' });
    return found;
  }

  /** What works less well than it should, while opt-outs are answered and messages leave. */
  degraded(): Down[] {
    const found: Down[] = [];
    const ended = this.sending.senderFailure();
    if (ended !== undefined) found.push({ what: 'sending thread', why: `it ended or did not start (${ended})`, fix: 'The next message starts a new one by itself. Should it show again, see the log, mend the cause and restart.' });
    for (const { what, failure } of this.engine.degradations()) found.push({ what, why: failure.message, fix: failure.fix ?? 'Restart.' });
    if (this.letters.length > 0) {
      const consumers = [...new Set(this.letters.map(({ consumer }) => consumer))].sort().join(', ');
      found.push({ what: 'dead letters', why: `${this.letters.length} streams stand still because an event of theirs could not be handled (${consumers}); nothing is sent to these contacts`, fix: 'See `outright dead-letters list`, mend the cause, then `outright dead-letters replay --all`.' });
    }
    return found;
  }

  /** Whether each service answers that the engine stands on. */
  services() {
    return this.engine.services();
  }

  /** What only this process knows. */
  async counts() {
    return {
      outright_reaction_failures: this.runner?.standing().length ?? 0,
      outright_missing_data_keys: this.missingKeys.size,
      outright_integrity_findings: (await this.damage())?.findings ?? 0,
    };
  }

  /** Since when the oldest wish waits to reach every contact of its person. */
  async optOutsOwedSince(): Promise<Date | undefined> {
    return this.runner?.owedSince('other-contacts');
  }

  /** Asked anew each time, because another process may have found it; while the log does not answer, as it was last. */
  private async damage(): Promise<RaisedAlarm | undefined> {
    if (this.engine.failure() === undefined) await this.integrity.standing().then((found) => (this.found = found), () => undefined);
    return this.found;
  }

  readModelLag(): number {
    return this.engine.feed.subscriptions().find(({ consumer }) => consumer === 'projections')?.lag ?? 0;
  }
}
