import { hash } from 'node:crypto';

export type PurposeClass = 'marketing' | 'contract' | 'rights' | 'evidence' | 'security';
export type ProcessingRole = 'controller' | 'processor';

export interface Actor {
  /** `local` is the operating-system user at the data folder; `recipient` acted through a public page. */
  readonly kind: 'local' | 'api_key' | 'recipient' | 'system';
  readonly id: string;
}

/** The JSON object of one event, as hashed and published (requirements C2). */
export interface EventEnvelope {
  readonly streamVersion: number;
  readonly prevHash: string;
  readonly eventId: string;
  readonly type: string;
  readonly schemaVersion: number;
  readonly tenantId: string;
  readonly streamId: string;
  readonly occurredAt: string;
  readonly recordedAt: string;
  readonly actor: Actor;
  readonly role: ProcessingRole;
  readonly purposeClass: PurposeClass;
  readonly policyVersion: string;
  readonly cause?: string;
  readonly data: Record<string, unknown>;
}

/** An event that is sealed and validated but not yet placed: only version and previous hash are open. */
export interface PreparedEvent {
  readonly type: string;
  /** JSON object text of the envelope without `streamVersion` and `prevHash`. */
  readonly body: string;
  readonly recordedAt: string;
  /** The event in the place that it is expected to take; good for no other. */
  readonly ahead?: PlacedEvent & { readonly prevHash: string };
}

export interface PlacedEvent {
  readonly version: number;
  readonly bytes: Buffer;
  readonly hash: string;
  /** The bytes as text, where it is at hand. */
  readonly text?: string;
}

/** Hash before a stream's first event. */
export const GENESIS = '';

/** Lower-case hex SHA-256 over exactly the stored bytes. */
export function hashEvent(bytes: Uint8Array): string {
  return hash('sha256', bytes, 'hex');
}

/** The text whose UTF-8 bytes are the event in its place. */
export function placedText({ body }: Pick<PreparedEvent, 'body'>, version: number, prevHash: string): string {
  return `{"streamVersion":${version},"prevHash":"${prevHash}",${body.slice(1)}`;
}

/** Gives a prepared event its place: the returned bytes are what every store and broker keeps. */
export function placeEvent(event: PreparedEvent, version: number, prevHash: string): PlacedEvent {
  if (event.ahead?.version === version && event.ahead.prevHash === prevHash) return event.ahead;
  const text = placedText(event, version, prevHash);
  const bytes = Buffer.from(text, 'utf8');
  return { version, bytes, hash: hashEvent(bytes), text };
}

export function readEnvelope(stored: Uint8Array | string): EventEnvelope {
  const text = typeof stored === 'string' ? stored : Buffer.from(stored.buffer, stored.byteOffset, stored.byteLength).toString('utf8');
  return JSON.parse(text) as EventEnvelope;
}
