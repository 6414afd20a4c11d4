import { Module } from '@nestjs/common';
import { ClockBoard } from './clock-board.service.js';
import { ClocksController } from './clocks.controller.js';

/** Needs the engine's tokens, tenancy and catch-up. */
@Module({ controllers: [ClocksController], providers: [ClockBoard], exports: [ClockBoard] })
export class ObligationsModule {}
