import type { INestApplication, Type } from '@nestjs/common';
import { DocumentBuilder, SwaggerModule, type OpenAPIObject } from '@nestjs/swagger';
import { z } from 'zod';
import { ZodPipe } from '#http/zod.pipe';

/** Nest keeps a route's parameters under this metadata key: `type:index` → pipes. Type 3 is the body, 4 the query. */
const ROUTE_ARGUMENTS = '__routeArguments__';

interface Operation {
  operationId?: string;
  requestBody?: unknown;
  parameters?: { in: string; name: string; schema: unknown; required: boolean }[];
  responses?: Record<string, unknown>;
}

/** Where Zod pipes stand on controller methods, `Controller_method` → what they parse. */
function zodPipes(controllers: readonly Type<unknown>[]): Map<string, { place: string; schema: z.ZodType }[]> {
  const found = new Map<string, { place: string; schema: z.ZodType }[]>();
  for (const controller of controllers) {
    for (const method of Object.getOwnPropertyNames(controller.prototype)) {
      const args = (Reflect.getMetadata(ROUTE_ARGUMENTS, controller, method) ?? {}) as Record<string, { pipes?: unknown[] }>;
      for (const [key, { pipes = [] }] of Object.entries(args)) {
        const pipe = pipes.find((candidate) => candidate instanceof ZodPipe);
        if (pipe === undefined) continue;
        const id = `${controller.name}_${method}`;
        found.set(id, [...(found.get(id) ?? []), { place: key.split(':')[0] ?? '', schema: pipe.schema as z.ZodType }]);
      }
    }
  }
  return found;
}

const jsonSchema = (schema: z.ZodType) => z.toJSONSchema(schema, { target: 'openapi-3.0', io: 'input', unrepresentable: 'any' });

/** The OpenAPI document of an initialised app: routes from Nest, bodies and queries from the Zod schemas that really parse them. */
export function openApiDocument(app: INestApplication, controllers: readonly Type<unknown>[]): OpenAPIObject {
  const config = new DocumentBuilder()
    .setTitle('Outright')
    .setDescription('Lawful outreach you can prove. Errors are RFC 9457 problem documents that carry the requirement ID and the fix.')
    .setVersion('1')
    .addBearerAuth({ type: 'http', scheme: 'bearer', bearerFormat: 'ork_<id>_<secret>', description: 'API key made on the machine with `outright key create`.' })
    .build();
  const document = SwaggerModule.createDocument(app, config);
  const pipes = zodPipes(controllers);
  for (const item of Object.values(document.paths)) {
    for (const operation of Object.values(item) as Operation[]) {
      for (const { place, schema } of pipes.get(operation.operationId ?? '') ?? []) {
        if (place === '3') operation.requestBody = { required: true, content: { 'application/json': { schema: jsonSchema(schema) } } };
        if (place === '4') {
          const { properties = {}, required = [] } = jsonSchema(schema) as { properties?: Record<string, unknown>; required?: string[] };
          const names = Object.keys(properties);
          operation.parameters = [
            ...(operation.parameters ?? []).filter((parameter) => parameter.in !== 'query' || !names.includes(parameter.name)),
            ...names.map((name) => ({ in: 'query', name, schema: properties[name], required: required.includes(name) })),
          ];
        }
      }
      operation.responses = { ...operation.responses, default: { description: 'Problem document (RFC 9457)', content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } } } };
    }
  }
  document.components = { ...document.components, schemas: { ...document.components?.schemas, Problem: PROBLEM } };
  return document;
}

const PROBLEM = {
  type: 'object', required: ['type', 'title', 'status', 'code'],
  properties: {
    type: { type: 'string' }, title: { type: 'string', description: 'The cause, without personal data' }, status: { type: 'integer' }, code: { type: 'string' },
    rule: { type: 'string', description: 'Requirement ID or clause' }, fix: { type: 'string', description: 'What to do' }, retriable: { type: 'boolean' },
    exit: { type: 'integer', description: 'Exit code of the command line' }, findings: { type: 'array', items: {} },
  },
};
