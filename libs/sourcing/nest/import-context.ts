import type { AddressBook } from '#contracts/api/address-book';
import type { ContactRegistry } from '#engine/contact-registry/contact-registry.port';
import type { EventMeta } from '#engine/event-log/event-codec';
import type { EventLog } from '#engine/event-log/event-log';
import type { KeyVault } from '#engine/key-vault/key-vault.port';
import type { ImportTally } from '../domain/import-report.js';
import type { RetentionRule } from '../domain/prospect.decider.js';
import type { PersonGroups } from './person-groups.js';

/** What the parts of one running import share. */
export interface ImportContext {
  readonly importId: string;
  readonly meta: EventMeta;
  readonly rule: RetentionRule;
  readonly groups: PersonGroups;
  readonly tally: ImportTally;
  readonly log: EventLog;
  readonly vault: KeyVault;
  readonly registry: ContactRegistry;
  readonly book: AddressBook;
}
