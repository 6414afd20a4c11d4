import { randomBytes } from 'node:crypto';
import type { CommitRequest } from '#engine/event-store/event-store.port';
import { newStream } from '#engine/event-store/prepared-event.fixture';
import { permissionProjections } from '#permission/projections/index';
import { testEngine, type TestEngine } from '#test/support/engine';
import { distributedTestEngine } from './support/distributed-test-engine.js';

export interface Grown { readonly events: number; readonly appendSeconds: number; readonly projectSeconds: number }
export interface GrowthBenchResult { readonly distributed: readonly Grown[]; readonly embedded: readonly Grown[] }

const BATCH = 1_000;

/**
 * Events appended to streams of their own, a thousand commits at a time, then folded by the product's projections into one document each.
 * The MongoDB stand-in keeps all of it in its heap: start the services with `_JAVA_OPTIONS=-Xmx2g`, for a million events with 8g.
 */
export async function run({ sizes = [10_000, 100_000] }: { readonly sizes?: readonly number[] } = {}): Promise<GrowthBenchResult> {
  const distributed: Grown[] = [];
  const embedded: Grown[] = [];
  // Code is warm before the smallest size is measured.
  for (const [at, events] of [Math.min(2_000, sizes[0]!), ...sizes].entries()) {
    const services = await distributedTestEngine(4);
    const there = await grow(services, events);
    await services.remove();
    const here = await testEngine();
    const local = await grow(here, events);
    await here.engine.close();
    if (at === 0) continue;
    distributed.push(there);
    embedded.push(local);
  }
  return { distributed, embedded };
}

async function grow({ engine, log, meta }: TestEngine, events: number): Promise<Grown> {
  let appending = 0;
  for (let at = 0; at < events; at += BATCH) {
    const commits: CommitRequest[] = await Promise.all(Array.from({ length: Math.min(BATCH, events - at) }, () => {
      const contactId = newStream();
      const data = { contactId, dispatchId: randomBytes(13).toString('hex'), campaignId: 'campaign-316d6b7c4cd57fb3bb965b334d2a88ed', reasons: ['campaign-paused'], verdictsRef: '139feedea1dbe5645d0b7e05', ruleSetVersion: 'bench' };
      return log.prepare({ streamId: contactId, expected: 0, meta, events: [{ type: 'DispatchRefused', data }] });
    }));
    const began = performance.now();
    await engine.store.appendMany(commits);
    appending += performance.now() - began;
  }
  await engine.feed.published();
  const projections = engine.projecting(permissionProjections);
  const began = performance.now();
  await projections.start();
  await projections.caughtUp();
  const projecting = performance.now() - began;
  const { total } = await engine.readModels.count('dispatches');
  if (total !== events) throw new Error(`${total ?? 0} of ${events} documents were folded.`);
  await projections.stop();
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
    `   one event a stream, ${BATCH} commits at a time; folded from an empty start into one document each, 4 partitions`,
  ].join('\n');
}
