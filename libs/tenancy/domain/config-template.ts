import { settingList, type Bound } from '#compliance/domain/setting-list';
import type { ControllerIdentity } from '#contracts/api/tenancy';
import type { SenderConfig, SmtpAccount } from './installation-config.js';
import { servicesLines, type FirstServices } from './services-template.js';

/** What `init` asks for; paths relative to the installation file. */
export interface FirstConfig {
  readonly company: ControllerIdentity;
  readonly publicUrl: string;
  readonly port: number;
  readonly sender: Partial<SenderConfig> & { readonly id: string };
  readonly smtp?: SmtpAccount | undefined;
  readonly dnsZoneFile?: string | undefined;
  readonly mailFolder: string;
  readonly testRecipients: readonly string[];
  /** For the distributed engine. */
  readonly services?: FirstServices | undefined;
}

const quoted = (value: unknown): string => JSON.stringify(value);

/** The text of a commented outright.yaml. Every key that may be set is there, with its bounds; what is not set is commented out. */
export function configTemplate({ company, publicUrl, port, sender, smtp, dnsZoneFile, mailFolder, testRecipients, services }: FirstConfig): string {
  const { postalAddress } = company;
  const lines = [
    '# Outright: the installation. Secrets never stand here: name an environment variable or a file.',
    '# Each change counts from the next start and is recorded in the log as a new version.',
    'version: 1',
    '',
    '# Who is responsible. Every message and the privacy page name it (ROL-07).',
    'company:',
    `  name: ${quoted(company.name)}`,
    '  # A street address; a PO box only with poBoxRegistered: true (SND-02).',
    '  postalAddress:',
    ...fields(4, { street: postalAddress.street, locality: postalAddress.locality, region: postalAddress.region, postcode: postalAddress.postcode, country: postalAddress.country, poBoxRegistered: postalAddress.poBoxRegistered }),
    ...fields(2, { establishmentCountry: company.establishmentCountry, privacyContact: company.privacyContact }),
    ...optional(2, 'dpo', company.dpo, 'data protection officer, if there is one'),
    ...optional(2, 'supervisoryAuthority', company.supervisoryAuthority, 'where recipients can complain'),
    '',
    '# Where recipients reach the pages of this app. Mail beyond this machine needs https and a public name (OPT-01).',
    `publicUrl: ${quoted(publicUrl)}`,
    'http:',
    '  host: 127.0.0.1',
    `  port: ${port}`,
    '  # Reverse proxies in front of this app, by address or network. Limits per source believe X-Forwarded-For from these peers',
    '  # alone, and count the right-most hop that is none of them; from anybody else the header is ignored (SEC-04).',
    '  # trustedProxies: [127.0.0.1, 10.0.0.0/8]',
    '',
    'data: ./data',
    '# Without an SMTP account, mail is written here, outside the data folder.',
    `mailFolder: ${quoted(mailFolder)}`,
    '',
    ...services === undefined ? [] : servicesLines(services),
    '# At most ten people who get `campaign test`.',
    testRecipients.length === 0 ? 'testRecipients: []' : `testRecipients:\n${testRecipients.map((address) => `  - ${quoted(address)}`).join('\n')}`,
    '',
    ...smtpLines(smtp),
    '',
    '# Who campaigns come from; more with `outright sender add`.',
    'senders:',
    `  ${sender.id}:`,
    ...fields(4, { fromName: sender.fromName, fromAddress: sender.fromAddress, replyTo: sender.replyTo }),
    '    # Somebody reads the reply-to mailbox (SND-05).',
    `    replyToMonitored: ${sender.replyToMonitored ?? false}`,
    ...(sender.dkim === undefined ? [] : ['    dkim:', ...fields(6, { selector: sender.dkim.selector, keyFile: sender.dkim.keyFile })]),
    ...(sender.smtp === undefined ? [] : fields(4, { smtp: sender.smtp })),
    '',
    '# SMTP connections at once.',
    'connections: 10',
    '# A second place for checkpoints, best on another machine: it shows a rewritten history.',
    '# checkpointMirror: /mnt/elsewhere/outright-checkpoints',
    '# Proves a sender domain without DNS, only while SMTP stays on this machine.',
    dnsZoneFile === undefined ? '# dnsZoneFile: ./zone.txt' : `dnsZoneFile: ${quoted(dnsZoneFile)}`,
    '',
    '# Settings inside the bounds of the law and of our promises; nobody can pass them.',
    'settings:',
    ...settingList.map(({ key, default: standard, bounds, fixed, decision, meaning }, index) => {
      const about = `# ${decision}: ${meaning}; ${fixed ? 'fixed' : boundsText(bounds)}`;
      return index === 0 ? `  ${key}: ${quoted(standard)}   ${about}` : `  # ${key}: ${quoted(standard)}   ${about}`;
    }),
  ];
  return `${lines.join('\n')}\n`;
}

function fields(indent: number, entries: Readonly<Record<string, unknown>>): string[] {
  return Object.entries(entries).filter(([, value]) => value !== undefined).map(([key, value]) => `${' '.repeat(indent)}${key}: ${quoted(value)}`);
}

function optional(indent: number, key: string, value: string | undefined, meaning: string): string[] {
  return value === undefined ? [`${' '.repeat(indent)}# ${key}: …   ${meaning}`] : fields(indent, { [key]: value });
}

function smtpLines(smtp: SmtpAccount | undefined): string[] {
  if (smtp !== undefined) return ['smtp:', '  main:', ...fields(4, smtp)];
  return ['# smtp:', '#   main:', '#     host: mail.example.test', '#     port: 587', '#     security: starttls   # none only on this machine, or tls', '#     user: outright', '#     passwordEnv: OUTRIGHT_SMTP_PASSWORD'];
}

function boundsText(bounds: Bound): string {
  switch (bounds.kind) {
    case 'integer': return `${bounds.min} to ${bounds.max}`;
    case 'period': return `${bounds.min} to ${bounds.max}`;
    case 'choice': return bounds.of.join(' or ');
    case 'subset': return 'a list';
    case 'time-zone': return 'a time zone name';
    case 'slug': return 'a name';
  }
}
