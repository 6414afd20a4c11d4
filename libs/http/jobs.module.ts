import { Global, Module } from '@nestjs/common';
import { JobsController } from './jobs.controller.js';
import { Jobs } from './jobs.js';

/** One registry of long work for every context. */
@Global()
@Module({ controllers: [JobsController], providers: [Jobs], exports: [Jobs] })
export class JobsModule {}
