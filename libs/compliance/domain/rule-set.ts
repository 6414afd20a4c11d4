import { createHash } from 'node:crypto';
import { countryPacks } from './packs/pack-list.js';
import { EEA_LISTS } from './packs/regions.js';
import type { Rule, RuleInputs, Verdict } from './rule.js';
import { adIdentificationRule } from './rules/ad-identification.rule.js';
import { ageRule } from './rules/age.rule.js';
import { basisRule } from './rules/basis.rule.js';
import { basisSwapRule } from './rules/basis-swap.rule.js';
import { campaignRunningRule } from './rules/campaign-running.rule.js';
import { consentRule } from './rules/consent.rule.js';
import { contactKnownRule } from './rules/contact-known.rule.js';
import { controllerIdentityRule } from './rules/controller-identity.rule.js';
import { countryPackRule } from './rules/country-pack.rule.js';
import { erasureStartedRule } from './rules/erasure-started.rule.js';
import { expiryRule } from './rules/expiry.rule.js';
import { hardBounceRule } from './rules/hard-bounce.rule.js';
import { inferredAddressRule } from './rules/inferred-address.rule.js';
import { instantCoveredRule } from './rules/instant-covered.rule.js';
import { jurisdictionRule } from './rules/jurisdiction.rule.js';
import { keysRule } from './rules/keys.rule.js';
import { legalLanguageRule } from './rules/legal-language.rule.js';
import { liaRule } from './rules/lia.rule.js';
import { messageClassRule } from './rules/message-class.rule.js';
import { noticeRule } from './rules/notice.rule.js';
import { objectionRule } from './rules/objection.rule.js';
import { optOutRule } from './rules/opt-out.rule.js';
import { optOutRegimeRule } from './rules/opt-out-regime.rule.js';
import { policyVersionRule } from './rules/policy-version.rule.js';
import { postalAddressRule } from './rules/postal-address.rule.js';
import { quarantineRule } from './rules/quarantine.rule.js';
import { restrictionRule } from './rules/restriction.rule.js';
import { senderAuthenticationRule } from './rules/sender-authentication.rule.js';
import { senderEstablishmentRule } from './rules/sender-establishment.rule.js';
import { singleAuthorisationRule } from './rules/single-authorisation.rule.js';
import { softOptInRule } from './rules/soft-opt-in.rule.js';
import { sourceRecordedRule } from './rules/source-recorded.rule.js';
import { suppressionRule } from './rules/suppression.rule.js';
import { templateApprovedRule } from './rules/template-approved.rule.js';
import { tenantActiveRule } from './rules/tenant-active.rule.js';

/** Every rule of the gate, in the order in which reasons are told. */
export const rules: readonly Rule[] = [
  instantCoveredRule, tenantActiveRule, policyVersionRule, controllerIdentityRule, messageClassRule, campaignRunningRule, contactKnownRule,
  quarantineRule, erasureStartedRule, suppressionRule, optOutRule, objectionRule, restrictionRule, hardBounceRule, ageRule, expiryRule,
  sourceRecordedRule, inferredAddressRule, jurisdictionRule, basisRule, basisSwapRule, softOptInRule, liaRule, consentRule,
  optOutRegimeRule, senderEstablishmentRule, countryPackRule, noticeRule, templateApprovedRule, legalLanguageRule, adIdentificationRule,
  postalAddressRule, senderAuthenticationRule, keysRule, singleAuthorisationRule,
];

const digest = (value: unknown, length: number): string => createHash('sha256').update(JSON.stringify(value)).digest('hex').slice(0, length);

/** Version of a list of rules with the dated data they read: changes with any rule's id, version or date, any pack and the EEA list. */
export function versionOf(list: readonly Rule[]): string {
  return `rules-${digest([list.map(({ id, version, validFrom }) => [id, version, validFrom]), countryPacks, EEA_LISTS], 12)}`;
}

export const ruleSetVersion: string = versionOf(rules);

const listIds = new WeakMap<readonly Verdict[], string>();

const inputPairs = (inputs: RuleInputs | undefined) => Object.entries(inputs ?? {}).sort(([a], [b]) => (a < b ? -1 : 1));

/**
 * Id under which equal verdict lists are interned: 24 hex digits of a SHA-256 over rule, version, outcome, reason and inputs, in order.
 * The same after a round trip through JSON; computed once per list object, which the gate shares between equal decisions.
 */
export function verdictListId(verdicts: readonly Verdict[]): string {
  const known = listIds.get(verdicts);
  if (known !== undefined) return known;
  const id = digest(verdicts.map((v) => [v.rule, v.version, v.outcome, v.reason ?? null, inputPairs(v.inputs)]), 24);
  if (Object.isFrozen(verdicts)) listIds.set(verdicts, id);
  return id;
}
