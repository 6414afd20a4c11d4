import { Inject, Injectable } from '@nestjs/common';
import { TOKENS } from '#contracts/api/tokens';
import { Aggregate, type Loaded } from '#engine/event-log/aggregate';
import type { EventMeta } from '#engine/event-log/event-codec';
import { EventLog, type AppendRequest } from '#engine/event-log/event-log';
import type { CommitResult } from '#engine/event-store/event-store.port';
import { foldEvents } from '#kernel/decider';
import type { ContactCommand } from '../domain/contact.commands.js';
import { contactDecider } from '../domain/contact.decider.js';
import type { ContactEvent } from '../domain/contact.events.js';
import type { ContactState } from '../domain/contact.state.js';

export type LoadedContact = Loaded<ContactState>;

const asContactEvents = (events: readonly unknown[]) => events as readonly ContactEvent[];

/** Contact streams: loaded from snapshot and tail, decided, appended. */
@Injectable()
export class ContactStreams {
  private readonly aggregate: Aggregate<ContactState, ContactCommand, ContactEvent>;

  constructor(@Inject(TOKENS.eventLog) readonly log: EventLog) {
    this.aggregate = new Aggregate(log, contactDecider);
  }

  load(contactId: string): Promise<LoadedContact> {
    return this.aggregate.load(contactId);
  }

  /** A state seen before, brought up to the newest version by its tail alone. */
  async refresh(contactId: string, known: LoadedContact): Promise<LoadedContact> {
    const tail = await this.log.load(contactId, known.version);
    return this.moved(known, asContactEvents(tail), tail.at(-1)?.streamVersion ?? known.version);
  }

  /** The state as the log had it at an instant: events recorded after it are left out. */
  async at(contactId: string, instant: Date): Promise<LoadedContact> {
    const events = (await this.log.load(contactId)).filter(({ recordedAt }) => Date.parse(recordedAt) <= instant.getTime());
    return { state: foldEvents(contactDecider, asContactEvents(events)), version: events.at(-1)?.streamVersion ?? 0, snapshotVersion: 0 };
  }

  /** The state after the first `version` events, folded without a snapshot. */
  async through(contactId: string, version: number): Promise<ContactState> {
    const events = (await this.log.load(contactId)).filter(({ streamVersion }) => streamVersion <= version);
    return foldEvents(contactDecider, asContactEvents(events));
  }

  request(contactId: string, loaded: LoadedContact, events: readonly ContactEvent[], meta: EventMeta, commitId: string): AppendRequest {
    return this.aggregate.request(contactId, loaded, events, { meta, commitId });
  }

  /** What a state becomes when these events were appended to it. */
  moved(loaded: LoadedContact, events: readonly ContactEvent[], version: number, snapshotVersion = loaded.snapshotVersion): LoadedContact {
    return events.length === 0 ? loaded : { state: foldEvents(contactDecider, events, loaded.state), version, snapshotVersion };
  }

  /** Decides on the newest state and appends, again after every lost race. Undefined if there was nothing to record. */
  async execute(command: ContactCommand, meta: EventMeta, extras: Pick<AppendRequest, 'commitId' | 'wakeAt'> = {}): Promise<CommitResult | undefined> {
    return (await this.aggregate.execute(command.contactId, command, { meta, ...extras })).result;
  }
}
