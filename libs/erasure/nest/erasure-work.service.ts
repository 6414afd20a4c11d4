import { Inject, Injectable } from '@nestjs/common';
import type { EngineFiles } from '#contracts/api/engine-files';
import { TOKENS } from '#contracts/api/tokens';
import type { KeyVault } from '#engine/key-vault/key-vault.port';
import { owedStep } from '../domain/erasure-case.state.js';
import { erasureProof, proofHash } from '../domain/erasure-proof.js';
import { ErasureCases } from './erasure-cases.js';
import { ErasureEffects } from './erasure-effects.js';

/** Takes cases from step to step. */
@Injectable()
export class ErasureWork {
  constructor(
    @Inject(ErasureCases) private readonly cases: ErasureCases,
    @Inject(ErasureEffects) private readonly effects: ErasureEffects,
    @Inject(TOKENS.vault) private readonly vault: KeyVault,
    @Inject(TOKENS.engine) private readonly engine: Pick<EngineFiles, 'scrub'>,
  ) {}

  /** Works on the case until it waits for the verification or has its proof. */
  async advance(caseId: string): Promise<void> {
    for (;;) {
      const { state, request } = await this.cases.require(caseId);
      const step = owedStep(state);
      if (step === undefined || step === 'verify') return;
      if (step === 'destroy_case_key') return this.finish([caseId]);
      await this.cases.execute(await this.effects.perform(step, request));
    }
  }

  /** The end of verified cases: their keys die, the dead bytes leave every file, and only then the proofs are issued. */
  async finish(caseIds: readonly string[]): Promise<void> {
    if (caseIds.length === 0) return;
    const { clock } = this.cases.log;
    const kids = new Map<string, string[]>();
    for (const caseId of caseIds) kids.set(caseId, (await this.vault.keysOf(caseId)).map(({ kid }) => kid));
    await this.vault.destroy([...kids.values()].flat(), clock.now().toISOString().slice(0, 10));
    await this.engine.scrub();
    for (const [caseId, { length: keys }] of kids) {
      const completedAt = clock.now();
      const proof = erasureProof(await this.cases.events(caseId), { completedAt: completedAt.toISOString(), keys });
      if (proof !== undefined) await this.cases.execute({ type: 'Complete', caseId, keys, completedAt, proofHash: proofHash(proof) });
    }
  }
}
