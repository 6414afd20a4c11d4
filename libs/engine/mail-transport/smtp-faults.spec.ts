import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { FAULT_ACTIONS, FAULT_PHASES, FaultServer, type Fault } from './fault-server.js';
import { free, outgoing } from './mail-transport.contract.js';
import type { MailConnection, SendOutcome, SmtpPhase } from './mail-transport.port.js';
import type { SmtpTimeouts } from './smtp-options.js';
import { SmtpMailTransport } from './smtp.mail-transport.js';

const small = Buffer.from('Subject: s\r\n\r\nbody\r\n');
const larger = Buffer.from('a line that fills the buffers of the kernel\r\n'.repeat(200_000));
const OPENING = ['connect', 'greeting', 'ehlo'];

/** What an outside observer must conclude from where the fault struck. */
function truth({ phase, action }: Fault): Partial<SendOutcome> {
  const refused = action.startsWith('refuse');
  if (phase === 'after-final-dot' && !refused) return { kind: 'unknown' };
  if (!refused || phase === 'connect') return { kind: 'not-sent', temporary: true, reason: expect.stringMatching(action === 'stall' ? /^timeout$/ : /^connection$/) as never };
  return { kind: 'not-sent', reason: 'refused', temporary: action === 'refuse-temporary', code: action === 'refuse-temporary' ? 451 : 550, enhanced: action === 'refuse-temporary' ? '4.3.2' : '5.7.1' };
}

/** The waits a stall runs into; every other wait keeps its length, so a slow machine changes nothing. */
const waits: Record<Fault['phase'], readonly SmtpPhase[]> = {
  connect: ['connect', 'greeting'], greeting: ['greeting'], ehlo: ['ehlo'], mail: ['mail'], rcpt: ['rcpt'], data: ['data'], 'before-final-dot': ['body'], 'after-final-dot': ['reply'],
};

/** Where the client may have noticed: a torn connection takes earlier replies of the same write with it. */
function noticedAt({ phase, action }: Fault, pipelining: boolean): readonly SmtpPhase[] {
  if (phase === 'greeting') return ['connect', 'greeting'];
  const torn = action === 'drop' || action === 'reset';
  if (pipelining && torn && (phase === 'rcpt' || phase === 'data')) return ['mail', 'rcpt', 'data'];
  return phase === 'after-final-dot' ? ['final-dot', 'reply'] : waits[phase];
}

for (const [mode, pipelining] of [['plain', true], ['plain', false], ['starttls', true], ['tls', true]] as const) {
  describe(`SMTP faults, ${mode}, ${pipelining ? 'pipelining' : 'one command at a time'}`, () => {
    let server: FaultServer;
    let transport: SmtpMailTransport;
    let connection: MailConnection;
    const connect = (timeouts: Partial<SmtpTimeouts> = {}) => {
      transport = new SmtpMailTransport({ ...server.smtp, timeouts });
      connection = transport.connection();
    };
    beforeEach(async () => {
      server = await FaultServer.start({ mode, extensions: [...(pipelining ? ['PIPELINING'] : []), 'ENHANCEDSTATUSCODES'] });
      connect();
    });
    afterEach(async () => {
      await transport.close();
      await server.close();
    });

    for (const phase of FAULT_PHASES) for (const action of FAULT_ACTIONS) {
      it(`SND-10 H1 ${action} at ${phase}: the outcome says what the server has, on a new and on a kept connection`, async () => {
        const fault = { phase, action };
        if (action === 'stall') connect(Object.fromEntries(waits[phase].map((wait) => [wait, 60])));
        const raw = phase === 'before-final-dot' ? larger : small;
        const rounds = action === 'stall' || phase === 'before-final-dot' ? 1 : mode === 'plain' ? 3 : 2;
        for (let round = 0; round < rounds; round += 1) for (const kept of OPENING.includes(phase) || action === 'stall' ? [false] : [false, true]) {
          if (!kept) connection = transport.connection();
          else {
            server.fault = undefined;
            expect(await connection.send(outgoing(small), free)).toMatchObject({ kind: 'handed-off' });
          }
          server.fault = fault;
          const before = server.received.length;
          const message = outgoing(raw);
          const outcome = await connection.send(message, free);
          expect(outcome).toMatchObject(truth(fault));
          expect(noticedAt(fault, pipelining)).toContain((outcome as { phase: SmtpPhase }).phase);
          expect(server.received.length - before).toBe(outcome.kind === 'unknown' ? 1 : 0);
        }
        if (action === 'stall') return;
        server.fault = undefined;
        expect(await connection.send(outgoing(small), free)).toMatchObject({ kind: 'handed-off' });
      });
    }

    it('SND-10 H1 a server that is not there is not sent', async () => {
      await server.close();
      expect(await connection.send(outgoing(small), free)).toMatchObject({ kind: 'not-sent', phase: 'connect', reason: 'connection', temporary: true });
      server = await FaultServer.start({ mode });
    });

    it('OPT-03 H2 a cancel before the final dot of a large message leaves nothing at the server', async () => {
      for (const raw of [small, larger]) {
        let asked = 0;
        const outcome = await connection.send(outgoing(raw), { mayContinue: (when) => (asked += 1, when === 'mail' ? { ok: true } : { ok: false, reason: 'cancelled' }) });
        expect(outcome).toMatchObject({ kind: 'not-sent', phase: 'final-dot', reason: 'cancelled' });
        expect(asked).toBe(2);
      }
      expect(await connection.send(outgoing(small), free)).toMatchObject({ kind: 'handed-off' });
      expect(server.received).toHaveLength(1);
    });

    it('OPT-03 H2 destroy while the reply is awaited is unknown', async () => {
      server.fault = { phase: 'after-final-dot', action: 'stall' };
      const sending = connection.send(outgoing(small), { ...free, onPhase: (phase) => { if (phase === 'reply') setImmediate(() => connection.destroy()); } });
      expect(await sending).toMatchObject({ kind: 'unknown', reason: 'destroyed' });
    });
  });
}
