import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { sendingRig, type SendingRig } from '#bench/support/sending-rig';
import { SmtpMailTransport } from '#engine/mail-transport/smtp.mail-transport';
import { waitFor } from '#test/support/wait-for';
import { mortalThread, silentServer } from './sending-thread.fixture.js';

describe('sending a campaign on a thread of its own', () => {
  let smtp: Awaited<ReturnType<typeof silentServer>>;
  let rig: SendingRig;
  beforeAll(async () => {
    smtp = await silentServer();
    rig = await sendingRig({ transport: new SmtpMailTransport(smtp.server.smtp), thread: mortalThread(smtp.server), connections: 4 });
    await rig.runner.start();
    await warmUp();
  });
  afterEach(() => smtp.silentAt(undefined));
  afterAll(async () => {
    await rig.close();
    await smtp.server.close();
  });

  async function launch(name: string, emails: readonly string[]) {
    const people = await rig.addPeople(emails, {}, name);
    const { campaignId } = await rig.launch({ name, imports: name });
    return { people, campaignId };
  }
  const over = async (campaignId: string) => (await rig.reader.byId(campaignId))?.state === 'finished';
  const ended = (campaignId: string) => waitFor('the campaign to end', () => over(campaignId));
  const optOut = (email: string) => rig.optOut.record({ kind: 'opt_out', forms: rig.book.email(email), channel: 'one_click', receivedAt: rig.clock.now(), actor: { kind: 'recipient', id: 'x' } });
  const arrived = () => smtp.server.received.map(({ to }) => to);

  /** Until the thread runs, an authorisation may run out on a slow machine; then the message comes again. */
  async function warmUp(): Promise<void> {
    const { campaignId } = await launch('warm-up', ['warm-up@buyer.example']);
    await waitFor('the thread', async () => {
      if ((await rig.runner.status(campaignId))?.waitingFor === 'retry') {
        rig.clock.advance(60_000);
        await rig.engine.wakeUps.nudge();
      }
      return over(campaignId);
    }, 50_000);
    expect(arrived()).toEqual(['warm-up@buyer.example']);
  }

  it('SUP-04 a thread that cannot start pauses the campaign and costs nobody a message', async () => {
    const broken = await sendingRig({ transport: new SmtpMailTransport(smtp.server.smtp), thread: { module: new URL('data:text/javascript,process.exit(3)'), setup: undefined }, connections: 2 });
    await broken.runner.start();
    const people = await broken.addPeople(Array.from({ length: 20 }, (_, i) => `kept${i}@buyer.example`));
    const { campaignId } = await broken.launch();
    await waitFor('the pause', async () => (await broken.reader.byId(campaignId))?.state === 'paused');
    await broken.runner.stop();
    const tried = (await Promise.all(people.map((id) => broken.types(id)))).filter((types) => types.includes('DispatchAuthorized'));
    expect(tried.length).toBeLessThanOrEqual(2);
    expect((await broken.log.load(campaignId)).at(-1)).toMatchObject({ type: 'CampaignPaused', data: { reason: 'sender-thread-failed' } });
    expect([broken.runner.fault(), broken.runner.senderFailure()]).toEqual(['sender-thread-failed', expect.stringMatching(/^exit-/)]);
    await broken.close();
  });

  it('SND-10 INV-02 200 people on 4 connections get one message each', async () => {
    const emails = Array.from({ length: 200 }, (_, i) => `p${i}@buyer${i % 7}.example`);
    const before = arrived().length;
    const { people, campaignId } = await launch('many', emails);
    await ended(campaignId);
    expect(arrived().slice(before).sort()).toEqual([...emails].sort());
    for (const contactId of people) expect(await rig.types(contactId)).toEqual(['ContactAdded', 'DispatchAuthorized', 'EmailHandedOff', 'NoticeProvided']);
    expect((await rig.log.load(campaignId)).at(-1)).toMatchObject({ type: 'CampaignFinished', data: { counts: { handed_off: 200 } } });
  });

  it('OPT-03 H2 an opt-out while the message waits in SMTP keeps its final dot back', async () => {
    smtp.silentAt('RCPT');
    const { people: [contactId], campaignId } = await launch('early', ['early@buyer.example']);
    await waitFor('RCPT', () => smtp.server.commands.some((line) => line.includes('early@buyer.example')));
    await optOut('early@buyer.example');
    smtp.goOn();
    await ended(campaignId);
    expect(arrived()).not.toContain('early@buyer.example');
    expect(await rig.types(contactId!)).toEqual(['ContactAdded', 'DispatchAuthorized', 'OptOutRecorded', 'DispatchCancelled']);
    expect((await rig.log.load(contactId!)).at(-1)?.data).toMatchObject({ reason: 'opt_out' });
  });

  it('OPT-03 H2 INV-02 an opt-out after the final dot waits 2 s for the server, then destroys the socket; the outcome is unknown', async () => {
    smtp.silentAt('.');
    const { people: [contactId], campaignId } = await launch('late', ['late@buyer.example']);
    await waitFor('the message', () => arrived().includes('late@buyer.example'));
    const [socket] = smtp.used();
    const began = performance.now();
    await optOut('late@buyer.example');
    const waited = performance.now() - began;
    expect(waited).toBeGreaterThan(1_900);
    expect(waited).toBeLessThan(6_000);
    await waitFor('the end of the socket', () => socket!.destroyed);
    await ended(campaignId);
    expect(await rig.types(contactId!)).toEqual(['ContactAdded', 'DispatchAuthorized', 'OptOutRecorded', 'DispatchOutcomeUnknown']);
    expect((await rig.log.load(contactId!)).at(-1)?.data).toMatchObject({ phase: 'reply' });
  });
});
