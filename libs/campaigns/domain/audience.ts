import type { CampaignFile } from './campaign-file.js';
import { isWithinDomain } from '#kernel/address/domain-name';

/** A contact as the choice of an audience sees it. `domain` is needed only where domains are excluded. */
export interface Candidate {
  readonly contactId: string;
  readonly country: string;
  readonly recipientType: string;
  readonly state: string;
  readonly channel: string;
  /** Recording instant of the contact. */
  readonly addedAt: string;
  readonly noticeDueAt: string;
  readonly noticeProvidedAt: string | undefined;
  /** Canonical; undefined where it cannot be read any more. */
  readonly domain: string | undefined;
}

/**
 * Who is written to and in which order: earliest notice due date first, so that few notices come late (CL-06). Whoever was already
 * told comes last. Among equals the order of recording decides, because the log keeps neighbours together. What may not be mailed is left to the gate, which says why; only what is gone is left out here.
 */
export function chooseAudience<C extends Candidate>(audience: CampaignFile['audience'], candidates: Iterable<C>): C[] {
  const { country, recipientType, excludeDomains = [], limit } = audience;
  const countries = country === undefined ? undefined : new Set<string>(country);
  const types = recipientType === undefined ? undefined : new Set<string>(recipientType);
  const seen = new Map<string, C>();
  for (const candidate of candidates) {
    if (candidate.channel !== 'email' || candidate.state === 'erased' || candidate.state === 'erasing') continue;
    if (countries?.has(candidate.country) === false || types?.has(candidate.recipientType) === false) continue;
    if (excludeDomains.length > 0 && isExcluded(candidate.domain, excludeDomains)) continue;
    seen.set(candidate.contactId, candidate);
  }
  return [...seen.values()].sort(inOrderOfSending).slice(0, limit);
}

function isExcluded(domain: string | undefined, excluded: readonly string[]): boolean {
  return domain === undefined || excluded.some((one) => isWithinDomain(domain, one));
}

function inOrderOfSending(a: Candidate, b: Candidate): number {
  const told = Number(a.noticeProvidedAt !== undefined) - Number(b.noticeProvidedAt !== undefined);
  if (told !== 0) return told;
  if (a.noticeDueAt !== b.noticeDueAt) return Date.parse(a.noticeDueAt) - Date.parse(b.noticeDueAt) || (a.noticeDueAt < b.noticeDueAt ? -1 : 1);
  if (a.addedAt !== b.addedAt) return a.addedAt < b.addedAt ? -1 : 1;
  return a.contactId < b.contactId ? -1 : 1;
}
