import type { IHeaders, KafkaMessage, Message } from 'kafkajs';
import { EXIT, OutrightError } from '#kernel/errors';
import type { StoredEvent } from '#engine/event-store/event-store.port';

/** An event on its way to Kafka, in the binary mode of CloudEvents: the value is the event's own bytes, and nothing else is said of it than the log says in clear. */
export function toMessage({ streamId, version, type, hash, bytes }: Omit<StoredEvent, 'position'>, source: string): Message {
  return {
    key: streamId,
    value: bytes,
    headers: {
      'content-type': 'application/json',
      ce_specversion: '1.0',
      // The same for every copy: an event that is published twice has one id.
      ce_id: `${streamId}/${version}`,
      ce_source: source,
      ce_type: type,
      ce_subject: streamId,
      streamversion: String(version),
      hash,
    },
  };
}

/** @throws OutrightError `foreign-message` where somebody else wrote to the topic */
export function fromMessage({ key, value, headers = {}, offset }: Pick<KafkaMessage, 'key' | 'value' | 'headers' | 'offset'>, topic: string): StoredEvent {
  const version = Number(header(headers, 'streamversion'));
  const type = header(headers, 'ce_type');
  const hash = header(headers, 'hash');
  if (key === null || value === null || type === undefined || hash === undefined || !Number.isSafeInteger(version) || version < 1) {
    throw new OutrightError(`The message at offset ${offset} of ${topic} is no event of Outright.`, {
      code: 'foreign-message', rule: 'H8', status: 503, exit: EXIT.fault, fix: 'Find out who writes to this topic; only the relay may.',
    });
  }
  return { position: undefined, streamId: key.toString('utf8'), version, type, hash, bytes: value };
}

function header(headers: IHeaders, name: string): string | undefined {
  const value = headers[name];
  return Buffer.isBuffer(value) ? value.toString('utf8') : typeof value === 'string' ? value : undefined;
}
