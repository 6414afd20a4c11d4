import { z } from 'zod';
import { counts, pace, verdict } from '#contracts/fields';
import { contentFinding } from './finding.answers.js';

const state = z.enum(['running', 'paused', 'cancelled', 'finished']);

export const listedCampaign = z.strictObject({
  campaignId: z.string(), name: z.string(), state, launchedAt: z.iso.datetime(), audienceSize: z.number().int(), senderId: z.string(), templateVersion: z.string(),
  liaId: z.string().optional(), pauseReason: z.string().optional(),
  counts: counts.describe('Dispatches by status'),
}).meta({ id: 'CampaignInList' });

export const campaign = z.strictObject({
  campaignId: z.string(), name: z.string(), state, fileHash: z.string(), language: z.string(), liaId: z.string().optional(), relevance: z.string().optional(),
  templateVersion: z.string(), senderId: z.string(), senderVersion: z.number().int(), identityVersion: z.number().int(), policyVersion: z.string(), pace,
  startAt: z.iso.datetime(), launchedAt: z.iso.datetime(), audienceSize: z.number().int(), pauseReason: z.string().optional(),
  counts: counts.describe('Dispatches by status'),
  notYetDecided: z.number().int(),
  sending: z.strictObject({
    waitingFor: z.enum(['start', 'pace', 'retry', 'smtp-unreachable']).optional(), until: z.iso.datetime().optional(), left: z.number().int(),
  }).optional().describe('Missing where this process does not send it'),
  fault: z.string().optional().describe('Why nothing is sent at all; a code'),
}).meta({ id: 'Campaign' });

export const campaignCheck = z.strictObject({
  campaignId: z.string(), name: z.string(), findings: z.array(contentFinding),
  launchable: z.boolean().describe('Whether a launch would be accepted, overrides apart'),
  forecast: z.strictObject({
    audience: z.number().int(), eligible: z.number().int(), refused: z.number().int(),
    refusals: z.array(z.strictObject({ reason: z.string(), count: z.number().int(), rule: z.string(), fix: z.string() })),
    finishesAt: z.iso.datetime().optional(), lateNotices: z.number().int(),
  }),
  fields: z.strictObject({ rows: z.number().int(), rowsLacking: z.number().int(), lacking: counts, fallbacks: counts }),
}).meta({ id: 'CampaignCheck' });

export const launchedCampaign = campaign.extend({ launched: z.enum(['now', 'before']), check: campaignCheck.optional() }).meta({ id: 'LaunchedCampaign' });

export const testSend = z.strictObject({
  campaignId: z.string(), testId: z.string(),
  sent: z.array(z.strictObject({ recipientNumber: z.number().int().describe('Place in outright.yaml, from 1'), outcome: z.string() })),
  findings: z.array(contentFinding), verdicts: z.array(verdict),
}).meta({ id: 'TestSend' });

export const dispatch = z.strictObject({
  dispatchId: z.string(), contactId: z.string(), campaignId: z.string(),
  status: z.enum(['authorised', 'refused', 'handed_off', 'failed', 'unknown', 'cancelled', 'resolved_delivered', 'resolved_not_delivered']),
  at: z.iso.datetime(), attempt: z.number().int(), reasons: z.array(z.string()).optional(), verdictsRef: z.string().optional(), temporary: z.boolean().optional(),
  phase: z.string().optional(), reason: z.string().optional(), authorisedAt: z.iso.datetime().optional(),
  afterOptOut: z.boolean().optional().describe('The hand-off was recorded after an opt-out of the contact'),
}).meta({ id: 'Dispatch' });
