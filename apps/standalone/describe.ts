import 'reflect-metadata';
import { NestFactory } from '@nestjs/core';
import type { NestExpressApplication } from '@nestjs/platform-express';
import { controllersOf } from './controllers.js';
import type { EngineParts } from './engine.module.js';
import { openApiDocument } from './openapi.js';
import { StandaloneModule } from './standalone.module.js';

/** The composed app without a data folder: in preview mode Nest reads the routes and makes no provider. */
export function previewStandalone(): Promise<NestExpressApplication> {
  return NestFactory.create<NestExpressApplication>(StandaloneModule.of({ engine: {} } as EngineParts), { logger: false, preview: true, abortOnError: false });
}

export async function describeStandalone(): Promise<object> {
  const app = await previewStandalone();
  const document = openApiDocument(app, controllersOf(app));
  await app.close();
  return document;
}
