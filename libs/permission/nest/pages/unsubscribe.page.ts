import { escapeHtml, page, readableInstant } from './layout.js';
import { contactLine, type PageSender, whatStops } from './sender.js';

/** Asks for one press of a button. The form goes back to the page's own address; nothing is submitted by itself (OPT-05, OPT-06). */
export function unsubscribePage(sender: PageSender, deletedBy: Date): string {
  return page('Unsubscribe', `${whatStops(sender)}
<p>If you confirm now, the data held about you for marketing is deleted by <strong>${readableInstant(deletedBy)}</strong>. You need no account and give no reason.</p>
<form method="post">
<input type="hidden" name="choice" value="everything">
<button type="submit">Stop all marketing from ${escapeHtml(sender.name)}</button>
</form>
${contactLine(sender)}`);
}

/** The same for everyone: known, erased and already unsubscribed recipients (OPT-07). It is the only confirmation (OPT-15). */
export function unsubscribedPage(sender: PageSender, deletedBy: Date): string {
  return page('You are unsubscribed', `${whatStops(sender)}
<p>It has been stopped now. The data held about you for marketing is deleted by <strong>${readableInstant(deletedBy)}</strong>. Only a coded entry stays that keeps you off future mailings.</p>
<p>You need to do nothing more, and no email will confirm this.</p>
${contactLine(sender)}`);
}

/** For the link in a test message: it shows how the page works and changes nothing. */
export function testLinkPage(sender: PageSender): string {
  return page('This is a test link', `<p>It came with a test message of <strong>${escapeHtml(sender.name)}</strong>. In a real message this page stops all marketing. Nothing was changed.</p>
${contactLine(sender)}`);
}
