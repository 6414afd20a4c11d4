import { createHash } from 'node:crypto';
import { parseDocument } from 'yaml';
import { BadInput, RefusedByRule } from '#kernel/errors';
import { importConfig, importName, type ImportConfig } from '../domain/import-config.js';

/** What a person hands in: a file of rows and what import.yaml says about it. */
export interface ImportFile {
  readonly path: string;
  /** Only for a default name. */
  readonly fileName: string;
  /** Text of import.yaml; absent = no such file. */
  readonly config?: string | undefined;
  readonly encoding?: string | undefined;
}

export interface ReadImportFile extends ImportFile {
  readonly name: string;
  readonly settings: ImportConfig;
  readonly attestation: { readonly by: string; readonly at: string; readonly text: string; readonly textHash: string };
  /** Lower-case hex SHA-256 of import.yaml's text. */
  readonly configHash: string;
}

const LONGEST_CONFIG = 65_536;

/**
 * Reads import.yaml and makes sure that somebody attests the batch.
 * @throws BadInput for YAML and keys that cannot be used; RefusedByRule `attestation-missing` (ROL-05)
 */
export function readImportFile(file: ImportFile, now: Date): ReadImportFile {
  const settings = importConfig(yamlOf(file.config ?? ''));
  const name = importName(settings, file.fileName);
  const { attest } = settings;
  if (attest === undefined) {
    throw new RefusedByRule('Nobody attests where these people come from.', {
      code: 'attestation-missing', rule: 'ROL-05',
      fix: 'Add attest: {by, at, text} to import.yaml: who vouches since when that the rows were lawfully collected, and how that was checked.',
    });
  }
  const at = new Date(attest.at);
  if (at > now) throw new RefusedByRule('The attestation is dated after now.', { code: 'attestation-in-future', rule: 'ROL-05', fix: 'Correct attest.at in import.yaml.' });
  const attestation = { by: attest.by, at: at.toISOString(), text: attest.text, textHash: sha256(attest.text) };
  return { ...file, name, settings, attestation, configHash: sha256(file.config ?? '') };
}

function yamlOf(text: string): unknown {
  if (text.length > LONGEST_CONFIG) throw unreadable('it is longer than 64 KB');
  const document = parseDocument(text, { schema: 'core', uniqueKeys: true });
  const [error] = document.errors;
  if (error !== undefined) throw unreadable(`line ${error.linePos?.[0].line ?? 1}: ${error.code.toLowerCase().replaceAll('_', ' ')}`);
  try {
    return document.toJS({ maxAliasCount: 0 }) as unknown;
  } catch {
    throw unreadable('it uses aliases');
  }
}

function unreadable(reason: string): BadInput {
  return new BadInput(`import.yaml cannot be read: ${reason}.`, { code: 'import-config', rule: 'SRC-01', fix: 'Write plain YAML: keys, values, lists.' });
}

const sha256 = (text: string): string => createHash('sha256').update(text, 'utf8').digest('hex');
