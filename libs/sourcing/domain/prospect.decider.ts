import type { Provenance } from '#contracts/fields';
import type { EventInput } from '#contracts/define-event';
import type * as erasure from '#contracts/events/erasure/index';
import type * as events from '#contracts/events/sourcing/index';
import type { Decider } from '#kernel/decider';
import { OutrightError } from '#kernel/errors';
import { addPeriod } from '#kernel/time/calendar-period';
import type { Instant } from '#kernel/time/instant';
import { isQualifying, retentionAnchor } from './retention-anchor.js';
import type { Method, SourceType } from './source-of.js';

export type ProspectEvent =
  | EventInput<typeof events.prospectSourced> | EventInput<typeof events.contactLinked> | EventInput<typeof events.sourceAdded>
  | EventInput<typeof events.retentionAnchorMoved> | EventInput<typeof erasure.erasureStarted>;

export interface ProspectState {
  readonly status: 'none' | 'active' | 'erasing';
  readonly collectedAt: readonly Instant[];
  readonly interactionAt?: Instant;
  readonly anchorAt: Instant;
  readonly expiresAt: Instant;
  /** One key per import, type, method and time: what a source is recognised by. */
  readonly sources: readonly string[];
  readonly contacts: readonly string[];
}

export interface SourceFacts {
  readonly importId: string;
  readonly sourceType: SourceType;
  readonly method: Method;
  readonly collectedAt: Instant;
  readonly provenance: Provenance;
}
/** Settings `retention.marketing` and `legalTz`. */
export interface RetentionRule {
  readonly retention: string;
  readonly legalTz: string;
}

export type ProspectCommand = { readonly prospectId: string } & (
  | { readonly type: 'Source'; readonly source: SourceFacts; readonly expiresAt: Instant; readonly country: string; readonly recipientType: Extract<ProspectEvent, { type: 'ProspectSourced' }>['data']['recipientType']; readonly contactId: string }
  | { readonly type: 'LinkContact'; readonly contactId: string; readonly source: SourceFacts; readonly rule: RetentionRule }
  | { readonly type: 'AddSource'; readonly source: SourceFacts; readonly rule: RetentionRule }
  | { readonly type: 'RecordInteraction'; readonly kind: string; readonly at: Instant; readonly rule: RetentionRule }
);

const keyOf = ({ importId, sourceType, method, collectedAt }: { importId: string; sourceType: string; method?: string | undefined; collectedAt: string }): string =>
  [importId, sourceType, method ?? '', collectedAt].join('|');

function evolve(state: ProspectState, event: ProspectEvent): ProspectState {
  switch (event.type) {
    case 'ProspectSourced': {
      const { collectedAt, anchorAt, expiresAt, contacts } = event.data;
      return { ...state, status: 'active', collectedAt: [collectedAt], anchorAt, expiresAt, contacts: [...contacts], sources: [keyOf(event.data)] };
    }
    case 'ContactLinked': return { ...state, contacts: [...state.contacts, event.data.contactId] };
    case 'SourceAdded': return { ...state, collectedAt: [...state.collectedAt, event.data.collectedAt], sources: [...state.sources, keyOf(event.data)] };
    case 'RetentionAnchorMoved': {
      const { anchorAt, expiresAt, reason } = event.data;
      return { ...state, anchorAt, expiresAt, ...(isQualifying(reason) ? { interactionAt: anchorAt } : {}) };
    }
    case 'ErasureStarted': return { ...state, status: 'erasing' };
    default: return state;
  }
}

function decide(command: ProspectCommand, state: ProspectState): ProspectEvent[] {
  const { prospectId } = command;
  if (command.type === 'Source') return sourced(command, state);
  if (state.status !== 'active') throw notActive();
  switch (command.type) {
    case 'LinkContact': {
      if (state.contacts.includes(command.contactId)) return [];
      const { importId } = command.source;
      return [{ type: 'ContactLinked', data: { prospectId, contactId: command.contactId, importId } }, ...addSource(prospectId, command, state)];
    }
    case 'AddSource': return addSource(prospectId, command, state);
    case 'RecordInteraction': {
      if (!isQualifying(command.kind) || command.at <= state.anchorAt) return [];
      return [moved(prospectId, command.at, command.kind, command.rule)];
    }
  }
}

function sourced(command: Extract<ProspectCommand, { type: 'Source' }>, state: ProspectState): ProspectEvent[] {
  if (state.status !== 'none') return [];
  const { prospectId, country, recipientType, contactId, expiresAt, source } = command;
  return [{ type: 'ProspectSourced', data: { prospectId, country, recipientType, ...source, anchorAt: source.collectedAt, expiresAt, contacts: [contactId] } }];
}

/** A further source never keeps data longer; an older one makes the time shorter (SRC-09, INV-15). */
function addSource(prospectId: string, { source, rule }: { source: SourceFacts; rule: RetentionRule }, state: ProspectState): ProspectEvent[] {
  if (state.sources.includes(keyOf(source))) return [];
  const interactions = state.interactionAt === undefined ? [] : [{ kind: 'reply', at: state.interactionAt }];
  const anchorAt = retentionAnchor({ collectedAt: [...state.collectedAt, source.collectedAt], interactions }) ?? state.anchorAt;
  return [
    { type: 'SourceAdded', data: { prospectId, ...source } },
    ...(anchorAt < state.anchorAt ? [moved(prospectId, anchorAt, 'older-source', rule)] : []),
  ];
}

function moved(prospectId: string, anchorAt: Instant, reason: string, { retention, legalTz }: RetentionRule): ProspectEvent {
  return { type: 'RetentionAnchorMoved', data: { prospectId, anchorAt, expiresAt: addPeriod(anchorAt, retention, legalTz), reason } };
}

function notActive(): OutrightError {
  return new OutrightError('The person is unknown or being erased.', { code: 'prospect-not-active', rule: 'ERA-01', status: 409, exit: 3, fix: 'Import the row again when the erasure is proved.' });
}

/** The person: sources, contact points, and the instant that retention counts from. */
export const prospectDecider: Decider<ProspectState, ProspectCommand, ProspectEvent> = {
  foldVersion: 'prospect/1',
  initialState: () => ({ status: 'none', collectedAt: [], anchorAt: '', expiresAt: '', sources: [], contacts: [] }),
  evolve,
  decide,
};
