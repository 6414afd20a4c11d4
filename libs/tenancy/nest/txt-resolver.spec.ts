import { Resolver } from 'node:dns/promises';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { removeTempFolders, tempFolder } from '#test/support/temp-folder';
import { zoneLine } from '../domain/zone-file.js';
import { dnsServer, type DnsServer } from './dns-server.fixture.js';
import { txtResolverOver, zoneFileTxtResolver } from './txt-resolver.js';

const resolver = new Resolver();
const dns = txtResolverOver(resolver);
let server: DnsServer;
beforeAll(async () => {
  server = await dnsServer({ 's1._domainkey.sender.example': [['v=DKIM1; ', 'p=abc'], ['other']], 'broken.example': 'broken', 'empty.example': [] });
  resolver.setServers([server.address]);
});
afterAll(async () => {
  await server.close();
  removeTempFolders();
});

describe('TXT records', () => {
  it('SND-05 DNS: every record of the name, its chunks joined', async () => {
    expect((await dns.txt('s1._domainkey.sender.example')).sort()).toEqual(['other', 'v=DKIM1; p=abc']);
  });

  it('SND-05 a name that does not exist, or has no TXT record, has none', async () => {
    expect(await dns.txt('nothing.example')).toEqual([]);
    expect(await dns.txt('empty.example')).toEqual([]);
  });

  it('SND-05 DNS that does not answer proves nothing and may be asked again', async () => {
    await expect(dns.txt('broken.example')).rejects.toMatchObject({ code: 'dns-unreachable', rule: 'SND-05', retriable: true });
  });

  it('SND-05 a zone file: read anew each time, its absence is told', async () => {
    const path = join(tempFolder('zone'), 'zone.txt');
    const zone = zoneFileTxtResolver(path);
    await expect(zone.txt('a.example')).rejects.toMatchObject({ code: 'zone-file-unreadable', rule: 'SND-05' });
    writeFileSync(path, zoneLine('A.example', 'x'.repeat(400)));
    expect(await zone.txt('a.EXAMPLE.')).toEqual(['x'.repeat(400)]);
    expect(await zone.txt('b.example')).toEqual([]);
  });
});
