import { Worker } from 'node:worker_threads';
import { Logger } from '@nestjs/common';
import type { Tenancy } from '#contracts/api/tenancy';
import type { Clock } from '#engine/clock/clock.port';
import type { EventLog } from '#engine/event-log/event-log';
import type { PersonalData } from '#engine/event-log/personal-data';
import type { KeyVault } from '#engine/key-vault/key-vault.port';
import type { KeyProvider } from '#engine/secrets/key-provider.port';
import { OutrightError } from '#kernel/errors';
import type { MessageRequest, MessageSender, SendingConnection, SendRequest, Sent } from '../message-sender.js';
import { SendTicket, ticketCells } from '../send-ticket.js';
import { CommonFacts } from './common-facts.js';
import { OrderMaterials } from './order-materials.js';
import { ThreadLink } from './thread-link.js';
import { machineMillis, THREAD_SECRETS, type ThreadData, type ToThread } from './thread.protocol.js';

export interface ThreadSenderParts {
  readonly clock: Clock;
  readonly log: EventLog;
  readonly vault: KeyVault;
  readonly personal: PersonalData;
  readonly tenancy: Tenancy;
  readonly keys: KeyProvider;
  /** The module that the thread runs, and what it is told at its start. */
  readonly module: URL;
  readonly setup: unknown;
  /** How often the thread is asked whether it still answers, milliseconds; default 5,000. */
  readonly askedEvery?: number;
  /** Node options, for a thread that runs uncompiled sources. */
  readonly execArgv?: readonly string[];
}

const MOST_CONNECTIONS = 1024;
/** How long the thread may take to destroy a socket. */
const HUNG_MS = 1_000;

/**
 * Composes and sends on a thread of its own, so that the event loop that answers opt-outs does neither. Data keys and sources are
 * looked up here and lent for one message. Should the thread die, every open message ends at once: unknown where its final dot was
 * allowed, not sent where it was not; the next message starts a new thread.
 */
export class ThreadSender implements MessageSender {
  private readonly cells = ticketCells(MOST_CONNECTIONS);
  private readonly logger = new Logger('SendingThread');
  private readonly link: ThreadLink;
  private readonly materials: OrderMaterials;
  /** By connection: what is prepared there, and from what common facts; from none if the thread has not been told. */
  private readonly prepared = new Map<number, { readonly dispatchId: string; readonly madeFrom: Promise<object | undefined> }>();
  private common: CommonFacts;
  private connections = 0;

  constructor(private readonly parts: ThreadSenderParts) {
    this.common = new CommonFacts(parts.tenancy);
    this.materials = new OrderMaterials(parts.log.store, parts.vault, parts.personal);
    this.link = new ThreadLink({ start: () => this.start(), lost, failed: (error) => this.logger.error(`The sending thread failed: ${messageOf(error)}`), askedEvery: parts.askedEvery });
  }

  connection(): SendingConnection {
    const id = this.connections++ % MOST_CONNECTIONS;
    const ticket = new SendTicket(this.cells, id);
    return {
      ticket,
      prepare: (request) => this.prepare(id, request),
      forget: () => this.forget(id),
      send: (request, prepared = false) => this.send(id, ticket, request, prepared).catch((error: unknown) => ({ kind: 'not-taken', code: error instanceof OutrightError ? error.code : 'sender-thread-failed' })),
      destroy: () => this.destroy(id),
      close: () => this.unlessIdle({ kind: 'close', connection: id }),
    };
  }

  failure(): string | undefined {
    return this.link.failure;
  }

  async close(): Promise<void> {
    this.link.beginEnd();
    const worker = await this.link.current?.catch(() => undefined);
    await this.unlessIdle({ kind: 'end' });
    this.link.forget();
    await worker?.terminate();
  }

  private prepare(connection: number, request: MessageRequest): void {
    const { campaign, contact, dispatchId, at } = request;
    const tell = async (): Promise<object | undefined> => {
      const [sources, keys] = await Promise.all([this.materials.sources(request), this.materials.keys([contact.recipient.kid])]);
      // Asked last: what is told to a thread that has ended would count as told to the next one.
      const worker = await this.link.running();
      if ('kind' in keys || this.prepared.get(connection) !== preparation) return undefined;
      this.tellCommon(worker, request);
      worker.postMessage({ kind: 'prepare', connection, campaignId: campaign.campaignId, dispatchId, at: at.getTime(), contact, keys, sources } satisfies ToThread);
      return this.common.last(campaign.campaignId);
    };
    // Begins a tick later, when it can be found.
    const preparation = { dispatchId, madeFrom: Promise.resolve().then(tell).catch(() => undefined) };
    this.prepared.set(connection, preparation);
  }

