import type { EventEnvelope } from '#kernel/envelope';
import { OutrightError } from '#kernel/errors';
import { eventsByType } from './catalog.js';

type Upcaster = (data: Record<string, unknown>) => Record<string, unknown>;

/** `Type@from` → data of version from + 1. Every released version keeps its golden payload in `golden/`. */
const upcasters: ReadonlyMap<string, Upcaster> = new Map();

/** Lifts an event to the newest version of its schema. A type or version from the future is refused, never guessed. */
export function upcast(envelope: EventEnvelope): EventEnvelope {
  const definition = eventsByType.get(envelope.type);
  if (definition === undefined || envelope.schemaVersion > definition.version) {
    throw new OutrightError(`Event ${envelope.type} v${envelope.schemaVersion} comes from a newer version of Outright.`, {
      code: 'event-from-newer-version', exit: 6, status: 500, fix: 'Run the version that wrote this data folder, or a newer one.',
    });
  }
  let { schemaVersion, data } = envelope;
  for (; schemaVersion < definition.version; schemaVersion++) {
    const lift = upcasters.get(`${envelope.type}@${schemaVersion}`);
    if (lift === undefined) throw new OutrightError(`No upcaster for ${envelope.type} v${schemaVersion}.`, { code: 'no-upcaster', exit: 1, status: 500 });
    data = lift(data);
  }
  return schemaVersion === envelope.schemaVersion ? envelope : { ...envelope, schemaVersion, data };
}
