import type { MessagePort } from 'node:worker_threads';
import type { FaultPoints } from '#contracts/api/fault-points';
import type { MessageComposer } from '#contracts/api/message-composer';
import type { Tenancy } from '#contracts/api/tenancy';
import type { MailConnection, MailTransport } from '#engine/mail-transport/mail-transport.port';
import { compose, handOver, type Made } from '../local-sender.js';
import type { Sent } from '../message-sender.js';
import { SendTicket } from '../send-ticket.js';
import { PreparedMessages } from './prepared-messages.js';
import { SnapshotTenancy, type Borrowed } from './thread-ports.js';
import { machineMillis, type Common, type FromThread, type GoOrder, type Materials, type SendOrder, type ToThread } from './thread.protocol.js';

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
  private readonly prepared = new PreparedMessages((materials) => this.compose(materials));

  constructor(private readonly port: MessagePort, private readonly parts: ThreadServiceParts) {
    port.on('message', (message: ToThread) => void this.take(message));
  }

  private async take(message: ToThread): Promise<void> {
    if (message.kind === 'common') {
      const { common } = message;
      this.commons.set(common.campaign.campaignId, { common, composer: this.parts.composerFor(new SnapshotTenancy(common.tenant)) });
      return;
    }
    if (message.kind === 'prepare') return this.prepared.add(message);
    if (message.kind === 'forget') return this.prepared.forget(message.connection);
    const sent = message.kind === 'send' ? await this.send(message) : message.kind === 'go' ? await this.go(message) : undefined;
    const answer = { seq: message.seq, ...(sent === undefined ? {} : { sent }) } satisfies FromThread;
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
    this.prepared.forget(order.connection);
    return this.handOver(order, await this.compose(order));
  }

  /** Undefined unless the message was prepared; then it comes again as a whole. */
  private async go(order: GoOrder): Promise<Sent | undefined> {
    const made = await this.prepared.take(order);
    return made?.kind === 'made' ? this.handOver(order, made) : undefined;
  }

  private async compose(materials: Materials): Promise<Made> {
    const known = this.commons.get(materials.campaignId);
    if (known === undefined) return { kind: 'not-made', code: 'internal-fault' };
    const { dispatchId, contact, at } = materials;
    this.parts.borrowed.lend(materials);
    try {
      return await compose(known.composer, { campaign: known.common.campaign, template: known.common.template, dispatchId, contact, at: new Date(at) });
    } finally {
      this.parts.borrowed.giveBack(materials);
    }
  }

  private handOver(order: GoOrder | SendOrder, made: Made): Promise<Sent> {
    const { transport, faults, cells } = this.parts;
    const connection = this.connections.get(order.connection) ?? transport.connection();
    this.connections.set(order.connection, connection);
    return handOver({ monotonic: machineMillis, faults, ticket: new SendTicket(cells, order.connection) }, connection, order, made);
  }
}
