import { generateKeyPairSync } from 'node:crypto';
import { readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { dkimPublicRecord, loadDkimKey } from '#kernel/dkim/dkim-key';
import type { Actor } from '#kernel/envelope';
import { testEngine, type TestEngine } from '#test/support/engine';
import { TEST_COMPANY, testInstallation } from '#test/support/installation';
import { removeTempFolders } from '#test/support/temp-folder';
import { waitFor } from '#test/support/wait-for';
import { zoneLine } from '../domain/zone-file.js';
import type { LoadedConfig } from './config-file.js';
import { TenancyService } from './tenancy.service.js';
import { zoneFileTxtResolver, type TxtResolver } from './txt-resolver.js';

const officer: Actor = { kind: 'api_key', id: 'key-of-an-officer' };
const ASSESSMENT = {
  id: 'lia-2026-01', purpose: 'outreach',
  interest: 'We want to tell people who run warehouses that our scanners exist.',
  necessity: 'Advertising elsewhere does not reach the few people who choose scanners.',
  balancing: 'We write once to a work address, about work, and one click stops it for ever.',
  assessedBy: 'officer', assessedOn: '2026-10-01',
};

let world: TestEngine;
let config: LoadedConfig;
beforeEach(async () => {
  world = await testEngine();
  config = await testInstallation();
});
afterEach(() => world.engine.close());
afterAll(removeTempFolders);

async function started(given: LoadedConfig = config, resolver: TxtResolver = zoneFileTxtResolver(config.dnsZoneFile!)): Promise<TenancyService> {
  const service = new TenancyService(world.log, given, resolver);
  await service.start();
  return service;
}
const recorded = async () => (await world.log.load('tenant-main')).map(({ type }) => type);

describe('tenancy', () => {
  it('ROL-07 POL-01 (partly) the first start records settings, identity and senders; the same file again records nothing', async () => {
    const first = await started();
    expect(await recorded()).toEqual(['SettingsActivated', 'IdentityRecorded', 'SenderRecorded']);
    expect((await started()).policyVersion()).toBe(first.policyVersion());
    expect(await recorded()).toHaveLength(3);
    expect(first.identity()).toMatchObject({ version: 1, publicUrl: 'http://127.0.0.1:3000', identity: { name: TEST_COMPANY.name } });
  });

  it('ROL-07 POL-01 (partly) each changed part of the file is one new version of just that part', async () => {
    const before = await started();
    const moved = await started({ ...config, company: { ...config.company, name: 'Renamed OÜ' } });
    expect((await recorded()).slice(3)).toEqual(['IdentityRecorded']);
    expect(moved.identity()).toMatchObject({ version: 2, identity: { name: 'Renamed OÜ' } });
    const stricter = await started({ ...config, company: { ...config.company, name: 'Renamed OÜ' }, settings: { ...config.settings, 'optout.erasureMaxHours': 24 } });
    expect((await recorded()).slice(4)).toEqual(['SettingsActivated']);
    expect(stricter.policyVersion()).not.toBe(before.policyVersion());
    expect(stricter.setting('optout.erasureMaxHours')).toBe(24);
    const events = await world.log.load('tenant-main');
    expect(events.at(-1)!.actor).toEqual({ kind: 'system', id: 'configuration' });
  });

  it.each(['no.such', 'constructor'])('POL-05 %s is no setting', async (key) => {
    const service = await started();
    expect(() => service.setting(key)).toThrow('There is no setting');
  });

  it('SND-05 our key in the zone file verifies the sender, once, and the event says how', async () => {
    const service = await started();
    expect(service.sender('sales')).toMatchObject({ version: 1, verifiedBy: undefined, replyToAttested: true, dkim: { domain: 'sender.example', selector: 'outright' } });
    expect(await service.verifySender('sales', officer)).toMatchObject({ verifiedBy: 'zone_file' });
    await service.verifySender('sales', officer);
    const events = (await world.log.load('tenant-main')).filter(({ type }) => type === 'SenderVerified');
    expect(events.map(({ actor, data }) => [actor, data['resolver']])).toEqual([[officer, 'zone_file']]);
  });

  it('SND-05 a proof by zone file is worth nothing once an SMTP account leaves this machine', async () => {
    await (await started()).verifySender('sales', officer);
    const beyond = { ...config, smtp: { main: { host: 'mx.relay.example', port: 587, security: 'starttls' as const } } };
    expect((await started(beyond)).sender('sales')).toMatchObject({ verifiedBy: undefined });
    const published = zoneFileTxtResolver(config.dnsZoneFile!);
    const service = await started(beyond, { kind: 'dns', txt: (name) => published.txt(name) });
    expect(await service.verifySender('sales', officer)).toMatchObject({ verifiedBy: 'dns' });
  });

  it.each([
    ['nothing', () => '', 'There is no TXT record'],
    ['another key', () => zoneLine('outright._domainkey.sender.example', `v=DKIM1; k=rsa; p=${generateKeyPairSync('rsa', { modulusLength: 2048 }).publicKey.export({ type: 'spki', format: 'der' }).toString('base64')}`), 'is not our key'],
    ['a revoked key', () => zoneLine('outright._domainkey.sender.example', 'v=DKIM1; k=rsa; p='), 'is not our key'],
    ['our key at another selector', (ours: string) => ours.replace('outright.', 'elsewhere.'), 'There is no TXT record'],
  ])('SND-05 with %s published the sender stays unverified and is told what to publish', async (_what, zone, why) => {
    writeFileSync(config.dnsZoneFile!, zone(readFileSync(config.dnsZoneFile!, 'utf8')));
    const service = await started();
    const refusal = service.verifySender('sales', officer);
    await expect(refusal).rejects.toMatchObject({ code: 'sender-not-verified', rule: 'SND-05', exit: 3, message: expect.stringContaining(why), fix: expect.stringContaining('v=DKIM1; k=rsa; p=MII') });
    expect(service.sender('sales')).toMatchObject({ verifiedBy: undefined });
    expect(await recorded()).not.toContain('SenderVerified');
  });

  it('SND-05 an unknown sender, one without DKIM and one whose key file is gone cannot be verified', async () => {
    const bare = { ...config, senders: { ...config.senders, bare: { fromName: 'B', fromAddress: 'b@sender.example', replyToMonitored: false } } };
    const service = await started(bare);
    await expect(service.verifySender('nobody', officer)).rejects.toMatchObject({ code: 'unknown-sender' });
    await expect(service.verifySender('constructor', officer)).rejects.toMatchObject({ code: 'unknown-sender' });
    await expect(service.verifySender('bare', officer)).rejects.toMatchObject({ code: 'sender-without-dkim', rule: 'SND-05' });
    rmSync(config.senders['sales']!.dkim!.keyFile);
    await expect((await started()).verifySender('sales', officer)).rejects.toMatchObject({ code: 'dkim-key-unreadable' });
  });

  it('SND-05 a reply-to that nobody reads is not attested', async () => {
    const unread = { ...config, senders: { sales: { ...config.senders['sales']!, replyToMonitored: false } } };
    expect((await started(unread)).sender('sales')).toMatchObject({ version: 1, replyToAttested: false });
    expect((await started()).sender('sales')).toMatchObject({ version: 2, replyToAttested: true });
  });

  it('SND-05 SEC-02 a new sender is written into the file with a key of its own, mode 0600, and says what to publish', async () => {
    const service = await started();
    const { publish, ...view } = await service.addSender('support', { fromName: 'Jaan', fromAddress: 'support@help.example', replyToMonitored: false, dkimSelector: 's2' });
    expect(view).toMatchObject({ senderId: 'support', version: 1, verifiedBy: undefined });
    expect(publish).toMatchObject({ name: 's2._domainkey.help.example', value: expect.stringMatching(/^v=DKIM1; k=rsa; p=MII/) });
    const keyFile = join(config.path, '..', 'secrets', 's2._domainkey.help.example.pem');
    expect(statSync(keyFile).mode & 0o777).toBe(0o600);
    expect(readFileSync(config.path, 'utf8')).not.toContain('PRIVATE KEY');
    writeFileSync(config.dnsZoneFile!, zoneLine(publish!.name, publish!.value));
    expect(await service.verifySender('support', officer)).toMatchObject({ verifiedBy: 'zone_file' });
    const again = await service.addSender('support', { fromName: 'Jaan Tamm', fromAddress: 'support@help.example', replyToMonitored: false, dkimSelector: 's2' });
    expect(again).toMatchObject({ version: 2, verifiedBy: undefined, publish });
  });

  it('SND-05 SND-07 a second sender of a domain signs with the key of the first, and breaks nothing', async () => {
    const service = await started();
    await service.verifySender('sales', officer);
    const before = service.dkimKey('sales');
    const { publish } = await service.addSender('events', { fromName: 'Events', fromAddress: 'events@SENDER.example', replyToMonitored: false, dkimSelector: 'Outright' });
    expect(publish!.name).toBe('outright._domainkey.sender.example');
    expect([service.dkimKey('events'), service.dkimKey('sales')]).toEqual([before, before]);
    expect(service.sender('events')).toMatchObject({ verifiedBy: undefined });
    expect(await service.verifySender('events', officer)).toMatchObject({ verifiedBy: 'zone_file' });
    writeFileSync(config.dnsZoneFile!, '');
    await expect(service.verifySender('events', officer)).rejects.toMatchObject({ message: expect.stringContaining(`at ${publish!.name}.`), fix: expect.stringContaining(`at ${publish!.name}:`) });
    expect(service.sender('sales')).toMatchObject({ verifiedBy: 'zone_file' });
  });

  it('SND-07 the same sender again keeps the key file that it names; a fresh selector or another domain gets a key of its own', async () => {
    const service = await started();
    const sales = { fromName: 'Mari', fromAddress: 'sales@sender.example', replyToMonitored: false };
    const first = service.dkimKey('sales');
    await service.addSender('sales', { ...sales, dkimSelector: 'outright' });
    expect(service.dkimKey('sales')).toBe(first);
    await service.addSender('rotated', { ...sales, dkimSelector: 's2027' });
    await service.addSender('elsewhere', { ...sales, fromAddress: 'sales@other.example', dkimSelector: 'outright' });
    expect(new Set(['sales', 'rotated', 'elsewhere'].map((id) => service.dkimKey(id))).size).toBe(3);
  });

  it('SND-05 an address whose domain is no name in DNS gets no key and changes nothing', async () => {
    const service = await started();
    const before = readFileSync(config.path, 'utf8');
    await expect(service.addSender('odd', { fromName: 'Odd', fromAddress: 'odd@../../elsewhere', replyToMonitored: false, dkimSelector: 'outright' })).rejects.toMatchObject({ code: 'bad-sender-domain', rule: 'SND-05' });
    expect(readFileSync(config.path, 'utf8')).toBe(before);
  });

  it('SND-05 a key that was replaced on disk is not the one that was verified, now and after a restart', async () => {
    const service = await started();
    const file = config.senders['sales']!.dkim!.keyFile;
    const first = readFileSync(file, 'utf8');
    expect(await service.verifySender('sales', officer)).toMatchObject({ verifiedBy: 'zone_file' });
    const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
    writeFileSync(file, privateKey.export({ type: 'pkcs8', format: 'pem' }));
    await waitFor('the new key to be noticed', () => service.sender('sales')!.verifiedBy === undefined);
    expect((await started()).sender('sales')).toMatchObject({ version: 1, verifiedBy: undefined });
    await expect(service.verifySender('sales', officer)).rejects.toMatchObject({ code: 'sender-not-verified' });
    writeFileSync(config.dnsZoneFile!, zoneLine('outright._domainkey.sender.example', dkimPublicRecord(loadDkimKey(privateKey))));
    expect(await service.verifySender('sales', officer)).toMatchObject({ verifiedBy: 'zone_file' });
    writeFileSync(file, first);
    expect((await started()).sender('sales')).toMatchObject({ verifiedBy: undefined });
    rmSync(file);
    expect((await started()).sender('sales')).toMatchObject({ verifiedBy: undefined });
  });

  it('a sender that would make the file invalid changes neither the file nor the log', async () => {
    const service = await started();
    const before = readFileSync(config.path, 'utf8');
    await expect(service.addSender('support', { fromName: 'J', fromAddress: 'support@help.example', replyToMonitored: false, smtp: 'nowhere' })).rejects.toMatchObject({ code: 'bad-config' });
    expect(readFileSync(config.path, 'utf8')).toBe(before);
    expect(await recorded()).toHaveLength(3);
  });

  it('LAW-02 an assessment is added, approved once by whom the log names, and stays after a restart', async () => {
    const service = await started();
    expect(await service.addLia(ASSESSMENT, officer)).toMatchObject({ liaId: 'lia-2026-01', approvedAt: undefined });
    const approved = await service.approveLia('lia-2026-01', officer);
    expect(approved).toMatchObject({ interest: ASSESSMENT.interest, approvedAt: expect.stringMatching(/^2026-11-02T09:/) });
    world.clock.advance(86_400_000);
    expect(await service.approveLia('lia-2026-01', officer)).toEqual(approved);
    expect((await started()).lias()).toEqual([approved]);
    const events = (await world.log.load('tenant-main')).slice(3);
    expect(events.map(({ type, actor }) => `${type} ${actor.id}`)).toEqual(['LiaRecorded key-of-an-officer', 'LiaApproved key-of-an-officer']);
  });

  it('LAW-02 an incomplete, a changed and an unknown assessment are refused', async () => {
    const service = await started();
    await expect(service.addLia({ ...ASSESSMENT, balancing: '' }, officer)).rejects.toMatchObject({ code: 'lia-incomplete', rule: 'LAW-02' });
    await service.addLia(ASSESSMENT, officer);
    await expect(service.addLia({ ...ASSESSMENT, interest: `${ASSESSMENT.interest} Now.` }, officer)).rejects.toMatchObject({ code: 'lia-exists', rule: 'LAW-02' });
    for (const id of ['lia-none', 'constructor']) {
      await expect(service.approveLia(id, officer)).rejects.toMatchObject({ code: 'unknown-lia' });
      expect(service.lia(id)).toBeUndefined();
    }
  });

  it('INV-07 (partly) the tenant stream shows no key and no secret', async () => {
    await (await started()).verifySender('sales', officer);
    const bytes = (await world.engine.store.load('tenant-main')).map((event) => event.bytes.toString());
    expect(bytes.join()).not.toMatch(/PRIVATE|secrets\//);
  });
});
