import { Inject, Injectable } from '@nestjs/common';
import type { AddressBook } from '#contracts/api/address-book';
import type { InFlightDispatches } from '#contracts/api/in-flight';
import { TOKENS } from '#contracts/api/tokens';
import type { Tenancy } from '#contracts/api/tenancy';
import type { AddressForms, AddressRow, ContactRegistry } from '#engine/contact-registry/contact-registry.port';
import type { CommitRequest } from '#engine/event-store/event-store.port';
import type { Actor } from '#kernel/envelope';
import { ConcurrencyConflict } from '#kernel/errors';
import type { OptOutChannel } from '../domain/contact.commands.js';
import { contactDecider } from '../domain/contact.decider.js';
import type { ContactState } from '../domain/contact.state.js';
import { AnyInFlight } from './any-in-flight.js';
import { ContactStreams } from './contact-streams.js';

export interface OptOutWish {
  readonly kind: 'opt_out' | 'objection' | 'consent_withdrawal';
  readonly forms: AddressForms;
  /** Version of the pepper that made the forms; default the newest. */
  readonly keyVersion?: number;
  readonly channel: OptOutChannel;
  readonly receivedAt: Date;
  readonly actor: Actor;
  readonly dispatchId?: string;
}

const COMMAND = { opt_out: 'RecordOptOut', objection: 'RecordObjection', consent_withdrawal: 'WithdrawConsent' } as const;
/** Longest wait for messages that are past their last check (architecture section 6). */
const IN_FLIGHT_MS = 2_000;
const ROUNDS = 12;

/**
 * The protocol of architecture section 4. When it resolves, the wish stands on every contact of the person that the engine reaches at
 * once, the address is suppressed for ever, and no open message to these contacts will be finished. An unknown address leaves a
 * suppression and nothing else (INV-08).
 */
@Injectable()
export class OptOutProtocol {
  constructor(
    @Inject(ContactStreams) private readonly contacts: ContactStreams,
    @Inject(TOKENS.registry) private readonly registry: ContactRegistry,
    @Inject(TOKENS.tenancy) private readonly tenancy: Tenancy,
    @Inject(TOKENS.addressBook) private readonly book: AddressBook,
    @Inject(AnyInFlight) private readonly inFlight: InFlightDispatches,
  ) {}

  async record(wish: OptOutWish): Promise<{ readonly erasureDueAt: Date }> {
    const erasureDueAt = this.erasureDueAt(wish);
    const release = this.inFlight.hold?.();
    const reached = await this.suppress(wish, erasureDueAt).finally(release);
    if (reached.length > 0) await this.inFlight.cancel(reached, 'opt_out', IN_FLIGHT_MS);
    return { erasureDueAt };
  }

  /** Contact ids that were reached before the answer. */
  private async suppress(wish: OptOutWish, erasureDueAt: Date): Promise<string[]> {
    const { tenantId } = this.tenancy;
    for (let round = 1; round <= ROUNDS; round++) {
      const states = await this.statesOfPerson(wish.forms);
      const result = await this.registry.optOut({
        tenantId, forms: wish.forms, keyVersion: wish.keyVersion ?? this.book.keyVersion, day: wish.receivedAt.toISOString().slice(0, 10),
        reason: wish.kind === 'objection' ? 'objection' : 'opt_out',
        commitFor: (row) => this.commitFor(wish, row, states.get(row.contactId), erasureDueAt),
      });
      // A twin of this wish was faster: look whether it said all that this one says.
      if (result.reached.every(({ result: commit }) => commit === undefined || commit.status === 'appended')) return result.reached.map(({ row }) => row.contactId);
    }
    throw new ConcurrencyConflict('contact', 'the newest', ROUNDS);
  }

  /** `unreadable` where the stream cannot be folded: an opt-out never waits for a repair. */
  private async statesOfPerson(forms: AddressForms): Promise<Map<string, ContactState | 'unreadable'>> {
    const row = await this.registry.locate(this.tenancy.tenantId, forms);
    const rows = row === undefined ? [] : await this.registry.rowsOfProspect(row.prospectId);
    const states = rows.map(async ({ contactId }) => {
      const state = await this.contacts.load(contactId).then((loaded) => loaded.state, () => 'unreadable' as const);
      return [contactId, state] as const;
    });
    return new Map(await Promise.all(states));
  }

  erasureDueAt({ receivedAt }: Pick<OptOutWish, 'receivedAt'>): Date {
    return new Date(receivedAt.getTime() + this.tenancy.setting<number>('optout.erasureMaxHours') * 3_600_000);
  }

  /** What one contact's stream lacks of the wish. */
  commitFor(wish: OptOutWish, row: AddressRow, known: ContactState | 'unreadable' | undefined, erasureDueAt = this.erasureDueAt(wish)): CommitRequest | undefined {
    const { contactId, prospectId, forms } = row;
    const state = known === undefined || known === 'unreadable' ? contactDecider.initialState() : known;
    const addressed = forms.channel === wish.forms.channel && forms.loose === wish.forms.loose;
    const events = contactDecider.decide({
      type: COMMAND[wish.kind], contactId, prospectId, channel: wish.channel, receivedAt: wish.receivedAt, erasureDueAt,
      ...(wish.dispatchId === undefined || !addressed ? {} : { dispatchId: wish.dispatchId }),
    }, state);
    if (events.length === 0) return undefined;
    return this.contacts.log.prepareWith({
      streamId: contactId, expected: 'any', events,
      meta: { tenantId: this.tenancy.tenantId, actor: wish.actor, policyVersion: this.tenancy.policyVersion(), occurredAt: wish.receivedAt },
      // Two requests that saw the same state make one commit.
      ...(known === 'unreadable' ? {} : { commitId: `${wish.kind}:${contactId}:${state.wishes}` }),
      // The sweep of the clocks looks at this stream at once, whatever the feed does.
      wakeAt: this.contacts.log.clock.now(),
    });
  }
}
