import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import Bull, { type Queue } from 'bull';
import { MovableClock } from '#engine/clock/movable.clock';
import { CutLine } from '#engine/distributed/cut-line.fixture';
import { runningServices, uniqueName } from '#engine/distributed/services.fixture';
import type { OutrightError } from '#kernel/errors';
import { waitFor } from '#test/support/wait-for';
import { BullWakeUps, type BullWakeUpsOptions } from './bull.wake-ups.js';
import { REGISTER } from './wake-up-scripts.js';
import { wakeUpsContract } from './wake-ups.contract.js';

const START = new Date('2026-11-02T09:00:00Z');
const MINUTE = 60_000;
const { redisUrl } = runningServices();
const DELETE_ALL = `for _, key in ipairs(redis.call('KEYS', ARGV[1] .. '*')) do redis.call('DEL', key) end`;

let prefix: string;
let tool: Queue;
const opened: BullWakeUps[] = [];

/** One process that takes part. */
async function member(options: Partial<BullWakeUpsOptions> = {}): Promise<BullWakeUps> {
  const wakeUps = await BullWakeUps.open({ redisUrl, prefix, clock: new MovableClock(START), settleMs: 50, stopMs: 300, ...options });
  opened.push(wakeUps);
  return wakeUps;
}

const loseAllData = () => tool.client.eval(DELETE_ALL, 0, prefix);
const at = (minutes: number) => new Date(START.getTime() + minutes * MINUTE);

beforeEach(() => {
  prefix = uniqueName('wake_ups');
  tool = new Bull('sweep', redisUrl, { prefix });
});
afterEach(async () => {
  await Promise.all(opened.splice(0).map((wakeUps) => wakeUps.stop()));
  await loseAllData();
  await tool.close();
});

wakeUpsContract('bull', async () => {
  const clock = new MovableClock(START);
  const wakeUps = await member({ clock });
  return { wakeUps, clock, close: () => wakeUps.stop() };
});

describe('Bull wake-ups: one call for each schedule', () => {
  it('H3 a handler may schedule its own wake-up again', async () => {
    const wakeUps = await member();
    let calls = 0;
    wakeUps.handle('sweep', async (id) => {
      calls += 1;
      if (calls < 3) await wakeUps.schedule('sweep', id, START);
    });
    await wakeUps.schedule('sweep', 'daily', START);
    await waitFor('three calls', () => calls === 3);
  });

  it('H3 schedules of one id from two processes at once end as one call, and leave nothing in Redis', async () => {
    const clock = new MovableClock(START);
    const [one, other] = [await member({ clock }), await member({ clock })];
    const calls: string[] = [];
    await Promise.all(Array.from({ length: 60 }, (_, i) => (i % 2 === 0 ? one : other).schedule('sweep', 'case-1', at(10 + i))));
    for (const wakeUps of [one, other]) {
      wakeUps.handle('sweep', async (id) => void calls.push(id));
      wakeUps.handle('marker', async (id) => void calls.push(id));
    }
    clock.advance(90 * MINUTE);
    await one.nudge();
    await waitFor('the call', () => calls.length > 0);
    await one.schedule('marker', 'end', START);
    await waitFor('the marker', () => calls.includes('end'));
    await waitFor('nothing left', async () => (await tool.count()) + (await tool.getActiveCount()) === 0);
    expect(calls).toEqual(['case-1', 'end']);
    expect(await tool.client.hlen(`${prefix}:sweep:calls`)).toBe(0);
  });

  it('H3 a process that died while it replaced a wake-up leaves the older one in force', async () => {
    const clock = new MovableClock(START);
    const wakeUps = await member({ clock });
    const called = new Promise<string>((resolve) => wakeUps.handle('sweep', async (id) => resolve(id)));
    await wakeUps.schedule('sweep', 'case-1', at(1));
    await tool.client.eval(REGISTER, 2, `${prefix}:sweep:calls`, `${prefix}:sweep:epoch`, 'case-1', at(60).getTime(), 'never-added', 'always', 'x', `${prefix}:sweep:`);
    clock.advance(2 * MINUTE);
    await wakeUps.nudge();
    expect(await called).toBe('case-1');
  });

  it('H3 a doubled job calls nobody', async () => {
    const wakeUps = await member();
    const calls: string[] = [];
    wakeUps.handle('sweep', async (id) => void calls.push(id));
    await tool.add({ id: 'case-1', at: START.getTime() }, { jobId: 'a-second-time', removeOnComplete: true });
    await waitFor('the job to end', async () => (await tool.getJob('a-second-time')) === null);
    expect(calls).toEqual([]);
  });

  it('D1 nobody is called before the instant by the clock that the handler reads', async () => {
    const behind = new MovableClock(new Date(START.getTime() - 5 * MINUTE));
    const [ahead, worker] = [await member(), await member({ clock: behind })];
    const calls: Date[] = [];
    worker.handle('sweep', async () => void calls.push(behind.now()));
    await ahead.schedule('sweep', 'case-1', START);
    await waitFor('the job to be put off', async () => (await tool.getDelayedCount()) === 1);
    behind.advance(5 * MINUTE);
    await worker.nudge();
    await waitFor('the call', () => calls.length === 1);
    expect(calls[0]?.getTime()).toBeGreaterThanOrEqual(START.getTime());
  });
});

