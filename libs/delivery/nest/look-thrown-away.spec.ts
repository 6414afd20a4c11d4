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
  const atEnd: (() => unknown)[] = [];
  beforeEach(() => { held = heldSender(); });
  afterEach(async () => {
    for (const step of atEnd.splice(0)) step();
    await rig.close();
  });

  async function launch(people: readonly string[], connections: number) {
    rig = await sendingRig({ transport: noTransport, sender: held.sender, connections });
    await rig.addPeople(people);
    await rig.runner.start();
    await rig.launch();
  }
  const preparedOn = async (connection: number) => {
    await waitFor('a prepared message', () => held.prepared.has(connection));
    return held.prepared.get(connection)!;
  };

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
