import { createCipheriv, createDecipheriv } from 'node:crypto';

const NONCE = 12;
const TAG = 16;

/** AES-256-GCM; returns nonce, ciphertext and tag in one buffer. */
export function wrap(wrapping: Buffer, plain: Buffer, bound: string, nonce: Buffer): Buffer {
  const cipher = createCipheriv('aes-256-gcm', wrapping, nonce);
  cipher.setAAD(Buffer.from(bound, 'utf8'));
  return Buffer.concat([nonce, cipher.update(plain), cipher.final(), cipher.getAuthTag()]);
}

/** The plain bytes, or undefined if they were not sealed by this key for this binding. */
export function unwrap(wrapping: Buffer, box: Buffer, bound: string): Buffer | undefined {
  try {
    const decipher = createDecipheriv('aes-256-gcm', wrapping, box.subarray(0, NONCE));
    decipher.setAAD(Buffer.from(bound, 'utf8'));
    decipher.setAuthTag(box.subarray(-TAG));
    return Buffer.concat([decipher.update(box.subarray(NONCE, -TAG)), decipher.final()]);
  } catch {
    return undefined;
  }
}

export const WRAPPED_BYTES = NONCE + 32 + TAG;
