import type { EventStore, EventText } from '#engine/event-store/event-store.port';
import type { PersonalData } from '#engine/event-log/personal-data';
import type { KeyVault } from '#engine/key-vault/key-vault.port';
import type { MessageRequest, Sent } from '../message-sender.js';

export type Keys = readonly (readonly [kid: string, key: Uint8Array])[];
type NotMade = Extract<Sent, { kind: 'not-made' }>;

/** What the sending thread is lent for one message: data keys, and the events that name the source. */
export class OrderMaterials {
  constructor(private readonly store: Pick<EventStore, 'loadText'>, private readonly vault: KeyVault, private readonly personal: Pick<PersonalData, 'missing'>) {}

  sources({ contact }: MessageRequest): Promise<readonly EventText[]> {
    return this.store.loadText(contact.prospectId);
  }

  /** The keys; or why the message cannot be made, of which a missing key is an alarm (ERA-10). */
  async keys(kids: Iterable<string>): Promise<Keys | NotMade> {
    const keys: [string, Uint8Array][] = [];
    for (const kid of kids) {
      const key = await this.vault.key(kid);
      if (key === 'missing') this.personal.missing(kid);
      if (typeof key === 'string') return { kind: 'not-made', code: key === 'missing' ? 'missing-data-key' : 'recipient-erased' };
      // A copy: with a slice of a pool the whole pool would be handed over.
      keys.push([kid, new Uint8Array(key.key)]);
    }
    return keys;
  }
}
