import { accessSync, constants, existsSync, readFileSync, statfsSync, statSync } from 'node:fs';
import { mailTransportOf } from '#apps/standalone/mail-transport.factory';
import { assertOutside } from '#engine/mail-transport/mail-folder';
import { postalAddressFindings } from '#campaigns/domain/content/postal-address';
import { dkimPublicRecord, loadDkimKey, matchesPublishedKey } from '#kernel/dkim/dkim-key';
import { OutrightError } from '#kernel/errors';
import { assertMayLeaveMachine, isLoopbackHost, loopbackPort, sendsOnlyToLoopback } from '#tenancy/domain/sending-safety';
import type { LoadedConfig } from '#tenancy/nest/config-file';
import { dkimRecordName } from '#tenancy/nest/dkim-key-files';
import { dnsTxtResolver, zoneFileTxtResolver } from '#tenancy/nest/txt-resolver';
import type { Verified } from './audit-text.js';

export interface Finding {
  readonly check: string;
  readonly state: 'ok' | 'warning' | 'failed';
  readonly what: string;
  readonly fix?: string;
}

interface Part { readonly what: string; readonly why: string; readonly fix: string }
/** The answer of `/readyz`. */
export interface Readiness { readonly down: readonly Part[]; readonly degraded: readonly Part[] }

const OLDEST_NODE = [20, 19] as const;
const ROOM_BYTES = 256 * 1024 * 1024;
const PROBE_MS = 5_000;

const ok = (check: string, what: string): Finding => ({ check, state: 'ok', what });
const warning = (check: string, what: string, fix: string): Finding => ({ check, state: 'warning', what, fix });
const failed = (check: string, what: string, fix: string): Finding => ({ check, state: 'failed', what, fix });

export function ofError(check: string, error: unknown): Finding {
  if (error instanceof OutrightError) return failed(check, error.message, error.fix ?? 'Mend what it says, then run doctor again.');
  return failed(check, `It cannot be checked (${(error as NodeJS.ErrnoException).code ?? 'no code'}).`, 'Check names and permissions.');
}

export function nodeVersion(version: string): Finding {
  const [major = 0, minor = 0] = version.replace(/^v/, '').split('.').map(Number);
  const good = major > OLDEST_NODE[0] || (major === OLDEST_NODE[0] && minor >= OLDEST_NODE[1]);
  return good ? ok('node', `Node ${version}`) : failed('node', `Node ${version} is too old.`, `Install Node ${OLDEST_NODE.join('.')} or newer.`);
}

/** Owner only, because the file and the folder lead to personal data and keys. */
export function permissions(check: string, path: string): Finding {
  const mode = statSync(path).mode & 0o777;
  if ((mode & 0o077) !== 0) return failed(check, `${path} can be reached by other users (mode ${mode.toString(8)}).`, `chmod go-rwx ${path}`);
  try {
    accessSync(path, constants.R_OK | constants.W_OK);
  } catch {
    return failed(check, `${path} cannot be written by this user.`, 'Run as its owner, or give it to this user.');
  }
  return ok(check, path);
}

export function room(path: string): Finding {
  const place = existsSync(path) ? path : '.';
  const { bavail, bsize } = statfsSync(place);
  const megabytes = Math.floor((bavail * bsize) / 1024 / 1024);
  return bavail * bsize >= ROOM_BYTES ? ok('disk', `${megabytes} MB free`) : failed('disk', `Only ${megabytes} MB are free.`, 'Make room: a full disk stops everything but opt-outs.');
}

export function identity(config: LoadedConfig): Finding {
  const [first] = postalAddressFindings(config.company.postalAddress as Parameters<typeof postalAddressFindings>[0]);
  return first === undefined ? ok('identity', `${config.company.name}, ${config.company.postalAddress.locality}`) : failed('identity', first.message, first.fix);
}

export function mailPlace(config: LoadedConfig): Finding {
  if (Object.keys(config.smtp).length > 0) return ok('mail folder', 'not used: SMTP is set');
  assertOutside(config.data, config.mailFolder);
  return warning('mail folder', `Mail is written to ${config.mailFolder}; nothing is sent.`, 'Add an SMTP account to outright.yaml when you want to send.');
}

/** The log, the do-not-mail list and the key store fit together (INV-04, ERA-10). */
export function history({ ok: fits, events, findings, findingsTotal }: Verified): Finding {
  if (fits) return ok('history', `${events} events verify; the do-not-mail list and the key store fit them`);
  const more = findingsTotal > 1 ? ` And ${findingsTotal - 1} more.` : '';
  return failed('history', `${findings[0]?.message ?? 'It does not verify.'}${more}`, 'Send nothing, keep a copy of the data folder, and read what `outright audit verify` finds.');
}

const sentence = (why: string): string => (why.endsWith('.') ? why : `${why}.`);

