import { Controller, Get, Headers, HttpCode, Inject, Param, Post, Query, Req, Res } from '@nestjs/common';
import type { Request, Response } from 'express';
import { z } from 'zod';
import type { CatchUp } from '#contracts/api/catch-up';
import { TOKENS } from '#contracts/api/tokens';
import { COLLECTIONS, type ImportDoc } from '#contracts/read-models';
import type { Clock } from '#engine/clock/clock.port';
import type { ReadModelStore } from '#engine/read-models/read-model.port';
import { Takes } from '#http/described';
import { Answers, pageOf } from '#http/answers';
import { pageQuery } from '#http/page';
import { CurrentCaller, Roles, type Caller } from '#http/roles';
import { ZodPipe } from '#http/zod.pipe';
import { BadInput, NotFound } from '#kernel/errors';
import { type ImportFile, readImportFile } from './import-file.js';
import { ImportJobs } from './import-jobs.js';
import { importAnswer, recordedImport, startedImport } from './import.answers.js';
import type { ImportOptions } from './import-run.js';
import { UploadFolder } from './upload-folder.js';

const importQuery = z.object({
  dryRun: z.enum(['true', 'false']).default('false'),
  encoding: z.string().max(40).optional(),
  /** Only for a default name. */
  fileName: z.string().max(200).default(''),
});
const CONFIG_HEADER = 'outright-import-config';

/** Prospect files over HTTP: the body is the CSV, import.yaml comes in a header, base64. */
@Controller('v1/imports')
export class ImportsController {
  constructor(
    @Inject(ImportJobs) private readonly jobs: ImportJobs,
    @Inject(UploadFolder) private readonly uploads: UploadFolder,
    @Inject(TOKENS.readModels) private readonly models: ReadModelStore,
    @Inject(TOKENS.catchUp) private readonly catchUp: CatchUp,
    @Inject(TOKENS.clock) private readonly clock: Clock,
  ) {}

  @Post()
  @HttpCode(202)
  @Takes({
    types: ['text/csv', 'text/plain', 'text/tab-separated-values'],
    description: 'The file itself, streamed: CSV with a header line. `email`, `country`, `source_type`, `collected_at`, `collected_by` and `basis` are required, in the row or under `defaults` of import.yaml.',
    headers: [{ name: CONFIG_HEADER, description: 'The text of import.yaml, base64.' }],
  })
  @Roles('sales', 'officer')
  @Answers({ 202: startedImport })
  async start(
    @Req() request: Request,
    @Res({ passthrough: true }) response: Response,
    @Query(new ZodPipe(importQuery)) query: z.infer<typeof importQuery>,
    @Headers(CONFIG_HEADER) config: string | undefined,
    @CurrentCaller() { actor }: Caller,
  ) {
    if (!/^text\/(csv|plain|tab-separated-values)\b/i.test(request.headers['content-type'] ?? '')) {
      throw new BadInput('The body is not CSV.', { code: 'content-type', status: 415, fix: 'Send the file as the body, with content-type: text/csv.' });
    }
    const file = { fileName: query.fileName, encoding: query.encoding, config: decodedConfig(config) };
    const { name } = readImportFile({ ...file, path: '' }, this.clock.now());
    const path = await this.uploads.receive(request);
    const jobId = await this.startOn(name, { ...file, path }, { actor, dryRun: query.dryRun === 'true' });
    const job = `/v1/imports/${jobId}`;
    response.setHeader('location', job);
    return { importId: jobId, name, job };
  }

  @Get()
  @Roles('sales', 'officer', 'auditor')
  @Answers({ 200: pageOf(recordedImport) })
  async list(@Query(new ZodPipe(pageQuery)) { limit, cursor }: z.infer<typeof pageQuery>) {
    await this.catchUp.readModels();
    return this.models.find<ImportDoc>(COLLECTIONS.imports, { limit, orderBy: { field: 'receivedAt', descending: true }, ...(cursor === undefined ? {} : { cursor }) });
  }

  /** The import as recorded and, for a day after the run, its progress, report and findings. */
  @Get(':id')
  @Roles('sales', 'officer', 'auditor')
  @Answers({ 200: importAnswer })
  async one(@Param('id') id: string) {
    await this.catchUp.readModels();
    const job = await this.jobs.find(id);
    const recorded = await this.models.get<ImportDoc>(COLLECTIONS.imports, id);
    if (job === undefined && recorded === undefined) {
      throw new NotFound('There is no such import.', { code: 'import-unknown', fix: 'List them at GET /v1/imports.' });
    }
    return { importId: id, ...(recorded === undefined ? {} : { recorded }), ...(job === undefined ? {} : { job }) };
  }

  private async startOn(name: string, file: ImportFile, options: Pick<ImportOptions, 'actor' | 'dryRun'>): Promise<string> {
    try {
      return this.jobs.start(name, file, options, () => this.uploads.remove(file.path));
    } catch (error) {
      await this.uploads.remove(file.path);
      throw error;
    }
  }
}

function decodedConfig(header: string | undefined): string {
  if (header === undefined) return '';
  if (!/^[A-Za-z0-9+/=_-]*$/.test(header)) throw new BadInput(`The header ${CONFIG_HEADER} is not base64.`, { code: 'import-config', fix: 'Send the text of import.yaml, base64-encoded.' });
  return Buffer.from(header, 'base64').toString('utf8');
}
