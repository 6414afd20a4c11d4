import type { CreateContact, CreateContactResult } from '#engine/contact-registry/contact-registry.port';
import type { DataKey } from '#engine/key-vault/key-vault.port';
import { OutrightError } from '#kernel/errors';
import { earliest } from '#kernel/time/instant';
import { prospectDecider } from '../domain/prospect.decider.js';
import type { Breather } from './breather.js';
import type { Candidate } from './candidate.js';
import type { ImportContext } from './import-context.js';
import { emailAdded, phoneAdded, sourceFacts } from './row-events.js';

export interface NewPerson {
  readonly candidate: Candidate;
  readonly email: CreateContactResult;
  readonly phone: CreateContactResult | undefined;
}

/** Small jobs share a transaction as long as the engine's time for one allows, and leave the event loop free between. */
const KEYS_PER_JOB = 64;

/** People who are not known yet: one key, one sealed blob, one transaction for address, number and person. */
export class NewPeople {
  constructor(private readonly context: ImportContext, private readonly breather: Breather) {}

  async create(candidates: readonly Candidate[]): Promise<NewPerson[]> {
    if (candidates.length === 0) return [];
    const keys = await this.keysFor(candidates);
    const requests: CreateContact[] = [];
    for (const [index, candidate] of candidates.entries()) {
      const key = keys[index];
      if (key !== undefined) requests.push(...this.requests(candidate, new Map([['marketing', key]])));
      await this.breather.pause();
    }
    const results = await this.context.registry.create(requests);
    const byContact = new Map(requests.map(({ contactId }, index) => [contactId, results[index]]));
    const people = candidates.map((candidate) => ({
      candidate,
      email: byContact.get(candidate.contactId) ?? { status: 'deferred' as const },
      phone: candidate.phone === undefined ? undefined : byContact.get(candidate.phone.contactId),
    }));
    await this.dropKeys(people.flatMap(({ candidate, email }, index) =>
      ((email.status === 'suppressed' || email.status === 'exists') && candidate.row.samePerson === undefined ? [keys[index]?.kid] : [])));
    return people;
  }

  private requests(candidate: Candidate, keys: ReadonlyMap<string, DataKey>): CreateContact[] {
    const { importId, meta, log } = this.context;
    const { row, forms, contactId, prospectId, phone } = candidate;
    const { expiresAt, noticeDueAt } = row.clocks;
    const source = sourceFacts(importId, row);
    const sourced = prospectDecider.decide(
      { type: 'Source', prospectId, source, expiresAt, country: row.country, recipientType: row.recipientType, contactId }, prospectDecider.initialState());
    const email: CreateContact = {
      tenantId: meta.tenantId, prospectId, contactId, forms,
      commits: [
        log.prepareWith({ streamId: contactId, expected: 0, events: [emailAdded(importId, candidate)], meta }, keys),
        log.prepareWith({ streamId: prospectId, expected: 0, events: sourced, meta, wakeAt: new Date(earliest(expiresAt, noticeDueAt)) }, keys),
      ],
    };
    if (phone === undefined) return [email];
    const linked = [{ type: 'ContactLinked', data: { prospectId, contactId: phone.contactId, importId } }];
    return [email, {
      tenantId: meta.tenantId, prospectId, contactId: phone.contactId, forms: phone.forms,
      // The number stands only beside the address: without it the person's stream is not at version 1.
      commits: [
        log.prepareWith({ streamId: phone.contactId, expected: 0, events: [phoneAdded(importId, row, phone, prospectId)], meta }, keys),
        log.prepareWith({ streamId: prospectId, expected: 1, events: linked, meta }, keys),
      ],
    }];
  }

  /** Undefined for a person of an interrupted run who was erased since. */
  private async keysFor(candidates: readonly Candidate[]): Promise<(DataKey | undefined)[]> {
    const { vault, meta: { tenantId } } = this.context;
    const owners = candidates.map(({ prospectId }) => ({ tenantId, subjectId: prospectId, purposeClass: 'marketing' as const }));
    try {
      const batches = Array.from({ length: Math.ceil(owners.length / KEYS_PER_JOB) }, (_, n) => owners.slice(n * KEYS_PER_JOB, (n + 1) * KEYS_PER_JOB));
      return (await Promise.all(batches.map((batch) => vault.create(batch)))).flat();
    } catch (error) {
      if (!isDestroyed(error)) throw error;
      return Promise.all(owners.map((owner) => vault.create([owner]).then(([key]) => key, (each: unknown) => {
        if (isDestroyed(each)) return undefined;
        throw each;
      })));
    }
  }

  /** Keys exist only for people who do. */
  private async dropKeys(kids: readonly (string | undefined)[]): Promise<void> {
    const orphans = kids.filter((kid) => kid !== undefined);
    if (orphans.length > 0) await this.context.vault.destroy(orphans, this.context.log.clock.now().toISOString().slice(0, 10));
  }
}

const isDestroyed = (error: unknown): boolean => error instanceof OutrightError && error.code === 'data-key-destroyed';
