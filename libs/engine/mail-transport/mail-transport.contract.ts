import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { MailTransport, OutgoingMessage, SendGuards, SmtpPhase } from './mail-transport.port.js';

/** One adapter under test, with the place its messages arrive at. */
export interface MailTransportHarness {
  readonly transport: MailTransport;
  /** Messages that arrived whole, as their exact octets. */
  arrived(): Promise<Buffer[]>;
  stop(): Promise<void>;
}

export const free: SendGuards = { mayContinue: () => ({ ok: true }) };

let count = 0;
export function outgoing(raw: string | Uint8Array = 'Subject: hello\r\n\r\nA line.\r\n', more: Partial<OutgoingMessage> = {}): OutgoingMessage {
  count += 1;
  return { dispatchId: `dispatch-${count}`, campaign: 'campaign-1', envelopeFrom: 'sender@shop.example', envelopeTo: 'ann@firm.example', raw: typeof raw === 'string' ? Buffer.from(raw) : raw, ...more };
}

/** What every mail transport promises, whatever it hands messages to. */
export function mailTransportContract(name: string, start: () => Promise<MailTransportHarness>): void {
  describe(`mail transport contract: ${name}`, () => {
    let at: MailTransportHarness;
    beforeEach(async () => { at = await start(); });
    afterEach(async () => {
      await at.transport.close();
      await at.stop();
    });

    it('SND-10 hands a message over once, octet for octet', async () => {
      const message = outgoing('Subject: dots\r\n\r\n.\r\n..two\r\n.leading\r\nend. \r\n');
      expect(await at.transport.connection().send(message, free)).toMatchObject({ kind: 'handed-off' });
      expect(await at.arrived()).toEqual([message.raw]);
    });

    it('SND-10 keeps the order of phases and asks the guard before MAIL and after the final dot was announced', async () => {
      const seen: string[] = [];
      const guards: SendGuards = { mayContinue: (when) => (seen.push(`may ${when}`), { ok: true }), onPhase: (phase) => void seen.push(phase) };
      await at.transport.connection().send(outgoing(), guards);
      const common = seen.filter((phase) => !['connect', 'greeting', 'ehlo', 'rcpt', 'data'].includes(phase));
      expect(common).toEqual(['mail', 'may mail', 'body', 'final-dot', 'may final-dot', 'reply']);
    });

    for (const when of ['mail', 'final-dot'] as const) for (const reason of ['cancelled', 'expired'] as const) {
      it(`OPT-03 SND-10 stops at ${when} when the guard says ${reason}: nothing arrives and the connection goes on`, async () => {
        const connection = at.transport.connection();
        await connection.send(outgoing(), free);
        const before = await at.arrived();
        const outcome = await connection.send(outgoing(), { mayContinue: (point) => (point === when ? { ok: false, reason } : { ok: true }) });
        expect(outcome).toMatchObject({ kind: 'not-sent', phase: when, reason, temporary: true });
        expect(await at.arrived()).toEqual(before);
        expect(await connection.send(outgoing(), free)).toMatchObject({ kind: 'handed-off' });
      });
    }

    for (const phase of ['mail', 'body', 'final-dot'] as const) {
      it(`OPT-03 H2 destroy at ${phase} makes it not sent, and the next send reopens`, async () => {
        const connection = at.transport.connection();
        const onPhase = (now: SmtpPhase) => { if (now === phase) connection.destroy(); };
        expect(await connection.send(outgoing(), { ...free, onPhase })).toMatchObject({ kind: 'not-sent', reason: 'cancelled' });
        expect(await at.arrived()).toEqual([]);
        expect(await connection.send(outgoing(), free)).toMatchObject({ kind: 'handed-off' });
        expect(await at.arrived()).toHaveLength(1);
      });
    }

    for (const [what, address] of [['CR', 'a\r@b.example'], ['LF', 'a@b.example\nDATA'], ['NUL', 'a\0@b.example'], ['an angle bracket', 'a@b.example>'], ['a blank', 'a b@c.example']] as const) {
      it(`SND-06 SEC-03 refuses ${what} in the envelope before any byte and without naming the address`, async () => {
        const connection = at.transport.connection();
        for (const part of [{ envelopeTo: address }, { envelopeFrom: address }]) {
          const refused = await connection.send(outgoing(undefined, part), free).catch((error: unknown) => error);
          expect(refused).toMatchObject({ code: 'envelope-address-invalid' });
          expect(String(refused)).not.toContain('b.example');
        }
        expect(await at.arrived()).toEqual([]);
      });
    }

    for (const raw of ['a\nb\r\n', 'a\rb\r\n', '\nb\r\n', 'a\r\n.\n', 'a\r']) {
      it(`SND-06 refuses the stray line end in ${JSON.stringify(raw)}`, async () => {
        await expect(at.transport.connection().send(outgoing(raw), free)).rejects.toMatchObject({ code: 'message-line-ends' });
        expect(await at.arrived()).toEqual([]);
      });
    }

    it('SEC-03 refuses names that are no opaque ids', async () => {
      for (const more of [{ dispatchId: '../up' }, { dispatchId: 'ann@firm' }, { campaign: 'a/b' }, { campaign: '' }]) {
        await expect(at.transport.connection().send(outgoing(undefined, more), free)).rejects.toMatchObject({ code: 'mail-name-invalid' });
      }
    });

    it('SND-10 carries many messages over several connections, each exactly once', async () => {
      const sent = Array.from({ length: 40 }, (_, at) => outgoing(`Subject: ${at}\r\n\r\n${'x'.repeat(at * 40)}\r\n`));
      await Promise.all(Array.from({ length: 4 }, async (_, lane) => {
        const connection = at.transport.connection();
        for (const message of sent.filter((__, index) => index % 4 === lane)) expect(await connection.send(message, free)).toMatchObject({ kind: 'handed-off' });
      }));
      const texts = (all: readonly Uint8Array[]) => all.map((raw) => Buffer.from(raw).toString()).sort();
      expect(texts(await at.arrived())).toEqual(texts(sent.map((message) => message.raw)));
    });

    it('SND-10 carries a message of 3 MiB with dots, and refuses one above the setting', async () => {
      const large = outgoing(Buffer.from('.a line of some length that repeats itself\r\n'.repeat(70_000)));
      const connection = at.transport.connection();
      expect(await connection.send(large, free)).toMatchObject({ kind: 'handed-off' });
      expect((await at.arrived())[0]!.equals(large.raw)).toBe(true);
      expect(await connection.send(outgoing(Buffer.alloc(11 * 1024 * 1024, 'a')), free)).toMatchObject({ kind: 'not-sent', enhanced: '5.3.4', temporary: false });
    });

    it('SND-10 refuses a second message while one is open', async () => {
      const connection = at.transport.connection();
      const first = connection.send(outgoing(), free);
      await expect(connection.send(outgoing(), free)).rejects.toMatchObject({ code: 'mail-connection-busy' });
      expect(await first).toMatchObject({ kind: 'handed-off' });
    });

    it('H2 close waits for the open message and sends nothing later', async () => {
      const connection = at.transport.connection();
      const open = connection.send(outgoing(), free);
      await connection.close();
      expect(await open).toMatchObject({ kind: 'handed-off' });
      expect(await connection.send(outgoing(), free)).toMatchObject({ kind: 'not-sent', reason: 'cancelled' });
      expect(await at.arrived()).toHaveLength(1);
    });

    it('SUP-04 a guard that throws before the dot stops the message', async () => {
      const connection = at.transport.connection();
      const mayContinue: SendGuards['mayContinue'] = (when) => { if (when === 'final-dot') throw new Error('planted'); return { ok: true }; };
      await expect(connection.send(outgoing(), { mayContinue })).rejects.toThrow('planted');
      expect(await at.arrived()).toEqual([]);
      expect(await connection.send(outgoing(), { ...free, onPhase: (phase) => { if (phase === 'reply') throw new Error('planted'); } })).toMatchObject({ kind: 'handed-off' });
    });

    it('verifies without leaving a message', async () => {
      expect(await at.transport.verify()).toMatchObject({ ok: true });
      expect(await at.arrived()).toEqual([]);
    });
  });
}