  private forget(connection: number): void {
    if (this.prepared.delete(connection)) void this.link.current?.then((worker) => worker.postMessage({ kind: 'forget', connection } satisfies ToThread), () => undefined);
  }

  /** True if the thread did not know it, or not so. */
  private tellCommon(worker: Worker, request: MessageRequest): boolean {
    const common = this.common.changed(request);
    if (common !== undefined) worker.postMessage({ kind: 'common', common } satisfies ToThread);
    return common !== undefined;
  }

  private async send(connection: number, ticket: SendTicket, request: SendRequest, prepared: boolean): Promise<Sent> {
    return (prepared ? await this.go(connection, ticket, request) : undefined) ?? this.sendWhole(connection, ticket, request);
  }

  /** Lets a prepared message leave; undefined if it is not there, or made from what is no longer so. */
  private async go(connection: number, ticket: SendTicket, request: SendRequest): Promise<Sent | undefined> {
    const { dispatchId, campaign: { campaignId } } = request;
    const preparation = this.prepared.get(connection);
    if (preparation?.dispatchId !== dispatchId) return undefined;
    const madeFrom = await preparation.madeFrom;
    if (madeFrom === undefined) return undefined;
    const worker = await this.link.running();
    // Another connection may have told a change first.
    if (this.tellCommon(worker, request) || this.common.last(campaignId) !== madeFrom) return undefined;
    this.prepared.delete(connection);
    return (await this.link.ask(worker, (seq) => ({ kind: 'go', seq, connection, campaignId, dispatchId, deadline: this.machineDeadline(request) }), ticket)).sent;
  }

  private async sendWhole(connection: number, ticket: SendTicket, request: SendRequest): Promise<Sent> {
    const { campaign: { campaignId }, contact, dispatchId, at } = request;
    this.forget(connection);
    const kids = new Set([contact.recipient.kid]);
    const sources = await this.materials.sources(request);
    for (;;) {
      const keys = await this.materials.keys(kids);
      if ('kind' in keys) return keys;
      const worker = await this.link.running();
      this.tellCommon(worker, request);
      const { sent = { kind: 'broke', code: 'internal-fault' } as const } = await this.link.ask(worker, (seq) => ({
        kind: 'send', seq, connection, campaignId, dispatchId, at: at.getTime(), deadline: this.machineDeadline(request), contact, keys, sources,
      }), ticket);
      if (sent.kind !== 'not-made' || sent.kid === undefined || kids.has(sent.kid)) return sent;
      kids.add(sent.kid);
    }
  }

  private machineDeadline({ deadline }: SendRequest): number {
    return machineMillis() + deadline - this.parts.clock.monotonic();
  }

  /** An opt-out waits for this, so a thread that does not answer is ended, and its sockets with it. */
  private async destroy(connection: number): Promise<void> {
    const worker = await this.link.current?.catch(() => undefined);
    if (worker === undefined) return;
    const hung = setTimeout(() => this.link.giveUp(worker), HUNG_MS);
    await this.link.ask(worker, (seq) => ({ kind: 'destroy', seq, connection }));
    clearTimeout(hung);
  }

  /** To a thread that runs; without one there is nothing to end. */
  private async unlessIdle(what: { kind: 'close'; connection: number } | { kind: 'end' }): Promise<void> {
    const worker = await this.link.current?.catch(() => undefined);
    if (worker !== undefined) await this.link.ask(worker, (seq) => ({ ...what, seq }));
  }

  private async start(): Promise<Worker> {
    this.common = new CommonFacts(this.parts.tenancy);
    const secrets = Object.fromEntries(await Promise.all(THREAD_SECRETS.map(async (name) => [name, await this.parts.keys.secret(name)] as const)));
    const { module, setup, execArgv } = this.parts;
    return new Worker(module, { workerData: { cells: this.cells, secrets, setup } satisfies ThreadData, ...(execArgv === undefined ? {} : { execArgv: [...execArgv] }) });
  }
}

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

function lost(ticket: SendTicket, wasUp: boolean): Sent {
  if (!wasUp) return { kind: 'not-taken', code: 'sender-thread-failed' };
  // Nothing of ours writes a dot any more: what has not been allowed by now never will be.
  ticket.stop();
  const outcome = ticket.committed
    ? { kind: 'unknown' as const, phase: 'reply' as const, reason: 'sender-ended' }
    : { kind: 'not-sent' as const, phase: 'mail' as const, reason: 'connection' as const, reply: 'sender-ended', temporary: true };
  return { kind: 'sent', outcome, contentHmac: '', noticeTextVersion: '' };
}
