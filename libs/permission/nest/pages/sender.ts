import { escapeHtml } from './layout.js';

/** Who mails, as the pages name it. */
export interface PageSender {
  readonly name: string;
  readonly privacyContact: string | undefined;
}

/** What stops and what does not need doing; the same words before and after (OPT-07). */
export function whatStops({ name }: PageSender): string {
  return `<p>All marketing from <strong>${escapeHtml(name)}</strong> stops: every campaign, on every email address and phone number of yours that it holds.</p>`;
}

export function contactLine({ privacyContact }: PageSender): string {
  return privacyContact === undefined ? '' : `<p>Questions? Write to ${escapeHtml(privacyContact)}.</p>`;
}
