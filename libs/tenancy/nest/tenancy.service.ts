import { createHash } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import { ruleSetVersion } from '#compliance/domain/rule-set';
import { validateLia } from '#compliance/domain/lia';
import { TOKENS } from '#contracts/api/tokens';
import type { ControllerIdentity, LiaView, SenderView, Tenancy } from '#contracts/api/tenancy';
import { Aggregate } from '#engine/event-log/aggregate';
import type { EventLog } from '#engine/event-log/event-log';
import { loadDkimKey, matchesPublishedKey, dkimPublicRecord } from '#kernel/dkim/dkim-key';
import type { Actor } from '#kernel/envelope';
import { BadInput, NotFound, RefusedByRule } from '#kernel/errors';
import { sendsOnlyToLoopback } from '../domain/sending-safety.js';
import { own, tenantDecider, type TenantCommand, type TenantState } from '../domain/tenant.decider.js';
import type { LoadedConfig } from './config-file.js';
import { DkimKeyFiles, dkimRecordName, type DkimKeyFile } from './dkim-key-files.js';
import { writeSender, type NewSender } from './sender-file.js';
import type { TxtResolver } from './txt-resolver.js';

export const CONFIG = Symbol('InstallationConfig');
export const TXT_RESOLVER = Symbol('TxtResolver');
const SYSTEM: Actor = { kind: 'system', id: 'configuration' };

/** Records each change of the installation file as a version event and answers from the newest versions. */
@Injectable()
export class TenancyService implements Tenancy {
  readonly tenantId = 'main';
  private readonly stream = 'tenant-main';
  private readonly aggregate: Aggregate<TenantState, TenantCommand, never>;
  private state: TenantState = tenantDecider.initialState();
  private known: number | undefined;
  private readonly keys = new DkimKeyFiles();

  constructor(
    @Inject(TOKENS.eventLog) private readonly log: EventLog,
    @Inject(CONFIG) private config: LoadedConfig,
    @Inject(TXT_RESOLVER) private readonly resolver: TxtResolver,
  ) {
    this.aggregate = new Aggregate(log, tenantDecider as never);
  }

  /** Brings the log up to date with the file; called once before anything else runs. */
  async start(): Promise<void> {
    await this.reload();
    const settings = Object.fromEntries(Object.entries(this.config.settings).map(([key, value]) => [key, Array.isArray(value) ? value.join(',') : (value as string | number | boolean)]));
    const policyVersion = `policy-${createHash('sha256').update(JSON.stringify([settings, ruleSetVersion])).digest('hex').slice(0, 12)}`;
    await this.execute({ kind: 'activate-settings', settings: { policyVersion, settings } }, SYSTEM);
    await this.execute({ kind: 'record-identity', identity: this.config.company, publicUrl: this.config.publicUrl }, SYSTEM);
    for (const senderId of Object.keys(this.config.senders)) await this.recordSender(senderId);
  }

  policyVersion(): string {
    return this.state.settings?.policyVersion ?? 'policy-none';
  }

  setting<T extends string | number | boolean>(key: string): T {
    const value = own(this.config.settings as Record<string, unknown>, key);
    if (value === undefined) throw new NotFound(`There is no setting ${key}.`, { code: 'unknown-setting', rule: 'POL-05' });
    return value as T;
  }

  identity(): { version: number; identity: ControllerIdentity; publicUrl: string } | undefined {
    return this.state.identity;
  }

  senders(): SenderView[] {
    return Object.keys(this.state.senders).flatMap((id) => this.sender(id) ?? []);
  }

  sender(senderId: string): SenderView | undefined {
    const sender = own(this.state.senders, senderId);
    if (sender === undefined) return undefined;
    const { version, fromName, fromAddress, replyTo, replyToAttested, dkim, verified } = sender;
    // A proof by zone file ends with the first SMTP account beyond this machine, and any proof with the key that it was given for (SND-05).
    const proven = (verified?.resolver !== 'zone_file' || sendsOnlyToLoopback(this.config)) && verified?.keyHash !== undefined && verified.keyHash === this.keyHash(senderId);
    return { senderId, version, fromName, fromAddress, replyTo, replyToAttested, dkim, verifiedBy: proven ? verified?.resolver : undefined };
  }

  dkimKey(senderId: string): string | undefined {
    return this.keyOf(senderId)?.pem;
  }

  lias(): LiaView[] {
    return Object.keys(this.state.lias).flatMap((id) => this.lia(id) ?? []);
  }

  lia(liaId: string): LiaView | undefined {
    const lia = own(this.state.lias, liaId);
    return lia === undefined ? undefined : { liaId, interest: lia.interest, recordedAt: lia.recordedAt, approvedAt: lia.approvedAt };
  }

