import { asyncApi } from './asyncapi.js';
import { countriesTable } from './countries-table.js';
import { describedApps } from './described-apps.js';
import type { GeneratedDocument } from './document.js';
import { eventJsonSchema } from './event-json-schema.js';
import { eventReference } from './event-reference.js';
import { metricsTable } from './metrics-table.js';
import { openApiDocument } from './openapi.js';
import { rulesTable } from './rules-table.js';
import { settingsTable } from './settings-table.js';
import { traceability } from './traceability.js';

/** Every generated document. A new one is one module and one line here. */
export const documents: readonly GeneratedDocument[] = [
  traceability,
  rulesTable,
  countriesTable,
  settingsTable,
  metricsTable,
  eventReference,
  eventJsonSchema,
  asyncApi,
  ...describedApps.map(openApiDocument),
];
