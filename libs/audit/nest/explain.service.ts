import { Inject, Injectable } from '@nestjs/common';
import type { AccessLog } from '#contracts/api/access-log';
import type { AddressBook } from '#contracts/api/address-book';
import type { CampaignReader } from '#contracts/api/campaign-reader';
import type { CatchUp } from '#contracts/api/catch-up';
import type { DispatchGate } from '#contracts/api/dispatch-gate';
import type { Tenancy } from '#contracts/api/tenancy';
import { TOKENS } from '#contracts/api/tokens';
import { COLLECTIONS, type DispatchDoc } from '#contracts/read-models';
import type { ContactRegistry } from '#engine/contact-registry/contact-registry.port';
import type { EventLog } from '#engine/event-log/event-log';
import type { ReadModelStore } from '#engine/read-models/read-model.port';
import type { Actor } from '#kernel/envelope';
import { BadInput, NotFound } from '#kernel/errors';
import type { RecordedEvent } from '#kernel/recorded-event';
import { isDispatchId } from '#kernel/tokens/dispatch-id';
import { decisionSentences, outcomeSentence, standingSentence, verdictDifferences, type ExplainedDecision, type Rerun, type VerdictDifference } from '../domain/explain-text.js';

export type ExplainSubject = { readonly dispatchId: string } | { readonly messageId: string } | { readonly address: string };

export interface ExplainedDispatch {
  readonly dispatchId: string;
  readonly contactId: string;
  readonly campaignId: string;
  readonly campaign: string | undefined;
  readonly sentences: readonly string[];
  readonly decisions: readonly {
    readonly outcome: 'permitted' | 'refused'; readonly at: string; readonly version: number; readonly ruleSetVersion: string;
    readonly verdicts: ExplainedDecision['recorded']; readonly rerun: Rerun | undefined; readonly reproduced: boolean; readonly differences: readonly VerdictDifference[];
  }[];
}

export interface Explanation {
  /** Undefined where the address leads to no contact: it is unknown, or was erased. */
  readonly contactId: string | undefined;
  readonly suppression: string | undefined;
  readonly sentences: readonly string[];
  readonly dispatches: readonly ExplainedDispatch[];
}

const DECISIONS = ['DispatchAuthorized', 'DispatchRefused'];
const MOST_DISPATCHES = 200;

/** Why a message was or was not sent: from what was recorded, and by running the gate again over the same history (AUD-01). */
@Injectable()
export class ExplainService {
  constructor(
    @Inject(TOKENS.eventLog) private readonly log: EventLog,
    @Inject(TOKENS.readModels) private readonly models: ReadModelStore,
    @Inject(TOKENS.catchUp) private readonly catchUp: CatchUp,
    @Inject(TOKENS.registry) private readonly registry: ContactRegistry,
    @Inject(TOKENS.addressBook) private readonly addresses: AddressBook,
    @Inject(TOKENS.tenancy) private readonly tenancy: Tenancy,
    @Inject(TOKENS.campaignReader) private readonly campaigns: CampaignReader,
    @Inject(TOKENS.dispatchGate) private readonly gate: DispatchGate,
    @Inject(TOKENS.accessLog) private readonly accessLog: AccessLog,
  ) {}

  /** The reading is on record before anything about a person is shown (ACC-01, AUD-05). Addresses are never in the answer. */
  async explain(subject: ExplainSubject, actor: Actor): Promise<Explanation> {
    await this.catchUp.readModels();
    if ('address' in subject) return this.byAddress(subject.address, actor);
    const dispatchId = 'dispatchId' in subject ? subject.dispatchId : idInside(subject.messageId);
    const doc = isDispatchId(dispatchId) ? await this.models.get<DispatchDoc>(COLLECTIONS.dispatches, dispatchId) : undefined;
    if (doc === undefined) throw new NotFound('No decision about this dispatch is on record.', { code: 'unknown-dispatch', rule: 'AUD-01', fix: 'Give a dispatch id, a Message-ID as it stands in the message, or an address on standard input.' });
    await this.recordReading(actor, doc.contactId);
    const history = await this.log.load(doc.contactId);
    return { contactId: doc.contactId, suppression: undefined, sentences: standing(history), dispatches: [await this.dispatch(doc, history)] };
  }

