import type { z } from 'zod';
import { OutrightError } from '#kernel/errors';
import { readEnvelope, type PreparedEvent } from '#kernel/envelope';
import type { DomainEvent } from '#kernel/decider';
import type { RandomSource } from '#kernel/ids';
import type { RecordedEvent } from '#kernel/recorded-event';
import { eventsByType } from '#contracts/catalog';
import { upcast } from '#contracts/upcasters';
import type { EventDefinition } from '#contracts/define-event';
import { isSealed, type Sealed } from '#kernel/sealed';
import type { DataKey } from '#engine/key-vault/key-vault.port';
import type { EventText, StoredEvent } from '#engine/event-store/event-store.port';
import { ClearFields } from './clear-fields.js';
import { envelopeFrame } from './envelope-frame.js';
import type { EventMeta } from './event-meta.js';
import { seal } from './sealer.js';

export type { EventMeta };

/** Finds the data key for a personal field; undefined when the person has none (any more). */
export type KeyFor = (purposeClass: string) => DataKey | undefined;

/** Validates, seals and serialises one event; place and chain hash are added when it is appended. */
export function prepareEvent(streamId: string, event: DomainEvent, meta: EventMeta, recordedAt: Date, keyFor: KeyFor, random: RandomSource): PreparedEvent {
  const definition = eventsByType.get(event.type);
  if (definition === undefined) throw new OutrightError(`Event type ${event.type} is not in the catalog.`, { code: 'unknown-event-type', exit: 1, status: 500 });
  const given = event.data as Record<string, unknown>;
  const data: Record<string, unknown> = {};
  // Neither spread nor delete: both make objects slow, and this is the hottest code of all.
  for (const field in given) if (!Object.hasOwn(definition.personal, field)) data[field] = given[field];
  let members = clearMembers(definition, data);
  for (const field in definition.personal) {
    const value = given[field];
    if (value === undefined) continue;
    members += `${members === '' ? '' : ','}${JSON.stringify(field)}:${JSON.stringify(isSealed(value) ? value : sealedField(definition, field, value, keyFor, random))}`;
  }
  const at = recordedAt.toISOString();
  const [before, behind] = envelopeFrame(definition, meta);
  const occurredAt = meta.occurredAt === undefined ? at : meta.occurredAt.toISOString();
  const body = `{"eventId":"${random(16).toString('hex')}",${before},"streamId":${JSON.stringify(streamId)},"occurredAt":"${occurredAt}","recordedAt":"${at}",${behind},"data":{${members}}}`;
  return { type: event.type, body, recordedAt: at };
}

function sealedField({ type, personal }: EventDefinition, field: string, value: unknown, keyFor: KeyFor, random: RandomSource): Sealed {
  const { purposeClass, schema } = personal[field]!;
  const of = `${type}.${field}`;
  const key = keyFor(purposeClass);
  if (key === undefined) {
    throw new OutrightError(`${of} needs a ${purposeClass} data key, and there is none.`, { code: 'no-data-key', rule: 'INV-06', status: 409, exit: 3 });
  }
  return seal(parse(schema, value, of), key, of, random);
}

const clearFields = new Map<EventDefinition, ClearFields>();

/** The clear fields as members of a JSON object, validated. */
function clearMembers(definition: EventDefinition, data: Record<string, unknown>): string {
  let fields = clearFields.get(definition);
  if (fields === undefined) clearFields.set(definition, (fields = new ClearFields(definition.clear)));
  return fields.members(data) ?? JSON.stringify(parse(definition.clear, data, definition.type)).slice(1, -1);
}

/** Values are left out of the message on purpose: they can name a person. */
function parse(schema: z.ZodType, value: unknown, what: string): unknown {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const places = result.error.issues.map((issue) => `${issue.path.join('.') || '(root)'}: ${issue.code}`).join(', ');
  throw new OutrightError(`${what} does not fit its schema (${places}).`, { code: 'event-schema', exit: 1, status: 500 });
}

export function decodeEvent(stored: StoredEvent | EventText): RecordedEvent {
  const envelope = upcast(readEnvelope('text' in stored ? stored.text : stored.bytes));
  // Parsed just now and nobody else's: completed rather than copied, because this runs for every event that is read.
  return Object.assign(envelope, { position: stored.position, hash: stored.hash });
}
