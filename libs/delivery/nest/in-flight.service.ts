import { Inject, Injectable, Optional } from '@nestjs/common';
import type { FaultPoints } from '#contracts/api/fault-points';
import type { InFlightDispatches } from '#contracts/api/in-flight';
import { TOKENS } from '#contracts/api/tokens';
import type { SendingConnection } from './message-sender.js';
import { Turns } from './turns.js';

/** One message a connection works on, from before its authorisation to its outcome. */
export class InFlightMessage {
  stoppedFor: 'opt_out' | 'erasure' | undefined;
  readonly ended: Promise<void>;
  private end!: () => void;

  constructor(readonly contactId: string, readonly dispatchId: string, readonly connection: Pick<SendingConnection, 'destroy' | 'ticket'>) {
    connection.ticket.renew();
    this.ended = new Promise((resolve) => { this.end = resolve; });
  }

  /** The last check was passed: the final dot is written or will be, in that very tick. */
  get committed(): boolean {
    return this.connection.ticket.committed;
  }

  stop(reason: 'opt_out' | 'erasure'): void {
    if (this.connection.ticket.stop()) this.stoppedFor ??= reason;
  }

  finish(): void {
    this.end();
  }
}

type Cancelled = Awaited<ReturnType<InFlightDispatches['cancel']>>[number];

/**
 * Messages between the request for their authorisation and their outcome. They are listed before the gate is asked, so an opt-out
 * that is recorded after the authorisation always finds them.
 */
@Injectable()
export class InFlight implements InFlightDispatches {
  readonly turns = new Turns();
  private readonly byContact = new Map<string, Set<InFlightMessage>>();

  constructor(@Optional() @Inject(TOKENS.faultPoints) private readonly faults?: FaultPoints) {}

  hold(): () => void {
    return this.turns.hold();
  }

  open(contactId: string, dispatchId: string, connection: Pick<SendingConnection, 'destroy' | 'ticket'>): InFlightMessage {
    const message = new InFlightMessage(contactId, dispatchId, connection);
    const known = this.byContact.get(contactId);
    if (known === undefined) this.byContact.set(contactId, new Set([message]));
    else known.add(message);
    return message;
  }

  close(message: InFlightMessage): void {
    const known = this.byContact.get(message.contactId);
    known?.delete(message);
    if (known?.size === 0) this.byContact.delete(message.contactId);
    message.finish();
  }

  async cancel(contactIds: readonly string[], reason: 'opt_out' | 'erasure', waitMs: number): Promise<Cancelled[]> {
    const open = contactIds.flatMap((contactId) => [...(this.byContact.get(contactId) ?? [])]);
    // All are told before any is waited for.
    for (const message of open) message.stop(reason);
    const ends = await Promise.all(open.map((message) => end(message, waitMs)));
    this.faults?.reach('before-opt-out-answer');
    return ends;
  }
}

async function end(message: InFlightMessage, waitMs: number): Promise<Cancelled> {
  const { dispatchId } = message;
  if (!message.committed) return { dispatchId, how: 'aborted' };
  if (await endsWithin(message.ended, waitMs)) return { dispatchId, how: 'answered' };
  await message.connection.destroy();
  return { dispatchId, how: 'destroyed' };
}

function endsWithin(ended: Promise<void>, waitMs: number): Promise<boolean> {
  return new Promise((resolve) => {
    const timer = setTimeout(() => resolve(false), waitMs);
    void ended.then(() => {
      clearTimeout(timer);
      resolve(true);
    });
  });
}
