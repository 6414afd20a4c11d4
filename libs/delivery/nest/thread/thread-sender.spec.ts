import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { rigTenancy, sendingRig, type SendingRig } from '#bench/support/sending-rig';
import type { SendingThread } from '#contracts/api/sending-thread';
import type { Tenancy } from '#contracts/api/tenancy';
import { SmtpMailTransport } from '#engine/mail-transport/smtp.mail-transport';
import type { KeyProvider } from '#engine/secrets/key-provider.port';
import { OutrightError } from '#kernel/errors';
import { waitFor } from '#test/support/wait-for';
import { LocalSender } from '../local-sender.js';
import type { MessageSender, SendingConnection, SendRequest } from '../message-sender.js';
import { mortalThread, silentServer } from './sending-thread.fixture.js';
import { ThreadSender } from './thread-sender.js';

/** A promise and what resolves it. */
function gate() {
  let open!: () => void;
  return { opened: new Promise<void>((resolve) => { open = resolve; }), open: () => open() };
}

/** Long enough for a thread to start on a slow machine. */
const VALID_MS = 60_000;

describe('thread sender', () => {
  let smtp: Awaited<ReturnType<typeof silentServer>>;
  let rig: SendingRig;
  let thread: ReturnType<typeof mortalThread>;
  let sender: MessageSender;
  let local: MessageSender;
  let campaignId: string;
  let now: Partial<Tenancy> = {};
  const alarms: unknown[] = [];
  const tenancy: Tenancy = { ...rigTenancy, identity: () => (now.identity ?? rigTenancy.identity)(), sender: (id) => (now.sender ?? rigTenancy.sender)(id), lia: (id) => (now.lia ?? rigTenancy.lia)(id) };

  beforeAll(async () => {
    smtp = await silentServer();
    const transport = new SmtpMailTransport(smtp.server.smtp);
    rig = await sendingRig({ transport, tenancy });
    rig.personal.onMissingKey((alarm) => alarms.push(alarm));
    thread = mortalThread(smtp.server);
    sender = senderOn(thread);
    local = new LocalSender({ composer: rig.composer, transport, faults: { reach: () => undefined }, monotonic: () => rig.clock.monotonic() });
    await rig.addPeople(['launch@buyer.example']);
    ({ campaignId } = await rig.launch());
  });
  afterEach(() => {
    smtp.silentAt(undefined);
    now = {};
  });
  afterAll(async () => {
    await sender.close();
    await rig.close();
    await smtp.server.close();
  });

  function senderOn(on: SendingThread & { askedEvery?: number }, keys: KeyProvider = rig.engine.keyProvider): ThreadSender {
    return new ThreadSender({ clock: rig.clock, log: rig.log, vault: rig.engine.vault, personal: rig.personal, tenancy, keys, ...on });
  }
  async function orderTo(email: string): Promise<SendRequest> {
    const [contactId] = await rig.addPeople([email]);
    const campaign = (await rig.reader.byId(campaignId))!;
    const dispatchId = await rig.runner.dispatchId(campaignId, contactId!);
    const { contact } = await rig.gate.preview(contactId!, dispatchId, await rig.reader.dispatchContext(campaignId));
    return { campaign, template: (await rig.reader.template(campaign.templateVersion))!, dispatchId, contact: contact!, at: rig.clock.now(), deadline: rig.clock.monotonic() + VALID_MS };
  }
  const send = (connection: SendingConnection, order: SendRequest) => {
    connection.ticket.renew();
    return connection.send(order);
  };
  const arrived = (email: string) => smtp.server.received.filter(({ to }) => to === email);
  /** What both senders make of one order, and what arrived of each. */
  async function both(email: string, order: SendRequest) {
    const connections = [local, sender].map((one) => one.connection());
    const answers = [await send(connections[0]!, order), await send(connections[1]!, order)];
    for (const connection of connections) await connection.close();
    const messages = arrived(email).splice(-2);
    return { answers, raw: messages.map(({ raw }) => raw.toString('latin1')), envelopes: messages.map(({ from, to }) => [from, to]) };
  }

  it('SND-06 SND-19 makes the very message that the event loop would make, and follows every change of the tenant', async () => {
    const other = { ...rigTenancy.identity()!, version: 2, publicUrl: 'https://post.sender.example' };
    const changes: Partial<Tenancy>[] = [
      {}, { identity: () => other }, { sender: (id) => ({ ...rigTenancy.sender(id)!, fromName: 'Other Scanners', version: 2 }) }, { lia: (id) => ({ ...rigTenancy.lia(id)!, interest: 'another interest' }) }, {},
    ];
    const seen = new Set<string>();
    for (const [at, change] of changes.entries()) {
      now = change;
      const email = `parity${at}@buyer.example`;
      const { answers, raw, envelopes } = await both(email, await orderTo(email));
      expect(answers[0]).toMatchObject({ kind: 'sent', outcome: { kind: 'handed-off' }, contentHmac: expect.stringMatching(/^[0-9a-f]{64}$/) });
      expect(answers[1]).toEqual(answers[0]);
      expect(raw[1]).toBe(raw[0]);
      expect(envelopes).toEqual([['sales@sender.example', email], ['sales@sender.example', email]]);
      seen.add(['post.sender.example', 'Other Scanners', 'another interest'].filter((words) => raw[1]!.includes(words)).join());
    }
    expect([...seen]).toEqual(['', 'post.sender.example', 'Other Scanners', 'another interest']);
  });

  it('SND-06 a prepared message leaves as it was composed, unless anything it was made from has changed', async () => {
    const connection = sender.connection();
    const dated = async (email: string, between: (order: SendRequest) => void | Promise<void> = () => undefined, prepared = true): Promise<string> => {
      const order = await orderTo(email);
      connection.prepare!({ ...order, at: new Date('2026-11-01T08:00:00Z') });
      await between(order);
      connection.ticket.renew();
      expect(await connection.send(order, prepared)).toMatchObject({ kind: 'sent', outcome: { kind: 'handed-off' } });
      const [message, ...more] = arrived(email).map(({ raw }) => raw.toString('latin1'));
      expect(more).toEqual([]);
      return /^Date: (.*)\r$/m.exec(message!)![1]!.startsWith('Sun, 01 Nov 2026') ? 'prepared' : 'anew';
    };
    expect(await dated('ahead0@buyer.example')).toBe('prepared');
    expect(await dated('ahead1@buyer.example', undefined, false)).toBe('anew');
    expect(await dated('ahead2@buyer.example', () => connection.forget!())).toBe('anew');
    expect(await dated('ahead3@buyer.example', () => { now = { identity: () => ({ ...rigTenancy.identity()!, version: 3 }) }; })).toBe('anew');
    expect(await dated('ahead4@buyer.example', async () => connection.prepare!(await orderTo('ahead5@buyer.example')))).toBe('anew');
    expect(await dated('ahead6@buyer.example', async (order) => { connection.prepare!({ ...order, contact: { ...order.contact, recipient: { ...order.contact.recipient, kid: 'key-unheard-of' } } }); })).toBe('anew');
    expect(alarms.splice(0)).toMatchObject([{ code: 'missing-data-key' }]);
    expect(arrived('ahead5@buyer.example')).toEqual([]);
    await connection.close();
  });

  it('INV-02 a message that was prepared in a thread that died is composed again in the next', async () => {
    const order = await orderTo('prepared-there@buyer.example');
    const own = mortalThread(smtp.server);
    const watched = senderOn(own);
    const connection = watched.connection();
    expect(await send(connection, await orderTo('before-death@buyer.example'))).toMatchObject({ kind: 'sent' });
    connection.prepare!(order);
    own.kill();
    await waitFor('the end of the thread', () => watched.failure() !== undefined);
    connection.ticket.renew();
    expect(await connection.send(order, true)).toMatchObject({ kind: 'sent', outcome: { kind: 'handed-off' } });
    expect(arrived('prepared-there@buyer.example')).toHaveLength(1);
    await watched.close();
  });

  it('SND-06 a message prepared before a change of the tenant is composed anew, also when another connection was the first to tell the change', async () => {
    const [one, other] = [sender.connection(), sender.connection()];
    const order = await orderTo('prepared-before@buyer.example');
    one.prepare!(order);
    expect(await send(other, await orderTo('other-before@buyer.example'))).toMatchObject({ kind: 'sent' });
    const moved = { ...rigTenancy.identity()!, version: 4, publicUrl: 'https://moved.sender.example' };
    now = { identity: () => moved };
    expect(await send(other, await orderTo('other-after@buyer.example'))).toMatchObject({ kind: 'sent' });
    one.ticket.renew();
    expect(await one.send(order, true)).toMatchObject({ kind: 'sent', outcome: { kind: 'handed-off' } });
    const [message] = arrived('prepared-before@buyer.example');
    expect(message!.raw.toString('latin1')).toContain('https://moved.sender.example/u/');
    await Promise.all([one.close(), other.close()]);
  });

  it('ERA-01 a prepared message is forgotten when its recipient turns out to be erased', async () => {
    const kept = new Int32Array(new SharedArrayBuffer(4));
    const counting = `import { parentPort, workerData } from 'node:worker_threads';
      parentPort.on('message', ({ kind, seq }) => {
        if (kind !== 'common' && kind !== 'ping') Atomics.store(workerData.setup, 0, kind === 'prepare' ? 1 : 0);
        if (seq !== undefined) parentPort.postMessage({ seq });
        if (kind === 'end') parentPort.close();
      });`;
    const watched = senderOn({ module: new URL(`data:text/javascript,${encodeURIComponent(counting)}`), setup: kept });
    const order = await orderTo('erased-since@buyer.example');
    const connection = watched.connection();
    connection.prepare!(order);
    await waitFor('the preparation', () => Atomics.load(kept, 0) === 1);
    await rig.engine.vault.destroy([order.contact.recipient.kid], '2026-11-03');
    expect(await send(connection, order)).toEqual({ kind: 'not-made', code: 'recipient-erased' });
    await waitFor('the thread to forget', () => Atomics.load(kept, 0) === 0, 2_000).finally(() => watched.close());
  });

  it('INV-02 a preparation that ends after its thread does not keep the next thread from being told the campaign', async () => {
    const [first, slow, next] = [await orderTo('first-thread@buyer.example'), await orderTo('slow-source@buyer.example'), await orderTo('next-thread@buyer.example')];
    const [source, secret] = [gate(), gate()];
    const { store } = rig.log;
    const loadText = store.loadText.bind(store);
    const { keyProvider } = rig.engine;
    let starts = 0;
    const keys = { secret: async (name: Parameters<KeyProvider['secret']>[0]) => {
      if (name === 'suppression-pepper' && (starts += 1) === 2) await secret.opened;
      return keyProvider.secret(name);
    } } as KeyProvider;
    const own = mortalThread(smtp.server);
    const watched = senderOn(own, keys);
    const [one, other] = [watched.connection(), watched.connection()];
    expect(await send(one, first)).toMatchObject({ kind: 'sent' });
    let asked = false;
    store.loadText = async (streamId, ...more) => {
      if (streamId === slow.contact.prospectId) {
        asked = true;
        await source.opened;
      }
      return loadText(streamId, ...more);
    };
    other.prepare!(slow);
    await waitFor('the question for the source', () => asked);
    own.kill();
    await waitFor('the end of the thread', () => watched.failure() !== undefined);
    const sent = send(one, next);
    await waitFor('the next thread to start', () => starts === 2);
    source.open();
    store.loadText = loadText;
    // The preparation goes on before the next thread has been started.
    await Promise.all([store.loadText(slow.contact.prospectId), rig.engine.vault.key(slow.contact.recipient.kid)]);
    await new Promise((resolve) => setImmediate(resolve));
    secret.open();
    expect(await sent).toMatchObject({ kind: 'sent', outcome: { kind: 'handed-off' } });
    await watched.close();
  });

  it('LAW-05 a source that is sealed under another key is asked for and named all the same', async () => {
    const email = 'needs-key@buyer.example';
    const [order, colleague] = [await orderTo(email), await orderTo('colleague@buyer.example')];
    const { answers, raw } = await both(email, { ...order, contact: { ...order.contact, prospectId: colleague.contact.prospectId } });
    expect(answers[1]).toMatchObject({ kind: 'sent', outcome: { kind: 'handed-off' } });
    expect(answers[1]).toEqual(answers[0]);
    expect(raw[1]).toBe(raw[0]);
    expect(raw[1]).toContain('buyer.example/team');
  });

  it('CL-23 an authorisation that ran out is not used', async () => {
    const order = await orderTo('expired@buyer.example');
    const answer = await send(sender.connection(), { ...order, deadline: rig.clock.monotonic() - 1 });
    expect(answer).toMatchObject({ kind: 'sent', outcome: { kind: 'not-sent', reason: 'expired' } });
    expect(arrived('expired@buyer.example')).toEqual([]);
  });

  it('ERA-10 SUP-04 a missing key makes no message and raises the alarm; ERA-01 a destroyed one makes none', async () => {
    const order = await orderTo('keyless@buyer.example');
    const connection = sender.connection();
    const stranger = { ...order.contact, recipient: { ...order.contact.recipient, kid: 'key-unheard-of' } };
    expect(await send(connection, { ...order, contact: stranger })).toEqual({ kind: 'not-made', code: 'missing-data-key' });
    expect(alarms.splice(0)).toMatchObject([{ code: 'missing-data-key', rule: 'ERA-10' }]);
    await rig.engine.vault.destroy([order.contact.recipient.kid], '2026-11-03');
    expect(await send(connection, order)).toEqual({ kind: 'not-made', code: 'recipient-erased' });
    expect([alarms, arrived('keyless@buyer.example')]).toEqual([[], []]);
  });

  it('INV-02 H1 when the thread dies, what was past its final dot is unknown, what was not is not sent, and the next message starts a new one', async () => {
    const [late, early, next] = [await orderTo('late@buyer.example'), await orderTo('early@buyer.example'), await orderTo('next@buyer.example')];
    const [one, two] = [sender.connection(), sender.connection()];
    smtp.silentAt('.');
    const lateSent = send(one, late);
    await waitFor('the message', () => arrived('late@buyer.example').length === 1);
    smtp.silentAt('RCPT');
    const earlySent = send(two, early);
    await waitFor('RCPT', () => smtp.server.commands.includes('RCPT TO:<early@buyer.example>'));
    thread.kill();
    expect(await lateSent).toMatchObject({ kind: 'sent', outcome: { kind: 'unknown', reason: 'sender-ended' } });
    expect(await earlySent).toMatchObject({ kind: 'sent', outcome: { kind: 'not-sent', temporary: true, reply: 'sender-ended' } });
    expect([one.ticket.committed, two.ticket.stopped]).toEqual([true, true]);
    expect(sender.failure()).toBe('exit-9');
    smtp.silentAt(undefined);
    for (const order of [next, early]) expect(await send(two, order)).toMatchObject({ kind: 'sent', outcome: { kind: 'handed-off' } });
    expect(sender.failure()).toBeUndefined();
    expect(['late', 'early', 'next'].map((name) => arrived(`${name}@buyer.example`).length)).toEqual([1, 1, 1]);
  });

  it('OPT-03 H2 a thread that hangs is ended when a socket must be destroyed, so that no opt-out waits for it', async () => {
    const [stuck, next] = [await orderTo('stuck@buyer.example'), await orderTo('after-stuck@buyer.example')];
    const connection = sender.connection();
    smtp.silentAt('.');
    const sent = send(connection, stuck);
    await waitFor('the message', () => arrived('stuck@buyer.example').length === 1);
    await thread.hang();
    await connection.destroy();
    expect(await sent).toMatchObject({ kind: 'sent', outcome: { kind: 'unknown' } });
    smtp.silentAt(undefined);
    expect(await send(connection, next)).toMatchObject({ kind: 'sent', outcome: { kind: 'handed-off' } });
  });

  it('INV-02 a thread that does not answer any more is ended, and sending goes on', async () => {
    const [stuck, next] = [await orderTo('unanswered@buyer.example'), await orderTo('after-unanswered@buyer.example')];
    const own = mortalThread(smtp.server);
    const watched = senderOn({ ...own, askedEvery: 500 });
    const connection = watched.connection();
    smtp.silentAt('.');
    const sent = send(connection, stuck);
    await waitFor('the message', () => arrived('unanswered@buyer.example').length === 1);
    await own.hang();
    expect(await sent).toMatchObject({ kind: 'sent', outcome: { kind: 'unknown', reason: 'sender-ended' } });
    expect(watched.failure()).toBe('no-answer');
    smtp.silentAt(undefined);
    expect(await send(connection, next)).toMatchObject({ kind: 'sent', outcome: { kind: 'handed-off' } });
    await watched.close();
    expect(watched.failure()).toBeUndefined();
  });

  it('a thread that cannot start sends nothing, holds nobody up and is tried again', async () => {
    const order = await orderTo('unstarted@buyer.example');
    const broken = senderOn({ module: new URL('data:text/javascript,process.exit(3)'), setup: undefined });
    const connection = broken.connection();
    for (let time = 0; time < 2; time += 1) expect(await send(connection, order)).toEqual({ kind: 'not-taken', code: 'sender-thread-failed' });
    expect(broken.failure()).toBe('exit-3');
    await connection.destroy();
    await connection.close();
    await broken.close();
  });

  it('a secret that cannot be read is an answer, and the next message asks again', async () => {
    const order = await orderTo('secretless@buyer.example');
    const locked = new OutrightError('The secret is gone.', { code: 'missing-secret' });
    let missing = true;
    const { keyProvider } = rig.engine;
    const keys = { ...keyProvider, secret: async (name: Parameters<KeyProvider['secret']>[0]) => (missing ? Promise.reject(locked) : keyProvider.secret(name)) } as KeyProvider;
    const waiting = senderOn(thread, keys);
    const connection = waiting.connection();
    expect(await send(connection, order)).toEqual({ kind: 'not-taken', code: 'missing-secret' });
    expect(waiting.failure()).toBe('missing-secret');
    await connection.destroy();
    missing = false;
    expect(await send(connection, order)).toMatchObject({ kind: 'sent', outcome: { kind: 'handed-off' } });
    await waiting.close();
  });
});
