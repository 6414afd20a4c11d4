import type { Verdict } from '#compliance/domain/rule';
import type { CampaignFile } from './campaign-file.js';
import { domainHours, plannedInstants } from './sending-plan.js';
import { fromMs, toMs } from '#kernel/time/instant';

/** What the gate would say now about one member of the audience. */
export interface Preview {
  readonly allowed: boolean;
  readonly reasons: readonly string[];
  readonly verdicts: readonly Verdict[];
  readonly noticeDueAt: string | undefined;
  readonly noticeProvided: boolean;
  /** Keyed or plain, only compared. */
  readonly domain: string | undefined;
}

export interface Forecast {
  readonly audience: number;
  readonly eligible: number;
  readonly refused: number;
  /** A contact counts under each of its reasons. */
  readonly refusals: readonly { readonly reason: string; readonly count: number; readonly rule: string; readonly fix: string }[];
  /** When the last eligible message would leave at the pace; undefined where nobody is eligible. */
  readonly finishesAt: string | undefined;
  /** Eligible contacts whose notice would go out after it is due (CL-06); the gate will refuse them then. */
  readonly lateNotices: number;
}

/** Folds previews one by one, so that a big audience is never held at once. Previews come in order of sending. */
export class ForecastTally {
  private readonly refusals = new Map<string, { count: number; rule: string; fix: string }>();
  private readonly domains = new Map<string, number>();
  private readonly plan: Generator<number, never>;
  private audience = 0;
  private eligible = 0;
  private late = 0;
  private last: number | undefined;

  constructor(private readonly pace: CampaignFile['pace'], private readonly start: string, tz: string) {
    this.plan = plannedInstants(pace, start, tz);
  }

  add(preview: Preview): void {
    this.audience += 1;
    if (!preview.allowed) return this.refuse(preview);
    const at = this.plan.next().value;
    this.eligible += 1;
    this.last = at;
    if (preview.domain !== undefined) this.domains.set(preview.domain, (this.domains.get(preview.domain) ?? 0) + 1);
    if (!preview.noticeProvided && preview.noticeDueAt !== undefined && at >= toMs(preview.noticeDueAt)) this.late += 1;
  }

  result(): Forecast {
    const refusals = [...this.refusals].map(([reason, found]) => ({ reason, ...found })).sort((a, b) => b.count - a.count || (a.reason < b.reason ? -1 : 1));
    const byDomain = toMs(this.start) + domainHours(this.pace, this.domains);
    return {
      audience: this.audience, eligible: this.eligible, refused: this.audience - this.eligible, refusals,
      finishesAt: this.last === undefined ? undefined : fromMs(Math.max(this.last, byDomain)), lateNotices: this.late,
    };
  }

  private refuse({ reasons, verdicts }: Preview): void {
    for (const reason of reasons) {
      const verdict = verdicts.find((one) => one.reason === reason && one.outcome === 'deny');
      const known = this.refusals.get(reason) ?? { count: 0, rule: verdict?.rule ?? 'gate', fix: verdict?.fix ?? 'See why with `outright audit explain`.' };
      this.refusals.set(reason, { ...known, count: known.count + 1 });
    }
  }
}
