import { Controller, Get, Header, Inject, Param, Query, Res } from '@nestjs/common';
import type { Response } from 'express';
import { z } from 'zod';
import type { CatchUp } from '#contracts/api/catch-up';
import { TOKENS } from '#contracts/api/tokens';
import { COLLECTIONS } from '#contracts/read-models';
import type { Clock } from '#engine/clock/clock.port';
import type { ReadModelStore } from '#engine/read-models/read-model.port';
import { Answers, pageOf } from '#http/answers';
import { pageQuery } from '#http/page';
import { Roles } from '#http/roles';
import { ZodPipe } from '#http/zod.pipe';
import { erasureProof, proofHash } from '../domain/erasure-proof.js';
import { proofAsHtml, proofAsText } from '../domain/erasure-proof-text.js';
import type { ErasureBoardDoc } from '../projections/erasures.projection.js';
import { ErasureCases } from './erasure-cases.js';
import { erasureAnswer, erasureOnBoard } from './erasure.answers.js';

const listQuery = pageQuery.extend({ state: z.enum(['open', 'overdue', 'completed']).optional() });
const caseQuery = z.object({ format: z.enum(['json', 'text', 'html']).default('json') });

/** The case as the board shows it: no id of a person. Hours left are negative once it is late. */
function boardRow({ prospectId: _, ...doc }: ErasureBoardDoc, now: Date) {
  const left = (Date.parse(doc.dueAt) - now.getTime()) / 3_600_000;
  return { ...doc, ...(doc.state === 'completed' ? {} : { hoursLeft: Math.round(left * 10) / 10 }) };
}

@Controller('v1/erasures')
export class ErasuresController {
  constructor(
    @Inject(TOKENS.readModels) private readonly readModels: ReadModelStore,
    @Inject(TOKENS.catchUp) private readonly catchUp: CatchUp,
    @Inject(TOKENS.clock) private readonly clock: Clock,
    @Inject(ErasureCases) private readonly cases: ErasureCases,
  ) {}

  /** Earliest due first. */
  @Get()
  @Roles('officer', 'auditor', 'sales')
  @Answers({ 200: pageOf(erasureOnBoard) })
  async list(@Query(new ZodPipe(listQuery)) { limit, cursor, state }: z.infer<typeof listQuery>) {
    await this.catchUp.readModels();
    const page = await this.readModels.find<ErasureBoardDoc>(COLLECTIONS.erasures, {
      ...(state === undefined ? {} : { where: { state } }), orderBy: { field: 'dueAt' }, limit, ...(cursor === undefined ? {} : { cursor }),
    });
    return { items: page.items.map((doc) => boardRow(doc, this.clock.now())), next: page.next };
  }

  /** The proof of a completed case; before that where it stands. */
  @Get(':caseId')
  @Roles('officer', 'auditor')
  @Header('cache-control', 'no-store')
  @Answers({ 200: erasureAnswer }, 'text/plain', 'text/html')
  async one(@Param('caseId') caseId: string, @Query(new ZodPipe(caseQuery)) { format }: z.infer<typeof caseQuery>, @Res({ passthrough: true }) response: Response) {
    const events = await this.cases.events(caseId);
    const proof = erasureProof(events);
    const completed = events.find(({ type }) => type === 'ErasureCompleted');
    if (proof !== undefined && completed !== undefined) {
      const hash = proofHash(proof);
      if (format === 'json') return { state: 'completed' as const, proof, proofHash: hash, intact: hash === completed.data.proofHash };
      response.type(format === 'text' ? 'text/plain' : 'text/html');
      return format === 'text' ? proofAsText(proof, hash) : proofAsHtml(proof, hash);
    }
    await this.catchUp.readModels();
    const doc = await this.readModels.get<ErasureBoardDoc>(COLLECTIONS.erasures, caseId);
    return doc === undefined ? { caseId, state: 'open' as const } : boardRow(doc, this.clock.now());
  }
}
