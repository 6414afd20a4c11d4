import { createHash, randomBytes } from 'node:crypto';
import { domainAndParents } from '#kernel/address/domain-name';
import { randomId } from '#kernel/ids';
import { commitOf, preparedEvent } from '#engine/event-store/prepared-event.fixture';
import type { AddressForms, AddressRow, Channel, CreateContact, OptOutRequest, SuppressionEntry } from './contact-registry.port.js';

const hashed = (text: string) => createHash('sha256').update(text).digest('base64url');

/** Forms of a made-up address: `spelling` varies the strict form, `domain` the domain. */
export function formsOf(address: string, { spelling = '', domain = 'firm.example', channel = 'email' }: { spelling?: string; domain?: string; channel?: Channel } = {}): AddressForms {
  const strict = hashed(`strict ${channel} ${address} ${spelling}`);
  const loose = hashed(`loose ${channel} ${address}`);
  return channel === 'email' ? { channel, strict, loose, domains: domainAndParents(domain).map((one) => hashed(`domain ${one}`)) } : { channel, strict, loose };
}

export function domainEntry(domain: string, tenantId = 'tenant-a'): Omit<SuppressionEntry, 'rev'> {
  const hash = hashed(`domain ${domain}`);
  return { tenantId, kind: 'domain', strict: hash, loose: hash, keyVersion: 1, scope: 'all_marketing', reason: 'imported', day: '2026-11-02' };
}

export function entryOf(forms: AddressForms, tenantId = 'tenant-a'): Omit<SuppressionEntry, 'rev'> {
  return { tenantId, kind: forms.channel, strict: forms.strict, loose: forms.loose, keyVersion: 1, scope: 'all_marketing', reason: 'imported', day: '2026-11-02' };
}

/** A new contact of a new person unless told otherwise, with the commits that make it. */
export function newContact(forms: AddressForms, { tenantId = 'tenant-a', prospectId = randomId(randomBytes, 'prospect') } = {}): CreateContact {
  const contactId = randomId(randomBytes, 'contact');
  const commits = [
    commitOf({ streamId: contactId, expected: 0, events: [preparedEvent('ContactPointLinked')] }),
    commitOf({ streamId: prospectId, events: [preparedEvent('ContactPointAdded')] }),
  ];
  return { tenantId, prospectId, contactId, forms, commits };
}

export function optOutOf(forms: AddressForms, { tenantId = 'tenant-a', day = '2026-11-03', reason = 'opt_out' as const } = {}): OptOutRequest {
  const commitFor = (row: AddressRow) => commitOf({ streamId: row.contactId, events: [preparedEvent('OptOutRecorded')] });
  return { tenantId, forms, reason, keyVersion: 1, day, commitFor };
}
