import type { AddressBook } from '#contracts/api/address-book';
import type { ContactRegistry } from '#engine/contact-registry/contact-registry.port';
import type { RowReading } from '../domain/prospect-row.js';
import { personSaidNo } from './person-wishes.js';

interface Group {
  readonly blocked?: 'suppressed' | 'minor' | undefined;
  /** The person is known from an earlier import. */
  readonly prospectId?: string | undefined;
}

/**
 * What is known of the people that `same_person` joins, before any of their rows is stored: one suppressed address or one known minor
 * keeps out all rows of the person. Lives in memory, and only for people of whom there is something to know.
 */
export class PersonGroups {
  private readonly groups = new Map<string, Group>();

  constructor(private readonly tenantId: string, private readonly book: AddressBook, private readonly registry: ContactRegistry) {}

  blocked(samePerson: string | undefined): 'suppressed' | 'minor' | undefined {
    return samePerson === undefined ? undefined : this.groups.get(samePerson)?.blocked;
  }

  prospectId(samePerson: string | undefined): string | undefined {
    return samePerson === undefined ? undefined : this.groups.get(samePerson)?.prospectId;
  }

  /** An address of the person was suppressed since the file was checked. */
  saidNo(samePerson: string | undefined): void {
    if (samePerson !== undefined) this.note(samePerson, { blocked: 'suppressed' });
  }

  async learn(samePerson: string, { row, findings }: RowReading): Promise<void> {
    if (findings.some(({ code }) => code === 'known-minor')) return this.note(samePerson, { blocked: 'minor' });
    if (row === undefined) return;
    const forms = this.book.email(row.address);
    if ((await this.registry.suppressionOf(this.tenantId, forms)).status !== 'clear') return this.note(samePerson, { blocked: 'suppressed' });
    const known = await this.registry.locate(this.tenantId, forms);
    if (known === undefined) return;
    this.note(samePerson, { prospectId: known.prospectId });
    if (await personSaidNo(this.registry, known.prospectId)) this.note(samePerson, { blocked: 'suppressed' });
  }

  private note(samePerson: string, { blocked, prospectId }: Group): void {
    const known = this.groups.get(samePerson) ?? { blocked: undefined, prospectId: undefined };
    this.groups.set(samePerson, { blocked: known.blocked ?? blocked, prospectId: known.prospectId ?? prospectId });
  }
}
