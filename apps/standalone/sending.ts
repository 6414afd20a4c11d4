import type { INestApplication } from '@nestjs/common';
import { TOKENS } from '#contracts/api/tokens';
import type { DispatchRunner } from '#delivery/nest/dispatch-runner.service';

const runner = (app: INestApplication) => app.get<DispatchRunner>(TOKENS.campaignRunner, { strict: false });

/** Settles what a crash left open, then sends. */
export const startSending = (app: INestApplication): Promise<void> => runner(app).start();
export const stopSending = (app: INestApplication): Promise<void> => runner(app).stop();
