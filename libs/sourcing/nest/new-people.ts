import type { CreateContact, CreateContactResult } from '#engine/contact-registry/contact-registry.port';
import type { DataKey } from '#engine/key-vault/key-vault.port';
import { OutrightError } from '#kernel/errors';
import type { Breather } from './breather.js';
import type { Candidate } from './candidate.js';
import { createRequests } from './create-requests.js';
import type { ImportContext } from './import-context.js';

export interface NewPerson {
  readonly candidate: Candidate;
  readonly email: CreateContactResult;
  readonly phone: CreateContactResult | undefined;
}

/** Small jobs share a transaction as long as the engine's time for one allows, and leave the event loop free between. */
const PEOPLE_PER_JOB = 64;

/** People who are not known yet: one key, one sealed blob, one transaction for address, number and person. */
export class NewPeople {
  constructor(private readonly context: ImportContext, private readonly breather: Breather) {}

  /** Stores people in the order of the file: some while the keys of others become durable. */
  async create(candidates: readonly Candidate[]): Promise<NewPerson[]> {
    const jobs = Array.from({ length: Math.ceil(candidates.length / PEOPLE_PER_JOB) }, (_, n) => candidates.slice(n * PEOPLE_PER_JOB, (n + 1) * PEOPLE_PER_JOB));
    const keysOfJobs = jobs.map((job) => this.keysFor(job));
    // Heard where they are waited for.
    for (const keys of keysOfJobs) keys.catch(() => undefined);
    const stored: Promise<NewPerson[]>[] = [];
    try {
      for (const [n, job] of jobs.entries()) {
        const keys = (await keysOfJobs[n]) ?? [];
        const people = this.store(job, keys, await this.requestsOf(job, keys));
        people.catch(() => undefined);
        stored.push(people);
      }
    } finally {
      await Promise.allSettled([...stored, ...keysOfJobs]);
    }
    return (await Promise.all(stored)).flat();
  }

  private async requestsOf(candidates: readonly Candidate[], keys: readonly (DataKey | undefined)[]): Promise<CreateContact[]> {
    const requests: CreateContact[] = [];
    for (const [index, candidate] of candidates.entries()) {
      const key = keys[index];
      if (key === undefined) continue;
      if (candidate.ready?.key.kid === key.kid) {
        // Prepared by a thread, with the key that the vault took.
        requests.push(...candidate.ready.requests);
      } else {
        requests.push(...this.requests(candidate, key));
        await this.breather.pause();
      }
    }
    return requests;
  }

  private async store(candidates: readonly Candidate[], keys: readonly (DataKey | undefined)[], requests: readonly CreateContact[]): Promise<NewPerson[]> {
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

  private requests(candidate: Candidate, key: DataKey): readonly CreateContact[] {
    const { importId, meta, log } = this.context;
    const keys = new Map([['marketing', key]]);
    return createRequests(candidate, { importId, meta, prepare: (request) => log.prepareWith(request, keys) });
  }

  /** Undefined for a person of an interrupted run who was erased since. */
  private async keysFor(candidates: readonly Candidate[]): Promise<(DataKey | undefined)[]> {
    const { vault, meta: { tenantId } } = this.context;
    const owners = candidates.map(({ prospectId, ready }) => ({ tenantId, subjectId: prospectId, purposeClass: 'marketing' as const, proposed: ready?.key }));
    try {
      return await vault.create(owners);
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
