import type { AddressRow } from '#engine/contact-registry/contact-registry.port';
import { OutrightError } from '#kernel/errors';
import { earliest } from '#kernel/time/instant';
import type { ProspectRow } from '../domain/prospect-row.js';
import { prospectDecider } from '../domain/prospect.decider.js';
import type { Prospects } from './contact-linker.js';
import type { ImportContext } from './import-context.js';
import { contactSourceMerged, sourceFacts } from './row-events.js';

const ROUNDS = 8;

/** A known address in a further source: sources are unioned, dates only tighten, the basis stays (SRC-09). */
export class SourceMerger {
  constructor(private readonly context: ImportContext, private readonly prospects: Prospects) {}

  async merge(known: AddressRow, row: ProspectRow): Promise<'merged' | 'deferred'> {
    const { importId, meta, rule, log } = this.context;
    const { prospectId, contactId } = known;
    for (let round = 0; round < ROUNDS; round++) {
      const loaded = await this.prospects.load(prospectId);
      if (loaded.state.status !== 'active') return 'deferred';
      const events = prospectDecider.decide({ type: 'AddSource', prospectId, source: sourceFacts(importId, row), rule }, loaded.state);
      if (events.length === 0) return 'merged';
      await this.tellContact(contactId, row);
      const moved = events.find((event) => event.type === 'RetentionAnchorMoved');
      const wakeAt = moved === undefined ? {} : { wakeAt: new Date(earliest(moved.data.expiresAt, row.clocks.noticeDueAt)) };
      const appended = await log.append({ streamId: prospectId, expected: loaded.version, events, meta, subjectId: prospectId, ...wakeAt }).catch(whenErased);
      if (appended === undefined) return 'deferred';
      if (appended.status !== 'conflict') return 'merged';
    }
    return 'deferred';
  }

  /** Before the person's stream, so that a crash in between leaves the merge to be done again; its commit is recognised. */
  private async tellContact(contactId: string, row: ProspectRow): Promise<void> {
    const { importId, meta, log } = this.context;
    const commitId = `merge:${importId}:${row.sourceType}:${row.method}:${row.collectedAt}`;
    await log.append({ streamId: contactId, expected: 'any', commitId, events: [contactSourceMerged(importId, contactId, row)], meta });
  }
}

/** The person was erased in the meantime: there is no key to seal the source with. */
function whenErased(error: unknown): undefined {
  if (error instanceof OutrightError && error.code === 'no-data-key') return undefined;
  throw error;
}
