import { describeStandalone } from '#apps/standalone/describe';
import type { DescribedApp } from './openapi.js';

/** Apps with an OpenAPI document; one line each: `{ name, describe: async () => … }`. */
export const describedApps: readonly DescribedApp[] = [
  { name: 'standalone', describe: describeStandalone },
];
