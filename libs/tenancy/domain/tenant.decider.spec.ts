import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { foldEvents } from '#kernel/decider';
import { given } from '#kernel/decider-spec';
import { tenantDecider, type TenantCommand, type TenantEvent } from './tenant.decider.js';

const identity = {
  name: 'Pakiruum Scanners OÜ', establishmentCountry: 'EE', privacyContact: 'privacy@sender.example',
  postalAddress: { street: 'Tartu mnt 83', locality: 'Tallinn', postcode: '10115', country: 'EE' },
};
const publicUrl = 'https://mail.sender.example';
const recordIdentity = (name = identity.name): TenantCommand => ({ kind: 'record-identity', identity: { ...identity, name }, publicUrl });
const recordSender = (fromName = 'Mari', senderId = 'sales'): TenantCommand => ({ kind: 'record-sender', sender: { senderId, fromName, fromAddress: 'sales@sender.example', replyToAttested: true, dkim: { domain: 'sender.example', selector: 's1' } } });
const verify = (senderId = 'sales', resolver: 'dns' | 'zone_file' = 'dns'): TenantCommand => ({ kind: 'verify-sender', verified: { senderId, resolver, selector: 's1', domain: 'sender.example' } });
const recordLia = (interest = 'To tell warehouses of scanners.', liaId = 'lia-1', recordedAt = '2026-11-02T09:00:00.000Z'): TenantCommand => ({ kind: 'record-lia', lia: { liaId, interest, necessity: 'n', balancing: 'b', recordedAt } });
const approve = (liaId = 'lia-1'): TenantCommand => ({ kind: 'approve-lia', liaId, approvedAt: '2026-11-03T09:00:00.000Z' });
const activate = (policyVersion = 'policy-1'): TenantCommand => ({ kind: 'activate-settings', settings: { policyVersion, settings: { 'optout.erasureMaxHours': 72 } } });

/** The history that these commands make, one after the other. */
function after(...commands: TenantCommand[]): TenantEvent[] {
  return commands.reduce<TenantEvent[]>((history, command) => [...history, ...(given(tenantDecider, history).when(command).events ?? [])], []);
}
const decide = (history: TenantCommand[], command: TenantCommand) => given(tenantDecider, after(...history)).when(command);

