import type { z } from 'zod';
import type { identity } from '#contracts/fields';

export type ControllerIdentity = z.infer<typeof identity>;

export interface SenderView {
  readonly senderId: string;
  readonly version: number;
  readonly fromName: string;
  readonly fromAddress: string;
  readonly replyTo: string | undefined;
  readonly replyToAttested: boolean;
  readonly dkim: { readonly domain: string; readonly selector: string } | undefined;
  /** Our key was found at the selector (SND-05), and how. */
  readonly verifiedBy: 'dns' | 'zone_file' | undefined;
}

export interface LiaView {
  readonly liaId: string;
  readonly interest: string;
  readonly recordedAt: string;
  readonly approvedAt: string | undefined;
}

/** What other contexts read of the tenant: always from the log, at the newest version. */
export interface Tenancy {
  readonly tenantId: string;
  policyVersion(): string;
  setting<T extends string | number | boolean>(key: string): T;
  identity(): { version: number; identity: ControllerIdentity; publicUrl: string } | undefined;
  sender(senderId: string): SenderView | undefined;
  /** DKIM private key in PEM, from the configured file. */
  dkimKey(senderId: string): string | undefined;
  lia(liaId: string): LiaView | undefined;
}
