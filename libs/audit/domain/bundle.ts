import { sign } from 'node:crypto';
import { canonicalJson } from './canonical-json.js';

export interface BundleFile {
  /** Relative, with forward slashes. */
  readonly path: string;
  readonly bytes: number;
  readonly sha256: string;
}

export interface ManifestFields {
  readonly createdAt: string;
  readonly tenantId: string;
  readonly events: number;
  readonly streams: number;
  readonly checkpoints: number;
  readonly ruleSetVersion: string;
  readonly policyVersion: string;
  readonly keyId: string;
  readonly files: readonly BundleFile[];
}

/** The signed list of everything in a bundle: Ed25519 over `outright/audit-bundle/v1`, a line feed and the canonical JSON of the rest. */
export function signManifest(fields: ManifestFields, privateKeyPem: string): ManifestFields & { format: string; signature: string } {
  const manifest = { format: 'outright-audit-bundle/1', ...fields, files: fields.files.map((file) => ({ ...file })) };
  const text = `outright/audit-bundle/v1\n${canonicalJson(manifest)}`;
  return { ...manifest, signature: sign(null, Buffer.from(text, 'utf8'), privateKeyPem).toString('base64') };
}

export const BUNDLE_README = `Outright audit bundle
=====================

This folder holds the recorded history of one installation and what is needed to check it without the software that made it.

  events.ndjson     every event in order, one JSON object a line: position, stream, version, type, hash, bytes (base64)
  heads.txt         where each stream ended: stream, version, hash
  checkpoints/      signed checkpoints and the streams that each of them covers
  public-key.pem    the Ed25519 key that the signatures are checked with
  redactions.json   how many sealed personal fields there are, and how many can never be opened again
  verification.json what the installation itself found when it checked its history for this bundle
  verify-bundle.mjs the verifier; it needs Node.js and nothing else
  manifest.json     size and SHA-256 of every file, signed

To verify:  node verify-bundle.mjs .
With the key as you hold it, and with a checkpoint that you were given earlier:
            node verify-bundle.mjs . --public-key key.pem --checkpoint 000012.json

What the check proves. The hash of an event is SHA-256 over exactly its bytes; each event names the hash of the one before it in its
stream. A checkpoint signs the Merkle root over every stream that changed since the checkpoint before. Whoever holds the signing key
could sign another history, so a check against the bundle alone proves that it fits together; a checkpoint that was held elsewhere
proves that nothing older than it was changed.

What is in it. Personal fields are sealed with one key per person, and no such key is in the bundle. Where a person was erased, the key is
destroyed: the sealed bytes stay, the chain stays intact, and nobody can open them.
`;
