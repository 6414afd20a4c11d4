import { Inject, Injectable } from '@nestjs/common';
import { TOKENS } from '#contracts/api/tokens';
import type { AddressRow, ContactRegistry, SweepReport, WishFor } from '#engine/contact-registry/contact-registry.port';
import type { Actor } from '#kernel/envelope';
import type { ContactState, Receipt } from '../domain/contact.state.js';
import { ContactStreams } from './contact-streams.js';
import { OptOutProtocol } from './opt-out.protocol.js';

const ACTOR: Actor = { kind: 'system', id: 'registry-sweep' };
const WISHES = { opt_out: 'optOut', objection: 'objection' } as const;

type State = ContactState | 'unreadable';

/**
 * Gives a contact the wish that came while it was being created, which may have met the suppression alone (architecture section 4). When
 * and how it was received says another contact of the person. Where nobody does, it counts from the beginning of the day that the
 * suppression keeps, which can only be too early, and as typed into the page, where an address that nobody knows is named.
 */
@Injectable()
export class MissedWishes {
  constructor(
    @Inject(ContactStreams) private readonly contacts: ContactStreams,
    @Inject(OptOutProtocol) private readonly protocol: OptOutProtocol,
    @Inject(TOKENS.registry) private readonly registry: ContactRegistry,
  ) {}

  record(): Promise<SweepReport> {
    return this.registry.sweep(this.wishFor);
  }

  readonly wishFor: WishFor = async (row, { reason, day }) => {
    if (reason !== 'opt_out' && reason !== 'objection') return undefined;
    const state = await this.stateOf(row);
    if (state !== 'unreadable' && state[WISHES[reason]] !== undefined) return undefined;
    const told = await this.toldElsewhere(row, WISHES[reason]);
    const receivedAt = new Date(told?.at ?? `${day}T00:00:00.000Z`);
    return this.protocol.commitFor({ kind: reason, forms: row.forms, channel: told?.channel ?? 'page', receivedAt, actor: ACTOR }, row, state);
  };

  /** The earliest receipt that any contact of the person has on record. */
  private async toldElsewhere({ prospectId }: AddressRow, wish: 'optOut' | 'objection'): Promise<Receipt | undefined> {
    const states = await Promise.all((await this.registry.rowsOfProspect(prospectId)).map((row) => this.stateOf(row)));
    const receipts = states.flatMap((state) => (state === 'unreadable' ? [] : state[wish] ?? []));
    return receipts.sort((a, b) => Date.parse(a.at) - Date.parse(b.at))[0];
  }

  private stateOf({ contactId }: AddressRow): Promise<State> {
    return this.contacts.load(contactId).then(({ state }) => state, () => 'unreadable' as const);
  }
}
