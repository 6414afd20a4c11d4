import type { NotSent, SmtpPhase } from './mail-transport.port.js';
import { enhancedStatus, replyText, type SmtpReply } from './smtp-reply.js';

/** Why a session ended. `detail` is an error code or a fixed word, never text of the peer. */
export interface WireFault {
  readonly cause: 'connection' | 'timeout' | 'tls' | 'protocol' | 'destroyed';
  readonly detail: string;
  /** The same settings would fail again, as with a certificate that is not trusted. */
  readonly lasting?: boolean;
}

/** The server answered no. */
export function refusedBy(phase: SmtpPhase, reply: SmtpReply): NotSent {
  const enhanced = enhancedStatus(reply);
  return { kind: 'not-sent', phase, reason: 'refused', code: reply.code, ...(enhanced === undefined ? {} : { enhanced }), reply: replyText(reply), temporary: reply.code < 500 };
}

/** We know without asking that the server cannot take it. */
export function cannotBeSent(phase: SmtpPhase, enhanced: string, why: string): NotSent {
  return { kind: 'not-sent', phase, reason: 'refused', enhanced, reply: why, temporary: false };
}

/** The session ended before the final dot was written. */
export function endedBefore(phase: SmtpPhase, fault: WireFault): NotSent {
  const reason = fault.cause === 'destroyed' ? 'cancelled' : fault.cause === 'protocol' ? 'connection' : fault.cause;
  return { kind: 'not-sent', phase, reason, reply: fault.detail, temporary: fault.lasting !== true };
}
