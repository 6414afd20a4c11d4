import { describe, expect, it } from '@jest/globals';
import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { SendTicket, ticketCells } from './send-ticket.js';

const RACES = 20_000;

describe('the ticket of a message', () => {
  it('H2 a stop before the final dot forbids it, a stop after it comes too late', () => {
    const cells = ticketCells(2);
    const [early, late] = [new SendTicket(cells, 0), new SendTicket(cells, 1)];
    expect([early.stop(), early.commit(), early.stopped]).toEqual([true, false, true]);
    expect([late.commit(), late.stop(), late.committed]).toEqual([true, false, true]);
    expect([early.renew().commit(), early.committed]).toEqual([true, true]);
  });

  it('H2 OPT-03 of a stop and a final dot on two threads exactly one wins, every time', async () => {
    const cells = ticketCells(RACES);
    const gate = ticketCells(1);
    const rival = new Worker(`
      const { parentPort, workerData: { cells, gate } } = require('node:worker_threads');
      parentPort.postMessage('ready');
      Atomics.wait(gate, 0, 0);
      let won = 0;
      for (let i = 0; i < cells.length; i++) if (Atomics.compareExchange(cells, i, 0, 2) === 0) won += 1;
      parentPort.postMessage(won);
    `, { eval: true, workerData: { cells, gate } });
    await once(rival, 'message');
    const answer = once(rival, 'message');
    Atomics.store(gate, 0, 1);
    Atomics.notify(gate, 0);
    let stopped = 0;
    for (let i = RACES - 1; i >= 0; i--) if (new SendTicket(cells, i).stop()) stopped += 1;
    const [committed] = (await answer) as [number];
    await rival.terminate();
    expect(stopped + committed).toBe(RACES);
    expect(cells.filter((cell) => cell === 2).length).toBe(committed);
  });
});
