import 'reflect-metadata';
import { Body, Controller, Get, Module, Post, Req } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { NestExpressApplication } from '@nestjs/platform-express';
import type { OpenAPIObject } from '@nestjs/swagger';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { z } from 'zod';
import { Answers } from '#http/answers';
import { Public, Roles } from '#http/roles';
import { ZodPipe } from '#http/zod.pipe';
import { controllersOf } from './controllers.js';
import { previewStandalone } from './describe.js';
import { danglingRefs, openApiGaps } from './openapi-gaps.fixture.js';
import { openApiDocument } from './openapi.js';

const ok = z.strictObject({ ok: z.boolean() });

@Controller('v1/planted')
class PlantedController {
  @Get('silent') @Roles('officer') silent() { return { ok: true }; }
  @Post('any-body') @Roles('officer') @Answers({ 201: ok }) anyBody(@Body() body: unknown) { return { ok: body !== undefined }; }
  @Post('stream') @Roles('officer') @Answers({ 201: ok }) stream(@Req() request: unknown) { return { ok: request !== undefined }; }
  @Get('open') @Public() @Answers({ 200: ok }) open() { return { ok: true }; }
  @Post('whole') @Roles('officer') @Answers({ 201: ok }) whole(@Body(new ZodPipe(ok)) body: z.infer<typeof ok>) { return body; }
}
@Module({ controllers: [PlantedController] })
class PlantedModule {}

let app: NestExpressApplication;
let document: OpenAPIObject;
beforeAll(async () => {
  app = await previewStandalone();
  document = openApiDocument(app, controllersOf(app));
});
afterAll(() => app.close());
const operation = (method: 'get' | 'post', path: string) => document.paths[path]![method]!;

describe('the OpenAPI document', () => {
  it('has for every route under /v1 its answers, its body, the API key and the problem document', () => {
    expect(openApiGaps(document, controllersOf(app))).toEqual([]);
    expect(danglingRefs(document)).toEqual([]);
  });

  it('would show a route that lacks one of them', async () => {
    const planted = await NestFactory.create(PlantedModule, { logger: false, preview: true });
    const gaps = openApiGaps(openApiDocument(planted, controllersOf(planted)), controllersOf(planted));
    await planted.close();
    expect(gaps).toEqual([
      'GET /v1/planted/silent: an answer has no schema', 'POST /v1/planted/any-body: the body has no schema', 'POST /v1/planted/stream: the body has no schema',
      'GET /v1/planted/open: no security scheme', 'GET /v1/planted/open: an error is no problem document',
    ]);
  });

  it('ACC-03 (partly) says who may call a route, and that the pages of recipients need no key', () => {
    expect(operation('post', '/v1/lias/{id}/approve')).toMatchObject({ security: [{ apiKey: [] }], 'x-roles': ['officer'] });
    expect(document.components?.securitySchemes).toMatchObject({ apiKey: { type: 'http', scheme: 'bearer' } });
    for (const path of ['/u/{token}', '/u', '/privacy', '/healthz']) expect(operation('get', path).security).toEqual([]);
    expect(operation('post', '/v1/keys').description).toContain('socket');
  });

  it('describes lists as CSV, with import.yaml in a header', () => {
    for (const path of ['/v1/imports', '/v1/suppressions/import']) expect(operation('post', path).requestBody).toMatchObject({ required: true, content: { 'text/csv': { schema: { type: 'string', format: 'binary' } } } });
    expect(operation('post', '/v1/imports').parameters).toContainEqual(expect.objectContaining({ in: 'header', name: 'outright-import-config' }));
  });

  it('closes bodies where the route refuses unknown keys, and leaves answers open for later fields', () => {
    expect(operation('post', '/v1/templates').requestBody).toMatchObject({ content: { 'application/json': { schema: { additionalProperties: false, required: ['language', 'subject', 'text', 'html'] } } } });
    expect(document.components?.schemas?.['Campaign']).toMatchObject({ type: 'object', required: expect.arrayContaining(['campaignId', 'counts']) });
    expect(document.components?.schemas?.['Campaign']).not.toHaveProperty('additionalProperties');
    expect(document.components?.schemas?.['Problem']).toMatchObject({ required: ['type', 'title', 'status', 'code'] });
  });

  it('tells answers of one route apart by status and type', () => {
    expect(Object.keys(operation('post', '/v1/templates').responses)).toEqual(['200', '201', '401', '403', 'default']);
    expect(Object.keys(operation('post', '/v1/audit/verify').responses)).toEqual(['200', '202', '401', '403', 'default']);
    expect(operation('get', '/v1/report').responses['200']).toMatchObject({ content: { 'text/html': { schema: { type: 'string' } } } });
  });
});
