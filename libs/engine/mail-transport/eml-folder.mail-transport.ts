import { randomBytes } from 'node:crypto';
import { renameSync } from 'node:fs';
import { access, constants, mkdir, open } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { sweepFolder, syncFolder, unlinked } from './mail-folder.js';
import type { MailConnection, MailTransport, NotSent, OutgoingMessage, SendGuards, SendOutcome, SmtpPhase, VerifyResult } from './mail-transport.port.js';
import { OneAtATime } from './one-at-a-time.js';
import { assertOpaqueName, assertOutgoing, DEFAULT_MAX_MESSAGE_BYTES } from './outgoing-message.js';
import { smtpBody } from './smtp-body.js';
import { cannotBeSent, endedBefore } from './smtp-outcome.js';

const KEPT_DAYS = 7;
const DAY = 86_400_000;

export interface EmlFolderOptions {
  /** Checked by the composition with `assertOutside`; made where it is missing. */
  readonly folder: string;
  readonly maxMessageBytes?: number;
}

/**
 * Writes each message to `<folder>/<campaign or "other">/<dispatchId>.eml` instead of handing it to a server.
 * The rename stands for the final dot: guards are asked in the same tick, and only after it does the file have its name.
 */
export class EmlFolderMailTransport implements MailTransport {
  readonly kind = 'eml-folder';
  readonly #connections = new Set<EmlConnection>();

  constructor(private readonly options: EmlFolderOptions) {}

  connection(): MailConnection {
    const made = new EmlConnection(this.options, () => this.#connections.delete(made));
    this.#connections.add(made);
    return made;
  }

  async verify(): Promise<VerifyResult> {
    try {
      await mkdir(this.options.folder, { recursive: true, mode: 0o700 });
      await access(this.options.folder, constants.W_OK | constants.X_OK);
      return { ok: true, secure: true, extensions: [] };
    } catch (error) {
      return { ok: false, failure: diskFailure('connect', error) };
    }
  }

  async removeMessage(dispatchId: string, campaign?: string): Promise<void> {
    const path = emlPath(this.options.folder, dispatchId, campaign);
    if (await unlinked(path)) await syncFolder(dirname(path));
  }

  async sweep(now: Date): Promise<number> {
    await mkdir(this.options.folder, { recursive: true, mode: 0o700 });
    return sweepFolder(this.options.folder, new Date(now.getTime() - KEPT_DAYS * DAY));
  }

  async close(): Promise<void> {
    await Promise.all([...this.#connections].map((connection) => connection.close()));
  }
}

class EmlConnection implements MailConnection {
  readonly #turn = new OneAtATime();
  #closed = false;
  #destroyed = false;

  constructor(private readonly options: EmlFolderOptions, private readonly onClose: () => void) {}

  async send(message: OutgoingMessage, guards: SendGuards): Promise<SendOutcome> {
    if (this.#closed) return stopped('connect', 'cancelled', 'connection-closed');
    return this.#turn.run(() => this.#send(message, guards));
  }

  destroy(): void {
    this.#destroyed = true;
  }

  async close(): Promise<void> {
    this.#closed = true;
    await this.#turn.idle();
    this.onClose();
  }

  async #send(message: OutgoingMessage, guards: SendGuards): Promise<SendOutcome> {
    this.#destroyed = false;
    assertOutgoing(message);
    smtpBody(message.raw);
    if (message.raw.length > (this.options.maxMessageBytes ?? DEFAULT_MAX_MESSAGE_BYTES)) return cannotBeSent('mail', '5.3.4', 'message-larger-than-setting');
    guards.onPhase?.('mail');
    const first = guards.mayContinue('mail');
    if (!first.ok) return stopped('mail', first.reason);
    const path = emlPath(this.options.folder, message.dispatchId, message.campaign);
    const draft = join(dirname(path), `.${randomBytes(9).toString('hex')}.tmp`);
    guards.onPhase?.('body');
    try {
      await writeDurably(draft, message.raw);
    } catch (error) {
      await unlinked(draft).catch(() => undefined);
      return diskFailure('body', error);
    }
    let outcome: SendOutcome | undefined;
    try {
      outcome = this.#rename(draft, path, guards);
    } finally {
      if (outcome?.kind !== 'handed-off') await unlinked(draft).catch(() => undefined);
    }
    if (outcome.kind !== 'handed-off') return outcome;
    try {
      guards.onPhase?.('reply');
    } catch { /* the file has its name: an error of the caller changes nothing any more */ }
    return syncFolder(dirname(path)).then(() => outcome, (error) => ({ kind: 'unknown', phase: 'reply', reason: codeOf(error) }));
  }

  #rename(draft: string, path: string, guards: SendGuards): SendOutcome {
    guards.onPhase?.('final-dot');
    if (this.#destroyed) return stopped('final-dot', 'cancelled', 'destroyed');
    const verdict = guards.mayContinue('final-dot');
    if (!verdict.ok) return stopped('final-dot', verdict.reason);
    try {
      renameSync(draft, path);
    } catch (error) {
      return diskFailure('final-dot', error);
    }
    return { kind: 'handed-off', code: 250, enhanced: '2.0.0', reply: 'kept as a file' };
  }
}

async function writeDurably(path: string, bytes: Uint8Array): Promise<void> {
  const made = await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  if (made !== undefined) await syncFolder(dirname(dirname(path)));
  const file = await open(path, 'wx', 0o600);
  try {
    await file.writeFile(bytes);
    await file.sync();
  } finally {
    await file.close();
  }
}

function emlPath(folder: string, dispatchId: string, campaign = 'other'): string {
  assertOpaqueName('dispatchId', dispatchId);
  assertOpaqueName('campaign', campaign);
  return join(folder, campaign, `${dispatchId}.eml`);
}

function stopped(phase: SmtpPhase, reason: 'cancelled' | 'expired', reply?: string): NotSent {
  return { kind: 'not-sent', phase, reason, ...(reply === undefined ? {} : { reply }), temporary: true };
}

const codeOf = (error: unknown) => (error as NodeJS.ErrnoException).code ?? 'write-failed';
const diskFailure = (phase: SmtpPhase, error: unknown) => endedBefore(phase, { cause: 'connection', detail: codeOf(error) });
