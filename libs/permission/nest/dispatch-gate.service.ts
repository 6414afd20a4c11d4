import { Inject, Injectable, Optional } from '@nestjs/common';
import { evaluateGate, type GateDecision } from '#compliance/domain/gate';
import { verdictListId } from '#compliance/domain/rule-set';
import type { DispatchContext, DispatchGate, GateAnswer, GateRequest as Request, Look, OutcomeRecord } from '#contracts/api/dispatch-gate';
import { TOKENS } from '#contracts/api/tokens';
import type { Tenancy } from '#contracts/api/tenancy';
import type { ContactRegistry } from '#engine/contact-registry/contact-registry.port';
import type { EventMeta } from '#engine/event-log/event-codec';
import { PersonalData } from '#engine/event-log/personal-data';
import type { Quarantine } from '#engine/dead-letters/dead-letters.port';
import type { KeyVault } from '#engine/key-vault/key-vault.port';
import { ConcurrencyConflict, OutrightError } from '#kernel/errors';
import { contactForSending } from '../domain/contact-facts.js';
import { contactDecider } from '../domain/contact.decider.js';
import type { ContactState } from '../domain/contact.state.js';
import { mayTry, standingDenials } from '../domain/decide-dispatch.js';
import { dispatchOf } from '../domain/dispatch-list.js';
import { dispatchStatus } from '../domain/dispatch-status.js';
import { askKeys, askQuarantine, askSuppression, citations, gateFacts } from './dispatch-facts.js';
import { ContactStreams, type LoadedContact } from './contact-streams.js';
import { ATTEMPTS, decideUnread, previewDispatch } from './gate-preview.js';
import { rerunGate } from './gate-rerun.js';
import { OutcomeRecorder } from './outcome-recorder.js';
import { VerdictInterning } from './verdict-interning.js';

/** CL-23: longest life of an authorisation. */
const VALID_MS = 10_000;
const ROUNDS = 12;

type Intern = Parameters<DispatchGate['authorise']>[2];

/**
 * The authority over every send: the decision is the conditional append to the contact's own stream, so nothing that was recorded
 * before can be overlooked (INV-01). Whatever cannot be read denies.
 */
@Injectable()
export class DispatchGateService implements DispatchGate {
  private readonly interning = new VerdictInterning();

  constructor(
    @Inject(ContactStreams) private readonly contacts: ContactStreams,
    @Inject(OutcomeRecorder) private readonly outcomes: OutcomeRecorder,
    @Inject(TOKENS.registry) readonly registry: ContactRegistry,
    @Inject(TOKENS.vault) readonly vault: KeyVault,
    @Inject(TOKENS.tenancy) private readonly tenancy: Tenancy,
    @Inject(TOKENS.deadLetters) readonly quarantine: Quarantine,
    @Optional() @Inject(TOKENS.personalData) private readonly personal?: PersonalData,
  ) {}

  async authorise(request: Request, previous: readonly OutcomeRecord[], internVerdicts: Intern, look?: Look): Promise<GateAnswer> {
    const own = previous.filter(({ contactId }) => contactId === request.contactId);
    if (own.length > 0) await this.outcomes.record(own);
    let open: readonly OutcomeRecord[] = own.length > 0 ? previous.filter(({ contactId }) => contactId !== request.contactId) : previous;
    for (let round = 1; round <= ROUNDS; round++) {
      const answer = await this.tryOnce(request, open, internVerdicts, round === 1 ? (look?.seen as LoadedContact | undefined) : undefined);
      open = answer.open;
      if (answer.answer === undefined) continue;
      await this.outcomes.record(open);
      return answer.answer;
    }
    await this.outcomes.record(open);
    throw new ConcurrencyConflict(request.contactId, 'the newest', ROUNDS);
  }

  async look({ contactId, dispatchId, attempt }: Request): Promise<Look | undefined> {
    const seen = await this.read(contactId);
    if (seen === undefined || standingDenials(seen.state).length > 0 || !mayTry(dispatchOf(seen.state.dispatches, dispatchId), attempt, ATTEMPTS)) return undefined;
    if (askQuarantine(this.quarantine, contactId, seen.state) !== false) return undefined;
    const contact = contactForSending(seen.state);
    return contact === undefined ? undefined : { contact, seen };
  }

  async preview(contactId: string, dispatchId: string, context: DispatchContext, at?: Date): ReturnType<DispatchGate['preview']> {
    const now = at ?? this.contacts.log.clock.now();
    const seen = await this.read(contactId, at);
    if (seen !== undefined) return previewDispatch(this, seen.state, { contactId, dispatchId }, context, now);
    const { verdicts, reasons } = decideUnread(context, now);
    return { allowed: false, reasons, verdicts, contact: undefined, presentFields: [], noticeDueAt: undefined };
  }

  async rerun(request: Parameters<DispatchGate['rerun']>[0]): ReturnType<DispatchGate['rerun']> {
    return rerunGate(await this.contacts.through(request.contactId, request.throughVersion), request);
  }

