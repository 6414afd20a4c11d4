import { readFileSync } from 'node:fs';
import { afterAll, afterEach, describe, expect, it } from '@jest/globals';
import type { EngineUnderTest } from '#test/support/engines';
import { removeTempFolders } from '#test/support/temp-folder';
import { dkimOf, headerOf, linksOf, parsed } from './letter.js';
import { campaign, expectStatus, finished, importRows, journey, launch, nobody, prospect, readyToSend, type Journey } from './journey.js';

export function salesJourney(engine: EngineUnderTest): void {
  describe(`a sales team on the ${engine.name} engine`, () => {
    let on: Journey;
    afterEach(() => on?.close());
    afterAll(removeTempFolders);
    afterAll(() => engine.remove());

    it('SND-02 SND-03 SND-06 SND-07 OPT-01 LAW-05 ROL-07 from a list to messages that other programs accept', async () => {
      // Given a verified sender, an approved assessment and a list with one row that says nothing of its source
      on = await journey(engine);
      await readyToSend(on);
      const rows = ['kati@warehouse.example', 'Peeter+fair@depot.example', 'info@laoõu.example'].map((email) => prospect(email, on.clock));
      const report = await importRows(on, 'fair', [...rows, prospect('nobody-knows@depot.example', on.clock, { source_url: '' })]);
      expect(report.counts).toMatchObject({ rows: 4, created: 3, refused: 1 });
      expect(report.findings[0]).toMatchObject({ line: 5, fix: expect.any(String) });

      // When the team checks, tests and launches the campaign
      const check = expectStatus(200, await on.sales.post('/v1/campaigns/check', { json: campaign('scanners', 'fair') })).body;
      expect(check).toMatchObject({ launchable: true, forecast: { audience: 3, eligible: 3, refused: 0 } });
      const test = expectStatus(200, await on.sales.post('/v1/campaigns/scanners/test', { json: campaign('scanners', 'fair') })).body;
      expect(test.sent).toMatchObject([{ outcome: 'handed-off' }]);
      const unanswered = await on.sales.post('/v1/campaigns/scanners/launch', { json: campaign('scanners', 'fair') });
      expect(unanswered.status).toBeGreaterThanOrEqual(400);
      await launch(on, 'scanners', 'fair');
      expect(await finished(on, 'scanners')).toEqual({ handed_off: 3 });

      // Then each recipient has one message of their own, signed, with both ways out in it
      const [toTeam, ...delivered] = on.sink.messages;
      expect(toTeam?.to).toEqual(['colleague@sender.example']);
      expect(delivered.map(({ to }) => to.join()).sort()).toEqual(['Peeter+fair@depot.example', 'info@laoõu.example', 'kati@warehouse.example'].sort());
      const zone = readFileSync(on.config.dnsZoneFile!, 'utf8');
      for (const message of delivered) {
        const mail = await parsed(message);
        const uri = /^<(http:\/\/127\.0\.0\.1:3000\/u\/[A-Za-z0-9_-]+)>$/.exec(headerOf(mail, 'list-unsubscribe') ?? '')?.[1];
        expect(uri).toBeDefined();
        expect(headerOf(mail, 'list-unsubscribe-post')).toBe('List-Unsubscribe=One-Click');
        expect(mail.from).toMatchObject({ name: 'Mari of Pakiruum', address: 'sales@sender.example' });
        expect(mail.to).toHaveLength(1);
        for (const part of [mail.text, mail.html]) {
          expect(part).toContain('Pakiruum Scanners OÜ');
          expect(part).toContain('Tartu mnt 83');
          expect(part).toContain(uri!);
        }
        const { result, domain, signed } = await dkimOf(message, zone);
        expect([result, domain]).toEqual(['pass', 'sender.example']);
        expect(signed).toEqual(expect.arrayContaining(['list-unsubscribe', 'list-unsubscribe-post', 'from', 'to', 'subject', 'date', 'message-id']));
        const names = mail.headers.map(({ key }) => key);
        for (const once of ['from', 'to', 'subject', 'date', 'message-id', 'list-unsubscribe', 'list-unsubscribe-post']) expect(names.filter((name) => name === once)).toHaveLength(1);
      }
      const links = (await linksOf(delivered[0]!)).map((link) => new URL(link).pathname);
      expect(links).toContain('/privacy');
      const privacy = await (await nobody(on)).get('/privacy');
      expect(privacy).toMatchObject({ status: 200, body: expect.stringContaining('Finding customers for barcode scanners among companies that run warehouses.') });

      // And a second launch of the same campaign sends nothing more
      await launch(on, 'scanners', 'fair');
      await on.app.nudge();
      expect(on.sink.messages).toHaveLength(4);
    });
  });
}
