import type { ContactEvent } from './contact.events.js';
import type { ContactState } from './contact.state.js';
import { DISPATCH, type DispatchCode, dispatchOf, withDispatch } from './dispatch-list.js';

/** Folds what happened to single messages: the last word on each, and how often it was tried. */
export function evolveDispatch(state: ContactState, event: ContactEvent): ContactState | undefined {
  switch (event.type) {
    case 'DispatchAuthorized': return set(state, event.data.dispatchId, DISPATCH.authorised, event.data.attempt);
    case 'DispatchRefused': {
      const { dispatchId } = event.data;
      return set(state, dispatchId, DISPATCH.refused, (dispatchOf(state.dispatches, dispatchId)?.a ?? 0) + 1);
    }
    case 'EmailHandedOff': return set(state, event.data.dispatchId, DISPATCH.handedOff, event.data.attempt);
    case 'DispatchFailed':
      return set(state, event.data.dispatchId, event.data.temporary ? DISPATCH.failedTemporarily : DISPATCH.failed, event.data.attempt);
    case 'DispatchOutcomeUnknown': return set(state, event.data.dispatchId, DISPATCH.unknown, event.data.attempt);
    case 'DispatchCancelled': return set(state, event.data.dispatchId, DISPATCH.cancelled, event.data.attempt);
    case 'DispatchOutcomeResolved': {
      const { dispatchId, outcome } = event.data;
      const code = outcome === 'delivered' ? DISPATCH.resolvedDelivered : DISPATCH.resolvedNotDelivered;
      return set(state, dispatchId, code, dispatchOf(state.dispatches, dispatchId)?.a ?? 1);
    }
    default: return undefined;
  }
}

function set(state: ContactState, dispatchId: string, s: DispatchCode, a: number): ContactState {
  return { ...state, dispatches: withDispatch(state.dispatches, dispatchId, { s, a }) };
}
