import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { realSink } from '#bench/support/real-sink';
import { sendingRig } from '#bench/support/sending-rig';
import { SmtpMailTransport } from '#engine/mail-transport/smtp.mail-transport';
import { waitFor } from '#test/support/wait-for';

const OVER = ['finished', 'cancelled'];
const smtp = (port: number) => new SmtpMailTransport({ host: '127.0.0.1', port, security: 'none', clientName: 'localhost' });

describe('steering a campaign', () => {
  it('SND-10 INV-02 pause, resume, cancel and restart at any moment repeat nobody and skip nobody', async () => {
    const sink = await realSink();
    let rig = await sendingRig({ transport: smtp(sink.port), connections: 3 });
    await rig.addPeople(Array.from({ length: 15 }, (_, i) => `p${i}@buyer.example`));
    await rig.runner.start();
    let serial = 0;
    const steps = fc.array(fc.record({ act: fc.constantFrom('Pause' as const, 'Resume' as const, 'Restart' as const), after: fc.nat(8) }), { maxLength: 6 });
    await fc.assert(fc.asyncProperty(steps, fc.boolean(), async (drawn, cancels) => {
      const before = sink.received.length;
      const { campaignId } = await rig.launch({ name: `steered-${(serial += 1)}` });
      for (const { act, after } of drawn) {
        await waitFor('some messages', async () => sink.received.length >= before + after || (await rig.reader.byId(campaignId))?.state !== 'running');
        if (OVER.includes((await rig.reader.byId(campaignId))?.state ?? '')) break;
        if (act === 'Restart') {
          await rig.runner.stop();
          rig = await rig.again(smtp(sink.port));
          await rig.runner.start();
        } else await rig.steer(campaignId, act).catch((error: unknown) => expect(error).toMatchObject({ code: 'campaign-finished' }));
        if (act === 'Pause') {
          const sent = (await rig.history()).filter(({ type }) => type === 'DispatchAuthorized').length;
          await new Promise((resolve) => setImmediate(resolve));
          expect((await rig.history()).filter(({ type }) => type === 'DispatchAuthorized')).toHaveLength(sent);
        }
      }
      if (!OVER.includes((await rig.reader.byId(campaignId))?.state ?? '')) await rig.steer(campaignId, cancels ? 'Cancel' : 'Resume').catch(() => undefined);
      await waitFor('the end', async () => OVER.includes((await rig.reader.byId(campaignId))?.state ?? ''));
      await waitFor('open messages to end', async () => (await rig.runner.status(campaignId)) === undefined);
      await rig.runner.stop();
      const finished = (await rig.reader.byId(campaignId))?.state === 'finished';
      const markers = sink.received.slice(before).map(({ marker }) => marker);
      expect(new Set(markers).size).toBe(markers.length);
      if (finished) expect(markers).toHaveLength(15);
      const facts = (await rig.history()).filter(({ data }) => data.campaignId === campaignId);
      expect(facts.filter(({ type }) => type === 'EmailHandedOff')).toHaveLength(markers.length);
      expect(facts.filter(({ type }) => type === 'DispatchAuthorized')).toHaveLength(markers.length);
      rig = await rig.again(smtp(sink.port));
      await rig.runner.start();
    }), { numRuns: 6 });
    await rig.close();
    await sink.stop();
  });
});
