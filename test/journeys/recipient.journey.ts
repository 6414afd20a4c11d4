import { afterAll, afterEach, describe, expect, it } from '@jest/globals';
import type { EngineUnderTest } from '#test/support/engines';
import { removeTempFolders } from '#test/support/temp-folder';
import { smtpSink } from '#test/support/smtp-sink';
import { waitFor } from '#test/support/wait-for';
import { linksOf } from './letter.js';
import { erasuresDone, expectStatus, finished, headOf, HOUR, importRows, journey, launch, nobody, oneClickPath, prospect, readyToSend, submit, type Journey } from './journey.js';

export function recipientJourney(engine: EngineUnderTest): void {
  const NAMES = ['Canary-Clicks', 'Canary-Presses', 'Canary-Types', 'stays-one', 'stays-two', 'stays-three'];
  const address = (name: string): string => `${name}@birds.example`;
  const mailedTo = (on: Journey, name: string) => on.sink.messages.filter(({ to }) => to.includes(address(name)));

  describe(`a recipient on the ${engine.name} engine`, () => {
    let on: Journey;
    afterEach(() => on?.close());
    afterAll(removeTempFolders);
    afterAll(() => engine.remove());

    it('OPT-02 OPT-03 OPT-04 OPT-06 OPT-07 SUP-04 ERA-03 ERA-07 INV-02 INV-05 INV-07 looks, leaves by each way and is forgotten within 72 hours, everywhere', async () => {
      // Given six people of whom three have mail so far; the keys are read while nothing has the folder open
      on = await journey(engine);
      const first = on;
      await readyToSend(first);
      expect((await importRows(first, 'birds', NAMES.map((name) => prospect(address(name), first.clock)))).counts).toMatchObject({ created: 6 });
      await first.close();
      const keys = (await engine.wrappedKeys(first.config)).filter(({ destroyed }) => !destroyed).map(({ wrapped }) => wrapped);
      expect(keys.length).toBeGreaterThanOrEqual(6);
      on = await reopened(first, engine);
      await launch(on, 'birdsong', 'birds', 3);
      await waitFor('three messages on record', async () => (await on.sales.get('/v1/campaigns/birdsong')).body.counts['handed_off'] === 3);
      await on.app.nudge();
      const [mailed, waiting] = [NAMES.filter((name) => mailedTo(on, name).length > 0), NAMES.filter((name) => mailedTo(on, name).length === 0)];
      const [clicks = '', presses = '', types = ''] = [mailed[0], mailed[1], waiting[0]];

      // When link scanners look at everything, nothing happens
      const stranger = await nobody(on);
      const head = await headOf(on);
      for (const message of on.sink.messages) {
        for (const link of [...(await linksOf(message)), `http://127.0.0.1:3000${await oneClickPath(message)}`]) {
          const { origin, pathname } = new URL(link);
          if (origin !== 'http://127.0.0.1:3000') continue;
          expectStatus(200, await stranger.get(pathname));
          expectStatus(200, await stranger.send('HEAD', pathname));
        }
      }
      expect(await headOf(on)).toBe(head);

      // When one clicks in the mail program, one presses the button and one types an address whose message has not left
      const path = await oneClickPath(mailedTo(on, clicks)[0]!);
      const clicked = expectStatus(200, await submit(on, path, { 'List-Unsubscribe': 'One-Click' }));
      expect(clicked.headers['set-cookie']).toBeUndefined();
      const page = expectStatus(200, await submit(on, await oneClickPath(mailedTo(on, presses)[0]!), { choice: 'everything' }));
      expect(page.body).toContain('Pakiruum Scanners');
      expect(page.body).toMatch(/2026-11-05|5 November 2026/);
      expectStatus(200, await submit(on, '/u', { address: address(types).toUpperCase() }));
      const received = on.clock.now().getTime();
      expect(await finished(on, 'birdsong')).toMatchObject({ handed_off: 5 });

      // Then the third never gets a message, and all three are proved erased in time
      expect(mailedTo(on, types)).toEqual([]);
      expect([clicks, presses].map((name) => mailedTo(on, name).length)).toEqual([1, 1]);
      await on.moveTo(new Date(received + HOUR));
      const cases = await erasuresDone(on, 3);
      expect(cases).toHaveLength(3);
      for (const { completedAt, dueAt, receivedAt, caseId } of cases) {
        expect(Date.parse(completedAt)).toBeLessThanOrEqual(Date.parse(dueAt));
        expect(Date.parse(dueAt) - Date.parse(receivedAt)).toBeLessThanOrEqual(72 * HOUR);
        expect(expectStatus(200, await on.officer.get(`/v1/erasures/${caseId}`)).body).toMatchObject({ state: 'completed', intact: true });
        const proof = expectStatus(200, await on.officer.get(`/v1/erasures/${caseId}?format=text`)).body as string;
        expect(proof).toContain(caseId);
        expect(proof).not.toMatch(/birds\.example/);
      }

      // And the same list again brings none of them back, nor does a click on the old link fail
      const left = [clicks, presses, types];
      const again = await importRows(on, 'birds-again', NAMES.map((name) => prospect(address(name).toLowerCase(), on.clock)));
      expect(again.counts).toMatchObject({ suppressed: 3, merged: 3 });
      expectStatus(200, await submit(on, path, { 'List-Unsubscribe': 'One-Click' }));
      await on.app.nudge();

      // And no place holds a byte of them or of their keys
      await on.close();
      const kept = await engine.wrappedKeys(on.config);
      expect(kept.filter(({ destroyed }) => destroyed).length).toBeGreaterThanOrEqual(3);
      const alive = new Set(kept.filter(({ destroyed }) => !destroyed).map(({ wrapped }) => wrapped.toString('hex')));
      const dead = keys.filter((wrapped) => !alive.has(wrapped.toString('hex')));
      expect(dead).toHaveLength(3);
      const needles = left.flatMap((name) => [address(name), address(name).toLowerCase(), address(name).toUpperCase()]).map((text) => Buffer.from(text));
      expect(await engine.placesContaining(on.config, [...needles, ...dead])).toEqual([]);
      expect(on.logged.join('').match(/birds\.example/i)).toBeNull();
    });
  });
}

/** The same installation and calendar in a new process life, with mailboxes of its own on the same port. */
async function reopened({ config, clock }: Journey, engine: EngineUnderTest): Promise<Journey> {
  const sink = await smtpSink();
  const smtp = Object.fromEntries(Object.entries(config.smtp).map(([name, account]) => [name, { ...account, port: sink.port }]));
  const app = await engine.run({ config: { ...config, smtp }, clock });
  return { ...app, sink, sales: await app.as('sales'), officer: await app.as('officer'), close: async () => (await app.close(), sink.close()) };
}