describe('Bull wake-ups: processes that end', () => {
  it('H3 a process that ends in the middle of a handler is stepped in for by another one', async () => {
    const [first, second] = [await member({ lockMs: 500 }), await member({ lockMs: 500 })];
    const begun = new Promise<void>((resolve) => first.handle('sweep', () => {
      resolve();
      return new Promise(() => undefined);
    }));
    await first.schedule('sweep', 'case-1', START);
    await begun;
    await first.stop();
    const called = new Promise<string>((resolve) => second.handle('sweep', async (id) => resolve(id)));
    expect(await called).toBe('case-1');
  });

  it('stop waits for handlers that end, takes no new work, and leaves it to others', async () => {
    const [first, second] = [await member({ stopMs: 5_000 }), await member()];
    const done: string[] = [];
    let release: () => void = () => undefined;
    const begun = new Promise<void>((resolve) => first.handle('sweep', async (id) => {
      resolve();
      if (id === 'case-1') await new Promise<void>((go) => (release = go));
      done.push(id);
    }));
    await first.schedule('sweep', 'case-1', START);
    await begun;
    const stopped = first.stop();
    await first.schedule('sweep', 'after', START);
    await second.schedule('sweep', 'case-2', START);
    release();
    await stopped;
    expect(done).toEqual(['case-1']);
    const called = new Promise<string>((resolve) => second.handle('sweep', async (id) => resolve(id)));
    expect(await called).toBe('case-2');
  });
});

