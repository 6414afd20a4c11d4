import type { Instant } from '#kernel/time/instant';

/** Contacts that the person sought (RET-03); everything else, above all our own mail and its opening, never keeps data longer. */
export const QUALIFYING_INTERACTIONS = ['reply', 'form', 'verified_consent', 'human_click', 'meeting', 'login'] as const;
export type QualifyingInteraction = (typeof QUALIFYING_INTERACTIONS)[number];

const qualifying = new Set<string>(QUALIFYING_INTERACTIONS);
export const isQualifying = (kind: string): kind is QualifyingInteraction => qualifying.has(kind);

export interface AnchorFacts {
  /** When each source collected the person. */
  readonly collectedAt: readonly Instant[];
  readonly interactions: readonly { readonly kind: string; readonly at: Instant }[];
}

/**
 * The instant that the retention counts from: the later of the earliest collection and the last qualifying interaction (RET-14).
 * The order of the facts has no influence, and a further collection can only move it earlier (INV-15).
 */
export function retentionAnchor({ collectedAt, interactions }: AnchorFacts): Instant | undefined {
  const earliest = collectedAt.reduce<Instant | undefined>((first, at) => (first === undefined || at < first ? at : first), undefined);
  if (earliest === undefined) return undefined;
  return interactions.reduce((anchor, { kind, at }) => (isQualifying(kind) && at > anchor ? at : anchor), earliest);
}
