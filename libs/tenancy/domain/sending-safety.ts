import { RefusedByRule } from '#kernel/errors';
import type { InstallationConfig } from './installation-config.js';

const LOOPBACK = /^(localhost|.*\.localhost|127(\.\d{1,3}){3}|\[?::1\]?)$/i;

export function isLoopbackHost(host: string): boolean {
  return LOOPBACK.test(host);
}

/** The port that this app must listen on for an http address of this machine to reach it; undefined where a proxy stands before it. */
export function loopbackPort(publicUrl: string): number | undefined {
  const url = URL.canParse(publicUrl) ? new URL(publicUrl) : undefined;
  if (url?.protocol !== 'http:' || !isLoopbackHost(url.hostname)) return undefined;
  return url.port === '' ? 80 : Number(url.port);
}

/** Whether every SMTP account of the installation stays on this machine; true without any (mail goes to a folder). */
export function sendsOnlyToLoopback(config: Pick<InstallationConfig, 'smtp'>): boolean {
  return Object.values(config.smtp).every(({ host }) => isLoopbackHost(host));
}

/**
 * Mail beyond this machine needs an https address that recipients can reach and TLS on the way (SEC-01, OPT-01, SND-06).
 * @throws RefusedByRule
 */
export function assertMayLeaveMachine(config: Pick<InstallationConfig, 'smtp' | 'publicUrl' | 'dnsZoneFile'>): void {
  if (sendsOnlyToLoopback(config)) return;
  const url = new URL(config.publicUrl);
  if (url.protocol !== 'https:' || isLoopbackHost(url.hostname)) {
    throw new RefusedByRule(`SMTP leaves this machine, but publicUrl is ${url.protocol}//${url.hostname}: recipients could not unsubscribe.`, {
      code: 'public-url-not-public', rule: 'OPT-01', fix: 'Set publicUrl to the https address under which recipients reach this installation.',
    });
  }
  if (config.dnsZoneFile !== undefined) {
    throw new RefusedByRule('A zone file proves a sender domain only while SMTP stays on this machine.', {
      code: 'zone-file-beyond-loopback', rule: 'SND-05', fix: 'Remove dnsZoneFile, and publish the record that `outright sender verify` shows.',
    });
  }
  for (const [name, account] of Object.entries(config.smtp)) {
    if (account.security === 'none' && !isLoopbackHost(account.host)) {
      throw new RefusedByRule(`The SMTP account ${name} would send in clear text.`, { code: 'smtp-without-tls', rule: 'SEC-01', fix: 'Set security to starttls or tls.' });
    }
  }
}
