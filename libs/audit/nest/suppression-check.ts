import type { EventData } from '#contracts/define-event';
import type { suppressionAdded } from '#contracts/events/permission/index';
import { decodeEvent } from '#engine/event-log/event-codec';
import type { ContactRegistry } from '#engine/contact-registry/contact-registry.port';
import type { StoredEvent } from '#engine/event-store/event-store.port';
import type { Finding } from '../domain/finding.js';

type Entry = EventData<typeof suppressionAdded>['data']['entries'][number];

/** Every published entry must still block: there is no lift, so one that is gone was taken out behind our back (INV-04, SUP-10). */
export async function checkSuppressions(stored: StoredEvent, registry: ContactRegistry, found: (finding: Finding) => void): Promise<void> {
  let lost = 0;
  try {
    const { tenantId, data } = decodeEvent(stored);
    for (const { kind, strict, loose } of (data as { entries: readonly Entry[] }).entries) {
      const forms = kind === 'domain' ? { channel: 'email' as const, strict: '', loose: '', domain: strict } : { channel: kind, strict, loose };
      if ((await registry.suppressionOf(tenantId, forms)).status !== 'suppressed') lost += 1;
    }
  } catch {
    // What cannot be read is found by the chain check.
    return;
  }
  if (lost > 0) found({ kind: 'suppression-lost', stream: stored.streamId, version: stored.version, position: stored.position, message: `${lost} published suppressions are no longer on the do-not-mail list: restore the list before anything is sent.` });
}
