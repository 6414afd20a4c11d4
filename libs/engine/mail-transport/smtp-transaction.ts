import type { NotSent, OutgoingMessage, SendGuards, SendOutcome, SmtpPhase } from './mail-transport.port.js';
import type { SmtpBody } from './smtp-body.js';
import type { SmtpTimeouts } from './smtp-options.js';
import { endedBefore, refusedBy, type WireFault } from './smtp-outcome.js';
import { enhancedStatus, replyText, type SmtpReply } from './smtp-reply.js';
import type { SmtpWire } from './smtp-wire.js';

/** Up to here body and dot leave in one write; beyond, the dot waits until the body has left this process. Also the step of the body timeout. Octets. */
const BLOCK = 64 * 1024;

export interface TransactionPlan {
  readonly message: OutgoingMessage;
  readonly body: SmtpBody;
  /** ` SIZE=… BODY=…`, with its leading blank, or empty. */
  readonly mailParameters: string;
  readonly pipelining: boolean;
  /** The transaction before this one was refused half-way: RSET first. */
  readonly reset: boolean;
  readonly timeouts: SmtpTimeouts;
}

export interface TransactionEnd {
  readonly outcome: SendOutcome;
  /** The session was already gone before its first answer: nothing of this message was heard. */
  readonly unheard: boolean;
  readonly needsReset: boolean;
}

type Step = 'rset' | SmtpPhase;

/**
 * One message over an open session, from MAIL to the reply of the final dot, driven by replies alone.
 * Whatever ends it before the dot is `not-sent`; after the dot only a reply makes it known.
 */
export class SmtpTransaction {
  #step: Step = 'mail';
  #heard = false;
  #refusal: NotSent | undefined;
  #settle!: (end: TransactionEnd) => void;
  #fail!: (error: unknown) => void;

  constructor(private readonly wire: SmtpWire, private readonly plan: TransactionPlan, private readonly guards: SendGuards) {}

  run(): Promise<TransactionEnd> {
    return new Promise((resolve, reject) => {
      this.#settle = resolve;
      this.#fail = reject;
      this.wire.onReply = (reply) => this.#safely(() => this.#take(reply));
      this.wire.onDown = (fault) => this.#down(fault);
      this.#safely(() => this.#begin());
    });
  }

