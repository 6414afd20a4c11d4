import type { ModelThread } from '#engine/read-models/thread/model-link';

/** The thread of the standalone app, with all its projections. */
export const modelThread: ModelThread = { module: new URL('../../apps/standalone/read-models.worker.js', import.meta.url) };
