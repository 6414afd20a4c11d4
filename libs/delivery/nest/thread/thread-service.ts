import type { MessagePort } from 'node:worker_threads';
import type { FaultPoints } from '#contracts/api/fault-points';
import type { MessageComposer } from '#contracts/api/message-composer';
import type { Tenancy } from '#contracts/api/tenancy';
import type { MailConnection, MailTransport } from '#engine/mail-transport/mail-transport.port';
import { composeAndSend } from '../local-sender.js';
import type { Sent } from '../message-sender.js';
import { SendTicket } from '../send-ticket.js';
import { SnapshotTenancy, type Borrowed } from './thread-ports.js';
import { machineMillis, type Common, type FromThread, type SendOrder, type ToThread } from './thread.protocol.js';

export interface ThreadServiceParts {
  readonly composerFor: (tenancy: Tenancy) => MessageComposer;
  readonly transport: MailTransport;
  readonly borrowed: Borrowed;
  readonly faults: FaultPoints;
  readonly cells: Int32Array;
}

/** The far side of the sending thread: takes orders from the port, in order, and answers each with what became of it. */
export class ThreadService {
  private readonly commons = new Map<string, { common: Common; composer: MessageComposer }>();
  private readonly connections = new Map<number, MailConnection>();

  constructor(private readonly port: MessagePort, private readonly parts: ThreadServiceParts) {
    port.on('message', (message: ToThread) => void this.take(message));
  }

  private async take(message: ToThread): Promise<void> {
    if (message.kind === 'common') {
      const { common } = message;
      this.commons.set(common.campaign.campaignId, { common, composer: this.parts.composerFor(new SnapshotTenancy(common.tenant)) });
      return;
    }
    const answer = { seq: message.seq, ...(message.kind === 'send' ? { sent: await this.send(message) } : {}) } satisfies FromThread;
    if (message.kind === 'destroy') this.connections.get(message.connection)?.destroy();
    if (message.kind === 'close') {
      await this.connections.get(message.connection)?.close();
      this.connections.delete(message.connection);
    }
    if (message.kind === 'end') await this.parts.transport.close();
    this.port.postMessage(answer);
    if (message.kind === 'end') this.port.close();
  }

  private async send(order: SendOrder): Promise<Sent> {
    const { transport, borrowed, faults, cells } = this.parts;
    const known = this.commons.get(order.campaignId);
    if (known === undefined) return { kind: 'not-made', code: 'internal-fault' };
    const connection = this.connections.get(order.connection) ?? transport.connection();
    this.connections.set(order.connection, connection);
    const { dispatchId, contact, at, deadline } = order;
    borrowed.lend(order);
    try {
      return await composeAndSend({ composer: known.composer, monotonic: machineMillis, faults, ticket: new SendTicket(cells, order.connection) }, connection, {
        campaign: known.common.campaign, template: known.common.template, dispatchId, contact, at: new Date(at), deadline,
      });
    } finally {
      borrowed.giveBack(order);
    }
  }
}
