import type { GeneratedDocument } from './document.js';

/** An app whose HTTP description is kept in the repository. */
export interface DescribedApp {
  readonly name: string;
  /** The app's OpenAPI document, built without listening on a port and without a data folder. */
  describe(): Promise<object>;
}

export function openApiDocument(app: DescribedApp): GeneratedDocument {
  return {
    path: `docs/generated/openapi.${app.name}.json`,
    render: async () => `${JSON.stringify(await app.describe(), undefined, 2)}\n`,
  };
}
