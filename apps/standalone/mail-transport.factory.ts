import { readFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { BadInput } from '#kernel/errors';
import { EmlFolderMailTransport } from '#engine/mail-transport/eml-folder.mail-transport';
import { assertOutside } from '#engine/mail-transport/mail-folder';
import type { MailTransport } from '#engine/mail-transport/mail-transport.port';
import { RoutedMailTransport } from '#engine/mail-transport/routed.mail-transport';
import { SmtpMailTransport } from '#engine/mail-transport/smtp.mail-transport';
import type { SmtpAccount } from '#tenancy/domain/installation-config';
import type { LoadedConfig } from '#tenancy/nest/config-file';

function password(name: string, account: SmtpAccount): string | undefined {
  if (account.passwordFile !== undefined) return readFileSync(account.passwordFile, 'utf8').trim();
  if (account.passwordEnv === undefined) return undefined;
  const value = process.env[account.passwordEnv];
  if (value === undefined || value === '') {
    throw new BadInput(`The environment variable ${account.passwordEnv} of the SMTP account ${name} is not set.`, { code: 'secret-missing', rule: 'SEC-02', fix: `Set ${account.passwordEnv}, or name a passwordFile.` });
  }
  return value;
}

function smtp(name: string, account: SmtpAccount): MailTransport {
  const pass = password(name, account);
  return new SmtpMailTransport({
    host: account.host, port: account.port, security: account.security,
    clientName: account.clientName ?? (/^[A-Za-z0-9.-]+$/.test(hostname()) ? hostname() : 'localhost'),
    ...(account.user === undefined || pass === undefined ? {} : { auth: { user: account.user, pass } }),
    ...(account.caFile === undefined ? {} : { tls: { ca: readFileSync(account.caFile) } }),
  });
}

/** SMTP where the installation names accounts, else `.eml` files in the mail folder. */
export function mailTransportOf(config: LoadedConfig): MailTransport {
  const names = Object.keys(config.smtp);
  const [first] = names;
  if (first === undefined) {
    assertOutside(config.data, config.mailFolder);
    return new EmlFolderMailTransport({ folder: config.mailFolder });
  }
  const accounts = new Map(Object.entries(config.smtp).map(([name, account]) => [name, smtp(name, account)]));
  const bySender = new Map(Object.values(config.senders).map((sender) => [sender.fromAddress.toLowerCase(), sender.smtp ?? first]));
  return new RoutedMailTransport(accounts, (envelopeFrom) => bySender.get(envelopeFrom.toLowerCase()) ?? first);
}
