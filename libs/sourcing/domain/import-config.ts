import { z } from 'zod';
import { BadInput } from '#kernel/errors';
import { COLUMNS, DEFAULTABLE, isRefusedName } from './columns.js';

const slug = z.string().regex(/^[a-z0-9][a-z0-9-]{0,62}$/, 'use lower-case letters, digits and hyphens');
const cell = z.union([z.string().max(4000), z.number(), z.boolean()]).transform(String);

const schema = z.strictObject({
  name: slug.optional(),
  map: z.record(z.string().min(1).max(64), z.enum(COLUMNS)).default({}),
  defaults: z.partialRecord(z.enum(DEFAULTABLE as [string, ...string[]]), cell).default({}),
  attest: z.strictObject({
    by: z.string().trim().min(1).max(200),
    at: z.iso.datetime({ offset: true }),
    text: z.string().trim().min(20, 'say in a sentence what is attested').max(4000),
  }).optional(),
});

/** What import.yaml says about a file: its name, whose columns are ours, values for empty cells, and the attestation (ROL-05). */
export type ImportConfig = z.infer<typeof schema>;

/**
 * Validates the parsed import.yaml; unknown keys are errors.
 * @throws BadInput `import-config` with a finding per key, never a value
 */
export function importConfig(parsed: unknown): ImportConfig {
  for (const [section, names] of [['map', keysOf(parsed, 'map')], ['defaults', keysOf(parsed, 'defaults')]] as const) {
    if (names.some(isRefusedName)) throw refuse([{ key: section, problem: 'holds a name that is refused as a column' }]);
  }
  const result = schema.safeParse(parsed ?? {});
  if (result.success) return result.data;
  throw refuse(result.error.issues.map((issue) => ({
    key: [...issue.path.map(String), ...(issue.code === 'unrecognized_keys' ? [issue.keys.join(', ')] : [])].join('.') || '(file)',
    problem: issue.code === 'unrecognized_keys' ? 'unknown key' : issue.message,
  })));
}

/** The import's unique name: as configured, else made from the file's name. */
export function importName(config: ImportConfig, fileName: string): string {
  if (config.name !== undefined) return config.name;
  const made = slug.safeParse(fileName.replace(/^.*[/\\]/, '').replace(/\.[a-z0-9]{1,5}$/i, '').toLowerCase().replace(/[^a-z0-9]+/g, '-').replace(/^-+|-+$/g, ''));
  if (made.success) return made.data;
  throw new BadInput('The import has no name, and none can be made from the name of the file.', {
    code: 'import-name', rule: 'SRC-13', fix: 'Write name: with lower-case letters, digits and hyphens into import.yaml.',
  });
}

function keysOf(parsed: unknown, section: string): string[] {
  const value = typeof parsed === 'object' && parsed !== null ? (parsed as Record<string, unknown>)[section] : undefined;
  return typeof value === 'object' && value !== null ? Object.keys(value) : [];
}

function refuse(findings: { key: string; problem: string }[]): BadInput {
  const [first] = findings;
  return new BadInput(`import.yaml cannot be used: ${first?.key}: ${first?.problem}.`, {
    code: 'import-config', rule: 'SRC-01', fix: 'Keys are name, map, defaults and attest {by, at, text}; see the documentation of import.yaml.', findings,
  });
}
