import { canonicalJson } from '#audit/domain/canonical-json';
import { allDocs } from '#audit/nest/read-model-summary';
import type { ReadModelStore } from '#engine/read-models/read-model.port';
import type { Projection } from '#kernel/projection';

/** Every document of every projection, each as its one text. */
export async function readModelsOf(models: ReadModelStore, projections: readonly Projection[]): Promise<Record<string, string[]>> {
  const found: Record<string, string[]> = {};
  for (const { name } of projections) {
    const docs: string[] = [];
    for await (const doc of allDocs(models, name)) docs.push(canonicalJson(doc as never));
    found[name] = docs.sort();
  }
  return found;
}
