import type { RequestHandler } from 'express';
import { NestFactory } from '@nestjs/core';
import type { NestExpressApplication } from '@nestjs/platform-express';
import { SwaggerModule } from '@nestjs/swagger';
import { ProblemFilter } from '#http/problem.filter';
import { controllersOf } from './controllers.js';
import { openApiDocument } from './openapi.js';

class DocsModule {}

/** The OpenAPI page of an initialised app, as an app of its own that answers for it. */
export async function apiPages(app: NestExpressApplication): Promise<RequestHandler> {
  const docs = await NestFactory.create<NestExpressApplication>(DocsModule, { logger: false, abortOnError: false });
  docs.useGlobalFilters(new ProblemFilter());
  docs.disable('x-powered-by');
  SwaggerModule.setup('docs', docs, openApiDocument(app, controllersOf(app)), { jsonDocumentUrl: '/openapi.json', customSiteTitle: 'Outright API' });
  await docs.init();
  return docs.getHttpAdapter().getInstance() as RequestHandler;
}
