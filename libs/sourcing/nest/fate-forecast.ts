import type { AddressBook } from '#contracts/api/address-book';
import type { AddressForms, ContactRegistry } from '#engine/contact-registry/contact-registry.port';
import type { ImportTally, RowFate } from '../domain/import-report.js';
import type { ProspectRow } from '../domain/prospect-row.js';
import { finding } from '../domain/refusal-codes.js';
import { Breather } from './breather.js';
import type { PersonGroups } from './person-groups.js';
import { mayBeKept, type RowKeeper } from './row-keeper.js';

/** Says what an import would do, and does nothing. Remembers the addresses of the file, because a later row meets an earlier one. */
export class FateForecast implements RowKeeper<ProspectRow> {
  private readonly seen = new Set<string>();
  private readonly breather = new Breather();

  constructor(
    private readonly tenantId: string,
    private readonly book: AddressBook,
    private readonly registry: ContactRegistry,
    private readonly groups: PersonGroups,
    private readonly tally: ImportTally,
  ) {}

  async keep(rows: readonly ProspectRow[]): Promise<void> {
    for (const row of rows.filter((each) => mayBeKept(each, this.groups, this.tally))) {
      const fate = await this.fateOf(this.book.email(row.address));
      this.tally.fate(fate, row.method);
      if (row.phone !== undefined && (fate === 'created' || fate === 'merged')) await this.phone(row.line, row.phone);
      await this.breather.pause();
    }
  }

  private async phone(line: number, number: string): Promise<void> {
    const fate = await this.fateOf(this.book.phone(number, undefined));
    if (fate === 'created') this.tally.phone();
    else this.tally.note([finding(line, 'phone', fate === 'suppressed' ? 'phone-suppressed' : 'phone-known', 'dropped')]);
  }

  private async fateOf(forms: AddressForms): Promise<RowFate> {
    if ((await this.registry.suppressionOf(this.tenantId, forms)).status !== 'clear') return 'suppressed';
    const known = await this.registry.locate(this.tenantId, forms);
    if (known !== undefined) return known.state === 'closing' ? 'deferred' : 'merged';
    if (this.seen.has(forms.loose)) return 'merged';
    this.seen.add(forms.loose);
    return 'created';
  }
}
