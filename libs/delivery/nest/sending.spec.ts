import { afterEach, describe, expect, it } from '@jest/globals';
import { createHmac } from 'node:crypto';
import PostalMime from 'postal-mime';
import { realSink, smtpError } from '#bench/support/real-sink';
import { sendingRig, type SendingRig } from '#bench/support/sending-rig';
import { SmtpMailTransport } from '#engine/mail-transport/smtp.mail-transport';
import { OutrightError } from '#kernel/errors';
import { waitFor } from '#test/support/wait-for';

const emails = (count: number, label = 'p') => Array.from({ length: count }, (_, i) => `${label}${i}@buyer${i % 3}.example`);
const smtp = (port: number) => new SmtpMailTransport({ host: '127.0.0.1', port, security: 'none', clientName: 'localhost' });

describe('sending a campaign', () => {
  const undo: (() => Promise<unknown>)[] = [];
  afterEach(async () => {
    for (const step of undo.splice(0).reverse()) await step();
  });

  async function setUp(handlers: Parameters<typeof realSink>[0] = {}, connections = 4) {
    const sink = await realSink(handlers);
    undo.push(sink.stop);
    const rig = await sendingRig({ transport: smtp(sink.port), connections });
    undo.push(rig.close);
    await rig.runner.start();
    return { sink, rig };
  }
  const ended = (rig: SendingRig, campaignId: string) => waitFor('the campaign to end', async () => (await rig.reader.byId(campaignId))?.state === 'finished');
  const last = async (rig: SendingRig, contactId: string) => (await rig.types(contactId)).filter((type) => type !== 'NoticeProvided').at(-1);

  it('SND-10 INV-02 delivers to everybody once, with intent before and outcome after, and ends with the counts', async () => {
    const { sink, rig } = await setUp();
    const people = await rig.addPeople(emails(40));
    const { campaignId } = await rig.launch();
    await ended(rig, campaignId);
    expect(sink.received.map(({ to }) => to).sort()).toEqual(emails(40).sort());
    expect(new Set(sink.received.map(({ marker }) => marker)).size).toBe(40);
    for (const contactId of people) expect(await rig.types(contactId)).toEqual(['ContactAdded', 'DispatchAuthorized', 'EmailHandedOff', 'NoticeProvided']);
    expect((await rig.log.load(campaignId)).at(-1)).toMatchObject({ type: 'CampaignFinished', data: { counts: { handed_off: 40 } } });
  });

  it('SND-02 SND-05 SND-06 OPT-01 LAW-05 SND-19 what arrives names sender, address, source and a way out; only its keyed hash is kept', async () => {
    const { sink, rig } = await setUp();
    const [contactId] = await rig.addPeople(['ann@buyer.example']);
    const { campaignId } = await rig.launch();
    await ended(rig, campaignId);
    const { raw } = sink.received[0]!;
    const mail = await PostalMime.parse(raw);
    const header = (name: string) => mail.headers.filter(({ key }) => key === name).map(({ value }) => value);
    const link = /^<(https:\/\/mail\.sender\.example\/u\/[\w-]+)>$/.exec(header('list-unsubscribe')[0] ?? '')?.[1];
    expect(header('list-unsubscribe-post')).toEqual(['List-Unsubscribe=One-Click']);
    for (const part of [mail.text, mail.html?.replaceAll('&#39;', "'")]) {
      for (const words of [link, "King's Road 14", 'Northern Scanners OÜ', 'buyer.example/team', 'publicly accessible', 'warehouses']) expect(part).toContain(words);
    }
    const { data } = (await rig.log.load(contactId!)).find(({ type }) => type === 'EmailHandedOff')!;
    const added = (await rig.log.load(contactId!))[0]!.data as { recipient: { kid: string } };
    const key = await rig.engine.vault.key(added.recipient.kid);
    const own = createHmac('sha256', (key as { key: Buffer }).key).update('outright/content-hmac/v1').digest();
    // The transport ends DATA with the line break that belongs to the message.
    expect([raw, raw.subarray(0, -2)].map((bytes) => createHmac('sha256', own).update(bytes).digest('hex'))).toContain(data.contentHmac);
    expect(JSON.stringify(await rig.history())).not.toContain('ann@buyer');
  });

  it('OPT-03 INV-01 an opt-out during the campaign stops the next message, and the record says why', async () => {
    const { sink, rig } = await setUp({}, 1);
    const people = await rig.addPeople(emails(3));
    const { campaignId } = await rig.launch({ perMinute: 1 });
    await waitFor('the first message', () => sink.received.length === 1);
    const order = await rig.reader.audience(campaignId);
    const next = order[1]!;
    const { address } = { address: emails(3)[people.indexOf(next)]! };
    await rig.optOut.record({ kind: 'opt_out', forms: rig.book.email(address), channel: 'one_click', receivedAt: rig.clock.now(), actor: { kind: 'recipient', id: 'x' } });
    for (let minute = 0; minute < 3; minute++) {
      rig.clock.advance(61_000);
      await rig.engine.wakeUps.nudge();
    }
    await ended(rig, campaignId);
    expect(sink.received.map(({ to }) => to)).not.toContain(address);
    expect(await last(rig, next)).toBe('DispatchRefused');
    expect((await rig.log.load(next)).at(-1)?.data.reasons).toEqual(expect.arrayContaining(['suppressed', 'opted-out']));
  });

  it('OPT-03 H2 an opt-out while the message is open keeps its final dot back', async () => {
    let release!: () => void;
    const atRcpt = new Promise<void>((resolve) => { release = resolve; });
    let asked = 0;
    const { sink, rig } = await setUp({ onRcpt: async () => { asked += 1; await atRcpt; return undefined; } }, 1);
    const [contactId] = await rig.addPeople(['ann@buyer.example']);
    const { campaignId } = await rig.launch();
    await waitFor('RCPT', () => asked === 1);
    await rig.optOut.record({ kind: 'opt_out', forms: rig.book.email('ann@buyer.example'), channel: 'one_click', receivedAt: rig.clock.now(), actor: { kind: 'recipient', id: 'x' } });
    release();
    await ended(rig, campaignId);
    expect(sink.received).toEqual([]);
    expect(await rig.types(contactId!)).toEqual(['ContactAdded', 'DispatchAuthorized', 'OptOutRecorded', 'DispatchCancelled']);
  });

  it('SND-16 SND-10 a temporary refusal is tried again later, three times in all; a permanent one is final and blocks a dead mailbox', async () => {
    const tries = new Map<string, number>();
    const { sink, rig } = await setUp({
      onRcpt: (to) => {
        tries.set(to, (tries.get(to) ?? 0) + 1);
        if (to.startsWith('grey') && tries.get(to) === 1) return smtpError(451, '4.7.1 later');
        if (to.startsWith('full')) return smtpError(452, '4.2.2 full');
        return to.startsWith('dead') ? smtpError(550, '5.1.1 nobody') : undefined;
      },
    }, 2);
    const people = await rig.addPeople(['grey@buyer.example', 'full@buyer.example', 'dead@buyer.example']);
    const { campaignId } = await rig.launch();
    const over = async () => (await rig.reader.byId(campaignId))?.state === 'finished';
    const before = rig.clock.now().getTime();
    while (!(await over())) {
      await waitFor('a retry or the end', async () => (await over()) || (await rig.runner.status(campaignId))?.waitingFor === 'retry');
      rig.clock.advance(5 * 60_000);
      await rig.engine.wakeUps.nudge();
    }
    expect(rig.clock.now().getTime() - before).toBeGreaterThanOrEqual(35 * 60_000);
    expect(Object.fromEntries(tries)).toEqual({ 'grey@buyer.example': 2, 'full@buyer.example': 3, 'dead@buyer.example': 1 });
    expect(sink.received).toHaveLength(1);
    const kinds = await Promise.all(people.map(async (id) => (await rig.types(id)).slice(1).filter((type) => type !== 'NoticeProvided')));
    expect(kinds).toEqual([
      ['DispatchAuthorized', 'DispatchFailed', 'DispatchAuthorized', 'EmailHandedOff'],
      Array(3).fill(['DispatchAuthorized', 'DispatchFailed']).flat(),
      ['DispatchAuthorized', 'DispatchFailed', 'HardBounceRecorded'],
    ]);
  });

  it('SND-09 the pace holds by the minute, the domain and the day of a moved clock', async () => {
    const { sink, rig } = await setUp({}, 3);
    await rig.addPeople([...emails(6, 'a').map((email) => email.replace(/@.*/, '@one.example')), 'b@two.example']);
    const { campaignId } = await rig.launch({ perMinute: 3, perDomainPerHour: 2, perDay: 4 });
    const settled = async (count: number) => {
      await waitFor(`${count} messages`, () => sink.received.length === count);
      await waitFor('a wait', async () => (await rig.runner.status(campaignId))?.waitingFor === 'pace');
      expect(sink.received).toHaveLength(count);
    };
    const move = async (milliseconds: number) => {
      rig.clock.advance(milliseconds);
      await rig.engine.wakeUps.nudge();
    };
    await settled(3);
    await move(61_000);
    await settled(3);
    await move(3_600_000);
    await settled(4);
    await move(15 * 3_600_000);
    await settled(6);
    await move(3_601_000);
    await ended(rig, campaignId);
    expect(new Set(sink.received.map(({ marker }) => marker)).size).toBe(7);
  });

  it('SUP-04 a suppression store that does not answer stops the campaign, sends nothing and costs nobody the message', async () => {
    const { sink, rig } = await setUp({}, 2);
    await rig.addPeople(emails(5));
    const { registry } = rig.engine;
    const works = registry.suppressionOfContact.bind(registry);
    const start = new Date(rig.clock.now().getTime() + 60_000).toISOString();
    const { campaignId } = await rig.launch({ start });
    registry.suppressionOfContact = () => Promise.reject(new Error('down'));
    rig.clock.advance(61_000);
    await rig.engine.wakeUps.nudge();
    await waitFor('the pause', async () => (await rig.reader.byId(campaignId))?.state === 'paused');
    expect(rig.runner.fault()).toBe('suppression-unknown');
    expect(sink.received).toEqual([]);
    registry.suppressionOfContact = works;
    await rig.steer(campaignId, 'Resume');
    rig.clock.advance(6_000);
    await rig.engine.wakeUps.nudge();
    await ended(rig, campaignId);
    expect(rig.runner.fault()).toBeUndefined();
    expect(sink.received).toHaveLength(5);
  });

  it('SUP-04 a store that fails halts sending and says so', async () => {
    const { sink, rig } = await setUp({}, 2);
    await rig.addPeople(emails(3));
    const { campaignId } = await rig.launch({ start: new Date(rig.clock.now().getTime() + 60_000).toISOString() });
    const { store } = rig.engine;
    const works = store.appendMany.bind(store);
    store.appendMany = () => Promise.reject(new OutrightError('The disk failed.', { code: 'store-failed' }));
    rig.clock.advance(61_000);
    await rig.engine.wakeUps.nudge();
    await waitFor('the halt', () => rig.runner.fault() === 'store-failed');
    expect(sink.received).toEqual([]);
    store.appendMany = works;
    await waitFor('the pause', async () => (await rig.reader.byId(campaignId))?.state === 'paused');
  });

  it('SND-10 while the mail server is away messages wait, and go out once it is back', async () => {
    const gone = await realSink();
    await gone.stop();
    const rig = await sendingRig({ transport: smtp(gone.port), connections: 2 });
    undo.push(rig.close);
    await rig.runner.start();
    await rig.addPeople(emails(12));
    const { campaignId } = await rig.launch();
    await waitFor('the circuit to open', async () => (await rig.runner.status(campaignId))?.waitingFor === 'smtp-unreachable');
    const back = await realSink({ port: gone.port });
    undo.push(back.stop);
    await waitFor('most messages', () => back.received.length >= 8);
    rig.clock.advance(6_000);
    await rig.engine.wakeUps.nudge();
    await ended(rig, campaignId);
    expect(new Set(back.received.map(({ to }) => to)).size).toBe(12);
    expect(back.received).toHaveLength(12);
  });
});
