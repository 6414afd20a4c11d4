import { z } from 'zod';
import type { EventDefinition } from '#contracts/define-event';

export type JsonSchema = Record<string, unknown>;

/** Name of an event's schema: `OptOutRecorded.v1`. */
export const schemaName = ({ type, version }: EventDefinition): string => `${type}.v${version}`;

/** A personal field as it stands in the log. */
export const sealedSchema: JsonSchema = {
  title: 'Sealed',
  description: 'A personal value under its person’s data key: AES-256-GCM, unreadable for ever once the key is destroyed.',
  type: 'object',
  properties: {
    kid: { type: 'string', description: 'Id of the data key.' },
    box: { type: 'string', contentEncoding: 'base64', description: 'Nonce (12 bytes), ciphertext, tag (16 bytes).' },
    of: { type: 'string', description: '“EventType.field”, authenticated with the value.' },
  },
  required: ['kid', 'box', 'of'],
  additionalProperties: false,
};

export function jsonSchemaOf(schema: z.ZodType): JsonSchema {
  const { $schema: _dialect, ...rest } = z.toJSONSchema(schema, { io: 'output', unrepresentable: 'any' });
  return rest;
}

export const isOptional = (schema: z.ZodType): boolean => schema.safeParse(undefined).success;

/** JSON Schema of an event's `data` as stored: clear fields as they are, personal fields sealed. */
export function dataSchema(definition: EventDefinition): JsonSchema {
  const clear = jsonSchemaOf(definition.clear) as { properties?: JsonSchema; required?: string[] };
  const personal = Object.entries(definition.personal);
  const properties = {
    ...clear.properties,
    ...Object.fromEntries(
      personal.map(([name, field]) => [
        name,
        { $ref: '#/$defs/Sealed', description: `Sealed; ${field.purposeClass} key, retention class ${field.retention}.` },
      ]),
    ),
  };
  const required = [...(clear.required ?? []), ...personal.filter(([, field]) => !isOptional(field.schema)).map(([name]) => name)];
  return { title: schemaName(definition), description: definition.summary, ...clear, properties, required };
}