  private async byAddress(address: string, actor: Actor): Promise<Explanation> {
    const forms = this.addresses.email(address);
    const [row, suppressed] = await Promise.all([this.registry.locate(this.tenancy.tenantId, forms), this.registry.suppressionOf(this.tenancy.tenantId, forms)]);
    const suppression = suppressed.status === 'suppressed' ? `suppressed (${suppressed.reason})` : suppressed.status;
    const told = suppressed.status === 'suppressed'
      ? `The address is on the do-not-mail list (${suppressed.reason}, ${suppressed.scope}): nothing is sent to it, and it cannot be imported again.`
      : 'The address is not on the do-not-mail list.';
    if (row === undefined) {
      return { contactId: undefined, suppression, dispatches: [], sentences: [told, 'No contact is held under it: it was never imported, or its data were erased. What was decided about an erased contact can still be explained by dispatch id.'] };
    }
    await this.recordReading(actor, row.contactId);
    const history = await this.log.load(row.contactId);
    const docs = await this.models.find<DispatchDoc>(COLLECTIONS.dispatches, { where: { contactId: row.contactId }, orderBy: { field: 'at', descending: true }, limit: MOST_DISPATCHES });
    const dispatches = [];
    for (const doc of docs.items) dispatches.push(await this.dispatch(doc, history));
    const none = dispatches.length === 0 ? ['No campaign has asked to mail it yet.'] : [];
    return { contactId: row.contactId, suppression, sentences: [told, ...standing(history), ...none], dispatches };
  }

  private async recordReading(actor: Actor, contactId: string): Promise<void> {
    await this.accessLog.record(actor, 'audit_explain', ['history', 'dispatches'], [contactId]);
  }

  private async dispatch({ dispatchId, contactId, campaignId }: DispatchDoc, history: readonly RecordedEvent[]): Promise<ExplainedDispatch> {
    const campaign = await this.campaigns.byId(campaignId);
    const own = history.filter(({ data }) => data.dispatchId === dispatchId);
    const sentences = [`Dispatch ${dispatchId} of campaign ${campaign?.name ?? campaignId} to contact ${contactId}.`];
    const decisions = [];
    for (const event of own) {
      if (!DECISIONS.includes(event.type)) {
        sentences.push(...[outcomeSentence(event)].filter((sentence) => sentence !== undefined));
        continue;
      }
      const decision = await this.decision(event, contactId, dispatchId);
      const differences = decision.recorded === undefined || decision.rerun === undefined ? [] : verdictDifferences(decision.recorded, decision.rerun.verdicts);
      sentences.push(...decisionSentences(decision));
      decisions.push({
        outcome: event.type === 'DispatchRefused' ? 'refused' as const : 'permitted' as const, at: event.recordedAt, version: event.streamVersion,
        ruleSetVersion: decision.ruleSetVersion, verdicts: decision.recorded, rerun: decision.rerun, differences,
        reproduced: decision.recorded !== undefined && decision.rerun !== undefined && differences.length === 0,
      });
    }
    return { dispatchId, contactId, campaignId, campaign: campaign?.name, sentences, decisions };
  }

  private async decision(event: RecordedEvent, contactId: string, dispatchId: string): Promise<ExplainedDecision> {
    const campaignId = String(event.data.campaignId);
    const ruleSetVersion = String(event.data.ruleSetVersion);
    const recorded = await this.campaigns.verdicts(campaignId, String(event.data.verdictsRef));
    const at = new Date(event.recordedAt);
    const throughVersion = event.streamVersion - 1;
    try {
      const context = await this.campaigns.dispatchContext(campaignId, at);
      const again = await this.gate.rerun({ contactId, throughVersion, dispatchId, at, context, recorded: recorded?.verdicts ?? [] });
      return { event, ruleSetVersion, recorded: recorded?.verdicts, rerun: { ...again, throughVersion } };
    } catch {
      return { event, ruleSetVersion, recorded: recorded?.verdicts, rerun: undefined };
    }
  }
}

function standing(history: readonly RecordedEvent[]): string[] {
  return history.map(standingSentence).filter((sentence) => sentence !== undefined);
}

/** The dispatch id that a Message-ID begins with. */
function idInside(messageId: string): string {
  const id = /^\s*<?([a-z2-7]{26})@[^\s<>@]{1,253}>?\s*$/i.exec(messageId)?.[1]?.toLowerCase();
  if (id === undefined) throw new BadInput('This is no Message-ID of a message from here.', { code: 'foreign-message-id', rule: 'AUD-01', fix: 'Copy the Message-ID header of the message as it stands.' });
  return id;
}
