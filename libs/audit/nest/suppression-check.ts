import { setImmediate as nextTurn } from 'node:timers/promises';
import { z } from 'zod';
import { suppressionAdded } from '#contracts/events/permission/index';
import * as f from '#contracts/fields';
import type { AddressForms, ContactRegistry } from '#engine/contact-registry/contact-registry.port';
import { decodeEvent } from '#engine/event-log/event-codec';
import type { Position, PublishedEvent } from '#engine/event-feed/event-feed.port';
import type { StoredEvent } from '#engine/event-store/event-store.port';
import type { Finding } from '../domain/finding.js';
import { SuppressionBalance } from '../domain/suppression-balance.js';

const wish = z.object({ contactId: f.id, prospectId: f.id, receivedAt: f.instant });
interface KnownWish { readonly prospectId: string; readonly version: number; readonly position: Position }

const WISHES: ReadonlySet<string> = new Set(['OptOutRecorded', 'ObjectionRecorded']);
const PAGE = 200;

/**
 * Every wish in the log must still block: there is no lift, so an entry that is gone was taken out behind our back (INV-04, SUP-10).
 * Published entries are asked one by one, and so are contacts that have an address yet. Entries of erased people that are not published
 * lead to nobody, so those are counted.
 */
export class SuppressionCheck {
  private readonly wishes = new Map<string, KnownWish>();
  private readonly balance: SuppressionBalance;

  private constructor(private readonly registry: ContactRegistry, private readonly tenantId: string, private readonly counted: (position: Position) => boolean, onList: Readonly<Record<string, number>>, private readonly found: (finding: Finding) => void) {
    this.balance = new SuppressionBalance(onList);
  }

  /** @param counted whether the event there lay in the log already: what comes later may have its entry after the list was counted */
  static async begin(registry: ContactRegistry, tenantId: string, counted: (position: Position) => boolean, found: (finding: Finding) => void): Promise<SuppressionCheck> {
    return new SuppressionCheck(registry, tenantId, counted, await registry.suppressionCount(tenantId), found);
  }

  /** @param stored an event whose bytes have their hash */
  async see(stored: PublishedEvent): Promise<void> {
    if (stored.type === 'SuppressionAdded') return this.checkPublished(stored);
    if (!WISHES.has(stored.type) || !this.counted(stored.position)) return;
    const data = dataOf(wish, stored);
    if (data === undefined || this.wishes.has(data.contactId)) return;
    this.wishes.set(data.contactId, { prospectId: data.prospectId, version: stored.version, position: stored.position });
    this.balance.wish(data.receivedAt.slice(0, 10));
  }

  async finish(): Promise<void> {
    let looked = 0;
    for (const [contactId, { prospectId, version, position }] of this.wishes) {
      const row = (await this.registry.rowsOfProspect(prospectId)).find((one) => one.contactId === contactId);
      if (row !== undefined && !(await this.blocks(row.forms))) {
        this.balance.lost();
        this.found({ kind: 'suppression-lost', stream: contactId, version, position, message: `The wish in event ${version} of ${contactId} is no longer on the do-not-mail list: restore the list before anything is sent.` });
      }
      if ((looked += 1) % PAGE === 0) await nextTurn();
    }
    const missing = this.balance.missing();
    if (missing > 0) this.found({ kind: 'suppression-lost', message: `The log holds ${missing} opt-outs more than the do-not-mail list, of days that are not published yet: restore the list before anything is sent.` });
  }

  private async checkPublished(stored: PublishedEvent): Promise<void> {
    const data = dataOf(suppressionAdded.clear, stored);
    let lost = 0;
    for (const { kind, strict, loose, reason } of data?.entries ?? []) {
      const counts = this.counted(stored.position) && this.balance.published(data?.day ?? '', `${kind} ${strict}`, reason);
      if (await this.blocks(kind === 'domain' ? { channel: 'email', strict: '', loose: '', domains: [strict] } : { channel: kind, strict, loose })) continue;
      lost += 1;
      if (counts) this.balance.lost();
    }
    if (lost > 0) this.found({ kind: 'suppression-lost', stream: stored.streamId, version: stored.version, position: stored.position, message: `${lost} published suppressions are no longer on the do-not-mail list: restore the list before anything is sent.` });
    await nextTurn();
  }

  private async blocks(forms: AddressForms): Promise<boolean> {
    return (await this.registry.suppressionOf(this.tenantId, forms)).status === 'suppressed';
  }
}

/** Undefined for an event that does not follow its schema, which nothing of ours wrote. */
function dataOf<T>(schema: z.ZodType<T>, stored: StoredEvent): T | undefined {
  try {
    return schema.parse(decodeEvent(stored).data);
  } catch {
    return undefined;
  }
}
