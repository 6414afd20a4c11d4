import { eventCatalog } from '#contracts/catalog';
import type { EventDefinition } from '#contracts/define-event';
import type { GeneratedDocument } from './document.js';
import { isOptional, jsonSchemaOf, schemaName, type JsonSchema } from './event-schema.js';
import { cell, page, table } from './markdown.js';

export const eventReference: GeneratedDocument = {
  path: 'docs/generated/events.md',
  render: () => {
    const contexts = [...new Set(eventCatalog.map(({ context }) => context))];
    return page(
      '# Events',
      `${eventCatalog.length} event types. Fields marked *sealed* are personal: the log holds them encrypted under the person’s key. ` +
        'The same as JSON Schema: [events.schema.json](events.schema.json).',
      ...contexts.flatMap((context) => [
        `## ${context}`,
        ...eventCatalog.filter((definition) => definition.context === context).map(renderEvent),
      ]),
    );
  },
};

function renderEvent(definition: EventDefinition): string {
  const facts = `Stream \`${definition.stream}-…\`, purpose class \`${definition.purposeClass}\`.`;
  const rows = fieldRows(definition);
  const fields = rows.length === 0 ? 'No fields.' : table(['Field', 'Type', 'Kept'], rows);
  return [`### ${schemaName(definition)}`, `${definition.summary} ${facts}`, fields].join('\n\n');
}

function fieldRows(definition: EventDefinition): string[][] {
  const clear = Object.entries(definition.clear.shape).map(([name, schema]) => {
    const field = schema as Parameters<typeof isOptional>[0];
    return [fieldName(name, isOptional(field)), cell(typeText(jsonSchemaOf(field))), 'in clear'];
  });
  const personal = Object.entries(definition.personal).map(([name, { schema, purposeClass, retention }]) => [
    fieldName(name, isOptional(schema)),
    cell(typeText(jsonSchemaOf(schema))),
    `*sealed*, ${purposeClass} key, retention \`${retention}\``,
  ]);
  return [...clear, ...personal];
}

const fieldName = (name: string, optional: boolean): string => `\`${name}\`${optional ? ' (optional)' : ''}`;

/** A JSON Schema in a few words: `one of a, b`, `list of text`, `date-time`. */
function typeText(schema: JsonSchema): string {
  const { type, format, items, anyOf, properties, additionalProperties } = schema;
  if (Array.isArray(schema['enum'])) return `one of ${schema['enum'].join(', ')}`;
  if ('const' in schema) return JSON.stringify(schema['const']);
  if (Array.isArray(anyOf)) return anyOf.map((option) => typeText(option as JsonSchema)).join(' or ');
  if (typeof format === 'string') return format;
  if (type === 'array') return `list of ${items === undefined ? 'anything' : typeText(items as JsonSchema)}`;
  if (typeof properties === 'object' && properties !== null) return `{ ${Object.keys(properties).join(', ')} }`;
  if (typeof additionalProperties === 'object' && additionalProperties !== null) return `map of ${typeText(additionalProperties as JsonSchema)}`;
  return type === 'string' ? 'text' : typeof type === 'string' ? type : 'anything';
}
