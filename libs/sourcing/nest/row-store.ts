import { Aggregate } from '#engine/event-log/aggregate';
import type { AddressForms, AddressRow, CreateContactResult } from '#engine/contact-registry/contact-registry.port';
import type { LinkFate, Prospects } from './contact-linker.js';
import { ContactLinker } from './contact-linker.js';
import { prospectDecider } from '../domain/prospect.decider.js';
import { finding } from '../domain/refusal-codes.js';
import { Breather } from './breather.js';
import type { Candidate } from './candidate.js';
import type { ImportContext } from './import-context.js';
import { NewPeople } from './new-people.js';
import { emailAdded, phoneAdded } from './row-events.js';
import { mayBeKept, type RowKeeper } from './row-keeper.js';
import { SourceMerger } from './source-merger.js';

type Standing = { readonly status: 'clear' | 'suppressed' } | { readonly status: 'known'; readonly row: AddressRow };

/** Stores rows: sealed, in the registry and in the log, in one transaction per group of new people. Safe to repeat for the same lines. */
export class RowStore implements RowKeeper<Candidate> {
  private readonly people: NewPeople;
  private readonly linker: ContactLinker;
  private readonly merger: SourceMerger;
  private readonly breather = new Breather();
  /** People of `same_person` that this run has met. */
  private readonly met = new Set<string>();

  constructor(private readonly context: ImportContext) {
    const prospects: Prospects = new Aggregate(context.log, prospectDecider);
    this.people = new NewPeople(context, this.breather);
    this.linker = new ContactLinker(context, prospects);
    this.merger = new SourceMerger(context, prospects);
  }

  async keep(candidates: readonly Candidate[]): Promise<void> {
    const { groups, tally } = this.context;
    let pending = candidates.filter(({ row }) => mayBeKept(row, groups, tally));
    while (pending.length > 0) {
      const { now, later } = oneRound(pending);
      await this.round(now);
      pending = later;
    }
  }

  /** No two rows of a round share an address or a person. */
  private async round(candidates: readonly Candidate[]): Promise<void> {
    const fresh: Candidate[] = [];
    const others: (() => Promise<void>)[] = [];
    for (const candidate of candidates) {
      const standing = await this.standing(candidate.forms);
      if (standing.status === 'suppressed') this.context.groups.saidNo(candidate.row.samePerson);
      if (standing.status === 'suppressed' || this.saidNo(candidate)) this.count(candidate, 'suppressed');
      else if (standing.status === 'known') others.push(() => this.known(candidate, standing.row));
      else if (this.isKnownPerson(candidate)) others.push(() => this.link(candidate));
      else fresh.push(candidate);
      if (candidate.row.samePerson !== undefined) this.met.add(candidate.prospectId);
      await this.breather.pause();
    }
    await this.createPeople(fresh);
    for (const work of others) {
      await work();
      await this.breather.pause();
    }
  }

  /** Asked again: the rest of the chunk was let through before. */
  private saidNo({ row }: Candidate): boolean {
    return this.context.groups.blocked(row.samePerson) === 'suppressed';
  }

  private isKnownPerson({ row, prospectId }: Candidate): boolean {
    return row.samePerson !== undefined && (this.met.has(prospectId) || this.context.groups.prospectId(row.samePerson) !== undefined);
  }

  private async standing(forms: AddressForms): Promise<Standing> {
    const { registry, meta } = this.context;
    if ((await registry.suppressionOf(meta.tenantId, forms)).status !== 'clear') return { status: 'suppressed' };
    const row = await registry.locate(meta.tenantId, forms);
    // Whether a row that is still being created comes to stay is for the creation to find out.
    return row === undefined || row.state === 'pending' ? { status: 'clear' } : { status: 'known', row };
  }

  private async createPeople(candidates: readonly Candidate[]): Promise<void> {
    for (const { candidate, email, phone } of await this.people.create(candidates)) {
      if (email.status === 'exists') await this.known(candidate, email.row);
      else if (email.status === 'conflict') await this.link(candidate);
      else {
        this.count(candidate, email.status);
        if (phone?.status === 'conflict') await this.linkPhone(candidate, candidate.prospectId);
        else if (phone !== undefined && email.status === 'created') this.countPhone(candidate, phone);
      }
    }
  }

  private async known(candidate: Candidate, row: AddressRow): Promise<void> {
    if (row.state === 'closing') return this.count(candidate, 'deferred');
    const own = row.contactId === candidate.contactId;
    const fate = own ? 'created' : await this.merger.merge(row, candidate.row);
    this.count(candidate, fate);
    if (fate !== 'deferred') await this.linkPhone(candidate, row.prospectId);
  }

  private async link(candidate: Candidate): Promise<void> {
    const { row, contactId, prospectId, forms } = candidate;
    const fate = await this.linker.link({ prospectId, contactId, forms, row, added: emailAdded(this.context.importId, candidate) });
    if (fate === 'unknown-person') return this.createPeople([candidate]);
    if (fate === 'exists') return this.count(candidate, 'merged');
    this.count(candidate, fate);
    if (fate === 'created') await this.linkPhone(candidate, prospectId);
  }

  private async linkPhone({ row, phone }: Candidate, prospectId: string): Promise<void> {
    if (phone === undefined) return;
    const standing = await this.standing(phone.forms);
    if (standing.status === 'known') return this.countPhone({ row, phone }, standing);
    const { forms, contactId } = phone;
    const status: LinkFate = standing.status === 'suppressed' ? 'suppressed'
      : await this.linker.link({ prospectId, contactId, forms, row, added: phoneAdded(this.context.importId, row, phone, prospectId) });
    this.countPhone({ row, phone }, { status });
  }

  private count({ row }: Candidate, fate: 'created' | 'merged' | 'suppressed' | 'deferred'): void {
    this.context.tally.fate(fate, row.method);
  }

  private countPhone({ row, phone }: Pick<Candidate, 'row' | 'phone'>, result: { readonly status: LinkFate | CreateContactResult['status'] | 'known'; readonly row?: AddressRow }): void {
    if (result.status === 'created' || result.row?.contactId === phone?.contactId) return this.context.tally.phone();
    this.context.tally.note([finding(row.line, 'phone', result.status === 'suppressed' ? 'phone-suppressed' : 'phone-known', 'dropped')]);
  }
}

function oneRound(pending: readonly Candidate[]): { now: Candidate[]; later: Candidate[] } {
  const taken = new Set<string>();
  const [now, later]: [Candidate[], Candidate[]] = [[], []];
  for (const candidate of pending) {
    const keys = [candidate.forms.loose, candidate.prospectId, ...(candidate.phone === undefined ? [] : [candidate.phone.forms.loose])];
    // Whoever waits keeps its place before the rows behind it.
    (keys.some((key) => taken.has(key)) ? later : now).push(candidate);
    for (const key of keys) taken.add(key);
  }
  return { now, later };
}
