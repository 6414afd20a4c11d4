import { expect, it } from '@jest/globals';
import { MovableClock } from '#engine/clock/movable.clock';
import { EmbeddedWakeUps } from './embedded.wake-ups.js';
import { wakeUpsContract } from './wake-ups.contract.js';

const START = new Date('2026-11-02T09:00:00Z');

wakeUpsContract('embedded', async () => {
  const clock = new MovableClock(START);
  const wakeUps = new EmbeddedWakeUps(clock);
  return { wakeUps, clock, close: () => wakeUps.stop() };
});

it('H7 tells of a handler that threw, and stop waits for those that run', async () => {
  const failures: unknown[] = [];
  const wakeUps = new EmbeddedWakeUps(new MovableClock(START, true), (topic, error) => failures.push([topic, (error as Error).message]));
  const done: string[] = [];
  wakeUps.handle('bad', async () => Promise.reject(new Error('broken')));
  wakeUps.handle('slow', async (id) => {
    await new Promise((resolve) => setImmediate(resolve));
    done.push(id);
  });
  await wakeUps.schedule('bad', '1', START);
  await wakeUps.schedule('slow', '2', START);
  void wakeUps.nudge();
  await wakeUps.stop();
  await wakeUps.schedule('slow', '3', START);
  await wakeUps.nudge();
  expect([failures, done]).toEqual([[['bad', 'broken']], ['2']]);
});
