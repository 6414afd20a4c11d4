import { randomBytes } from 'node:crypto';
import Bull from 'bull';
import { SystemClock } from '#engine/clock/system.clock';
import { preparedEvent, newStream } from '#engine/event-store/prepared-event.fixture';
import { BullWakeUps } from '#engine/wake-ups/bull.wake-ups';
import { testEngine } from '#test/support/engine';
import { durableRedis } from './support/durable-redis.js';
import { paired, rateOf, type Paired, type Side } from './support/paired.js';
import { spreadText } from './support/spread.js';

export interface QueueBenchResult { readonly jobs: number; readonly redis: string; readonly adapter: Paired; readonly embedded: Paired }

const CONCURRENCY = 8;

/**
 * B8: no-op jobs, each handed in by itself and due at once, until each was called. Both on one Redis of the bench's own that syncs
 * before it answers. The embedded scheduler keeps nothing itself: a wake-up that survives is one whose instant stands in its stream, so
 * that is written and synced before each call and taken away after it.
 */
export async function run({ jobs = 5_000, rounds = 5 } = {}): Promise<QueueBenchResult> {
  const redis = await durableRedis();
  const [ours, bare, embedded] = [await adapterSide(redis.url), bareSide(redis.port), await embeddedSide()];
  try {
    return {
      jobs, redis: redis.version,
      adapter: await paired(ours.side, bare.side, { size: jobs, rounds }),
      embedded: await paired(embedded.side, bare.side, { size: jobs, rounds }),
    };
  } finally {
    for (const side of [ours, bare, embedded]) await side.close();
    await redis.stop();
  }
}

/** Resolves when so many were called. */
class Calls {
  private left = 0;
  private done: () => void = () => undefined;

  expect(count: number): Promise<void> {
    this.left = count;
    return new Promise((resolve) => (this.done = resolve));
  }

  readonly called = async (): Promise<void> => {
    if ((this.left -= 1) === 0) this.done();
  };
}

interface BenchSide { readonly side: Side; close(): Promise<unknown> }

const ids = (size: number): string[] => Array.from({ length: size }, () => randomBytes(12).toString('hex'));

async function adapterSide(redisUrl: string): Promise<BenchSide> {
  const clock = new SystemClock();
  const wakeUps = await BullWakeUps.open({ redisUrl, prefix: 'bench:', clock });
  const calls = new Calls();
  wakeUps.handle('sweep', calls.called);
  return {
    close: () => wakeUps.stop(),
    side: (size) => rateOf(size, async () => {
      const called = calls.expect(size);
      const at = clock.now();
      await Promise.all(ids(size).map((id) => wakeUps.schedule('sweep', id, at)));
      await called;
    }),
  };
}

function bareSide(port: number): BenchSide {
  const queue = new Bull<{ id: string }>('bare', { redis: { host: '127.0.0.1', port } });
  const calls = new Calls();
  void queue.process(CONCURRENCY, calls.called);
  return {
    close: () => queue.close(),
    side: (size) => rateOf(size, async () => {
      const called = calls.expect(size);
      await Promise.all(ids(size).map((id) => queue.add({ id }, { jobId: id, removeOnComplete: true, removeOnFail: true })));
      await called;
    }),
  };
}

async function embeddedSide(): Promise<BenchSide> {
  const { engine, clock } = await testEngine(undefined, new SystemClock() as never);
  const { store, wakeUps } = engine;
  const streams: string[] = [];
  const calls = new Calls();
  wakeUps.handle('sweep', async (streamId) => {
    await store.append({ streamId, expected: 'any', events: [], wakeAt: null });
    await calls.called();
  });
  return {
    close: () => engine.close(),
    async side(size) {
      if (streams.length < size) {
        const fresh = Array.from({ length: size - streams.length }, () => newStream());
        await store.appendMany(fresh.map((streamId) => ({ streamId, expected: 0, events: [preparedEvent()] })));
        streams.push(...fresh);
      }
      return rateOf(size, async () => {
        const called = calls.expect(size);
        const at = clock.now();
        await Promise.all(streams.slice(0, size).map(async (streamId) => {
          await store.append({ streamId, expected: 'any', events: [], wakeAt: at });
          await wakeUps.schedule('sweep', streamId, at);
        }));
        await called;
      });
    },
  };
}

export function textOf({ jobs, redis, adapter, embedded }: QueueBenchResult): string[] {
  const server = `   Redis ${redis} of the bench's own, appendonly yes, appendfsync always; ${jobs} no-op jobs a round, each added by itself, ${CONCURRENCY} handlers at once (the adapter has as many more jobs at hand), ${adapter.rounds} rounds in turns`;
  return [
    [`B8 Bull adapter: ${spreadText(adapter.ratio, 2)} times bare Bull 4 (min–median–max; floor 0.6, target 0.8)`,
      `   adapter ${spreadText(adapter.ours)} wake-ups/s: replaceable by id, told from stale jobs, given again where Redis loses its data`,
      `   bare    ${spreadText(adapter.rival)} jobs/s: the same ids, nothing else kept`, server].join('\n'),
    [`B8 embedded scheduler, durable: ${spreadText(embedded.ratio, 2)} times durable Bull (min–median–max; floor 1, target 3)`,
      `   embedded ${spreadText(embedded.ours)} wake-ups/s: the instant synced with its stream, called, cleared and synced (SQLite WAL, synchronous=FULL, group commit)`,
      `   Bull     ${spreadText(embedded.rival)} jobs/s`, server].join('\n'),
  ];
}
