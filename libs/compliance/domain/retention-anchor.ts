import { addPeriod } from '#kernel/time/calendar-period';
import type { DomainEvent } from '#kernel/decider';

/** What moves the retention forward (RET-03). Opens, deliveries, our own sends, automatic replies and scanner fetches are none. */
export const QUALIFYING_INTERACTIONS: ReadonlySet<string> = new Set(['reply', 'form', 'verified_consent', 'human_click', 'meeting', 'login']);

/** The retention facts of one person, as far as the prospect stream has told them. Instants are ISO 8601 in UTC. */
export interface RetentionFacts {
  /** Earliest collection from any source. */
  readonly collectedAt?: string;
  /** Latest qualifying interaction, with the end that was recorded for it. */
  readonly interaction?: { readonly at: string; readonly expiresAt: string };
  /** Earliest end that was recorded for the collection. */
  readonly expiresAt?: string;
}

const sooner = (a: string | undefined, b: string): string => (a === undefined || Date.parse(b) < Date.parse(a) ? b : a);

/** Folds one event of the prospect stream; the order of events does not matter (RET-14, INV-15). */
export function foldRetention(facts: RetentionFacts, { type, data }: DomainEvent): RetentionFacts {
  const { collectedAt, anchorAt, expiresAt, reason } = data as Record<string, string>;
  switch (type) {
    case 'ProspectSourced': return { ...facts, collectedAt: sooner(facts.collectedAt, collectedAt!), expiresAt: sooner(facts.expiresAt, expiresAt!) };
    case 'SourceAdded': return { ...facts, collectedAt: sooner(facts.collectedAt, collectedAt!) };
    case 'RetentionAnchorMoved': {
      if (!QUALIFYING_INTERACTIONS.has(reason!)) return { ...facts, expiresAt: sooner(facts.expiresAt, expiresAt!) };
      const move = { at: anchorAt!, expiresAt: expiresAt! };
      const known = facts.interaction;
      const newer = known === undefined || Date.parse(move.at) > Date.parse(known.at);
      const same = known !== undefined && Date.parse(move.at) === Date.parse(known.at);
      return { ...facts, interaction: newer ? move : same ? { at: known.at, expiresAt: sooner(known.expiresAt, move.expiresAt) } : known };
    }
    default: return facts;
  }
}

/** The later of earliest collection and last qualifying interaction (SRC-09). Undefined before anything was collected. */
export function retentionAnchor({ collectedAt, interaction }: RetentionFacts): string | undefined {
  if (collectedAt === undefined) return undefined;
  return interaction !== undefined && Date.parse(interaction.at) > Date.parse(collectedAt) ? interaction.at : collectedAt;
}

/**
 * From this instant on the data may not be used and is erased: the recorded end, or the anchor plus today's setting where that is
 * earlier. A setting that was lengthened never extends what is recorded (RET-10).
 */
export function retentionEnd(facts: RetentionFacts, retention = 'P3Y', legalTz = 'UTC'): string | undefined {
  const anchor = retentionAnchor(facts);
  if (anchor === undefined) return undefined;
  const recorded = facts.interaction?.at === anchor ? facts.interaction.expiresAt : facts.expiresAt;
  return sooner(recorded, addPeriod(anchor, retention, legalTz));
}
