import { randomBytes } from 'node:crypto';
import type { DomainEvent } from '#kernel/decider';
import { randomId } from '#kernel/ids';

export const newProspect = (): string => randomId(randomBytes, 'prospect');
export const newCampaign = (): string => randomId(randomBytes, 'campaign');

/** An event with one personal field, given in clear. */
export function sourceAdded(prospectId: string, collectedBy = 'Mari of the fair', sourceName = 'a fair in Jõhvi'): DomainEvent {
  return { type: 'SourceAdded', data: { prospectId, importId: 'import-1', sourceType: 'public_website', collectedAt: '2026-10-30T10:00:00.000Z', provenance: { collectedBy, sourceName } } };
}

/** Events without personal fields. */
export const paused = (campaignId: string, reason = 'person'): DomainEvent => ({ type: 'CampaignPaused', data: { campaignId, reason } });
export const resumed = (campaignId: string): DomainEvent => ({ type: 'CampaignResumed', data: { campaignId } });

/** An event without personal fields on a stream that can hold some. */
export const contactLinked = (prospectId: string): DomainEvent => ({ type: 'ContactLinked', data: { prospectId, importId: 'import-1', contactId: 'contact-1' } });
