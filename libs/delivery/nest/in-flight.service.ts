import { Inject, Injectable, Optional } from '@nestjs/common';
import type { FaultPoints } from '#contracts/api/fault-points';
import type { InFlightDispatches } from '#contracts/api/in-flight';
import { TOKENS } from '#contracts/api/tokens';
import type { MailConnection } from '#engine/mail-transport/mail-transport.port';

/** One message a connection works on, from before its authorisation to its outcome. */
export class InFlightMessage {
  stoppedFor: 'opt_out' | 'erasure' | undefined;
  /** The last check was passed: the final dot is or will be written in this very tick. */
  committed = false;
  readonly ended: Promise<void>;
  private end!: () => void;

  constructor(readonly contactId: string, readonly dispatchId: string, readonly connection: MailConnection) {
    this.ended = new Promise((resolve) => { this.end = resolve; });
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
  private readonly byContact = new Map<string, Set<InFlightMessage>>();

  constructor(@Optional() @Inject(TOKENS.faultPoints) private readonly faults?: FaultPoints) {}

  open(contactId: string, dispatchId: string, connection: MailConnection): InFlightMessage {
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
    for (const message of open) if (!message.committed) message.stoppedFor ??= reason;
    const ends = await Promise.all(open.map((message) => end(message, waitMs)));
    this.faults?.reach('before-opt-out-answer');
    return ends;
  }
}

async function end(message: InFlightMessage, waitMs: number): Promise<Cancelled> {
  const { dispatchId } = message;
  if (!message.committed) return { dispatchId, how: 'aborted' };
  if (await endsWithin(message.ended, waitMs)) return { dispatchId, how: 'answered' };
  message.connection.destroy();
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
