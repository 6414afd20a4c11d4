import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { FaultServer } from './fault-server.js';
import { free, outgoing } from './mail-transport.contract.js';
import { RoutedMailTransport } from './routed.mail-transport.js';
import { SmtpMailTransport } from './smtp.mail-transport.js';

let estonia: FaultServer;
let ireland: FaultServer;
let routed: RoutedMailTransport;

beforeEach(async () => {
  [estonia, ireland] = await Promise.all([FaultServer.start({ mode: 'plain' }), FaultServer.start({ mode: 'plain' })]);
  const accounts = new Map([['ee', new SmtpMailTransport(estonia.smtp)], ['ie', new SmtpMailTransport(ireland.smtp)]]);
  routed = new RoutedMailTransport(accounts, (from) => (from.endsWith('.ee.example') ? 'ee' : from.endsWith('.ie.example') ? 'ie' : 'nobody'));
});
afterEach(async () => {
  await routed.close();
  await Promise.all([estonia.close(), ireland.close()]);
});

const from = (envelopeFrom: string) => outgoing(undefined, { envelopeFrom });

describe('routed mail transport', () => {
  it('SND-10 each message goes once, through the account of its sender, over one kept connection each', async () => {
    const connection = routed.connection();
    for (const sender of ['sales@shop.ee.example', 'sales@shop.ie.example', 'hello@shop.ee.example']) {
      expect(await connection.send(from(sender), free)).toMatchObject({ kind: 'handed-off' });
    }
    expect([estonia.received.length, ireland.received.length]).toEqual([2, 1]);
    expect([estonia.connections, ireland.connections]).toEqual([1, 1]);
  });

  it('two callers have connections of their own', async () => {
    await Promise.all([routed.connection(), routed.connection()].map((connection) => connection.send(from('a@shop.ee.example'), free)));
    expect(estonia.connections).toBe(2);
  });

  it('a sender whose account is unknown sends nothing and is told why', async () => {
    await expect(routed.connection().send(from('sales@stranger.example'), free)).rejects.toMatchObject({ code: 'sender-without-account' });
    expect([...estonia.received, ...ireland.received]).toEqual([]);
  });

  it('SND-10 a closed connection sends nothing, not even through an account it never used', async () => {
    const connection = routed.connection();
    await connection.send(from('a@shop.ee.example'), free);
    await connection.close();
    for (const sender of ['a@shop.ee.example', 'a@shop.ie.example']) {
      expect(await connection.send(from(sender), free)).toMatchObject({ kind: 'not-sent', reason: 'cancelled', temporary: true });
    }
    expect([estonia.received.length, ireland.received.length]).toEqual([1, 0]);
  });

  it('OPT-03 (partly) destroy tears down every session of the caller, and the next send opens a new one', async () => {
    const connection = routed.connection();
    for (const sender of ['a@shop.ee.example', 'a@shop.ie.example']) await connection.send(from(sender), free);
    connection.destroy();
    for (const sender of ['a@shop.ee.example', 'a@shop.ie.example']) expect(await connection.send(from(sender), free)).toMatchObject({ kind: 'handed-off' });
    expect([estonia.connections, ireland.connections]).toEqual([2, 2]);
  });

  it('verify tries every account and shows the one that fails', async () => {
    expect(await routed.verify()).toMatchObject({ ok: true });
    ireland.fault = { phase: 'greeting', action: 'refuse-permanent' };
    expect(await routed.verify()).toMatchObject({ ok: false, failure: { kind: 'not-sent' } });
  });
});
