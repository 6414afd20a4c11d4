import type { KeyObject } from 'node:crypto';
import { OutrightError } from '#kernel/errors';
import { HmacSha256 } from '#kernel/hmac-sha256';
import { fromBase32, toBase32 } from './base32.js';

const DOMAIN = 'outright/dispatch-id/v1';
const ID_BYTES = 16;
/** By key: its blocks are made once. */
const known = new WeakMap<Uint8Array | KeyObject, HmacSha256>();
const SHAPE = /^[a-z2-7]{25}[aeimquy4]$/;

/**
 * The id of one dispatch: HMAC-SHA-256 under the campaign's secret key over the framed campaign and contact ids, its
 * first 128 bits as 26 characters of lower-case base32. The same campaign and contact always give the same id, so a
 * repeated job meets its own record (SND-10); nobody without the key can tell which contact an id stands for.
 * Throws `OutrightError` for a key shorter than 16 bytes.
 */
export function dispatchIdFor(campaignKey: Uint8Array | KeyObject, campaignId: string, contactId: string): string {
  const size = campaignKey instanceof Uint8Array ? campaignKey.byteLength : campaignKey.symmetricKeySize ?? 0;
  if (size < ID_BYTES) {
    throw new OutrightError('The campaign key is shorter than 16 bytes.', {
      code: 'weak-campaign-key', rule: 'SND-06', fix: 'Create the campaign key with at least 16 random bytes.',
    });
  }
  let hmac = known.get(campaignKey);
  if (hmac === undefined) known.set(campaignKey, (hmac = new HmacSha256(campaignKey instanceof Uint8Array ? campaignKey : campaignKey.export())));
  return dispatchIdFromBytes(Buffer.from(hmac.digest(JSON.stringify([DOMAIN, campaignId, contactId]), 'hex'), 'hex'));
}

/** Whether a text has the form of a dispatch id; says nothing about whether such a dispatch exists. */
export function isDispatchId(text: string): boolean {
  return SHAPE.test(text);
}

/** The 16 bytes of a dispatch id, or `undefined` where the text is none. */
export function dispatchIdBytes(dispatchId: string): Uint8Array | undefined {
  return isDispatchId(dispatchId) ? fromBase32(dispatchId) : undefined;
}

/** The dispatch id of 16 bytes, the reverse of {@link dispatchIdBytes}. */
export function dispatchIdFromBytes(bytes: Uint8Array): string {
  return toBase32(bytes.subarray(0, ID_BYTES));
}
