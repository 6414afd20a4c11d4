import { Inject, Injectable, Optional } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import type { AddressBook } from '#contracts/api/address-book';
import { StartContactErasure } from '#contracts/api/contact-commands';
import type { EngineFiles } from '#contracts/api/engine-files';
import type { InFlightDispatches } from '#contracts/api/in-flight';
import { TOKENS } from '#contracts/api/tokens';
import type { ContactRegistry } from '#engine/contact-registry/contact-registry.port';
import type { KeyVault } from '#engine/key-vault/key-vault.port';
import type { ReadModelStore } from '#engine/read-models/read-model.port';
import type { ErasureCaseCommand } from '../domain/erasure-case.decider.js';
import type { ErasureRequest } from '../domain/erasure-case.state.js';
import type { ErasureStep } from '../domain/erasure-steps.js';
import { ContactTraces } from './contact-traces.js';
import { ErasureCases } from './erasure-cases.js';
import { blankPerson } from './personal-docs.js';

export type WorkStep = Exclude<ErasureStep, 'verify' | 'destroy_case_key'>;

/** Longest wait for messages that are past their last check (architecture section 6). */
const IN_FLIGHT_MS = 2_000;
const REASONS = { opt_out: 'opt_out', consent_withdrawn: 'opt_out', objection: 'objection', minor: 'minor' } as const;

/** What each step does to the world. Every one may run again after a crash, and says then what it would have said before. */
@Injectable()
export class ErasureEffects {
  constructor(
    @Inject(ErasureCases) private readonly cases: ErasureCases,
    @Inject(ContactTraces) private readonly traces: ContactTraces,
    @Inject(TOKENS.engine) private readonly engine: Pick<EngineFiles, 'erasureLedger'>,
    @Inject(TOKENS.registry) private readonly registry: ContactRegistry,
    @Inject(TOKENS.vault) private readonly vault: KeyVault,
    @Inject(TOKENS.readModels) private readonly readModels: ReadModelStore,
    @Inject(TOKENS.addressBook) private readonly book: AddressBook,
    @Inject(CommandBus) private readonly commands: Pick<CommandBus, 'execute'>,
    @Optional() @Inject(TOKENS.inFlight) private readonly inFlight?: InFlightDispatches,
  ) {}

  /** Does one step and returns what is to be recorded of it. */
  async perform(step: WorkStep, request: ErasureRequest): Promise<ErasureCaseCommand> {
    const { caseId } = request;
    switch (step) {
      case 'secure_address': return { type: 'SecureAddresses', caseId, addresses: await this.secure(request) };
      case 'destroy_keys': return { type: 'RecordDestroyedKeys', caseId, ...(await this.destroyKeys(request)) };
      default: return { type: 'CompleteStep', caseId, step, count: await this.count(step, request) };
    }
  }

  private async count(step: Exclude<WorkStep, 'secure_address' | 'destroy_keys'>, request: ErasureRequest): Promise<number> {
    const { prospectId, contactIds } = request;
    switch (step) {
      case 'suppress': return this.suppress(request);
      case 'cancel_sends': return this.cancelSends(request);
      case 'revoke_timers': return this.revokeTimers(request);
      // No third party receives data in this release; when one does, it is told here, while the address can still be read (ERA-04).
      case 'notify_recipients': return 0;
      case 'remove_registry_rows': {
        await this.registry.remove(prospectId);
        return contactIds.length;
      }
      case 'purge_read_models': return blankPerson(this.readModels, prospectId);
      case 'remove_messages': return this.traces.removeMessages(contactIds);
    }
  }

  /** The wish of a person suppresses all addresses for ever; where it came through a channel they are suppressed already. */
  private async suppress({ prospectId, trigger, receivedAt }: ErasureRequest): Promise<number> {
    const rows = await this.registry.close(prospectId);
    if (trigger === 'expired') return 0;
    const [reason, day, keyVersion] = [REASONS[trigger], receivedAt.slice(0, 10), this.book.keyVersion];
    await this.registry.suppress(rows.map(({ tenantId, forms: { channel: kind, strict, loose } }) =>
      ({ tenantId, kind, strict, loose, keyVersion, scope: 'all_marketing', reason, day })));
    return rows.length;
  }

  private async cancelSends({ caseId, contactIds }: ErasureRequest): Promise<number> {
    for (const contactId of contactIds) await this.commands.execute(new StartContactErasure(contactId, caseId));
    return (await this.inFlight?.cancel(contactIds, 'erasure', IN_FLIGHT_MS))?.length ?? 0;
  }

  /** From here on only the case is on a clock; nothing else will ever be due for these streams. */
  private async revokeTimers({ prospectId, contactIds }: ErasureRequest): Promise<number> {
    const streams = [prospectId, ...contactIds];
    await this.cases.log.appendMany(streams.map((streamId) => ({ streamId, expected: 'any', events: [], meta: this.cases.meta(), wakeAt: null })));
    return streams.length;
  }

  private async secure({ caseId, contactIds }: ErasureRequest): Promise<string[]> {
    const addresses = await this.traces.addresses(contactIds);
    const { tenantId } = this.cases.meta();
    await this.vault.create([{ tenantId, subjectId: caseId, purposeClass: 'rights' }]);
    return addresses;
  }

  /** Marketing keys only: what a contract needs stays readable (ERA-02). The ledger knows first, so that a restore can never undo it. */
  private async destroyKeys({ caseId, prospectId }: ErasureRequest): Promise<{ keyIds: string[]; day: string }> {
    const day = this.cases.log.clock.now().toISOString().slice(0, 10);
    const kids = (await this.vault.keysOf(prospectId)).filter(({ purposeClass }) => purposeClass === 'marketing').map(({ kid }) => kid);
    await this.engine.erasureLedger.record({ caseId, kids, day });
    return { keyIds: await this.vault.destroy(kids, day), day };
  }
}
