import type { RecordedEvent } from '#kernel/recorded-event';
import type { AppClient } from '#test/support/app-client';
import type { Dispatch } from './campaign-under-fire.js';
import type { Leavers } from './leavers.js';
import type { MailSink } from './mail-sink.js';
import { allOf, importList, listOf } from './prospects.js';

const FINAL = new Set(['handed_off', 'refused', 'cancelled', 'unknown']);

/** A finished campaign, on whatever engine. */
export interface FinishedCampaign {
  readonly sink: MailSink;
  readonly leavers: Leavers;
  readonly everyone: readonly string[];
  readonly local: AppClient;
  readonly options: { readonly connections: number };
  readonly recoveries: readonly { readonly unknown: readonly string[]; readonly crashes: number }[];
  readonly damaged: readonly unknown[];
  dispatches(): Promise<Dispatch[]>;
  verify(): Promise<{ findings: unknown[] }>;
  /** Ends what runs and reads every event. */
  endAndRead(): Promise<RecordedEvent[]>;
}

/**
 * What a finished campaign broke of H1, H2 and H3, each as a list of ids that is empty when the promise was kept. Ends the app, because
 * the log is read at last.
 */
export async function brokenPromises(fire: FinishedCampaign): Promise<Record<string, readonly unknown[]>> {
  const { sink: { arrivals }, leavers: { acknowledged }, everyone, local } = fire;
  const dispatches = await fire.dispatches();
  const statusOf = new Map(dispatches.map(({ dispatchId, status }) => [dispatchId, status]));
  const contactOf = new Map(dispatches.map(({ dispatchId, contactId }) => [dispatchId, contactId]));
  const leftContacts = new Set((await allOf<{ contactId: string }>(local, '/v1/opt-outs')).map(({ contactId }) => contactId));
  const gone = [...acknowledged.keys()];
  const again = gone.length === 0 ? { suppressed: 0, rows: 0 } : await importList(local, 'bought-again', listOf(gone));
  const integrity = await fire.verify();
  const log = await fire.endAndRead();
  const dispatchIds = arrivals.map(({ dispatchId }) => dispatchId);

  return {
    finalDotAfterTheAnswer: arrivals.filter(({ to, at }) => at > (acknowledged.get(to) ?? Infinity)).map(({ dispatchId }) => dispatchId),
    deliveredTwice: dispatchIds.filter((id, n) => dispatchIds.indexOf(id) !== n),
    writtenToTwice: arrivals.filter(({ to }, n) => arrivals.findIndex((first) => first.to === to) !== n).map(({ dispatchId }) => dispatchId),
    deliveredAndNotSaid: dispatchIds.filter((id) => !['handed_off', 'unknown'].includes(statusOf.get(id) ?? '')),
    saidAndNotDelivered: dispatches.filter(({ dispatchId, status }) => status === 'handed_off' && !dispatchIds.includes(dispatchId)),
    withoutFinalState: dispatches.filter(({ status }) => !FINAL.has(status)),
    membersWithoutDispatch: [everyone.length - new Set(dispatches.map(({ contactId }) => contactId)).size].filter((missing) => missing !== 0),
    moreUnknownThanConnections: fire.recoveries.filter(({ unknown, crashes }) => unknown.length > crashes * fire.options.connections),
    lostOptOuts: arrivals.filter(({ to, dispatchId }) => acknowledged.has(to) && !leftContacts.has(contactOf.get(dispatchId) ?? '')).map(({ dispatchId }) => dispatchId),
    acknowledgedWithoutEvent: [gone.length - new Set(log.filter(({ type }) => type === 'OptOutRecorded').map(({ streamId }) => streamId)).size].filter((missing) => missing > 0),
    importedAgain: again.suppressed === gone.length && again.rows === gone.length ? [] : [again],
    integrity: [...fire.damaged, ...integrity.findings],
    ...brokenInTheLog(log),
  };
}

/** INV-01 and INV-02, read from the streams of the contacts. */
function brokenInTheLog(log: readonly RecordedEvent[]): Record<string, readonly string[]> {
  const left = new Set<string>();
  const open = new Set<string>();
  const handedOver = new Set<string>();
  const broken = { authorisedAfterOptOut: [] as string[], authorisedWhileOpen: [] as string[], authorisedAfterHandOff: [] as string[], openForEver: [] as string[] };
  for (const { streamId, type, data } of log) {
    const dispatchId = data.dispatchId as string;
    if (type === 'OptOutRecorded') left.add(streamId);
    if (type === 'DispatchAuthorized') {
      if (left.has(streamId)) broken.authorisedAfterOptOut.push(dispatchId);
      if (open.has(dispatchId)) broken.authorisedWhileOpen.push(dispatchId);
      if (handedOver.has(dispatchId)) broken.authorisedAfterHandOff.push(dispatchId);
      open.add(dispatchId);
    }
    if (['EmailHandedOff', 'DispatchOutcomeUnknown'].includes(type)) handedOver.add(dispatchId);
    if (['EmailHandedOff', 'DispatchOutcomeUnknown', 'DispatchCancelled', 'DispatchFailed'].includes(type)) open.delete(dispatchId);
  }
  return { ...broken, openForEver: [...open] };
}

/** The promises of a run in which nothing was broken. */
export function allKept(broken: Record<string, readonly unknown[]>): Record<string, readonly unknown[]> {
  return Object.fromEntries(Object.keys(broken).map((promise) => [promise, []]));
}