  record(outcomes: readonly OutcomeRecord[]): Promise<void> {
    return this.outcomes.record(outcomes);
  }

  /** One look, one decision, one append; no answer means that the stream has moved. */
  private async tryOnce(request: Request, previous: readonly OutcomeRecord[], intern: Intern, seen: LoadedContact | undefined): Promise<{ answer?: GateAnswer; open: readonly OutcomeRecord[] }> {
    const { contactId, dispatchId, attempt, context } = request;
    const [loaded, suppression] = await Promise.all([seen ?? this.read(contactId), askSuppression(this.registry, contactId)]);
    if (loaded === undefined) return this.refuseUnread(request, previous, intern);
    const { state } = loaded;
    const known = dispatchOf(state.dispatches, dispatchId);
    if (!mayTry(known, attempt, ATTEMPTS)) return { answer: settled(state, dispatchId), open: previous };
    const now = this.contacts.log.clock.now();
    const decision = evaluateGate(gateFacts(context, state, suppression, await askKeys(this.vault, state, (kid) => this.personal?.missing(kid)), askQuarantine(this.quarantine, contactId, state), now, false));
    const verdictsRef = verdictListId(decision.verdicts);
    const cites = citations(context, state, suppression);
    const expiresAt = new Date(now.getTime() + VALID_MS);
    const events = contactDecider.decide({
      type: 'AuthoriseDispatch', contactId, dispatchId, campaignId: context.campaignId, attempt, limit: ATTEMPTS,
      gate: { ...decision, verdictsRef }, expiresAt, ...(cites === undefined ? {} : { cites }),
    }, state);
    const [event] = events;
    // An id that was never a contact gets no stream of its own.
    if (loaded.version === 0) return { answer: { kind: 'refused', reasons: decision.reasons }, open: previous };
    await this.interned(context, decision, verdictsRef, intern);
    const outcomes = await this.outcomes.prepare(previous, ANYWHERE);
    const append = this.contacts.request(contactId, loaded, events, this.meta(context), commitId(request));
    const results = await this.contacts.log.appendMany([...outcomes.requests, append]);
    const open = outcomes.open(results);
    const result = results.at(-1);
    if (result?.status !== 'appended') return { open };
    if (event?.type === 'DispatchRefused') return { answer: { kind: 'refused', reasons: event.data.reasons }, open };
    const contact = contactForSending(state);
    if (contact === undefined) throw new OutrightError('An authorised contact has no address.', { code: 'contact-without-recipient', rule: 'SND-09', status: 500, exit: 1 });
    this.outcomes.remember(dispatchId, this.contacts.moved(loaded, events, result.version, append.snapshot === undefined ? undefined : result.version));
    return { answer: { kind: 'authorised', attempt, expiresAt, contact, asSeen: seen !== undefined }, open };
  }

  /** A stream that cannot be read in full refuses every send, and says so on the stream (promise 6). */
  private async refuseUnread(request: Request, previous: readonly OutcomeRecord[], intern: Intern): Promise<{ answer: GateAnswer; open: readonly OutcomeRecord[] }> {
    const { contactId, dispatchId, context } = request;
    const decision = decideUnread(context, this.contacts.log.clock.now());
    const verdictsRef = verdictListId(decision.verdicts);
    await this.interned(context, decision, verdictsRef, intern);
    const { reasons, ruleSetVersion } = decision;
    const outcomes = await this.outcomes.prepare(previous, ANYWHERE);
    const refusal = {
      streamId: contactId, expected: 'any' as const, meta: this.meta(context), commitId: commitId(request),
      events: [{ type: 'DispatchRefused', data: { contactId, dispatchId, campaignId: context.campaignId, reasons, verdictsRef, ruleSetVersion } }],
    };
    const results = await this.contacts.log.appendMany([...outcomes.requests, refusal]);
    return { answer: { kind: 'refused', reasons }, open: outcomes.open(results) };
  }

  private async read(contactId: string, at?: Date): Promise<LoadedContact | undefined> {
    try {
      return at === undefined ? await this.contacts.load(contactId) : await this.contacts.at(contactId, at);
    } catch {
      return undefined;
    }
  }

  private interned(context: DispatchContext, decision: GateDecision, verdictsRef: string, intern: Intern): Promise<void> | undefined {
    return this.interning.ensure(context.campaignId, verdictsRef, decision.ruleSetVersion, decision.verdicts, intern);
  }

  private meta(context: DispatchContext): EventMeta {
    return { tenantId: this.tenancy.tenantId, actor: { kind: 'system', id: 'dispatch-gate' }, policyVersion: context.policyVersion };
  }
}

/** Before the next authorisation an outcome is appended wherever its stream stands: one that lost a race would leave two open on one connection (H1). */
const ANYWHERE = true;

const commitId = ({ dispatchId, attempt }: Request): string => `authorise:${dispatchId}:${attempt}`;

const settled = (state: ContactState, dispatchId: string): GateAnswer => ({ kind: 'settled', status: dispatchStatus(dispatchOf(state.dispatches, dispatchId)) });
