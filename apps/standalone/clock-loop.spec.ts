import { describe, expect, it } from '@jest/globals';
import type { Clock } from '#engine/clock/clock.port';
import { MovableClock } from '#engine/clock/movable.clock';
import { waitFor } from '#test/support/wait-for';
import { ClockLoop, type ClockTask } from './clock-loop.js';

const START = new Date('2026-11-02T09:00:00.000Z');

function loopOf(tasks: ClockTask[], clock: Clock = new MovableClock(START, true)) {
  const reports: string[] = [];
  return { clock: clock as MovableClock, reports, loop: new ClockLoop(clock, tasks, (task) => reports.push(task)) };
}
const counting = (name: string, every: number, ran: string[]): ClockTask => ({ name, every, run: async () => ran.push(name) });

describe('clock loop', () => {
  it('runs each task at once and then not before its distance', async () => {
    const ran: string[] = [];
    const { clock, loop } = loopOf([counting('often', 0, ran), counting('hourly', 3_600_000, ran)]);
    await loop.tick();
    await loop.tick();
    expect(ran).toEqual(['often', 'hourly', 'often']);
    clock.advance(3_599_999);
    await loop.tick();
    expect(ran).toEqual(['often', 'hourly', 'often', 'often']);
    clock.advance(1);
    await loop.tick();
    expect(ran.filter((name) => name === 'hourly')).toHaveLength(2);
  });

  it('H8 a task that throws is reported, stops no other and is tried again', async () => {
    const ran: string[] = [];
    const { loop, reports } = loopOf([{ name: 'broken', every: 0, run: async () => { throw new Error('planted'); } }, counting('fine', 0, ran)]);
    await loop.tick();
    await loop.tick();
    expect(reports).toEqual(['broken', 'broken']);
    expect(ran).toEqual(['fine', 'fine']);
  });

  it('ticks never overlap, and stop waits for the one in hand', async () => {
    let open = 0;
    let most = 0;
    const { loop } = loopOf([{ name: 'slow', every: 0, run: async () => {
      most = Math.max(most, ++open);
      await new Promise((resolve) => setImmediate(resolve));
      open--;
    } }]);
    void Promise.all([loop.tick(), loop.tick(), loop.tick()]);
    await loop.stop();
    expect([open, most]).toEqual([0, 1]);
  });

  it('a stop tells a task that takes long', async () => {
    const heard: string[] = [];
    let begun = false;
    const { loop } = loopOf([{ name: 'long', every: 0, run: (_now, ending) => new Promise((resolve) => {
      begun = true;
      ending.addEventListener('abort', () => resolve(heard.push('ending')), { once: true });
    }) }]);
    const tick = loop.tick();
    await waitFor('the task', () => begun);
    await loop.stop();
    await tick;
    expect(heard).toEqual(['ending']);
  });

  it('a stop does not wait for a task that hears nothing', async () => {
    const { loop } = loopOf([{ name: 'deaf', every: 0, run: () => new Promise(() => undefined) }]);
    void loop.tick();
    await loop.stop();
  });

  it('a clock that was set back does not silence a task', async () => {
    const ran: string[] = [];
    let now = new Date('2027-11-02T09:00:00.000Z');
    const { loop } = loopOf([counting('retention', 60_000, ran)], { now: () => now, monotonic: () => 0 });
    await loop.tick();
    now = START;
    await loop.tick();
    await loop.tick();
    expect(ran).toHaveLength(2);
  });

  it('runs by itself until it is stopped', async () => {
    const ran: string[] = [];
    const { loop } = loopOf([counting('task', 0, ran)]);
    loop.start();
    await waitFor('the first tick', () => ran.length > 0);
    await loop.stop();
    const before = ran.length;
    await new Promise((resolve) => setImmediate(resolve));
    expect(ran).toHaveLength(before);
  });
});
