import { createHash } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import type { AddressBook } from '#contracts/api/address-book';
import type { CatchUp } from '#contracts/api/catch-up';
import type { Tenancy } from '#contracts/api/tenancy';
import { TOKENS } from '#contracts/api/tokens';
import type { ContactRegistry } from '#engine/contact-registry/contact-registry.port';
import { Aggregate } from '#engine/event-log/aggregate';
import { EventLog } from '#engine/event-log/event-log';
import type { KeyVault } from '#engine/key-vault/key-vault.port';
import type { ReadModelStore } from '#engine/read-models/read-model.port';
import type { KeyProvider } from '#engine/secrets/key-provider.port';
import { OutrightError } from '#kernel/errors';
import type { ImportReport } from '../domain/import-report.js';
import { importDecider } from '../domain/import.decider.js';
import { type ImportFile, readImportFile } from './import-file.js';
import { type ImportOptions, type ImportParts, ImportRun } from './import-run.js';

/**
 * Imports files of prospects: checks the whole file first, then stores it in chunks. A run that was cut off goes on where the last
 * chunk ended; a file that was imported is recognised and changes nothing (SRC-13).
 */
@Injectable()
export class ImportService {
  private readonly imports: ImportParts['imports'];
  private readonly running = new Set<string>();

  constructor(
    @Inject(TOKENS.eventLog) private readonly log: EventLog,
    @Inject(TOKENS.vault) private readonly vault: KeyVault,
    @Inject(TOKENS.registry) private readonly registry: ContactRegistry,
    @Inject(TOKENS.keyProvider) private readonly keys: KeyProvider,
    @Inject(TOKENS.readModels) private readonly models: ReadModelStore,
    @Inject(TOKENS.catchUp) private readonly catchUp: CatchUp,
    @Inject(TOKENS.addressBook) private readonly book: AddressBook,
    @Inject(TOKENS.tenancy) private readonly tenancy: Tenancy,
  ) {
    this.imports = new Aggregate(log, importDecider);
  }

  /** The stream of a name: the same name always leads to the same import. */
  importIdOf(name: string): string {
    return `import-${createHash('sha256').update(`${this.tenancy.tenantId}\0${name}`).digest('hex').slice(0, 32)}`;
  }

  /**
   * @throws BadInput for files that cannot be read (exit 2); RefusedByRule for purchased data, a missing attestation and a name that
   * belongs to another file (exit 3); `import-interrupted` (exit 130) when `signal` fires
   */
  async import(file: ImportFile, options: ImportOptions): Promise<ImportReport> {
    const read = readImportFile(file, this.log.clock.now());
    const importId = this.importIdOf(read.name);
    if (this.running.has(importId)) {
      throw new OutrightError(`The import ${read.name} is running.`, { code: 'import-running', rule: 'SRC-13', status: 409, exit: 6, retriable: true, fix: 'Wait until it has ended.' });
    }
    this.running.add(importId);
    try {
      return await new ImportRun(read, importId, options, this.parts()).run();
    } finally {
      this.running.delete(importId);
    }
  }

  private parts(): ImportParts {
    const { log, vault, registry, keys, models, catchUp, book, tenancy, imports } = this;
    return { log, vault, registry, keys, models, catchUp, book, tenancy, imports };
  }
}