  #begin(): void {
    const { message: { envelopeFrom, envelopeTo }, mailParameters, pipelining, reset, timeouts } = this.plan;
    this.guards.onPhase?.('mail');
    if (this.wire.fault !== undefined) return;
    const verdict = this.guards.mayContinue('mail');
    if (!verdict.ok) return this.#end({ kind: 'not-sent', phase: 'mail', reason: verdict.reason, temporary: true }, reset);
    this.#step = reset ? 'rset' : 'mail';
    const mail = `${reset ? 'RSET\r\n' : ''}MAIL FROM:<${envelopeFrom}>${mailParameters}\r\n`;
    this.wire.arm(timeouts.mail);
    if (pipelining) this.wire.write(`${mail}RCPT TO:<${envelopeTo}>\r\nDATA\r\n`);
    else this.wire.write(reset ? 'RSET\r\n' : mail);
  }

  #take(reply: SmtpReply): void {
    const step = this.#step;
    if (reply.code === 421 && step !== 'reply') return this.#refuseAndLeave(reply);
    this.#heard = true;
    if (step === 'rset') {
      if (reply.code >= 300) return this.#refuseAndLeave(reply);
      this.#step = 'mail';
      if (!this.plan.pipelining) this.wire.write(`MAIL FROM:<${this.plan.message.envelopeFrom}>${this.plan.mailParameters}\r\n`);
    } else if (step === 'mail') this.#next(reply, 'rcpt', `RCPT TO:<${this.plan.message.envelopeTo}>\r\n`);
    else if (step === 'rcpt') this.#next(reply, 'data', 'DATA\r\n');
    else if (step === 'data') this.#data(reply);
    else if (step === 'reply') this.#replied(reply);
    else this.#refuseAndLeave(reply);
  }

  /** After MAIL or RCPT. Under PIPELINING the later commands are out already, so their replies are awaited even after a refusal. */
  #next(reply: SmtpReply, phase: 'rcpt' | 'data', command: string): void {
    if (reply.code >= 300 && reply.code < 400) return this.wire.end({ cause: 'protocol', detail: 'reply-unexpected' });
    if (reply.code >= 400) {
      this.#refusal ??= this.#refused(reply);
      if (!this.plan.pipelining) return this.#end(this.#refusal, true);
    }
    this.#step = phase;
    this.wire.arm(this.plan.timeouts[phase]);
    if (this.#refusal !== undefined) return;
    this.guards.onPhase?.(phase);
    if (!this.plan.pipelining && this.wire.fault === undefined) this.wire.write(command);
  }

  #data(reply: SmtpReply): void {
    if (reply.code === 354) {
      if (this.#refusal === undefined) return this.#body();
      this.#end(this.#refusal, false);
      return this.wire.end({ cause: 'protocol', detail: 'data-without-recipient' });
    }
    if (reply.code < 400) return this.wire.end({ cause: 'protocol', detail: 'reply-unexpected' });
    this.#end(this.#refusal ?? this.#refused(reply), true);
  }

  #body(): void {
    this.#step = 'body';
    this.guards.onPhase?.('body');
    if (this.wire.fault !== undefined) return;
    if (this.wire.hasInput) return this.wire.end({ cause: 'protocol', detail: 'reply-unasked' });
    const { stuffed } = this.plan.body;
    if (stuffed.length > BLOCK) return this.#block(0);
    this.wire.together(() => {
      this.wire.write(stuffed);
      this.#finalDot();
    });
    this.#awaitReply();
  }

  #block(from: number): void {
    if (this.#step !== 'body' || this.wire.fault !== undefined) return;
    const { stuffed } = this.plan.body;
    if (from >= stuffed.length) {
      this.#finalDot();
      return this.#awaitReply();
    }
    this.wire.arm(this.plan.timeouts.body);
    this.wire.write(stuffed.subarray(from, from + BLOCK), () => this.#safely(() => this.#block(from + BLOCK)));
  }

  #finalDot(): void {
    this.#step = 'final-dot';
    this.guards.onPhase?.('final-dot');
    if (this.wire.fault !== undefined) return;
    const verdict = this.guards.mayContinue('final-dot');
    if (!verdict.ok) {
      this.#end({ kind: 'not-sent', phase: 'final-dot', reason: verdict.reason, temporary: true }, false);
      return this.wire.end({ cause: 'destroyed', detail: verdict.reason });
    }
    if (this.wire.fault !== undefined) return;
    this.#step = 'reply';
    this.wire.arm(this.plan.timeouts.reply);
    this.wire.write(this.plan.body.finalDot);
  }

  #awaitReply(): void {
    if (this.#step === 'reply' && this.wire.fault === undefined) this.guards.onPhase?.('reply');
  }

  #replied(reply: SmtpReply): void {
    if (reply.code === 354) return this.wire.end({ cause: 'protocol', detail: 'reply-unexpected' });
    if (reply.code >= 300) this.#end(refusedBy('reply', reply), false);
    else {
      const enhanced = enhancedStatus(reply);
      this.#end({ kind: 'handed-off', code: reply.code, ...(enhanced === undefined ? {} : { enhanced }), reply: replyText(reply) }, false);
    }
    if (reply.code === 421) this.wire.end({ cause: 'connection', detail: 'server-closes' });
  }

  #refused(reply: SmtpReply): NotSent {
    const phase = this.#step === 'rset' ? 'mail' : this.#step;
    return reply.code < 400 ? endedBefore(phase, { cause: 'protocol', detail: 'reply-unexpected' }) : refusedBy(phase, reply);
  }

  #refuseAndLeave(reply: SmtpReply): void {
    this.#end(this.#refusal ?? this.#refused(reply), false);
    this.wire.end({ cause: 'connection', detail: 'server-closes' });
  }

  #down(fault: WireFault): void {
    if (this.#step === 'reply') return this.#end({ kind: 'unknown', phase: this.wire.unflushed > 0 ? 'final-dot' : 'reply', reason: fault.detail }, false);
    this.#end(this.#refusal ?? endedBefore(this.#step === 'rset' ? 'mail' : this.#step, fault), false, fault.cause === 'connection');
  }

  #end(outcome: SendOutcome, needsReset: boolean, lost = false): void {
    this.wire.disarm();
    this.wire.onReply = undefined;
    this.wire.onDown = undefined;
    const closing = outcome.kind === 'not-sent' && outcome.code === 421;
    this.#settle({ outcome, needsReset, unheard: !this.#heard && (lost || closing) });
  }

  /** A guard that throws stops the message; after the dot its error can change nothing. */
  #safely(step: () => void): void {
    try {
      step();
    } catch (error) {
      if (this.#step === 'reply') return;
      this.wire.onDown = undefined;
      this.wire.end({ cause: 'destroyed', detail: 'guard-threw' });
      this.#fail(error);
    }
  }
}
