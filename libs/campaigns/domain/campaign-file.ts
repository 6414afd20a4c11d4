import { createHash } from 'node:crypto';
import { z } from 'zod';
import { country, id, instant, pace, recipientType } from '#contracts/fields';
import { BadInput } from '#kernel/errors';
import { canonicalDomain } from '#kernel/address/domain-name';

const slug = z.string().max(64).regex(/^[a-z0-9]+(-[a-z0-9]+)*$/, 'small letters, digits and inner hyphens');
const fileName = z.string().min(1).max(255);

const domain = z.string().max(253).transform((raw, context) => {
  try {
    return canonicalDomain(raw);
  } catch {
    context.addIssue({ code: 'custom', message: 'no domain name' });
    return z.NEVER;
  }
});

/** campaign.yaml, version 1, as pinned in the surfaces. The two template files are read by whoever holds them and sent along. */
export const campaignFile = z.strictObject({
  version: z.literal(1),
  name: slug,
  sender: id,
  purpose: z.literal('outreach'),
  lia: id.optional(),
  relevance: z.string().min(1).max(500).optional(),
  template: z.strictObject({ language: z.string().regex(/^[a-z]{2,3}$/), subject: z.string().min(1), text: fileName, html: fileName }),
  audience: z.strictObject({
    imports: z.array(slug).min(1),
    country: z.array(country).min(1).optional(),
    recipientType: z.array(recipientType).min(1).optional(),
    excludeDomains: z.array(domain).optional(),
    limit: z.number().int().positive().optional(),
  }),
  pace,
  start: z.union([z.literal('now'), z.iso.datetime({ offset: true })]).default('now'),
});
export type CampaignFile = z.infer<typeof campaignFile>;

/** What a client sends: the text of campaign.yaml and of the two template files it names. */
export const campaignRequest = z.strictObject({
  file: z.string().min(1).max(64 * 1024),
  text: z.string().min(1).max(256 * 1024),
  html: z.string().min(1).max(256 * 1024),
});
export type CampaignRequest = z.infer<typeof campaignRequest>;

/** @throws BadInput `campaign-file-invalid` naming every key that is wrong, unknown or missing */
export function parseCampaignFile(document: unknown): CampaignFile {
  const result = campaignFile.safeParse(document);
  if (result.success) return result.data;
  const findings = result.error.issues.flatMap((issue) =>
    issue.code === 'unrecognized_keys'
      ? issue.keys.map((key) => ({ field: [...issue.path, key].join('.'), problem: 'is no key of campaign.yaml' }))
      : [{ field: issue.path.join('.') || '(file)', problem: issue.message }]);
  const [first] = findings;
  throw new BadInput(`campaign.yaml: ${first?.field ?? '(file)'}: ${first?.problem ?? 'not readable'}${findings.length > 1 ? `, and ${findings.length - 1} more` : ''}.`, {
    code: 'campaign-file-invalid', fix: 'Correct the named keys; the reference of campaign.yaml lists all of them.', findings,
  });
}

/** Lower-case hex SHA-256 over the file and both template files; fixes what was launched. */
export function campaignFileHash({ file, text, html }: CampaignRequest): string {
  return createHash('sha256').update(JSON.stringify(['outright-campaign-1', file, text, html])).digest('hex');
}

/** The id follows from the name, so that a name can be taken only once. */
export function campaignIdOf(tenantId: string, name: string): string {
  return `campaign-${createHash('sha256').update(JSON.stringify(['outright-campaign-id-1', tenantId, name])).digest('hex').slice(0, 32)}`;
}

/** The first instant of sending, ISO 8601 in UTC. */
export function startOf(file: CampaignFile, now: Date): string {
  return instant.parse((file.start === 'now' ? now : new Date(file.start)).toISOString());
}
