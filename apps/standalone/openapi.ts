import type { INestApplication, Type } from '@nestjs/common';
import { DocumentBuilder, SwaggerModule, type OpenAPIObject } from '@nestjs/swagger';
import type { Upload } from '#http/described';
import { problem } from '#http/problem.schema';
import { routeFacts, type RouteFacts } from './openapi-routes.js';
import { OpenApiSchemas, type JsonSchema } from './openapi-schemas.js';

const API_KEY = 'apiKey';

interface Operation {
  operationId?: string;
  description?: string;
  requestBody?: unknown;
  parameters?: { in: string; name: string; schema: unknown; required: boolean; description?: string }[];
  responses?: Record<string, unknown>;
  security?: unknown[];
  tags?: string[];
  'x-roles'?: readonly string[];
}

/** The OpenAPI document of an initialised app: routes from Nest; bodies, queries and answers from Zod schemas; keys from the guard's own decorators. */
export function openApiDocument(app: INestApplication, controllers: readonly Type<unknown>[]): OpenAPIObject {
  const config = new DocumentBuilder()
    .setTitle('Outright')
    .setDescription('Lawful outreach you can prove. Errors are RFC 9457 problem documents that carry the requirement ID and the fix.')
    .setVersion('1')
    .addBearerAuth({ type: 'http', scheme: 'bearer', bearerFormat: 'ork_<id>_<secret>', description: 'API key made on the machine with `outright key create`.' }, API_KEY)
    .build();
  const document = SwaggerModule.createDocument(app, config);
  const schemas = new OpenApiSchemas();
  const failure = (description: string) => ({ description, content: { 'application/problem+json': { schema: schemas.answer(problem) } } });
  const facts = routeFacts(controllers);
  for (const item of Object.values(document.paths)) {
    for (const [method, operation] of Object.entries(item) as [string, Operation][]) {
      const route = facts.get(operation.operationId ?? '');
      if (route === undefined) continue;
      describeRequest(operation, method, route, schemas);
      describeCaller(operation, route);
      operation.responses = {
        ...(route.answers === undefined ? operation.responses : answersOf(route.answers, schemas)),
        ...(route.roles === undefined ? {} : { 401: failure('The API key is missing, unknown, revoked or expired'), 403: failure('The key has another role, or the route answers on this machine only') }),
        default: failure('Problem document (RFC 9457)'),
      };
    }
  }
  document.components = { ...document.components, schemas: { ...document.components?.schemas, ...schemas.components } };
  return document;
}

function describeRequest(operation: Operation, method: string, { body, query, roles, tag, upload }: RouteFacts, schemas: OpenApiSchemas): void {
  if (tag !== undefined) operation.tags = [tag];
  if (upload !== undefined) describeUpload(operation, upload);
  if (body !== undefined) operation.requestBody = { required: true, content: { 'application/json': { schema: schemas.request(body) } } };
  if (query !== undefined) {
    const { properties = {}, required = [] } = schemas.request(query) as { properties?: Record<string, JsonSchema>; required?: string[] };
    const names = Object.keys(properties);
    operation.parameters = [
      ...(operation.parameters ?? []).filter((parameter) => parameter.in !== 'query' || !names.includes(parameter.name)),
      ...names.map((name) => ({ in: 'query', name, schema: properties[name], required: required.includes(name) })),
    ];
  }
  if (method === 'post' && roles !== undefined) {
    operation.parameters = [...(operation.parameters ?? []), {
      in: 'header', name: 'Idempotency-Key', required: false, schema: { type: 'string', minLength: 16, maxLength: 128 },
      description: 'Within 24 hours the same key and request get the first answer again, and nothing is done twice.',
    }];
  }
}

function describeUpload(operation: Operation, { types, description, headers = [] }: Upload): void {
  const content = Object.fromEntries(types.map((type) => [type, { schema: { type: 'string', format: 'binary' } }]));
  operation.requestBody = { required: true, description, content };
  const told = headers.map(({ name, description: meaning }) => ({ name, in: 'header', description: meaning, required: false, schema: { type: 'string', format: 'byte' } }));
  operation.parameters = [...told, ...(operation.parameters ?? []).filter(({ name }) => !headers.some((header) => header.name === name))];
}

function describeCaller(operation: Operation, { roles, localOnly }: RouteFacts): void {
  operation.security = roles === undefined ? [] : [{ [API_KEY]: [] }];
  if (roles === undefined) return;
  operation['x-roles'] = roles;
  operation.description = `Roles: ${roles.join(', ')}${localOnly ? '. Only over the socket in the data folder' : ''}.`;
}

function answersOf({ schemas: byStatus, text }: NonNullable<RouteFacts['answers']>, schemas: OpenApiSchemas): Record<string, unknown> {
  const statuses = Object.keys(byStatus).length === 0 ? ['200'] : Object.keys(byStatus);
  return Object.fromEntries(statuses.map((status) => {
    const schema = byStatus[Number(status)];
    const json = schema === undefined ? {} : { 'application/json': { schema: schemas.answer(schema) } };
    const texts = status === '200' ? Object.fromEntries(text.map((type) => [type, { schema: { type: 'string' } }])) : {};
    return [status, { description: WORDS[status] ?? 'Done', content: { ...json, ...texts } }];
  }));
}

const WORDS: Readonly<Record<string, string>> = { 200: 'Done', 201: 'Made', 202: 'Accepted: the work goes on' };
