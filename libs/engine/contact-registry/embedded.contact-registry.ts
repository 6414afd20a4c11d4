import type { GroupCommitWriter } from '#engine/embedded/group-commit.writer';
import type { EventAppender } from '#engine/event-store/embedded.event-appender';
import type {
  AddressForms, AddressRow, ContactRegistry, CreateContact, CreateContactResult, OptOutRequest, OptOutResult, SuppressionEntry, SuppressionState, SweepReport,
} from './contact-registry.port.js';
import type { AddressTable } from './embedded.address-table.js';
import type { SuppressionTable } from './embedded.suppression-table.js';

const CONTACTS_PER_JOB = 64;

/** The registry protocol with each operation and its events in one transaction; opt-outs go before everything else. */
export class EmbeddedContactRegistry implements ContactRegistry {
  constructor(
    private readonly writer: GroupCommitWriter,
    private readonly appender: EventAppender,
    private readonly addresses: AddressTable,
    private readonly suppressions: SuppressionTable,
  ) {}

  async locate(tenantId: string, forms: AddressForms): Promise<AddressRow | undefined> {
    return this.addresses.find(tenantId, forms);
  }

  async rowsOfProspect(prospectId: string): Promise<AddressRow[]> {
    return this.addresses.ofProspect(prospectId);
  }

  async suppressionOfContact(contactId: string): Promise<SuppressionState> {
    return this.suppressions.stateOfContact(contactId);
  }

  async suppressionOf(tenantId: string, forms: AddressForms): Promise<SuppressionState> {
    const found = this.suppressions.match(tenantId, forms);
    return found === undefined ? { status: 'clear', rev: 0 } : { status: 'suppressed', ...found };
  }

  async create(requests: readonly CreateContact[]): Promise<CreateContactResult[]> {
    const chunks: Promise<CreateContactResult[]>[] = [];
    for (let at = 0; at < requests.length; at += CONTACTS_PER_JOB) {
      const chunk = requests.slice(at, at + CONTACTS_PER_JOB);
      chunks.push(this.writer.run(() => chunk.map((request) => this.createOne(request))));
    }
    return (await Promise.all(chunks)).flat();
  }

  optOut(request: OptOutRequest): Promise<OptOutResult> {
    return this.writer.run(() => {
      const { tenantId, forms, reason, keyVersion, day } = request;
      const rows = this.rowsOfPerson(tenantId, forms);
      const facts = rows.map((row) => ({ row, commit: request.commitFor(row) }));
      const reached = facts.map(({ row, commit }) => ({ row, result: commit === undefined ? undefined : this.appender.append(commit) }));
      const entry = (of: AddressForms) =>
        ({ tenantId, kind: of.channel, strict: of.strict, loose: of.loose, keyVersion, scope: 'all_marketing', reason, day }) as const;
      const rev = this.suppressions.optOut(entry(forms));
      for (const { forms: other } of rows) {
        if (other.channel !== forms.channel || other.strict !== forms.strict) this.suppressions.optOut(entry(other));
      }
      return { reached, rev };
    }, 'first');
  }

  suppress(entries: readonly Omit<SuppressionEntry, 'rev'>[]): Promise<{ added: number; existing: number }> {
    return this.writer.run(() => {
      const added = entries.filter((entry) => this.suppressions.add(entry)).length;
      return { added, existing: entries.length - added };
    });
  }

  close(prospectId: string): Promise<AddressRow[]> {
    return this.writer.run(() => {
      this.addresses.close(prospectId);
      return this.addresses.ofProspect(prospectId);
    });
  }

  remove(prospectId: string): Promise<number> {
    return this.writer.run(() => this.addresses.remove(prospectId));
  }

  async suppressionCount(tenantId: string): Promise<Record<string, number>> {
    return this.suppressions.countByReason(tenantId);
  }

  async unpublished(beforeDay: string, limit: number): Promise<SuppressionEntry[]> {
    return this.suppressions.unpublished(beforeDay, limit);
  }

  markPublished(entries: readonly SuppressionEntry[]): Promise<void> {
    return this.writer.run(() => entries.forEach((entry) => this.suppressions.markPublished(entry)));
  }

  /** Leaves no bytes of removed rows in the file; the write-ahead log is the engine's to empty. */
  scrub(): Promise<void> {
    return this.writer.run(() => this.addresses.wipeRemoved());
  }

  private createOne({ tenantId, forms, contactId, prospectId, commits }: CreateContact): CreateContactResult {
    if (this.suppressions.match(tenantId, forms) !== undefined) {
      return this.addresses.find(tenantId, forms)?.contactId === contactId ? { status: 'created' } : { status: 'suppressed' };
    }
    // Neither leaves a trace where it fails, and for a new person both are needed anyway: the row is asked for only then.
    const conflict = this.appender.firstConflict(commits);
    if (conflict !== undefined || !this.addresses.insertLive({ tenantId, forms, contactId, prospectId })) {
      const row = this.addresses.find(tenantId, forms);
      if (row === undefined) return { status: 'conflict', ...conflict! };
      if (row.contactId === contactId) return { status: 'created' };
      return row.state === 'closing' ? { status: 'deferred' } : { status: 'exists', row };
    }
    for (const commit of commits) this.appender.append(commit);
    return { status: 'created' };
  }

  /** Each step of the protocol is one transaction, so nothing lies between two. */
  async sweep(): Promise<SweepReport> {
    return { finished: 0, removed: 0, paired: 0 };
  }

  private rowsOfPerson(tenantId: string, forms: AddressForms): AddressRow[] {
    const row = this.addresses.find(tenantId, forms);
    return row === undefined ? [] : this.addresses.ofProspect(row.prospectId).filter((other) => other.tenantId === tenantId);
  }
}
