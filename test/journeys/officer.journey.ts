import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { afterAll, afterEach, describe, expect, it } from '@jest/globals';
import { filesContaining } from '#engine/embedded/byte-scan.fixture';
import type { EngineUnderTest } from '#test/support/engines';
import { removeTempFolders, tempFolder } from '#test/support/temp-folder';
import { waitFor } from '#test/support/wait-for';
import { DAY, erasuresDone, expectStatus, finish, finished, headOf, HOUR, importRows, journey, launch, oneClickPath, prospect, readyToSend, submit, type Journey } from './journey.js';

export function officerJourney(engine: EngineUnderTest): void {
  describe(`a compliance officer on the ${engine.name} engine`, () => {
    let on: Journey;
    afterEach(() => on?.close());
    afterAll(removeTempFolders);
    afterAll(() => engine.remove());

    it('AUD-01 AUD-02 AUD-03 AUD-04 ACC-01 SUP-08 INV-03 INV-11 INV-27 sees the clocks, replays, explains, verifies and exports', async () => {
      // Given a campaign with a message sent, a message refused, and a recipient who left
      on = await journey(engine);
      await readyToSend(on);
      await importRows(on, 'depots', [
        prospect('leaves@depots.example', on.clock), prospect('stays@depots.example', on.clock),
        prospect('private@depots.example', on.clock, { country: 'DE', recipient_type: 'private' }),
      ]);
      await launch(on, 'depots-2026-11', 'depots');
      expect(await finished(on, 'depots-2026-11')).toEqual({ handed_off: 2, refused: 1 });
      const before = on.clock.now();
      await on.moveTo(new Date(before.getTime() + HOUR));
      const letter = on.sink.messages.find(({ to }) => to.includes('leaves@depots.example'))!;
      expectStatus(200, await submit(on, await oneClickPath(letter), { 'List-Unsubscribe': 'One-Click' }));

      // When the clocks are read: the suppression is met at once, the erasure ends within 72 hours
      await erasuresDone(on, 1);
      const clocks = expectStatus(200, await on.officer.get('/v1/clocks?state=all&limit=500')).body.items as { kind: string; level: string; dueAt: string; receivedAt?: string }[];
      for (const kind of ['CL-01', 'CL-02', 'CL-05']) expect(clocks.find((clock) => clock.kind === kind)).toMatchObject({ level: 'met' });
      expect(clocks.some(({ kind }) => kind === 'CL-06') && clocks.some(({ kind }) => kind === 'CL-07')).toBe(true);
      expect(expectStatus(200, await on.officer.get('/v1/clocks?overdue=true')).body.items).toEqual([]);

      // Then the history as it was before that click can be replayed, and nothing is written or sent
      const sent = on.sink.messages.length;
      const head = await headOf(on);
      const then = await finish(on.officer, '/v1/audit/replay', { at: before.toISOString() });
      expect(then.contactsByState).toEqual({ active: 3 });
      expect(then.dispatchesByStatus).toEqual({ handed_off: 2, refused: 1 });
      expect([await headOf(on), on.sink.messages.length]).toEqual([head, sent]);

      // And each decision explains itself: the refused, the sent by its Message-ID, the erased address to its suppression only
      const [refused] = expectStatus(200, await on.officer.get('/v1/dispatches?status=refused')).body.items as { dispatchId: string }[];
      const why = await finish(on.officer, '/v1/audit/explain', { dispatchId: refused!.dispatchId });
      expect(why.dispatches[0].decisions).toMatchObject([{ outcome: 'refused', reproduced: true }]);
      const messageId = /^Message-ID: (\S+)/im.exec(on.sink.messages.find(({ to }) => to.includes('stays@depots.example'))!.raw.toString('latin1'))?.[1];
      const whySent = await finish(on.officer, '/v1/audit/explain', { messageId });
      expect(whySent.dispatches[0].decisions).toMatchObject([{ outcome: 'permitted', reproduced: true }]);
      const whyGone = await finish(on.officer, '/v1/audit/explain', { address: 'leaves@depots.example' });
      expect(whyGone).toMatchObject({ dispatches: [], suppression: expect.stringContaining('opt_out') });
      expect(whyGone.contactId).toBeUndefined();
      for (const answer of [why, whySent, whyGone]) expect(JSON.stringify(answer)).not.toMatch(/@depots\.example/);
      expect((await on.sales.post('/v1/audit/explain', { json: { messageId } })).status).toBe(403);

      // And the whole history verifies, here and by the program in the bundle, which shares no code with the product
      expect(await finish(on.officer, '/v1/audit/verify', {})).toMatchObject({ ok: true, findings: [] });
      const bundle = join(tempFolder('bundle'), 'audit');
      await finish(on.local, '/v1/audit/export', { out: bundle });
      const said = execFileSync(process.execPath, [join(bundle, 'verify-bundle.mjs'), bundle], { encoding: 'utf8', env: { ...process.env, NODE_OPTIONS: '' } });
      expect(said).toMatch(/ok|verif/i);
      expect(filesContaining(bundle, ['leaves@', 'stays@', 'private@'].map((text) => Buffer.from(text)))).toEqual([]);
    });

    it('RET-01 RET-02 SUP-03 CL-07 after three years the untouched are erased by the calendar alone, and may come again', async () => {
      // Given one person whom nobody wrote to, and one on the do-not-mail list
      on = await journey(engine);
      await readyToSend(on);
      expectStatus(200, await on.officer.post('/v1/suppressions/import', { body: 'email\nnever@quiet.example\n', headers: { 'content-type': 'text/csv' } }));
      const rows = (): ReturnType<typeof prospect>[] => [prospect('untouched@quiet.example', on.clock), prospect('never@quiet.example', on.clock)];
      expect((await importRows(on, 'quiet', rows())).counts).toMatchObject({ created: 1, suppressed: 1 });
      // When three years less two days pass, nothing happens; with the last days the case opens and ends
      await on.moveTo(new Date('2029-10-30T12:00:00.000Z'));
      expect(expectStatus(200, await on.officer.get('/v1/erasures')).body.items).toEqual([]);
      await on.moveTo(new Date('2029-11-01T12:00:00.000Z'));
      expect(await erasuresDone(on, 1)).toMatchObject([{ trigger: 'expired', state: 'completed' }]);
      expect(expectStatus(200, await on.officer.get('/v1/clocks?overdue=true&kind=CL-07')).body.items).toEqual([]);
      // Then the expired may be found again, the suppression stands
      expect((await importRows(on, 'quiet-again', rows())).counts).toMatchObject({ created: 1, suppressed: 1 });
    });

    it('LAW-04 CL-06 once the notice is past due the gate denies, and the board shows it overdue', async () => {
      // Given somebody whom the team did not write to within a month
      on = await journey(engine);
      await readyToSend(on);
      await importRows(on, 'late', [prospect('late@notice.example', on.clock)]);
      const [clock] = expectStatus(200, await on.officer.get('/v1/clocks?kind=CL-06')).body.items as { dueAt: string; level: string }[];
      expect(clock).toMatchObject({ dueAt: expect.stringMatching(/^2026-12-01T/) });
      await on.moveTo(new Date(Date.parse(clock!.dueAt) + DAY));
      // When the campaign is launched at last
      await launch(on, 'too-late', 'late');
      // Then nothing is sent, the reason is the notice, and the board says it
      expect(await finished(on, 'too-late')).toEqual({ refused: 1 });
      expect(on.sink.messages).toEqual([]);
      const [refused] = expectStatus(200, await on.officer.get('/v1/dispatches?status=refused')).body.items as { reasons: string[] }[];
      expect(refused!.reasons.join()).toMatch(/notice/);
      await waitFor('the overdue clock', async () => (await on.officer.get('/v1/clocks?overdue=true')).body.items.some(({ kind, level }: { kind: string; level: string }) => kind === 'CL-06' && level === 'overdue'));
    });
  });
}
