import { Inject, Injectable, Logger } from '@nestjs/common';
import type { CatchUp } from '#contracts/api/catch-up';
import { TOKENS } from '#contracts/api/tokens';
import { COLLECTIONS, type ErasureDoc } from '#contracts/read-models';
import type { ReadModelStore } from '#engine/read-models/read-model.port';
import { blankPerson } from './personal-docs.js';

/** Lies among the read models, so that it is gone with them. */
const DONE = 'erased-persons-blanked';
const PAGE = 500;

/**
 * Read models that were taken away are folded anew, and no event of a person's own stream says that the documents are blank. So once for
 * each new set of read models everybody whose documents an erasure has blanked is blanked again (ERA-01).
 */
@Injectable()
export class BlankAgain {
  private readonly logger = new Logger('erasures');

  constructor(@Inject(TOKENS.readModels) private readonly models: ReadModelStore, @Inject(TOKENS.catchUp) private readonly catchUp: CatchUp) {}

  /** For a process that keeps the read models up to date, when that has begun. */
  async start(): Promise<void> {
    try {
      await this.run();
    } catch (error) {
      this.logger.error(`Documents of erased people could not be blanked again; the next start tries it: ${error instanceof Error ? error.message : 'unknown'}`);
    }
  }

  private async run(): Promise<void> {
    if ((await this.models.checkpoint(DONE)) > 0) return;
    await this.catchUp.readModels();
    for (let cursor: string | undefined, more = true; more; more = cursor !== undefined) {
      const { items, next } = await this.models.find<ErasureDoc>(COLLECTIONS.erasures, { limit: PAGE, ...(cursor === undefined ? {} : { cursor }) });
      for (const { prospectId, steps } of items) if (steps['purge_read_models'] !== undefined) await blankPerson(this.models, prospectId);
      cursor = next;
    }
    await this.models.saveCheckpoint(DONE, 1);
  }
}
