import type { Actor } from '#kernel/envelope';
import type { ContentFinding } from '../domain/content/content-finding.js';
import { legalLanguage } from '../domain/content/languages/legal-languages.js';
import { classify } from '../domain/content/message-class.js';
import type { TemplateSource } from '../domain/content/template-source.js';
import { normaliseLines, templateVersion } from '../domain/content/template-version.js';
import type { CampaignStreams } from './campaign-streams.js';

/**
 * Writes a template version into its own stream, once for ever: equal content has the same version (SND-19). Durable when answered, and
 * true for the call that wrote it.
 * @param findings what the checks found and did not forbid
 */
export async function recordTemplate(streams: CampaignStreams, template: TemplateSource, findings: readonly ContentFinding[], actor: Actor): Promise<boolean> {
  const version = templateVersion(template);
  const { language, subject, text, html } = template;
  const { class: messageClass, reason, criteria } = classify(template);
  const { status } = await streams.log.append({
    streamId: `template-${version}`, expected: 0, commitId: `template:${version}`, meta: streams.meta(actor),
    events: [{
      type: 'TemplateRecorded',
      data: {
        templateVersion: version, language, subject: normaliseLines(subject), text: normaliseLines(text), html: normaliseLines(html), legalVersion: legalLanguage(language).version,
        messageClass, criteria: [reason, ...Object.entries(criteria).map(([name, value]) => `${name}: ${value}`)], findings: findings.map(({ id }) => id),
      },
    }],
  });
  return status === 'appended';
}