describe('tenant', () => {
  it('ROL-07 POL-01 (partly) each change of the identity is a version of its own; the same again is no event', () => {
    expect(decide([], recordIdentity()).events).toEqual([{ type: 'IdentityRecorded', data: { version: 1, identity, publicUrl } }]);
    expect(decide([recordIdentity()], recordIdentity()).events).toEqual([]);
    expect(decide([recordIdentity()], recordIdentity('New Name OÜ')).events).toMatchObject([{ data: { version: 2 } }]);
    expect(decide([recordIdentity(), recordIdentity('New Name OÜ')], recordIdentity()).events).toMatchObject([{ data: { version: 3 } }]);
  });

  it('a key whose value is undefined is the same as no key', () => {
    const command = { kind: 'record-identity', identity: { ...identity, dpo: undefined }, publicUrl } as unknown as TenantCommand;
    expect(decide([recordIdentity()], command).events).toEqual([]);
  });

  it('SND-05 a changed sender is a new version and must be verified again', () => {
    const changed = after(recordSender(), verify(), recordSender('Mari of Pakiruum'));
    expect(changed.map(({ type }) => type)).toEqual(['SenderRecorded', 'SenderVerified', 'SenderRecorded']);
    expect(given(tenantDecider, changed).state.senders['sales']).toMatchObject({ version: 2, fromName: 'Mari of Pakiruum' });
    expect(given(tenantDecider, changed).state.senders['sales']).not.toHaveProperty('verified');
    expect(given(tenantDecider, changed).when(verify()).events).toMatchObject([{ data: { version: 2 } }]);
  });

  it('SND-05 a proof of an older version proves nothing of the newest', () => {
    const late: TenantEvent = { type: 'SenderVerified', data: { senderId: 'sales', version: 1, resolver: 'dns', selector: 's1', domain: 'sender.example' } };
    expect(given(tenantDecider, [...after(recordSender(), recordSender('Other')), late]).state.senders['sales']).not.toHaveProperty('verified');
  });

  it('SND-05 verified by DNS after the zone file is news; verified twice the same way is not', () => {
    expect(decide([recordSender(), verify('sales', 'zone_file')], verify('sales', 'zone_file')).events).toEqual([]);
    expect(decide([recordSender(), verify('sales', 'zone_file')], verify('sales', 'dns')).events).toMatchObject([{ data: { resolver: 'dns' } }]);
  });

  it('LAW-02 an assessment is recorded once and approved once; the same text again is no event, whenever it comes', () => {
    expect(decide([], recordLia()).events).toHaveLength(1);
    expect(decide([recordLia()], recordLia(undefined, undefined, '2027-01-01T00:00:00.000Z')).events).toEqual([]);
    expect(decide([recordLia()], approve()).events).toHaveLength(1);
    expect(decide([recordLia(), approve()], approve()).events).toEqual([]);
    expect(decide([recordLia(), approve()], recordLia()).events).toEqual([]);
  });

  it('LAW-02 a recorded text never changes, approved or not', () => {
    for (const history of [[recordLia()], [recordLia(), approve()]]) {
      expect(decide(history, recordLia('Another interest altogether.')).error).toMatchObject({ code: 'lia-exists', rule: 'LAW-02', exit: 3 });
    }
  });

  it.each(['lia-2', 'constructor', 'toString', '__proto__'])('LAW-02 nobody can approve %s, which nobody wrote', (liaId) => {
    expect(decide([recordLia()], approve(liaId)).error).toMatchObject({ code: 'unknown-lia', rule: 'LAW-02', status: 404 });
    expect(decide([recordSender()], verify(liaId)).error).toMatchObject({ code: 'unknown-sender', status: 404 });
  });

  it('LAW-02 SND-05 an id that the language uses itself is an id like any other', () => {
    const history = after(recordLia(undefined, 'constructor'), approve('constructor'), recordSender('Mari', 'constructor'), verify('constructor'));
    expect(history.map(({ type }) => type)).toEqual(['LiaRecorded', 'LiaApproved', 'SenderRecorded', 'SenderVerified']);
    expect(given(tenantDecider, history).state.lias['constructor']).toMatchObject({ approvedAt: '2026-11-03T09:00:00.000Z' });
  });

  it('INV-12 (partly) any command twice is once, versions have no gap, and the state survives JSON', () => {
    const some = fc.constantFrom<TenantCommand>(
      recordIdentity(), recordIdentity('Other OÜ'), recordSender(), recordSender('Other'), recordSender('Jaan', 'support'), verify(), verify('sales', 'zone_file'), verify('support'),
      activate(), activate('policy-2'), recordLia(), recordLia('Other'), recordLia(undefined, 'lia-2'), approve(), approve('lia-2'));
    fc.assert(fc.property(fc.array(some, { maxLength: 25 }), (commands) => {
      const history = after(...commands);
      expect(after(...commands.flatMap((command) => [command, command]))).toEqual(history);
      const versions = (type: string, of: (event: TenantEvent) => unknown) => history.filter((event) => event.type === type && of(event)).map(({ data }) => (data as { version: number }).version);
      for (const found of [versions('IdentityRecorded', () => true), versions('SenderRecorded', ({ data }) => 'senderId' in data && data.senderId === 'sales')]) {
        expect(found).toEqual(found.map((_, n) => n + 1));
      }
      const state = foldEvents(tenantDecider as never, history as never);
      expect(JSON.parse(JSON.stringify(state))).toEqual(JSON.parse(JSON.stringify(structuredClone(state))));
      for (const command of commands) if (given(tenantDecider, history).when(command).events?.length === 0) expect(given(tenantDecider, JSON.parse(JSON.stringify(history)) as TenantEvent[]).when(command).events).toEqual([]);
    }), { numRuns: 60 });
  });
});
