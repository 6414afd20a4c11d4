import { setImmediate as nextTurn } from 'node:timers/promises';
import { COLLECTIONS, type CampaignDoc, type ClockDoc, type DispatchDoc, type ErasureDoc, type OptOutDoc } from '#contracts/read-models';
import type { Doc } from '#kernel/projection';
import type { ReadModelStore } from '#engine/read-models/read-model.port';

export interface OverdueClock { readonly clockId: string; readonly kind: string; readonly caseRef: string; readonly dueAt: string }

interface CaseStates { readonly open: number; readonly completed: number; readonly overdue: number }
export interface ErasureSeries extends CaseStates {
  /** Of each completed case, from receipt (or from the instant of expiry) to proof. */
  readonly hours: readonly number[];
}

/** Counts and ids, nothing personal. */
export interface Summary {
  readonly asOf: string;
  readonly campaigns: readonly { readonly name: string; readonly state: string; readonly audienceSize: number; readonly launchedAt: string }[];
  readonly campaignsByState: Readonly<Record<string, number>>;
  readonly prospectsByState: Readonly<Record<string, number>>;
  readonly contactsByState: Readonly<Record<string, number>>;
  readonly dispatchesByStatus: Readonly<Record<string, number>>;
  readonly refusalsByReason: Readonly<Record<string, number>>;
  readonly handedOffAfterOptOut: number;
  readonly optOutsByChannel: Readonly<Record<string, number>>;
  readonly erasures: CaseStates & { readonly afterWish: ErasureSeries; readonly withoutWish: ErasureSeries };
  readonly clocks: { readonly open: number; readonly met: number; readonly missed: number; readonly overdueNow: readonly OverdueClock[]; readonly byKind: Readonly<Record<string, number>> };
}

const PAGE = 500;
const HOUR = 3_600_000;

/** Every document of a collection, page by page. */
export async function* allDocs<D extends Doc>(models: ReadModelStore, collection: string, where?: Record<string, string>): AsyncGenerator<D> {
  let cursor: string | undefined;
  do {
    const page = await models.find<D>(collection, { limit: PAGE, ...(where === undefined ? {} : { where }), ...(cursor === undefined ? {} : { cursor }) });
    yield* page.items;
    cursor = page.next;
    await nextTurn();
  } while (cursor !== undefined);
}

const counted = (counts: Record<string, number>, key: string): void => void (counts[key] = (counts[key] ?? 0) + 1);

/** @param has whether the store knows a collection: a replay of a smaller product has fewer */
export async function summarise(models: ReadModelStore, asOf: Date, has: (collection: string) => boolean): Promise<Summary> {
  const count = (collection: string, by: string) => (has(collection) ? models.count(collection, undefined, by) : Promise.resolve({}));
  const docs = <D extends Doc>(collection: string, where?: Record<string, string>) => (has(collection) ? allDocs<D>(models, collection, where) : []);

  const campaigns: CampaignDoc[] = [];
  for await (const campaign of docs<CampaignDoc>(COLLECTIONS.campaigns)) campaigns.push(campaign);
  const refusalsByReason: Record<string, number> = {};
  for await (const { reasons } of docs<DispatchDoc>(COLLECTIONS.dispatches, { status: 'refused' })) for (const reason of reasons ?? []) counted(refusalsByReason, reason);
  let handedOffAfterOptOut = 0;
  for await (const { afterOptOut } of docs<DispatchDoc>(COLLECTIONS.dispatches, { status: 'handed_off' })) if (afterOptOut === true) handedOffAfterOptOut += 1;
  const optOutsByChannel: Record<string, number> = {};
  for await (const { channel } of docs<OptOutDoc>(COLLECTIONS.optOuts)) counted(optOutsByChannel, channel);

  return {
    asOf: asOf.toISOString(),
    campaigns: campaigns.sort((a, b) => (a.launchedAt < b.launchedAt ? -1 : 1)).map(({ name, state, audienceSize, launchedAt }) => ({ name, state, audienceSize, launchedAt })),
    campaignsByState: await count(COLLECTIONS.campaigns, 'state'),
    prospectsByState: await count(COLLECTIONS.prospects, 'state'),
    contactsByState: await count(COLLECTIONS.contacts, 'state'),
    dispatchesByStatus: await count(COLLECTIONS.dispatches, 'status'),
    refusalsByReason, handedOffAfterOptOut, optOutsByChannel,
    erasures: await erasures(docs<ErasureDoc>(COLLECTIONS.erasures)),
    clocks: await clocks(docs<ClockDoc>(COLLECTIONS.clocks), asOf),
  };
}

/** What a person asked for, and what fell due by itself: expired data, and data of minors. */
const WITHOUT_WISH: ReadonlySet<string> = new Set(['expired', 'minor']);

async function erasures(docs: AsyncIterable<ErasureDoc> | readonly ErasureDoc[]): Promise<Summary['erasures']> {
  const series = () => ({ open: 0, completed: 0, overdue: 0, hours: [] as number[] });
  const [afterWish, withoutWish] = [series(), series()];
  for await (const { state, trigger, receivedAt, completedAt } of docs) {
    const of = WITHOUT_WISH.has(trigger) ? withoutWish : afterWish;
    of[state] += 1;
    if (completedAt !== undefined) of.hours.push((Date.parse(completedAt) - Date.parse(receivedAt)) / HOUR);
  }
  const both = (state: keyof CaseStates) => afterWish[state] + withoutWish[state];
  return { open: both('open'), completed: both('completed'), overdue: both('overdue'), afterWish, withoutWish };
}

async function clocks(docs: AsyncIterable<ClockDoc> | readonly ClockDoc[], asOf: Date): Promise<Summary['clocks']> {
  const states = { open: 0, met: 0, missed: 0 };
  const byKind: Record<string, number> = {};
  const overdueNow: OverdueClock[] = [];
  for await (const { clockId, kind, caseRef, dueAt, state } of docs) {
    states[state] += 1;
    if (state !== 'open') continue;
    counted(byKind, kind);
    if (Date.parse(dueAt) <= asOf.getTime()) overdueNow.push({ clockId, kind, caseRef, dueAt });
  }
  return { ...states, overdueNow: overdueNow.sort((a, b) => (a.dueAt < b.dueAt ? -1 : 1)), byKind };
}
