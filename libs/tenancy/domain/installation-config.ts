import { parse } from 'yaml';
import { z } from 'zod';
import { validateSettings, type Settings } from '#compliance/domain/settings';
import { identity } from '#contracts/fields';
import { BadInput } from '#kernel/errors';
import { distributedConfig } from './distributed-config.js';

const slug = z.string().regex(/^[a-z0-9]+(-[a-z0-9]+)*$/, 'small letters, digits and hyphens');
const address = z.string().min(3).max(254).regex(/^[^\s@]+@[^\s@]+$/, 'an email address');
const file = z.string().min(1).max(4096);

/** An address, or a network that does not hold everybody. */
const proxy = z.union([z.ipv4(), z.ipv6(), z.cidrv4(), z.cidrv6()], 'an IP address or a network like 10.0.0.0/8')
  .refine((text) => !/\/0+$/.test(text), 'a network of everybody would believe any forged header');

const smtpAccount = z.strictObject({
  host: z.string().min(1),
  port: z.number().int().min(1).max(65_535),
  security: z.enum(['none', 'starttls', 'tls']),
  user: z.string().optional(),
  /** Secrets stand in the environment or in a file, never here. */
  passwordEnv: z.string().optional(),
  passwordFile: file.optional(),
  caFile: file.optional(),
  clientName: z.string().optional(),
});

const sender = z.strictObject({
  fromName: z.string().min(1).max(200).regex(/^\P{Cc}+$/u, 'no line breaks or control characters'),
  fromAddress: address,
  replyTo: address.optional(),
  /** Somebody reads the reply-to mailbox (SND-05). */
  replyToMonitored: z.boolean().default(false),
  dkim: z.strictObject({ selector: z.string().regex(/^[a-z0-9]([a-z0-9-]*[a-z0-9])?$/i), keyFile: file }).optional(),
  smtp: slug.optional(),
});

const schema = z.strictObject({
  version: z.literal(1),
  company: identity,
  publicUrl: z.url({ protocol: /^https?$/, error: 'an http or https address' }),
  http: z.strictObject({
    host: z.string().regex(/^[^\s/@]+$/, 'an address or name of this machine').default('127.0.0.1'),
    port: z.number().int().min(0).max(65_535).default(3000),
    /** Peers whose X-Forwarded-For names the caller (SEC-04). */
    trustedProxies: z.array(proxy).max(100).default([]),
  }).prefault({}),
  data: file.default('./data'),
  mailFolder: file.default('./mail'),
  /** One machine with nothing to start, or the services that `distributed` names. */
  engine: z.enum(['embedded', 'distributed']).default('embedded'),
  distributed: distributedConfig.optional(),
  testRecipients: z.array(address).max(10).default([]),
  smtp: z.record(slug, smtpAccount).default({}),
  senders: z.record(slug, sender).default({}),
  connections: z.number().int().min(1).max(100).default(10),
  dnsZoneFile: file.optional(),
  checkpointMirror: file.optional(),
  settings: z.record(z.string(), z.unknown()).default({}),
});

export type InstallationConfig = Omit<z.infer<typeof schema>, 'settings'> & { readonly settings: Settings };
export type SmtpAccount = z.infer<typeof smtpAccount>;
export type SenderConfig = z.infer<typeof sender>;

const SECRET = /^(pass(word)?|secret|apiKey|token)$/i;

function refuseInlineSecrets(value: unknown, path: string): void {
  if (typeof value !== 'object' || value === null) return;
  for (const [key, inner] of Object.entries(value)) {
    if (SECRET.test(key)) {
      throw new BadInput(`outright.yaml holds a secret at ${path}${key}.`, { code: 'secret-in-config', rule: 'SEC-02', fix: 'Put it into the environment or a file, and name that with passwordEnv or passwordFile.' });
    }
    refuseInlineSecrets(inner, `${path}${key}.`);
  }
}

/**
 * Reads outright.yaml. Every finding names the key; settings outside their bounds cite the decision (POL-05).
 * @throws BadInput `bad-config`, `secret-in-config` or `setting-out-of-bounds`
 */
export function parseInstallationConfig(text: string): InstallationConfig {
  let raw: unknown;
  try {
    raw = parse(text, { prettyErrors: true, maxAliasCount: 0 });
  } catch (error) {
    throw new BadInput(`outright.yaml is no valid YAML: ${error instanceof Error ? error.message.split('\n')[0] : 'unreadable'}.`, { code: 'bad-config', fix: 'Mend the line, or write a new file with `outright init`.' });
  }
  refuseInlineSecrets(raw, '');
  const result = schema.safeParse(raw);
  if (!result.success) {
    const findings = result.error.issues.map((issue) => ({ key: issue.path.join('.') || '(file)', problem: issue.message }));
    throw new BadInput(`outright.yaml: ${findings.map(({ key, problem }) => `${key}: ${problem}`).join('; ')}.`, { code: 'bad-config', fix: 'Compare with the comments that `outright init` writes.', findings });
  }
  const config = { ...result.data, settings: validateSettings(result.data.settings) };
  for (const [id, { smtp }] of Object.entries(config.senders)) {
    if (smtp !== undefined && !Object.hasOwn(config.smtp, smtp)) {
      throw new BadInput(`outright.yaml: senders.${id}.smtp names the account ${smtp}, which is not under smtp.`, { code: 'bad-config', fix: `Add smtp.${smtp}, or name one of: ${Object.keys(config.smtp).join(', ') || '(none)'}.` });
    }
  }
  if ((config.engine === 'distributed') !== (config.distributed !== undefined)) {
    throw new BadInput(`outright.yaml: engine is ${config.engine}, ${config.distributed === undefined ? 'but no services are named under distributed' : 'yet services are named under distributed'}.`, {
      code: 'bad-config', fix: 'Say `engine: distributed` and name mongo, vault, redis and kafka under `distributed`, or leave out both.',
    });
  }
  return config;
}
