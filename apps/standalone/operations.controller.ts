import { Controller, Get, Header, HttpCode, Inject, Res } from '@nestjs/common';
import type { Response } from 'express';
import { Tagged } from '#http/described';
import { Public } from '#http/roles';
import { HealthService } from './health.service.js';
import { MetricsService } from './metrics.service.js';

/**
 * For the machine that watches this one. Nothing personal, no ids of people. `readyz` is the alarm; route recipients by `healthz`, for
 * the unsubscribe pages must answer whatever else is wrong.
 */
@Tagged('operations')
@Controller()
export class OperationsController {
  constructor(@Inject(HealthService) private readonly health: HealthService, @Inject(MetricsService) private readonly figures: MetricsService) {}

  @Get('healthz')
  @HttpCode(200)
  @Public()
  alive() {
    return { status: 'alive', instance: this.health.instance, services: this.health.services() };
  }

  @Get('readyz')
  @Public()
  async ready(@Res() response: Response): Promise<void> {
    const down = await this.health.down();
    response.status(down.length === 0 ? 200 : 503).json({ status: down.length === 0 ? 'ready' : 'not ready', down, degraded: this.health.degraded() });
  }

  @Get('metrics')
  @Header('content-type', 'text/plain; version=0.0.4; charset=utf-8')
  @Public()
  metrics(): Promise<string> {
    return this.figures.text();
  }
}
