import type { SenderView } from '#contracts/api/tenancy';
import { isWithinDomain } from '#kernel/address/domain-name';
import type { ContentFinding } from './content/content-finding.js';

const CLAUSE = '15 USC 7704(a)(1)';

/** What forbids sending in this sender's name (SND-05). */
export function senderFindings(senderId: string, sender: SenderView | undefined): ContentFinding[] {
  const found = (id: string, message: string, fix: string): ContentFinding => ({ id, severity: 'error', rule: 'SND-05', clause: CLAUSE, message, fix, where: { part: 'headers' } });
  if (sender === undefined) return [found('sender-unknown', `There is no sender ${senderId}.`, 'Add it with `outright sender add`, or name another in the campaign.')];
  const findings: ContentFinding[] = [];
  if (sender.fromName.trim() === '') findings.push(found('sender-name-missing', 'The sender has no display name.', 'Give the sender the name under which the company is known.'));
  if (!sender.replyToAttested) findings.push(found('reply-to-unattested', 'Nobody has attested that replies to this sender are read.', 'Set replyToAttested once the mailbox is read.'));
  if (sender.verifiedBy === undefined) findings.push(found('sender-domain-unverified', 'The domain of the sender is not proven to be ours.', 'Publish the DKIM record and run `outright sender verify`.'));
  const domain = sender.fromAddress.slice(sender.fromAddress.lastIndexOf('@') + 1).toLowerCase();
  if (sender.dkim !== undefined && !isWithinDomain(domain, sender.dkim.domain.toLowerCase())) {
    findings.push(found('dkim-not-aligned', 'The DKIM domain of the sender is not the domain of its From address.', 'Use a key of the From domain, or of the domain above it.'));
  }
  return findings;
}