describe('Bull wake-ups: Redis', () => {
  const lines: CutLine[] = [];
  afterEach(async () => {
    for (const line of lines.splice(0)) await line.cut();
  });
  async function line(): Promise<CutLine> {
    const opened = await CutLine.to(redisUrl);
    lines.push(opened);
    return opened;
  }

  it('H3 keeps what is scheduled while Redis is away, tells of it, and calls when Redis is back', async () => {
    const cable = await line();
    const told: OutrightError[] = [];
    const clock = new MovableClock(START);
    const wakeUps = await member({ redisUrl: cable.through(redisUrl), clock, unreachable: (error) => told.push(error) });
    const calls: string[] = [];
    wakeUps.handle('sweep', async (id) => void calls.push(id));
    await wakeUps.schedule('sweep', 'earlier', at(30));
    await cable.cut();
    await waitFor('word of the outage', () => told.length > 0);
    await wakeUps.schedule('sweep', 'now', at(60));
    await wakeUps.schedule('sweep', 'now', START);
    await wakeUps.schedule('sweep', 'later', at(20));
    expect(told.at(-1)).toMatchObject({ code: 'redis-unreachable', retriable: true, fix: expect.stringContaining(new URL(cable.through(redisUrl)).host) });
    await expect(wakeUps.nudge()).rejects.toMatchObject({ code: 'redis-unreachable' });
    await cable.mend();
    await waitFor('the call', () => calls.length === 1);
    clock.advance(40 * MINUTE);
    await waitFor('later to be taken', async () => (await tool.getDelayedCount()) + calls.length >= 3);
    await wakeUps.nudge();
    await waitFor('the other calls', () => calls.length === 3);
    expect(calls[0]).toBe('now');
    expect(calls.slice(1).sort()).toEqual(['earlier', 'later']);
  });

  it('a Redis that falls silent holds schedule and nudge no longer than the time for an answer', async () => {
    const cable = await line();
    const told: OutrightError[] = [];
    const wakeUps = await member({ redisUrl: cable.through(redisUrl), answerMs: 300, unreachable: (error) => told.push(error) });
    const calls: string[] = [];
    wakeUps.handle('sweep', async (id) => void calls.push(id));
    await wakeUps.schedule('sweep', 'first', START);
    await waitFor('the first call', () => calls.length === 1);
    cable.fallSilent();
    await wakeUps.schedule('sweep', 'second', START);
    expect(told.map(({ code, retriable }) => [code, retriable])).toContainEqual(['redis-unreachable', true]);
    await expect(wakeUps.nudge()).rejects.toMatchObject({ code: 'redis-unreachable', retriable: true });
    await cable.cut();
    await cable.mend();
    await waitFor('the second call', () => calls.includes('second'));
  });

  it('H3 gives Redis again what it lost, ten times over', async () => {
    const clock = new MovableClock(START);
    const wakeUps = await member({ clock });
    const calls: string[] = [];
    wakeUps.handle('sweep', async (id) => void calls.push(id));
    for (const id of ['case-1', 'case-2', 'case-3']) await wakeUps.schedule('sweep', id, at(10));
    for (let i = 0; i < 10; i++) {
      await loseAllData();
      await waitFor('the wake-ups to be back', async () => (await tool.getDelayedCount()) === 3);
    }
    clock.advance(11 * MINUTE);
    await wakeUps.nudge();
    await waitFor('the calls', () => calls.length === 3);
    expect([...calls].sort()).toEqual(['case-1', 'case-2', 'case-3']);
  });

  it('H3 when process and data are both gone, scheduling again at the start brings the calls back', async () => {
    const first = await member();
    await first.schedule('sweep', 'case-1', START);
    await first.stop();
    await loseAllData();
    const second = await member();
    const called = new Promise<string>((resolve) => second.handle('sweep', async (id) => resolve(id)));
    await second.schedule('sweep', 'case-1', START);
    expect(await called).toBe('case-1');
  });

  it('SEC-03 (partly) Redis is given topics, ids and instants, and not a word of an error', async () => {
    const heard: unknown[] = [];
    const wakeUps = await member({ failed: (topic, error) => heard.push([topic, (error as Error).message]) });
    const seen: string[] = [];
    const ear = tool.client.duplicate();
    await ear.psubscribe(`${prefix}*`);
    ear.on('pmessage', (_pattern, channel, message) => seen.push(channel, message));
    wakeUps.handle('sweep', async () => Promise.reject(new Error('no mailbox for jane@customer.example')));
    await wakeUps.schedule('sweep', 'case-1', START);
    await waitFor('the failure', () => heard.length === 1);
    await waitFor('the job to end', async () => (await tool.getActiveCount()) === 0);
    await wakeUps.schedule('sweep', 'case-2', at(60));
    const [job] = await tool.getDelayed();
    expect(job?.data).toEqual({ id: 'case-2', at: at(60).getTime() });
    for (const key of await tool.client.keys(`${prefix}*`)) seen.push(key);
    expect(seen.join(' ')).not.toMatch(/jane|customer/);
    expect(heard).toEqual([['sweep', 'no mailbox for jane@customer.example']]);
    ear.disconnect();
  });

  it('an address that is malformed, leads nowhere or is refused says so at the start, without its password', async () => {
    const attempt = (url: string): Promise<OutrightError> => member({ redisUrl: url, answerMs: 1_000 }).then(() => Promise.reject(new Error('opened')), (error: OutrightError) => error);
    const host = new URL(redisUrl).host;
    for (const url of ['redis//x:secret', 'http://u:secret@h', `redis://:secret@${host}/name`]) expect(await attempt(url)).toMatchObject({ code: 'redis-url' });
    const nowhere = await attempt('redis://u:secret@127.0.0.1:1');
    expect(nowhere).toMatchObject({ code: 'redis-unreachable', retriable: true, fix: 'Is Redis running at 127.0.0.1:1, and may this machine reach it?' });
    const refused = await attempt(`redis://nobody:secret@${host}`);
    expect(refused).toMatchObject({ code: 'redis-unauthorised', retriable: false });
    for (const error of [nowhere, refused]) expect(`${error.message} ${error.fix} ${String(error.cause)}`).not.toContain('secret');
  });
});
