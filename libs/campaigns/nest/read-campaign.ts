import { parse, YAMLParseError } from 'yaml';
import { BadInput } from '#kernel/errors';
import { campaignFileHash, parseCampaignFile, type CampaignFile, type CampaignRequest } from '../domain/campaign-file.js';
import type { TemplateSource } from '../domain/content/template-source.js';

export interface CampaignInput {
  readonly file: CampaignFile;
  readonly hash: string;
  readonly template: TemplateSource;
}

/** @throws BadInput `campaign-file-unreadable` with the line, or `campaign-file-invalid` with every wrong key */
export function readCampaign(request: CampaignRequest): CampaignInput {
  const file = parseCampaignFile(document(request.file));
  const { language, subject } = file.template;
  return { file, hash: campaignFileHash(request), template: { language, subject, text: request.text, html: request.html } };
}

function document(text: string): unknown {
  try {
    return parse(text, { maxAliasCount: 0, strict: true, uniqueKeys: true });
  } catch (error) {
    const line = error instanceof YAMLParseError ? error.linePos?.[0].line : undefined;
    throw new BadInput(`campaign.yaml cannot be read${line === undefined ? '' : `, line ${line}`}.`, { code: 'campaign-file-unreadable', fix: 'Correct the YAML; see the reference of campaign.yaml.' });
  }
}
