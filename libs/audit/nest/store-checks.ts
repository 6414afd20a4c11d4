import { Inject, Injectable } from '@nestjs/common';
import { TOKENS } from '#contracts/api/tokens';
import type { Tenancy } from '#contracts/api/tenancy';
import type { ContactRegistry } from '#engine/contact-registry/contact-registry.port';
import type { PersonalData } from '#engine/event-log/personal-data';
import type { EventFeed, Position, PublishedEvent } from '#engine/event-feed/event-feed.port';
import type { KeyVault } from '#engine/key-vault/key-vault.port';
import type { Finding } from '../domain/finding.js';
import { KeyCheck } from './key-check.js';
import { SuppressionCheck } from './suppression-check.js';

/** The stores beside the log against the log: who must not be mailed, and whose data can be read. */
@Injectable()
export class StoreChecks {
  constructor(
    @Inject(TOKENS.registry) private readonly registry: ContactRegistry,
    @Inject(TOKENS.vault) private readonly vault: KeyVault,
    @Inject(TOKENS.personalData) private readonly personal: PersonalData,
    @Inject(TOKENS.tenancy) private readonly tenancy: Tenancy,
  ) {}

  /** @param upTo head of the log as it is now */
  async begin(feed: Pick<EventFeed, 'covers'>, upTo: Position, found: (finding: Finding) => void) {
    const suppressions = await SuppressionCheck.begin(this.registry, this.tenancy.tenantId, (position) => feed.covers(upTo, position), found);
    const keys = new KeyCheck(this.vault, this.personal, found);
    return {
      /** @param intact whether the bytes have their hash: what was edited is a finding already, and says nothing of the stores */
      see: async (stored: PublishedEvent, intact: boolean): Promise<void> => {
        if (!intact) return;
        await suppressions.see(stored);
        await keys.see(stored);
      },
      finish: () => suppressions.finish(),
    };
  }
}

export type StoreCheck = Awaited<ReturnType<StoreChecks['begin']>>;
