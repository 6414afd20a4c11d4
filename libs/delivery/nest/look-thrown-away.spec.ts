import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { sendingRig, type SendingRig } from '#bench/support/sending-rig';
import type { MailTransport } from '#engine/mail-transport/mail-transport.port';
import { waitFor } from '#test/support/wait-for';
import { heldSender } from './held-sender.fixture.js';

const noTransport = { verify: async () => ({ ok: true }), close: async () => undefined } as unknown as MailTransport;
const emails = ['one', 'two', 'three', 'four'].map((name) => `${name}@buyer.example`);

describe('a look ahead that comes to nothing', () => {
  let held: ReturnType<typeof heldSender>;
  let rig: SendingRig;
  let emailOf: Map<string, string>;
  let campaignId: string;
  const atEnd: (() => unknown)[] = [];
  beforeEach(() => { held = heldSender(); });
  afterEach(async () => {
    for (const step of atEnd.splice(0)) step();
    await rig.close();
  });

  async function launch(people: readonly string[], connections: number) {
    rig = await sendingRig({ transport: noTransport, sender: held.sender, connections });
    const ids = await rig.addPeople(people);
    emailOf = new Map(ids.map((id, at) => [id, people[at]!]));
    await rig.runner.start();
    ({ campaignId } = await rig.launch());
  }
  const optOut = (contactId: string) => rig.optOut.record({ kind: 'opt_out', forms: rig.book.email(emailOf.get(contactId)!), channel: 'one_click', receivedAt: rig.clock.now(), actor: { kind: 'recipient', id: 'x' } });
  const preparedOn = async (connection: number) => {
    await waitFor('a prepared message', () => held.prepared.has(connection));
    return held.prepared.get(connection)!;
  };

  it('INV-01 ERA-01 the message of a person who opted out since is forgotten, also when no other follows it', async () => {
    await launch(emails.slice(0, 2), 1);
    const first = await held.next();
    const other = await preparedOn(first.connection);
    await optOut(other);
    first.answer();
    await waitFor('the end', async () => (await rig.reader.byId(campaignId))?.state === 'finished');
    expect(held.sent).toEqual([first.contactId]);
    expect(await rig.types(other)).toEqual(['ContactAdded', 'OptOutRecorded', 'DispatchRefused']);
    expect([...held.prepared.values()]).toEqual([]);
  });

  it('SND-10 a message prepared before a pause is forgotten', async () => {
    await launch(emails.slice(0, 2), 1);
    const first = await held.next();
    await preparedOn(first.connection);
    await rig.steer(campaignId, 'Pause');
    first.answer();
    await waitFor('the outcome', async () => (await rig.types(first.contactId)).includes('EmailHandedOff'));
    expect(held.sent).toEqual([first.contactId]);
    expect([...held.prepared.values()]).toEqual([]);
  });

  it('SUP-04 once sending is halted nothing more is authorised, whatever was prepared', async () => {
    await launch(emails, 2);
    const [first, second] = [await held.next(), await held.next()];
    await preparedOn(first.connection);
    const pause = rig.reader.pause.bind(rig.reader);
    const paused = new Promise<void>((resolve) => { atEnd.push(resolve); });
    rig.reader.pause = (...what) => paused.then(() => pause(...what));
    second.answer({ kind: 'not-taken', code: 'sender-thread-failed' });
    await waitFor('the halt', () => rig.runner.fault() !== undefined);
    first.answer();
    await waitFor('the outcome', async () => (await rig.types(first.contactId)).includes('EmailHandedOff'));
    expect((await rig.history()).filter(({ type }) => type === 'DispatchAuthorized')).toHaveLength(2);
    expect(held.sent).toHaveLength(2);
  });
});
