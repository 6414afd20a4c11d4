import type { z } from 'zod';
import type { pace } from '#contracts/fields';
import type { Verdict } from '#compliance/domain/rule';
import type { DispatchContext } from './dispatch-gate.js';

export interface CampaignView {
  readonly campaignId: string;
  readonly name: string;
  readonly state: 'running' | 'paused' | 'cancelled' | 'finished';
  readonly fileHash: string;
  readonly language: string;
  readonly liaId: string | undefined;
  readonly relevance: string | undefined;
  readonly templateVersion: string;
  readonly senderId: string;
  readonly senderVersion: number;
  readonly identityVersion: number;
  readonly policyVersion: string;
  readonly pace: z.infer<typeof pace>;
  readonly startAt: string;
  readonly launchedAt: string;
  readonly audienceSize: number;
}

export interface TemplateSource {
  readonly templateVersion: string;
  readonly language: string;
  readonly subject: string;
  readonly text: string;
  readonly html: string;
}

/** What sending and auditing read of a campaign, always from its own stream. */
export interface CampaignReader {
  byId(campaignId: string): Promise<CampaignView | undefined>;
  byName(name: string): Promise<CampaignView | undefined>;
  /** Ids of campaigns that are running or paused. */
  open(): Promise<readonly string[]>;
  /** The frozen audience in order of sending. */
  audience(campaignId: string): Promise<readonly string[]>;
  template(templateVersion: string): Promise<TemplateSource | undefined>;
  /** Gate facts of the campaign as they stand now, or as they stood at an instant. */
  dispatchContext(campaignId: string, at?: Date): Promise<DispatchContext>;
  verdicts(campaignId: string, verdictsRef: string): Promise<{ ruleSetVersion: string; verdicts: readonly Verdict[] } | undefined>;
  /** Durable when answered; the same list is written once per campaign. */
  internVerdicts(campaignId: string, verdictsRef: string, ruleSetVersion: string, verdicts: readonly Verdict[]): Promise<void>;
  /** Records CampaignFinished or an automatic pause. */
  finish(campaignId: string, counts: Record<string, number>): Promise<void>;
  pause(campaignId: string, reason: string): Promise<void>;
}
