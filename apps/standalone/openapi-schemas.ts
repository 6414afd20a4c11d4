import { z } from 'zod';

export type JsonSchema = Record<string, unknown>;

const NAMED = '#/components/schemas/';

/** Turns Zod schemas into those of OpenAPI 3.0. One with an id becomes a component that others refer to. */
export class OpenApiSchemas {
  readonly components: Record<string, JsonSchema> = {};

  /** What a client may send: unknown keys are refused where the schema is strict. */
  request(schema: z.ZodType): JsonSchema {
    return this.convert(schema, 'input');
  }

  /** What a client gets: more fields may come in a later version, so no object is closed. */
  answer(schema: z.ZodType): JsonSchema {
    return this.convert(schema, 'output');
  }

  private convert(schema: z.ZodType, io: 'input' | 'output'): JsonSchema {
    const { definitions = {}, ...own } = JSON.parse(JSON.stringify(z.toJSONSchema(schema, {
      target: 'openapi-3.0', io, unrepresentable: 'any',
      override: ({ jsonSchema }) => tidy(jsonSchema as JsonSchema, io),
    })).replaceAll('"#/definitions/', `"${NAMED}`)) as JsonSchema & { definitions?: Record<string, JsonSchema> };
    Object.assign(this.components, definitions);
    return own;
  }
}

function tidy(schema: JsonSchema, io: 'input' | 'output'): void {
  if (io === 'output' && schema['additionalProperties'] === false) delete schema['additionalProperties'];
  // The format says it; the pattern behind it is long and in no standard's words.
  if (schema['format'] !== undefined) delete schema['pattern'];
  if (schema['maximum'] === Number.MAX_SAFE_INTEGER) delete schema['maximum'];
  if (schema['minimum'] === Number.MIN_SAFE_INTEGER) delete schema['minimum'];
}
