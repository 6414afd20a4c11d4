const OWN_WORD: ReadonlySet<string> = new Set(['opt_out', 'objection']);

/**
 * Weighs the opt-outs of the log against the do-not-mail list without knowing which entry is whose. Each contact with a wish put an entry
 * of that day on the list. What a day's publication names is accounted for; the rest of the day must be among the entries that are not
 * published yet. Wishes of unknown addresses add entries without a contact, so only a lack is a finding.
 */
export class SuppressionBalance {
  private readonly wishes = new Map<string, number>();
  private readonly named = new Map<string, number>();
  private readonly publishedOnce = new Set<string>();
  private gone = 0;

  /** @param onList entries of the list by reason */
  constructor(private readonly onList: Readonly<Record<string, number>>) {}

  /** A contact's first wish, received on that day. */
  wish(day: string): void {
    this.wishes.set(day, (this.wishes.get(day) ?? 0) + 1);
  }

  /** An entry that a publication names; true where it counts, which it does once and only if a person's own word stands behind it. */
  published(day: string, entry: string, reason: string): boolean {
    if (!OWN_WORD.has(reason) || this.publishedOnce.has(entry)) return false;
    this.publishedOnce.add(entry);
    this.named.set(day, (this.named.get(day) ?? 0) + 1);
    return true;
  }

  /** One that was found missing by itself. */
  lost(): void {
    this.gone += 1;
  }

  /** How many entries are missing at least, besides those found by themselves. */
  missing(): number {
    let needed = 0;
    for (const [day, count] of this.wishes) needed += Math.max(0, count - (this.named.get(day) ?? 0));
    const unpublished = (this.onList['opt_out'] ?? 0) + (this.onList['objection'] ?? 0) - this.publishedOnce.size;
    // A minor's entry keeps its reason when the person opts out too.
    return Math.max(0, needed - unpublished - (this.onList['minor'] ?? 0) - this.gone);
  }
}
