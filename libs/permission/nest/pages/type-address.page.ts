import { escapeHtml, page, readableInstant } from './layout.js';
import { contactLine, type PageSender } from './sender.js';

const form = (action: string): string => `<form method="post" action="${escapeHtml(action)}">
<label for="address">Your email address</label>
<input id="address" name="address" type="email" inputmode="email" autocomplete="email" autocapitalize="none" spellcheck="false" maxlength="320" required>
<button type="submit">Stop all mail to this address</button>
</form>`;

/** One page, one field (OPT-08). `action` is where the form goes, relative to the page. */
export function typeAddressPage(sender: PageSender, action: string, linkWasBad: boolean): string {
  const reason = linkWasBad ? '<p>This link is damaged or incomplete, so it does not say whose address it was sent to.</p>\n' : '';
  return page('Stop all mail', `${reason}<p>Type your address to stop all marketing mail from <strong>${escapeHtml(sender.name)}</strong>. You need no account and give no reason.</p>
${form(action)}
${contactLine(sender)}`);
}

/** The one answer to every typed text, whoever it belongs to (OPT-07). */
export function addressTypedPage(sender: PageSender, action: string, deletedBy: Date): string {
  return page('All marketing mail to this address is stopped', `<p><strong>${escapeHtml(sender.name)}</strong> sends no more marketing to the address that you typed. If it held data about you for marketing, that data is deleted by <strong>${readableInstant(deletedBy)}</strong>.</p>
<p>You need to do nothing more, and no email will confirm this. If you may have mistyped it, or have another address, type it here:</p>
${form(action)}
${contactLine(sender)}`);
}

/** For a text that is no address at all; it says nothing of whom we know. */
export function unreadableAddressPage(sender: PageSender, action: string): string {
  return page('That could not be read', `<p>What was typed is no email address, so nothing was stopped. Type one address, like <em>name@company.example</em>:</p>
${form(action)}
${contactLine(sender)}`);
}
