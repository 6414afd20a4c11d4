import type { DispatchContext } from '#contracts/api/dispatch-gate';
import type { CampaignView } from '#contracts/api/campaign-reader';
import type { ControllerIdentity, Tenancy } from '#contracts/api/tenancy';
import { postalAddressFindings } from '../domain/content/postal-address.js';
import { contentIdentity } from './campaign-content.service.js';

export type ContextOf = Pick<CampaignView, 'campaignId' | 'language' | 'liaId' | 'relevance' | 'templateVersion' | 'senderId'> & {
  readonly state: DispatchContext['campaign']['state'];
  readonly templateApproved: boolean;
};

const addresses = new WeakMap<ControllerIdentity, boolean>();

/**
 * What the gate is told besides the contact: the campaign as its stream has it, the tenant as it stands now. With `at`, what was
 * approved only later counts as missing.
 */
export function dispatchContextOf(campaign: ContextOf, tenancy: Tenancy, at?: Date): DispatchContext {
  const { campaignId, state, language, relevance, liaId, templateVersion, templateApproved, senderId } = campaign;
  const recorded = tenancy.identity();
  const sender = tenancy.sender(senderId);
  const lia = liaId === undefined ? undefined : tenancy.lia(liaId);
  const policyVersion = tenancy.policyVersion();
  const approvedAt = lia?.approvedAt === undefined ? undefined : new Date(lia.approvedAt);
  return {
    campaignId,
    policyVersion,
    tenant: {
      active: true, establishment: recorded?.identity.establishmentCountry ?? '', policyVersion, identityVersion: recorded?.version,
      postalAddressValid: recorded !== undefined && addressIsValid(recorded.identity),
    },
    campaign: {
      id: campaignId, state, purpose: 'outreach', messageClass: 'commercial', language, relevance, liaId, templateVersion, templateApproved,
      // The legal block is part of every message and identifies it as advertising (SND-03).
      adIdentification: true,
    },
    sender: sender === undefined ? undefined : {
      id: sender.senderId, version: sender.version, domainVerified: sender.verifiedBy !== undefined,
      displayNameRegistered: sender.fromName.trim() !== '', replyToAttested: sender.replyToAttested,
    },
    lia: lia === undefined ? undefined : { id: lia.liaId, approvedAt: at !== undefined && approvedAt !== undefined && approvedAt > at ? undefined : approvedAt },
  };
}

function addressIsValid(identity: ControllerIdentity): boolean {
  let valid = addresses.get(identity);
  if (valid === undefined) {
    valid = postalAddressFindings(contentIdentity(identity).postalAddress).length === 0;
    addresses.set(identity, valid);
  }
  return valid;
}
