import { Readable } from 'node:stream';
import { Inject, Injectable } from '@nestjs/common';
import { TOKENS } from '#contracts/api/tokens';
import type { Tenancy } from '#contracts/api/tenancy';
import type { ContactRegistry, SuppressionEntry } from '#engine/contact-registry/contact-registry.port';
import { EventLog } from '#engine/event-log/event-log';
import type { Actor } from '#kernel/envelope';
import { BadInput } from '#kernel/errors';
import { PepperedAddressBook } from './address-book.service.js';
import { type SuppressionRow, suppressionRows } from './suppression-rows.js';

const BATCH = 250;
const MAX_FINDINGS = 1_000;
const DAY = /^\d{4}-\d{2}-\d{2}/;

type Entry = Omit<SuppressionEntry, 'rev'>;

export interface SuppressionImportAnswer {
  readonly dryRun: boolean;
  /** Keyed hash of the file; the same file gives the same one and changes nothing more. */
  readonly fileHash: string;
  readonly alreadyImported: boolean;
  readonly counts: { readonly rows: number; readonly emails: number; readonly domains: number; readonly added: number; readonly existing: number; readonly refused: number };
  /** The first 1,000 refused lines; never a value of the file. */
  readonly findings: readonly { readonly line: number; readonly problem: string }[];
}

/** Takes over a do-not-mail list (SUP-07): each row is hashed as it arrives, nothing of the file is kept, and it only ever blocks. */
@Injectable()
export class SuppressionImport {
  constructor(
    @Inject(TOKENS.eventLog) private readonly log: EventLog,
    @Inject(TOKENS.registry) private readonly registry: ContactRegistry,
    @Inject(TOKENS.tenancy) private readonly tenancy: Tenancy,
    @Inject(TOKENS.addressBook) private readonly book: PepperedAddressBook,
  ) {}

  async run(file: Readable, options: { readonly dryRun: boolean; readonly actor: Actor }): Promise<SuppressionImportAnswer> {
    const hash = this.book.fileHash();
    const counts = { rows: 0, emails: 0, domains: 0, added: 0, existing: 0, refused: 0 };
    const findings: { line: number; problem: string }[] = [];
    let batch: Entry[] = [];
    const flush = async (): Promise<void> => {
      if (batch.length === 0) return;
      const { added, existing } = await this.registry.suppress(batch);
      counts.added += added;
      counts.existing += existing;
      batch = [];
    };
    for await (const row of suppressionRows(hashed(file, hash))) {
      counts.rows += 1;
      const entry = this.entryOf(row);
      if (typeof entry === 'string') {
        counts.refused += 1;
        if (findings.length < MAX_FINDINGS) findings.push({ line: row.line, problem: entry });
        continue;
      }
      counts[entry.kind === 'domain' ? 'domains' : 'emails'] += 1;
      if (!options.dryRun) batch.push(entry);
      if (batch.length >= BATCH) await flush();
    }
    await flush();
    const fileHash = hash.digest();
    const alreadyImported = options.dryRun ? false : await this.recordOnce(fileHash, counts, options.actor);
    return { dryRun: options.dryRun, fileHash, alreadyImported, counts, findings };
  }

  /** Whether this very file was imported before. */
  private async recordOnce(fileHash: string, counts: Record<string, number>, actor: Actor): Promise<boolean> {
    const importId = `import-${fileHash.slice(0, 32)}`;
    const result = await this.log.appendOrThrow({
      streamId: importId, expected: 0, commitId: fileHash,
      events: [{ type: 'SuppressionListImported', data: { importId, fileHash, counts } }],
      meta: { tenantId: this.tenancy.tenantId, actor, policyVersion: this.tenancy.policyVersion() },
    });
    return result.status === 'duplicate';
  }

  /** The entry, or the code of what is wrong with the row. The reason column is not kept: whatever it says, the entry only blocks. */
  private entryOf(row: SuppressionRow): Entry | string {
    try {
      const today = this.log.clock.now().toISOString().slice(0, 10);
      const since = row.since === '' ? today : (DAY.exec(row.since)?.[0] ?? '');
      if (Number.isNaN(Date.parse(since)) || since > today) return 'since-not-a-past-date';
      if ((row.email === '') === (row.domain === '')) return 'one-of-email-or-domain';
      const common = { tenantId: this.tenancy.tenantId, keyVersion: this.book.keyVersion, scope: 'all_marketing', reason: 'imported', day: since } as const;
      if (row.domain !== '') {
        const form = this.book.domain(row.domain);
        return { ...common, kind: 'domain', strict: form, loose: form };
      }
      const { strict, loose } = this.book.email(row.email);
      return { ...common, kind: 'email', strict, loose };
    } catch (error) {
      if (error instanceof BadInput) return error.code;
      throw error;
    }
  }
}

function hashed(file: Readable, hash: { update(bytes: Uint8Array): void }): Readable {
  return Readable.from((async function* () {
    for await (const part of file) {
      const bytes = typeof part === 'string' ? Buffer.from(part) : (part as Buffer);
      hash.update(bytes);
      yield bytes;
    }
  })(), { objectMode: false });
}