  async addLia(document: unknown, actor: Actor): Promise<LiaView> {
    const now = this.log.clock.now();
    const { id, interest, necessity, balancing } = validateLia(document, now);
    await this.execute({ kind: 'record-lia', lia: { liaId: id, interest, necessity, balancing, recordedAt: now.toISOString() } }, actor);
    return this.lia(id) as LiaView;
  }

  async approveLia(liaId: string, actor: Actor): Promise<LiaView> {
    await this.execute({ kind: 'approve-lia', liaId, approvedAt: this.log.clock.now().toISOString() }, actor);
    return this.lia(liaId) as LiaView;
  }

  /** Writes the sender into outright.yaml and records its new version; `publish` is the TXT record that `verifySender` will look for. */
  async addSender(senderId: string, sender: NewSender): Promise<SenderView & { publish?: { name: string; value: string } }> {
    this.config = await writeSender(this.config.path, senderId, sender);
    await this.recordSender(senderId);
    const view = this.sender(senderId) as SenderView;
    const pem = this.dkimKey(senderId);
    if (view.dkim === undefined || pem === undefined) return view;
    return { ...view, publish: { name: dkimRecordName(view.dkim.selector, view.fromAddress), value: dkimPublicRecord(loadDkimKey(pem)) } };
  }

  /** SND-05: our key must be the one published at the selector. The answer tells what to publish when it is not. */
  async verifySender(senderId: string, actor: Actor): Promise<SenderView> {
    const sender = this.sender(senderId);
    const file = this.keyOf(senderId, true);
    if (sender === undefined) throw new NotFound(`There is no sender ${senderId}.`, { code: 'unknown-sender', rule: 'SND-05', fix: `Known senders: ${Object.keys(this.state.senders).join(', ') || '(none)'}.` });
    if (sender.dkim === undefined || file === undefined) throw new RefusedByRule(`Sender ${senderId} has no DKIM key, so its domain cannot be verified.`, { code: 'sender-without-dkim', rule: 'SND-05', fix: 'Add dkim.selector and dkim.keyFile to the sender.' });
    const key = loadDkimKey(file.pem);
    const name = dkimRecordName(sender.dkim.selector, sender.fromAddress);
    const records = await this.resolver.txt(name);
    if (!records.some((record) => matchesPublishedKey(record, key))) {
      throw new RefusedByRule(`${records.length === 0 ? 'There is no TXT record' : 'The TXT record is not our key'} at ${name}.`, {
        code: 'sender-not-verified', rule: 'SND-05', fix: `Publish this TXT record at ${name}: ${dkimPublicRecord(key)}`,
      });
    }
    await this.execute({ kind: 'verify-sender', verified: { senderId, resolver: this.resolver.kind, selector: sender.dkim.selector, domain: sender.dkim.domain, ...(file.keyHash === undefined ? {} : { keyHash: file.keyHash }) } }, actor);
    return this.sender(senderId) as SenderView;
  }

  /** The key file as it lies on disk now, with `fresh` looked at anew. */
  private keyOf(senderId: string, fresh = false): DkimKeyFile | undefined {
    const file = own(this.config.senders, senderId)?.dkim?.keyFile;
    if (file === undefined) return undefined;
    try {
      return this.keys.read(file, fresh);
    } catch (cause) {
      throw new BadInput(`The DKIM key file of sender ${senderId} cannot be read.`, { code: 'dkim-key-unreadable', rule: 'SND-05', cause, fix: 'Check senders.<id>.dkim.keyFile and its permissions, or make a key with `outright sender add`.' });
    }
  }

  private keyHash(senderId: string): string | undefined {
    try {
      return this.keyOf(senderId)?.keyHash;
    } catch {
      return undefined;
    }
  }

  private async recordSender(senderId: string): Promise<void> {
    const sender = own(this.config.senders, senderId);
    if (sender === undefined) return;
    const domain = sender.fromAddress.slice(sender.fromAddress.lastIndexOf('@') + 1).toLowerCase();
    await this.execute({
      kind: 'record-sender',
      sender: {
        senderId, fromName: sender.fromName, fromAddress: sender.fromAddress, replyToAttested: sender.replyTo === undefined || sender.replyToMonitored,
        ...(sender.replyTo === undefined ? {} : { replyTo: sender.replyTo }),
        ...(sender.dkim === undefined ? {} : { dkim: { domain, selector: sender.dkim.selector } }),
      },
    }, SYSTEM);
  }

  private async execute(command: TenantCommand, actor: Actor): Promise<void> {
    await this.aggregate.execute(this.stream, command, { meta: { tenantId: this.tenantId, actor, policyVersion: this.policyVersion() } });
    await this.reload();
  }

  /** Takes up what other processes have recorded. */
  async reload(): Promise<void> {
    if (this.known !== undefined && (await this.log.store.head(this.stream))?.version === this.known) return;
    const { state, version } = await this.aggregate.load(this.stream);
    this.state = state;
    this.known = version;
  }
}
