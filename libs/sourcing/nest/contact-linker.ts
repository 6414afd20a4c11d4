import type { Aggregate } from '#engine/event-log/aggregate';
import type { AddressForms } from '#engine/contact-registry/contact-registry.port';
import type { DomainEvent } from '#kernel/decider';
import { earliest } from '#kernel/time/instant';
import type { ProspectRow } from '../domain/prospect-row.js';
import { type ProspectCommand, prospectDecider, type ProspectEvent, type ProspectState } from '../domain/prospect.decider.js';
import type { ImportContext } from './import-context.js';
import { personSaidNo } from './person-wishes.js';
import { sourceFacts } from './row-events.js';

export type Prospects = Aggregate<ProspectState, ProspectCommand, ProspectEvent>;
export type LinkFate = 'created' | 'suppressed' | 'deferred' | 'exists' | 'unknown-person';

interface LinkRequest {
  readonly prospectId: string;
  readonly contactId: string;
  readonly forms: AddressForms;
  readonly row: ProspectRow;
  /** ContactAdded of the new contact point. */
  readonly added: DomainEvent;
}

const ROUNDS = 8;

/** Adds a contact point to a person that exists: conditional on the person's stream, and never past an opt-out of the person. */
export class ContactLinker {
  constructor(private readonly context: ImportContext, private readonly prospects: Prospects) {}

  async link(request: LinkRequest): Promise<LinkFate> {
    const { importId, meta, log, vault, registry, rule } = this.context;
    const { prospectId, contactId, forms, row } = request;
    for (let round = 0; round < ROUNDS; round++) {
      const loaded = await this.prospects.load(prospectId);
      if (loaded.state.status === 'none') return 'unknown-person';
      if (loaded.state.status === 'erasing') return 'deferred';
      if (await personSaidNo(registry, prospectId)) return 'suppressed';
      const key = await vault.find({ tenantId: meta.tenantId, subjectId: prospectId, purposeClass: 'marketing' });
      if (typeof key !== 'object') return 'deferred';
      const keys = new Map([['marketing', key]]);
      const events = prospectDecider.decide({ type: 'LinkContact', prospectId, contactId, source: sourceFacts(importId, row), rule }, loaded.state);
      if (events.length === 0) return 'created';
      const moved = events.find((event) => event.type === 'RetentionAnchorMoved');
      const wakeAt = moved === undefined ? {} : { wakeAt: new Date(earliest(moved.data.expiresAt, row.clocks.noticeDueAt)) };
      const [result] = await registry.create([{
        tenantId: meta.tenantId, prospectId, contactId, forms,
        commits: [
          log.prepareWith({ streamId: contactId, expected: 0, events: [request.added], meta }, keys),
          log.prepareWith({ streamId: prospectId, expected: loaded.version, events, meta, ...wakeAt }, keys),
        ],
      }]);
      if (result?.status === 'created') await this.copyWish(prospectId, forms);
      if (result !== undefined && result.status !== 'conflict') return result.status;
    }
    return 'deferred';
  }

  /** An opt-out that came while the contact was linked reaches it too. */
  private async copyWish(prospectId: string, forms: AddressForms): Promise<void> {
    const { registry, book, meta, log } = this.context;
    if (!(await personSaidNo(registry, prospectId))) return;
    const day = log.clock.now().toISOString().slice(0, 10);
    await registry.suppress([{
      tenantId: meta.tenantId, kind: forms.channel, strict: forms.strict, loose: forms.loose, keyVersion: book.keyVersion, scope: 'all_marketing', reason: 'opt_out', day,
    }]);
  }
}
