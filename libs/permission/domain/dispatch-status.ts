import type { DispatchStatus } from '#contracts/read-models';
import type { DispatchCode, DispatchState } from './dispatch-list.js';

const STATUS: Readonly<Record<DispatchCode, DispatchStatus>> = {
  a: 'authorised', r: 'refused', h: 'handed_off', f: 'failed', t: 'failed', u: 'unknown', c: 'cancelled', d: 'resolved_delivered', n: 'resolved_not_delivered',
};

/** The status in words; `unknown-dispatch` for one that this contact never had. */
export function dispatchStatus(dispatch: DispatchState | undefined): DispatchStatus | 'unknown-dispatch' {
  return dispatch === undefined ? 'unknown-dispatch' : STATUS[dispatch.s];
}
