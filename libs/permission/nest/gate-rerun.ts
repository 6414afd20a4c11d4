import { evaluateGate } from '#compliance/domain/gate';
import type { GateFacts } from '#compliance/domain/gate-facts';
import type { Verdict } from '#compliance/domain/rule';
import type { DispatchGate } from '#contracts/api/dispatch-gate';
import type { ContactState } from '../domain/contact.state.js';
import { mayTry } from '../domain/decide-dispatch.js';
import { dispatchOf } from '../domain/dispatch-list.js';
import { gateFacts } from './dispatch-facts.js';
import { ATTEMPTS } from './gate-preview.js';

type Request = Parameters<DispatchGate['rerun']>[0];

/** The same rules over an earlier state, at an earlier instant (AUD-01). */
export function rerunGate(state: ContactState, { dispatchId, context, at, recorded }: Request): Awaited<ReturnType<DispatchGate['rerun']>> {
  const known = dispatchOf(state.dispatches, dispatchId);
  const again = !mayTry(known, (known?.a ?? 0) + 1, ATTEMPTS);
  const { allowed, verdicts, ruleSetVersion } = evaluateGate(gateFacts(context, state, suppressionThen(recorded), keysThen(recorded), quarantineThen(recorded), at, again));
  return { allowed, verdicts, ruleSetVersion };
}

const verdictOn = (rule: string, recorded: readonly Verdict[]): Verdict | undefined => recorded.find((verdict) => verdict.rule === rule);

function suppressionThen(recorded: readonly Verdict[]): GateFacts['suppression'] {
  const verdict = verdictOn('suppression', recorded);
  if (verdict?.outcome === 'allow') return { status: 'clear', rev: 0 };
  return verdict?.reason === 'suppressed' ? { status: 'suppressed', scope: 'all_marketing', reason: 'recorded' } : { status: 'unknown' };
}

function keysThen(recorded: readonly Verdict[]): GateFacts['keys'] {
  const verdict = verdictOn('keys', recorded);
  if (verdict?.outcome === 'allow') return 'present';
  return verdict?.reason === 'key-destroyed' ? 'destroyed' : 'missing';
}

function quarantineThen(recorded: readonly Verdict[]): boolean | undefined {
  const verdict = verdictOn('quarantine', recorded);
  return verdict?.outcome === 'deny' ? true : verdict === undefined ? undefined : false;
}
