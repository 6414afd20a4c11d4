import { Inject, Injectable } from '@nestjs/common';
import type { OutcomeRecord } from '#contracts/api/dispatch-gate';
import { TOKENS } from '#contracts/api/tokens';
import type { Tenancy } from '#contracts/api/tenancy';
import type { EventMeta } from '#engine/event-log/event-codec';
import type { AppendRequest } from '#engine/event-log/event-log';
import type { CommitResult } from '#engine/event-store/event-store.port';
import { contactDecider } from '../domain/contact.decider.js';
import { ContactStreams, type LoadedContact } from './contact-streams.js';

/** Lost races after which an outcome is appended wherever the stream stands. */
const CONDITIONAL_ROUNDS = 4;
const REMEMBERED = 10_000;

export interface PreparedOutcomes {
  readonly requests: readonly AppendRequest[];
  /** What is still to be recorded once the results of these requests are known. */
  readonly open: (results: readonly CommitResult[]) => OutcomeRecord[];
}

/**
 * Records what became of authorised dispatches. An outcome is a fact: it is appended whatever else happened, exactly once by its
 * commit id. It is first tried on the version it was decided on, so that "after the opt-out" and "first notice" are never misjudged.
 */
@Injectable()
export class OutcomeRecorder {
  /** State behind each open authorisation of this process, so that recording reads only the tail. */
  private readonly authorised = new Map<string, LoadedContact>();

  constructor(@Inject(ContactStreams) private readonly contacts: ContactStreams, @Inject(TOKENS.tenancy) private readonly tenancy: Tenancy) {}

  remember(dispatchId: string, loaded: LoadedContact): void {
    const [oldest] = this.authorised.keys();
    if (this.authorised.size >= REMEMBERED && oldest !== undefined) this.authorised.delete(oldest);
    this.authorised.set(dispatchId, loaded);
  }

  /** Durable when it resolves. */
  async record(records: readonly OutcomeRecord[]): Promise<void> {
    let open = records;
    for (let round = 1; open.length > 0; round++) {
      const prepared = await this.prepare(open, round > CONDITIONAL_ROUNDS);
      open = prepared.open(await this.contacts.log.appendMany(prepared.requests));
    }
  }

  /** The first outcome of every contact as an append; further ones of the same contact wait for the next round. */
  async prepare(records: readonly OutcomeRecord[], unconditional = false): Promise<PreparedOutcomes> {
    if (records.length === 0) return { requests: [], open: () => [] };
    const first = new Map<string, OutcomeRecord>();
    const waiting: OutcomeRecord[] = [];
    for (const record of records) {
      if (first.has(record.contactId)) waiting.push(record);
      else first.set(record.contactId, record);
    }
    const decided = await Promise.all([...first.values()].map(async (record) => ({ record, request: await this.decide(record, unconditional) })));
    const appends = decided.flatMap(({ record, request }) => (request === undefined ? [] : [{ record, request }]));
    return {
      requests: appends.map(({ request }) => request),
      open: (results) => [...appends.filter((_, i) => results[i]?.status === 'conflict').map(({ record }) => record), ...waiting],
    };
  }

  private async decide(record: OutcomeRecord, unconditional: boolean): Promise<AppendRequest | undefined> {
    const { contactId, dispatchId, campaignId, attempt, outcome, noticeTextVersion } = record;
    const loaded = await this.state(contactId, dispatchId);
    const at = this.contacts.log.clock.now();
    const events = contactDecider.decide(
      { type: 'RecordOutcome', contactId, dispatchId, campaignId, attempt, outcome, at, ...(noticeTextVersion === undefined ? {} : { noticeTextVersion }) },
      loaded?.state ?? contactDecider.initialState(),
    );
    this.authorised.delete(dispatchId);
    if (events.length === 0) return undefined;
    const commitId = `outcome:${dispatchId}:${attempt}`;
    if (loaded === undefined || unconditional) return { streamId: contactId, expected: 'any', events, meta: this.meta(), commitId };
    return this.contacts.request(contactId, loaded, events, this.meta(), commitId);
  }

  /** Undefined where the stream cannot be read: the fact is recorded all the same. */
  private async state(contactId: string, dispatchId: string): Promise<LoadedContact | undefined> {
    const known = this.authorised.get(dispatchId);
    try {
      return known === undefined ? await this.contacts.load(contactId) : await this.contacts.refresh(contactId, known);
    } catch {
      return undefined;
    }
  }

  private meta(): EventMeta {
    return { tenantId: this.tenancy.tenantId, actor: { kind: 'system', id: 'sender' }, policyVersion: this.tenancy.policyVersion() };
  }
}
