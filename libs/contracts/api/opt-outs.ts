import type { Actor } from '#kernel/envelope';
import type { AddressForms } from '#engine/contact-registry/contact-registry.port';

/** RecordOptOut, the one command that every channel ends in (OPT-02). */
export class RecordOptOut {
  constructor(
    readonly request: {
      readonly forms: AddressForms;
      readonly channel: 'link' | 'one_click' | 'page' | 'reply' | 'phone' | 'post' | 'email';
      /** A withdrawn consent stops marketing like an opt-out, and is recorded as what it is (CON-03). */
      readonly kind: 'opt_out' | 'objection' | 'consent_withdrawal';
      /** Earliest receipt on any channel; the 72 hours count from here. */
      readonly receivedAt: Date;
      readonly actor: Actor;
      readonly dispatchId?: string;
      /** Version of the suppression pepper behind `forms`, from an old token; default the newest. */
      readonly keyVersion?: number;
    },
  ) {}
}

export interface OptOutReceipt {
  readonly receivedAt: Date;
  readonly erasureDueAt: Date;
}
