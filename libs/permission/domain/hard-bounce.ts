/** Status codes of class 5.1 that speak of the sender's own address (RFC 3463 section 3.2, X.1.7 and X.1.8). */
const ABOUT_SENDER = new Set(['5.1.7', '5.1.8']);
const BEFORE_RECIPIENT = new Set(['connect', 'greeting', 'ehlo', 'mail']);
const MAILBOX_GONE = /^5\.(?:1\.\d{1,3}|2\.1)$/;

/** Whether a permanent failure says that the mailbox does not exist or is disabled (SND-16): `5.1.x` or `5.2.1`, said about the recipient. */
export function blamesRecipient(enhanced: string, phase?: string): boolean {
  return MAILBOX_GONE.test(enhanced) && !ABOUT_SENDER.has(enhanced) && !(phase !== undefined && BEFORE_RECIPIENT.has(phase));
}
