import type { ContactEvent } from './contact.events.js';
import { type Basis, type ContactRecord, type ContactState, earlier, later, type Receipt, time } from './contact.state.js';

type Of<T extends ContactEvent['type']> = Extract<ContactEvent, { type: T }>['data'];

/** Folds what changes the standing of the contact; repeated or late events never make it looser (INV-12). */
export function evolveStanding(state: ContactState, event: ContactEvent): ContactState | undefined {
  switch (event.type) {
    case 'ContactAdded': return added(state, event.data);
    case 'ContactSourceMerged': return state.contact === undefined ? state : { ...state, contact: merged(state.contact, event.data) };
    case 'BasisAssigned': return withBasis(state, event.data.basis);
    case 'BasisEnded': return withoutBasis(state);
    case 'ConsentWithdrawn':
      return { ...state, consentWithdrawnAt: later(state.consentWithdrawnAt, event.data.withdrawnAt), wishes: state.wishes + 1 };
    case 'OptOutRecorded': return { ...state, optOut: earliest(state.optOut, event.data), wishes: state.wishes + 1, reachOwed: true };
    case 'ObjectionRecorded': return { ...state, objection: earliest(state.objection, event.data), wishes: state.wishes + 1, reachOwed: true };
    case 'RestrictionSet': return { ...state, restriction: event.data.ground, reachOwed: true };
    case 'OtherContactsReached': return { ...state, reachOwed: false };
    case 'RestrictionLifted': return withoutRestriction(state);
    case 'HardBounceRecorded': return { ...state, hardBounced: true };
    case 'NoticeProvided':
      return state.notice === undefined ? { ...state, notice: { providedAt: event.data.providedAt, textVersion: event.data.textVersion } } : state;
    case 'ContactErasureStarted': return { ...state, erasureCase: event.data.caseId };
    default: return undefined;
  }
}

function earliest(known: Receipt | undefined, { receivedAt, channel }: { receivedAt: string; channel: Receipt['channel'] }): Receipt {
  return known !== undefined && time(known.at) <= time(receivedAt) ? known : { at: receivedAt, channel };
}

function added(state: ContactState, { importId, basis, recipient, ...facts }: Of<'ContactAdded'>): ContactState {
  return withBasis({ ...state, contact: { ...facts, imports: [importId] }, recipient }, basis);
}

function withBasis(state: ContactState, basis: Basis): ContactState {
  const { consent } = basis;
  const newest = consent !== undefined && later(state.consent?.grantedAt, consent.grantedAt) === consent.grantedAt ? consent : state.consent;
  return { ...state, basis, ...(newest === undefined ? {} : { consent: newest }) };
}

/** Dates only tighten. A guessed address becomes usable once a source gave or showed it (SRC-05); else the first source stands. */
function merged(contact: ContactRecord, source: Of<'ContactSourceMerged'>): ContactRecord {
  const proves = (contact.method ?? 'inferred') === 'inferred' && (source.method ?? 'inferred') !== 'inferred' && source.method !== undefined;
  return {
    ...contact,
    ...(proves ? { method: source.method, sourceType: source.sourceType } : {}),
    collectedAt: earlier(contact.collectedAt, source.collectedAt),
    anchorAt: earlier(contact.anchorAt, source.anchorAt),
    expiresAt: earlier(contact.expiresAt, source.expiresAt),
    noticeDueAt: earlier(contact.noticeDueAt, source.noticeDueAt),
    imports: contact.imports.includes(source.importId) ? contact.imports : [...contact.imports, source.importId],
  };
}

function withoutBasis({ basis: _ended, ...rest }: ContactState): ContactState {
  return rest;
}

function withoutRestriction({ restriction: _lifted, ...rest }: ContactState): ContactState {
  return rest;
}
