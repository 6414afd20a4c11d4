import { createHash, sign, verify } from 'node:crypto';
import { z } from 'zod';
import { canonicalJson } from './canonical-json.js';

const hex = z.string().regex(/^[0-9a-f]{64}$/);

const fields = {
  /** 1, 2, 3, … */
  n: z.number().int().positive(),
  /** `checkpointId` of the one before; empty for the first. */
  prev: z.union([z.literal(''), hex]),
  /** Merkle root over every stream that changed since the one before. */
  root: hex,
  /** How many streams that are. */
  count: z.number().int().positive(),
  takenAt: z.iso.datetime(),
  keyId: z.string().min(1).max(128),
  /** Ed25519 over `outright/checkpoint/v1`, a line feed and the canonical JSON of the other fields; base64. */
  signature: z.string().min(1).max(128),
};

/** Place in one engine's feed from which the next checkpoint looks for changes; means nothing to other engines. */
export const place = z.union([z.number().int().nonnegative(), z.string().min(1).max(100_000)]);

/** The same history has the same checkpoints on every engine. The first format signed the place too, so its ids differ from engine to engine. */
export const checkpointSchema = z.discriminatedUnion('format', [
  z.strictObject({ format: z.literal('outright-checkpoint/2'), ...fields }),
  z.strictObject({ format: z.literal('outright-checkpoint/1'), ...fields, through: place }),
]);

export type Checkpoint = z.infer<typeof checkpointSchema>;
type Current = Extract<Checkpoint, { format: 'outright-checkpoint/2' }>;

function signedBytes({ signature: _, ...signed }: Checkpoint): Buffer {
  return Buffer.from(`outright/checkpoint/v1\n${canonicalJson(signed)}`, 'utf8');
}

export function signCheckpoint(given: Omit<Current, 'signature' | 'format'>, privateKeyPem: string): Current {
  const unsigned: Current = { format: 'outright-checkpoint/2', ...given, signature: '' };
  return { ...unsigned, signature: sign(null, signedBytes(unsigned), privateKeyPem).toString('base64') };
}

/** False also for a key or signature that cannot be read. */
export function isSignedBy(checkpoint: Checkpoint, publicKeyPem: string): boolean {
  try {
    return verify(null, signedBytes(checkpoint), publicKeyPem, Buffer.from(checkpoint.signature, 'base64'));
  } catch {
    return false;
  }
}

/** What the next checkpoint names as its `prev`: SHA-256 over the canonical JSON with the signature, lower-case hex. */
export function checkpointId(checkpoint: Checkpoint): string {
  return createHash('sha256').update(canonicalJson(checkpoint)).digest('hex');
}

/** `000007` of 7: the name of its files. */
export function checkpointName(n: number): string {
  return String(n).padStart(6, '0');
}
