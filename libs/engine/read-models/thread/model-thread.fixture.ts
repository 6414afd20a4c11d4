import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { builtApp } from '#test/faults/harness/built-app';
import type { ModelThread } from './model-link.js';

/** A thread with these projections, given as the text of a module's expression over the product's own modules. */
export async function modelThread(projections = '[]', imports: Readonly<Record<string, string>> = {}): Promise<ModelThread> {
  const built = await builtApp();
  const url = (path: string): string => JSON.stringify(pathToFileURL(join(built, path)).href);
  const source = [
    `import { runModelThread } from ${url('libs/engine/read-models/thread/model-thread.js')};`,
    ...Object.entries(imports).map(([name, path]) => `import { ${name} } from ${url(path)};`),
    `runModelThread(${projections});`,
  ].join('\n');
  return { module: new URL(`data:text/javascript,${encodeURIComponent(source)}`) };
}

/** How often a contact was restricted. `trouble` is run before each fold. */
export const restrictionsWith = (trouble = ''): string => `[{
  name: 'restrictions', version: 1, indexes: ['times'],
  handlers: { RestrictionSet: ({ streamId, data }) => { ${trouble}; return [{ id: streamId, change: (doc) => ({ times: (doc?.times ?? 0) + 1, ground: data.ground }) }]; } },
}]`;
