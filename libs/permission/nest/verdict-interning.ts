import type { Verdict } from '#compliance/domain/rule';

type Intern = (verdictsRef: string, ruleSetVersion: string, verdicts: readonly Verdict[]) => Promise<void>;

const REMEMBERED = 10_000;

/** Has every verdict list made durable before its campaign first refers to it; later uses in this process cost nothing. */
export class VerdictInterning {
  private readonly known = new Map<string, Promise<void>>();

  ensure(campaignId: string, verdictsRef: string, ruleSetVersion: string, verdicts: readonly Verdict[], intern: Intern): Promise<void> | undefined {
    const key = `${campaignId} ${verdictsRef}`;
    const before = this.known.get(key);
    if (before !== undefined) return before;
    if (this.known.size >= REMEMBERED) this.known.clear();
    const made = intern(verdictsRef, ruleSetVersion, verdicts);
    this.known.set(key, made);
    made.catch(() => this.known.delete(key));
    return made;
  }
}
