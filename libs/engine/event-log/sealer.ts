import { createCipheriv, createDecipheriv } from 'node:crypto';
import type { RandomSource } from '#kernel/ids';
import type { Sealed } from '#kernel/sealed';
import type { DataKey } from '#engine/key-vault/key-vault.port';

const NONCE = 12;
const TAG = 16;

/** AES-256-GCM over the JSON of the value; `of` (`EventType.field`) is authenticated with it. */
export function seal(value: unknown, dataKey: DataKey, of: string, random: RandomSource): Sealed {
  const nonce = random(NONCE);
  const cipher = createCipheriv('aes-256-gcm', dataKey.key, nonce);
  cipher.setAAD(bytesOf(of));
  const hidden = cipher.update(JSON.stringify(value), 'utf8');
  // Ends the cipher; in this mode no bytes are left for it.
  cipher.final();
  const box = Buffer.concat([nonce, hidden, cipher.getAuthTag()]);
  return { kid: dataKey.kid, box: box.toString('base64'), of };
}

const names = new Map<string, Buffer>();

/** There are as many as sealed fields in the catalog. */
function bytesOf(of: string): Buffer {
  let bytes = names.get(of);
  if (bytes === undefined) names.set(of, (bytes = Buffer.from(of)));
  return bytes;
}

/** The clear value. Throws if the key or the bytes are not the ones that were sealed. */
export function unseal(sealed: Sealed, dataKey: DataKey): unknown {
  const box = Buffer.from(sealed.box, 'base64');
  const decipher = createDecipheriv('aes-256-gcm', dataKey.key, box.subarray(0, NONCE), { authTagLength: TAG });
  decipher.setAAD(Buffer.from(sealed.of));
  decipher.setAuthTag(box.subarray(box.length - TAG));
  // Decoded as a whole: a decoder of pieces costs as much as deciphering. In this mode no bytes are left for the end.
  const clear = decipher.update(box.subarray(NONCE, box.length - TAG));
  decipher.final();
  return JSON.parse(clear.toString('utf8'));
}
