import { BadInput } from '#kernel/errors';
import { identityFindings } from './checks/sender-identity.check.js';
import type { ControllerIdentity } from './controller-identity.js';
import { englishNotice } from './languages/en.notice.js';
import type { NoticeLanguage } from './languages/notice-language.js';
import { legalLanguage } from './languages/legal-languages.js';
import type { NoticeFacts, NoticeSection } from './privacy-notice-facts.js';
import { addressLine, postalAddressFindings } from './postal-address.js';

export type { NoticeFacts, NoticeRecipient, NoticeSection, NoticeSectionId } from './privacy-notice-facts.js';
export { NOTICE_SECTIONS } from './privacy-notice-facts.js';

export interface PrivacyNotice {
  readonly language: string;
  readonly version: string;
  readonly effectiveOn: string;
  readonly title: string;
  readonly sections: readonly NoticeSection[];
}

const notices: ReadonlyMap<string, NoticeLanguage> = new Map([[englishNotice.code, englishNotice]]);

/**
 * The full notice of GDPR 14(1)-(2) for the `/privacy` page, as plain text pieces that the page escapes. The right to object
 * is a section of its own near the top (GDPR 21(4)). LAW-02, LAW-05, ROL-07.
 * @throws BadInput `identity-incomplete` (ROL-07), `legal-interest-missing` (LAW-02), `transfer-safeguard-missing` (D18), `legal-language-missing`.
 */
export function buildPrivacyNotice(language: string, identity: ControllerIdentity, facts: NoticeFacts): PrivacyNotice {
  const legal = legalLanguage(language);
  const words = notices.get(legal.code) as NoticeLanguage;
  assertComplete(identity, facts);
  const address = addressLine(identity.postalAddress, legal.code);
  const sections = words.sections({ identity, address, facts, legal }).map((section) => ({ items: [], ...section }));
  return { language, version: facts.version, effectiveOn: facts.effectiveOn, title: words.title(identity.name), sections };
}

function assertComplete(identity: ControllerIdentity, facts: NoticeFacts): void {
  const findings = [...postalAddressFindings(identity.postalAddress), ...identityFindings(identity)];
  if (findings.length > 0) throw new BadInput('The identity record is not complete, so the notice cannot be published.', { code: 'identity-incomplete', rule: 'ROL-07', fix: findings[0]?.fix ?? '', findings });
  if (facts.purposes.length === 0) throw new BadInput('The notice names no purpose.', { code: 'notice-purpose-missing', rule: 'LAW-03', fix: 'Name at least one purpose with its legal basis.' });
  const silent = facts.purposes.some((one) => one.basis === 'legitimate_interest' && (one.interestText ?? '').trim() === '');
  if (silent) throw new BadInput('The notice lacks the legitimate interest it relies on.', { code: 'legal-interest-missing', rule: 'LAW-02', fix: 'Approve an assessment (lia) and give its interest text.' });
  const unsafe = facts.recipients.find((one) => !EEA.has(one.country) && (one.safeguard ?? '').trim() === '');
  if (unsafe !== undefined) throw new BadInput(`The recipient in ${unsafe.country} has no transfer mechanism.`, { code: 'transfer-safeguard-missing', rule: 'D18', fix: 'Record the mechanism (adequacy decision, standard clauses), or choose a recipient in the EEA.' });
}

/** Countries to which a transfer needs no mechanism: the EEA. */
export const EEA: ReadonlySet<string> = new Set('AT BE BG HR CY CZ DK EE FI FR DE GR HU IE IT LV LT LU MT NL PL PT RO SK SI ES SE IS LI NO'.split(' '));
