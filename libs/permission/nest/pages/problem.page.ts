import { page } from './layout.js';
import { contactLine, type PageSender } from './sender.js';

/** The wish could not be made durable, so it must not look as if it was (OPT-17). */
export function notStoredPage(sender: PageSender): string {
  return page('Your wish could not be stored', `<p>Something is wrong on our side and nothing was changed. Please try again in a few minutes: reload this page or use the link again.</p>
${contactLine(sender)}`);
}

export function tooManyPage(sender: PageSender): string {
  return page('Please wait a moment', `<p>Too many requests came from your connection. Please try again in a minute. The unsubscribe link in a message always works.</p>
${contactLine(sender)}`);
}