/** What the app reports of itself. A damaged history is left to `history`, which has just looked. */
export function parts({ down, degraded }: Readiness): Finding[] {
  return [
    ...down.filter(({ what }) => what !== 'history').map(({ what, why, fix }) => failed(what, `It is down: ${sentence(why)}`, fix)),
    ...degraded.map(({ what, why, fix }) => warning(what, `It is impaired: ${sentence(why)}`, fix)),
  ];
}

export async function smtp(config: LoadedConfig): Promise<Finding[]> {
  const findings: Finding[] = [];
  assertMayLeaveMachine(config);
  for (const [name, account] of Object.entries(config.smtp)) {
    const check = `smtp ${name}`;
    try {
      const transport = mailTransportOf({ ...config, smtp: { [name]: account }, senders: {} });
      const result = await transport.verify().finally(() => transport.close());
      findings.push(result.ok
        ? ok(check, `${account.host}:${account.port} answers${result.secure ? ' over TLS' : ''}`)
        : failed(check, `${account.host}:${account.port} fails at ${result.failure.phase} (${result.failure.reason}${result.failure.code === undefined ? '' : ` ${result.failure.code}`}).`, 'Check host, port, security and the account; a firewall may be in between.'));
    } catch (error) {
      findings.push(ofError(check, error));
    }
  }
  return findings;
}

export async function senders(config: LoadedConfig): Promise<Finding[]> {
  const resolver = config.dnsZoneFile !== undefined && sendsOnlyToLoopback(config) ? zoneFileTxtResolver(config.dnsZoneFile) : dnsTxtResolver;
  if (Object.keys(config.senders).length === 0) return [failed('senders', 'There is no sender.', 'Add one with `outright sender add`.')];
  const findings: Finding[] = [];
  for (const [id, sender] of Object.entries(config.senders)) {
    const check = `sender ${id}`;
    if (sender.replyTo !== undefined && !sender.replyToMonitored) findings.push(failed(check, 'Nobody has said that the reply-to mailbox is read.', `Set senders.${id}.replyToMonitored to true when it is.`));
    if (sender.dkim === undefined) {
      findings.push(failed(check, 'It has no DKIM key, so its domain cannot be verified.', `outright sender add ${id} … makes one.`));
      continue;
    }
    try {
      const key = loadDkimKey(readFileSync(sender.dkim.keyFile, 'utf8'));
      const name = dkimRecordName(sender.dkim.selector, sender.fromAddress);
      const other = otherKeyAt(name, key.publicKey, config);
      if (other !== undefined) findings.push(failed(check, `It and ${other} sign with two keys under ${name}, and DNS has room for one.`, `Give both the same dkim.keyFile, or one of them a selector of its own, then run \`outright sender verify\`.`));
      const published = (await resolver.txt(name)).some((record) => matchesPublishedKey(record, key));
      findings.push(published ? ok(check, `our key is published at ${name}`) : failed(check, `Our key is not published at ${name}.`, `Publish this TXT record: ${dkimPublicRecord(key)}`));
    } catch (error) {
      findings.push(ofError(check, error));
    }
  }
  return findings;
}

/** Another sender that would publish a different key under the same name. */
function otherKeyAt(name: string, publicKey: string, { senders: all }: LoadedConfig): string | undefined {
  return Object.entries(all).find(([, { dkim, fromAddress }]) =>
    dkim !== undefined && dkimRecordName(dkim.selector, fromAddress) === name && existsSync(dkim.keyFile) && loadDkimKey(readFileSync(dkim.keyFile, 'utf8')).publicKey !== publicKey)?.[0];
}

export async function publicUrl(config: LoadedConfig, isRunning: boolean): Promise<Finding> {
  const url = new URL(config.publicUrl);
  const port = loopbackPort(config.publicUrl);
  if (port !== undefined && config.http.port !== 0 && port !== config.http.port) {
    return failed('public address', `${config.publicUrl} leads to port ${port}, but the app listens on port ${config.http.port}: no unsubscribe link would work.`, 'Set publicUrl and http.port (or OUTRIGHT_LISTEN) to the same port.');
  }
  if (isLoopbackHost(url.hostname)) return warning('public address', `${config.publicUrl} is reached from this machine only.`, 'Set publicUrl to an https address before sending to other people.');
  if (url.protocol !== 'https:') return failed('public address', `${config.publicUrl} is not https.`, 'Put a TLS proxy in front and set publicUrl to its https address.');
  if (!isRunning) return warning('public address', `${config.publicUrl} is not asked while the app does not run.`, 'Start the app, then run doctor again.');
  try {
    const answer = await fetch(new URL('/healthz', config.publicUrl), { signal: AbortSignal.timeout(PROBE_MS), redirect: 'error' });
    return answer.ok ? ok('public address', config.publicUrl) : failed('public address', `${config.publicUrl} answers ${answer.status}.`, 'Let the proxy pass every path on to this app.');
  } catch {
    return failed('public address', `${config.publicUrl} does not answer.`, 'Check DNS, the certificate and the proxy.');
  }
}
