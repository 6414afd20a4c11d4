import { MovableClock } from '#engine/clock/movable.clock';
import { decodeEvent } from '#engine/event-log/event-codec';
import type { EventStore, StoredEvent } from '#engine/event-store/event-store.port';
import type { RecordedEvent } from '#kernel/recorded-event';
import { MailSink } from '#test/faults/harness/mail-sink';
import { importList, launch, listOf, makeReady } from '#test/faults/harness/prospects';
import type { AppAnswer } from '#test/support/app-client';
import type { EngineUnderTest } from '#test/support/engines';
import type { TestStandalone } from '#test/support/standalone';
import { waitFor } from '#test/support/wait-for';
import { watching } from './progress.js';

export const CAMPAIGN = 'scanners';

export interface Product extends TestStandalone {
  readonly sink: MailSink;
  /** Says on the phone that they want no more; 200 once it is recorded. Who was acknowledged, and when by `performance.now()`, is kept. */
  leave(address: string): Promise<number>;
  readonly acknowledged: ReadonlyMap<string, number>;
}

/** The whole product in this process on the services of the test, with everybody's mailbox and with people who leave. */
export async function product(engine: EngineUnderTest, connections = 4): Promise<Product> {
  const sink = await MailSink.open();
  const app = await engine.run({ smtpPort: sink.port, connections, extra: await engine.settings(), clock: new MovableClock(new Date()) });
  const acknowledged = new Map<string, number>();
  return {
    ...app, sink, acknowledged,
    async leave(address) {
      const { status, body } = await app.local.post('/v1/opt-outs', { json: { addresses: [address], channel: 'phone', receivedAt: app.clock.now().toISOString() } });
      if (status !== 200 || body.recorded !== 1) return status === 200 ? 0 : status;
      acknowledged.set(address, performance.now());
      return status;
    },
    close: async () => (await app.close(), sink.close()),
  };
}

/** An installation that may send, and these people in it. */
export async function withPeople({ local }: Product, addresses: readonly string[]): Promise<void> {
  await makeReady(local);
  await importList(local, 'list', listOf(addresses), 60_000 + addresses.length * 100);
}

export const launchTo = ({ local }: Product): Promise<void> => launch(local, CAMPAIGN, 'list');

export const steer = ({ local }: Product, action: 'pause' | 'resume'): Promise<AppAnswer> => local.post(`/v1/campaigns/${CAMPAIGN}/${action}`, { json: {} });

/** Every event of the authority, stream by stream: what is true, whatever was published or projected of it. */
export async function everyEvent(store: EventStore): Promise<StoredEvent[]> {
  const events: StoredEvent[] = [];
  for (let after = '', page = await store.heads(after, 1_000); page.length > 0; after = page.at(-1)!.streamId, page = await store.heads(after, 1_000)) {
    for (let at = 0; at < page.length; at += 50) events.push(...(await Promise.all(page.slice(at, at + 50).map(({ streamId }) => store.load(streamId)))).flat());
  }
  return events;
}

export const authority = async ({ app: { engine } }: Product): Promise<RecordedEvent[]> => (await everyEvent(engine.store)).map(decodeEvent);

/** Waits for the event that ends the campaign, in the authority. */
export async function campaignOver(on: Product, limit: number): Promise<void> {
  const { store } = on.app.engine;
  const campaignId = (await store.heads('campaign-', 1))[0]!.streamId;
  const end = watching(() => `${on.sink.arrivals.length} messages, ${on.acknowledged.size} opt-outs`);
  await waitFor('the end of the campaign', async () => (await store.loadText(campaignId)).some(({ type }) => type === 'CampaignFinished'), limit, 250).finally(end);
}

/** Everything in Kafka, each stream's versions in the order in which a reader meets them. */
export async function publishedVersions({ app: { engine: { feed } } }: Product): Promise<Map<string, number[]>> {
  await waitFor('everything to be published', () => feed.published().then(() => true, () => false), 120_000);
  const versions = new Map<string, number[]>();
  for (let page = await feed.read(0, 2_000); page.length > 0; page = await feed.read(page.at(-1)!.position, 2_000)) {
    for (const { streamId, version } of page) versions.set(streamId, [...(versions.get(streamId) ?? []), version]);
  }
  return versions;
}

function repeated(ids: readonly string[]): string[] {
  const seen = new Set<string>();
  return ids.filter((id) => seen.has(id) || !seen.add(id));
}

/** What a campaign broke, each as a list that is empty when the promise was kept. */
export async function brokenBy(on: Product, everyone: readonly string[]) {
  const log = await authority(on);
  const arrivals = on.sink.arrivals;
  const ids = arrivals.map(({ dispatchId }) => dispatchId);
  const said = new Set(log.filter(({ type }) => type === 'EmailHandedOff').map(({ data }) => data['dispatchId'] as string));
  const optOuts = new Set(log.filter(({ type }) => type === 'OptOutRecorded').map(({ streamId }) => streamId));
  const delivered = new Set(ids);
  const written = new Set(arrivals.map(({ to }) => to));
  return {
    afterTheAnswer: arrivals.filter(({ to, at }) => at > (on.acknowledged.get(to) ?? Infinity)).map(({ dispatchId }) => dispatchId),
    deliveredTwice: repeated(ids),
    deliveredAndNotSaid: ids.filter((id) => !said.has(id)),
    saidAndNotDelivered: [...said].filter((id) => !delivered.has(id)),
    neitherWrittenToNorGone: everyone.filter((address) => !written.has(address) && !on.acknowledged.has(address)),
    lostOptOuts: [on.acknowledged.size - optOuts.size].filter((missing) => missing !== 0),
  };
}

/** For the line at the end. */
export const countsOf = ({ sink: { arrivals }, acknowledged }: Product, broken: Awaited<ReturnType<typeof brokenBy>>) => ({
  messages: arrivals.length, 'opt-outs': acknowledged.size, twice: broken.deliveredTwice.length, late: broken.afterTheAnswer.length,
  lost: broken.neitherWrittenToNorGone.length + broken.saidAndNotDelivered.length + broken.lostOptOuts.length,
});

export const ALL_KEPT = { afterTheAnswer: [], deliveredTwice: [], deliveredAndNotSaid: [], saidAndNotDelivered: [], neitherWrittenToNorGone: [], lostOptOuts: [] };
