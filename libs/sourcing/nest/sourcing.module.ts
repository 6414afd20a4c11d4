import { Module } from '@nestjs/common';
import { ImportJobs } from './import-jobs.js';
import { ImportService } from './import.service.js';
import { ImportsController } from './imports.controller.js';
import { UploadFolder } from './upload-folder.js';

@Module({
  providers: [ImportService, ImportJobs, UploadFolder],
  controllers: [ImportsController],
  exports: [ImportService],
})
export class SourcingModule {}
