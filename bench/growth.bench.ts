import { randomBytes } from 'node:crypto';
import type { CommitRequest, EventStore } from '#engine/event-store/event-store.port';
import { newStream } from '#engine/event-store/prepared-event.fixture';
import { ProjectionRunner } from '#engine/reactions/projection-runner';
import type { ReadModelStore } from '#engine/read-models/read-model.port';
import type { EventFeed } from '#engine/event-feed/event-feed.port';
import { permissionProjections } from '#permission/projections/index';
import { testEngine, type TestEngine } from '#test/support/engine';
import { logOnServices } from './support/log-on-services.js';

export interface Grown { readonly events: number; readonly appendSeconds: number; readonly projectSeconds: number }
export interface GrowthBenchResult { readonly distributed: readonly Grown[]; readonly embedded: readonly Grown[] }

/** As much of an engine as a log needs that is appended to and folded. `publish` is no part of what is measured. */
interface Log {
  readonly store: Pick<EventStore, 'appendMany'>;
  readonly feed: EventFeed;
  readonly readModels: ReadModelStore;
  publish(commits: readonly CommitRequest[]): Promise<void>;
  close(): Promise<void>;
}

const BATCH = 1_000;

/**
 * Events appended to streams of their own, a thousand commits at a time, then folded by the product's projections into one document each.
 * On services they are published from memory: the relay finds its commits by an index, which the MongoDB stand-in does not keep. It keeps
 * all in its heap: start the services with `_JAVA_OPTIONS=-Xmx2g`, for a million events with 8g.
 */
export async function run({ sizes = [10_000, 100_000] }: { readonly sizes?: readonly number[] } = {}): Promise<GrowthBenchResult> {
  const distributed: Grown[] = [];
  const embedded: Grown[] = [];
  const making = await testEngine();
  // Code is warm before the smallest size is measured.
  for (const [at, events] of [Math.min(2_000, sizes[0]!), ...sizes].entries()) {
    const there = await grow(making, await logOnServices(), events);
    const { engine } = await testEngine();
    const here = await grow(making, { ...engine, publish: async () => undefined }, events);
    if (at === 0) continue;
    distributed.push(there);
    embedded.push(here);
  }
  await making.engine.close();
  return { distributed, embedded };
}

async function grow({ log, meta }: TestEngine, on: Log, events: number): Promise<Grown> {
  const { store, feed, readModels } = on;
  let appending = 0;
  for (let at = 0; at < events; at += BATCH) {
    const commits: CommitRequest[] = await Promise.all(Array.from({ length: Math.min(BATCH, events - at) }, () => {
      const contactId = newStream();
      const data = { contactId, dispatchId: randomBytes(13).toString('hex'), campaignId: 'campaign-316d6b7c4cd57fb3bb965b334d2a88ed', reasons: ['campaign-paused'], verdictsRef: '139feedea1dbe5645d0b7e05', ruleSetVersion: 'bench' };
      return log.prepare({ streamId: contactId, expected: 0, meta, events: [{ type: 'DispatchRefused', data }] });
    }));
    const began = performance.now();
    await store.appendMany(commits);
    appending += performance.now() - began;
    await on.publish(commits);
  }
  const projections = new ProjectionRunner(feed, readModels, permissionProjections);
  const began = performance.now();
  await projections.start();
  await projections.caughtUp();
  const projecting = performance.now() - began;
  const { total } = await readModels.count('dispatches');
  if (total !== events) throw new Error(`${total ?? 0} of ${events} documents were folded.`);
  await projections.stop();
  await on.close();
  return { events, appendSeconds: appending / 1_000, projectSeconds: projecting / 1_000 };
}

/** Time over what the smallest size promised for each next one: 1 is linear. */
export function slopes(grown: readonly Grown[], of: 'appendSeconds' | 'projectSeconds'): number[] {
  return grown.slice(1).map((one, at) => one[of] / grown[at]![of] / (one.events / grown[at]!.events));
}

export function textOf({ distributed, embedded }: GrowthBenchResult): string {
  const line = (engine: string, grown: readonly Grown[], of: 'appendSeconds' | 'projectSeconds') => {
    const rates = grown.map((one) => `${one.events.toLocaleString('en-US')}: ${one[of].toFixed(1)} s, ${Math.round(one.events / one[of]).toLocaleString('en-US')}/s`).join('; ');
    return `   ${engine} ${rates}; slope ${slopes(grown, of).map((slope) => slope.toFixed(2)).join(', ')}`;
  };
  const ratio = (of: 'appendSeconds' | 'projectSeconds') => distributed.map((one, at) => (embedded[at]![of] / one[of]).toFixed(2)).join(', ');
  return [
    `Appends and projections as the log grows: slope ${[...slopes(distributed, 'appendSeconds'), ...slopes(distributed, 'projectSeconds')].map((slope) => slope.toFixed(2)).join(', ')} on services (1 is linear; at most 1.1)`,
    `   appends on services ${ratio('appendSeconds')} times the embedded engine's rate, projections ${ratio('projectSeconds')} times`,
    line('appends, distributed    ', distributed, 'appendSeconds'), line('appends, embedded       ', embedded, 'appendSeconds'),
    line('projections, distributed', distributed, 'projectSeconds'), line('projections, embedded   ', embedded, 'projectSeconds'),
    `   one event a stream, ${BATCH} commits at a time; folded from an empty start into one document each, 4 partitions; published from memory, because the stand-in goes through all commits for each of the relay's looks`,
  ].join('\n');
}
