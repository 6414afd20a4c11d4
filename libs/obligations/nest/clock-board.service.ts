import { Inject, Injectable } from '@nestjs/common';
import { TOKENS } from '#contracts/api/tokens';
import type { Tenancy } from '#contracts/api/tenancy';
import { COLLECTIONS } from '#contracts/read-models';
import type { Clock } from '#engine/clock/clock.port';
import type { ReadModelStore } from '#engine/read-models/read-model.port';
import type { BoardClockDoc, BoardKind } from '../domain/board-clock.js';
import { clockRow, type ClockRow } from '../domain/clock-board.js';

export interface ClockQuery {
  readonly kind?: BoardKind | undefined;
  readonly state: 'open' | 'met' | 'missed' | 'all';
  readonly overdue: boolean;
  /** Only what is due before this instant. */
  readonly before?: Date | undefined;
  readonly limit: number;
  readonly cursor?: string | undefined;
}

/** The last day of a clock ends in UTC up to this long after it ended in the tenant's zone. */
const ZONE_MARGIN_MS = 15 * 3_600_000;

/** The obligations board, earliest due first. */
@Injectable()
export class ClockBoard {
  constructor(
    @Inject(TOKENS.readModels) private readonly readModels: ReadModelStore,
    @Inject(TOKENS.clock) private readonly clock: Clock,
    @Inject(TOKENS.tenancy) private readonly tenancy: Tenancy,
  ) {}

  /** One page; a page can hold fewer rows than asked for and still not be the last: `next` tells. */
  async page({ kind, state, overdue, before, limit, cursor }: ClockQuery): Promise<{ items: ClockRow[]; next: string | undefined }> {
    const now = this.clock.now();
    const until = overdue && (before === undefined || before > now) ? now : before;
    const wanted = overdue ? 'open' : state;
    const page = await this.readModels.find<BoardClockDoc>(COLLECTIONS.clocks, {
      where: { ...(wanted === 'all' ? {} : { state: wanted }), ...(kind === undefined ? {} : { kind }) },
      ...(until === undefined ? {} : { range: { field: 'dueAt', to: new Date(until.getTime() + ZONE_MARGIN_MS).toISOString() } }),
      orderBy: { field: 'dueAt' }, limit, ...(cursor === undefined ? {} : { cursor }),
    });
    const tenant = { tenantId: this.tenancy.tenantId, legalTz: this.tenancy.setting<string>('legalTz') };
    const rows = page.items.map((doc) => clockRow(doc, now, tenant));
    const items = rows.filter((row) => (!overdue || row.level === 'overdue') && (before === undefined || Date.parse(row.dueAt) < before.getTime()));
    return { items, next: page.next };
  }

  /** How many clocks are overdue now, by kind: for the exit code and the metrics. */
  async overdue(): Promise<Record<string, number>> {
    const counts: Record<string, number> = {};
    let cursor: string | undefined;
    do {
      const page = await this.page({ state: 'open', overdue: true, limit: 500, cursor });
      for (const { kind } of page.items) counts[kind] = (counts[kind] ?? 0) + 1;
      cursor = page.next;
    } while (cursor !== undefined);
    return counts;
  }
}
