import { Body, Controller, Get, Inject, Param, Post, Query, Res } from '@nestjs/common';
import type { Response } from 'express';
import { z } from 'zod';
import { Answers, pageOf } from '#http/answers';
import { pageQuery } from '#http/page';
import { CurrentCaller, Roles, type Caller } from '#http/roles';
import { ZodPipe } from '#http/zod.pipe';
import { TEMPLATE_LIMITS } from '../domain/content/template-limits.js';
import { checkedTemplate, listedTemplate, wholeTemplate } from './template.answers.js';
import { TemplatesService, type TemplateAnswer } from './templates.service.js';

const newTemplate = z.strictObject({
  language: z.string().regex(/^[a-z]{2,3}$/, 'a language code of small letters, like en'),
  subject: z.string().min(1).max(2_000),
  text: z.string().min(1).max(TEMPLATE_LIMITS.sourceBytes),
  html: z.string().min(1).max(TEMPLATE_LIMITS.sourceBytes),
});

@Controller('v1/templates')
export class TemplatesController {
  constructor(@Inject(TemplatesService) private readonly templates: TemplatesService) {}

  /** Newest first, without text and html. */
  @Get()
  @Roles('sales', 'officer', 'auditor')
  @Answers({ 200: pageOf(listedTemplate) })
  list(@Query(new ZodPipe(pageQuery)) { limit, cursor }: z.infer<typeof pageQuery>) {
    return this.templates.list(limit, cursor);
  }

  @Get(':version')
  @Roles('sales', 'officer', 'auditor')
  @Answers({ 200: wholeTemplate })
  show(@Param('version') version: string) {
    return this.templates.show(version);
  }

  /** Checks a template and records it: 201 the first time, 200 with the same version for the same content. */
  @Post()
  @Roles('sales', 'officer')
  @Answers({ 201: checkedTemplate, 200: checkedTemplate })
  async add(@Body(new ZodPipe(newTemplate)) body: z.infer<typeof newTemplate>, @CurrentCaller() { actor }: Caller, @Res({ passthrough: true }) response: Response): Promise<TemplateAnswer> {
    const answer = await this.templates.add(body, actor);
    response.status(answer.recorded === 'now' ? 201 : 200).location(`/v1/templates/${answer.templateVersion}`);
    return answer;
  }
}
