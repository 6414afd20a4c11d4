import { Inject, Injectable, Optional } from '@nestjs/common';
import type { EngineFiles } from '#contracts/api/engine-files';
import type { Installation } from '#contracts/api/installation';
import { TOKENS } from '#contracts/api/tokens';
import { COLLECTIONS, type ErasureDoc } from '#contracts/read-models';
import type { ContactRegistry } from '#engine/contact-registry/contact-registry.port';
import { PersonalData } from '#engine/event-log/personal-data';
import type { KeyVault } from '#engine/key-vault/key-vault.port';
import type { ReadModelStore } from '#engine/read-models/read-model.port';
import { ERASED } from '#kernel/sealed';
import { owedStep } from '../domain/erasure-case.state.js';
import { PERSONAL_COLLECTIONS } from '../domain/erasure-steps.js';
import { scanFolders } from './byte-scan.js';
import { ErasureCases, type OpenCase } from './erasure-cases.js';
import { ErasureWork } from './erasure-work.service.js';

export const SCAN_PACE = Symbol('ScanPace');
/** How much of the time may go into searching, and the longest that a case waits for the next search. */
export interface ScanPace {
  readonly shareOfTime: number;
  readonly atLeastEveryMs: number;
}

const PACE: ScanPace = { shareOfTime: 0.05, atLeastEveryMs: 24 * 3_600_000 };
const BATCH = 500;
/** A case that is this near to its due instant is not kept waiting. */
const URGENT_MS = 12 * 3_600_000;

/**
 * Verifies erasures: each person's row, keys and documents, then every byte of every file, for all waiting cases at once (ERA-03).
 * The first case is verified at once; after that a search waits until searching has taken its share of the time.
 */
@Injectable()
export class ErasureVerification {
  /** On both clocks: a search is due when either says so. */
  private notBefore = { monotonic: 0, wall: 0 };

  constructor(
    @Inject(ErasureCases) private readonly cases: ErasureCases,
    @Inject(ErasureWork) private readonly work: ErasureWork,
    @Inject(TOKENS.engine) private readonly engine: EngineFiles,
    @Inject(TOKENS.registry) private readonly registry: ContactRegistry,
    @Inject(TOKENS.vault) private readonly vault: KeyVault,
    @Inject(TOKENS.readModels) private readonly readModels: ReadModelStore,
    @Inject(TOKENS.personalData) private readonly personal: PersonalData,
    @Inject(TOKENS.installation) private readonly installation: Pick<Installation, 'paths'>,
    @Optional() @Inject(SCAN_PACE) private readonly pace: ScanPace = PACE,
  ) {}

  async verify(caseId: string): Promise<void> {
    const { clock } = this.cases.log;
    const first = await this.cases.require(caseId);
    const urgent = Date.parse(first.request.dueAt) - clock.now().getTime() < URGENT_MS;
    if (owedStep(first.state) !== 'verify' || (!urgent && clock.monotonic() < this.notBefore.monotonic && clock.now().getTime() < this.notBefore.wall)) return;
    const waiting = await this.waiting(first);
    const began = clock.monotonic();
    const clean: string[] = [];
    const owners = new Map<string, readonly string[]>();
    for (const { request, state } of waiting) {
      const traces = await this.tracesOf(request.prospectId, request.contactIds);
      if (traces.length > 0) await this.cases.execute({ type: 'RecordHits', caseId: request.caseId, hits: traces.length, places: traces });
      else owners.set(request.caseId, await this.addressesOf(state));
    }
    await this.engine.scrub();
    const { files, bytes, hash, hits } = await scanFolders({ data: this.engine.folder.path, mail: this.installation.paths.mailFolder }, owners, this.engine.elsewhere());
    for (const id of owners.keys()) {
      const places = [...(hits.get(id) ?? [])].sort();
      await this.cases.execute(places.length > 0 ? { type: 'RecordHits', caseId: id, hits: places.length, places } : { type: 'RecordCleanScan', caseId: id, files, bytes, hash });
      if (places.length === 0) clean.push(id);
    }
    await this.work.finish(clean);
    const took = clock.monotonic() - began;
    const pause = Math.min(this.pace.atLeastEveryMs, took / this.pace.shareOfTime - took);
    this.notBefore = { monotonic: clock.monotonic() + pause, wall: clock.now().getTime() + pause };
  }

  /** The case at hand and every other that the board shows waiting, each as its own stream says. */
  private async waiting(first: OpenCase): Promise<OpenCase[]> {
    const { items } = await this.readModels.find<ErasureDoc>(COLLECTIONS.erasures, { where: { next: 'verify' }, limit: BATCH });
    const others = items.map(({ caseId }) => caseId).filter((id) => id !== first.request.caseId);
    const loaded = await Promise.all(others.map((id) => this.cases.require(id)));
    return [first, ...loaded.filter(({ state }) => owedStep(state) === 'verify')];
  }

  /** Codes of what should be gone and is not. */
  private async tracesOf(prospectId: string, contactIds: readonly string[]): Promise<string[]> {
    const rows = await this.registry.rowsOfProspect(prospectId);
    const keys = (await this.vault.keysOf(prospectId)).filter(({ purposeClass, state }) => purposeClass === 'marketing' && state !== 'destroyed');
    const docs = await Promise.all(PERSONAL_COLLECTIONS.map(({ collection }) => this.readModels.getMany(collection, [prospectId, ...contactIds])));
    const left = docs.some((found) => [...found.values()].some(({ doc }) => doc !== undefined));
    return [...(rows.length > 0 ? ['address-row'] : []), ...(keys.length > 0 ? ['data-key'] : []), ...(left ? ['read-model'] : [])];
  }

  private async addressesOf({ addresses }: OpenCase['state']): Promise<readonly string[]> {
    const opened = addresses === undefined ? ERASED : await this.personal.open<string[]>(addresses);
    return opened === ERASED ? [] : opened;
  }
}
