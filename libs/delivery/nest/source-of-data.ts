import type { ContactForSending } from '#contracts/api/dispatch-gate';
import type { LegalFacts } from '#contracts/api/campaign-content';
import type { Provenance } from '#contracts/fields';
import type { EventLog } from '#engine/event-log/event-log';
import type { PersonalData } from '#engine/event-log/personal-data';
import { ERASED, type Sealed } from '#kernel/sealed';

interface SourceEvent { readonly sourceType: string; readonly collectedAt: string; readonly provenance?: Sealed }

/**
 * Where one recipient's data came from, named as the notice must (GDPR 14(2)(f)): the source that the contact stands on, read from
 * the person's own stream, so that no read model that lags can leave it out.
 */
export async function sourceOf(contact: ContactForSending, log: EventLog, personal: PersonalData): Promise<LegalFacts['source']> {
  const events = await log.load(contact.prospectId);
  const sources = events.filter(({ type }) => type === 'ProspectSourced' || type === 'SourceAdded').map(({ data }) => data as unknown as SourceEvent);
  const source = sources.find((one) => one.sourceType === contact.sourceType && one.collectedAt === contact.collectedAt)
    ?? sources.find((one) => one.sourceType === contact.sourceType) ?? sources[0];
  const opened = source?.provenance === undefined ? undefined : await personal.open<Provenance>(source.provenance);
  const provenance = opened === ERASED ? undefined : opened;
  return {
    kind: contact.sourceType as LegalFacts['source']['kind'], name: provenance?.sourceName, url: provenance?.sourceUrl,
    collectedOn: contact.collectedAt.slice(0, 10),
  };
}
