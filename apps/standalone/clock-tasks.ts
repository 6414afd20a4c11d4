import type { INestApplication } from '@nestjs/common';
import type { CampaignRunner } from '#contracts/api/campaign-runner';
import { TOKENS } from '#contracts/api/tokens';
import { CheckpointService } from '#audit/nest/checkpoint.service';
import type { MailTransport } from '#engine/mail-transport/mail-transport.port';
import { CaseSweep } from '#erasure/nest/case-sweep.service';
import { RetentionSweep } from '#erasure/nest/retention-sweep.service';
import { MissedWishes } from '#permission/nest/missed-wishes.service';
import { PublishSuppressions } from '#permission/nest/publish-suppressions.service';
import type { ClockTask } from './clock-loop.js';

/** One process leads: it sweeps what is due from the authority. */
const CLOCKS = 'clocks';
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

/** What looks at the calendar by itself. Each task derives what is due from the log. */
export function clockTasks(app: INestApplication, mail: MailTransport): readonly ClockTask[] {
  const the = <T>(type: new (...args: never[]) => T) => app.get<T>(type, { strict: false });
  return [
    { name: 'retention', every: MINUTE, lease: CLOCKS, run: (now, ending) => the(RetentionSweep).run(now, ending) },
    { name: 'erasures', every: MINUTE, lease: CLOCKS, run: (now, ending) => the(CaseSweep).run(now, ending) },
    { name: 'suppression publication', every: HOUR, lease: CLOCKS, run: () => the(PublishSuppressions).publish() },
    { name: 'kept messages', every: HOUR, run: (now) => mail.sweep?.(now) ?? Promise.resolve(0) },
    { name: 'checkpoint', every: HOUR, lease: CLOCKS, run: () => the(CheckpointService).take() },
  ];
}

/** Of its own, because after an import it may take long: nothing that a legal clock waits for stands behind it. */
export function registryTask(app: INestApplication): ClockTask {
  return { name: 'registry', every: 2_000, lease: 'registry', run: () => app.get(MissedWishes, { strict: false }).record() };
}

/** Each process looks for itself: campaigns go to whoever takes them up. */
export function campaignsTask(app: INestApplication): ClockTask {
  return { name: 'campaigns', every: 0, run: () => app.get<CampaignRunner>(TOKENS.campaignRunner, { strict: false }).look() };
}
