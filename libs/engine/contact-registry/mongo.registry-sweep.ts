import { fewAtATime } from '#engine/distributed/few-at-a-time';
import type { EventStore } from '#engine/event-store/event-store.port';
import type { SweepReport, WishFor } from './contact-registry.port.js';
import type { MongoAddressIndex } from './mongo.address-index.js';
import type { ContactCreation, CreationOptions } from './mongo.contact-creation.js';
import type { MongoSuppressionIndex } from './mongo.suppression-index.js';

/** A creation that is still pending then is taken to be dead. */
const DEAD_MS = 60_000;

/** Closes what crashes left open: creations that stand still, and contacts that went live beside an opt-out. Any number may sweep at once. */
export class RegistrySweep {
  constructor(
    private readonly store: EventStore,
    private readonly addresses: MongoAddressIndex,
    private readonly suppressions: MongoSuppressionIndex,
    private readonly creation: ContactCreation,
    private readonly options: Pick<CreationOptions, 'clock' | 'at'>,
  ) {}

  /** A row that cannot be settled does not stop the others; why it cannot is thrown at the end. */
  async sweep(wishFor: WishFor, limit = 500): Promise<SweepReport> {
    const left = await this.addresses.leftPending(new Date(this.options.clock.now().getTime() - DEAD_MS), limit);
    const suppressions = await this.suppressions.match(left);
    const failures: unknown[] = [];
    const settled = await fewAtATime(left.map((row, at) => ({ row, suppressed: suppressions[at] !== undefined })), ({ row, suppressed }) =>
      this.creation.settle(row, suppressed).catch((error: unknown) => void failures.push(error)));
    await this.options.at('sweep:finished');
    const paired = await this.pair(wishFor, limit);
    if (failures.length > 0) throw failures[0];
    const finished = settled.filter((outcome) => outcome === 'created').length;
    return { finished, removed: left.length - finished, paired };
  }

  private async pair(wishFor: WishFor, limit: number): Promise<number> {
    let paired = 0;
    for (;;) {
      const rows = await this.addresses.unlooked(limit);
      const found = await this.suppressions.match(rows);
      const suppressed = rows.flatMap((row, at) => (found[at] === undefined ? [] : [{ row, entry: found[at] }]));
      const owed = (await fewAtATime(suppressed, ({ row, entry }) => wishFor(row, entry))).filter((commit) => commit !== undefined);
      if (owed.length > 0) await this.store.appendMany(owed);
      await this.addresses.looked(rows);
      paired += owed.length;
      if (rows.length < limit) return paired;
    }
  }
}
