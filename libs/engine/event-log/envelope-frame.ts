import type { EventDefinition } from '#contracts/define-event';
import type { EventMeta } from './event-meta.js';

type Frame = readonly [before: string, behind: string];

const last = new Map<EventDefinition, { readonly meta: EventMeta; readonly frame: Frame }>();

/** The members of an envelope that are the same for all events of a type that one caller records: those before and those behind the stream and the times. */
export function envelopeFrame(definition: EventDefinition, meta: EventMeta): Frame {
  const known = last.get(definition);
  if (known !== undefined && isSame(known.meta, meta)) return known.frame;
  const { tenantId, actor, role = 'controller', policyVersion, cause } = meta;
  const frame: Frame = [
    members({ type: definition.type, schemaVersion: definition.version, tenantId }),
    members({ actor, role, purposeClass: definition.purposeClass, policyVersion, cause }),
  ];
  last.set(definition, { meta, frame });
  return frame;
}

/** Callers make it anew for each event. */
function isSame(known: EventMeta, meta: EventMeta): boolean {
  return known === meta || (known.tenantId === meta.tenantId && known.actor.kind === meta.actor.kind && known.actor.id === meta.actor.id
    && known.policyVersion === meta.policyVersion && known.role === meta.role && known.cause === meta.cause);
}

const members = (of: Record<string, unknown>): string => JSON.stringify(of).slice(1, -1);
