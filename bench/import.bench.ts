import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { SystemClock } from '#engine/clock/system.clock';
import { seal } from '#engine/event-log/sealer';
import { mapColumns, type ColumnMap } from '#sourcing/domain/column-map';
import { importConfig } from '#sourcing/domain/import-config';
import { RowReader } from '#sourcing/domain/prospect-row';
import { readCsv } from '#sourcing/nest/csv-reader';
import { ACTOR, ATTESTED, fixtureBook, HEADER, openSourcing } from '#sourcing/nest/sourcing.fixture';
import { modelThread } from './support/model-thread.js';
import { type Spread, spreadOf, spreadText } from './support/spread.js';

export interface ImportBenchOptions {
  /** Rows of the measured file; default 50,000. */
  readonly rows?: number;
  /** Rounds of each side, interleaved; default 3. */
  readonly rounds?: number;
}

export interface ImportBenchResult {
  readonly name: 'import';
  readonly rows: number;
  readonly rounds: number;
  readonly durability: string;
  /** Median of product over the same transform without storage. */
  readonly ratio: number;
  /** Rows per second until the import is answered: every row durable, sealed and in the registry. */
  readonly product: Spread;
  /** The same, until the read models have caught up. */
  readonly productWithReadModels: Spread;
  /** Rows per second of parsing, canonicalising, keyed hashes and sealing alone. */
  readonly transform: Spread;
  readonly created: number;
}

/** Import of a file of new people, against the same work per row without any storage, in turns on the same machine. */
export async function run({ rows = 50_000, rounds = 3 }: ImportBenchOptions = {}): Promise<ImportBenchResult> {
  const folder = mkdtempSync(join(tmpdir(), 'outright-bench-import-'));
  try {
    const path = join(folder, 'people.csv');
    writeFileSync(path, `${HEADER}\n${people(rows)}\n`);
    const warmUp = join(folder, 'warm-up.csv');
    writeFileSync(warmUp, `${HEADER}\n${people(Math.min(rows, 3000))}\n`);
    await product(warmUp, join(folder, 'warm-up'));
    await transform(warmUp);
    const measured = { product: [] as number[], caughtUp: [] as number[], transform: [] as number[] };
    let created = 0;
    for (let round = 0; round < rounds; round++) {
      const dataFolder = join(folder, `data-${round}`);
      const stored = await product(path, dataFolder);
      rmSync(dataFolder, { recursive: true });
      created = stored.created;
      measured.product.push(rows / stored.seconds);
      measured.caughtUp.push(rows / stored.secondsWithReadModels);
      measured.transform.push(rows / (await transform(path)));
    }
    const [stored, plain] = [spreadOf(measured.product), spreadOf(measured.transform)];
    return {
      name: 'import', rows, rounds, durability: 'SQLite WAL, synchronous=FULL', ratio: Number((stored.median / plain.median).toFixed(3)),
      product: stored, productWithReadModels: spreadOf(measured.caughtUp), transform: plain, created,
    };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function product(path: string, dataFolder: string): Promise<{ seconds: number; secondsWithReadModels: number; created: number }> {
  const sourcing = await openSourcing(dataFolder, new SystemClock(), modelThread);
  const start = performance.now();
  const report = await sourcing.service.import({ path, fileName: 'people.csv', config: ATTESTED }, { actor: ACTOR });
  const seconds = (performance.now() - start) / 1000;
  await sourcing.catchUp.readModels();
  const secondsWithReadModels = (performance.now() - start) / 1000;
  await sourcing.close();
  return { seconds, secondsWithReadModels, created: report.counts['created'] ?? 0 };
}

async function transform(path: string): Promise<number> {
  const start = performance.now();
  const book = fixtureBook(randomBytes(32));
  const config = importConfig({});
  const rules = { now: new Date(), retention: 'P3Y', legalTz: 'UTC', holdMin: 16 };
  let columns: ColumnMap | undefined;
  let reader: RowReader | undefined;
  let boxes = 0;
  for await (const batch of readCsv({ path })) {
    for (const { line, cells } of batch) {
      if (columns === undefined || reader === undefined) {
        columns = mapColumns(cells, config);
        reader = new RowReader(columns, config, rules);
        continue;
      }
      const { row } = reader.read(line, cells);
      if (row === undefined) throw new Error(`Line ${line} of the bench's own file is refused.`);
      const key = { kid: 'bench', key: randomBytes(32) };
      const { loose } = book.email(row.address);
      const recipient = seal(row.recipient, key, 'ContactAdded.recipient', randomBytes);
      const provenance = seal(row.provenance, key, 'ProspectSourced.provenance', randomBytes);
      boxes += loose.length + recipient.box.length + provenance.box.length > 0 ? 1 : 0;
    }
  }
  if (boxes === 0) throw new Error('Nothing was transformed.');
  return (performance.now() - start) / 1000;
}

/** New people at 997 companies, collected over the last four weeks. */
function people(count: number): string {
  const today = Date.now();
  return Array.from({ length: count }, (_, n) => {
    const collected = new Date(today - (1 + (n % 28)) * 86_400_000).toISOString().slice(0, 10);
    return `person.${n}@firm${n % 997}.example,Ann${n},Tamm,,Firm ${n % 997} OÜ,EE,company_person,public_website,,https://firm${n % 997}.example/team,${collected},crawler,,legitimate_interest,lia-2026-01`;
  }).join('\n');
}

export function textOf({ ratio, rows, product, productWithReadModels, transform, durability }: ImportBenchResult): string {
  return [
    `import, ${rows} new people: ${ratio} times the same transform without storage (median)`,
    `   durable and sealed ${spreadText(product)} rows/s (min–median–max; ${durability}; the file is checked as a whole first)`,
    `   until the read models have caught up ${spreadText(productWithReadModels)} rows/s`,
    `   parsing, canonical forms, keyed hashes and sealing alone ${spreadText(transform)} rows/s`,
  ].join('\n');
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) console.log(textOf(await run({ rows: Number(process.argv[2] ?? 50_000) })));
