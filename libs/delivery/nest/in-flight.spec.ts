import { describe, expect, it } from '@jest/globals';
import { InFlight } from './in-flight.service.js';
import { SendTicket, ticketCells } from './send-ticket.js';

function connection() {
  const state = { destroyed: false };
  return { state, port: { ticket: new SendTicket(ticketCells(1), 0), destroy: async () => { state.destroyed = true; } } };
}

describe('messages in flight', () => {
  it('OPT-03 H2 a message that has not passed its last check is stopped at once, without waiting', async () => {
    const inFlight = new InFlight();
    const { state, port } = connection();
    const message = inFlight.open('contact-1', 'd1', port);
    expect(await inFlight.cancel(['contact-1', 'contact-2'], 'opt_out', 60_000)).toEqual([{ dispatchId: 'd1', how: 'aborted' }]);
    expect(message.stoppedFor).toBe('opt_out');
    expect(state.destroyed).toBe(false);
  });

  it('OPT-03 H2 a message past its last check is awaited, and its socket destroyed when the answer stays out', async () => {
    const inFlight = new InFlight();
    const [first, second] = [connection(), connection()];
    const answered = inFlight.open('contact-1', 'd1', first.port);
    const silent = inFlight.open('contact-1', 'd2', second.port);
    for (const { port } of [first, second]) expect(port.ticket.commit()).toBe(true);
    const ends = inFlight.cancel(['contact-1'], 'opt_out', 30);
    inFlight.close(answered);
    expect(await ends).toEqual([{ dispatchId: 'd1', how: 'answered' }, { dispatchId: 'd2', how: 'destroyed' }]);
    expect([first.state.destroyed, second.state.destroyed]).toEqual([false, true]);
    expect(silent.stoppedFor).toBeUndefined();
  });

  it('OPT-03 knows only what is open', async () => {
    const inFlight = new InFlight();
    inFlight.close(inFlight.open('contact-1', 'd1', connection().port));
    expect(await inFlight.cancel(['contact-1'], 'erasure', 10)).toEqual([]);
  });
});
