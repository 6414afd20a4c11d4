import { BadInput } from '#kernel/errors';
import { dispatchIdBytes, dispatchIdFromBytes } from './dispatch-id.js';

/** Everything needed to suppress a recipient without looking anything up. Nothing here is readable without the key. */
export interface UnsubscribeClaims {
  readonly tenantId: string;
  readonly channel: 'email' | 'phone';
  /** HMAC-SHA-256 forms of the address, base64url, 43 characters each. */
  readonly strict: string;
  readonly loose: string;
  readonly hmacKeyVersion: number;
  readonly campaignId: string;
  /** The dispatch that carried the token. */
  readonly marker: string;
  /** A test send: the token opens, and nothing follows. */
  readonly inert: boolean;
}

const CHANNELS = ['email', 'phone'] as const;
const INERT = 0b100;
const HMAC = /^[A-Za-z0-9_-]{42}[AEIMQUYcgkosw048]$/;
const ID = /^[\x21-\x7e]{1,48}$/;
const FIXED = 1 + 2 + 32 + 32 + 16;

/**
 * Packs claims: flags (bits 0–1 channel, bit 2 inert) · HMAC key version u16 BE · strict 32 · loose 32 · marker 16 ·
 * length u8 + tenant id · length u8 + campaign id. Throws `BadInput` (OPT-09) where a field does not fit.
 */
export function packClaims(claims: UnsubscribeClaims): Buffer {
  const marker = dispatchIdBytes(claims.marker);
  const channel = CHANNELS.indexOf(claims.channel);
  const version = claims.hmacKeyVersion;
  const wrong = marker === undefined ? 'marker' : channel < 0 ? 'channel'
    : !HMAC.test(claims.strict) ? 'strict' : !HMAC.test(claims.loose) ? 'loose'
      : !Number.isInteger(version) || version < 0 || version > 0xffff ? 'hmacKeyVersion'
        : !ID.test(claims.tenantId) ? 'tenantId' : !ID.test(claims.campaignId) ? 'campaignId' : undefined;
  if (marker === undefined || wrong !== undefined) {
    throw new BadInput(`The unsubscribe token cannot carry its ${wrong ?? 'marker'}.`, {
      code: 'bad-token-claims', rule: 'OPT-09', fix: 'Ids are 1 to 48 printable ASCII characters, HMACs 32 bytes in base64url.',
    });
  }
  const packed = Buffer.allocUnsafe(FIXED + 2 + claims.tenantId.length + claims.campaignId.length);
  packed[0] = channel | (claims.inert ? INERT : 0);
  packed.writeUInt16BE(version, 1);
  packed.write(claims.strict, 3, 'base64url');
  packed.write(claims.loose, 35, 'base64url');
  packed.set(marker, 67);
  let at = FIXED;
  for (const id of [claims.tenantId, claims.campaignId]) {
    packed[at] = id.length;
    at += 1 + packed.write(id, at + 1, 'latin1');
  }
  return packed;
}

/** Reads what {@link packClaims} wrote, or `undefined` where the bytes are not exactly that. */
export function unpackClaims(packed: Buffer): UnsubscribeClaims | undefined {
  const flags = packed[0] ?? 0xff;
  const channel = CHANNELS[flags & 0b11];
  const tenantLength = packed[FIXED] ?? 0;
  const campaignLength = packed[FIXED + 1 + tenantLength] ?? 0;
  const campaignStart = FIXED + 2 + tenantLength;
  if (channel === undefined || flags > 0b111 || packed.length !== campaignStart + campaignLength) return undefined;
  return {
    tenantId: packed.toString('latin1', FIXED + 1, FIXED + 1 + tenantLength),
    channel,
    strict: packed.toString('base64url', 3, 35),
    loose: packed.toString('base64url', 35, 67),
    hmacKeyVersion: packed.readUInt16BE(1),
    campaignId: packed.toString('latin1', campaignStart),
    marker: dispatchIdFromBytes(packed.subarray(67, FIXED)),
    inert: (flags & INERT) !== 0,
  };
}
