/** SRC-02: where a prospect may come from. */
export const OPEN_SOURCE_TYPES = ['public_website', 'search_engine', 'social_network', 'sourcing_tool'] as const;
/** The person gave the data to this sender: no Art 14 notice is owed. */
export const OWN_SOURCE_TYPES = ['own_form', 'own_order', 'own_newsletter', 'own_survey', 'own_chat'] as const;
/** Lawful only with the evidence of SRC-07 and SRC-08, which cannot be recorded yet. */
export const EVIDENCED_SOURCE_TYPES = ['event', 'referral', 'partner'] as const;

const usable = new Set<string>([...OPEN_SOURCE_TYPES, ...OWN_SOURCE_TYPES]);
const evidenced = new Set<string>(EVIDENCED_SOURCE_TYPES);
const own = new Set<string>(OWN_SOURCE_TYPES);

export const isUsableSource = (type: string): boolean => usable.has(type);
export const needsTransferEvidence = (type: string): boolean => evidenced.has(type);

/** Whether the data came from the person, so that GDPR 13 and not 14 governs the notice. */
export function collectedFromSubject(method: string | undefined, sourceType: string): boolean {
  return method === 'provided' && own.has(sourceType);
}
