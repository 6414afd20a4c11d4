import { sign, verify } from 'node:crypto';
import { z } from 'zod';
import { canonicalJson } from './canonical-json.js';
import { checkpointId, place, type Checkpoint } from './checkpoint.js';

/** How far the log was read for a checkpoint. It stands beside the checkpoint, because it differs from engine to engine. */
export const checkpointPlaceSchema = z.strictObject({
  format: z.literal('outright-checkpoint-place/1'),
  /** `checkpointId` of the checkpoint that it belongs to. */
  checkpoint: z.string().regex(/^[0-9a-f]{64}$/),
  through: place,
  /** Ed25519 over `outright/checkpoint-place/v1`, a line feed and the canonical JSON of the other fields; base64. */
  signature: z.string().min(1).max(128),
});

export type CheckpointPlace = z.infer<typeof checkpointPlaceSchema>;

function signedBytes({ signature: _, ...signed }: CheckpointPlace): Buffer {
  return Buffer.from(`outright/checkpoint-place/v1\n${canonicalJson(signed)}`, 'utf8');
}

export function signPlace(checkpoint: Checkpoint, through: CheckpointPlace['through'], privateKeyPem: string): CheckpointPlace {
  const unsigned: CheckpointPlace = { format: 'outright-checkpoint-place/1', checkpoint: checkpointId(checkpoint), through, signature: '' };
  return { ...unsigned, signature: sign(null, signedBytes(unsigned), privateKeyPem).toString('base64') };
}

/** Undefined where it is not known: what nobody signed could hide a change from the next checkpoint. */
export function placeOf(checkpoint: Checkpoint, beside: CheckpointPlace | undefined, publicKeyPem: string): CheckpointPlace['through'] | undefined {
  if (checkpoint.format === 'outright-checkpoint/1') return checkpoint.through;
  if (beside === undefined || beside.checkpoint !== checkpointId(checkpoint)) return undefined;
  try {
    return verify(null, signedBytes(beside), publicKeyPem, Buffer.from(beside.signature, 'base64')) ? beside.through : undefined;
  } catch {
    return undefined;
  }
}
