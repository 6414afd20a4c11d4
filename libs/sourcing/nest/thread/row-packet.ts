import type { CreateContact } from '#engine/contact-registry/contact-registry.port';
import type { CommitRequest } from '#engine/event-store/event-store.port';
import { GENESIS, hashEvent, placedText } from '#kernel/envelope';
import type { RowReader } from '../../domain/prospect-row.js';
import type { Finding } from '../../domain/refusal-codes.js';
import type { Candidate } from '../candidate.js';
import { AheadEvent } from './ahead-event.js';
import { PacketBytes } from './packet-bytes.js';
import { PackedRow } from './packed-row.js';

/** A chunk on its way between threads: texts and bytes one behind the other, because objects are what a copy takes its time for. */
export interface RowPacket {
  readonly throughLine: number;
  readonly read: number;
  readonly bytes: number;
  readonly findings: readonly (readonly Finding[])[];
  readonly rows: number;
  readonly texts: readonly string[];
  readonly numbers: readonly number[];
  /** Keys and events. */
  readonly blob: Uint8Array;
}

/** No wake-up. */
const NONE = -1;
const KEY = 32;

export class RowPacker {
  readonly texts: string[] = [];
  readonly numbers: number[] = [];
  private readonly bytes = new PacketBytes();

  add({ row, forms, contactId, prospectId, phone, ready }: Candidate, cells: readonly string[]): void {
    const { line, method, samePerson = '' } = row;
    this.texts.push(method, samePerson, JSON.stringify(cells), contactId, prospectId, forms.strict, forms.loose, forms.domains?.join(' ') ?? '');
    this.numbers.push(line, phone === undefined ? 0 : 1, ready?.requests.length ?? 0);
    if (phone !== undefined) this.texts.push(phone.contactId, phone.number, phone.forms.strict);
    if (ready === undefined) return;
    this.texts.push(ready.key.kid);
    this.bytes.add(ready.key.key);
    const heads = new Map<string, string>();
    for (const { commits } of ready.requests) for (const commit of commits) this.commit(commit, heads);
  }

  blob(): Uint8Array {
    return this.bytes.all();
  }

  private commit({ streamId, expected, events, wakeAt }: CommitRequest, heads: Map<string, string>): void {
    const [event] = events;
    if (event === undefined || events.length > 1 || expected === 'any') throw new TypeError('A new person is made of single events in known places.');
    const bytes = this.bytes.addText(placedText(event, expected + 1, heads.get(streamId) ?? GENESIS));
    const hash = hashEvent(bytes);
    heads.set(streamId, hash);
    this.texts.push(streamId, event.type, event.recordedAt, hash);
    this.numbers.push(expected, wakeAt?.getTime() ?? NONE, bytes.length);
  }
}

export class RowUnpacker {
  private readonly blob: Buffer;
  private text = 0;
  private number = 0;
  private at = 0;

  constructor(private readonly packet: RowPacket, private readonly tenantId: string, private readonly reader: RowReader) {
    const { buffer, byteOffset, byteLength } = packet.blob;
    this.blob = Buffer.from(buffer, byteOffset, byteLength);
  }

  next(): Candidate {
    const [line, withPhone, count] = [this.nextNumber(), this.nextNumber(), this.nextNumber()];
    const row = new PackedRow(line, this.nextText(), this.nextText(), this.nextText(), this.reader);
    const [contactId, prospectId] = [this.nextText(), this.nextText()];
    const forms = { channel: 'email' as const, strict: this.nextText(), loose: this.nextText(), domains: this.nextText().split(' ') };
    const phone = withPhone === 0 ? undefined : this.phone();
    const candidate: Candidate = { row, forms, contactId, prospectId, phone };
    if (count === 0) return candidate;
    // A copy: the packet's bytes are not to live as long as a key is remembered.
    const key = { kid: this.nextText(), key: Buffer.from(this.nextBytes(KEY)) };
    const heads = new Map<string, string>();
    const { tenantId } = this;
    const requests: CreateContact[] = [{ tenantId, prospectId, contactId, forms, commits: [this.commit(heads), this.commit(heads)] }];
    if (phone !== undefined) requests.push({ tenantId, prospectId, contactId: phone.contactId, forms: phone.forms, commits: [this.commit(heads), this.commit(heads)] });
    return { ...candidate, ready: { key, requests } };
  }

  private phone(): NonNullable<Candidate['phone']> {
    const [contactId, number, form] = [this.nextText(), this.nextText(), this.nextText()];
    return { contactId, number, forms: { channel: 'phone', strict: form, loose: form } };
  }

  private commit(heads: Map<string, string>): CommitRequest {
    const [streamId, type, recordedAt, hash] = [this.nextText(), this.nextText(), this.nextText(), this.nextText()];
    const [expected, wakeAt, length] = [this.nextNumber(), this.nextNumber(), this.nextNumber()];
    const event = new AheadEvent(type, recordedAt, { version: expected + 1, prevHash: heads.get(streamId) ?? GENESIS, bytes: this.nextBytes(length), hash });
    heads.set(streamId, hash);
    return { streamId, expected, events: [event], ...(wakeAt === NONE ? {} : { wakeAt: new Date(wakeAt) }) };
  }

  private nextText(): string {
    return this.packet.texts[this.text++] ?? '';
  }

  private nextNumber(): number {
    return this.packet.numbers[this.number++] ?? 0;
  }

  private nextBytes(length: number): Buffer {
    return this.blob.subarray(this.at, (this.at += length));
  }
}
