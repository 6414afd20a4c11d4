/** The steps of one handover, in order. TLS and AUTH belong to `ehlo`, an implicit TLS handshake to `connect`. */
export type SmtpPhase = 'connect' | 'greeting' | 'ehlo' | 'mail' | 'rcpt' | 'data' | 'body' | 'final-dot' | 'reply';

export interface OutgoingMessage {
  /** Opaque, `[A-Za-z0-9_-]`, at most 128 characters. */
  readonly dispatchId: string;
  /** Reverse-path; empty for the null sender. */
  readonly envelopeFrom: string;
  readonly envelopeTo: string;
  /** The message with CRLF line ends, 7bit or 8bit, not dot-stuffed. It must not change while it is being sent. */
  readonly raw: Uint8Array;
  /** Opaque, same alphabet as `dispatchId`. */
  readonly campaign?: string;
}

export interface SendGuards {
  /** Asked synchronously before MAIL, and again right before the final dot is written, in the same tick as that write. */
  mayContinue(at: 'mail' | 'final-dot'): { ok: true } | { ok: false; reason: 'cancelled' | 'expired' };
  /** Told when a phase begins; `mail` and `final-dot` are told before the guard is asked. */
  onPhase?(phase: SmtpPhase): void;
}

export interface HandedOff {
  readonly kind: 'handed-off';
  readonly code: number;
  /** RFC 3463 status, `2.0.0`. */
  readonly enhanced?: string;
  /** Text of the server; it can name a person, so seal it before it is stored. */
  readonly reply: string;
}

export interface NotSent {
  readonly kind: 'not-sent';
  /** Where it ended. A phase before `mail` speaks of the server or the account, never of the recipient. */
  readonly phase: SmtpPhase;
  readonly reason: 'cancelled' | 'expired' | 'refused' | 'connection' | 'timeout' | 'tls';
  /** Absent where no reply of the server caused it. */
  readonly code?: number;
  readonly enhanced?: string;
  /** Text of the server, or a short cause of ours. The first can name a person, so seal it before it is stored. */
  readonly reply?: string;
  /** False where the same message over the same settings would fail again. `cancelled` and `expired` are always true: only the caller knows. */
  readonly temporary: boolean;
}

/** The final dot was written and no readable reply came: the message may or may not have been accepted. */
export interface HandoverUnknown {
  readonly kind: 'unknown';
  /** `final-dot`: part of the dot was still in this process; `reply`: the network had all of it. */
  readonly phase: 'final-dot' | 'reply';
  readonly reason: string;
}

export type SendOutcome = HandedOff | NotSent | HandoverUnknown;

export type VerifyResult =
  | { readonly ok: true; readonly secure: boolean; readonly extensions: readonly string[] }
  | { readonly ok: false; readonly failure: NotSent };

export interface MailConnection {
  /**
   * Hands one message over. Network and server conditions are outcomes, never errors.
   * @throws BadInput before any byte leaves, for an envelope or a body that no server may be given
   * @throws OutrightError `mail-connection-busy` while another send of this connection is open
   */
  send(message: OutgoingMessage, guards: SendGuards): Promise<SendOutcome>;
  /** Destroys the socket now. An open send resolves as `unknown` after the dot and as `not-sent` before; the next send reopens. */
  destroy(): void;
  /** Waits for an open send, then ends the session politely. Later sends resolve as `not-sent`. */
  close(): Promise<void>;
}

export interface MailTransport {
  readonly kind: 'smtp' | 'eml-folder';
  /** One connection per caller; it opens lazily and reopens after a broken session. */
  connection(): MailConnection;
  /** Tries everything up to the first MAIL, without a message. */
  verify(): Promise<VerifyResult>;
  /** Removes the kept copy of one message, if this transport keeps any. */
  removeMessage?(dispatchId: string, campaign?: string): Promise<void>;
  /** Removes what is older than the retention of kept messages; returns how many files went. */
  sweep?(now: Date): Promise<number>;
  /** Closes every connection given out. */
  close(): Promise<void>;
}
