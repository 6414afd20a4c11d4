import type { CampaignView, TemplateSource } from '#contracts/api/campaign-reader';
import type { ContactForSending } from '#contracts/api/dispatch-gate';
import type { LiaView, SenderView, Tenancy } from '#contracts/api/tenancy';
import type { EventText } from '#engine/event-store/event-store.port';
import type { Sent } from '../message-sender.js';

/** What a message needs of the tenant, as it stands now; sent again whenever any of it changes. */
export interface TenantSnapshot {
  readonly tenantId: string;
  readonly policyVersion: string;
  readonly identity: ReturnType<Tenancy['identity']>;
  readonly sender: SenderView | undefined;
  readonly dkimKey: string | undefined;
  readonly lia: LiaView | undefined;
  readonly settings: Readonly<Record<string, string | number | boolean>>;
}

/** Everything that messages of one campaign have in common; a later one of the same campaign replaces it. */
export interface Common {
  readonly campaign: CampaignView;
  readonly template: TemplateSource;
  readonly tenant: TenantSnapshot;
}

/** All that one message is composed from. */
export interface Materials {
  readonly connection: number;
  readonly campaignId: string;
  readonly dispatchId: string;
  /** Instant, milliseconds. */
  readonly at: number;
  readonly contact: ContactForSending;
  /** Data keys by id, for this message only. */
  readonly keys: readonly (readonly [kid: string, key: Uint8Array])[];
  /** The person's own stream: the notice names where the data came from. */
  readonly sources: readonly EventText[];
}

export interface SendOrder extends Materials {
  readonly kind: 'send';
  readonly seq: number;
  /** Milliseconds of the machine's monotonic clock, which all threads share. */
  readonly deadline: number;
}

/** To be composed and kept, instead of what the connection had kept before. */
export interface PrepareOrder extends Materials {
  readonly kind: 'prepare';
}

/** What is prepared may leave. */
export type GoOrder = Pick<SendOrder, 'seq' | 'connection' | 'campaignId' | 'dispatchId' | 'deadline'> & { readonly kind: 'go' };

export type ToThread =
  | { readonly kind: 'common'; readonly common: Common }
  | SendOrder
  | PrepareOrder
  | GoOrder
  | { readonly kind: 'forget'; readonly connection: number }
  | { readonly kind: 'destroy' | 'close'; readonly seq: number; readonly connection: number }
  /** `ping` asks for nothing but an answer. */
  | { readonly kind: 'end' | 'ping'; readonly seq: number };

export interface FromThread {
  readonly seq: number;
  /** Of a `send`, and of a `go` if the message was still there. */
  readonly sent?: Sent;
}

/** What the thread is started with. `setup` belongs to the composition and is not looked at here. */
export interface ThreadData<Setup = unknown> {
  readonly cells: Int32Array;
  readonly secrets: Readonly<Record<string, { readonly version: number; readonly key: Uint8Array; readonly older: ReadonlyMap<number, Uint8Array> }>>;
  readonly setup: Setup;
}

/** Secrets that composing needs. */
export const THREAD_SECRETS = ['suppression-pepper', 'unsubscribe-token'] as const;

/** Milliseconds of the machine's monotonic clock. */
export function machineMillis(): number {
  return Number(process.hrtime.bigint() / 1000n) / 1000;
}
